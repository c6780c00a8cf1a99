"""What happens because time passes, with a clock that is moved by hand."""

import logging
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from app.domain.events import DigestDue, ReminderDue
from app.domain.vocabulary import IntroductionStatus, ProblemStatus, Reason, SolutionStatus, SuggestionStatus
from app.store.catalogue import Problem, Solution
from app.store.history import DueRow, HistoryEntry
from app.store.matches import Suggestion
from app.store.outbox import Delivery, HandledMessage, Mail, OutboxMessage
from app.store.people import Account, KeptForm
from app.store.safety import Attempt, Submission, UsedLink
from app.use_cases import problems
from app.use_cases.timers import emit_digests, forget_what_is_old, run_due_jobs, run_due_timers
from tests.use_cases.introduction_world import MONDAY, World, at_once


@pytest.fixture
def world(database: str) -> Iterator[World]:
    found = World(database)
    yield found
    found.database.dispose()


def reminders(world: World) -> list[tuple[str, str]]:
    """The states and timers of all reminders that were emitted."""
    with world.database.reading() as uow:
        found = uow.session.scalars(
            select(OutboxMessage).where(OutboxMessage.name == ReminderDue.__name__).order_by(OutboxMessage.created_at)
        )
        return [(message.payload["state"], message.payload["timer"]) for message in found]


def count(world: World, table: Any) -> int:
    with world.database.reading() as uow:
        return uow.session.scalar(select(func.count()).select_from(table)) or 0


def test_an_unanswered_question_is_reminded_of_twice_and_then_expires(world: World) -> None:
    introduction = world.introduction(None, None, "ask_adopter")
    world.pass_time(days=3)
    assert run_due_timers(world.database) == 0
    world.pass_time(days=1, hours=8)  # Friday afternoon: 4 working days
    run_due_timers(world.database)
    assert reminders(world) == [("asking_adopter", "reminder")]
    world.pass_time(days=6)  # Thursday: 8 working days
    run_due_timers(world.database)
    assert reminders(world)[1:] == [("asking_adopter", "second_reminder")]
    assert world.status(introduction) is IntroductionStatus.ASKING_ADOPTER
    world.pass_time(days=4)  # Monday: 10 working days
    run_due_timers(world.database)
    assert world.status(introduction) is IntroductionStatus.EXPIRED
    assert run_due_timers(world.database) == 0
    assert len(reminders(world)) == 2


def test_a_timer_runs_once_even_when_several_workers_run_it(world: World) -> None:
    for _ in range(6):
        world.problem()
    world.pass_time(days=31)
    at_once(*(lambda: run_due_timers(world.database) for _ in range(3)))
    run_due_timers(world.database)
    assert reminders(world) == [("open", "still_current")] * 6


def test_a_problem_that_nobody_touches_is_asked_about_and_closed_with_its_suggestions(world: World) -> None:
    problem = world.problem()
    suggestion = world.suggestion(problem, world.solution())
    for days in (31, 60, 60, 31):
        world.pass_time(days=days)
        run_due_timers(world.database)
    assert [timer for state, timer in reminders(world) if state == "open"] == [
        "still_current", "still_current_90", "still_current_150",
    ]  # fmt: skip
    assert world.read(Problem, problem).status is ProblemStatus.EXPIRED
    assert world.read(Suggestion, suggestion).status is SuggestionStatus.EXPIRED


def test_a_timer_of_a_state_that_was_left_does_nothing(world: World) -> None:
    introduction = world.introduction(None, None, "ask_adopter")
    with world.database.transaction() as uow:
        uow.session.add(
            DueRow(
                lifecycle="introduction", subject_id=introduction, state="drafted", name="overdue", due_at=uow.now
            )
        )  # fmt: skip
    world.pass_time(minutes=1)
    assert run_due_timers(world.database) == 0
    with world.database.reading() as uow:
        assert uow.session.scalars(select(DueRow).where(DueRow.state == "drafted")).all() == []


def test_a_solution_is_renewed_after_a_year_and_archived_when_nobody_answers(world: World) -> None:
    solution = world.solution()
    world.pass_time(days=366)
    run_due_timers(world.database)
    assert world.read(Solution, solution).status is SolutionStatus.NEEDS_RENEWAL
    world.pass_time(days=61)
    run_due_timers(world.database)
    assert world.read(Solution, solution).status is SolutionStatus.ARCHIVED


