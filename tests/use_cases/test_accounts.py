from collections.abc import Iterator
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select

from app.domain.errors import InputMissing, LinkNotValid, NotPermitted
from app.domain.events import AccountRegistered, PasswordChanged, PasswordResetRequested, RegistrationRepeated
from app.domain.vocabulary import Language, Role, WorkRole
from app.store.people import Account, SignIn
from app.store.unit_of_work import Database
from app.use_cases import accounts, passwords
from tests.people import PASSWORD, Clock, actor_of, make_account, make_workplace, opened, register, told


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(database: str, clock: Clock) -> Iterator[Database]:
    with opened(database, clock) as opened_store:
        yield opened_store


def code_of(refused: pytest.ExceptionInfo[NotPermitted]) -> str:
    return refused.value.code


def sign_in(store: Database, email: str = "anna@example.dk", password: str = PASSWORD) -> str:
    with store.transaction() as uow:
        return accounts.sign_in(uow, email=email, password=password)


def is_signed_in(store: Database, token: str) -> bool:
    with store.reading() as uow:
        return accounts.signed_in_actor(uow, token=token) is not None


def test_a_new_account_waits_for_its_address_to_be_proved(store: Database) -> None:
    with store.transaction() as uow:
        register(uow)
    with store.reading() as uow:
        account = accounts.find_by_email(uow, "anna@example.dk")
        assert account is not None
        assert account.email_verified_at is None
        assert told(uow, AccountRegistered) == [str(account.id)]
        assert PASSWORD not in account.password_hash
    with pytest.raises(NotPermitted) as refused:
        sign_in(store)
    assert code_of(refused) == "email_not_verified"


def test_registering_a_known_address_changes_nothing_and_tells_its_owner(store: Database) -> None:
    with store.transaction() as uow:
        account = make_account(uow)
        before = account.password_hash
    with store.transaction() as uow:
        register(uow, password="helt anden sætning her", name="Somebody Else")
    with store.reading() as uow:
        after = uow.session.get_one(Account, account.id)
        assert (after.password_hash, after.display_name) == (before, "Anna Alm")
        assert told(uow, RegistrationRepeated) == [str(account.id)]
        assert told(uow, AccountRegistered) == []


def test_nobody_can_register_an_address_and_have_its_owner_open_the_account_for_them(store: Database) -> None:
    stranger_knows = "fremmed vælger sit eget"
    with store.transaction() as uow:
        register(uow, password=stranger_knows)
        account = accounts.find_by_email(uow, "anna@example.dk")
        assert account is not None
    # The owner of the mailbox opens the link, and does not know the stranger's password.
    with pytest.raises(NotPermitted) as refused, store.transaction() as uow:
        accounts.verify_email(uow, account_id=account.id, password=PASSWORD)
    assert code_of(refused) == "wrong_password"
    with pytest.raises(NotPermitted):
        sign_in(store, password=stranger_knows)
    # Registering herself replaces the stranger's password.
    with store.transaction() as uow:
        register(uow)
        accounts.verify_email(uow, account_id=account.id, password=PASSWORD)
    assert is_signed_in(store, sign_in(store))
    with pytest.raises(NotPermitted):
        sign_in(store, password=stranger_knows)


def test_registering_takes_only_the_roles_that_people_may_choose(store: Database) -> None:
    with store.transaction() as uow:
        accounts.register(
            uow, email="anna@example.dk", display_name="Anna", password=PASSWORD, language=Language.DANISH,
            work_role=WorkRole.LEADER, wants={Role.OWNER, Role.ADMINISTRATOR, Role.CONSULTANT},
        )  # fmt: skip
    with store.reading() as uow:
        account = accounts.find_by_email(uow, "anna@example.dk")
        assert account is not None
        assert account.roles == ["owner"]


@pytest.mark.parametrize("password", ["kort", "x" * 129, "Adgangskode2026!", "anna@example.dk", "genklang2026"])
def test_a_password_that_anybody_would_guess_is_refused(store: Database, password: str) -> None:
    with pytest.raises(InputMissing) as refused, store.transaction() as uow:
        register(uow, password=password)
    assert refused.value.field == "password"
    with store.reading() as uow:
        assert uow.session.scalar(select(func.count()).select_from(Account)) == 0


