"""A world in which every event is told at once, as the worker would, and the mails can be read."""

from dataclasses import dataclass
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.domain.events import ReminderDue
from app.domain.vocabulary import (
    Language,
    Stage,
)
from app.store.outbox import HandledMessage, Mail, OutboxMessage
from app.store.people import Account
from app.use_cases.deliveries import begin_handling
from app.use_cases.links import LinkSigner
from app.use_cases.notices import NOTICES
from app.use_cases.notify import Letterhead, happened_of, notify
from app.use_cases.problems import take_problem_step
from app.use_cases.solutions import take_solution_step
from tests.use_cases.introduction_world import World

SECRET = "the key that signs the links of these tests"
BASE_URL = "https://genklang.example"
LETTERHEAD = Letterhead(BASE_URL, "Genklang <post@genklang.example>", LinkSigner([SECRET]))
ORIGIN: dict[str, Any] = {
    "stage": Stage.VALUE_SHOWN,
    "developed_on": date(2020, 1, 1),
    "implemented_on": date(2021, 1, 1),
    "value_shown_on": date(2022, 1, 1),
    "value_evidence": "En evaluering fra 2022.",
}


@dataclass(frozen=True)
class Told:
    """One mail that was written: to whom, and what it holds."""

    kind: str
    account_id: UUID
    message: EmailMessage
    raw: bytes
    key: str

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    def _part(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        assert part is not None
        return str(part.get_content()).replace("\r\n", "\n")


class TellingWorld(World):
    """A world whose events are told when a test says so. told: every mail so far."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.told: list[Told] = []

    def tell(self) -> list[Told]:
        """Act on every event that was not acted on; return the mails that this wrote."""
        written: list[UUID] = []
        with self.database.transaction() as uow:
            done = select(HandledMessage.message_id)
            messages = uow.session.scalars(
                select(OutboxMessage).where(OutboxMessage.id.not_in(done)).order_by(OutboxMessage.created_at)
            ).all()
            for message in messages:
                begin_handling(uow, message_id=message.id, handler="notify")
                if message.name in NOTICES or message.name == "ReminderDue":
                    written += notify(uow, letterhead=LETTERHEAD, happened=happened_of(message))
            fresh = [_told(uow.session.get_one(Mail, mail_id)) for mail_id in written]
        self.told += fresh
        return fresh

    def kinds_told(self) -> list[str]:
        """Tell what has happened and return the kinds of the new mails, sorted."""
        return sorted(told.kind for told in self.tell())

    def speak(self, language: Language) -> None:
        """Let everybody read this language."""
        with self.database.transaction() as uow:
            for account in uow.session.scalars(select(Account)):
                account.language = language

    def problem_step(self, problem_id: UUID, step: str, actor: Any = None, **given: Any) -> None:
        with self.database.transaction() as uow:
            take_problem_step(uow, actor=actor or self.adopter, problem_id=problem_id, step=step, **given)

    def solution_step(self, solution_id: UUID, step: str, actor: Any = None, **given: Any) -> None:
        with self.database.transaction() as uow:
            take_solution_step(uow, actor=actor or self.owner, solution_id=solution_id, step=step, **given)

    def remind(self, lifecycle: Any, state: Any, timer: str, thing_id: UUID) -> None:
        with self.database.transaction() as uow:
            uow.emit(ReminderDue(thing_id, lifecycle=lifecycle.value, state=state.value, timer=timer))


def _told(mail: Mail) -> Told:
    assert mail.mime is not None
    message = message_from_bytes(mail.mime, policy=policy.default)
    return Told(mail.kind, mail.account_id, message, mail.mime, mail.key)
