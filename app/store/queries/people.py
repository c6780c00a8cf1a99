"""Reads for the pages about people and workplaces: my overview, a workplace, the list of accounts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select

from app.domain.danish import sort_key
from app.domain.vocabulary import (
    VISIBLE_SOLUTION,
    Actor,
    IntroductionStatus,
    Lifecycle,
    OrganisationKind,
    ProblemStatus,
    Region,
    Sector,
    SizeBucket,
    SolutionStatus,
    Status,
    WaitsFor,
    WorkRole,
)
from app.store.catalogue import Problem, Solution
from app.store.introductions import Introduction
from app.store.people import Account, Membership, Organisation, Workplace
from app.store.unit_of_work import UnitOfWork

_ENDED = frozenset(
    {
        ProblemStatus.SOLVED, ProblemStatus.WITHDRAWN, ProblemStatus.EXPIRED, ProblemStatus.MERGED,
        SolutionStatus.ARCHIVED, SolutionStatus.REJECTED, SolutionStatus.MERGED,
        IntroductionStatus.CONCLUDED, IntroductionStatus.CANCELLED, IntroductionStatus.EXPIRED,
        IntroductionStatus.DECLINED_BY_ADOPTER, IntroductionStatus.DECLINED_BY_OWNER,
    }
)  # fmt: skip
# These the person herself brings on: nobody else waits for them, but they go nowhere without her.
_MINE_TO_FINISH = frozenset({ProblemStatus.DRAFT, SolutionStatus.DRAFT})
_UNDER_REVIEW = frozenset({SolutionStatus.SUBMITTED, SolutionStatus.IN_REVIEW, SolutionStatus.NEEDS_INFO})


@dataclass(frozen=True, slots=True)
class Line:
    """One problem, solution or introduction of mine. waits_for_me: the next move is my workplace's.

    other_side: for an introduction, the other workplace, where I may know it; never a person.
    """

    lifecycle: Lifecycle
    id: UUID
    title: str
    status: Status
    workplace: str
    waits_for: WaitsFor | None
    waiting_since: datetime | None
    due_at: datetime | None
    waits_for_me: bool
    is_ended: bool
    other_side: str = ""


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything of the actor's workplaces: what waits for me first, then the newest."""

    problems: list[Line]
    solutions: list[Line]
    introductions: list[Line]

    @property
    def waiting_for_me(self) -> list[Line]:
        """Return what the actor's workplaces are to do, the earliest due first, then drafts."""
        mine = [line for line in (*self.introductions, *self.problems, *self.solutions) if line.waits_for_me]
        return sorted(mine, key=lambda line: (line.due_at is None, line.due_at and line.due_at.timestamp()))

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been written yet."""
        return not (self.problems or self.solutions or self.introductions)


def overview(uow: UnitOfWork, *, actor: Actor) -> Overview:
    """Return what the actor's workplaces have going on."""
    mine = actor.workplace_ids
    return Overview(
        problems=_problems(uow, Problem.workplace_id.in_(mine)),
        solutions=_solutions(uow, Solution.workplace_id.in_(mine)),
        introductions=_introductions(uow, actor),
    )


def _problems(uow: UnitOfWork, condition: ColumnElement[bool]) -> list[Line]:
    found = (
        select(Problem, Workplace.name)
        .join(Workplace, Workplace.id == Problem.workplace_id)
        .where(condition)
        .order_by(Problem.created_at.desc(), Problem.id)
    )
    rows = uow.session.execute(found)
    return _sorted(_line(Lifecycle.PROBLEM, problem, name, WaitsFor.ADOPTER) for problem, name in rows)


def _solutions(uow: UnitOfWork, condition: ColumnElement[bool]) -> list[Line]:
    found = (
        select(Solution, Workplace.name)
        .join(Workplace, Workplace.id == Solution.workplace_id)
        .where(condition)
        .order_by(Solution.created_at.desc(), Solution.id)
    )
    rows = uow.session.execute(found)
    return _sorted(_line(Lifecycle.SOLUTION, solution, name, WaitsFor.OWNER) for solution, name in rows)


def _line(lifecycle: Lifecycle, thing: Problem | Solution, workplace: str, mine: WaitsFor) -> Line:
    return Line(
        lifecycle, thing.id, thing.title, thing.status, workplace, thing.waits_for, thing.waiting_since, thing.due_at,
        waits_for_me=thing.waits_for is mine or thing.status in _MINE_TO_FINISH or _awaits_approval(thing),
        is_ended=thing.status in _ENDED,
    )  # fmt: skip


def _awaits_approval(thing: Problem | Solution) -> bool:
    """Whether a consultant wrote it for the workplace, which has not approved the text yet."""
    return isinstance(thing, Solution) and thing.approved_at is None and thing.status in _UNDER_REVIEW


def _introductions(uow: UnitOfWork, actor: Actor) -> list[Line]:
    """Return the introductions that the actor may know of: not before its side has been asked or has asked."""
    adopter, owner = Workplace.__table__.alias("adopter"), Workplace.__table__.alias("owner")
    mine = actor.workplace_ids
    found = (
        select(Introduction, Problem.title, Solution.title, adopter.c.name, owner.c.name)
        .join(Problem, Problem.id == Introduction.problem_id)
        .join(Solution, Solution.id == Introduction.solution_id)
        .join(adopter, adopter.c.id == Introduction.adopter_workplace_id)
        .join(owner, owner.c.id == Introduction.owner_workplace_id)
        .where(
            Introduction.status != IntroductionStatus.DRAFTED,
            or_(
                Introduction.adopter_workplace_id.in_(mine),
                Introduction.owner_workplace_id.in_(mine) & Introduction.asked_owner_at.is_not(None),
            ),
        )
        .order_by(Introduction.created_at.desc(), Introduction.id)
    )
    return _sorted(_introduction_line(*row, mine=mine) for row in uow.session.execute(found))