def test_a_step_whose_guard_does_not_hold_is_tried_again_the_next_day(world: World) -> None:
    solution = world.solution(status=SolutionStatus.NEEDS_RENEWAL)
    introduction = world.introduction(None, solution, "ask_adopter", "accept_as_adopter", "accept_as_owner")
    world.pass_time(days=61)
    run_due_timers(world.database)
    assert world.read(Solution, solution).status is SolutionStatus.NEEDS_RENEWAL
    world.step(introduction, "conclude", reason=Reason.NOTHING)
    assert run_due_timers(world.database) == 0
    world.pass_time(days=1, minutes=1)
    run_due_timers(world.database)
    assert world.read(Solution, solution).status is SolutionStatus.ARCHIVED


def test_one_timer_that_fails_keeps_no_other_waiting(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = world.problem(), world.problem()
    world.pass_time(days=181)
    whole = problems.take_problem_step

    def fails_on_one(uow: Any, **given: Any) -> Any:
        if given["problem_id"] == bad:
            raise ZeroDivisionError
        return whole(uow, **given)

    monkeypatch.setattr(problems, "take_problem_step", fails_on_one)
    with caplog.at_level(logging.CRITICAL, "app.use_cases.timers"):
        run_due_timers(world.database)
    assert world.read(Problem, good).status is ProblemStatus.EXPIRED
    assert world.read(Problem, bad).status is ProblemStatus.OPEN
    monkeypatch.undo()
    assert run_due_timers(world.database) == 0, "it is put off, not tried again at once"
    world.pass_time(hours=1, minutes=1)
    run_due_timers(world.database)
    assert world.read(Problem, bad).status is ProblemStatus.EXPIRED


def test_the_service_itself_stands_in_the_history_of_what_time_did(world: World) -> None:
    problem = world.problem()
    world.pass_time(days=181)
    run_due_timers(world.database)
    with world.database.reading() as uow:
        entry = uow.session.scalars(
            select(HistoryEntry).where(HistoryEntry.subject_id == problem, HistoryEntry.step == "expire")
        ).one()
        assert entry.actor_id is None


def test_a_pause_ends_on_its_day(world: World) -> None:
    until = world.solution(status=SolutionStatus.PAUSED, paused_until=date(2026, 11, 30), flagged_not_proven=True)
    open_end = world.solution(status=SolutionStatus.PAUSED, flagged_not_proven=True)
    run_due_timers(world.database)
    assert world.read(Solution, until).status is SolutionStatus.PAUSED
    world.pass_time(days=7)
    run_due_timers(world.database)
    assert world.read(Solution, until).status is SolutionStatus.PUBLISHED
    assert world.read(Solution, open_end).status is SolutionStatus.PAUSED


def digests(world: World) -> int:
    with world.database.transaction() as uow:
        return emit_digests(uow)


def test_the_weekly_letter_is_emitted_once_a_week_to_those_who_want_it(world: World) -> None:
    with world.database.transaction() as uow:
        uow.session.get_one(Account, world.adopter.account_id).digest_wanted = False
        uow.session.get_one(Account, world.owner.account_id).email_verified_at = None
    assert MONDAY.weekday() == 0
    assert digests(world) == 2  # the consultants
    assert digests(world) == 0
    world.pass_time(days=7)
    assert digests(world) == 2
    with world.database.reading() as uow:
        slots = [
            message.payload["slot"]
            for message in uow.session.scalars(select(OutboxMessage).where(OutboxMessage.name == DigestDue.__name__))
        ]
    assert sorted(slots) == ["2026-11-23", "2026-11-23", "2026-11-30", "2026-11-30"]


@pytest.mark.parametrize(
    ("moment", "is_due"),
    [
        (datetime(2026, 11, 23, 5, 59, tzinfo=UTC), False),  # Monday, before 7 in Denmark
        (datetime(2026, 11, 23, 6, 1, tzinfo=UTC), True),
        (datetime(2026, 11, 24, 23, 0, tzinfo=UTC), True),
        (datetime(2026, 11, 26, 9, 0, tzinfo=UTC), False),  # Thursday: not in the middle of the week
        (datetime(2026, 10, 26, 6, 1, tzinfo=UTC), True),  # the Monday after the clock went back
        (datetime(2026, 10, 26, 5, 59, tzinfo=UTC), False),
        (datetime(2026, 3, 30, 5, 1, tzinfo=UTC), True),  # the Monday after it went forward
        (datetime(2026, 3, 30, 4, 59, tzinfo=UTC), False),
    ],
)
def test_the_weekly_letter_comes_on_monday_morning_by_danish_time(
    *, sqlite_database: str, moment: datetime, is_due: bool
) -> None:
    world = World(sqlite_database)
    world.now = moment
    assert bool(digests(world)) == is_due
    world.database.dispose()


def test_every_week_of_a_year_has_one_letter(sqlite_database: str) -> None:
    world = World(sqlite_database)
    world.now = datetime(2027, 1, 4, 0, 0, tzinfo=UTC)
    weeks = 0
    for _ in range(52 * 7 * 4):
        weeks += bool(digests(world))
        world.pass_time(hours=6)
    world.database.dispose()
    assert weeks == 52


def test_jobs_of_several_workers_at_once_are_done_once(world: World) -> None:
    at_once(*(lambda: run_due_jobs(world.database) for _ in range(3)))
    run_due_jobs(world.database)
    with world.database.reading() as uow:
        names = list(uow.session.scalars(select(OutboxMessage.name)))
    assert names.count(DigestDue.__name__) == 4
    assert count(world, HandledMessage) == 3


def make_old_things(world: World) -> None:
    with world.database.transaction() as uow:
        account_id = world.adopter.account_id
        assert account_id is not None
        for number, (state, done_at) in enumerate(
            ((Delivery.DONE, uow.now), (Delivery.DEAD, uow.now), (Delivery.PENDING, None))
        ):
            uow.session.add(
                Mail(
                    key=f"k{number}", kind="digest", account_id=account_id, mime=b"text", state=state,
                    message_id=f"<{number}@example.dk>", next_at=uow.now, created_at=uow.now, done_at=done_at,
                )
            )  # fmt: skip
        uow.session.add(KeptForm(account_id=account_id, path="/x", fields={}, created_at=uow.now))
        uow.session.add(Submission(key=uuid4(), account_id=account_id, body_digest="x", at=uow.now))
        uow.session.add(Attempt(bucket="x", count=1, expires_at=uow.now + timedelta(hours=1)))
        uow.session.add(UsedLink(token_digest="x", used_at=uow.now))
        uow.session.add(HandledMessage(message_id=uuid4(), handler="notify", at=uow.now))


def bodies(world: World) -> list[bool]:
    with world.database.reading() as uow:
        return [body is not None for body in uow.session.scalars(select(Mail.mime).order_by(Mail.key))]


def test_what_has_served_its_time_is_forgotten_and_nothing_else(world: World) -> None:
    make_old_things(world)
    kept = (KeptForm, Submission, Attempt, UsedLink)

    def forget() -> bool:
        with world.database.transaction() as uow:
            return forget_what_is_old(uow)

    assert forget()
    assert not forget(), "once a day"
    assert [count(world, table) for table in kept] == [1, 1, 1, 1]
    assert bodies(world) == [True, True, True]
    world.pass_time(days=1, hours=1)
    assert forget()
    assert [count(world, table) for table in kept] == [0, 0, 0, 1]
    world.pass_time(days=7)
    assert forget()
    assert bodies(world) == [False, True, True]
    world.pass_time(days=23)
    assert forget()
    assert bodies(world) == [False, False, True], "what was never sent is kept"
    world.pass_time(days=200)
    assert forget()
    assert count(world, UsedLink) == 0
    with world.database.reading() as uow:
        assert uow.session.scalars(select(HandledMessage.handler)).all() == ["retention"]


def test_events_that_were_acted_on_are_forgotten_and_others_are_not(world: World) -> None:
    done, waiting = world.introduction(None, None, "ask_adopter"), world.introduction(None, None)
    assert done != waiting
    with world.database.transaction() as uow:
        first, *_ = uow.session.scalars(select(OutboxMessage)).all()
        first.state, first.done_at = Delivery.DONE, uow.now
    before = count(world, OutboxMessage)
    world.pass_time(days=31)
    with world.database.transaction() as uow:
        forget_what_is_old(uow)
    assert count(world, OutboxMessage) == before - 1
