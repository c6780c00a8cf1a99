"""The consultants' queue: everything that waits, one query a kind, the first due first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, or_, select

from app.domain.deadlines import COPENHAGEN, danish_date, is_working_day, working_days_between
from app.domain.eligibility import POSSIBLE, STRONG, WEAK
from app.domain.vocabulary import (
    SEEKING_PROBLEM,
    Actor,
    IntroductionStatus,
    Lifecycle,
    ProblemStatus,
    SolutionStatus,
    Status,
    SuggestionStatus,
    WaitsFor,
)
from app.store.catalogue import Problem, Solution
from app.store.introductions import Introduction
from app.store.matches import Suggestion
from app.store.queries.place_names import place_name, place_of
from app.store.unit_of_work import UnitOfWork

REMINDER_AFTER_WORKING_DAYS = 4
OVERDUE_AFTER_WORKING_DAYS = 6
PAGE_LENGTH = 25
Urgency = Literal["in_time", "reminder", "overdue"]
_FAR_AWAY = datetime(9999, 1, 1, tzinfo=UTC)
_LABELS = (STRONG, POSSIBLE, WEAK)


class Kind(StrEnum):
    """What waits."""

    PROBLEM = "problem"
    SOLUTION = "solution"
    SHORTLISTED = "shortlisted"
    INTRODUCTION = "introduction"
    INTEREST = "interest"


class Filter(StrEnum):
    """Which rows of the queue are shown."""

    ALL = "all"
    MINE = "mine"
    FOR_CONSULTANT = "consultant"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One thing that waits. workplace: whose it is. waited: working days since the day it began to wait."""

    kind: Kind
    lifecycle: Lifecycle
    id: UUID
    title: str
    workplace: str
    status: Status
    waits_for: WaitsFor | None
    waiting_since: datetime
    due_at: datetime | None
    waited: int
    urgency: Urgency


@dataclass(frozen=True, slots=True)
class QueuePage:
    """One page of the queue. counts: rows under each filter; page: from 1; pages: at least 1."""

    rows: tuple[QueueRow, ...]
    counts: dict[Filter, int]
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class FreshSuggestions:
    """New suggestions of one open problem. label: of the strongest."""

    problem_id: UUID
    title: str
    workplace: str
    count: int
    label: str
    newest_at: datetime


def urgency_of(waited: int) -> Urgency:
    """Return how a wait of so many working days is shown."""
    if waited >= OVERDUE_AFTER_WORKING_DAYS:
        return "overdue"
    return "reminder" if waited >= REMINDER_AFTER_WORKING_DAYS else "in_time"


def overdue_before(now: datetime) -> datetime:
    """Return the moment before which something must have begun to wait to be overdue at `now`.

    The same rule as `urgency_of(working_days_between(since, now))`, turned round so that the database can count.
    """
    day, left = danish_date(now), OVERDUE_AFTER_WORKING_DAYS
    while left:
        left -= is_working_day(day)
        day -= timedelta(days=1)
    return datetime.combine(day + timedelta(days=1), time(0), COPENHAGEN).astimezone(UTC)


