from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from app.domain.errors import InputMissing, LinkNotValid, NotFound, NotPermitted
from app.domain.vocabulary import ANONYMOUS, Language, OrganisationKind, Region, Role, Sector, SizeBucket
from app.store.people import Account, Membership, Organisation, Workplace
from app.store.unit_of_work import Database, UnitOfWork
from app.use_cases import organisations, problems
from app.use_cases.alike_names import kind_named_in, likeness
from config.reference.organisations import ReferenceOrganisation, reference_organisations
from tests.people import Clock, actor_of, make_account, make_organisation, make_workplace, opened

ROWS = reference_organisations()


@pytest.fixture
def store(database: str) -> Iterator[Database]:
    with opened(database, Clock()) as opened_store:
        yield opened_store


def first_for(typed: str) -> str:
    return max(ROWS, key=lambda row: likeness(typed, row.names)).name


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Viborg kom.", "Viborg Kommune"), ("viborg", "Viborg Kommune"), ("Vibrog kommune", "Viborg Kommune"),
        ("KOMMUNEN VIBORG", "Viborg Kommune"), ("Århus", "Aarhus Kommune"), ("arhus kommune", "Aarhus Kommune"),
        ("kbh", "Københavns Kommune"), ("Kbh. kom", "Københavns Kommune"), ("Region Syd", "Region Syddanmark"),
        ("reg. midt", "Region Midtjylland"), ("RegionH", "Region Hovedstaden"),
        ("Ministeriet for børn", "Børne- og Undervisningsministeriet"), ("vejle komune", "Vejle Kommune"),
        ("Vejen", "Vejen Kommune"), ("hjoerring", "Hjørring Kommune"), ("bornholm", "Bornholms Regionskommune"),
        ("ringkøbing skjern", "Ringkøbing-Skjern Kommune"), ("Lyngby", "Lyngby-Taarbæk Kommune"),
        ("sundhedsstyrelse", "Sundhedsstyrelsen"), ("klima ministeriet", "Klima-, Energi- og Forsyningsministeriet"),
    ],
)  # fmt: skip
def test_the_one_that_is_meant_comes_first_however_it_is_typed(typed: str, meant: str) -> None:
    assert first_for(typed) == meant


def test_every_organisation_is_found_by_each_of_its_names() -> None:
    assert [name for row in ROWS for name in row.names if likeness(name, row.names) < 1.0] == []


def test_a_missing_letter_still_leads_there() -> None:
    # "Veje Kommune" may be Vejen as well as Vejle, so one other may stand before the one that is meant.
    def place_of_meant(row: ReferenceOrganisation) -> int:
        typed = row.name[:3] + row.name[4:]
        meant = likeness(typed, row.names)
        return sum(likeness(typed, other.names) > meant for other in ROWS)

    places = [place_of_meant(row) for row in ROWS]
    assert max(places) <= 1
    assert places.count(0) >= len(ROWS) - 1


@pytest.mark.parametrize("typed", ["", "   ", "?!", "\U0001f600", "k"])
def test_nothing_telling_finds_nothing(typed: str) -> None:
    assert max(likeness(typed, row.names) for row in ROWS) == 0.0


@pytest.mark.parametrize("other", ["Privathospitalet Viborg", "Aarhus Universitet", "Sjællandske Medier"])
def test_an_organisation_that_only_shares_a_place_name_is_not_close(other: str) -> None:
    assert all(likeness(other, row.names) < organisations.CLOSE for row in ROWS)


def test_a_name_tells_its_kind() -> None:
    assert kind_named_in("Sandby kom.") is OrganisationKind.KOMMUNE
    assert kind_named_in("Sundhedsministeriet") is OrganisationKind.STAT
    assert kind_named_in("Bøgely ApS") is None


