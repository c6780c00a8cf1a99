"""Verbs about solutions and what follows from them."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from app.domain.errors import Conflict, NotFound, NotPermitted, StepNotPossible
from app.domain.vocabulary import Actor, Language, Reason, SolutionStatus, Stage, SuggestionStatus
from app.store.catalogue import Solution
from app.store.matches import Suggestion
from app.store.outbox import OutboxMessage
from app.store.queries.solutions import merged_into
from app.use_cases.solutions import begin_solution, merge_solution, take_solution_step, write_solution
from tests.use_cases.introduction_world import World

DAY = date(2024, 3, 1)
PROVEN: dict[str, Any] = {
    "stage": Stage.VALUE_SHOWN, "developed_on": DAY, "implemented_on": DAY, "value_shown_on": DAY,
    "value_evidence": "Optalt",
}  # fmt: skip


@pytest.fixture
def world(database: str) -> Iterator[World]:
    world = World(database)
    yield world
    world.database.dispose()


def _take(world: World, solution_id: UUID, step: str, actor: Actor | None = None, **given: Any) -> None:
    with world.database.transaction() as uow:
        take_solution_step(uow, actor=actor or world.consultant, solution_id=solution_id, step=step, **given)


def _write(world: World, solution_id: UUID, actor: Actor | None = None, **fields: Any) -> None:
    with world.database.transaction() as uow:
        write_solution(uow, actor=actor or world.owner, solution_id=solution_id, fields=fields)


def _read(world: World, solution_id: UUID) -> Solution:
    solution: Solution = world.read(Solution, solution_id)
    return solution


def _events(world: World) -> list[str]:
    with world.database.reading() as uow:
        return list(uow.session.scalars(select(OutboxMessage.name).order_by(OutboxMessage.created_at)))


def test_a_consultant_who_writes_on_behalf_has_the_owner_asked(world: World) -> None:
    with world.database.transaction() as uow:
        solution = begin_solution(
            uow, actor=world.consultant, workplace_id=world.owner_place, language=Language.DANISH,
            fields={"title": "På vegne"},
        )  # fmt: skip
        assert solution.contact_id is None
    assert _events(world) == ["SolutionWrittenOnBehalf"]


def test_an_owner_who_writes_is_asked_nothing(world: World) -> None:
    with world.database.transaction() as uow:
        begin_solution(
            uow, actor=world.owner, workplace_id=world.owner_place, language=Language.DANISH, fields={"title": "Selv"}
        )
    assert _events(world) == []


def test_nobody_writes_for_a_foreign_workplace(world: World) -> None:
    with pytest.raises(NotPermitted), world.database.transaction() as uow:
        begin_solution(uow, actor=world.adopter, workplace_id=world.owner_place, language=Language.DANISH, fields={})


@pytest.mark.parametrize("gap", ["developed_on", "implemented_on", "value_shown_on", "value_evidence", "stage"])
def test_a_solution_is_sent_when_everything_that_its_stage_claims_is_answered(world: World, gap: str) -> None:
    empty = "" if gap == "value_evidence" else None
    solution_id = world.solution(status=SolutionStatus.DRAFT, **{**PROVEN, gap: empty})
    with pytest.raises(StepNotPossible) as refusal:
        _take(world, solution_id, "submit", world.owner)
    assert refusal.value.code == "origin_answered"


def test_sending_is_the_owners_approval_and_a_consultants_is_not(world: World) -> None:
    by_owner = world.solution(status=SolutionStatus.DRAFT, approved_at=None, **PROVEN)
    _take(world, by_owner, "submit", world.owner)
    assert _read(world, by_owner).approved_by_id == world.owner.account_id
    by_consultant = world.solution(status=SolutionStatus.DRAFT, approved_at=None, **PROVEN)
    _take(world, by_consultant, "submit")
    assert _read(world, by_consultant).approved_at is None


def test_nothing_is_published_before_the_owner_has_approved_it(world: World) -> None:
    solution_id = world.solution(status=SolutionStatus.IN_REVIEW, approved_at=None, **PROVEN)
    with pytest.raises(StepNotPossible) as refusal:
        _take(world, solution_id, "publish")
    assert refusal.value.code == "owner_approved"
    _take(world, solution_id, "approve", world.owner)
    _take(world, solution_id, "publish")
    solution = _read(world, solution_id)
    assert solution.status is SolutionStatus.PUBLISHED
    assert not solution.flagged_not_proven
    assert solution.published_at is not None
    assert _events(world) == ["SolutionPublished"]


def test_what_is_not_proven_is_published_only_when_marked(world: World) -> None:
    solution_id = world.solution(status=SolutionStatus.IN_REVIEW, **{**PROVEN, "stage": Stage.PILOTED})
    with pytest.raises(StepNotPossible) as refusal:
        _take(world, solution_id, "publish")
    assert refusal.value.code == "proven_or_flagged"
    _take(world, solution_id, "publish", not_proven=True)
    assert _read(world, solution_id).flagged_not_proven


def test_publishing_twice_does_not_take_the_mark_away(world: World) -> None:
    solution_id = world.solution(status=SolutionStatus.IN_REVIEW, stage=Stage.IDEA)
    _take(world, solution_id, "publish", not_proven=True)
    _take(world, solution_id, "publish")
    assert _read(world, solution_id).flagged_not_proven


@pytest.mark.parametrize("field", ["description", "dead_ends", "value_evidence", "resources"])
def test_whatever_a_consultant_changes_is_approved_anew(world: World, field: str) -> None:
    solution_id = world.solution(status=SolutionStatus.IN_REVIEW, **PROVEN)
    _write(world, solution_id, world.consultant, title=_read(world, solution_id).title)
    assert _read(world, solution_id).approved_at is not None
    _write(world, solution_id, world.consultant, **{field: "Konsulentens ord"})
    assert _read(world, solution_id).approved_at is None


def test_what_the_owner_changes_stays_approved(world: World) -> None:
    solution_id = world.solution(status=SolutionStatus.IN_REVIEW, **PROVEN)
    _write(world, solution_id, description="Ejerens ord")
    assert _read(world, solution_id).approved_at is not None


def test_a_published_solution_whose_proof_is_taken_out_is_marked(world: World) -> None:
    solution_id = world.solution(**PROVEN)
    _write(world, solution_id, dead_ends="E-mails")
    assert not _read(world, solution_id).flagged_not_proven
    _write(world, solution_id, value_evidence="")
    assert _read(world, solution_id).flagged_not_proven


def test_a_changed_text_of_a_published_solution_is_matched_anew(world: World) -> None:
    solution_id = world.solution(**PROVEN)
    suggestion = world.suggestion(world.problem(), solution_id)
    text = _read(world, solution_id).description
    _write(world, solution_id, description=f"{text} Nyt siden i fjor.")
    assert world.read(Suggestion, suggestion).status is SuggestionStatus.SUPERSEDED
    assert _events(world) == ["SolutionTextChanged"]
    assert _read(world, solution_id).status is SolutionStatus.PUBLISHED


def test_a_published_solution_that_became_another_one_is_reviewed_again(world: World) -> None:
    solution_id = world.solution(**PROVEN)
    _write(world, solution_id, problem_text="Unge kommer ikke i skole", description="En anden slags hjælp til unge")
    assert _read(world, solution_id).status is SolutionStatus.IN_REVIEW
    assert _events(world) == ["SolutionSubmitted"]


def test_a_stale_writer_is_told(world: World) -> None:
    solution_id = world.solution()
    revision = _read(world, solution_id).revision
    _write(world, solution_id, description="Først")
    with pytest.raises(Conflict) as conflict, world.database.transaction() as uow:
        write_solution(
            uow, actor=world.owner, solution_id=solution_id, fields={"description": "Sidst"}, revision=revision
        )
    assert conflict.value.code == "edited_meanwhile"


def test_strangers_may_read_a_published_solution_but_not_write_it(world: World) -> None:
    with pytest.raises(NotPermitted):
        _write(world, world.solution(), world.adopter, description="Hærværk")
    with pytest.raises(NotFound):
        _write(world, world.solution(status=SolutionStatus.DRAFT), world.adopter, description="Hærværk")


@pytest.mark.parametrize("status", [SolutionStatus.ARCHIVED, SolutionStatus.MERGED, SolutionStatus.REJECTED])
def test_what_is_over_is_not_written(world: World, status: SolutionStatus) -> None:
    with pytest.raises(StepNotPossible) as refusal:
        _write(world, world.solution(status=status), description="Nyt")
    assert refusal.value.code == "wrong_state"


def test_a_pause_remembers_its_end_and_takes_the_suggestions_away(world: World) -> None:
    solution_id = world.solution(**PROVEN)
    suggestion = world.suggestion(world.problem(), solution_id)
    _take(world, solution_id, "pause", world.owner, paused_until=date(2027, 2, 1))
    assert _read(world, solution_id).paused_until == date(2027, 2, 1)
    assert world.read(Suggestion, suggestion).status is SuggestionStatus.EXPIRED
    _take(world, solution_id, "resume", world.owner)
    assert _read(world, solution_id).paused_until is None
    assert _events(world) == ["SolutionPaused", "SolutionPublished"]


def test_a_rejection_names_its_reason_and_may_be_taken_up_again(world: World) -> None:
    solution_id = world.solution(status=SolutionStatus.IN_REVIEW)
    _take(world, solution_id, "reject", reason=Reason.NOT_A_SOLUTION, note="Fortæl, hvad I gjorde")
    _take(world, solution_id, "revise", world.owner)
    assert _read(world, solution_id).status is SolutionStatus.DRAFT


def test_a_merged_solution_leads_to_its_target_over_several_steps(world: World) -> None:
    first, second, third = world.solution(), world.solution(), world.solution()
    for one, into in ((third, second), (second, first)):
        with world.database.transaction() as uow:
            merge_solution(uow, actor=world.consultant, solution_id=one, into_id=into)
    with world.database.reading() as uow:
        assert merged_into(uow, solution_id=third) == first
        assert merged_into(uow, solution_id=first) is None
    _take(world, first, "archive")
    with world.database.reading() as uow:
        assert merged_into(uow, solution_id=third) is None


def test_a_solution_in_use_by_introductions_is_not_archived(world: World) -> None:
    solution_id = world.solution()
    world.introduction(world.problem(), solution_id)
    with pytest.raises(StepNotPossible) as refusal:
        _take(world, solution_id, "archive")
    assert refusal.value.code == "no_open_introductions"
