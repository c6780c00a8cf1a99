"""Writing a solution, its steps, and the wish to meet its owner."""

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
from app.store.introductions import Introduction
from app.use_cases.solutions import write_solution
from tests.use_cases.introduction_world import World
from tests.web.text_pages import SOLUTION, Visitor, id_in, make_app

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


def test_a_solution_is_written_looked_at_and_sent(owner: Visitor, world: World) -> None:
    world.solution(title="En lignende", problem_text=SOLUTION["problem_text"], description=SOLUTION["description"])
    answer = owner.post("/solutions/new", _fields(world))
    solution_id = id_in(answer)
    assert "En lignende" in owner.get(answer.location)
    sent = owner.post(f"/solutions/{solution_id}/submit", on=answer.location)
    assert sent.status_code == 303
    solution = _read(world, solution_id)
    assert solution.status is SolutionStatus.SUBMITTED
    assert (solution.evaluated, solution.year_in_use, solution.value_shown_on) == (True, 2023, DAY)
    assert solution.value_kinds == ["quality", "efficiency"]
    assert solution.approved_by_id == world.owner.account_id


def test_a_draft_needs_a_title_only_and_comes_back_as_it_was(owner: Visitor, world: World) -> None:
    fields = {"workplace": str(world.owner_place), "title": "Kun titel", "evaluated": "no", "action": "draft"}
    answer = owner.post("/solutions/new", fields)
    assert answer.status_code == 303
    page = owner.get(answer.location)
    assert 'value="Kun titel"' in page
    assert re.search(r'name="evaluated" value="no" checked', page)
    assert _read(world, id_in(answer)).evaluated is False


