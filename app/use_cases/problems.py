"""Verbs about problems: begin a draft, write it, send it, and lay two together."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.domain.errors import Conflict, NotFound, NotPermitted, StepNotPossible
from app.domain.events import ProblemTextChanged
from app.domain.permissions import Action, allowed
from app.domain.vocabulary import SEEKING_PROBLEM, Actor, Language, Lifecycle, ProblemStatus, Reason
from app.domain.workflow import Plan
from app.store.catalogue import Problem
from app.store.outbox import Lane
from app.store.people import Organisation, Workplace
from app.store.unit_of_work import UnitOfWork
from app.use_cases import introductions, suggestions
from app.use_cases.steps import begin, restart_timers, take_step
from app.use_cases.subjects import load, load_visible, subject_of
from app.use_cases.texts import keep_version, write_fields

EDITABLE = frozenset(
    {ProblemStatus.DRAFT, ProblemStatus.SUBMITTED, ProblemStatus.IN_REVIEW, ProblemStatus.NEEDS_INFO}
) | frozenset(SEEKING_PROBLEM)


def begin_problem(
    uow: UnitOfWork, *, actor: Actor, workplace_id: UUID, language: Language, fields: Mapping[str, Any]
) -> Problem:
    """Begin a draft for a workplace; its context is filled in from the workplace where `fields` leave it out.

    A consultant may do it on behalf of any workplace. Raises NotFound, NotPermitted.
    """
    workplace = uow.session.get(Workplace, workplace_id)
    if workplace is None:
        raise NotFound(f"no workplace {workplace_id}")
    if workplace_id not in actor.workplace_ids and not actor.is_consultant:
        raise NotPermitted("only members and consultants write for a workplace")
    organisation = uow.session.get_one(Organisation, workplace.organisation_id)
    problem = Problem(
        status=ProblemStatus.DRAFT,
        workplace_id=workplace_id,
        contact_id=actor.account_id if workplace_id in actor.workplace_ids else None,
        written_by_id=actor.account_id,
        language=language,
        sector=workplace.sector,
        size=workplace.size,
        region=workplace.region or organisation.region,
        target_groups=[],
        text_version=1,
        text_changed_at=uow.now,
        created_at=uow.now,
    )
    for name, value in fields.items():
        setattr(problem, name, value)
    uow.session.add(problem)
    begin(uow, actor=actor, thing=problem)
    keep_version(uow, actor=actor, text=problem)
    return problem


def write_problem(
    uow: UnitOfWork, *, actor: Actor, problem_id: UUID, fields: Mapping[str, Any], revision: int | None = None
) -> Problem:
    """Change a problem's fields. An open problem whose text changes is matched again.

    revision: what the writer had read; another one means that somebody else wrote meanwhile.
    Raises NotFound, NotPermitted, StepNotPossible, Conflict.
    """
    problem = load(uow, Lifecycle.PROBLEM, problem_id)
    assert isinstance(problem, Problem)  # noqa: S101 - the lifecycle says so
    subject = subject_of(uow, problem)
    if not allowed(Action.SEE, actor, subject):
        raise NotFound(f"no problem {problem_id}")
    if not allowed(Action.EDIT, actor, subject):
        raise NotPermitted("this problem is not this actor's to edit")
    if problem.status not in EDITABLE:
        raise StepNotPossible(f"problem {problem_id} is {problem.status}", code="wrong_state")
    if revision is not None and revision != problem.revision:
        raise Conflict(f"problem {problem_id} was changed since revision {revision}", code="edited_meanwhile")
    changed = write_fields(uow, actor=actor, text=problem, fields=fields)
    if problem.status in {ProblemStatus.DRAFT, ProblemStatus.OPEN}:
        restart_timers(uow, problem)
    if changed and problem.status in SEEKING_PROBLEM:
        suggestions.supersede_for_problem(uow, problem=problem)
        uow.emit(ProblemTextChanged(problem.id), lane=Lane.MATCHING)
    return problem


def take_problem_step(
    uow: UnitOfWork, *, actor: Actor, problem_id: UUID, step: str, reason: Reason | None = None, note: str = ""
) -> Plan:
    """Take a workflow step with a problem, and what follows from it."""
    problem = load(uow, Lifecycle.PROBLEM, problem_id)
    assert isinstance(problem, Problem)  # noqa: S101
    planned = take_step(uow, actor=actor, thing=problem, step=step, reason=reason, note=note)
    if planned.repeated:
        return planned
    if step == "take":
        problem.taken_by_id = actor.account_id
    if problem.status in SEEKING_PROBLEM:
        problem.text_changed_at = uow.now
    elif planned.from_status in SEEKING_PROBLEM:
        problem.text_changed_at = uow.now
        suggestions.expire_for_problem(uow, problem=problem)
        introductions.cancel_for_problem(uow, problem=problem, reason=Reason.NO_LONGER_A_PROBLEM)
    return planned


def merge_problem(uow: UnitOfWork, *, actor: Actor, problem_id: UUID, into_id: UUID, note: str = "") -> Plan:
    """Lay a problem together with another open one; each adopter keeps its own context."""
    load_visible(uow, actor=actor, lifecycle=Lifecycle.PROBLEM, thing_id=into_id)
    problem = load(uow, Lifecycle.PROBLEM, problem_id)
    assert isinstance(problem, Problem)  # noqa: S101
    if problem.status is ProblemStatus.MERGED and problem.merged_into_id != into_id:
        raise StepNotPossible(f"problem {problem_id} was laid together with another one", code="wrong_state")
    problem.merged_into_id = into_id
    return take_problem_step(uow, actor=actor, problem_id=problem_id, step="merge", note=note)
