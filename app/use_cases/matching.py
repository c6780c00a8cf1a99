"""The one door to the matcher: from stored texts to suggestions with reasons."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update

from app.domain.deadlines import danish_date
from app.domain.eligibility import WEAK, kept_labels, may_be_suggested_again
from app.domain.vocabulary import (
    SEEKING_PROBLEM,
    SYSTEM,
    VISIBLE_SOLUTION,
    Lifecycle,
    Sector,
    SolutionStatus,
    SuggestionStatus,
)
from app.store.catalogue import Problem, Solution, TextVersion
from app.store.matches import NeverPair, Suggestion
from app.store.unit_of_work import UnitOfWork
from app.use_cases.documents import problem_document, solution_document, version_document
from app.use_cases.shelf import IndexShelf
from app.use_cases.steps import begin
from app.use_cases.subjects import LOCK
from app.use_cases.suggestions import supersede_for_problem
from matching import Configuration, Document, Index, Match, Part, change, merged, use_compiled

__all__ = [
    "Document", "IndexShelf", "Similar", "match_problem", "match_solution", "open_shard", "other_sector",
    "problem_document", "rank_parts", "similar_solutions", "use_compiled", "workplaces_with_similar_problem",
]  # fmt: skip

CANDIDATES = 30
# A solution that nobody has confirmed for a year stands lower by this share of its score.
RENEWAL_SHARE = 0.8


@dataclass(frozen=True, slots=True)
class Similar:
    """A published solution that resembles a text being written."""

    id: UUID
    title: str
    label: str
    words: tuple[str, ...]


def match_problem(uow: UnitOfWork, *, shelf: IndexShelf, problem_id: UUID, replaces: bool = False) -> None:
    """Rank the published solutions for an open problem and keep the best as suggestions with their reasons.

    Does nothing for a problem that is no longer open. What people have decided is not overwritten.
    replaces: the matcher knows other words than before, so what nobody has decided about and it would not say again
    is superseded; a candidate below the best that it still finds good stays, with its reasons of today.
    """
    problem = uow.session.get_one(Problem, problem_id)
    if problem.status not in SEEKING_PROBLEM:
        return
    query = problem_document(uow, problem)
    excluded = solutions_out_of_reach(uow, problem.workplace_id)
    matches, matcher = shelf.rank_solutions(uow, query, limit=CANDIDATES, excluding=excluded)
    if not _is_unchanged(uow, problem):
        return
    kept = [matches[position] for position in kept_labels([match.label for match in matches])]
    if replaces:
        kept += _said_again(uow, problem, matches, {match.id for match in kept})
    for match in kept:
        _suggest(uow, problem, uow.session.get_one(Solution, UUID(match.id)), match, matcher)
    _mark_matched(uow, Problem, problem)


def match_solution(uow: UnitOfWork, *, shelf: IndexShelf, solution_id: UUID) -> None:
    """Rank the open problems that a published solution may help with, and suggest it for the best."""
    solution = uow.session.get_one(Solution, solution_id)
    if solution.status not in VISIBLE_SOLUTION:
        return
    query = solution_document(uow, solution)
    excluded = _problems_out_of_reach(uow, solution.workplace_id)
    matches, matcher = shelf.rank_problems(uow, query, limit=CANDIDATES, excluding=excluded)
    if not _is_unchanged(uow, solution):
        return
    kept = [matches[position] for position in kept_labels([match.label for match in matches])]
    for match in kept:
        _suggest(uow, uow.session.get_one(Problem, UUID(match.id)), solution, _turned(match), matcher)
    _mark_matched(uow, Solution, solution)


def similar_solutions(uow: UnitOfWork, *, shelf: IndexShelf, title: str, text: str, limit: int = 3) -> list[Similar]:
    """Return published solutions that resemble a text being written, so that it need not be invented again."""
    query = Document(id="", title=title, problem=text, text="")
    matches, _ = shelf.rank_solutions(uow, query, limit=limit, excluding=frozenset())
    found = [(uow.session.get(Solution, UUID(match.id)), match) for match in matches]
    return [
        Similar(solution.id, solution.title, match.label, tuple(term.word for term in match.terms[:5]))
        for solution, match in found
        if solution is not None
    ]


def open_shard(folder: Path, number: int) -> Index:
    """Return one part of an index that lies on several machines, opened for looking."""
    return Index.open_shard(folder, number)


def rank_parts(plain: Sequence[dict[str, Any]], *, limit: int, excluding: frozenset[str]) -> list[tuple[str, float]]:
    """Return (id, score) from what every shard has found, as one index would."""
    return merged(
        [Part.of_plain(part) for part in plain], configuration=Configuration(), limit=limit, excluding=excluding
    )


def _is_unchanged(uow: UnitOfWork, text: Problem | Solution) -> bool:
    """Lock the text and say whether it is live and worded as it was ranked; another message follows for new words.

    Locked only now, so that nobody who edits waits for the ranking; and before its suggestions are, as everywhere.
    """
    ranked = text.text_version
    uow.session.refresh(text, with_for_update=LOCK)
    return text.text_version == ranked and text.status in SEEKING_PROBLEM | VISIBLE_SOLUTION


def other_sector(uow: UnitOfWork, *, shelf: IndexShelf, title: str, text: str, sector: Sector | None) -> Sector | None:
    """Return the field of work that a text seems to be about where it is another than the one that was chosen."""
    told = shelf.recognise(uow, Document(id="", title=title, problem=text, text=""), key="sector")
    found = Sector(told) if told in set(Sector) else None
    return None if found in {sector, Sector.OTHER} else found


def workplaces_with_similar_problem(
    uow: UnitOfWork, *, shelf: IndexShelf, title: str, text: str, workplace_id: UUID, limit: int = 20
) -> int:
    """Return how many other workplaces have an open problem that resembles a text being written; a number only.

    A resemblance on a weak basis does not count. At most `limit` problems are looked at.
    """
    query = Document(id="", title=title, problem=text, text="")
    matches, _ = shelf.rank_problems(uow, query, limit=limit, excluding=frozenset())
    near = [UUID(match.id) for match in matches if match.label != WEAK]
    found = select(func.count(Problem.workplace_id.distinct())).where(
        Problem.id.in_(near), Problem.workplace_id != workplace_id, Problem.status.in_(SEEKING_PROBLEM)
    )
    return uow.session.scalar(found) or 0


def _said_again(uow: UnitOfWork, problem: Problem, matches: Sequence[Match], kept: set[str]) -> list[Match]:
    """Supersede what nobody has decided about and the matcher no longer says; return the rest that it still says."""
    undecided = select(Suggestion.solution_id).where(
        Suggestion.problem_id == problem.id, Suggestion.status == SuggestionStatus.SUGGESTED
    )
    before = {str(name) for name in uow.session.scalars(undecided)} - kept
    again = [match for match in matches if match.id in before and match.label != WEAK]
    supersede_for_problem(uow, problem=problem, but=kept | {match.id for match in again})
    return again


def _suggest(uow: UnitOfWork, problem: Problem, solution: Solution, match: Match, matcher: str) -> None:
    if problem.status not in SEEKING_PROBLEM or solution.status not in VISIBLE_SOLUTION:
        return  # the other side was closed while this one was ranked
    known = uow.session.scalar(
        select(Suggestion).where(Suggestion.problem_id == problem.id, Suggestion.solution_id == solution.id)
    )
    fresh = {
        "score": match.score * (RENEWAL_SHARE if solution.status is SolutionStatus.NEEDS_RENEWAL else 1.0),
        "label": match.label,
        "explanation": explanation_of(match),
        "matcher": matcher,
        "problem_text_version": problem.text_version,
        "solution_text_version": solution.text_version,
        "suggested_at": uow.now,
    }
    if known is None:
        suggestion = Suggestion(
            problem_id=problem.id, solution_id=solution.id, status=SuggestionStatus.SUGGESTED, **fresh
        )
        uow.session.add(suggestion)
        begin(uow, actor=SYSTEM, thing=suggestion)
        return
    if not _may_return(uow, known, problem, solution):
        return
    came_back = known.status is not SuggestionStatus.SUGGESTED
    for name, value in fresh.items():
        setattr(known, name, value)
    if came_back:
        known.status = SuggestionStatus.SUGGESTED
        begin(uow, actor=SYSTEM, thing=known)


def _may_return(uow: UnitOfWork, known: Suggestion, problem: Problem, solution: Solution) -> bool:
    changed = 0.0
    if known.status is SuggestionStatus.DISMISSED:
        changed = max(
            _change_since(uow, problem, known.problem_text_version),
            _change_since(uow, solution, known.solution_text_version),
        )
    today: date = danish_date(uow.now)
    return may_be_suggested_again(known.status, review_on=known.review_on, today=today, change=changed)


def _change_since(uow: UnitOfWork, text: Problem | Solution, version: int) -> float:
    if text.text_version == version:
        return 0.0
    lifecycle = Lifecycle.PROBLEM if isinstance(text, Problem) else Lifecycle.SOLUTION
    before = uow.session.scalar(
        select(TextVersion).where(
            TextVersion.lifecycle == lifecycle, TextVersion.subject_id == text.id, TextVersion.version == version
        )
    )
    if before is None:
        return 1.0
    return share_changed(uow, text, version_document(lifecycle, str(text.id), before.fields))


def share_changed(uow: UnitOfWork, text: Problem | Solution, before: Document) -> float:
    """Return how much of the words has changed since `before`: 0 the same text, 1 nothing in common."""
    now = problem_document(uow, text) if isinstance(text, Problem) else solution_document(uow, text)
    return change(before, now)


def solutions_out_of_reach(uow: UnitOfWork, workplace_id: UUID) -> frozenset[str]:
    """Return the ids of solutions that are never suggested to a workplace: its own, and those of never-pairs."""
    never = select(NeverPair.owner_workplace_id).where(NeverPair.adopter_workplace_id == workplace_id)
    rows = uow.session.scalars(
        select(Solution.id).where((Solution.workplace_id == workplace_id) | Solution.workplace_id.in_(never))
    )
    return frozenset(str(row) for row in rows)


def _problems_out_of_reach(uow: UnitOfWork, workplace_id: UUID) -> frozenset[str]:
    never = select(NeverPair.adopter_workplace_id).where(NeverPair.owner_workplace_id == workplace_id)
    rows = uow.session.scalars(
        select(Problem.id).where((Problem.workplace_id == workplace_id) | Problem.workplace_id.in_(never))
    )
    return frozenset(str(row) for row in rows)


def _mark_matched(uow: UnitOfWork, table: type[Problem | Solution], text: Problem | Solution) -> None:
    # Said in SQL, past the revision: being matched is no change that somebody who edits must hear of.
    uow.session.execute(
        update(table)
        .where(table.id == text.id)
        .values(matched_version=text.text_version, matched_at=uow.now)
        .execution_options(synchronize_session=False)
    )


def explanation_of(match: Match) -> dict[str, Any]:
    """Return the reasons of a match as they are stored and shown: the problem's side is `ours`."""
    return {
        "terms": [
            {"problem_word": term.word, "solution_word": term.met, "share": round(term.share, 4)}
            for term in match.terms
        ],
        "fits": [_fit(fit.name, fit.ours, fit.theirs) for fit in match.fits],
        "differs": [_fit(fit.name, fit.ours, fit.theirs) for fit in match.differs],
    }


def _fit(name: str, ours: Sequence[str], theirs: Sequence[str]) -> dict[str, Any]:
    return {"name": name, "problem": list(ours), "solution": list(theirs)}


def _turned(match: Match) -> Match:
    """Return a match that was found from the solution as seen from the problem."""
    return replace(
        match,
        terms=tuple(
            replace(
                term, word=term.met, met=term.word,
                query_spans=term.document_spans, document_spans=term.query_spans,
            )
            for term in match.terms
        ),
        fits=tuple(replace(fit, ours=fit.theirs, theirs=fit.ours) for fit in match.fits),
        differs=tuple(replace(fit, ours=fit.theirs, theirs=fit.ours) for fit in match.differs),
    )  # fmt: skip
