from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from app.domain.vocabulary import Language, Role, SolutionStatus
from app.store.catalogue import Solution
from app.store.people import Account, Membership, Organisation, Workplace
from app.use_cases import organisations, problems, solutions
from config.reference.organisations import reference_organisations
from tests.people import actor_of, make_account, make_organisation, make_workplace
from tests.web.browsing import Browser, Site, site_on

ORGANISATION: dict[str, Any] = {
    "name": "Sandby Omsorg ApS",
    "kind": "privat",
    "region": "midtjylland",
    "cvr": "29189846",
}
WORKPLACE: dict[str, Any] = {
    "workplace_name": "Hjemmeplejen Nord",
    "sector": "elderly_care",
    "size": "20_99",
    "region": "midtjylland",
}


@pytest.fixture
def site(database: str, tmp_path: Path) -> Iterator[Site]:
    with site_on(database, tmp_path) as opened_site:
        with opened_site.database.transaction() as uow:
            make_account(uow, "anna@sandby.example", {Role.ADOPTER, Role.OWNER}, "Anna Alm")
            make_organisation(uow, "Sandby Kommune")
        yield opened_site


@pytest.fixture
def anna(site: Site) -> Browser:
    return signed_in(site, "anna@sandby.example")


def signed_in(site: Site, email: str, roles: frozenset[Role] = frozenset({Role.ADOPTER})) -> Browser:
    with site.database.transaction() as uow:
        make_account(uow, email, roles, name=email.partition("@")[0].title())
    browser = site.browser()
    assert browser.sign_in(email).status_code == 303
    return browser


def id_of(site: Site, table: type[Organisation] | type[Workplace], name: str) -> UUID:
    with site.database.reading() as uow:
        return uow.session.scalars(select(table.id).where(table.name == name)).one()


def members(site: Site) -> list[str]:
    with site.database.reading() as uow:
        return sorted(uow.session.scalars(select(Account.email).join(Membership)))


def workplace_with(site: Site, *emails: str) -> UUID:
    with site.database.transaction() as uow:
        return make_workplace(uow, "Hjemmeplejen Nord", *(make_account(uow, email) for email in emails)).id


def test_from_a_name_typed_badly_to_the_first_problem(site: Site, anna: Browser) -> None:
    with site.database.transaction() as uow:
        organisations.load_reference(uow, rows=reference_organisations())
    anna.get("/workplaces/join?q=Viborg+kom.")
    viborg = f"/workplaces/join/{id_of(site, Organisation, 'Viborg Kommune')}"
    assert anna.page.index(viborg) == anna.page.index("/workplaces/join/"), "the one that is meant stands first"
    anna.get(viborg)
    anna.follow(anna.post(viborg, **WORKPLACE))
    assert "You are now a contact of Hjemmeplejen Nord." in anna.page
    assert "Describe your first problem" in anna.page
    assert members(site) == ["anna@sandby.example"]


def test_a_close_organisation_is_shown_first_and_what_was_typed_stays(site: Site, anna: Browser) -> None:
    anna.get("/organisations/new?name=Sanby+kommune")
    assert 'value="Sanby kommune"' in anna.page
    assert 'value="kommune" checked' in anna.page
    typed: dict[str, Any] = {"name": "Sanby kommune", "kind": "kommune", "region": "sjaelland", "cvr": ""}
    assert anna.post("/organisations/new", **typed).status_code == 422
    assert f"/workplaces/join/{id_of(site, Organisation, 'Sandby Kommune')}" in anna.page
    assert 'value="Sanby kommune"' in anna.page
    answer = anna.post("/organisations/new", **typed, sure="y")
    assert answer.location == f"/workplaces/join/{id_of(site, Organisation, 'Sanby kommune')}"


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("cvr", "12345678", "This is not a CVR number."), ("cvr", "x" * 21, "too long"),
        ("name", "", "Write the name."),
        ("name", "x" * 201, "too long"), ("kind", "kongerige", "Choose one from the list."),
        ("region", "", "Choose a place."), ("name", "\x00\u202e ", "Write the name."),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_organisation_is_said_at_the_field(
    site: Site, anna: Browser, field: str, typed: str, said: str
) -> None:
    anna.get("/organisations/new")
    assert anna.post("/organisations/new", **{**ORGANISATION, field: typed}).status_code == 422
    assert said in anna.page
    with site.database.reading() as uow:
        assert uow.session.scalar(select(func.count()).select_from(Organisation)) == 1


def test_a_form_sent_twice_makes_one_organisation_and_one_workplace(site: Site, anna: Browser) -> None:
    anna.get("/organisations/new")
    page = anna.page
    first = anna.post("/organisations/new", **ORGANISATION)
    anna.page = page
    assert anna.post("/organisations/new", **ORGANISATION).location == first.location
    anna.follow(first)
    page = anna.page
    assert first.location is not None
    joined = anna.post(first.location, **WORKPLACE)
    anna.page = page
    assert anna.post(first.location, **WORKPLACE).location == joined.location == "/overview"
    with site.database.reading() as uow:
        assert uow.session.scalar(select(func.count()).select_from(Organisation)) == 2
        assert uow.session.scalar(select(func.count()).select_from(Workplace)) == 1


def test_a_colleague_chooses_the_workplace_and_need_not_describe_it_again(site: Site, anna: Browser) -> None:
    workplace_with(site, "bent@sandby.example")
    path = f"/workplaces/join/{id_of(site, Organisation, 'Sandby Kommune')}"
    assert "workplace=Hjemmeplejen+Nord" in anna.get(path).text
    anna.get(f"{path}?workplace=Hjemmeplejen+Nord")
    assert "so we know the rest" in anna.page
    assert anna.post(path, workplace_name="hjemmeplejen nord").status_code == 303
    assert members(site) == ["anna@sandby.example", "bent@sandby.example"]


