"""Solutions for screens: one with everything its page shows, and the public catalogue with its search."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from math import ceil
from uuid import UUID

from sqlalchemy import ColumnElement, String, cast, or_, select, true

from app.domain.danish import sort_key
from app.domain.errors import NotFound
from app.domain.vocabulary import (
    VISIBLE_SOLUTION,
    Actor,
    Language,
    Sector,
    SolutionStatus,
    Stage,
    TargetGroup,
    WaitsFor,
)
from app.store.catalogue import Solution
from app.store.people import Account, Organisation, Workplace
from app.store.queries.figures import excerpt
from app.store.unit_of_work import UnitOfWork

PAGE_LENGTH = 20
MOST_WORDS = 10
SEARCHED = (Solution.title, Solution.problem_text, Solution.description, Solution.for_whom, Solution.value_text)


@dataclass(frozen=True, slots=True)
class SolutionRow:
    """One solution with everything its page shows; never its contact. consultant: who has taken it.

    is_on_behalf: nobody from the workplace stands behind the text yet.
    """

    id: UUID
    status: SolutionStatus
    revision: int
    workplace_id: UUID
    language: Language
    title: str
    problem_text: str
    description: str
    year_in_use: int | None
    value_kinds: list[str]
    value_text: str
    value_known_how: str
    evaluated: bool | None
    for_whom: str
    sector: Sector | None
    target_groups: list[str]
    resources: str
    core: str
    adaptable: str
    conditions: str
    dead_ends: str
    suppliers: str
    links: str
    stage: Stage | None
    developed_on: date | None
    implemented_on: date | None
    value_shown_on: date | None
    value_evidence: str
    flagged_not_proven: bool
    approved_at: datetime | None
    published_at: datetime | None
    paused_until: date | None
    source_url: str
    source_key: str | None
    waits_for: WaitsFor | None
    waiting_since: datetime | None
    due_at: datetime | None
    text_changed_at: datetime
    workplace: str = ""
    organisation: str = ""
    consultant: str = ""
    is_on_behalf: bool = False


class Proof(StrEnum):
    """Whether value has been shown, as a filter."""

    PROVEN = "proven"
    NOT_PROVEN = "not_proven"


class Order(StrEnum):
    """How the catalogue is sorted."""

    BEST = "best"
    TITLE = "title"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader of the catalogue looks for; everything that is left out does not narrow the list."""

    words: str = ""
    sector: Sector | None = None
    target_group: TargetGroup | None = None
    proof: Proof | None = None
    order: Order = Order.BEST


@dataclass(frozen=True, slots=True)
class CatalogueLine:
    """One published solution in the catalogue. excerpt: the beginning of what it is about."""

    id: UUID
    title: str
    excerpt: str
    sector: Sector | None
    workplace: str
    organisation: str
    is_proven: bool


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what was found. page: from 1; pages: at least 1."""

    lines: tuple[CatalogueLine, ...]
    total: int
    page: int
    pages: int


def visible_solutions(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that keeps the solutions that `actor` may know of."""
    if actor.is_consultant or actor.is_system:
        return true()
    return or_(Solution.status.in_(VISIBLE_SOLUTION), Solution.workplace_id.in_(actor.workplace_ids))


def solution_row(uow: UnitOfWork, *, actor: Actor, solution_id: UUID) -> SolutionRow:
    """Return the solution. Raises NotFound, the same for one that is not there and one the actor may not know of."""
    found = uow.session.execute(
        select(Solution, Workplace.name, Organisation.name, Account.display_name)
        .join(Workplace, Workplace.id == Solution.workplace_id)
        .join(Organisation, Organisation.id == Workplace.organisation_id)
        .outerjoin(Account, Account.id == Solution.taken_by_id)
        .where(Solution.id == solution_id, visible_solutions(actor))
    ).one_or_none()
    if found is None:
        raise NotFound(f"no solution {solution_id} for this actor")
    solution, workplace, organisation, consultant = found
    names = [field.name for field in fields(SolutionRow)][:-4]
    return SolutionRow(
        **{name: getattr(solution, name) for name in names},
        workplace=workplace, organisation=organisation, consultant=consultant or "",
        is_on_behalf=solution.contact_id is None,
    )  # fmt: skip


