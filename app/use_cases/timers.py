"""What happens because time passes: timers of the workflow, pauses that end, digests, and forgetting."""

import logging
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update

from app.domain.deadlines import COPENHAGEN, danish_date
from app.domain.errors import Conflict, DomainError, StepNotPossible
from app.domain.events import DigestDue, ReminderDue
from app.domain.steps import WAITING
from app.domain.vocabulary import SYSTEM, Lifecycle, SolutionStatus
from app.domain.workflow import Timer
from app.store.catalogue import Solution
from app.store.history import DueRow
from app.store.outbox import Delivery, HandledMessage, Mail, OutboxMessage
from app.store.people import Account, KeptForm
from app.store.safety import Attempt, Submission, UsedLink
from app.store.unit_of_work import Database, UnitOfWork
from app.use_cases import introductions, problems, solutions
from app.use_cases.accounts import forget_ended_sign_ins
from app.use_cases.heartbeats import take_slot
from app.use_cases.knowledge import forget_previews
from app.use_cases.steps import take_as_system
from app.use_cases.subjects import TABLES, Thing, load

log = logging.getLogger(__name__)

# A step whose guard does not hold (open introductions keep a solution from the archive) is tried again later.
TRY_AGAIN_AFTER = timedelta(days=1)
AFTER_AN_ERROR = timedelta(hours=1)
MOST_AT_ONCE = 500

DIGEST_DAY, DIGEST_TIME = 0, time(7, 0)  # Monday morning in Denmark
DIGEST_LATEST = timedelta(days=2)
BODIES_KEPT = timedelta(days=7)
FAILED_BODIES_KEPT = timedelta(days=30)
FORMS_KEPT = timedelta(hours=24)
MESSAGES_KEPT = timedelta(days=30)
HANDLED_KEPT = timedelta(days=90)
LINKS_KEPT = timedelta(days=200)  # longer than any link acts


def run_due_timers(database: Database) -> int:
    """Act on every timer that is due, each in its own transaction; return how many.

    One that fails is put off and does not keep the others waiting.
    """
    count = 0
    for due_id in _due_ids(database):
        try:
            with database.transaction() as uow:
                count += _run(uow, due_id)
        except Conflict:
            continue  # somebody changed the thing at the same moment: the next round looks again
        except Exception:
            log.exception("timer %s failed", due_id)
            with database.transaction() as uow:
                _put_off(uow, due_id, AFTER_AN_ERROR)
    return count + end_pauses(database)


def offer_places_daily(database: Database) -> int:
    """Once a day: ask owners whose quarter has given them places again; return how many introductions moved on."""
    with database.transaction() as uow:
        if not take_slot(uow, job="places", slot=danish_date(uow.now).isoformat()):
            return 0
    with database.reading() as uow:
        owners = introductions.owners_with_waiting_list(uow)
    moved = 0
    for workplace_id in owners:
        try:
            with database.transaction() as uow:
                moved += len(introductions.offer_places_at(uow, workplace_id=workplace_id))
        except Conflict:
            continue  # somebody changed one of them at the same moment: tomorrow, or with the next event
    return moved


def run_due_jobs(database: Database) -> None:
    """Do what is due once a week and once a day, unless somebody does or did it in this slot."""
    offer_places_daily(database)
    for job in (emit_digests, forget_what_is_old):
        try:
            with database.transaction() as uow:
                job(uow)
        except Conflict:
            continue  # another worker took the slot at the same moment


def end_pauses(database: Database) -> int:
    """Publish solutions again whose pause has ended; return how many."""
    with database.reading() as uow:
        due = uow.session.scalars(
            select(Solution.id).where(
                Solution.status == SolutionStatus.PAUSED, Solution.paused_until <= danish_date(uow.now)
            )
        ).all()
    count = 0
    for solution_id in due:
        try:
            with database.transaction() as uow:
                solutions.take_solution_step(uow, actor=SYSTEM, solution_id=solution_id, step="resume")
                count += 1
        except DomainError as refusal:
            log.info("pause of solution %s does not end: %s", solution_id, refusal.code)
    return count


def emit_digests(uow: UnitOfWork) -> int:
    """Once a week: let every account that wants it be told what has gathered; return how many.

    The slot opens on Monday morning and closes two days later, so that a service that was away, or is new, does
    not write in the middle of the week.
    """
    opened = _week_opened(uow.now)
    if uow.now - opened > DIGEST_LATEST:
        return 0
    slot = danish_date(opened).isoformat()
    if not take_slot(uow, job="digest", slot=slot):
        return 0
    wanting = uow.session.scalars(
        select(Account.id)
        .where(Account.digest_wanted.is_(True), Account.disabled_at.is_(None), Account.email_verified_at.is_not(None))
        .order_by(Account.id)
    ).all()
    for account_id in wanting:
        uow.emit(DigestDue(account_id, slot=slot))
    return len(wanting)


