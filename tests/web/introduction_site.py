"""The web application over a world of the tests, with one client for each person."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr
from werkzeug.test import TestResponse

from app.domain.vocabulary import Actor
from app.factory import create_app
from app.use_cases.accounts import begin_sign_in
from app.use_cases.links import Purpose
from app.web.services import EXTENSION, Services
from config.settings import Settings
from tests.use_cases.introduction_world import World


class Site:
    """The application and ways to visit it. Every form that is sent carries a key of its own, as pages give it."""

    def __init__(self, url: str, folder: Path, *, demo: bool = True) -> None:
        self.world = World(url)
        settings = Settings(secret_key=SecretStr("for tests only, for tests only, for tests"), var=folder, demo=demo)
        self.app: Flask = create_app(settings, database=self.world.database)
        self.app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
        self.clients: dict[UUID | None, FlaskClient] = {}

    def client(self, actor: Actor | None = None) -> FlaskClient:
        """Return the client of a person who has signed in, or of a visitor."""
        key = actor.account_id if actor else None
        if key not in self.clients:
            client = self.app.test_client()
            if actor is not None and actor.account_id is not None:
                with self.world.database.transaction() as uow:
                    token = begin_sign_in(uow, account_id=actor.account_id)
                with client.session_transaction() as session:
                    session["sign_in"] = token
                    session["language"] = "en"
            self.clients[key] = client
        return self.clients[key]

    def get(self, path: str, actor: Actor | None = None) -> TestResponse:
        return self.client(actor).get(path)

    def post(self, path: str, actor: Actor | None = None, fields: Mapping[str, Any] | None = None) -> TestResponse:
        return self.client(actor).post(path, data={"form_key": str(uuid4()), **(fields or {})})

    def link(self, purpose: Purpose, subject_id: UUID, actor: Actor, *, days: float = 14) -> str:
        """Return the path of a mail's link for `actor`."""
        services: Services = self.app.extensions[EXTENSION]
        assert actor.account_id is not None
        token = services.signer.sign(
            purpose,
            subject_id=subject_id,
            account_id=actor.account_id,
            expires_at=self.world.now + timedelta(days=days),
        )
        return f"/answer/{token}"
