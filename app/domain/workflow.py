"""How a thing moves from state to state: the shape of a step, and the one function that plans it.

The steps themselves stand in `app.domain.steps.STEPS`; from one entry there come the route, the check, the
button, the history line, the outbox message and the tests.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.domain.deadlines import Delay
from app.domain.errors import InputMissing, NotFound, NotPermitted, StepNotPossible
from app.domain.events import Event
from app.domain.permissions import Action, Rule, Subject, allowed
from app.domain.vocabulary import Actor, Lifecycle, Reason, Status, WaitsFor


def msg(text: str) -> str:
    """Mark an English text for the catalogue; it is translated where it is shown."""
    return text


class Guard(StrEnum):
    """Conditions that a step may need; the store says which do not hold (`Subject.unmet`)."""

    REQUIRED_FIELDS = "required_fields"
    NO_CPR = "no_cpr"
    SECTOR_AND_CONTEXT = "sector_and_context"
    ORIGIN_ANSWERED = "origin_answered"
    OWNER_APPROVED = "owner_approved"
    PROVEN_OR_FLAGGED = "proven_or_flagged"
    NO_OPEN_INTRODUCTIONS = "no_open_introductions"
    TARGET_OPEN = "target_open"
    PROBLEM_SEEKING = "problem_seeking"
    SOLUTION_PUBLISHED = "solution_published"
    ADOPTER_HAS_CONTACT = "adopter_has_contact"
    OWNER_HAS_CONTACT = "owner_has_contact"
    ASKED_BY_ADOPTER = "asked_by_adopter"
    ADOPTER_RECONFIRMED = "adopter_reconfirmed"
    OWNER_HAS_PLACE = "owner_has_place"
    WITHIN_CAPACITY = "within_capacity"


class Note(StrEnum):
    """Whether a step takes a free text."""

    NONE = "none"
    OPTIONAL = "optional"
    REQUIRED = "required"


class Weight(StrEnum):
    """How a step's button stands among the others."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Detour:
    """Where a step leads instead when `unless` does not hold, and the event of that."""

    unless: Guard
    leads_to: Status
    emits: type[Event]


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of the workflow. leads_to None: the state stays (an approval, a renewal).

    label: what the button says; done: what the history says; both English, for the catalogue.
    reasons: when not empty, one of them must be given. note_label: the question that the note answers.
    restarts: where the state stays, its waiting begins anew.
    """

    lifecycle: Lifecycle
    name: str
    starts_from: frozenset[Status]
    leads_to: Status | None
    may: Rule
    label: str
    done: str
    emits: type[Event] | None = None
    needs: frozenset[Guard] = frozenset()
    detour: Detour | None = None
    reasons: tuple[Reason, ...] = ()
    note: Note = Note.NONE
    note_label: str = ""
    weight: Weight = Weight.SECONDARY
    has_button: bool = True
    restarts: bool = False


@dataclass(frozen=True, slots=True)
class Timer:
    """What happens when a state has lasted `after`: the system takes `step`, or a reminder goes out."""

    name: str
    after: Delay
    step: str | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a state waits for. due: when the answer was promised or asked for."""

    waits_for: WaitsFor | None = None
    due: Delay | None = None
    timers: tuple[Timer, ...] = ()


@dataclass(frozen=True, slots=True)
class DueTimer:
    """A timer with its moment."""

    timer: Timer
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Plan:
    """What taking a step would change. repeated: it was taken before, so there is nothing to do.

    emits: the event of it; None when nobody needs to know. waits_for, due_at and timers describe the new state
    and count only when `enters` is true: the state is a new one, or its waiting begins anew.
    """

    step: Step
    from_status: Status
    to_status: Status
    emits: type[Event] | None = None
    repeated: bool = False
    enters: bool = False
    waits_for: WaitsFor | None = None
    due_at: datetime | None = None
    timers: tuple[DueTimer, ...] = field(default_factory=tuple)


def plan(
    step: Step,
    waiting: dict[Status, Waiting],
    *,
    subject: Subject,
    actor: Actor,
    now: datetime,
    reason: Reason | None = None,
    note: str = "",
) -> Plan:
    """Return what `step` would change for `subject`, or refuse.

    Whether the actor *may* is asked before the *state*, so that an outsider learns nothing about it.
    waiting: what each state of this lifecycle waits for. now: aware UTC.
    Raises NotFound (may not know of it), NotPermitted, StepNotPossible (code = the guard, or "wrong_state"),
    InputMissing (reason or note).
    """
    if not allowed(Action.SEE, actor, subject):
        raise NotFound(f"{subject.lifecycle} {subject.id} is not visible to this actor")
    if not step.may(actor, subject):
        raise NotPermitted(f"{step.name} is not this actor's to take")
    if subject.status not in step.starts_from:
        # Saying again what was said is harmless; a new word or reason must not vanish without a trace.
        if _was_taken(step, subject.status) and reason is None and not note.strip():
            return Plan(step, subject.status, subject.status, repeated=True)
        raise StepNotPossible(f"{step.name} does not start from {subject.status}", code="wrong_state")
    if not actor.is_system:
        _check_input(step, reason, note)
    to_status, emits = step.leads_to or subject.status, step.emits
    for guard in sorted(step.needs):
        if guard in subject.unmet:
            raise StepNotPossible(f"{step.name} needs {guard}", code=guard)
    if step.detour is not None and step.detour.unless in subject.unmet:
        to_status, emits = step.detour.leads_to, step.detour.emits
    after = waiting.get(to_status, Waiting())
    return Plan(
        step,
        subject.status,
        to_status,
        emits,
        enters=step.leads_to is not None or step.restarts,
        waits_for=after.waits_for,
        due_at=after.due.after(now) if after.due else None,
        timers=tuple(DueTimer(timer, timer.after.after(now)) for timer in after.timers),
    )


def _was_taken(step: Step, status: Status) -> bool:
    """Whether the thing already is where the step leads: repeating a move made is harmless."""
    return status == step.leads_to or (step.detour is not None and status == step.detour.leads_to)


def _check_input(step: Step, reason: Reason | None, note: str) -> None:
    if step.reasons and reason not in step.reasons:
        raise InputMissing(f"{step.name} needs one of its reasons", field="reason")
    if step.note is Note.REQUIRED and not note.strip():
        raise InputMissing(f"{step.name} needs a text", field="note")
