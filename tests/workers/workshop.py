"""What tests of the workers share: a runtime on given servers, and short ways to make work for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import select, update

from app.store.outbox import Mail, OutboxMessage
from app.store.unit_of_work import Database, utc_now
from tests.emails.world import LETTERHEAD
from tests.use_cases.introduction_world import World
from workers.drain import MAIL, drain
from workers.mailer import Mailer
from workers.runtime import Runtime


@contextmanager
def runtime_on(database: str, smtp: str, folder: Path, *, seconds: float = 2.0) -> Iterator[Runtime]:
    """Give a runtime like that of a worker process. seconds: how patient it is with the mail server."""
    with Database(database) as store:
        mailer = Mailer(smtp, sender=LETTERHEAD.mail_from, seconds=seconds)
        yield Runtime(store, LETTERHEAD, mailer, folder)


def present_world(database: str) -> World:
    """Return a world whose clock is the real one, as a worker process has it."""
    world = World(database)
    world.database.clock = utc_now
    world.now = utc_now()
    return world


def ask_adopter(world: World) -> UUID:
    """Let an adopter be asked: one event, which is to become one mail."""
    return world.introduction(world.problem(), world.solution(), "ask_adopter")


def work(runtime: Runtime) -> None:
    """Drain events and then the mails that they cause."""
    drain(runtime, "notices")
    drain(runtime, MAIL)


def mails(store: Database) -> list[Mail]:
    with store.reading() as uow:
        found = list(uow.session.scalars(select(Mail).order_by(Mail.created_at, Mail.id)))
        uow.session.expunge_all()
        return found


def events(store: Database) -> list[OutboxMessage]:
    with store.reading() as uow:
        found = list(uow.session.scalars(select(OutboxMessage).order_by(OutboxMessage.created_at, OutboxMessage.id)))
        uow.session.expunge_all()
        return found


def make_due(store: Database) -> None:
    """As if the waits after failures were over."""
    with store.transaction() as uow:
        for table in (Mail, OutboxMessage):
            uow.session.execute(update(table).where(table.state == "pending").values(next_at=utc_now()))


def end_leases(store: Database) -> None:
    """As if the workers that hold rows had been dead for a while."""
    with store.transaction() as uow:
        for table in (Mail, OutboxMessage):
            long_ago = uow.now - timedelta(days=1)
            uow.session.execute(update(table).where(table.state == "sending").values(lease_until=long_ago))
