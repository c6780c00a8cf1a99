"""Match suggestions: what people decide about them stands, and each side sees what is meant for it."""

from collections.abc import Iterator
from datetime import date

import pytest

from app.domain.errors import InputMissing, NotFound, NotPermitted, StepNotPossible
from app.domain.vocabulary import Actor, ProblemStatus, Reason, SolutionStatus, SuggestionStatus
from app.store.catalogue import Problem, Solution
from app.store.matches import Suggestion
from app.store.queries.suggestions import (
    matching_state,
    problems_for_solution,
    suggestion_pair,
    suggestions_of_problem,
)
from app.use_cases import suggestions
from app.use_cases.suggestions import take_suggestion_step
from tests.use_cases.introduction_world import World


@pytest.fixture
def world(database: str) -> Iterator[World]:
    made = World(database)
    yield made
    made.database.dispose()


def take(world: World, suggestion_id: object, step: str, actor: Actor | None = None, **given: object) -> None:
    with world.database.transaction() as uow:
        take_suggestion_step(
            uow, actor=actor or world.consultant, suggestion_id=suggestion_id, step=step, **given  # type: ignore[arg-type]
        )  # fmt: skip


def test_a_dismissal_keeps_reason_who_and_until_when(world: World) -> None:
    suggestion_id = world.suggestion(world.problem(), world.solution())
    take(world, suggestion_id, "dismiss", reason=Reason.OTHER_TARGET_GROUP, note=" kun børn ")
    stored = world.read(Suggestion, suggestion_id)
    assert (stored.status, stored.reason, stored.note) == (
        SuggestionStatus.DISMISSED, Reason.OTHER_TARGET_GROUP, "kun børn",
    )  # fmt: skip
    assert stored.decided_by_id == world.consultant.account_id
    assert stored.review_on == date(2027, 5, 22)
    take(world, suggestion_id, "reconsider")
    again = world.read(Suggestion, suggestion_id)
    assert (again.status, again.review_on) == (SuggestionStatus.SUGGESTED, None)


def test_a_dismissal_needs_a_reason_from_its_list(world: World) -> None:
    suggestion_id = world.suggestion(world.problem(), world.solution())
    for reason in (None, Reason.NO_TIME_NOW):
        with pytest.raises(InputMissing):
            take(world, suggestion_id, "dismiss", reason=reason)
    assert world.read(Suggestion, suggestion_id).status is SuggestionStatus.SUGGESTED


def test_the_adopter_declines_what_was_shortlisted_and_nothing_else(world: World) -> None:
    suggestion_id = world.suggestion(world.problem(), world.solution())
    with pytest.raises(NotFound):
        take(world, suggestion_id, "decline", world.adopter, reason=Reason.ALREADY_KNOWN)
    take(world, suggestion_id, "shortlist")
    with pytest.raises(NotPermitted):
        take(world, suggestion_id, "dismiss", world.adopter, reason=Reason.ALREADY_KNOWN)
    with pytest.raises(NotFound):
        take(world, suggestion_id, "decline", world.owner, reason=Reason.ALREADY_KNOWN)
    take(world, suggestion_id, "decline", world.adopter, reason=Reason.ALREADY_KNOWN)
    assert world.read(Suggestion, suggestion_id).status is SuggestionStatus.DISMISSED


def test_a_used_suggestion_is_past_deciding(world: World) -> None:
    suggestion_id = world.suggestion(world.problem(), world.solution(), status=SuggestionStatus.USED)
    with pytest.raises(StepNotPossible):
        take(world, suggestion_id, "dismiss", reason=Reason.OTHER)


def test_consultants_see_all_and_the_adopter_what_was_picked_out(world: World) -> None:
    problem_id = world.problem()
    for status in SuggestionStatus:
        solution_id = world.solution(title=status.value)
        world.suggestion(problem_id, solution_id, status=status, score=0.9 if status in ("dismissed", "used") else 0.5)
    with world.database.reading() as uow:
        all_rows = suggestions_of_problem(uow, actor=world.consultant, problem_id=problem_id)
        some = suggestions_of_problem(uow, actor=world.adopter, problem_id=problem_id)
        with pytest.raises(NotFound):
            suggestions_of_problem(uow, actor=world.owner, problem_id=problem_id)
    assert {row.title for row in all_rows} == {status.value for status in SuggestionStatus}
    assert all_rows[0].title == "used", "the best of what still stands comes first"
    assert [row.is_over for row in all_rows] == [False] * 3 + [True] * 3
    assert {row.title for row in some} == {"shortlisted", "used"}


