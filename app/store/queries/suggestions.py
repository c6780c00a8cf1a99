"""Match suggestions as the pages show them: what the matcher found, why, and what people decided."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Row, Select, case, select

from app.domain.errors import NotFound
from app.domain.permissions import SHOWN_TO_ADOPTER, Action, Subject, allowed
from app.domain.vocabulary import SEEKING_PROBLEM, Actor, Lifecycle, Reason, Sector, SuggestionStatus
from app.store.catalogue import Problem, Solution
from app.store.matches import Suggestion
from app.store.queries.figures import excerpt
from app.store.queries.place_names import place_name, place_of, places
from app.store.unit_of_work import UnitOfWork

MatchingState = Literal["pending", "done", "idle"]
PROBLEM_FIELDS = ("title", "situation", "tried", "better", "context")
SOLUTION_FIELDS = ("title", "problem_text", "description", "for_whom", "value_text", "core", "conditions")
# What still stands comes before what is over.
_OVER = (SuggestionStatus.DISMISSED, SuggestionStatus.SUPERSEDED, SuggestionStatus.EXPIRED)


@dataclass(frozen=True, slots=True)
class MetWord:
    """A word of the problem that met a word of the solution. share: of the score of the words, in [0, 1]."""

    problem_word: str
    solution_word: str
    share: float


@dataclass(frozen=True, slots=True)
class ContextFact:
    """Something that both sides say about themselves. name: sector, size, ...; the values are codes."""

    name: str
    problem: tuple[str, ...]
    solution: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SuggestionRow:
    """One suggestion as seen from one of its sides; title, workplace, excerpt and sector are the other side's.

    score in [0, 1], comparable within a run. is_outdated: a text has changed since. is_over: no longer on offer.
    """

    id: UUID
    problem_id: UUID
    solution_id: UUID
    status: SuggestionStatus
    label: str
    score: float
    title: str
    workplace: str
    sector: Sector | None
    excerpt: str
    is_proven: bool
    words: tuple[MetWord, ...]
    fits: tuple[ContextFact, ...]
    differs: tuple[ContextFact, ...]
    matcher: str
    suggested_at: datetime
    is_outdated: bool
    is_over: bool
    reason: Reason | None
    note: str


@dataclass(frozen=True, slots=True)
class TextSide:
    """One of the two texts. fields: (name of the field, text), the empty ones left out."""

    id: UUID
    title: str
    workplace: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SuggestionPair:
    """A suggestion with both texts."""

    row: SuggestionRow
    problem: TextSide
    solution: TextSide


def suggestions_of_problem(uow: UnitOfWork, *, actor: Actor, problem_id: UUID) -> list[SuggestionRow]:
    """Return the suggestions for a problem, the best first and what is over last.

    Consultants see all; the adopter sees what was shortlisted. Raises NotFound for everybody else.
    """
    problem = uow.session.get(Problem, problem_id)
    if problem is None or not allowed(
        Action.SEE, actor, Subject(Lifecycle.PROBLEM, problem.status, problem.id, problem.workplace_id)
    ):
        raise NotFound(f"no problem {problem_id}")
    wanted = _pairs().where(Suggestion.problem_id == problem_id)
    if not actor.is_consultant:
        wanted = wanted.where(Suggestion.status.in_(SHOWN_TO_ADOPTER))
    return [_row(found, seen_from=Lifecycle.PROBLEM) for found in uow.session.execute(wanted)]


def problems_for_solution(uow: UnitOfWork, *, actor: Actor, solution_id: UUID) -> tuple[str, list[SuggestionRow]]:
    """Return a solution's title and the open problems that it may help, for consultants. Raises NotFound."""
    solution = uow.session.get(Solution, solution_id)
    if solution is None or not actor.is_consultant:
        raise NotFound(f"no solution {solution_id}")
    wanted = _pairs().where(Suggestion.solution_id == solution_id, Problem.status.in_(SEEKING_PROBLEM))
    return solution.title, [_row(found, seen_from=Lifecycle.SOLUTION) for found in uow.session.execute(wanted)]


def matching_state(uow: UnitOfWork, *, problem_id: UUID) -> MatchingState:
    """Return whether the matcher has still to look at the problem's present text; idle: it is not looking."""
    found = uow.session.execute(
        select(Problem.status, Problem.text_version, Problem.matched_version).where(Problem.id == problem_id)
    ).one_or_none()
    if found is None or found.status not in SEEKING_PROBLEM:
        return "idle"
    return "pending" if found.matched_version < found.text_version else "done"


