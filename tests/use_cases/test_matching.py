"""From texts to suggestions, with the real matcher: who is suggested, who never is, and what people decided stands."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from app.domain.vocabulary import ProblemStatus, Reason, Sector, SolutionStatus, SuggestionStatus
from app.store.catalogue import Problem, Solution
from app.store.matches import NeverPair, Suggestion
from app.store.queries.suggestions import matching_state
from app.use_cases.matching import IndexShelf, match_problem, match_solution
from app.use_cases.problems import write_problem
from app.use_cases.suggestions import take_suggestion_step
from tests.use_cases.introduction_world import World

OTHER_TEXTS: tuple[dict[str, Any], ...] = (
    {
        "title": "Robotstøvsugere på kontorer", "problem_text": "Rengøring af kontorer tager lang tid.",
        "description": "En støvsuger kører rundt efter lukketid.", "sector": Sector.ADMINISTRATION,
    },
    {
        "title": "Fælles låneordning for værktøj", "problem_text": "Borgere køber værktøj, som de bruger en gang.",
        "description": "Biblioteket låner boremaskiner ud.", "sector": Sector.CULTURE_LEISURE,
    },
    {
        "title": "Digital ansøgning om parkering", "problem_text": "Ansøgninger om parkering hober sig op.",
        "description": "Borgeren søger selv på nettet.", "sector": Sector.TECHNICAL_ENVIRONMENT,
    },
)  # fmt: skip


@pytest.fixture
def world(database: str) -> Iterator[World]:
    made = World(database)
    yield made
    made.database.dispose()


@pytest.fixture
def shelf(tmp_path: Path) -> IndexShelf:
    return IndexShelf(tmp_path / "index")


def fill(world: World) -> None:
    place, _ = world.place("Rådhuset", "Østby Kommune")
    for fields in OTHER_TEXTS:
        world.solution(place, **fields)


def match(world: World, shelf: IndexShelf, problem_id: UUID) -> dict[UUID, Suggestion]:
    with world.database.transaction() as uow:
        match_problem(uow, shelf=shelf, problem_id=problem_id)
    with world.database.reading() as uow:
        rows = uow.session.scalars(select(Suggestion).where(Suggestion.problem_id == problem_id)).all()
        uow.session.expunge_all()
    return {row.solution_id: row for row in rows}


def test_the_solution_to_the_same_problem_is_suggested_first_with_its_reasons(world: World, shelf: IndexShelf) -> None:
    fill(world)
    wanted, problem_id = world.solution(), world.problem()
    found = match(world, shelf, problem_id)
    best = max(found.values(), key=lambda row: row.score)
    assert best.solution_id == wanted
    assert 0 < best.score <= 1
    words = {term["problem_word"].casefold() for term in best.explanation["terms"]}
    assert words & {"natlige", "tilsyn"}, words
    assert {fact["name"] for fact in best.explanation["fits"]} >= {"sector", "organisation_kind"}
    assert best.matcher
    assert best.status is SuggestionStatus.SUGGESTED
    with world.database.reading() as uow:
        assert matching_state(uow, problem_id=problem_id) == "done"


def test_the_own_workplace_is_never_suggested(world: World, shelf: IndexShelf) -> None:
    own, others = world.solution(world.adopter_place), world.solution()
    found = match(world, shelf, world.problem())
    assert own not in found
    assert others in found, "the same text of another workplace is"


@pytest.mark.parametrize("way", ["from the problem", "from the solution"])
def test_a_pair_that_shall_never_meet_is_not_suggested(world: World, shelf: IndexShelf, way: str) -> None:
    solution_id, problem_id = world.solution(), world.problem()
    with world.database.transaction() as uow:
        uow.session.add(
            NeverPair(
                adopter_workplace_id=world.adopter_place, owner_workplace_id=world.owner_place, created_at=uow.now
            )
        )
    with world.database.transaction() as uow:
        if way == "from the problem":
            match_problem(uow, shelf=shelf, problem_id=problem_id)
        else:
            match_solution(uow, shelf=shelf, solution_id=solution_id)
    with world.database.reading() as uow:
        assert uow.session.scalars(select(Suggestion)).all() == []


def test_a_published_solution_is_suggested_for_the_open_problems(world: World, shelf: IndexShelf) -> None:
    problem_id = world.problem()
    world.problem(title="Lukket", status=ProblemStatus.IN_REVIEW)
    solution_id = world.solution()
    with world.database.transaction() as uow:
        match_solution(uow, shelf=shelf, solution_id=solution_id)
    with world.database.reading() as uow:
        [row] = uow.session.scalars(select(Suggestion)).all()
        assert (row.problem_id, row.solution_id) == (problem_id, solution_id)
        from_solution = {term["problem_word"].casefold() for term in row.explanation["terms"]}
    assert from_solution & {"natlige", "tilsyn", "vækker"}, "the problem's side comes first, whoever asked"


@pytest.mark.parametrize("status", [SolutionStatus.PAUSED, SolutionStatus.ARCHIVED, SolutionStatus.DRAFT])
def test_what_is_not_published_is_not_suggested(world: World, shelf: IndexShelf, status: SolutionStatus) -> None:
    world.solution(status=status)
    assert match(world, shelf, world.problem()) == {}


def test_a_solution_leaves_the_ranking_when_it_is_archived(world: World, shelf: IndexShelf) -> None:
    first, second = world.solution(), world.solution(world.place("Andet sted", "Vestby Kommune")[0])
    assert set(match(world, shelf, world.problem())) == {first, second}
    with world.database.transaction() as uow:
        solution = uow.session.get_one(Solution, first)
        solution.status, solution.text_changed_at = SolutionStatus.ARCHIVED, uow.now
    assert set(match(world, shelf, world.problem())) == {second}


def decide(world: World, suggestion_id: UUID, step: str, **given: Any) -> None:
    with world.database.transaction() as uow:
        take_suggestion_step(uow, actor=world.consultant, suggestion_id=suggestion_id, step=step, **given)


@pytest.mark.parametrize("status", [SuggestionStatus.SHORTLISTED, SuggestionStatus.DISMISSED])
def test_a_decision_is_not_overwritten_by_a_new_run(world: World, shelf: IndexShelf, status: SuggestionStatus) -> None:
    solution_id, problem_id = world.solution(), world.problem()
    before = match(world, shelf, problem_id)[solution_id]
    if status is SuggestionStatus.SHORTLISTED:
        decide(world, before.id, "shortlist")
    else:
        decide(world, before.id, "dismiss", reason=Reason.OTHER_PROBLEM)
    world.pass_time(days=3)
    after = match(world, shelf, problem_id)[solution_id]
    assert (after.status, after.suggested_at) == (status, before.suggested_at)


def test_a_dismissed_pair_stays_away_until_its_review_date(world: World, shelf: IndexShelf) -> None:
    solution_id, problem_id = world.solution(), world.problem()
    suggestion = match(world, shelf, problem_id)[solution_id]
    decide(world, suggestion.id, "dismiss", reason=Reason.OTHER_PROBLEM)
    world.pass_time(days=179)
    assert match(world, shelf, problem_id)[solution_id].status is SuggestionStatus.DISMISSED
    world.pass_time(days=2)
    assert match(world, shelf, problem_id)[solution_id].status is SuggestionStatus.SUGGESTED


def rewrite(world: World, problem_id: UUID, **fields: str) -> None:
    with world.database.transaction() as uow:
        write_problem(uow, actor=world.adopter, problem_id=problem_id, fields=fields)


def test_a_dismissed_pair_returns_with_a_large_change_of_text_and_not_with_a_small_one(
    world: World, shelf: IndexShelf
) -> None:
    solution_id = world.solution()
    problem_id = world.problem(situation="Vi har natlige tilsyn, og borgerne vågner af det.")
    suggestion = match(world, shelf, problem_id)[solution_id]
    decide(world, suggestion.id, "dismiss", reason=Reason.OTHER_PROBLEM)
    rewrite(world, problem_id, situation="Vi har natlige tilsyn, og borgerne vågner ofte af det.")
    assert match(world, shelf, problem_id)[solution_id].status is SuggestionStatus.DISMISSED
    rewrite(
        world, problem_id,
        title="Skærm i stedet for besøg",
        situation="Hjemmeplejen vil bruge skærmbesøg hos borgere om natten i stedet for at køre ud til dem hver gang.",
        tried="Vi har talt med leverandører om skærme og kameraer, men mangler erfaringer fra andre.",
        better="Medarbejderne kører mindre, og borgerne får ro.",
    )  # fmt: skip
    assert match(world, shelf, problem_id)[solution_id].status is SuggestionStatus.SUGGESTED


def test_a_change_of_text_supersedes_what_nobody_has_decided_about(world: World, shelf: IndexShelf) -> None:
    solution_id, problem_id = world.solution(), world.problem()
    match(world, shelf, problem_id)
    rewrite(world, problem_id, tried="Vi har prøvet færre tilsyn og nye senge.")
    with world.database.reading() as uow:
        [row] = uow.session.scalars(select(Suggestion)).all()
        assert row.status is SuggestionStatus.SUPERSEDED
        assert matching_state(uow, problem_id=problem_id) == "pending"
    after = match(world, shelf, problem_id)[solution_id]
    assert (after.status, after.problem_text_version) == (SuggestionStatus.SUGGESTED, 2)


def test_a_text_that_changed_during_the_ranking_is_left_to_its_own_message(
    world: World, shelf: IndexShelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.solution()
    problem_id = world.problem()
    ranking = shelf.rank_solutions

    def rank_slowly(*args: Any, **given: Any) -> Any:
        found = ranking(*args, **given)
        # as another transaction would: past the session, which still holds the words that were ranked
        args[0].session.execute(
            update(Problem).values(text_version=2).execution_options(synchronize_session=False)
        )  # fmt: skip
        return found

    monkeypatch.setattr(shelf, "rank_solutions", rank_slowly)
    assert match(world, shelf, problem_id) == {}
    with world.database.reading() as uow:
        assert matching_state(uow, problem_id=problem_id) == "pending"


def test_a_problem_that_is_no_longer_open_is_not_matched(world: World, shelf: IndexShelf) -> None:
    world.solution()
    problem_id = world.problem(status=ProblemStatus.SOLVED)
    assert match(world, shelf, problem_id) == {}


def test_a_generation_of_another_database_is_made_right_from_this_one(sqlite_database: str, tmp_path: Path) -> None:
    """A restored or new database beside an old index folder: nothing of the old one is suggested."""
    folder = tmp_path / "index"
    old = World(sqlite_database)
    gone = old.solution()
    match(old, IndexShelf(folder), old.problem())
    assert (folder / "solutions" / "current.json").exists()
    with old.database.transaction() as uow:
        for table in (Suggestion, Solution):
            for row in uow.session.scalars(select(table)).all():
                uow.session.delete(row)
            uow.session.flush()
    here = old.solution(title="Skærmbesøg her")
    found = match(old, IndexShelf(folder), old.problem())
    assert set(found) == {here}
    assert gone not in found
    old.database.dispose()


@pytest.mark.parametrize("damage", ["torn", "nonsense", "without documents"])
def test_a_damaged_generation_is_built_anew(world: World, tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "index"
    solution_id = world.solution()
    match(world, IndexShelf(folder), world.problem())
    note = folder / "solutions" / "current.json"
    if damage == "torn":
        note.write_text(note.read_text()[:40])
    elif damage == "nonsense":
        note.write_text("[]")
    else:
        for path in folder.rglob("documents.jsonl"):
            path.write_text("")
    assert set(match(world, IndexShelf(folder), world.problem())) == {solution_id}
