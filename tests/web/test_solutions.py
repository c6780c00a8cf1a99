"""The public catalogue and one solution's page."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from app.domain.vocabulary import SolutionStatus, Stage
from app.store.catalogue import Solution
from app.store.people import Workplace
from app.store.queries.solutions import Order, Proof, Wanted, search_solutions
from app.use_cases.solutions import merge_solution
from tests.use_cases.introduction_world import World
from tests.web.text_pages import SOLUTION, Visitor, make_app, text_of

CPR = "010190-1234"
DAY = date(2024, 3, 1)
PROVEN: dict[str, Any] = {
    "stage": Stage.VALUE_SHOWN, "developed_on": DAY, "implemented_on": DAY, "value_shown_on": DAY,
    "value_evidence": "Optalt i uge 10",
}  # fmt: skip


@pytest.fixture
def world(database: str) -> Iterator[World]:
    world = World(database)
    yield world
    world.database.dispose()


@pytest.fixture
def app(world: World, tmp_path: Path) -> Flask:
    return make_app(world, tmp_path)


@pytest.fixture
def visitor(app: Flask, world: World) -> Visitor:
    return Visitor(app, world)


@pytest.fixture
def owner(app: Flask, world: World) -> Visitor:
    return Visitor(app, world, world.owner)


@pytest.fixture
def adopter(app: Flask, world: World) -> Visitor:
    return Visitor(app, world, world.adopter)


@pytest.fixture
def consultant(app: Flask, world: World) -> Visitor:
    return Visitor(app, world, world.consultant)


def _fields(world: World, **changes: Any) -> dict[str, Any]:
    return {**SOLUTION, "workplace": str(world.owner_place), "action": "send", **changes}


def _read(world: World, solution_id: UUID) -> Solution:
    solution: Solution = world.read(Solution, solution_id)
    return solution


def _solutions(world: World) -> list[Solution]:
    with world.database.reading() as uow:
        rows = list(uow.session.scalars(select(Solution)))
        for row in rows:
            uow.session.expunge(row)
        return rows


def _titles(page: str) -> list[str]:
    return re.findall(r'gk-card__title"><a href="/solutions/[0-9a-f-]+">([^<]+)<', page)


# The catalogue


def test_everybody_reads_the_catalogue_and_only_what_is_published(visitor: Visitor, world: World) -> None:
    world.solution(title="Den offentlige", published_at=world.now)
    for status in SolutionStatus:
        if status not in {SolutionStatus.PUBLISHED, SolutionStatus.NEEDS_RENEWAL}:
            world.solution(title=f"Skjult {status}", status=status)
    assert _titles(visitor.get("/solutions")) == ["Den offentlige"]


def test_an_empty_catalogue_and_an_empty_search_help_on(visitor: Visitor, world: World) -> None:
    assert "There are no solutions here yet" in visitor.get("/solutions")
    world.solution()
    page = visitor.get("/solutions?q=kvantefysik")
    assert "No solution fits all of it" in page
    assert "/problems/new" in page


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("skærmbesøg", True), ("SKÆRMBESØG", True), ("Skærm", True), ("skærmbesøg natten", True),
        ("skærmbesøg kvantefysik", False), ("ÆLDRE", True), ("ældre", True), ("100 %", True), ("100_", False),
        ("%", True), ("'; drop table", False), ("æ" * 300, False), ("\x00", True),
    ],
)  # fmt: skip
def test_words_are_found_in_titles_and_texts_whatever_their_case(
    visitor: Visitor, world: World, words: str, *, found: bool
) -> None:
    world.solution(title="Skærmbesøg", description="Hele natten sover Ældre trygt, 100 % af dem.")
    answer = visitor.client.get("/solutions", query_string={"q": words})
    assert answer.status_code == 200
    assert bool(_titles(answer.text)) is found


def test_filters_narrow_and_unknown_ones_do_not(visitor: Visitor, world: World) -> None:
    world.solution(title="Skole", sector="school", target_groups=["children"])
    world.solution(title="Ældre", sector="elderly_care", target_groups=["elderly"], flagged_not_proven=True)
    for query, titles in (
        ("sector=school", {"Skole"}),
        ("target_group=elderly", {"Ældre"}),
        ("target_group=children&sector=school", {"Skole"}),
        ("proof=proven", {"Skole"}),
        ("proof=not_proven", {"Ældre"}),
        ("sector=astrology&page=x&order=y&proof=z", {"Skole", "Ældre"}),
        ("page=-4", {"Skole", "Ældre"}),
        ("page=99999999999999999999", {"Skole", "Ældre"}),
    ):
        assert set(_titles(visitor.get(f"/solutions?{query}"))) == titles, query


def test_titles_stand_in_danish_order(visitor: Visitor, world: World) -> None:
    for title in ("Åben dør", "Æblegrød", "Zoneterapi", "Ødegård", "aften", "Bænk"):
        world.solution(title=title)
    page = visitor.get("/solutions?order=title")
    assert _titles(page) == ["aften", "Bænk", "Zoneterapi", "Æblegrød", "Ødegård", "Åben dør"]


def test_the_best_come_first_title_then_proven_then_newest(world: World) -> None:
    world.solution(title="Gammel", description="om natten")
    world.solution(title="Ikke vist", description="om natten", flagged_not_proven=True)
    world.solution(title="Ny", description="om natten", published_at=world.now)
    world.solution(title="Natten selv", description="x", flagged_not_proven=True)
    with world.database.reading() as uow:
        found = search_solutions(uow, wanted=Wanted(words="natten"))
        proven = search_solutions(uow, wanted=Wanted(words="natten", proof=Proof.PROVEN, order=Order.TITLE))
    assert [line.title for line in found.lines] == ["Natten selv", "Ny", "Gammel", "Ikke vist"]
    assert [line.title for line in proven.lines] == ["Gammel", "Ny"]


def test_long_lists_come_in_pages_that_keep_the_search(visitor: Visitor, world: World) -> None:
    for number in range(23):
        world.solution(title=f"Løsning {number:02}", sector="school")
    first = visitor.get("/solutions?q=løsning&sector=school&order=title")
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following
    second = visitor.get(following.group(1).replace("&amp;", "&"))
    assert len(_titles(first)) == 20
    assert _titles(second) == ["Løsning 20", "Løsning 21", "Løsning 22"]
    assert len(_titles(visitor.get("/solutions?page=9"))) == 3


# One solution


def test_everybody_reads_a_published_solution_and_nobody_its_contact(visitor: Visitor, world: World) -> None:
    solution_id = world.solution(
        **PROVEN, core="Kernen", adaptable="Farven", conditions="En leder", dead_ends="E-mails", resources="To timer",
        links="https://a.example/mere\njavascript:alert(1)", source_url="https://kilde.example/x",
    )  # fmt: skip
    page = visitor.get(f"/solutions/{solution_id}")
    text = text_of(page)
    for part in ("Hjemmeplejen Syd", "Sydby Kommune", "Kernen", "Farven", "En leder", "E-mails", "To timer",
                 "Optalt i uge 10", "Developed", "In daily use", "Value shown"):  # fmt: skip
        assert part in text
    assert 'href="https://kilde.example/x" rel="noopener nofollow"' in page
    assert 'href="javascript:' not in page
    for secret in ("Kontakt Hjemmeplejen Syd", "@example.dk", "+45", "What has happened", "What can be done"):
        assert secret not in text
    assert "Not yet proven" not in text


def test_a_source_that_is_no_web_address_is_no_link(visitor: Visitor, world: World) -> None:
    page = visitor.get(f"/solutions/{world.solution(source_url='javascript:alert(1)')}")
    assert "javascript:alert" not in page


def test_what_is_not_proven_says_so(visitor: Visitor, world: World) -> None:
    page = text_of(visitor.get(f"/solutions/{world.solution(flagged_not_proven=True)}"))
    assert "Not yet proven" in page
    imported = text_of(visitor.get(f"/solutions/{world.solution(flagged_not_proven=True, source_key='k')}"))
    assert "collected from a public source" in imported


@pytest.mark.parametrize("status", [SolutionStatus.DRAFT, SolutionStatus.IN_REVIEW, SolutionStatus.PAUSED])
def test_what_is_not_published_and_what_is_not_there_look_the_same(
    app: Flask, world: World, status: SolutionStatus
) -> None:
    solution_id = world.solution(status=status)
    for reader in (Visitor(app, world), Visitor(app, world, world.adopter)):
        hidden = reader.client.get(f"/solutions/{solution_id}")
        missing = reader.client.get(f"/solutions/{uuid4()}")
        assert (hidden.status_code, missing.status_code) == (404, 404)
    stranger = Visitor(app, world, world.adopter)
    for path in ("edit", "send", "interest"):
        assert stranger.client.get(f"/solutions/{solution_id}/{path}").status_code == 404
        assert stranger.client.get(f"/solutions/{uuid4()}/{path}").status_code == 404
    Visitor(app, world, world.owner).get(f"/solutions/{solution_id}")


def test_a_published_solution_of_others_cannot_be_edited(adopter: Visitor, world: World) -> None:
    solution_id = world.solution()
    adopter.get(f"/solutions/{solution_id}/edit", 404)
    assert adopter.post(f"/solutions/{solution_id}/edit", _fields(world)).status_code == 404
    assert adopter.post(f"/solutions/{solution_id}/archive").status_code == 403


def test_a_merged_solution_leads_to_its_target(visitor: Visitor, world: World) -> None:
    target, merged = world.solution(title="Målet"), world.solution()
    with world.database.transaction() as uow:
        merge_solution(uow, actor=world.consultant, solution_id=merged, into_id=target)
    answer = visitor.client.get(f"/solutions/{merged}")
    assert answer.status_code == 302
    assert answer.location == f"/solutions/{target}"


def test_owners_see_how_much_room_they_have(owner: Visitor, visitor: Visitor, world: World) -> None:
    solution_id = world.solution()
    world.introduction(world.problem(), solution_id, "ask_adopter", "accept_as_adopter")
    text = text_of(owner.get(f"/solutions/{solution_id}"))
    assert "Open now: 1 of 2. Begun in the last three months: 1 of 6." in text
    with world.database.transaction() as uow:
        uow.session.get_one(Workplace, world.owner_place).capacity_at_a_time = 1
    assert "waiting list" in text_of(owner.get(f"/solutions/{solution_id}"))
    assert "Room for introductions" not in visitor.get(f"/solutions/{solution_id}")


# Writing