def merged_into(uow: UnitOfWork, *, solution_id: UUID) -> UUID | None:
    """Return the visible solution that this one was laid together with, also over several steps; None if none."""
    seen: set[UUID] = set()
    while solution_id not in seen:
        seen.add(solution_id)
        row = uow.session.execute(
            select(Solution.status, Solution.merged_into_id).where(Solution.id == solution_id)
        ).one_or_none()
        if row is None:
            return None
        status, target = row
        if status in VISIBLE_SOLUTION:
            return solution_id if len(seen) > 1 else None
        if status is not SolutionStatus.MERGED or target is None:
            return None
        solution_id = target
    return None


def search_solutions(uow: UnitOfWork, *, wanted: Wanted, page: int = 1, per_page: int = PAGE_LENGTH) -> Found:
    """Return one page of the published solutions that hold every wanted word and fit the filters.

    A page after the last one is answered with the last. Best first: words in the title, then proven, then newest.
    """
    words = wanted.words.split()[:MOST_WORDS]
    rows = uow.session.execute(
        select(Solution.id, Solution.title, Solution.flagged_not_proven, Solution.published_at).where(
            Solution.status.in_(VISIBLE_SOLUTION), *_conditions(wanted, words)
        )
    ).all()
    folded = [word.casefold() for word in words]

    def place(row: tuple[UUID, str, bool, datetime | None]) -> tuple[object, ...]:
        row_id, title, flagged, published_at = row
        by_title = (sort_key(title), str(row_id))
        if wanted.order is Order.TITLE:
            return by_title
        in_title = sum(word in title.casefold() for word in folded)
        age = -published_at.timestamp() if published_at else 0.0
        return (-in_title, flagged, age, *by_title)

    ordered = sorted(((row_id, title, flagged, at) for row_id, title, flagged, at in rows), key=place)
    pages = max(1, ceil(len(ordered) / per_page))
    page = min(max(1, page), pages)
    ids = [row[0] for row in ordered[(page - 1) * per_page : page * per_page]]
    return Found(tuple(_lines(uow, ids)), len(ordered), page, pages)


def _conditions(wanted: Wanted, words: Sequence[str]) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [_holds(word) for word in words]
    if wanted.sector is not None:
        conditions.append(Solution.sector == wanted.sector)
    if wanted.target_group is not None:
        # The list is stored as JSON; as text it reads alike on both databases.
        conditions.append(cast(Solution.target_groups, String).contains(f'"{wanted.target_group.value}"'))
    if wanted.proof is not None:
        conditions.append(Solution.flagged_not_proven.is_(wanted.proof is Proof.NOT_PROVEN))
    return conditions


def _holds(word: str) -> ColumnElement[bool]:
    """Return the condition that one of the searched texts holds `word`, whatever its case.

    The databases fold the case of a-z only, so a word with other letters is looked for in the three ways in which
    people write it.
    """
    spellings = {word} if word.isascii() else {word.lower(), word.capitalize(), word.upper()}
    return or_(*(column.icontains(spelling, autoescape=True) for column in SEARCHED for spelling in sorted(spellings)))


def _lines(uow: UnitOfWork, ids: Sequence[UUID]) -> list[CatalogueLine]:
    rows = uow.session.execute(
        select(Solution, Workplace.name, Organisation.name)
        .join(Workplace, Workplace.id == Solution.workplace_id)
        .join(Organisation, Organisation.id == Workplace.organisation_id)
        .where(Solution.id.in_(ids))
    )
    lines = {
        solution.id: CatalogueLine(
            solution.id, solution.title, excerpt(solution.problem_text or solution.description), solution.sector,
            workplace, organisation, not solution.flagged_not_proven,
        )
        for solution, workplace, organisation in rows
    }  # fmt: skip
    return [lines[solution_id] for solution_id in ids]
