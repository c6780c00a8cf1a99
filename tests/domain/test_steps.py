"""Every workflow step, from every state, by every role: what happens is computed from the table written here.

The table is a second telling of the workflow, from the design and not from the code, so that a slip in
`app.domain.steps` or `app.domain.permissions` is found whichever of the two has it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from app.domain.deadlines import after_working_days
from app.domain.errors import InputMissing, NotFound, NotPermitted, StepNotPossible
from app.domain.labels import GUARD_LABELS
from app.domain.permissions import Action, Subject, allowed
from app.domain.steps import STEPS, WAITING, step_named
from app.domain.vocabulary import (
    ANONYMOUS,
    STATUS_OF,
    SYSTEM,
    Actor,
    IntroductionStatus,
    Lifecycle,
    ProblemStatus,
    Reason,
    Role,
    SolutionStatus,
    Status,
    WaitsFor,
)
from app.domain.workflow import Guard, Note, Plan, Step, plan

# lifecycle step | from | to ("." stays) | who may | needs: guards, then "detour>state" | input: r = reason, n = note
TABLE = """
problem submit          | draft | submitted | adopter consultant | required_fields no_cpr |
problem take            | submitted | in_review | consultant | |
problem ask_for_info    | in_review | needs_info | consultant | | n
problem answer          | needs_info | in_review | adopter | | n
problem open            | in_review | open | consultant | required_fields no_cpr sector_and_context |
problem merge           | in_review open | merged | consultant | target_open |
problem renew           | open | . | adopter | |
problem start_dialogue  | open | in_dialogue | system | |
problem end_dialogue    | in_dialogue | open | system | |
problem solve           | open in_dialogue | solved | adopter consultant | | r
problem withdraw        | draft submitted in_review needs_info open in_dialogue | withdrawn | adopter consultant | | r
problem expire          | open | expired | system | |
solution submit         | draft | submitted | owner consultant | required_fields no_cpr origin_answered |
solution approve        | draft submitted in_review needs_info | . | owner | |
solution take           | submitted | in_review | consultant | |
solution ask_for_info   | in_review | needs_info | consultant | | n
solution answer         | needs_info | in_review | owner | | n
solution publish        | in_review | published | consultant | required_fields no_cpr owner_approved proven_or_flagged |
solution reject         | in_review | rejected | consultant | | rn
solution revise         | rejected | draft | owner | |
solution pause          | published | paused | owner consultant | |
solution resume         | paused | published | owner consultant system | no_cpr owner_approved proven_or_flagged |
solution ask_renewal    | published | needs_renewal | system | |
solution renew          | needs_renewal | published | owner | |
solution review_again   | published needs_renewal | in_review | system | |
solution archive        | published needs_renewal paused | archived | owner consultant system | no_open_introductions |
solution merge          | published | merged | consultant | target_open no_open_introductions |
suggestion shortlist    | suggested | shortlisted | consultant | problem_seeking solution_published |
suggestion dismiss      | suggested shortlisted | dismissed | consultant | | r
suggestion decline      | shortlisted | dismissed | adopter | | r
suggestion reconsider   | dismissed | suggested | consultant | problem_seeking solution_published |
suggestion use          | suggested shortlisted | used | system | |
suggestion supersede    | suggested | superseded | system | |
suggestion expire       | suggested shortlisted | expired | system | |
introduction ask_adopter | drafted | asking_adopter | consultant | problem_seeking solution_published adopter_has_contact owner_has_contact |
introduction ask_owner  | drafted | asking_owner | consultant | problem_seeking solution_published adopter_has_contact owner_has_contact asked_by_adopter owner_has_place>waitlisted |
introduction accept_as_adopter | asking_adopter | asking_owner | adopter | problem_seeking solution_published owner_has_contact owner_has_place>waitlisted |
introduction decline_as_adopter | asking_adopter waitlisted | declined_by_adopter | adopter | | r
introduction reconfirm  | waitlisted | . | adopter | |
introduction offer_place | waitlisted | asking_owner | consultant system | problem_seeking solution_published owner_has_place adopter_reconfirmed |
introduction accept_as_owner | asking_owner | introduced | owner | problem_seeking solution_published within_capacity |
introduction decline_as_owner | asking_owner | declined_by_owner | owner | | r
introduction expire     | asking_adopter asking_owner | expired | system | |
introduction start_dialogue | introduced | in_dialogue | adopter owner | |
introduction propose_conclusion | introduced in_dialogue | . | adopter owner | | r
introduction conclude   | introduced in_dialogue | concluded | consultant | | r
introduction cancel     | drafted waitlisted asking_adopter asking_owner | cancelled | consultant system | | n
"""  # noqa: E501 - one step a line
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ADOPTER_PLACE, OWNER_PLACE, THING = uuid4(), uuid4(), uuid4()


def _member(*workplaces: UUID, roles: tuple[Role, ...] = (Role.ADOPTER, Role.OWNER)) -> Actor:
    return Actor(uuid4(), frozenset(roles), frozenset(workplaces))


ACTORS = {
    "visitor": ANONYMOUS,
    "stranger": _member(uuid4()),
    "adopter": _member(ADOPTER_PLACE),
    "owner": _member(OWNER_PLACE),
    "consultant": _member(roles=(Role.CONSULTANT,)),
    "administrator": _member(roles=(Role.ADMINISTRATOR,)),
    "system": SYSTEM,
}


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the table."""

    lifecycle: str
    step: str
    starts: frozenset[str]
    to: str
    who: frozenset[str]
    guards: tuple[str, ...]
    detour: tuple[str, str] | None
    needs_reason: bool
    needs_note: bool


