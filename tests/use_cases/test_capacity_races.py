"""Two at the same moment: one wins, and the owner's capacity is never passed. On both databases, with threads."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from app.domain.errors import Conflict, StepNotPossible
from app.domain.vocabulary import Actor, ProblemStatus, Reason, SuggestionStatus
from app.domain.vocabulary import IntroductionStatus as Status
from app.store.catalogue import Problem
from app.store.history import HistoryEntry
from app.store.introductions import Introduction
from app.store.people import Workplace
from app.use_cases.introductions import introduce_from_suggestion, offer_free_places
from app.use_cases.problems import take_problem_step
from tests.use_cases.introduction_world import World, at_once


@pytest.fixture
def world(database: str) -> Iterator[World]:
    made = World(database)
    yield made
    made.database.dispose()


def set_capacity(world: World, *, at_a_time: int, per_quarter: int = 6) -> None:
    with world.database.transaction() as uow:
        owner = uow.session.get_one(Workplace, world.owner_place)
        owner.capacity_at_a_time, owner.capacity_per_quarter = at_a_time, per_quarter


def taking(world: World, introduction_id: UUID, step: str, actor: Actor | None = None) -> Callable[[], None]:
    return lambda: world.step(introduction_id, step, actor)


def introducing(world: World, suggestion_id: UUID, actor: Actor) -> Callable[[], UUID]:
    def act() -> UUID:
        with world.database.transaction() as uow:
            return introduce_from_suggestion(uow, actor=actor, suggestion_id=suggestion_id).id

    return act


def offer(world: World, introduction_id: UUID) -> list[UUID]:
    with world.database.transaction() as uow:
        return offer_free_places(uow, introduction_id=introduction_id)


def waiting(world: World, count: int) -> list[UUID]:
    """Return introductions of one owner, of as many adopters, each of which is being asked."""
    solution_id, found = world.solution(), []
    for number in range(count):
        place, _ = world.place(f"Plejecenter {number}", f"Kommune {number}")
        found.append(world.introduction(world.problem(place), solution_id, "ask_adopter"))
    return found


def test_of_many_adopters_who_say_yes_at_once_one_gets_the_only_place(world: World) -> None:
    set_capacity(world, at_a_time=1)
    asked = waiting(world, 4)
    outcomes = at_once(*(taking(world, one, "accept_as_adopter") for one in asked))
    assert outcomes == [None] * 4
    assert Counter(world.status(one) for one in asked) == {Status.ASKING_OWNER: 1, Status.WAITLISTED: 3}


def test_a_free_place_goes_to_whoever_said_yes_first(world: World) -> None:
    set_capacity(world, at_a_time=1)
    first, late, early = waiting(world, 3)
    for one in (first, early, late):
        world.step(one, "accept_as_adopter")
    world.step(first, "decline_as_owner", reason=Reason.NO_TIME_NOW)
    assert offer(world, first) == [early]
    assert (world.status(early), world.status(late)) == (Status.ASKING_OWNER, Status.WAITLISTED)
    assert offer(world, first) == [], "the place is taken"


def test_two_free_places_offered_at_once_are_given_once(world: World) -> None:
    """The notices of two declines are handled by two workers at the same moment."""
    set_capacity(world, at_a_time=1)
    asked = waiting(world, 4)
    for one in asked:
        world.step(one, "accept_as_adopter")
    world.step(asked[0], "decline_as_owner", reason=Reason.NO_TIME_NOW)
    outcomes = at_once(*(lambda: offer(world, asked[0]) for _ in range(3)))
    moved = [one for outcome in outcomes if isinstance(outcome, list) for one in outcome]
    assert moved == [asked[1]]
    assert Counter(world.status(one) for one in asked[1:]) == {Status.ASKING_OWNER: 1, Status.WAITLISTED: 2}


def test_who_has_waited_for_over_thirty_days_confirms_first(world: World) -> None:
    set_capacity(world, at_a_time=1)
    first, second = waiting(world, 2)
    for one in (first, second):
        world.step(one, "accept_as_adopter")
    world.pass_time(days=31)
    world.step(first, "decline_as_owner", reason=Reason.NO_TIME_NOW)
    assert offer(world, first) == []
    with pytest.raises(StepNotPossible) as refused:
        world.step(second, "offer_place")
    assert refused.value.code == "adopter_reconfirmed"
    world.step(second, "reconfirm")
    assert offer(world, first) == [second]


def test_who_has_waited_for_thirty_days_need_not_confirm(world: World) -> None:
    set_capacity(world, at_a_time=1)
    first, second = waiting(world, 2)
    for one in (first, second):
        world.step(one, "accept_as_adopter")
    world.pass_time(days=29)
    world.step(first, "decline_as_owner", reason=Reason.NO_TIME_NOW)
    assert offer(world, first) == [second]


def test_the_quarter_has_a_limit_of_its_own(world: World) -> None:
    set_capacity(world, at_a_time=5, per_quarter=1)
    first, second = waiting(world, 2)
    world.step(first, "accept_as_adopter")
    world.step(first, "decline_as_owner", reason=Reason.NO_TIME_NOW)
    world.step(second, "accept_as_adopter")
    assert world.status(second) is Status.WAITLISTED


def test_two_owners_of_one_workplace_say_yes_at_once_and_it_happens_once(world: World) -> None:
    colleague = world.person("Kollega", workplace_id=world.owner_place)
    introduction_id = world.introduction(None, None, "ask_adopter", "accept_as_adopter")
    outcomes = at_once(
        taking(world, introduction_id, "accept_as_owner", world.owner),
        taking(world, introduction_id, "accept_as_owner", colleague),
    )
    assert all(outcome is None or isinstance(outcome, Conflict) for outcome in outcomes)
    assert None in outcomes
    with world.database.reading() as uow:
        taken = uow.session.scalar(
            select(func.count()).select_from(HistoryEntry).where(HistoryEntry.step == "accept_as_owner")
        )
    assert taken == 1


def test_owners_accept_two_at_once_with_capacity_for_what_was_asked(world: World) -> None:
    """The limit was lowered after the questions: the yes that would pass it is refused."""
    set_capacity(world, at_a_time=2)
    asked = waiting(world, 2)
    for one in asked:
        world.step(one, "accept_as_adopter")
    set_capacity(world, at_a_time=1)
    outcomes = at_once(*(taking(world, one, "accept_as_owner") for one in asked))
    assert all(isinstance(outcome, StepNotPossible) for outcome in outcomes)
    world.step(asked[0], "decline_as_owner", reason=Reason.NO_TIME_NOW)
    world.step(asked[1], "accept_as_owner")
    assert world.status(asked[1]) is Status.INTRODUCED


def test_two_consultants_introduce_from_one_suggestion_and_one_introduction_is_made(world: World) -> None:
    problem_id, solution_id = world.problem(), world.solution()
    suggestion_id = world.suggestion(problem_id, solution_id, status=SuggestionStatus.SHORTLISTED)
    outcomes = at_once(
        introducing(world, suggestion_id, world.consultant), introducing(world, suggestion_id, world.other_consultant)
    )
    assert Counter(type(outcome) for outcome in outcomes) == {UUID: 1, Conflict: 1}
    with world.database.reading() as uow:
        assert uow.session.scalar(select(func.count()).select_from(Introduction)) == 1


def test_two_consultants_introduce_by_hand_and_one_introduction_is_made(world: World) -> None:
    problem_id, solution_id = world.problem(), world.solution()
    outcomes = at_once(*(lambda: world.introduction(problem_id, solution_id) for _ in range(2)))
    assert Counter(type(outcome) for outcome in outcomes) == {UUID: 1, Conflict: 1}


@pytest.mark.parametrize("attempt", range(4))
def test_a_withdrawal_and_a_yes_at_once_never_wait_for_each_other(world: World, attempt: int) -> None:
    """They touch the same rows from two ends; whoever comes first, the outcome is one that people understand."""
    problem_id = world.problem()
    asked = [world.introduction(problem_id, world.solution(), "ask_adopter", "accept_as_adopter") for _ in range(2)]

    def withdraw() -> Any:
        with world.database.transaction() as uow:
            take_problem_step(uow, actor=world.adopter, problem_id=problem_id, step="withdraw", reason=Reason.OTHER)

    outcomes = at_once(*(taking(world, one, "accept_as_owner") for one in asked), withdraw)
    refused = [outcome for outcome in outcomes if outcome is not None]
    assert all(isinstance(outcome, StepNotPossible | Conflict) for outcome in refused), refused
    states = {world.status(one) for one in asked}
    assert states <= {Status.INTRODUCED, Status.CANCELLED}
    if outcomes[2] is None:
        assert world.read(Problem, problem_id).status is ProblemStatus.WITHDRAWN
