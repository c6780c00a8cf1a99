from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest

from app.domain.errors import NotFound, NotPermitted, StepNotPossible
from app.domain.vocabulary import Actor, Role
from app.store.people import Account
from app.store.queries.people import list_accounts
from app.store.unit_of_work import Database
from app.use_cases import accounts, administration
from tests.people import PASSWORD, Clock, actor_of, make_account, make_workplace, opened


@pytest.fixture
def store(database: str) -> Iterator[Database]:
    with opened(database, Clock()) as opened_store:
        yield opened_store


@pytest.fixture
def administrator(store: Database) -> Actor:
    with store.transaction() as uow:
        return actor_of(uow, make_account(uow, "ulla@genklang.example", {Role.ADMINISTRATOR}, "Ulla Ud"))


@pytest.fixture
def anna(store: Database) -> UUID:
    with store.transaction() as uow:
        return make_account(uow).id


def roles_of(store: Database, account_id: UUID) -> list[str]:
    with store.reading() as uow:
        return uow.session.get_one(Account, account_id).roles


@pytest.mark.parametrize("change", ["give", "take", "disable"])
def test_a_change_of_what_somebody_may_do_ends_her_sign_ins(
    store: Database, administrator: Actor, anna: UUID, change: str
) -> None:
    with store.transaction() as uow:
        token = accounts.sign_in(uow, email="anna@example.dk", password=PASSWORD)
        assert accounts.signed_in_actor(uow, token=token) is not None
        match change:
            case "give":
                administration.give_role(uow, actor=administrator, account_id=anna, role=Role.CONSULTANT)
            case "take":
                administration.take_role(uow, actor=administrator, account_id=anna, role=Role.ADOPTER)
            case _:
                administration.disable(uow, actor=administrator, account_id=anna)
    with store.reading() as uow:
        assert accounts.signed_in_actor(uow, token=token) is None


def test_roles_are_given_and_taken(store: Database, administrator: Actor, anna: UUID) -> None:
    with store.transaction() as uow:
        administration.give_role(uow, actor=administrator, account_id=anna, role=Role.CONSULTANT)
    assert roles_of(store, anna) == ["adopter", "consultant"]
    with store.transaction() as uow:
        administration.take_role(uow, actor=administrator, account_id=anna, role=Role.CONSULTANT)
    assert roles_of(store, anna) == ["adopter"]


def test_a_closed_account_can_be_opened_again(store: Database, administrator: Actor, anna: UUID) -> None:
    with store.transaction() as uow:
        administration.disable(uow, actor=administrator, account_id=anna)
        administration.enable(uow, actor=administrator, account_id=anna)
    with store.transaction() as uow:
        assert accounts.sign_in(uow, email="anna@example.dk", password=PASSWORD)


@pytest.mark.parametrize("role", [Role.ADOPTER, Role.OWNER, Role.CONSULTANT])
def test_nobody_else_manages_accounts(store: Database, anna: UUID, role: Role) -> None:
    with store.transaction() as uow:
        actor = actor_of(uow, make_account(uow, "eve@elsewhere.example", {role}))
    for verb in (administration.disable, administration.enable):
        with pytest.raises(NotPermitted), store.transaction() as uow:
            verb(uow, actor=actor, account_id=anna)
    for change in (administration.give_role, administration.take_role):
        with pytest.raises(NotPermitted), store.transaction() as uow:
            change(uow, actor=actor, account_id=anna, role=Role.ADMINISTRATOR)
    assert roles_of(store, anna) == ["adopter"]


def test_the_last_administrator_stays(store: Database, administrator: Actor, anna: UUID) -> None:
    assert administrator.account_id is not None
    me = administrator.account_id
    with pytest.raises(StepNotPossible), store.transaction() as uow:
        administration.disable(uow, actor=administrator, account_id=me)
    with pytest.raises(StepNotPossible), store.transaction() as uow:
        administration.take_role(uow, actor=administrator, account_id=me, role=Role.ADMINISTRATOR)
    with store.transaction() as uow:
        administration.give_role(uow, actor=administrator, account_id=anna, role=Role.ADMINISTRATOR)
        administration.take_role(uow, actor=administrator, account_id=me, role=Role.ADMINISTRATOR)
    assert roles_of(store, me) == []


def test_an_account_that_is_not_there_is_not_found(store: Database, administrator: Actor) -> None:
    with pytest.raises(NotFound), store.transaction() as uow:
        administration.disable(uow, actor=administrator, account_id=uuid4())


def test_accounts_are_searched_by_name_and_address_and_paged(store: Database, administrator: Actor, anna: UUID) -> None:
    with store.transaction() as uow:
        make_workplace(uow, "Skolen", uow.session.get_one(Account, anna))
        make_account(uow, "100_percent@example.dk", name="Per Cent")
    with store.reading() as uow:
        assert [line.id for line in list_accounts(uow, search="ANNA")[0]] == [anna]
        assert list_accounts(uow, search="Alm")[0][0].workplaces == ("Skolen",)
        assert [line.email for line in list_accounts(uow, search="0_p")[0]] == ["100_percent@example.dk"]
        assert list_accounts(uow, search="%")[1] == 0
        pages = [list_accounts(uow, page=page, per_page=2) for page in (1, 2)]
    assert [(len(lines), count) for lines, count in pages] == [(2, 3), (1, 3)]
