"""Take a workflow step: the one place where a status changes."""

from sqlalchemy import delete

from app.domain.errors import StepNotPossible
from app.domain.events import Event, IntroductionCancelled, IntroductionExpired
from app.domain.steps import WAITING, step_named, steps_of
from app.domain.vocabulary import SYSTEM, Actor, Lifecycle, Reason
from app.domain.workflow import DueTimer, Plan, Step, plan
from app.store.history import DueRow, HistoryEntry
from app.store.introductions import Introduction
from app.store.outbox import Lane
from app.store.unit_of_work import UnitOfWork
from app.use_cases.subjects import Thing, lifecycle_of, subject_of

# Events that start the matcher go to the hands that may take long.
MATCHING_EVENTS = frozenset(
    {"ProblemOpened", "ProblemTextChanged", "ProblemMatchWanted", "SolutionPublished", "SolutionTextChanged"}
)


def take_step(
    uow: UnitOfWork, *, actor: Actor, thing: Thing, step: str, reason: Reason | None = None, note: str = ""
) -> Plan:
    """Take the step named `step` with `thing` and return what was planned and done.

    Writes the status, the history, the timers and the outbox message. A step taken before changes nothing.
    Raises what `app.domain.workflow.plan` raises, and StepNotPossible when there is no such step.
    """
    lifecycle = lifecycle_of(thing)
    entry = step_named(lifecycle, step)
    if entry is None:
        raise StepNotPossible(f"{lifecycle} has no step {step}", code="wrong_state")
    planned = plan(
        entry,
        WAITING.get(lifecycle, {}),
        subject=subject_of(uow, thing, lock=True),
        actor=actor,
        now=uow.now,
        reason=reason,
        note=note,
    )
    if not planned.repeated:
        _apply(uow, actor=actor, thing=thing, planned=planned, reason=reason, note=note)
    return planned


def begin(uow: UnitOfWork, *, actor: Actor, thing: Thing, note: str = "") -> None:
    """Write the first history row and the timers of a thing that has just been made."""
    lifecycle = lifecycle_of(thing)
    uow.session.flush()
    _remember(uow, thing, "begin", "", thing.status, actor, None, note)
    waiting = WAITING.get(lifecycle, {}).get(thing.status)
    if waiting is None:
        return
    thing.waits_for = waiting.waits_for
    thing.waiting_since = uow.now
    thing.due_at = waiting.due.after(uow.now) if waiting.due else None
    _set_timers(uow, thing, tuple(DueTimer(timer, timer.after.after(uow.now)) for timer in waiting.timers))


def possible_steps(uow: UnitOfWork, *, actor: Actor, thing: Thing) -> list[Step]:
    """Return the steps whose button `actor` sees on `thing` now, in the table's order.

    A step whose guard does not hold is still shown: its refusal says what is missing.
    """
    subject = subject_of(uow, thing)
    return [
        step
        for step in steps_of(lifecycle_of(thing))
        if step.has_button and subject.status in step.starts_from and step.may(actor, subject)
    ]


def _apply(uow: UnitOfWork, *, actor: Actor, thing: Thing, planned: Plan, reason: Reason | None, note: str) -> None:
    if planned.emits is not None:
        lane = Lane.MATCHING if planned.emits.__name__ in MATCHING_EVENTS else Lane.NOTICES
        uow.emit(_event(thing, planned), lane=lane)
    thing.status = planned.to_status
    if planned.enters:
        thing.waits_for = planned.waits_for
        thing.waiting_since = uow.now
        thing.due_at = planned.due_at
        _set_timers(uow, thing, planned.timers)
    _remember(uow, thing, planned.step.name, planned.from_status, planned.to_status, actor, reason, note.strip())
    uow.session.flush()


def _event(thing: Thing, planned: Plan) -> Event:
    kind = planned.emits
    assert kind is not None  # noqa: S101 - the caller has looked
    if isinstance(thing, Introduction):
        if kind is IntroductionExpired:
            return IntroductionExpired(thing.id, asked_owner="yes" if thing.asked_owner_at else "")
        if kind is IntroductionCancelled:
            asked = "both" if thing.asked_owner_at else "adopter" if thing.asked_adopter_at else ""
            return IntroductionCancelled(thing.id, asked=asked)
    return kind(thing.id)


def _remember(
    uow: UnitOfWork,
    thing: Thing,
    step: str,
    from_status: str,
    to_status: str,
    actor: Actor,
    reason: Reason | None,
    note: str,
) -> None:
    uow.session.add(
        HistoryEntry(
            lifecycle=lifecycle_of(thing),
            subject_id=thing.id,
            step=step,
            from_status=from_status,
            to_status=to_status,
            actor_id=actor.account_id,
            reason=reason,
            note=note,
            at=uow.now,
        )
    )


def _set_timers(uow: UnitOfWork, thing: Thing, timers: tuple[DueTimer, ...]) -> None:
    lifecycle = lifecycle_of(thing)
    uow.session.execute(delete(DueRow).where(DueRow.lifecycle == lifecycle, DueRow.subject_id == thing.id))
    uow.session.add_all(
        DueRow(lifecycle=lifecycle, subject_id=thing.id, state=thing.status, name=due.timer.name, due_at=due.due_at)
        for due in timers
    )


def take_as_system(uow: UnitOfWork, *, thing: Thing, step: str, reason: Reason | None = None) -> Plan:
    """Take a step that follows from time or from another step; the actor is the service itself."""
    return take_step(uow, actor=SYSTEM, thing=thing, step=step, reason=reason)


def restart_timers(uow: UnitOfWork, thing: Thing) -> None:
    """Somebody has worked on the thing: what happens when it lies untouched is counted from now."""
    waiting = WAITING.get(lifecycle_of(thing), {}).get(thing.status)
    if waiting is not None:
        _set_timers(uow, thing, tuple(DueTimer(timer, timer.after.after(uow.now)) for timer in waiting.timers))


def lifecycle_named(name: str) -> Lifecycle:
    """Return the lifecycle of this name. Raises StepNotPossible when there is none."""
    try:
        return Lifecycle(name)
    except ValueError as error:
        raise StepNotPossible(f"no lifecycle {name}", code="wrong_state") from error