def queue_page(uow: UnitOfWork, *, actor: Actor, wanted: Filter, page: int) -> QueuePage:
    """Return one page of what waits, the first due first and what has no due time last."""
    counts = _counts(uow, actor)
    pages = max(1, -(-counts[wanted] // PAGE_LENGTH))
    page = min(max(1, page), pages)
    rows: list[QueueRow] = []
    for source in _SOURCES:
        found = uow.session.execute(
            source.select()
            .where(source.waits, _condition(source, actor, uow.now, wanted))
            .order_by(func.coalesce(source.table.due_at, _FAR_AWAY), source.table.waiting_since, source.table.id)
            .limit(page * PAGE_LENGTH)
        )
        rows.extend(_row(row, source, uow.now) for row in found)
    rows.sort(key=lambda row: (row.due_at or _FAR_AWAY, row.waiting_since, str(row.id)))
    return QueuePage(tuple(rows[(page - 1) * PAGE_LENGTH : page * PAGE_LENGTH]), counts, page, pages)


def fresh_suggestions(uow: UnitOfWork, *, limit: int) -> list[FreshSuggestions]:
    """Return the open problems with suggestions that nobody has looked at, those with the strongest first."""
    rank = case({label: place for place, label in enumerate(_LABELS)}, value=Suggestion.label, else_=len(_LABELS) - 1)
    place = place_of("adopter")
    best, newest = func.min(rank), func.max(Suggestion.suggested_at)
    rows = uow.session.execute(
        select(Problem.id, Problem.title, place.c.workplace, place.c.organisation, func.count(), best, newest)
        .join(Suggestion, Suggestion.problem_id == Problem.id)
        .join(place, place.c.id == Problem.workplace_id)
        .where(Suggestion.status == SuggestionStatus.SUGGESTED, Problem.status.in_(SEEKING_PROBLEM))
        .group_by(Problem.id, Problem.title, place.c.workplace, place.c.organisation)
        .order_by(best, newest.desc(), Problem.id)
        .limit(limit)
    )
    return [
        FreshSuggestions(problem_id, title, place_name(workplace, organisation), count, _LABELS[strongest], newest_at)
        for problem_id, title, workplace, organisation, count, strongest, newest_at in rows
    ]


@dataclass(frozen=True, slots=True)
class _Source:
    """Where one kind of waiting thing comes from. taken_by: the column of the consultant who has it."""

    kind: Kind
    lifecycle: Lifecycle
    table: Any
    waits: ColumnElement[bool]
    taken_by: Any
    select: Callable[[], Select[Any]]
    count_from: Callable[[], Select[Any]]


def _text_source(kind: Kind, lifecycle: Lifecycle, table: Any, states: set[Any]) -> _Source:  # noqa: ANN401
    place = place_of("place")

    def rows() -> Select[Any]:
        return select(table, table.title.label("title"), place.c.workplace, place.c.organisation).join(
            place, place.c.id == table.workplace_id
        )

    waits = and_(table.status.in_(states), table.waiting_since.is_not(None))
    return _Source(kind, lifecycle, table, waits, table.taken_by_id, rows, lambda: select().select_from(table))


def _pair_source(
    kind: Kind, lifecycle: Lifecycle, table: Any, waits: ColumnElement[bool], taken_by: Any  # noqa: ANN401
) -> _Source:  # fmt: skip
    place = place_of("place")

    def rows() -> Select[Any]:
        return (
            select(
                table,
                Problem.title.label("title"),
                Solution.title.label("solution_title"),
                place.c.workplace,
                place.c.organisation,
            )
            .join(Problem, Problem.id == table.problem_id)
            .join(Solution, Solution.id == table.solution_id)
            .join(place, place.c.id == Problem.workplace_id)
        )

    def counted() -> Select[Any]:
        return select().select_from(table).join(Problem, Problem.id == table.problem_id)

    return _Source(kind, lifecycle, table, and_(waits, table.waiting_since.is_not(None)), taken_by, rows, counted)


_REVIEWED_PROBLEM = {ProblemStatus.SUBMITTED, ProblemStatus.IN_REVIEW, ProblemStatus.NEEDS_INFO}
_REVIEWED_SOLUTION = {
    SolutionStatus.SUBMITTED, SolutionStatus.IN_REVIEW, SolutionStatus.NEEDS_INFO, SolutionStatus.NEEDS_RENEWAL,
}  # fmt: skip
_ASKING = {IntroductionStatus.ASKING_ADOPTER, IntroductionStatus.ASKING_OWNER, IntroductionStatus.WAITLISTED}
_SOURCES = (
    _text_source(Kind.PROBLEM, Lifecycle.PROBLEM, Problem, _REVIEWED_PROBLEM),
    _text_source(Kind.SOLUTION, Lifecycle.SOLUTION, Solution, _REVIEWED_SOLUTION),
    _pair_source(
        Kind.SHORTLISTED,
        Lifecycle.SUGGESTION,
        Suggestion,
        Suggestion.status == SuggestionStatus.SHORTLISTED,
        Problem.taken_by_id,
    ),
    _pair_source(
        Kind.INTRODUCTION,
        Lifecycle.INTRODUCTION,
        Introduction,
        or_(
            Introduction.status.in_(_ASKING),
            and_(Introduction.status == IntroductionStatus.DRAFTED, Introduction.asked_by_adopter.is_(False)),
        ),
        Introduction.consultant_id,
    ),
    _pair_source(
        Kind.INTEREST,
        Lifecycle.INTRODUCTION,
        Introduction,
        and_(Introduction.status == IntroductionStatus.DRAFTED, Introduction.asked_by_adopter.is_(True)),
        Introduction.consultant_id,
    ),
)


def _condition(source: _Source, actor: Actor, now: datetime, wanted: Filter) -> ColumnElement[bool]:
    table = source.table
    conditions: dict[Filter, ColumnElement[bool]] = {
        Filter.ALL: table.id.is_not(None),
        Filter.MINE: source.taken_by == actor.account_id,
        Filter.FOR_CONSULTANT: table.waits_for == WaitsFor.CONSULTANT,
        Filter.OVERDUE: table.waiting_since < overdue_before(now),
    }
    return conditions[wanted]


def _counts(uow: UnitOfWork, actor: Actor) -> dict[Filter, int]:
    totals = dict.fromkeys(Filter, 0)
    for source in _SOURCES:
        columns = [
            func.coalesce(func.sum(case((_condition(source, actor, uow.now, wanted), 1), else_=0)), 0)
            for wanted in Filter
        ]
        row = uow.session.execute(source.count_from().add_columns(*columns).where(source.waits)).one()
        for wanted, number in zip(Filter, row, strict=True):
            totals[wanted] += number
    return totals


def _row(row: Row[Any], source: _Source, now: datetime) -> QueueRow:
    thing = row[0]
    waited = working_days_between(thing.waiting_since, now)
    pair = getattr(row, "solution_title", None)
    return QueueRow(
        kind=source.kind,
        lifecycle=source.lifecycle,
        id=thing.id,
        title=row.title if pair is None else f"{row.title} ↔ {pair}",
        workplace=place_name(row.workplace, row.organisation),
        status=thing.status,
        waits_for=thing.waits_for,
        waiting_since=thing.waiting_since,
        due_at=thing.due_at,
        waited=waited,
        urgency=urgency_of(waited),
    )