def test_signing_in_says_the_same_for_an_unknown_address_and_a_wrong_password(store: Database) -> None:
    with store.transaction() as uow:
        make_account(uow)
    with pytest.raises(NotPermitted) as wrong:
        sign_in(store, password="ikke den rigtige her")
    with pytest.raises(NotPermitted) as unknown:
        sign_in(store, email="nobody@example.dk")
    assert (code_of(wrong), str(wrong.value)) == (code_of(unknown), str(unknown.value))


def test_an_unknown_address_costs_as_much_work_as_a_known_one(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with store.transaction() as uow:
        make_account(uow)
    checked: list[str] = []
    real = PasswordHasher.verify

    def verify(hasher: PasswordHasher, stored: str, password: bytes) -> bool:
        checked.append(stored.rsplit("$", 2)[0])
        return real(hasher, stored, password)

    monkeypatch.setattr(PasswordHasher, "verify", verify)
    for email in ("anna@example.dk", "nobody@example.dk"):
        with pytest.raises(NotPermitted):
            sign_in(store, email=email, password="ikke den rigtige her")
    assert len(checked) == 2
    assert checked[0] == checked[1], "the same algorithm with the same parameters"
    assert checked[0].startswith("$argon2id$")


def test_only_the_digest_of_a_long_secret_is_stored(store: Database) -> None:
    with store.transaction() as uow:
        make_account(uow)
    first, second = sign_in(store), sign_in(store)
    assert first != second
    assert len(first) >= 43, "32 bytes in base64"
    with store.reading() as uow:
        stored = set(uow.session.scalars(select(SignIn.token_digest)))
    assert stored == {accounts.digest_of(first), accounts.digest_of(second)}
    assert first not in stored


def test_signing_in_renews_a_hash_made_with_older_parameters(store: Database) -> None:
    with store.transaction() as uow:
        old = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(PASSWORD.encode())
        account = make_account(uow)
        account.password_hash = old
    sign_in(store)
    with store.reading() as uow:
        renewed = uow.session.get_one(Account, account.id).password_hash
    assert renewed != old
    assert not passwords.is_outdated(renewed)
    assert is_signed_in(store, sign_in(store))


def test_signing_out_ends_the_secret_on_the_server(store: Database) -> None:
    with store.transaction() as uow:
        make_account(uow)
    here, elsewhere = sign_in(store), sign_in(store)
    with store.transaction() as uow:
        accounts.sign_out(uow, token=here)
    assert not is_signed_in(store, here)
    assert is_signed_in(store, elsewhere)


def test_a_sign_in_ends_after_an_hour_of_silence(store: Database, clock: Clock) -> None:
    with store.transaction() as uow:
        make_account(uow)
    token = sign_in(store)
    clock.pass_by(minutes=59)
    assert is_signed_in(store, token)
    clock.pass_by(minutes=1)
    assert not is_signed_in(store, token)


def test_a_sign_in_in_use_lasts_twelve_hours_and_no_longer(store: Database, clock: Clock) -> None:
    with store.transaction() as uow:
        make_account(uow)
    token = sign_in(store)
    for _ in range(23):
        clock.pass_by(minutes=30)
        assert is_signed_in(store, token)
        with store.transaction() as uow:
            accounts.touch(uow, token=token)
    clock.pass_by(minutes=30)
    assert not is_signed_in(store, token)


def test_a_sign_of_life_is_written_once_a_minute(store: Database, clock: Clock) -> None:
    with store.transaction() as uow:
        make_account(uow)
    token = sign_in(store)

    def is_due() -> bool:
        with store.reading() as uow:
            found = accounts.signed_in_actor(uow, token=token)
        assert found is not None
        return found.is_due_for_touch

    clock.pass_by(seconds=59)
    assert not is_due()
    clock.pass_by(seconds=1)
    assert is_due()
    with store.transaction() as uow:
        accounts.touch(uow, token=token)
    assert not is_due()


def test_the_actor_has_the_roles_and_workplaces_of_this_moment(store: Database) -> None:
    with store.transaction() as uow:
        account = make_account(uow)
    token = sign_in(store)
    with store.transaction() as uow:
        stored = uow.session.get_one(Account, account.id)
        stored.roles = ["adopter", "owner"]
        workplace = make_workplace(uow, "Skolen", stored)
    with store.reading() as uow:
        found = accounts.signed_in_actor(uow, token=token)
    assert found is not None
    assert found.actor.roles == {Role.ADOPTER, Role.OWNER}
    assert found.actor.workplace_ids == {workplace.id}
    assert (found.actor.display_name, found.actor.language) == ("Anna Alm", Language.DANISH)


def test_a_closed_account_is_cut_off_and_told_so_only_with_the_right_password(store: Database, clock: Clock) -> None:
    with store.transaction() as uow:
        account = make_account(uow)
    token = sign_in(store)
    with store.transaction() as uow:
        uow.session.get_one(Account, account.id).disabled_at = clock.now
    assert not is_signed_in(store, token)
    with pytest.raises(NotPermitted) as right:
        sign_in(store)
    with pytest.raises(NotPermitted) as wrong:
        sign_in(store, password="ikke den rigtige her")
    assert (code_of(right), code_of(wrong)) == ("account_disabled", "wrong_credentials")


def test_a_new_password_ends_every_sign_in_and_proves_the_address(store: Database) -> None:
    with store.transaction() as uow:
        account = make_account(uow)
    token = sign_in(store)
    with store.transaction() as uow:
        accounts.reset_password(uow, account_id=account.id, password="ny lang sætning igen")
    assert not is_signed_in(store, token)
    with pytest.raises(NotPermitted):
        sign_in(store)
    assert is_signed_in(store, sign_in(store, password="ny lang sætning igen"))
    with store.reading() as uow:
        assert told(uow, PasswordChanged) == [str(account.id)]


def test_a_link_for_a_new_password_dies_with_the_old_password(store: Database) -> None:
    with store.transaction() as uow:
        account = make_account(uow)
        before = accounts.reset_subject(account)
        accounts.reset_password(uow, account_id=account.id, password="ny lang sætning igen")
        assert accounts.reset_subject(account) != before


def test_asking_for_a_link_is_told_only_to_those_who_have_an_account(store: Database, clock: Clock) -> None:
    with store.transaction() as uow:
        account = make_account(uow)
        closed = make_account(uow, "closed@example.dk")
        closed.disabled_at = clock.now
        for email in ("anna@example.dk", "closed@example.dk", "nobody@example.dk"):
            accounts.request_reset(uow, email=email)
            accounts.ask_for_verification(uow, email=email)
    with store.reading() as uow:
        assert told(uow, PasswordResetRequested) == [str(account.id)]
        assert told(uow, AccountRegistered) == []


def test_a_closed_account_cannot_be_opened_by_a_link(store: Database, clock: Clock) -> None:
    with store.transaction() as uow:
        account = make_account(uow)
        account.disabled_at = clock.now
    with pytest.raises(LinkNotValid), store.transaction() as uow:
        accounts.reset_password(uow, account_id=account.id, password="ny lang sætning igen")
    with pytest.raises(LinkNotValid), store.transaction() as uow:
        accounts.verify_email(uow, account_id=account.id, password=PASSWORD)


def test_a_profile_keeps_the_roles_that_an_administrator_gave(store: Database) -> None:
    with store.transaction() as uow:
        account = make_account(uow, roles={Role.ADOPTER, Role.CONSULTANT})
        accounts.change_profile(
            uow, actor=actor_of(uow, account), display_name="Anna B", phone="", work_role=WorkRole.PRACTITIONER,
            language=Language.ENGLISH, wants={Role.OWNER, Role.ADMINISTRATOR}, digest_wanted=False,
        )  # fmt: skip
    with store.reading() as uow:
        changed = uow.session.get_one(Account, account.id)
        assert changed.roles == ["consultant", "owner"]
        assert (changed.display_name, changed.language, changed.digest_wanted) == ("Anna B", Language.ENGLISH, False)


def test_ended_sign_ins_are_forgotten(store: Database, clock: Clock) -> None:
    with store.transaction() as uow:
        make_account(uow)
    sign_in(store)
    clock.now += timedelta(hours=2)
    alive = sign_in(store)
    with store.transaction() as uow:
        accounts.forget_ended_sign_ins(uow)
    with store.reading() as uow:
        assert list(uow.session.scalars(select(SignIn.token_digest))) == [accounts.digest_of(alive)]