def test_the_reference_list_is_loaded_once_and_a_second_time_changes_nothing(store: Database) -> None:
    with store.transaction() as uow:
        make_organisation(uow, "viborg kommune")
        assert organisations.load_reference(uow, rows=ROWS) == (len(ROWS) - 1, 1)
    with store.transaction() as uow:
        assert organisations.load_reference(uow, rows=ROWS) == (0, 0)
        assert uow.session.scalar(select(func.count()).select_from(Organisation)) == len(ROWS)
        viborg = uow.session.scalars(select(Organisation).where(Organisation.name == "Viborg Kommune")).one()
        assert (viborg.cvr, viborg.region) == ("29189846", Region.MIDTJYLLAND)


def test_the_table_is_searched_with_its_aliases_and_what_was_added_just_now(store: Database) -> None:
    with store.transaction() as uow:
        organisations.load_reference(uow, rows=ROWS)
        anna = make_account(uow)
        organisations.create_organisation(
            uow, actor=actor_of(uow, anna), name="Sandby Omsorg ApS", kind=OrganisationKind.PRIVAT, region=None
        )
    with store.reading() as uow:
        viborg = organisations.find_alike(uow, typed="Viborg kom.")
        sandby = organisations.find_alike(uow, typed="sandby omsorg")
        assert organisations.find_alike(uow, typed="Aarhus", limit=1)[0].name == "Aarhus Kommune"
    assert (viborg[0].name, viborg[0].is_close) == ("Viborg Kommune", True)
    assert not any(one.is_close for one in viborg[1:])
    assert sandby[0].name == "Sandby Omsorg ApS"


@pytest.mark.parametrize(
    ("name", "cvr", "code"),
    [
        ("Ny Forening", "12345678", "cvr_not_valid"), ("Ny Forening", "2918984", "cvr_not_valid"),
        ("Ny Forening", "29 18 98 46", "cvr_taken"), ("ÆBLEØ kommune", "", "organisation_exists"),
    ],
)  # fmt: skip
def test_an_organisation_is_refused_with_the_reason_at_the_field(
    store: Database, name: str, cvr: str, code: str
) -> None:
    with store.transaction() as uow:
        anna = make_account(uow)
        make_organisation(uow, "Viborg Kommune").cvr = "29189846"
        make_organisation(uow, "Æbleø Kommune")
    with pytest.raises(InputMissing) as refused, store.transaction() as uow:
        organisations.create_organisation(
            uow, actor=actor_of(uow, anna.id), name=name, kind=OrganisationKind.OTHER, region=None, cvr=cvr
        )
    assert refused.value.code == code


@dataclass
class Door:
    """Somebody at the door of a workplace."""

    store: Database

    def join(self, email: str, workplace: str = "Hjemmeplejen Nord") -> None:
        with self.store.transaction() as uow:
            account = make_account(uow, email)
            organisations.join(
                uow, actor=actor_of(uow, account), organisation_id=make_organisation(uow).id,
                workplace_name=workplace, sector=Sector.ELDERLY_CARE, size=SizeBucket.FROM_20, region=None,
            )  # fmt: skip

    def members(self) -> list[str]:
        with self.store.reading() as uow:
            return sorted(uow.session.scalars(select(Account.email).join(Membership)))


def test_the_first_to_come_founds_the_workplace_and_a_colleague_finds_it(store: Database) -> None:
    door = Door(store)
    door.join("anna@sandby.example")
    door.join("bent@sandby.example", "hjemmeplejen NORD ")
    door.join("bent@sandby.example")
    assert door.members() == ["anna@sandby.example", "bent@sandby.example"]
    with store.reading() as uow:
        assert uow.session.scalar(select(func.count()).select_from(Workplace)) == 1


@pytest.mark.parametrize("stranger", ["eve@elsewhere.example", "eve@sandby.example.evil.example"])
def test_a_stranger_does_not_walk_into_a_workplace_with_members(store: Database, stranger: str) -> None:
    door = Door(store)
    door.join("anna@sandby.example")
    with pytest.raises(NotPermitted) as refused:
        door.join(stranger)
    assert refused.value.code == "needs_invitation"
    assert door.members() == ["anna@sandby.example"]


