"""The database is the queue: one worker at a time claims a row by a lease, acts, and writes the outcome.

Claim, commit, act, finish: a crash always leaves evidence, and a worker whose lease was taken over cannot write
an outcome any more. Rows are events (the outbox) and mails.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, and_, case, or_, select, update

from app.domain.errors import NotFound, StepNotPossible
from app.store.outbox import Delivery, HandledMessage, Lane, Mail, OutboxMessage
from app.store.unit_of_work import UnitOfWork

# At least four times as long as the longest conversation with the mail server (`workers.mailer`).
LEASE = timedelta(seconds=40)
# A row whose workers die on it is put aside after so many claims without an outcome.
MOST_CRASHES = 5
# How long to wait after each failure at most; after the last one a row is given up: about a day.
WAITS = tuple(
    timedelta(seconds=seconds) for seconds in (30, 60, 120, 300, 600, 1800, 3600, *(7200 for _ in range(11)))
)  # fmt: skip
# What a row's last_error says when the mail server did not answer in time after it had the whole mail.
NO_ANSWER = "no answer in time after the whole mail"

Table = type[OutboxMessage] | type[Mail]


@dataclass(frozen=True, slots=True)
class Claim:
    """One row that is this worker's until its lease ends. attempts counts this claim."""

    table: Table
    id: UUID
    token: UUID
    attempts: int
    last_error: str


def claim_message(uow: UnitOfWork, *, lane: Lane) -> tuple[Claim, OutboxMessage] | None:
    """Claim the event of `lane` that has been due longest; None when none is due."""
    claim = _claim(uow, OutboxMessage, OutboxMessage.lane == lane)
    return None if claim is None else (claim, uow.session.get_one(OutboxMessage, claim.id))


def claim_mail(uow: UnitOfWork, *, slow_lease: timedelta) -> tuple[Claim, Mail] | None:
    """Claim the mail that has been due longest; None when none is due.

    slow_lease: for a mail after which the server was silent before, and is given longer now.
    """
    claim = _claim(uow, Mail)
    if claim is None:
        return None
    mail = uow.session.get_one(Mail, claim.id)
    if claim.last_error == NO_ANSWER:
        mail.lease_until = uow.database_now() + slow_lease
        uow.session.flush()
    return claim, mail


def finish(uow: UnitOfWork, claim: Claim) -> bool:
    """It is done. False when the lease was taken over meanwhile: then nothing is written."""
    return _settle(uow, claim, state=Delivery.DONE, done_at=uow.now, crashes=0, last_error="")


def supersede(uow: UnitOfWork, claim: Claim) -> bool:
    """It is no longer true: it is not sent, and nobody needs to look at it."""
    return _settle(uow, claim, state=Delivery.SUPERSEDED, done_at=uow.now, crashes=0)


def give_up(uow: UnitOfWork, claim: Claim, *, error: str) -> bool:
    """It can never succeed: the administrator sees it. error: what failed, without personal data."""
    return _settle(uow, claim, state=Delivery.DEAD, done_at=uow.now, last_error=error)


def retry_later(uow: UnitOfWork, claim: Claim, *, error: str) -> bool:
    """It failed this time: try again after a while, up to about a day, then give it up.

    The wait is drawn between nothing and its longest (full jitter), so that what failed together does not come
    back together.
    """
    if claim.attempts > len(WAITS):
        return give_up(uow, claim, error=error)
    wait = WAITS[claim.attempts - 1] * random.random()  # noqa: S311 - spreads load, guards nothing
    return _settle(uow, claim, state=Delivery.PENDING, next_at=uow.now + wait, crashes=0, last_error=error)


def put_back(uow: UnitOfWork, claim: Claim, *, error: str, wait: timedelta) -> bool:
    """The lane failed, not this row: it costs no attempt. It goes behind the others, should it be the cause."""
    return _settle(
        uow, claim, state=Delivery.PENDING, next_at=uow.now + wait, attempts=claim.attempts - 1, crashes=0,
        last_error=error,
    )  # fmt: skip


def set_poison_aside(uow: UnitOfWork) -> int:
    """Give up rows whose workers died on them too often; return how many."""
    now = uow.database_now()
    count = 0
    for table in (OutboxMessage, Mail):
        done = uow.session.execute(
            update(table)
            .where(table.state == Delivery.SENDING, table.lease_until < now, table.crashes >= MOST_CRASHES - 1)
            .values(
                state=Delivery.DEAD, crashes=table.crashes + 1, done_at=uow.now,
                last_error=f"{MOST_CRASHES} claims in a row without an outcome",
            )
            .execution_options(synchronize_session=False)
        )  # fmt: skip
        count += done.rowcount  # type: ignore[attr-defined]
    return count