def _told(line: str) -> Told:
    name, starts, to, who, needs, wanted = (part.strip() for part in line.split("|"))
    lifecycle, step = name.split()
    detours = [tuple(need.split(">")) for need in needs.split() if ">" in need]
    return Told(
        lifecycle, step, frozenset(starts.split()), to, frozenset(who.split()),
        tuple(need for need in needs.split() if ">" not in need),
        (detours[0][0], detours[0][1]) if detours else None, "r" in wanted, "n" in wanted,
    )  # fmt: skip


TOLD = [_told(line) for line in TABLE.strip().splitlines()]
BY_NAME = {(told.lifecycle, told.step): told for told in TOLD}


def _entry(told: Told) -> Step:
    step = step_named(Lifecycle(told.lifecycle), told.step)
    assert step is not None, f"{told.lifecycle} has no step {told.step}"
    return step


def _subject(lifecycle: str, state: str, unmet: frozenset[str] = frozenset()) -> Subject:
    """Return a thing that both sides have been asked about, with the workplaces that its lifecycle has."""
    kind = Lifecycle(lifecycle)
    return Subject(
        kind, STATUS_OF[kind](state), THING,
        adopter_workplace_id=None if lifecycle == "solution" else ADOPTER_PLACE,
        owner_workplace_id=None if lifecycle == "problem" else OWNER_PLACE,
        unmet=unmet, owner_was_asked=True, adopter_was_asked=True,
    )  # fmt: skip


def _sees(role: str, lifecycle: str, state: str) -> bool:
    """Who may know of it, told a second time."""
    if role in {"consultant", "system"}:
        return True
    seen = {
        "problem": role == "adopter",
        "solution": role == "owner" or state in {"published", "needs_renewal"},
        "suggestion": role == "adopter" and state in {"shortlisted", "used"},
        "introduction": role in {"adopter", "owner"},
    }
    return seen[lifecycle]


