"""Verbs about problems and what follows from them."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from app.domain.errors import Conflict, NotFound, NotPermitted, StepNotPossible
from app.domain.vocabulary import (
    IntroductionStatus,
    Language,
    Lifecycle,
    ProblemStatus,
    Reason,
    Sector,
    SuggestionStatus,
)
from app.store.catalogue import Problem
from app.store.history import DueRow, HistoryEntry
from app.store.introductions import Introduction
from app.store.matches import Suggestion
from app.store.outbox import Lane, OutboxMessage
from app.use_cases.problems import begin_problem, merge_problem, take_problem_step, write_problem
from tests.use_cases.introduction_world import World, at_once


@pytest.fixture
def world(database: str) -> Iterator[World]:
    world = World(database)
    yield world
    world.database.dispose()


def _events(world: World) -> list[tuple[str, Lane]]:
    with world.database.reading() as uow:
        rows = uow.session.execute(select(OutboxMessage.name, OutboxMessage.lane).order_by(OutboxMessage.created_at))
        return [(name, lane) for name, lane in rows]


def _take(world: World, problem_id: UUID, step: str, reason: Reason | None = None, note: str = "") -> None:
    actor = world.adopter if step in {"submit", "answer", "renew", "withdraw", "solve"} else world.consultant
    with world.database.transaction() as uow:
        take_problem_step(uow, actor=actor, problem_id=problem_id, step=step, reason=reason, note=note)


def test_a_draft_takes_its_context_from_the_workplace(world: World) -> None:
    with world.database.transaction() as uow:
        problem = begin_problem(
            uow, actor=world.adopter, workplace_id=world.adopter_place, language=Language.DANISH,
            fields={"title": "Titel", "sector": Sector.HEALTH},
        )  # fmt: skip
        problem_id = problem.id
    problem = world.read(Problem, problem_id)
    assert (problem.sector, problem.size, problem.region) == ("health", "20_99", "midtjylland")
    assert problem.contact_id == problem.written_by_id == world.adopter.account_id
    with world.database.reading() as uow:
        history = uow.session.scalars(select(HistoryEntry).where(HistoryEntry.subject_id == problem_id)).all()
        timers = uow.session.scalars(select(DueRow).where(DueRow.subject_id == problem_id)).all()
        assert [(entry.step, entry.to_status) for entry in history] == [("begin", "draft")]
        assert [timer.name for timer in timers] == ["untouched"]


def test_whoever_writes_on_behalf_is_not_the_contact(world: World) -> None:
    with world.database.transaction() as uow:
        problem = begin_problem(
            uow, actor=world.consultant, workplace_id=world.adopter_place, language=Language.DANISH, fields={}
        )
        assert problem.contact_id is None
        assert problem.written_by_id == world.consultant.account_id


def test_only_members_and_consultants_write_for_a_workplace(world: World) -> None:
    with pytest.raises(NotPermitted), world.database.transaction() as uow:
        begin_problem(uow, actor=world.owner, workplace_id=world.adopter_place, language=Language.DANISH, fields={})
    with pytest.raises(NotFound), world.database.transaction() as uow:
        begin_problem(uow, actor=world.consultant, workplace_id=uuid4(), language=Language.DANISH, fields={})


@pytest.mark.parametrize("missing", ["title", "situation", "tried", "better", "context"])
def test_a_problem_is_sent_with_all_five_fields_only(world: World, missing: str) -> None:
    fields: dict[str, Any] = {missing: " "}
    problem_id = world.problem(status=ProblemStatus.DRAFT, **fields)
    with pytest.raises(StepNotPossible) as refusal:
        _take(world, problem_id, "submit")
    assert refusal.value.code == "required_fields"


@pytest.mark.parametrize("place", ["title", "situation", "tried", "better", "context", "systems", "who_decides"])
def test_a_cpr_number_anywhere_stops_the_sending(world: World, place: str) -> None:
    fields: dict[str, Any] = {place: "Borger 010190-1234"}
    problem_id = world.problem(status=ProblemStatus.DRAFT, **fields)
    with pytest.raises(StepNotPossible) as refusal:
        _take(world, problem_id, "submit")
    assert refusal.value.code == "no_cpr"


def test_opening_needs_a_field_of_work(world: World) -> None:
    problem_id = world.problem(status=ProblemStatus.IN_REVIEW, sector=None)
    with pytest.raises(StepNotPossible) as refusal:
        _take(world, problem_id, "open")
    assert refusal.value.code == "sector_and_context"


def test_opening_rings_the_matcher_and_taking_names_the_consultant(world: World) -> None:
    problem_id = world.problem(status=ProblemStatus.SUBMITTED)
    _take(world, problem_id, "take")
    _take(world, problem_id, "open")
    assert world.read(Problem, problem_id).taken_by_id == world.consultant.account_id
    assert ("ProblemOpened", Lane.MATCHING) in _events(world)


def test_a_step_sent_twice_is_one_step(world: World) -> None:
    problem_id = world.problem(status=ProblemStatus.DRAFT)
    _take(world, problem_id, "submit")
    _take(world, problem_id, "submit")
    assert [name for name, _ in _events(world)].count("ProblemSubmitted") == 1


def test_a_changed_text_of_an_open_problem_is_matched_anew_and_decisions_stand(world: World) -> None:
    problem_id = world.problem()
    undecided = world.suggestion(problem_id, world.solution())
    decided = world.suggestion(problem_id, world.solution(), status=SuggestionStatus.SHORTLISTED)
    with world.database.transaction() as uow:
        write_problem(uow, actor=world.adopter, problem_id=problem_id, fields={"tried": "Nyt"})
    assert world.read(Suggestion, undecided).status is SuggestionStatus.SUPERSEDED
    assert world.read(Suggestion, decided).status is SuggestionStatus.SHORTLISTED
    assert ("ProblemTextChanged", Lane.MATCHING) in _events(world)


def test_what_the_matcher_does_not_read_rings_nobody(world: World) -> None:
    problem_id = world.problem()
    with world.database.transaction() as uow:
        write_problem(uow, actor=world.adopter, problem_id=problem_id, fields={"systems": "Cura"})
    assert _events(world) == []


def test_a_stale_writer_is_told(world: World) -> None:
    problem_id = world.problem()
    revision = world.read(Problem, problem_id).revision

    def write(text: str) -> None:
        with world.database.transaction() as uow:
            write_problem(uow, actor=world.adopter, problem_id=problem_id, fields={"tried": text}, revision=revision)

    write("Først")
    with pytest.raises(Conflict) as conflict:
        write("Sidst")
    assert conflict.value.code == "edited_meanwhile"
    assert world.read(Problem, problem_id).tried == "Først"


def test_of_two_writers_in_the_same_moment_one_wins_and_one_is_told(world: World) -> None:
    problem_id = world.problem()
    revision = world.read(Problem, problem_id).revision

    def write(text: str) -> None:
        with world.database.transaction() as uow:
            write_problem(uow, actor=world.adopter, problem_id=problem_id, fields={"tried": text}, revision=revision)

    outcomes = at_once(lambda: write("A"), lambda: write("B"))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict", "NoneType"]
    assert world.read(Problem, problem_id).tried in {"A", "B"}


@pytest.mark.parametrize(
    "status", [ProblemStatus.SOLVED, ProblemStatus.WITHDRAWN, ProblemStatus.EXPIRED, ProblemStatus.MERGED]
)
def test_a_closed_problem_is_not_written(world: World, status: ProblemStatus) -> None:
    problem_id = world.problem(status=status)
    with pytest.raises(StepNotPossible) as refusal, world.database.transaction() as uow:
        write_problem(uow, actor=world.adopter, problem_id=problem_id, fields={"tried": "Nyt"})
    assert refusal.value.code == "wrong_state"
    with pytest.raises(NotFound), world.database.transaction() as uow:
        write_problem(uow, actor=world.owner, problem_id=problem_id, fields={"tried": "Nyt"})


def test_withdrawing_ends_suggestions_and_cancels_what_is_not_made_yet(world: World) -> None:
    problem_id = world.problem()
    suggestion = world.suggestion(problem_id, world.solution())
    introduction = world.introduction(problem_id, None, "ask_adopter")
    _take(world, problem_id, "withdraw", Reason.NO_TIME_NOW)
    assert world.read(Suggestion, suggestion).status is SuggestionStatus.EXPIRED
    assert world.read(Introduction, introduction).status is IntroductionStatus.CANCELLED


def test_problems_are_laid_together_with_an_open_one(world: World) -> None:
    first, second = world.problem(), world.problem()
    with world.database.transaction() as uow:
        merge_problem(uow, actor=world.consultant, problem_id=second, into_id=first)
    merged = world.read(Problem, second)
    assert (merged.status, merged.merged_into_id) == (ProblemStatus.MERGED, first)


@pytest.mark.parametrize("status", [ProblemStatus.DRAFT, ProblemStatus.SOLVED])
def test_problems_are_not_laid_together_with_one_that_is_not_open(world: World, status: ProblemStatus) -> None:
    first, second = world.problem(status=status), world.problem()
    with pytest.raises(StepNotPossible) as refusal, world.database.transaction() as uow:
        merge_problem(uow, actor=world.consultant, problem_id=second, into_id=first)
    assert refusal.value.code == "target_open"
    assert world.read(Problem, second).merged_into_id is None


def test_a_problem_is_not_laid_together_with_itself(world: World) -> None:
    problem_id = world.problem()
    with pytest.raises(StepNotPossible), world.database.transaction() as uow:
        merge_problem(uow, actor=world.consultant, problem_id=problem_id, into_id=problem_id)


def test_renewing_sets_the_timers_anew(world: World) -> None:
    problem_id = world.problem()
    world.pass_time(days=29)
    _take(world, problem_id, "renew")
    with world.database.reading() as uow:
        timers = uow.session.scalars(
            select(DueRow).where(DueRow.lifecycle == Lifecycle.PROBLEM, DueRow.subject_id == problem_id)
        ).all()
        assert sorted((timer.due_at - world.now).days + 1 for timer in timers) == [30, 90, 150, 180]
