"""A person with a browser: it keeps cookies, and sends the hidden fields of the form that it has before it."""

import html
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask
from pydantic import SecretStr
from werkzeug.test import TestResponse

from app.factory import create_app
from app.store.unit_of_work import Database
from app.use_cases.links import Purpose
from app.web.services import EXTENSION, Services
from config.settings import Settings
from tests.people import PASSWORD, Clock, opened

FORM = re.compile(r'<form method="post" action="([^"]*)".*?</form>', re.DOTALL)
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
CHANGES_EACH_TIME = re.compile(r'name="(csrf_token|form_key)" value="[^"]*"|\?v=[0-9a-f]+|gk-request">[^<]*')


class Site:
    """The real application over a database of the test's own, and a clock that the test moves."""

    def __init__(self, database: Database, clock: Clock, folder: Path, *, base_url: str = "http://127.0.0.1") -> None:
        self.database, self.clock = database, clock
        settings = Settings(secret_key=SecretStr("k" * 40), database_url=database.url, var=folder, base_url=base_url)
        self.app: Flask = create_app(settings, database=database)

    def browser(self, address: str = "192.0.2.1") -> "Browser":
        return Browser(self, address)

    def link(self, purpose: Purpose, *, subject_id: UUID, account_id: UUID, minutes: float = 30) -> str:
        services: Services = self.app.extensions[EXTENSION]
        expires_at = self.clock.now + (self.clock.now.resolution * int(minutes * 60_000_000))
        return services.signer.sign(purpose, subject_id=subject_id, account_id=account_id, expires_at=expires_at)


@contextmanager
def site_on(url: str, folder: Path, **settings: Any) -> Iterator[Site]:
    clock = Clock()
    with opened(url, clock) as database:
        yield Site(database, clock, folder, **settings)


class Browser:
    """Cookies of its own, and the page that is open."""

    def __init__(self, site: Site, address: str) -> None:
        self.site = site
        self.client = site.app.test_client()
        self.environ = {"REMOTE_ADDR": address}
        self.page = ""

    def get(self, path: str) -> TestResponse:
        answer = self.client.get(path, headers={"Accept-Language": "en"}, environ_overrides=self.environ)
        return self._open(answer)

    def post(self, path: str, /, headers: Mapping[str, str] | None = None, **fields: Any) -> TestResponse:
        """Send the form of the open page that leads to `path`, with its hidden fields; None leaves a field out.

        Where the page has no such form, only the page's CSRF token goes along.
        """
        forms = {html.unescape(form[1]): form[0] for form in FORM.finditer(self.page)}
        hidden = {name: html.unescape(value) for name, value in HIDDEN.findall(forms.get(path, self.page))}
        if path not in forms:
            hidden = {name: value for name, value in hidden.items() if name == "csrf_token"}
        sent = {name: value for name, value in {**hidden, **fields}.items() if value is not None}
        answer = self.client.post(
            path, data=sent, headers={"Accept-Language": "en", **(headers or {})}, environ_overrides=self.environ
        )
        return self._open(answer)

    def follow(self, answer: TestResponse) -> TestResponse:
        assert answer.status_code == 303, answer.text
        assert answer.location is not None
        return self.get(answer.location)

    def sign_in(self, email: str = "anna@example.dk", password: str = PASSWORD) -> TestResponse:
        """Sign in, having chosen English: accounts are Danish unless they say otherwise."""
        with self.client.session_transaction() as session:
            session.setdefault("language", "en")
        self.get("/accounts/sign-in")
        return self.post("/accounts/sign-in", email=email, password=password)

    def is_signed_in(self) -> bool:
        return self.client.get("/overview", environ_overrides=self.environ).status_code == 200

    def cookie(self) -> str:
        found = self.client.get_cookie("genklang", domain="localhost")
        return found.value if found else ""

    def _open(self, answer: TestResponse) -> TestResponse:
        self.page = answer.text
        return answer


def without_tokens(answer: TestResponse) -> tuple[int, str | None, str]:
    """What an onlooker can compare of two answers."""
    return answer.status_code, answer.location, CHANGES_EACH_TIME.sub("", answer.text)