def _expected(told: Told, state: str, role: str) -> type[Exception] | str:
    """Return the refusal, or the state that the step leads to; "=" for a step that was taken before."""
    if not _sees(role, told.lifecycle, state):
        return NotFound
    # A published solution is seen by all, so a foreigner is refused instead of being told that there is nothing.
    if role not in told.who:
        return NotPermitted
    if state in told.starts:
        return state if told.to == "." else told.to
    targets = {told.to, told.detour[1] if told.detour else told.to}
    says_something_new = told.needs_reason or told.needs_note
    return "=" if state in targets and not says_something_new else StepNotPossible


def _take(told: Told, subject: Subject, role: str, *, reason: Reason | None = None, note: str = "") -> Plan:
    entry = _entry(told)
    if told.needs_reason and reason is None:
        reason = entry.reasons[0]
    return plan(
        entry, WAITING[Lifecycle(told.lifecycle)], subject=subject, actor=ACTORS[role], now=NOW, reason=reason,
        note=note or ("Et par ord" if told.needs_note else ""),
    )  # fmt: skip


CASES = [
    (told, state.value) for told in TOLD for state in STATUS_OF[Lifecycle(told.lifecycle)]
]  # every step from every state; each case goes through all roles


@pytest.mark.parametrize(("told", "state"), CASES, ids=lambda part: part if isinstance(part, str) else part.step)
def test_a_step_does_what_the_table_says_for_every_role(told: Told, state: str) -> None:
    for role in ACTORS:
        expected = _expected(told, state, role)
        subject = _subject(told.lifecycle, state)
        if isinstance(expected, str):
            planned = _take(told, subject, role)
            assert planned.repeated == (expected == "=")
            assert planned.to_status.value == (state if expected == "=" else expected), role
        else:
            with pytest.raises(expected):
                _take(told, subject, role)


def test_the_table_and_the_code_name_the_same_steps(capsys: pytest.CaptureFixture[str]) -> None:
    assert {(step.lifecycle.value, step.name) for step in STEPS.values()} == set(BY_NAME)
    combinations = len(CASES) * len(ACTORS)
    assert combinations == sum(len(STATUS_OF[step.lifecycle]) for step in STEPS.values()) * 7
    with capsys.disabled():
        print(f"\n{len(TOLD)} steps, {combinations} combinations of step, state and role")  # noqa: T201


GUARDED = [(told, guard) for told in TOLD for guard in told.guards]


@pytest.mark.parametrize(("told", "guard"), GUARDED, ids=lambda part: part if isinstance(part, str) else part.step)
def test_a_guard_that_does_not_hold_refuses_the_step_by_its_name(told: Told, guard: str) -> None:
    state = min(told.starts)
    role = min(told.who)
    with pytest.raises(StepNotPossible) as refusal:
        _take(told, _subject(told.lifecycle, state, frozenset({guard})), role)
    assert refusal.value.code == guard
    assert GUARD_LABELS[guard]


@pytest.mark.parametrize("told", TOLD, ids=lambda told: f"{told.lifecycle}-{told.step}")
def test_other_guards_do_not_stop_a_step(told: Told) -> None:
    others = frozenset(guard.value for guard in Guard) - set(told.guards)
    for state in told.starts:
        planned = _take(told, _subject(told.lifecycle, state, others), min(told.who))
        expected = told.detour[1] if told.detour else state if told.to == "." else told.to
        assert planned.to_status.value == expected


@pytest.mark.parametrize("told", [told for told in TOLD if told.needs_reason], ids=lambda told: told.step)
def test_a_step_that_asks_for_a_reason_takes_only_its_own(told: Told) -> None:
    entry, state, role = _entry(told), min(told.starts), min(told.who)
    foreign = next(reason for reason in Reason if reason not in entry.reasons)
    for wrong in (None, foreign):
        with pytest.raises(InputMissing) as refusal:
            plan(
                entry, WAITING[entry.lifecycle], subject=_subject(told.lifecycle, state), actor=ACTORS[role],
                now=NOW, reason=wrong, note="Et par ord",
            )  # fmt: skip
        assert refusal.value.field == "reason"
    for reason in entry.reasons:
        assert not _take(told, _subject(told.lifecycle, state), role, reason=reason).repeated


