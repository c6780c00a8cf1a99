"""People and places for tests: what matters to a test stands in the test, the rest comes from here."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from app.domain.events import Event
from app.domain.vocabulary import Actor, Language, OrganisationKind, Role, Sector, SizeBucket, WorkRole
from app.store.outbox import OutboxMessage
from app.store.people import Account, Membership, Organisation, Workplace
from app.store.unit_of_work import Database, UnitOfWork
from app.use_cases import accounts

PASSWORD = "fire blå heste i regn"


@dataclass
class Clock:
    """A clock that stands still until it is moved on."""

    now: datetime = field(default_factory=lambda: datetime(2026, 11, 24, 9, 0, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **time: float) -> None:
        self.now += timedelta(**time)


@contextmanager
def opened(url: str, clock: Clock | None = None) -> Iterator[Database]:
    database = Database(url, clock=clock or Clock())
    try:
        yield database
    finally:
        database.dispose()


def make_account(
    uow: UnitOfWork, email: str = "anna@example.dk", roles: Collection[Role] = (Role.ADOPTER,), name: str = "Anna Alm"
) -> Account:
    return accounts.create_account(uow, email=email, display_name=name, password=PASSWORD, roles=roles)


def make_organisation(uow: UnitOfWork, name: str = "Sandby Kommune") -> Organisation:
    found = uow.session.scalar(select(Organisation).where(Organisation.name == name))
    if found is not None:
        return found
    organisation = Organisation(name=name, kind=OrganisationKind.KOMMUNE, aliases=[], created_at=uow.now)
    uow.session.add(organisation)
    uow.session.flush()
    return organisation


def make_workplace(
    uow: UnitOfWork, name: str = "Hjemmeplejen Nord", *members: Account, organisation: str = "Sandby Kommune"
) -> Workplace:
    workplace = Workplace(
        organisation_id=make_organisation(uow, organisation).id, name=name, sector=Sector.ELDERLY_CARE,
        size=SizeBucket.FROM_20, created_at=uow.now,
    )  # fmt: skip
    uow.session.add(workplace)
    uow.session.flush()
    for member in members:
        uow.session.add(Membership(account_id=member.id, workplace_id=workplace.id, created_at=uow.now))
    uow.session.flush()
    return workplace


def actor_of(uow: UnitOfWork, account: Account | UUID) -> Actor:
    found = uow.session.get_one(Account, account if isinstance(account, UUID) else account.id)
    return accounts.actor_for(uow, found)


def told(uow: UnitOfWork, event: type[Event]) -> list[str]:
    """The ids of the things that `event` has been told about."""
    messages = uow.session.scalars(select(OutboxMessage).where(OutboxMessage.name == event.__name__))
    return [message.payload["subject_id"] for message in messages]


def register(uow: UnitOfWork, email: str = "anna@example.dk", password: str = PASSWORD, name: str = "Anna Alm") -> None:
    accounts.register(
        uow, email=email, display_name=name, password=password, language=Language.DANISH,
        work_role=WorkRole.LEADER, wants={Role.ADOPTER},
    )  # fmt: skip
