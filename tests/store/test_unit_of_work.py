"""What others did at the same time is a Conflict; what we did wrong stays an error."""

import sqlite3
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from app.domain.errors import Conflict
from app.store import unit_of_work
from app.store.people import Account, Membership
from app.store.safety import UsedLink
from app.store.unit_of_work import Database, UnitOfWork
from tests.people import make_account, opened


def test_the_same_row_made_twice_is_a_conflict(database: str) -> None:
    with opened(database) as store:
        with store.transaction() as uow:
            make_account(uow, "anna@example.dk")
            uow.session.add(UsedLink(token_digest="a" * 64, used_at=uow.now))
        with pytest.raises(Conflict), store.transaction() as uow:
            uow.session.execute(insert(Account).values(_copy_of(uow, "anna@example.dk")))
        with pytest.raises(Conflict), store.transaction() as uow:
            uow.session.add(UsedLink(token_digest="a" * 64, used_at=uow.now))


def _copy_of(uow: UnitOfWork, email: str) -> dict[str, Any]:
    account = uow.session.execute(select(Account.__table__).where(Account.email == email)).mappings().one()
    return dict(account) | {"id": uuid4()}


def test_a_row_that_points_nowhere_is_a_mistake_and_no_conflict(database: str) -> None:
    with opened(database) as store, pytest.raises(IntegrityError), store.transaction() as uow:
        uow.session.add(Membership(account_id=uuid4(), workplace_id=uuid4(), created_at=uow.now))


def test_a_row_without_what_it_needs_is_a_mistake_and_no_conflict(database: str) -> None:
    with opened(database) as store, pytest.raises(IntegrityError), store.transaction() as uow:
        uow.session.execute(insert(UsedLink).values(token_digest="b" * 64, used_at=None))


def test_a_mistyped_statement_is_no_conflict(database: str) -> None:
    with opened(database) as store, pytest.raises(Exception, match="nowhere") as caught, store.transaction() as uow:
        uow.session.execute(text("select * from nowhere"))
    assert not isinstance(caught.value, Conflict)


def test_sqlite_that_stays_locked_is_a_conflict(sqlite_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unit_of_work, "BUSY_TIMEOUT_SECONDS", 0)
    holder = sqlite3.connect(sqlite_database.removeprefix("sqlite:///"), isolation_level=None)
    holder.execute("begin immediate")
    try:
        with opened(sqlite_database) as store, pytest.raises(Conflict), store.transaction() as uow:
            make_account(uow)
    finally:
        holder.close()


def _two_accounts(store: Database) -> None:
    with store.transaction() as uow:
        make_account(uow, "anna@example.dk")
        make_account(uow, "bent@example.dk", name="Bent Bo")


def _rename(session: Session, email: str, *, patience: str = "3s") -> None:
    session.execute(text("select set_config('lock_timeout', :patience, true)"), {"patience": patience})
    session.execute(text("update accounts set display_name = 'Ny' where email = :email"), {"email": email})


def test_a_row_that_stays_locked_is_a_conflict(postgres_database: str) -> None:
    with opened(postgres_database) as store:
        _two_accounts(store)
        with store.transaction() as holder:
            _rename(holder.session, "anna@example.dk")
            with pytest.raises(Conflict), store.transaction() as uow:
                _rename(uow.session, "anna@example.dk", patience="100ms")


@pytest.mark.parametrize("sqlstate", ["40P01", "40001"])
def test_a_deadlock_or_a_serialisation_failure_is_a_conflict(postgres_database: str, sqlstate: str) -> None:
    with opened(postgres_database) as store, pytest.raises(Conflict), store.transaction() as uow:
        uow.session.execute(text(f"do $$ begin raise exception 'made up' using errcode = '{sqlstate}'; end $$"))


def test_a_server_that_is_going_down_is_no_conflict(postgres_database: str) -> None:
    with opened(postgres_database) as store, pytest.raises(OperationalError), store.transaction() as uow:
        uow.session.execute(text("do $$ begin raise exception 'made up' using errcode = '57P01'; end $$"))