def test_a_free_mail_address_proves_no_workplace(store: Database) -> None:
    door = Door(store)
    door.join("anna@" + "gmail.com")
    with pytest.raises(NotPermitted):
        door.join("eve@" + "gmail.com")


def test_a_workplace_that_a_consultant_wrote_for_is_not_taken_by_the_first_to_come(store: Database) -> None:
    with store.transaction() as uow:
        consultant = actor_of(uow, make_account(uow, "k@genklang.example", {Role.CONSULTANT}))
        workplace = make_workplace(uow)
        problems.begin_problem(
            uow, actor=consultant, workplace_id=workplace.id, language=Language.DANISH, fields={"title": "Fald"}
        )
    with pytest.raises(NotPermitted):
        Door(store).join("eve@elsewhere.example")


def test_an_invitation_holds_as_long_as_whoever_made_it_might_invite(store: Database) -> None:
    with store.transaction() as uow:
        anna, eve = make_account(uow, "anna@sandby.example"), make_account(uow, "eve@elsewhere.example")
        workplace = make_workplace(uow, "Hjemmeplejen Nord", anna)
        assert not organisations.may_invite(actor_of(uow, eve), workplace.id)

    def accept(uow: UnitOfWork, invited_by: Account) -> None:
        organisations.join_by_invitation(
            uow, actor=actor_of(uow, eve.id), workplace_id=workplace.id, invited_by=invited_by.id
        )

    with pytest.raises(LinkNotValid), store.transaction() as uow:
        accept(uow, eve)
    with store.transaction() as uow:
        accept(uow, anna)
        assert actor_of(uow, eve.id).workplace_ids == {workplace.id}
        organisations.leave(uow, actor=actor_of(uow, anna.id), workplace_id=workplace.id)
    with pytest.raises(LinkNotValid), store.transaction() as uow:
        accept(uow, anna)


def test_leaving_keeps_the_workplace(store: Database) -> None:
    with store.transaction() as uow:
        anna = make_account(uow)
        workplace = make_workplace(uow, "Skolen", anna)
        organisations.leave(uow, actor=actor_of(uow, anna), workplace_id=workplace.id)
        assert organisations.workplaces_of(uow, actor=actor_of(uow, anna)) == []
        assert organisations.workplace_of(uow, workplace_id=workplace.id).has_members is False
    with pytest.raises(NotFound), store.transaction() as uow:
        organisations.leave(uow, actor=actor_of(uow, anna.id), workplace_id=workplace.id)


def test_capacity_is_the_members_business_and_has_bounds(store: Database) -> None:
    with store.transaction() as uow:
        anna, eve = make_account(uow), make_account(uow, "eve@elsewhere.example")
        workplace = make_workplace(uow, "Skolen", anna)

    def change(account: Account, at_a_time: int) -> None:
        with store.transaction() as uow:
            organisations.change_workplace(
                uow, actor=actor_of(uow, account.id), workplace_id=workplace.id, sector=Sector.SCHOOL,
                size=SizeBucket.FROM_100, region=Region.SJAELLAND, at_a_time=at_a_time, per_quarter=4,
            )  # fmt: skip

    change(anna, 0)
    with pytest.raises(NotPermitted):
        change(eve, 3)
    for out_of_range in (-1, organisations.MOST_AT_A_TIME + 1):
        with pytest.raises(InputMissing):
            change(anna, out_of_range)
    with store.reading() as uow:
        changed = uow.session.get_one(Workplace, workplace.id)
        assert (changed.capacity_at_a_time, changed.capacity_per_quarter, changed.sector) == (0, 4, Sector.SCHOOL)


def test_visitors_join_and_found_nothing(store: Database) -> None:
    with pytest.raises(NotPermitted), store.transaction() as uow:
        organisations.create_organisation(uow, actor=ANONYMOUS, name="Ny", kind=OrganisationKind.OTHER, region=None)
    with pytest.raises(NotPermitted), store.transaction() as uow:
        organisations.join_by_invitation(uow, actor=ANONYMOUS, workplace_id=uuid4(), invited_by=uuid4())