def suggestion_pair(uow: UnitOfWork, *, actor: Actor, suggestion_id: UUID) -> SuggestionPair:
    """Return one suggestion with both texts. Raises NotFound when the actor may not know of it."""
    found = uow.session.execute(_pairs().where(Suggestion.id == suggestion_id)).one_or_none()
    if found is None:
        raise NotFound(f"no suggestion {suggestion_id}")
    suggestion, problem, solution = found.Suggestion, found.Problem, found.Solution
    subject = Subject(
        Lifecycle.SUGGESTION, suggestion.status, suggestion.id, problem.workplace_id, solution.workplace_id
    )
    if not allowed(Action.SEE, actor, subject):
        raise NotFound(f"no suggestion {suggestion_id}")
    adopter, owner = places(uow, [problem.workplace_id, solution.workplace_id])
    return SuggestionPair(
        _row(found, seen_from=Lifecycle.PROBLEM),
        TextSide(problem.id, problem.title, adopter, filled(problem, PROBLEM_FIELDS)),
        TextSide(solution.id, solution.title, owner, filled(solution, SOLUTION_FIELDS)),
    )


def problem_of_suggestion(uow: UnitOfWork, *, suggestion_id: UUID) -> UUID:
    """Return the problem that a suggestion is for. Raises NotFound."""
    problem_id = uow.session.scalar(select(Suggestion.problem_id).where(Suggestion.id == suggestion_id))
    if problem_id is None:
        raise NotFound(f"no suggestion {suggestion_id}")
    return problem_id


def _pairs() -> Select[Any]:
    """Select suggestions with both texts and both workplaces' names, the best that still stands first."""
    ours, theirs = place_of("adopter"), place_of("owner")
    return (
        select(
            Suggestion,
            Problem,
            Solution,
            ours.c.workplace.label("adopter_workplace"),
            ours.c.organisation.label("adopter_organisation"),
            theirs.c.workplace.label("owner_workplace"),
            theirs.c.organisation.label("owner_organisation"),
        )
        .join(Problem, Problem.id == Suggestion.problem_id)
        .join(Solution, Solution.id == Suggestion.solution_id)
        .join(ours, ours.c.id == Problem.workplace_id)
        .join(theirs, theirs.c.id == Solution.workplace_id)
        .order_by(case((Suggestion.status.in_(_OVER), 1), else_=0), Suggestion.score.desc(), Suggestion.id)
    )


def _row(found: Row[Any], *, seen_from: Lifecycle) -> SuggestionRow:
    suggestion, problem, solution = found.Suggestion, found.Problem, found.Solution
    if seen_from is Lifecycle.PROBLEM:
        other, text = solution, solution.problem_text or solution.description
        workplace = place_name(found.owner_workplace, found.owner_organisation)
    else:
        other, text = problem, problem.situation
        workplace = place_name(found.adopter_workplace, found.adopter_organisation)
    why = suggestion.explanation
    return SuggestionRow(
        id=suggestion.id,
        problem_id=problem.id,
        solution_id=solution.id,
        status=suggestion.status,
        label=suggestion.label,
        score=suggestion.score,
        title=other.title,
        workplace=workplace,
        sector=other.sector,
        excerpt=excerpt(text, length=240),
        is_proven=not solution.flagged_not_proven,
        words=tuple(MetWord(term["problem_word"], term["solution_word"], term["share"]) for term in why["terms"]),
        fits=_facts(why["fits"]),
        differs=_facts(why["differs"]),
        matcher=suggestion.matcher,
        suggested_at=suggestion.suggested_at,
        is_outdated=(suggestion.problem_text_version, suggestion.solution_text_version)
        != (problem.text_version, solution.text_version),
        is_over=suggestion.status in _OVER,
        reason=suggestion.reason,
        note=suggestion.note,
    )


def _facts(stored: Iterable[dict[str, Any]]) -> tuple[ContextFact, ...]:
    return tuple(ContextFact(fact["name"], tuple(fact["problem"]), tuple(fact["solution"])) for fact in stored)


def filled(text: Problem | Solution, names: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return (name, text) of the named fields that are not empty."""
    return tuple((name, getattr(text, name)) for name in names if getattr(text, name).strip())
