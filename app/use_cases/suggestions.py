"""Verbs about match suggestions: what people decide about them, and what follows from change and time."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from app.domain.deadlines import danish_date
from app.domain.vocabulary import Actor, Lifecycle, Reason, SuggestionStatus
from app.domain.workflow import Plan
from app.store.catalogue import Problem, Solution
from app.store.matches import Suggestion
from app.store.unit_of_work import UnitOfWork
from app.use_cases.judgements import judge_suggestion
from app.use_cases.steps import take_as_system, take_step
from app.use_cases.subjects import load

# A dismissed pair is looked at again after this long; a large change of text brings it back earlier.
REVIEW_AFTER = timedelta(days=180)
LIVE = (SuggestionStatus.SUGGESTED, SuggestionStatus.SHORTLISTED)


def take_suggestion_step(
    uow: UnitOfWork, *, actor: Actor, suggestion_id: UUID, step: str, reason: Reason | None = None, note: str = ""
) -> Plan:
    """Shortlist, dismiss or take up again; who decided and why is kept with the pair."""
    suggestion = load(uow, Lifecycle.SUGGESTION, suggestion_id)
    assert isinstance(suggestion, Suggestion)  # noqa: S101 - the lifecycle says so
    planned = take_step(uow, actor=actor, thing=suggestion, step=step, reason=reason, note=note)
    if planned.repeated:
        return planned
    suggestion.decided_by_id, suggestion.decided_at = actor.account_id, uow.now
    suggestion.reason, suggestion.note = reason, note.strip()
    judge_suggestion(uow, actor=actor, suggestion=suggestion, step=step, reason=reason)
    dismissed = suggestion.status is SuggestionStatus.DISMISSED
    suggestion.review_on = danish_date(uow.now + REVIEW_AFTER) if dismissed else None
    return planned


def supersede_for_problem(uow: UnitOfWork, *, problem: Problem, but: Collection[str] = ()) -> None:
    """A problem's text has changed: what no person has decided about is replaced by the next run.

    but: ids of solutions that stay suggested.
    """
    _all(uow, Suggestion.problem_id, problem.id, "supersede", (SuggestionStatus.SUGGESTED,), but=but)


def supersede_for_solution(uow: UnitOfWork, *, solution: Solution) -> None:
    """A solution's text has changed: what no person has decided about is replaced by the next run."""
    _all(uow, Suggestion.solution_id, solution.id, "supersede", (SuggestionStatus.SUGGESTED,))


def expire_for_problem(uow: UnitOfWork, *, problem: Problem) -> None:
    """A problem no longer seeks: its suggestions end."""
    _all(uow, Suggestion.problem_id, problem.id, "expire", LIVE)


def expire_for_solution(uow: UnitOfWork, *, solution: Solution) -> None:
    """A solution is no longer offered: its suggestions end."""
    _all(uow, Suggestion.solution_id, solution.id, "expire", LIVE)


def _all(
    uow: UnitOfWork, column: object, value: UUID, step: str, states: tuple[SuggestionStatus, ...],
    *, but: Collection[str] = (),
) -> None:  # fmt: skip
    found = uow.session.scalars(
        select(Suggestion)
        .where(column == value, Suggestion.status.in_(states))  # type: ignore[arg-type]
        .order_by(Suggestion.id)
        .with_for_update(key_share=True),
        execution_options={"populate_existing": True},
    ).all()
    for suggestion in found:
        if str(suggestion.solution_id) in but:
            continue
        take_as_system(uow, thing=suggestion, step=step)
