"""What the tests of the pages of problems and solutions share: the real application and people who use it."""

import hashlib
import html
import re
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from pydantic import SecretStr
from werkzeug.test import TestResponse

from app.domain.vocabulary import Actor
from app.factory import create_app
from app.store.people import SignIn
from config.settings import Settings
from tests.use_cases.introduction_world import World

PROBLEM = {
    "title": "Pårørende ringer hele dagen",
    "situation": "Hver morgen ringer tyve pårørende for at høre, hvordan natten er gået.",
    "tried": "Vi har prøvet en fast telefontid.",
    "better": "De pårørende ved besked uden at ringe.",
    "context": "Plejehjem med 62 beboere.",
    "sector": "elderly_care",
    "target_groups": ["elderly", "relatives"],
    "language": "da",
}
SOLUTION = {
    "title": "Natdagbog, som pårørende kan læse",
    "problem_text": "Pårørende ringede hele morgenen for at høre, hvordan natten var gået.",
    "description": "Nattevagten skriver tre linjer om hver beboer før klokken seks.",
    "for_whom": "Plejehjem og bosteder.",
    "sector": "elderly_care",
    "target_groups": ["elderly"],
    "year_in_use": "2023",
    "value_kinds": ["quality", "efficiency"],
    "value_text": "Fra 25 opkald til 4.",
    "evaluated": "yes",
    "stage": "value_shown",
    "developed_on": "2022-05-01",
    "implemented_on": "2023-01-01",
    "value_shown_on": "2024-03-01",
    "value_evidence": "Optælling i uge 10 til 13.",
    "language": "da",
}


def make_app(world: World, folder: Path) -> Flask:
    """Return the real application over the world's database, pages in English."""
    settings = Settings(secret_key=SecretStr("k" * 40), database_url=world.database.url, var=folder)
    return create_app(settings, database=world.database)


class Visitor:
    """Somebody with a browser. It takes the hidden fields from the page that it has open, as a browser does."""

    def __init__(self, app: Flask, world: World, actor: Actor | None = None) -> None:
        self.client = app.test_client()
        self.world = world
        with self.client.session_transaction() as session:
            session["language"] = "en"
        if actor is not None:
            self.sign_in(actor)

    def sign_in(self, actor: Actor) -> None:
        token = uuid4().hex
        with self.world.database.transaction() as uow:
            digest = hashlib.sha256(token.encode()).hexdigest()
            uow.session.add(
                SignIn(token_digest=digest, account_id=actor.account_id, created_at=uow.now, seen_at=uow.now)
            )
        with self.client.session_transaction() as session:
            session["sign_in"] = token

    def sign_out(self) -> None:
        """The session ends behind the visitor's back."""
        with self.client.session_transaction() as session:
            session.pop("sign_in")

    def get(self, path: str, status: int = 200) -> str:
        answer = self.client.get(path)
        assert answer.status_code == status, (path, answer.status_code, answer.text[:2000])
        return answer.text

    def token(self, page: str) -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert found, "the page has no form"
        return found.group(1)

    def post(self, path: str, fields: dict[str, Any] | None = None, *, on: str = "/", key: str = "") -> TestResponse:
        """Send a form from the page `on`. key: the one-time key of the form; a fresh one when not given."""
        token = self.token(self.client.get(on).text)
        return self.client.post(path, data={"csrf_token": token, "form_key": key or str(uuid4()), **(fields or {})})


def id_in(answer: TestResponse) -> UUID:
    """Return the id in the address that an answer leads to."""
    found = re.search(r"[0-9a-f-]{36}", answer.location or "")
    assert found, (answer.status_code, answer.text[:3000])
    return UUID(found.group(0))


def text_of(page: str) -> str:
    """Return a page as people read it: without marks, with single spaces."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())
