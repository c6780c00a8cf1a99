"""Verbs about solutions: begin a draft, write it, have it approved, publish, pause and merge."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from app.domain.eligibility import LARGE_CHANGE
from app.domain.errors import Conflict, NotFound, NotPermitted, StepNotPossible
from app.domain.events import SolutionTextChanged, SolutionWrittenOnBehalf
from app.domain.permissions import Action, allowed
from app.domain.vocabulary import VISIBLE_SOLUTION, Actor, Language, Lifecycle, Reason, SolutionStatus
from app.domain.workflow import Plan
from app.store.catalogue import Solution
from app.store.outbox import Lane
from app.store.people import Workplace
from app.store.unit_of_work import UnitOfWork
from app.use_cases import suggestions
from app.use_cases.documents import solution_document
from app.use_cases.matching import Document, share_changed
from app.use_cases.steps import begin, restart_timers, take_as_system, take_step
from app.use_cases.subjects import load, load_visible, origin_of, subject_of
from app.use_cases.texts import differs, keep_version, write_fields

EDITABLE = frozenset(SolutionStatus) - {SolutionStatus.ARCHIVED, SolutionStatus.MERGED, SolutionStatus.REJECTED}


def begin_solution(
    uow: UnitOfWork, *, actor: Actor, workplace_id: UUID, language: Language, fields: Mapping[str, Any]
) -> Solution:
    """Begin a draft for a workplace. A consultant writes on behalf: the owner is then asked to approve.

    Raises NotFound, NotPermitted.
    """
    workplace = uow.session.get(Workplace, workplace_id)
    if workplace is None:
        raise NotFound(f"no workplace {workplace_id}")
    is_member = workplace_id in actor.workplace_ids
    if not is_member and not actor.is_consultant:
        raise NotPermitted("only members and consultants write for a workplace")
    solution = Solution(
        status=SolutionStatus.DRAFT,
        workplace_id=workplace_id,
        contact_id=actor.account_id if is_member else None,
        written_by_id=actor.account_id,
        language=language,
        sector=workplace.sector,
        target_groups=[],
        value_kinds=[],
        text_version=1,
        text_changed_at=uow.now,
        created_at=uow.now,
    )
    for name, value in fields.items():
        setattr(solution, name, value)
    uow.session.add(solution)
    begin(uow, actor=actor, thing=solution)
    keep_version(uow, actor=actor, text=solution)
    if not is_member:
        uow.emit(SolutionWrittenOnBehalf(solution.id))
    return solution


def write_solution(
    uow: UnitOfWork, *, actor: Actor, solution_id: UUID, fields: Mapping[str, Any], revision: int | None = None
) -> Solution:
    """Change a solution's fields. A published one whose text changes is matched again.

    What a consultant changes before publication is approved anew by the owner.
    revision: what the writer had read. Raises NotFound, NotPermitted, StepNotPossible, Conflict.
    """
    solution = _load(uow, solution_id)
    subject = subject_of(uow, solution)
    if not allowed(Action.SEE, actor, subject):
        raise NotFound(f"no solution {solution_id}")
    if not allowed(Action.EDIT, actor, subject):
        raise NotPermitted("this solution is not this actor's to edit")
    if solution.status not in EDITABLE:
        raise StepNotPossible(f"solution {solution_id} is {solution.status}", code="wrong_state")
    if revision is not None and revision != solution.revision:
        raise Conflict(f"solution {solution_id} was changed since revision {revision}", code="edited_meanwhile")
    before, is_different = solution_document(uow, solution), differs(solution, fields)
    changed = write_fields(uow, actor=actor, text=solution, fields=fields)
    if solution.status in VISIBLE_SOLUTION:
        _follow_visible_change(uow, actor=actor, solution=solution, before=before, is_new_text=changed)
    elif is_different and solution.workplace_id not in actor.workplace_ids:
        solution.approved_at = solution.approved_by_id = None
    if solution.status is SolutionStatus.DRAFT:
        restart_timers(uow, solution)
    return solution


def _follow_visible_change(
    uow: UnitOfWork, *, actor: Actor, solution: Solution, before: Document, is_new_text: bool
) -> None:
    """A text that everybody sees was changed: reviewed again when much of it was, else matched again."""
    # Whoever takes the proof out of a published solution does not leave it standing as proven.
    solution.flagged_not_proven = solution.flagged_not_proven or not origin_of(solution).is_proven
    if is_new_text:
        suggestions.supersede_for_solution(uow, solution=solution)
        if share_changed(uow, solution, before) >= LARGE_CHANGE:
            _review_again(uow, actor=actor, solution=solution)
            return
        uow.emit(SolutionTextChanged(solution.id), lane=Lane.MATCHING)
    if solution.status is SolutionStatus.NEEDS_RENEWAL and solution.workplace_id in actor.workplace_ids:
        take_step(uow, actor=actor, thing=solution, step="renew")


def _review_again(uow: UnitOfWork, *, actor: Actor, solution: Solution) -> None:
    """What was published is not what stands here now: a consultant reads it, and the owner stands behind it."""
    is_owner = solution.workplace_id in actor.workplace_ids
    solution.approved_at, solution.approved_by_id = (uow.now, actor.account_id) if is_owner else (None, None)
    take_as_system(uow, thing=solution, step="review_again")
    solution.text_changed_at = uow.now
    suggestions.expire_for_solution(uow, solution=solution)


def take_solution_step(
    uow: UnitOfWork,
    *,
    actor: Actor,
    solution_id: UUID,
    step: str,
    reason: Reason | None = None,
    note: str = "",
    not_proven: bool = False,
    paused_until: date | None = None,
) -> Plan:
    """Take a workflow step with a solution, and what follows from it.

    not_proven: the consultant publishes it flagged as not yet proven. paused_until: when a pause ends by itself.
    """
    solution = _load(uow, solution_id)
    if step == "publish" and solution.status is SolutionStatus.IN_REVIEW:
        solution.flagged_not_proven = not_proven
    planned = take_step(uow, actor=actor, thing=solution, step=step, reason=reason, note=note)
    if planned.repeated:
        return planned
    _follow(uow, actor=actor, solution=solution, step=step, paused_until=paused_until)
    was_visible, is_visible = planned.from_status in VISIBLE_SOLUTION, solution.status in VISIBLE_SOLUTION
    if was_visible or is_visible:
        solution.text_changed_at = uow.now
    if was_visible and not is_visible:
        suggestions.expire_for_solution(uow, solution=solution)
    return planned


def merge_solution(uow: UnitOfWork, *, actor: Actor, solution_id: UUID, into_id: UUID, note: str = "") -> Plan:
    """Lay a solution together with another published one; its page leads there from now on."""
    load_visible(uow, actor=actor, lifecycle=Lifecycle.SOLUTION, thing_id=into_id)
    solution = _load(uow, solution_id)
    if solution.status is SolutionStatus.MERGED and solution.merged_into_id != into_id:
        raise StepNotPossible(f"solution {solution_id} was laid together with another one", code="wrong_state")
    solution.merged_into_id = into_id
    return take_solution_step(uow, actor=actor, solution_id=solution_id, step="merge", note=note)


def _load(uow: UnitOfWork, solution_id: UUID) -> Solution:
    solution = load(uow, Lifecycle.SOLUTION, solution_id)
    assert isinstance(solution, Solution)  # noqa: S101 - the lifecycle says so
    return solution


def _follow(uow: UnitOfWork, *, actor: Actor, solution: Solution, step: str, paused_until: date | None) -> None:
    if step == "take":
        solution.taken_by_id = actor.account_id
    if step in {"approve", "submit"} and solution.workplace_id in actor.workplace_ids:
        solution.approved_at, solution.approved_by_id = uow.now, actor.account_id
        solution.contact_id = solution.contact_id or actor.account_id
    if step == "publish":
        solution.published_at = uow.now
    if step in {"pause", "resume"}:
        solution.paused_until = paused_until