def due_lanes(uow: UnitOfWork) -> tuple[frozenset[Lane], bool]:
    """Return the lanes in which an event is due, and whether a mail is."""
    now = uow.database_now()
    lanes = frozenset(
        lane
        for lane in Lane
        if uow.session.scalar(
            select(OutboxMessage.id).where(OutboxMessage.lane == lane, _is_due(uow, OutboxMessage, now)).limit(1)
        )
    )
    return lanes, uow.session.scalar(select(Mail.id).where(_is_due(uow, Mail, now)).limit(1)) is not None


def begin_handling(uow: UnitOfWork, *, message_id: UUID, handler: str) -> bool:
    """Note, in the handler's own transaction, that `handler` does its part for the message.

    False when it did before: a second delivery does nothing. Of two at the same moment one ends in Conflict.
    """
    if uow.session.get(HandledMessage, (message_id, handler)) is not None:
        return False
    uow.session.add(HandledMessage(message_id=message_id, handler=handler, at=uow.now))
    uow.session.flush()
    return True


@dataclass(frozen=True, slots=True)
class DeadMessage:
    """Something that was given up. kind: the event's name or the mail's kind; is_mail: which of the two."""

    id: UUID
    is_mail: bool
    kind: str
    attempts: int
    last_error: str
    created_at: datetime
    given_up_at: datetime | None


def dead_messages(uow: UnitOfWork, *, limit: int = 200) -> list[DeadMessage]:
    """Return what was given up, the newest first."""
    events = uow.session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.state == Delivery.DEAD)
        .order_by(OutboxMessage.created_at.desc())
        .limit(limit)
    )
    mails = uow.session.scalars(
        select(Mail).where(Mail.state == Delivery.DEAD).order_by(Mail.created_at.desc()).limit(limit)
    )
    dead = [
        *(DeadMessage(e.id, False, e.name, e.attempts, e.last_error, e.created_at, e.done_at) for e in events),
        *(DeadMessage(m.id, True, m.kind, m.attempts, m.last_error, m.created_at, m.done_at) for m in mails),
    ]
    return sorted(dead, key=lambda message: message.created_at, reverse=True)[:limit]


def retry(uow: UnitOfWork, message_id: UUID) -> None:
    """Try again what was given up, at once and with all its attempts.

    Raises NotFound when there is no such message, StepNotPossible when it was not given up or its text is gone.
    """
    message = uow.session.get(OutboxMessage, message_id) or uow.session.get(Mail, message_id)
    if message is None:
        raise NotFound(f"no message {message_id}")
    if message.state is not Delivery.DEAD or (isinstance(message, Mail) and message.mime is None):
        raise StepNotPossible(f"message {message_id} cannot be tried again", code="wrong_state")
    message.state = Delivery.PENDING
    message.attempts = message.crashes = 0
    message.next_at = uow.now
    message.done_at = None
    uow.session.flush()


def _is_due(uow: UnitOfWork, table: Table, database_now: datetime) -> ColumnElement[bool]:
    # A moment that this service wrote may be due by either clock; a lease ends by the database's alone.
    return or_(
        and_(table.state == Delivery.PENDING, table.next_at <= max(uow.now, database_now)),
        and_(table.state == Delivery.SENDING, table.lease_until < database_now, table.crashes < MOST_CRASHES - 1),
    )


def _claim(uow: UnitOfWork, table: Table, *where: ColumnElement[bool]) -> Claim | None:
    now, token = uow.database_now(), uuid4()
    # PostgreSQL passes over rows that others hold; SQLite has one writer at a time and knows no such clause.
    chosen = (
        select(table.id)
        .where(_is_due(uow, table, now), *where)
        .order_by(table.next_at, table.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = uow.session.execute(
        update(table)
        .where(table.id == chosen.scalar_subquery())
        .values(
            state=Delivery.SENDING, lease_token=token, lease_until=now + LEASE, attempts=table.attempts + 1,
            crashes=case((table.state == Delivery.SENDING, table.crashes + 1), else_=table.crashes),
        )
        .returning(table.id, table.attempts, table.last_error)
        .execution_options(synchronize_session=False)
    ).one_or_none()  # fmt: skip
    return None if row is None else Claim(table, row.id, token, row.attempts, row.last_error)


def _settle(uow: UnitOfWork, claim: Claim, **values: Any) -> bool:  # noqa: ANN401 - columns of either table
    done = uow.session.execute(
        update(claim.table)
        .where(
            claim.table.id == claim.id,
            claim.table.lease_token == claim.token,
            claim.table.state == Delivery.SENDING,
        )
        .values(lease_token=None, lease_until=None, **values)
        .execution_options(synchronize_session=False)
    )
    return bool(done.rowcount == 1)  # type: ignore[attr-defined]