def _introduction_line(
    introduction: Introduction,
    problem_title: str,
    solution_title: str,
    adopter: str,
    owner: str,
    *,
    mine: frozenset[UUID],
) -> Line:
    as_adopter = introduction.adopter_workplace_id in mine
    as_owner = introduction.owner_workplace_id in mine
    my_turns = [turn for turn, is_mine in ((WaitsFor.ADOPTER, as_adopter), (WaitsFor.OWNER, as_owner)) if is_mine]
    return Line(
        Lifecycle.INTRODUCTION,
        introduction.id,
        solution_title if as_adopter else problem_title,
        introduction.status,
        adopter if as_adopter else owner,
        introduction.waits_for,
        introduction.waiting_since,
        introduction.due_at,
        waits_for_me=introduction.waits_for in my_turns,
        is_ended=introduction.status in _ENDED,
        other_side=owner if as_adopter else adopter,
    )


def _sorted(lines: Iterable[Line]) -> list[Line]:
    # Stable: within each group the newest stays first.
    return sorted(lines, key=lambda line: (not line.waits_for_me, line.is_ended))


@dataclass(frozen=True, slots=True)
class Member:
    """A contact of a workplace, as colleagues see her."""

    id: UUID
    display_name: str
    work_role: WorkRole | None


@dataclass(frozen=True, slots=True)
class WorkplacePage:
    """A workplace. The lists of members, problems and unpublished solutions are empty for people elsewhere."""

    id: UUID
    name: str
    organisation_id: UUID
    organisation: str
    kind: OrganisationKind
    sector: Sector | None
    size: SizeBucket | None
    region: Region | None
    capacity_at_a_time: int
    capacity_per_quarter: int
    is_mine: bool
    members: list[Member]
    problems: list[Line]
    solutions: list[Line]


def workplace_page(uow: UnitOfWork, *, actor: Actor, workplace_id: UUID) -> WorkplacePage | None:
    """Return what the actor may see of a workplace; None when there is none.

    Everybody sees name, organisation and published solutions; members and consultants see the rest.
    """
    found = uow.session.execute(
        select(Workplace, Organisation)
        .join(Organisation, Organisation.id == Workplace.organisation_id)
        .where(Workplace.id == workplace_id)
    ).one_or_none()
    if found is None:
        return None
    workplace, organisation = found
    is_mine = workplace_id in actor.workplace_ids
    sees_all = is_mine or actor.is_consultant
    solutions = Solution.workplace_id == workplace_id
    return WorkplacePage(
        id=workplace.id,
        name=workplace.name,
        organisation_id=organisation.id,
        organisation=organisation.name,
        kind=organisation.kind,
        sector=workplace.sector,
        size=workplace.size,
        region=workplace.region,
        capacity_at_a_time=workplace.capacity_at_a_time,
        capacity_per_quarter=workplace.capacity_per_quarter,
        is_mine=is_mine,
        members=_members(uow, workplace_id) if sees_all else [],
        problems=_problems(uow, Problem.workplace_id == workplace_id) if sees_all else [],
        solutions=_solutions(uow, solutions if sees_all else solutions & Solution.status.in_(VISIBLE_SOLUTION)),
    )


def _members(uow: UnitOfWork, workplace_id: UUID) -> list[Member]:
    found = uow.session.execute(
        select(Account.id, Account.display_name, Account.work_role)
        .join(Membership, Membership.account_id == Account.id)
        .where(Membership.workplace_id == workplace_id, Account.disabled_at.is_(None))
    )
    return sorted((Member(*row) for row in found), key=lambda member: sort_key(member.display_name))


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One account in the administrator's list."""

    id: UUID
    display_name: str
    email: str
    roles: tuple[str, ...]
    workplaces: tuple[str, ...]
    is_verified: bool
    is_disabled: bool
    created_at: datetime


def list_accounts(
    uow: UnitOfWork, *, search: str = "", page: int = 1, per_page: int = 50
) -> tuple[list[AccountLine], int]:
    """Return one page of the accounts whose name or address holds `search`, newest first, and how many there are.

    The door asks for an administrator. page: from 1.
    """
    chosen = _matching(select(Account), search)
    count = uow.session.scalar(_matching(select(func.count()).select_from(Account), search)) or 0
    accounts = uow.session.scalars(
        chosen.order_by(Account.created_at.desc(), Account.id).limit(per_page).offset((page - 1) * per_page)
    ).all()
    workplaces = _workplaces_by_account(uow, [account.id for account in accounts])
    lines = [
        AccountLine(
            account.id, account.display_name, account.email, tuple(account.roles),
            tuple(workplaces.get(account.id, ())), account.email_verified_at is not None,
            account.disabled_at is not None, account.created_at,
        )
        for account in accounts
    ]  # fmt: skip
    return lines, count


def _matching(statement: Select[Any], search: str) -> Select[Any]:
    if not search:
        return statement
    return statement.where(
        or_(
            func.lower(Account.email).contains(search.lower(), autoescape=True),
            func.lower(Account.display_name).contains(search.lower(), autoescape=True),
        )
    )


def _workplaces_by_account(uow: UnitOfWork, account_ids: list[UUID]) -> dict[UUID, list[str]]:
    found = uow.session.execute(
        select(Membership.account_id, Workplace.name)
        .join(Workplace, Workplace.id == Membership.workplace_id)
        .where(Membership.account_id.in_(account_ids))
        .order_by(Workplace.name)
    )
    gathered: dict[UUID, list[str]] = {}
    for account_id, name in found:
        gathered.setdefault(account_id, []).append(name)
    return gathered
