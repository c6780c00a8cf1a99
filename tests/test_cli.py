from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from app.cli import main
from app.domain.events import AccountRegistered
from app.store.outbox import Delivery, OutboxMessage
from app.store.people import Account, Organisation
from app.store.unit_of_work import Database
from app.use_cases.accounts import sign_in
from config.reference.organisations import reference_organisations
from config.settings import load
from tests.people import PASSWORD, Clock, opened

Command = Callable[..., Result]


@pytest.fixture
def command(database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Command]:
    monkeypatch.setenv("GENKLANG_DATABASE_URL", database)
    monkeypatch.setenv("GENKLANG_SECRET_KEY", "k" * 40)
    monkeypatch.setenv("GENKLANG_NEW_PASSWORD", PASSWORD)
    load.cache_clear()
    yield lambda *words: CliRunner().invoke(main, words)
    load.cache_clear()


@pytest.fixture
def store(database: str) -> Iterator[Database]:
    with opened(database, Clock()) as opened_store:
        yield opened_store


def test_the_first_administrator_signs_in_at_once(command: Command, store: Database) -> None:
    made = command("create-admin", "--email", "Ulla@Genklang.example", "--name", "Ulla Ud")
    assert (made.exit_code, made.output) == (0, "ulla@genklang.example is administrator.\n")
    with store.transaction() as uow:
        assert sign_in(uow, email="ulla@genklang.example", password=PASSWORD)


def test_an_account_that_exists_gets_the_role_in_addition(command: Command, store: Database) -> None:
    for name in ("create-consultant", "create-admin"):
        assert command(name, "--email", "ulla@genklang.example", "--name", "Ulla Ud").exit_code == 0
    with store.reading() as uow:
        assert uow.session.scalars(select(Account)).one().roles == ["administrator", "consultant"]


@pytest.mark.parametrize(("email", "password"), [("ulla@", PASSWORD), ("ulla@genklang.example", "kort")])
def test_what_cannot_be_is_refused_with_a_sentence(
    command: Command, store: Database, monkeypatch: pytest.MonkeyPatch, email: str, password: str
) -> None:
    monkeypatch.setenv("GENKLANG_NEW_PASSWORD", password)
    refused = command("create-admin", "--email", email, "--name", "Ulla Ud")
    assert refused.exit_code != 0
    assert "Error" in refused.output
    assert "Traceback" not in refused.output
    with store.reading() as uow:
        assert uow.session.scalar(select(func.count()).select_from(Account)) == 0


def test_the_organisations_are_loaded_and_a_second_run_changes_nothing(command: Command, store: Database) -> None:
    everything = len(reference_organisations())
    assert command("organisations", "load").output == f"{everything} new, 0 changed.\n"
    assert command("organisations", "load").output == "0 new, 0 changed.\n"
    with store.reading() as uow:
        assert uow.session.scalar(select(func.count()).select_from(Organisation)) == everything


def test_what_was_given_up_is_listed_and_tried_again(command: Command, store: Database) -> None:
    with store.transaction() as uow:
        account_id = Account(email="a@example.dk").id
        uow.emit(AccountRegistered(account_id))
        uow.session.flush()
        message = uow.session.scalars(select(OutboxMessage)).one()
        message.state, message.last_error = Delivery.DEAD, "mail server says no"
        message_id = message.id
    listed = command("messages", "list").output
    assert str(message_id) in listed
    assert "mail server says no" in listed
    assert command("messages", "retry").exit_code != 0, "which ones?"
    assert command("messages", "retry", str(message_id)).output == "1 will be tried again.\n"
    assert command("messages", "list").output == "0 given up.\n"
    assert command("messages", "retry", str(message_id)).exit_code == 1, "it is on its way already"
    with store.reading() as uow:
        assert uow.session.get_one(OutboxMessage, message_id).state is Delivery.PENDING


def test_without_settings_the_installation_of_make_run_is_meant(
    sqlite_database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("GENKLANG_SECRET_KEY", raising=False)
    monkeypatch.setenv("GENKLANG_VAR", str(tmp_path))
    monkeypatch.setenv("GENKLANG_DATABASE_URL", sqlite_database)
    load.cache_clear()
    refused = CliRunner().invoke(main, ["messages", "list"])
    assert refused.exit_code == 1
    assert "GENKLANG_SECRET_KEY: Field required" in refused.output
    (tmp_path / "secret_key").write_text("k" * 40)
    listed = CliRunner().invoke(main, ["messages", "list"])
    monkeypatch.delenv("GENKLANG_SECRET_KEY")
    load.cache_clear()
    assert (listed.exit_code, listed.output) == (0, "0 given up.\n")


def test_the_tables_are_made_by_one_command_that_may_be_given_twice(
    blank_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GENKLANG_SECRET_KEY", "k" * 40)
    monkeypatch.setenv("GENKLANG_DATABASE_URL", blank_database)
    load.cache_clear()
    for _ in range(2):
        assert CliRunner().invoke(main, ["migrate"]).exit_code == 0
    listed = CliRunner().invoke(main, ["messages", "list"])
    load.cache_clear()
    assert listed.output == "0 given up.\n"