def test_a_workplace_that_is_almost_the_same_is_asked_about(site: Site, anna: Browser) -> None:
    workplace_with(site, "bent@sandby.example")
    path = f"/workplaces/join/{id_of(site, Organisation, 'Sandby Kommune')}"
    anna.get(path)
    typed = {**WORKPLACE, "workplace_name": "Hjemmepleien Nord"}
    assert anna.post(path, **typed).status_code == 422
    assert "Do you mean one of these?" in anna.page
    assert anna.post(path, **typed, sure="y").status_code == 303


def test_a_stranger_needs_an_invitation_that_works_once(site: Site, anna: Browser) -> None:
    workplace_id = workplace_with(site, "anna@sandby.example")
    eve = signed_in(site, "eve@elsewhere.example")
    path = f"/workplaces/join/{id_of(site, Organisation, 'Sandby Kommune')}"
    eve.get(path)
    assert eve.post(path, workplace_name="Hjemmeplejen Nord").status_code == 422
    assert "A colleague must invite you" in eve.page
    assert eve.post(f"/workplaces/{workplace_id}/invite").status_code == 404
    anna.get(f"/workplaces/{workplace_id}")
    anna.post(f"/workplaces/{workplace_id}/invite")
    link = anna.page.split("/workplaces/invitation/")[1].split("<")[0]
    invitation = f"/workplaces/invitation/{link}"
    assert "You are invited" in eve.get(invitation).text
    assert members(site) == ["anna@sandby.example"], "looking changes nothing"
    eve.follow(eve.post(invitation))
    assert members(site) == ["anna@sandby.example", "eve@elsewhere.example"]
    mallory = signed_in(site, "mallory@elsewhere.example")
    assert mallory.get(invitation).status_code == 410
    mallory.get("/overview")
    assert mallory.post(invitation).status_code == 410
    assert members(site) == ["anna@sandby.example", "eve@elsewhere.example"]


def test_a_workplace_shows_outsiders_only_what_is_published(site: Site, anna: Browser) -> None:
    workplace_id = workplace_with(site, "anna@sandby.example")
    eve, visitor = signed_in(site, "eve@elsewhere.example"), site.browser()
    path = f"/workplaces/{workplace_id}"
    missing = eve.get(f"/workplaces/{uuid4()}")
    for outsider in (eve, visitor):
        assert outsider.get(path).status_code == missing.status_code == 404
    with site.database.transaction() as uow:
        actor = actor_of(uow, uow.session.scalars(select(Account).where(Account.email == "anna@sandby.example")).one())
        problems.begin_problem(
            uow, actor=actor, workplace_id=workplace_id, language=Language.DANISH, fields={"title": "Hemmeligt problem"}
        )
        for title in ("Offentlig natdagbog", "Hemmelig kladde"):
            solutions.begin_solution(
                uow, actor=actor, workplace_id=workplace_id, language=Language.DANISH, fields={"title": title}
            )
        uow.session.scalars(
            select(Solution).where(Solution.title == "Offentlig natdagbog")
        ).one().status = SolutionStatus.PUBLISHED
    for outsider in (eve, visitor):
        page = outsider.get(path).text
        assert "Offentlig natdagbog" in page
        for secret in ("Hemmelig", "Anna Alm", "How many introductions", "anna@sandby.example", "Invite"):
            assert secret not in page
    page = anna.get(path).text
    for known in ("Offentlig natdagbog", "Hemmelig kladde", "Hemmeligt problem", "Anna Alm", "Invite a colleague"):
        assert known in page
    overview = anna.get("/overview").text
    assert "Finish your draft" in overview
    assert "Hemmeligt problem" in overview


def test_the_capacity_is_changed_by_members_within_bounds(site: Site, anna: Browser) -> None:
    workplace_id = workplace_with(site, "anna@sandby.example")
    path = f"/workplaces/{workplace_id}/settings"
    sent: dict[str, Any] = {"sector": "school", "size": "20_99", "region": "", "at_a_time": "3", "per_quarter": "1.0"}
    eve = signed_in(site, "eve@elsewhere.example")
    eve.get("/overview")
    assert eve.post(path, **sent).status_code == 404
    anna.get(path)
    for field, typed, said in (
        ("at_a_time", "mange", "Write a whole number"), ("at_a_time", "-1", "Write a number from 0 to 50."),
        ("per_quarter", str(2**70), "Write a whole number"), ("per_quarter", "", "Write a number, or 0 for none."),
        ("at_a_time", "51", "Write a number from 0 to 50."),
    ):  # fmt: skip
        assert anna.post(path, **{**sent, "per_quarter": "9", field: typed}).status_code == 422
        assert said in anna.page
        assert f'value="{typed}"' in anna.page
    anna.follow(anna.post(path, **{**sent, "per_quarter": "9"}))
    assert "3 at a time and 9 in three months" in anna.page


def test_leaving_a_workplace_closes_its_door_behind(site: Site, anna: Browser) -> None:
    workplace_id = workplace_with(site, "anna@sandby.example", "bent@sandby.example")
    anna.get(f"/workplaces/{workplace_id}")
    anna.follow(anna.post(f"/workplaces/{workplace_id}/leave"))
    assert anna.get(f"/workplaces/{workplace_id}").status_code == 404
    assert members(site) == ["bent@sandby.example"]
