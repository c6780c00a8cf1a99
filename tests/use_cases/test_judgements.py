"""What people decide is kept, learnt from offline, and in use only when somebody switches it on."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from app.domain.errors import NotFound, NotPermitted, StepNotPossible
from app.domain.vocabulary import Reason, Role, SuggestionStatus
from app.store.judgements import Judgement, MatcherVersion
from app.store.outbox import OutboxMessage
from app.store.queries.judgements import labels_of_judgements, matcher_versions, months_of_judgements
from app.use_cases import matcher_versions as versions
from app.use_cases.judged_collection import write_judged
from app.use_cases.judgements import INTRODUCED, SHORTLISTED, SPREAD, USELESS, judged_pairs
from app.use_cases.matching import IndexShelf, match_problem
from app.use_cases.suggestions import take_suggestion_step
from matching import Configuration, Document
from matching.evaluate.collections import load
from tests.use_cases.introduction_world import World


@pytest.fixture
def world(database: str) -> Iterator[World]:
    made = World(database)
    yield made
    made.database.dispose()


def decide(world: World, suggestion_id: UUID, step: str, reason: Reason | None = None) -> None:
    with world.database.transaction() as uow:
        take_suggestion_step(uow, actor=world.consultant, suggestion_id=suggestion_id, step=step, reason=reason)


def pair(world: World, problem: UUID, solution: UUID, *, score: float) -> UUID:
    return world.suggestion(problem, solution, status=SuggestionStatus.SUGGESTED, score=score, label="possible")


def judgements(world: World) -> list[Judgement]:
    with world.database.reading() as uow:
        found = list(uow.session.scalars(select(Judgement).order_by(Judgement.judged_at, Judgement.gain)))
        uow.session.expunge_all()
        return found


def test_a_decision_is_kept_with_what_the_matcher_had_said(world: World) -> None:
    problem = world.problem()
    first = pair(world, problem, world.solution(), score=0.5)
    second = pair(world, problem, world.solution(), score=0.3)
    decide(world, first, "dismiss", Reason.OTHER_SECTOR)
    decide(world, second, "shortlist")
    useless, useful = judgements(world)
    assert (useless.gain, useless.reason, useless.place, useless.score) == (USELESS, Reason.OTHER_SECTOR, 1, 0.5)
    assert (useful.gain, useful.step, useful.place, useful.label) == (SHORTLISTED, "shortlist", 2, "possible")
    assert useful.matcher
    assert useful.judged_by_id == world.consultant.account_id


@pytest.mark.parametrize(
    ("reason", "gain"),
    [(Reason.TOO_LITTLE_BASIS, 0), (Reason.ALREADY_KNOWN, 1), (Reason.NOT_PROVEN, None), (Reason.OTHER, None)],
)
def test_only_reasons_that_speak_of_the_match_are_a_judgement(world: World, reason: Reason, gain: int | None) -> None:
    decide(world, pair(world, world.problem(), world.solution(), score=0.4), "dismiss", reason)
    assert [one.gain for one in judgements(world)] == ([] if gain is None else [gain])


def test_introductions_and_what_became_of_them_count_more(world: World) -> None:
    introduction = world.introduction(
        None, None, "ask_adopter", "accept_as_adopter", "accept_as_owner", "start_dialogue"
    )
    assert [one.gain for one in judgements(world)] == [INTRODUCED]
    world.step(introduction, "conclude", None, reason=Reason.ADOPTION_STARTED)
    with world.database.reading() as uow:
        assert [list(gains.values()) for gains in judged_pairs(uow).values()] == [[SPREAD]]


def test_the_newest_decision_counts_but_an_introduction_is_not_unmade(world: World) -> None:
    problem, solution = world.problem(), world.solution()
    suggestion = pair(world, problem, solution, score=0.4)
    decide(world, suggestion, "dismiss", Reason.OTHER_PROBLEM)
    decide(world, suggestion, "reconsider")
    world.pass_time(hours=1)
    decide(world, suggestion, "shortlist")
    with world.database.reading() as uow:
        assert judged_pairs(uow) == {problem: {solution: SHORTLISTED}}


def test_the_figures_of_months_and_labels_are_those_of_the_decisions(world: World) -> None:
    problem = world.problem()
    for place in range(5):
        suggestion = pair(world, problem, world.solution(), score=0.9 - place / 10)
        if place % 2:
            decide(world, suggestion, "dismiss", Reason.OTHER_PROBLEM)
        else:
            decide(world, suggestion, "shortlist")
    with world.database.reading() as uow:
        month = months_of_judgements(uow)[0]
        labels = {line.label: (line.decided, line.useful) for line in labels_of_judgements(uow)}
    assert (month.problems, month.decided, month.useful, month.first_decided, month.first_useful) == (1, 5, 3, 3, 2)
    assert labels == {"strong": (0, 0), "possible": (5, 3), "weak_basis": (0, 0)}


def judge_many(world: World, problems: int) -> None:
    """Let consultants find each first solution useful and each second useless."""
    for number in range(problems):
        word = f"{'bdfgklmnprst'[number % 12]}{'aeiouyæø'[number % 8]}lstrup{number}"
        problem = world.problem(title=f"{word} driller", situation=f"Vores {word} driller os om natten.")
        for useful in (True, False):
            other = "hverdag" if useful else "søndag"
            solution = world.solution(
                title=f"{word} om {other}", problem_text=f"{word} driller {other}", description=other
            )
            suggestion = pair(world, problem, solution, score=0.5)
            decide(world, suggestion, *(("shortlist",) if useful else ("dismiss", Reason.OTHER_PROBLEM)))


def test_too_few_decisions_teach_nothing(world: World) -> None:
    judge_many(world, 3)
    with world.database.transaction() as uow, pytest.raises(StepNotPossible) as refused:
        versions.learn(uow)
    assert refused.value.code == "too_few_judged"


def test_a_version_is_learnt_switched_on_by_a_person_used_and_switched_off_again(world: World, tmp_path: Path) -> None:
    judge_many(world, 21)
    with world.database.transaction() as uow:
        version = versions.learn(uow)
        # whatever was learnt: this one is told apart by its weights
        version.weights = {**version.weights, "characters": 0.5}
        number = version.number
    problem = world.problem()
    administrator = replace(world.consultant, roles=frozenset({Role.ADMINISTRATOR}))
    shelf = IndexShelf(tmp_path / "index")

    def matcher() -> str:
        with world.database.transaction() as uow:
            match_problem(uow, shelf=shelf, problem_id=problem)
            return shelf.rank_solutions(uow, _query(), limit=1, excluding=())[1]

    came = matcher()
    with world.database.reading() as uow:
        assert versions.weights_in_force(uow) == Configuration()
        assert versions.version_in_force(uow) == 0
    with world.database.transaction() as uow, pytest.raises(NotPermitted):
        versions.switch_on(uow, actor=world.consultant, number=number)
    with world.database.transaction() as uow:
        versions.switch_on(uow, actor=administrator, number=number)
    with world.database.reading() as uow:
        assert versions.weights_in_force(uow).characters == 0.5
        assert [line.number for line in matcher_versions(uow) if line.is_on] == [number]
        assert "KnowledgeChanged" in set(uow.session.scalars(select(OutboxMessage.name)))
    learnt = matcher()
    assert learnt.split()[2] != came.split()[2], "the matcher says which weights it used"
    with world.database.transaction() as uow:
        versions.switch_on(uow, actor=administrator, number=0)
    with world.database.reading() as uow:
        assert len(uow.session.scalars(select(MatcherVersion)).all()) == 1, "the old one is kept"
        assert [line.number for line in matcher_versions(uow) if line.is_on] == [0]
    assert matcher().split()[2] == came.split()[2]
    with world.database.transaction() as uow, pytest.raises(NotFound):
        versions.switch_on(uow, actor=administrator, number=99)


def _query() -> Document:
    return Document("", "", "natlige tilsyn", "")


def test_the_judged_pairs_are_a_collection_that_evaluate_reads(world: World, tmp_path: Path) -> None:
    judge_many(world, 3)
    with world.database.reading() as uow:
        assert write_judged(uow, tmp_path / "judged") == (3, 6, 6)
    collection = load(tmp_path / "judged")
    assert len(collection.queries) == 3
    assert sorted(gain for row in collection.judgements.values() for gain in row.values()) == [0, 0, 0, 1, 1, 1]
