"""How introductions end: owners that are silent are offered a pause, and either side may say that it is done."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from app.domain.vocabulary import IntroductionStatus, Reason
from app.store.introductions import Introduction
from app.use_cases.introductions import propose_pause
from tests.use_cases.introduction_world import World


@pytest.fixture
def world(database: str) -> Iterator[World]:
    made = World(database)
    yield made
    made.database.dispose()


def _left_unanswered(world: World, solution_id: UUID) -> UUID:
    introduction = world.introduction(world.problem(), solution_id, "ask_adopter", "accept_as_adopter")
    world.step(introduction, "expire")
    return introduction


def _proposes(world: World, introduction_id: UUID) -> bool:
    with world.database.transaction() as uow:
        return propose_pause(uow, introduction_id=introduction_id)


def test_a_pause_is_proposed_to_an_owner_that_is_silent_three_times_in_a_row(world: World) -> None:
    place, _ = world.place("Den tavse", "Tavsby", at_a_time=20, per_quarter=50)
    solution = world.solution(place)
    assert [_proposes(world, _left_unanswered(world, solution)) for _ in range(4)] == [False, False, True, False]


def test_one_answer_begins_the_count_anew(world: World) -> None:
    place, _ = world.place("Den svarende", "Svarby", at_a_time=20, per_quarter=50)
    solution = world.solution(place)
    for _ in range(2):
        assert not _proposes(world, _left_unanswered(world, solution))
    world.introduction(world.problem(), solution, "ask_adopter", "accept_as_adopter", "accept_as_owner")
    assert not _proposes(world, _left_unanswered(world, solution))


def test_an_adopter_that_does_not_answer_counts_against_nobody(world: World) -> None:
    solution = world.solution()
    introduction = world.introduction(world.problem(), solution, "ask_adopter")
    world.step(introduction, "expire")
    assert not _proposes(world, introduction)


def test_a_side_proposes_the_conclusion_and_the_consultant_decides(world: World) -> None:
    introduction = world.introduction(
        None, None, "ask_adopter", "accept_as_adopter", "accept_as_owner", "start_dialogue"
    )
    world.step(introduction, "propose_conclusion", world.adopter, reason=Reason.NOTHING, note="Vi fik ikke tid")
    kept = world.read(Introduction, introduction)
    assert (kept.status, kept.reason) == (IntroductionStatus.IN_DIALOGUE, None)
    world.step(introduction, "conclude", world.consultant, reason=Reason.INSPIRATION_ONLY)
    assert world.read(Introduction, introduction).reason is Reason.INSPIRATION_ONLY