@pytest.mark.parametrize("told", [told for told in TOLD if told.needs_note], ids=lambda told: told.step)
def test_a_step_that_asks_for_words_takes_no_blanks(told: Told) -> None:
    entry, state, role = _entry(told), min(told.starts), min(told.who)
    assert entry.note is Note.REQUIRED
    reason = entry.reasons[0] if entry.reasons else None
    with pytest.raises(InputMissing) as refusal:
        plan(
            entry, WAITING[entry.lifecycle], subject=_subject(told.lifecycle, state), actor=ACTORS[role], now=NOW,
            reason=reason, note=" \n\t",
        )  # fmt: skip
    assert refusal.value.field == "note"


def test_an_outsider_learns_nothing_about_the_state() -> None:
    for state in ProblemStatus:
        for told in (BY_NAME["problem", "open"], BY_NAME["problem", "renew"]):
            with pytest.raises(NotFound):
                _take(told, _subject("problem", state.value), "stranger")


def test_whoever_may_not_is_told_so_before_the_state_is_looked_at() -> None:
    for state in ProblemStatus:
        with pytest.raises(NotPermitted):
            _take(BY_NAME["problem", "open"], _subject("problem", state.value), "adopter")


def test_a_full_owner_is_waitlisted_not_asked() -> None:
    for name in ("accept_as_adopter", "ask_owner"):
        told = BY_NAME["introduction", name]
        planned = _take(told, _subject("introduction", min(told.starts), frozenset({"owner_has_place"})), min(told.who))
        assert planned.to_status is IntroductionStatus.WAITLISTED
        assert planned.waits_for is WaitsFor.PLACE
        assert planned.emits is not None
        assert planned.emits.__name__ == "IntroductionWaitlisted"


def test_a_step_taken_twice_changes_and_tells_nothing_the_second_time() -> None:
    planned = _take(BY_NAME["introduction", "accept_as_owner"], _subject("introduction", "introduced"), "owner")
    assert planned.repeated
    assert planned.emits is None
    assert not planned.timers


def test_words_that_come_after_the_step_was_taken_do_not_vanish() -> None:
    told, subject = BY_NAME["problem", "answer"], _subject("problem", "in_review")
    assert plan(_entry(told), {}, subject=subject, actor=ACTORS["adopter"], now=NOW).repeated
    with pytest.raises(StepNotPossible) as refusal:
        plan(_entry(told), {}, subject=subject, actor=ACTORS["adopter"], now=NOW, note="Endnu et svar")
    assert refusal.value.code == "wrong_state"


def test_the_service_itself_is_not_asked_for_words() -> None:
    told, subject = BY_NAME["introduction", "cancel"], _subject("introduction", "drafted")
    assert plan(_entry(told), {}, subject=subject, actor=SYSTEM, now=NOW).to_status is IntroductionStatus.CANCELLED


@pytest.mark.parametrize(
    ("lifecycle", "step", "state", "waits_for", "due_days", "timers"),
    [
        ("problem", "submit", "draft", "consultant", 2, {"reminder": 4, "overdue": 6}),
        ("problem", "take", "submitted", "consultant", 2, {"reminder": 4, "overdue": 6}),
        ("solution", "submit", "draft", "consultant", 2, {"reminder": 4, "overdue": 6}),
        ("introduction", "ask_adopter", "drafted", "adopter", 10, {"reminder": 4, "second_reminder": 8, "expire": 10}),
        (
            "introduction", "accept_as_adopter", "asking_adopter", "owner", 10,
            {"reminder": 4, "second_reminder": 8, "expire": 10},
        ),
    ],
)  # fmt: skip
def test_a_waiting_state_says_for_whom_and_until_when_in_working_days(
    lifecycle: str, step: str, state: str, waits_for: str, due_days: int, timers: dict[str, int]
) -> None:
    told = BY_NAME[lifecycle, step]
    planned = _take(told, _subject(lifecycle, state), min(told.who))
    assert planned.waits_for == waits_for
    assert planned.due_at == after_working_days(NOW, due_days)
    assert {due.timer.name: due.due_at for due in planned.timers} == {
        name: after_working_days(NOW, days) for name, days in timers.items()
    }