def test_a_row_says_why_and_whether_the_texts_have_changed_since(world: World) -> None:
    problem_id, solution_id = world.problem(), world.solution()
    suggestion_id = world.suggestion(problem_id, solution_id)
    with world.database.reading() as uow:
        pair = suggestion_pair(uow, actor=world.consultant, suggestion_id=suggestion_id)
    assert [(word.problem_word, word.solution_word) for word in pair.row.words] == [("natlige tilsyn", "skærmbesøg")]
    assert [fact.name for fact in pair.row.fits + pair.row.differs] == ["sector", "size"]
    assert pair.row.workplace == "Hjemmeplejen Syd, Sydby Kommune"
    assert dict(pair.problem.fields)["situation"].startswith("Personalet")
    assert not pair.row.is_outdated
    with world.database.transaction() as uow:
        uow.session.get_one(Solution, solution_id).text_version = 2
    with world.database.reading() as uow:
        assert suggestion_pair(uow, actor=world.consultant, suggestion_id=suggestion_id).row.is_outdated
        with pytest.raises(NotFound):
            suggestion_pair(uow, actor=world.adopter, suggestion_id=suggestion_id)


def test_only_consultants_see_which_problems_a_solution_may_help(world: World) -> None:
    solution_id = world.solution()
    world.suggestion(world.problem(title="Åben"), solution_id)
    world.suggestion(world.problem(title="Lukket", status=ProblemStatus.SOLVED), solution_id)
    with world.database.reading() as uow:
        _, rows = problems_for_solution(uow, actor=world.consultant, solution_id=solution_id)
        with pytest.raises(NotFound):
            problems_for_solution(uow, actor=world.owner, solution_id=solution_id)
    assert [row.title for row in rows] == ["Åben"]


def test_matching_is_pending_until_the_present_text_was_matched(world: World) -> None:
    problem_id = world.problem()

    def state() -> str:
        with world.database.reading() as uow:
            return matching_state(uow, problem_id=problem_id)

    assert state() == "pending"
    with world.database.transaction() as uow:
        uow.session.get_one(Problem, problem_id).matched_version = 1
    assert state() == "done"
    with world.database.transaction() as uow:
        uow.session.get_one(Problem, problem_id).text_version = 2
    assert state() == "pending"
    with world.database.transaction() as uow:
        uow.session.get_one(Problem, problem_id).status = ProblemStatus.WITHDRAWN
    assert state() == "idle"


def test_what_follows_from_a_change_leaves_decisions_of_people_alone(world: World) -> None:
    problem_id = world.problem()
    made = {status: world.suggestion(problem_id, world.solution(), status=status) for status in SuggestionStatus}
    with world.database.transaction() as uow:
        suggestions.supersede_for_problem(uow, problem=uow.session.get_one(Problem, problem_id))
    after = {status: world.read(Suggestion, one).status for status, one in made.items()}
    changed = {SuggestionStatus.SUGGESTED: SuggestionStatus.SUPERSEDED}
    assert after == {status: changed.get(status, status) for status in SuggestionStatus}


def test_suggestions_end_when_a_side_is_no_longer_live(world: World) -> None:
    solution_id = world.solution()
    made = {status: world.suggestion(world.problem(), solution_id, status=status) for status in SuggestionStatus}
    with world.database.transaction() as uow:
        solution = uow.session.get_one(Solution, solution_id)
        solution.status = SolutionStatus.ARCHIVED
        suggestions.expire_for_solution(uow, solution=solution)
    ended = {status for status, one in made.items() if world.read(Suggestion, one).status is SuggestionStatus.EXPIRED}
    assert ended == {SuggestionStatus.SUGGESTED, SuggestionStatus.SHORTLISTED, SuggestionStatus.EXPIRED}