@pytest.mark.parametrize(
    ("stage", "asked"),
    [
        ("idea", set()),
        ("piloted", {"developed_on"}),
        ("implemented", {"developed_on", "implemented_on"}),
        ("value_shown", {"developed_on", "implemented_on", "value_shown_on", "value_evidence"}),
    ],
)
def test_what_the_stage_claims_is_asked_for_at_the_field(
    owner: Visitor, world: World, stage: str, asked: set[str]
) -> None:
    gates = {"developed_on": "", "implemented_on": "", "value_shown_on": "", "value_evidence": ""}
    answer = owner.post("/solutions/new", _fields(world, stage=stage, **gates))
    assert answer.status_code == (422 if asked else 303)
    assert {name for name in gates if f'id="{name}-error"' in answer.text} == asked


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""), ("title", "x" * 151), ("problem_text", ""), ("description", " "), ("for_whom", ""),
        ("value_text", ""), ("value_kinds", []), ("value_kinds", ["glory"]), ("year_in_use", ""),
        ("year_in_use", "sidste år"), ("year_in_use", "1066"), ("stage", ""), ("stage", "finished"), ("sector", ""),
        ("evaluated", "maybe"), ("developed_on", "31-02-2024"), ("value_shown_on", "2199-01-01"),
        ("source_url", "javascript:alert(1)"), ("source_url", "ftp://a.example"), ("dead_ends", "x" * 5001),
        ("dead_ends", f"Borger {CPR}"), ("value_evidence", f"Se {CPR}"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_at_its_field(owner: Visitor, world: World, field: str, value: Any) -> None:
    answer = owner.post("/solutions/new", _fields(world, **{field: value}))
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert not _solutions(world)


def test_a_cpr_number_is_warned_of_in_a_draft_and_never_published(
    owner: Visitor, consultant: Visitor, world: World
) -> None:
    answer = owner.post("/solutions/new", _fields(world, action="draft", dead_ends=f"Borger {CPR}"))
    solution_id = id_in(answer)
    assert owner.get(answer.location).count("This looks like a CPR number") == 1
    assert owner.post(f"/solutions/{solution_id}/submit").status_code == 409
    reviewed = world.solution(status=SolutionStatus.IN_REVIEW, **PROVEN, resources=f"Spørg {CPR}")
    refused = consultant.post(f"/solutions/{reviewed}/publish")
    assert refused.status_code == 409
    assert "CPR" in refused.text
    assert _read(world, reviewed).status is SolutionStatus.IN_REVIEW


def test_markup_and_formulas_are_harmless(owner: Visitor, visitor: Visitor, world: World) -> None:
    nasty = "<img src=x onerror=alert(1)> =1+1 {{ 7*7 }}"
    solution_id = world.solution(title=nasty, description=nasty, links=nasty, **PROVEN)
    for page in (
        visitor.get(f"/solutions/{solution_id}"), visitor.get("/solutions"), owner.get(f"/solutions/{solution_id}/edit")
    ):  # fmt: skip
        assert "<img src=x" not in page
        assert "&lt;img src=x onerror=alert(1)&gt; =1+1 {{ 7*7 }}" in page


def test_the_same_form_sent_twice_makes_one_solution(owner: Visitor, world: World) -> None:
    key = str(uuid4())
    answers = [owner.post("/solutions/new", _fields(world), key=key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(_solutions(world)) == 1
    again = owner.post("/solutions/new", _fields(world, title="En ny titel"), key=key)
    assert (again.status_code, "En ny titel" in again.text) == (422, True)


def test_two_people_who_write_at_once_both_keep_their_text(owner: Visitor, world: World) -> None:
    solution_id = world.solution(status=SolutionStatus.DRAFT)
    revision = _read(world, solution_id).revision
    with world.database.transaction() as uow:
        write_solution(uow, actor=world.owner, solution_id=solution_id, fields={"core": "Kollegaens kerne"})
    answer = owner.post(
        f"/solutions/{solution_id}/edit", _fields(world, action="draft", revision=revision, core="Min kerne")
    )
    assert answer.status_code == 409
    for text in ("Kollegaens kerne", "Min kerne", str(SOLUTION["description"])):
        assert text in answer.text
    assert _read(world, solution_id).core == "Kollegaens kerne"


def test_a_consultant_writes_on_behalf_and_the_owner_approves(
    owner: Visitor, consultant: Visitor, world: World
) -> None:
    answer = consultant.post("/solutions/new", _fields(world, source_url="https://kilde.example/x"))
    solution_id = id_in(answer)
    assert consultant.post(f"/solutions/{solution_id}/submit", on=answer.location).status_code == 303
    consultant.post(f"/solutions/{solution_id}/take")
    refused = consultant.post(f"/solutions/{solution_id}/publish")
    assert refused.status_code == 409
    assert "has not approved the text yet" in refused.text
    assert "Read the text and approve it" in owner.get(f"/solutions/{solution_id}")
    assert owner.post(f"/solutions/{solution_id}/approve").status_code == 303
    assert "We approve the text" not in owner.get(f"/solutions/{solution_id}")
    assert consultant.post(f"/solutions/{solution_id}/publish").status_code == 303
    assert _read(world, solution_id).status is SolutionStatus.PUBLISHED


def test_editing_a_published_solution_says_what_happens(owner: Visitor, world: World) -> None:
    solution_id = world.solution(**PROVEN)
    assert "The solution is published" in owner.get(f"/solutions/{solution_id}/edit")


# Steps


def test_not_proven_is_published_by_a_tick(consultant: Visitor, world: World) -> None:
    solution_id = world.solution(status=SolutionStatus.IN_REVIEW, **{**PROVEN, "stage": Stage.PILOTED})
    refused = consultant.post(f"/solutions/{solution_id}/publish")
    assert refused.status_code == 409
    assert "Mark it as not proven" in refused.text
    assert consultant.post(f"/solutions/{solution_id}/publish", {"not_proven": "1"}).status_code == 303
    assert _read(world, solution_id).flagged_not_proven


@pytest.mark.parametrize("day", ["2020-01-01", "i morgen", "2199-13-01"])
def test_a_pause_ends_on_a_day_to_come(owner: Visitor, world: World, day: str) -> None:
    solution_id = world.solution(**PROVEN)
    refused = owner.post(f"/solutions/{solution_id}/pause", {"paused_until": day, "note": "Vi har travlt"})
    assert refused.status_code == 422
    assert 'id="step-pause-until-error"' in refused.text
    assert "Vi har travlt" in refused.text
    assert _read(world, solution_id).status is SolutionStatus.PUBLISHED


def test_a_pause_with_a_day_is_remembered(owner: Visitor, world: World) -> None:
    solution_id = world.solution(**PROVEN)
    assert owner.post(f"/solutions/{solution_id}/pause", {"paused_until": "2199-02-01"}).status_code == 303
    assert _read(world, solution_id).paused_until == date(2199, 2, 1)
    assert owner.post(f"/solutions/{solution_id}/resume").status_code == 303


def test_a_rejection_needs_its_reason_and_keeps_the_words(consultant: Visitor, world: World) -> None:
    solution_id = world.solution(status=SolutionStatus.IN_REVIEW)
    refused = consultant.post(f"/solutions/{solution_id}/reject", {"note": "Fortæl, hvad I gjorde"})
    assert refused.status_code == 422
    assert "Choose a reason." in refused.text
    assert "Fortæl, hvad I gjorde" in refused.text
    for step in ("fly", "ask_renewal", "merge"):
        assert consultant.post(f"/solutions/{solution_id}/{step}").status_code == 404


# We would like to meet them


def test_an_adopter_asks_to_meet_the_owner(adopter: Visitor, world: World) -> None:
    solution_id, problem_id = world.solution(**PROVEN), world.problem()
    assert f"/solutions/{solution_id}/interest" in adopter.get(f"/solutions/{solution_id}")
    page = adopter.get(f"/solutions/{solution_id}/interest")
    assert str(problem_id) in page
    answer = adopter.post(
        f"/solutions/{solution_id}/interest", {"problem": str(problem_id), "words": "Vi vil gerne høre mere"}
    )
    assert answer.status_code == 303
    with world.database.reading() as uow:
        introduction = uow.session.scalars(select(Introduction)).one()
        assert introduction.interest == "Vi vil gerne høre mere"
        assert introduction.asked_by_adopter
        assert (introduction.problem_id, introduction.solution_id) == (problem_id, solution_id)


@pytest.mark.parametrize(
    ("words", "field"), [("", "words"), ("x" * 3001, "words"), (f"Ring til {CPR}", "words"), ("God tekst", "problem")]
)
def test_a_wish_without_its_parts_is_refused_and_kept(adopter: Visitor, world: World, words: str, field: str) -> None:
    solution_id, problem_id = world.solution(**PROVEN), world.problem()
    world.problem(title="En anden")
    chosen = "" if field == "problem" else str(problem_id)
    answer = adopter.post(f"/solutions/{solution_id}/interest", {"problem": chosen, "words": words})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert words[:100] in answer.text
    with world.database.reading() as uow:
        assert not uow.session.scalars(select(Introduction)).all()


def test_one_asks_with_ones_own_open_problem_only(adopter: Visitor, world: World) -> None:
    solution_id = world.solution(**PROVEN)
    other, _ = world.place("Plejecenter Åen", "Vestby Kommune")
    foreign = world.problem(other)
    world.problem()
    answer = adopter.post(f"/solutions/{solution_id}/interest", {"problem": str(foreign), "words": "Hej"})
    assert answer.status_code == 422
    assert "Plejecenter Åen" not in answer.text


def test_asking_twice_says_so_and_makes_one(adopter: Visitor, world: World) -> None:
    solution_id, problem_id = world.solution(**PROVEN), world.problem()
    fields = {"problem": str(problem_id), "words": "Hej"}
    key = str(uuid4())
    for _ in range(2):
        assert adopter.post(f"/solutions/{solution_id}/interest", fields, key=key).status_code == 303
    again = adopter.post(f"/solutions/{solution_id}/interest", fields)
    assert again.status_code == 409
    assert "already asked" in again.text
    with world.database.reading() as uow:
        assert len(uow.session.scalars(select(Introduction)).all()) == 1


def test_without_an_open_problem_one_is_led_to_describing_it(adopter: Visitor, owner: Visitor, world: World) -> None:
    solution_id = world.solution(**PROVEN)
    assert "Describe your problem" in adopter.get(f"/solutions/{solution_id}")
    assert "You have no open problem yet" in adopter.get(f"/solutions/{solution_id}/interest")
    assert "cannot be asked for now" in owner.get(f"/solutions/{solution_id}/interest")