def test_an_open_problem_is_asked_about_at_30_90_and_150_days_and_closed_at_180() -> None:
    planned = _take(BY_NAME["problem", "open"], _subject("problem", "in_review"), "consultant")
    assert [(due.timer.step, (due.due_at - NOW).days) for due in planned.timers] == [
        (None, 30), (None, 90), (None, 150), ("expire", 180)
    ]  # fmt: skip


def test_renewing_starts_the_waiting_anew() -> None:
    planned = _take(BY_NAME["problem", "renew"], _subject("problem", "open"), "adopter")
    assert planned.enters
    assert planned.to_status is ProblemStatus.OPEN
    assert len(planned.timers) == 4


def test_an_approval_leaves_the_waiting_as_it_is() -> None:
    planned = _take(BY_NAME["solution", "approve"], _subject("solution", "in_review"), "owner")
    assert not planned.enters
    assert planned.to_status is SolutionStatus.IN_REVIEW


def test_every_timer_that_takes_a_step_takes_one_that_the_system_may_take_from_there() -> None:
    looked_at = 0
    for lifecycle, states in WAITING.items():
        for state, waiting in states.items():
            for timer in waiting.timers:
                if timer.step is None:
                    continue
                step = step_named(lifecycle, timer.step)
                assert step is not None
                assert state in step.starts_from
                assert step.may(SYSTEM, _subject(lifecycle.value, state.value))
                looked_at += 1
    assert looked_at >= 6


@pytest.mark.parametrize("state", list(IntroductionStatus))
def test_contact_details_are_seen_after_both_have_said_yes_by_those_two_and_consultants_only(state: Status) -> None:
    subject = _subject("introduction", state.value)
    seen = {role for role, actor in ACTORS.items() if allowed(Action.SEE_CONTACTS, actor, subject)}
    said_yes = state in {"introduced", "in_dialogue", "concluded"}
    assert seen == ({"adopter", "owner", "consultant"} if said_yes else set())


@pytest.mark.parametrize("state", list(IntroductionStatus))
def test_an_owner_who_was_not_asked_knows_of_nothing(state: Status) -> None:
    subject = Subject(
        Lifecycle.INTRODUCTION, state, THING, adopter_workplace_id=ADOPTER_PLACE, owner_workplace_id=OWNER_PLACE,
        owner_was_asked=False, adopter_was_asked=True,
    )  # fmt: skip
    assert not allowed(Action.SEE, ACTORS["owner"], subject)


def test_an_adopter_sees_nothing_of_an_introduction_that_is_only_being_prepared() -> None:
    for state in (IntroductionStatus.DRAFTED, IntroductionStatus.CANCELLED):
        subject = Subject(
            Lifecycle.INTRODUCTION, state, THING, adopter_workplace_id=ADOPTER_PLACE, owner_workplace_id=OWNER_PLACE
        )
        assert not allowed(Action.SEE, ACTORS["adopter"], subject)


@pytest.mark.parametrize("action", [Action.EDIT, Action.SEE_HISTORY])
def test_only_the_workplace_and_consultants_edit_and_see_the_history(action: Action) -> None:
    problem, solution = _subject("problem", "open"), _subject("solution", "published")
    assert {role for role, actor in ACTORS.items() if allowed(action, actor, problem)} == {"adopter", "consultant"}
    assert {role for role, actor in ACTORS.items() if allowed(action, actor, solution)} == {"owner", "consultant"}