def forget_what_is_old(uow: UnitOfWork) -> bool:
    """Once a day: empty the bodies of old mails and delete what has served its time. False when done today."""
    if not take_slot(uow, job="retention", slot=danish_date(uow.now).isoformat()):
        return False
    now = uow.now
    sent = (Mail.state == Delivery.DONE) & (Mail.done_at < now - BODIES_KEPT)
    failed = Mail.state.in_((Delivery.DEAD, Delivery.SUPERSEDED)) & (Mail.done_at < now - FAILED_BODIES_KEPT)
    for statement in (
        update(Mail).where(Mail.mime.is_not(None), sent | failed).values(mime=None),
        delete(KeptForm).where(KeptForm.created_at < now - FORMS_KEPT),
        delete(Submission).where(Submission.at < now - FORMS_KEPT),
        delete(Attempt).where(Attempt.expires_at < now),
        delete(UsedLink).where(UsedLink.used_at < now - LINKS_KEPT),
        delete(HandledMessage).where(HandledMessage.at < now - HANDLED_KEPT),
        delete(OutboxMessage).where(OutboxMessage.state == Delivery.DONE, OutboxMessage.done_at < now - MESSAGES_KEPT),
    ):
        uow.session.execute(statement.execution_options(synchronize_session=False))
    forget_ended_sign_ins(uow)
    forget_previews(uow)
    return True


def _due_ids(database: Database) -> list[UUID]:
    with database.reading() as uow:
        return list(
            uow.session.scalars(
                select(DueRow.id).where(DueRow.due_at <= uow.now).order_by(DueRow.due_at, DueRow.id).limit(MOST_AT_ONCE)
            )
        )


def _run(uow: UnitOfWork, due_id: UUID) -> bool:
    # The thing is locked before its timer: people who take a step do it in that order too.
    glance = uow.session.execute(select(DueRow.lifecycle, DueRow.subject_id).where(DueRow.id == due_id)).one_or_none()
    if glance is None:
        return False
    thing = load(uow, glance.lifecycle, glance.subject_id)
    due = uow.session.get(DueRow, due_id, with_for_update=True)
    if due is None:
        return False
    state, name = due.state, due.name
    timer = _timer_named(glance.lifecycle, thing, name)
    uow.session.delete(due)
    uow.session.flush()
    if thing.status != state or timer is None:
        return False
    if timer.step is None:
        uow.emit(ReminderDue(thing.id, lifecycle=glance.lifecycle.value, state=state, timer=name))
        return True
    try:
        _TAKE[glance.lifecycle](uow, thing, timer.step)
    except StepNotPossible as refusal:
        log.info("timer %s of %s %s must wait: %s", name, glance.lifecycle, thing.id, refusal.code)
        uow.session.add(
            DueRow(
                lifecycle=glance.lifecycle, subject_id=thing.id, state=state, name=name,
                due_at=uow.now + TRY_AGAIN_AFTER,
            )
        )  # fmt: skip
    return True


def _timer_named(lifecycle: Lifecycle, thing: Thing, name: str) -> Timer | None:
    waiting = WAITING[lifecycle].get(thing.status)
    return next((timer for timer in waiting.timers if timer.name == name), None) if waiting else None


def _put_off(uow: UnitOfWork, due_id: UUID, wait: timedelta) -> None:
    due = uow.session.get(DueRow, due_id)
    if due is not None:
        due.due_at = uow.now + wait


def _take_with_problem(uow: UnitOfWork, thing: Thing, step: str) -> None:
    problems.take_problem_step(uow, actor=SYSTEM, problem_id=thing.id, step=step)


def _take_with_solution(uow: UnitOfWork, thing: Thing, step: str) -> None:
    solutions.take_solution_step(uow, actor=SYSTEM, solution_id=thing.id, step=step)


def _take_with_introduction(uow: UnitOfWork, thing: Thing, step: str) -> None:
    introductions.take_introduction_step(uow, actor=SYSTEM, introduction_id=thing.id, step=step)


def _take_with_suggestion(uow: UnitOfWork, thing: Thing, step: str) -> None:
    take_as_system(uow, thing=thing, step=step)


# The verbs of each lifecycle do what follows from a step (a problem that expires ends its suggestions).
_TAKE: dict[Lifecycle, Callable[[UnitOfWork, Thing, str], None]] = {
    Lifecycle.PROBLEM: _take_with_problem,
    Lifecycle.SOLUTION: _take_with_solution,
    Lifecycle.SUGGESTION: _take_with_suggestion,
    Lifecycle.INTRODUCTION: _take_with_introduction,
}
assert set(_TAKE) == set(TABLES)  # noqa: S101 - a new lifecycle needs its verb here


def _week_opened(now: datetime) -> datetime:
    """Return the newest Monday morning up to `now`, by Danish time."""
    today: date = danish_date(now)
    monday = today - timedelta(days=(today.weekday() - DIGEST_DAY) % 7)
    opened = datetime.combine(monday, DIGEST_TIME, COPENHAGEN)
    return opened if opened <= now else datetime.combine(monday - timedelta(days=7), DIGEST_TIME, COPENHAGEN)
