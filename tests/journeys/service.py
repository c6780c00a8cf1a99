"""The whole service as people meet it: web, worker and beat as processes of their own, on real servers."""

import os
import re
import secrets
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from sqlalchemy import select

from app.demo.children import Children
from app.demo.service import start_service
from app.store.catalogue import Problem, Solution
from app.store.history import DueRow
from app.store.introductions import Introduction
from app.store.matches import Suggestion
from app.store.unit_of_work import Database, UnitOfWork
from tests.servers.smtp import Received, SmtpSink

START_SECONDS = 60.0
WAIT_SECONDS = 30.0
LINK = re.compile(r"https?://\S+")
T = TypeVar("T")


@dataclass
class Service:
    """A running Genklang. url: where people reach it. secret: what signs its links."""

    url: str
    database: Database
    sink: SmtpSink

    def mail_to(self, address: str, *words: str) -> Received:
        """Wait for the newest mail to `address` whose text or subject holds all `words`, and return it."""

        def found() -> Received | None:
            return next((mail for mail in reversed(self.sink.mails) if _is_to(mail, address, words)), None)

        return wait_until(found, f"a mail to {address} with {words}")

    def mails_to(self, address: str) -> list[Received]:
        """Return all mails to `address` so far."""
        return [mail for mail in self.sink.mails if _is_to(mail, address, ())]

    def link_in(self, mail: Received, part: str) -> str:
        """Return the first link in the mail's text that has `part` in it."""
        return str(next(link for link in LINK.findall(text_of(mail)) if part in link)).rstrip(".)>")

    def let_days_pass(self, days: int) -> None:
        """Move everything that waits `days` into the past: to the service it is as if so much time had gone by."""
        back = timedelta(days=days)
        with self.database.transaction() as uow:
            for row in uow.session.scalars(select(DueRow)):
                row.due_at -= back
            for thing in self._waiting(uow):
                thing.waiting_since = thing.waiting_since - back if thing.waiting_since else None
                thing.due_at = thing.due_at - back if thing.due_at else None

    def _waiting(self, uow: UnitOfWork) -> Iterator[Problem | Solution | Suggestion | Introduction]:
        yield from uow.session.scalars(select(Problem))
        yield from uow.session.scalars(select(Solution))
        yield from uow.session.scalars(select(Suggestion))
        yield from uow.session.scalars(select(Introduction))


def text_of(mail: Received) -> str:
    """Return the plain text of a mail."""
    part = mail.message.get_body(("plain",))
    assert part is not None, "the mail has no text"
    return str(part.get_content())


def html_of(mail: Received) -> str:
    """Return the HTML of a mail."""
    part = mail.message.get_body(("html",))
    assert part is not None, "the mail has no HTML"
    return str(part.get_content())


def wait_until(look: Callable[[], T | None], what: str, *, seconds: float = WAIT_SECONDS) -> T:
    """Look again and again until there is something; fails with `what` when the time is up."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"{what} did not come within {seconds} s")


@contextmanager
def running_service(folder: Path, *, database_url: str, broker_url: str, sink: SmtpSink) -> Iterator[Service]:
    """Start web, worker and beat on the given servers and stop them in the end; their logs are in `folder`."""
    port = _free_port()
    environment = {
        **os.environ,
        "GENKLANG_DATABASE_URL": database_url,
        "GENKLANG_BROKER_URL": broker_url,
        "GENKLANG_SMTP_URL": sink.url,
        "GENKLANG_BASE_URL": f"http://127.0.0.1:{port}",
        "GENKLANG_SECRET_KEY": secrets.token_urlsafe(40),
        "GENKLANG_VAR": str(folder),
        "PYTHONUNBUFFERED": "1",
    }
    children = Children(environment, folder / "log", lambda _text: None)
    start_service(children, port=port, folder=folder)
    service = Service(f"http://127.0.0.1:{port}", Database(database_url), sink)
    try:
        wait_until(lambda: _is_ready(service.url), f"the service (logs in {folder / 'log'})", seconds=START_SECONDS)
        yield service
    finally:
        children.stop()
        service.database.dispose()


def _is_ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=2) as answer:  # noqa: S310 - our own address
            return b'"worker":"ok"' in answer.read().replace(b" ", b"")
    except (urllib.error.URLError, OSError):
        return False


def _is_to(mail: Received, address: str, words: tuple[str, ...]) -> bool:
    if address not in mail.recipients:
        return False
    everything = f"{mail.message['subject']}\n{text_of(mail)}"
    return all(word in everything for word in words)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
