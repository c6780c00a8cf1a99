"""Introductions as each side may see them, and the contact details once both have said yes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Row, Select, and_, func, or_, select

from app.domain.errors import NotFound, NotPermitted
from app.domain.permissions import Action, Subject, allowed
from app.domain.vocabulary import VISIBLE_SOLUTION, Actor, IntroductionStatus, Lifecycle, Reason, WaitsFor
from app.store.catalogue import Problem, Solution
from app.store.history import HistoryEntry
from app.store.introductions import Introduction
from app.store.people import Account, Membership
from app.store.queries.figures import excerpt
from app.store.queries.introduction_sides import Side, members_of_sides, side_of_step
from app.store.queries.place_names import place_name, place_of, places
from app.store.queries.suggestions import PROBLEM_FIELDS, SOLUTION_FIELDS, TextSide, filled
from app.store.unit_of_work import UnitOfWork

Group = Literal["open", "closed"]
CLOSED = frozenset(
    {
        IntroductionStatus.CONCLUDED,
        IntroductionStatus.DECLINED_BY_ADOPTER,
        IntroductionStatus.DECLINED_BY_OWNER,
        IntroductionStatus.EXPIRED,
        IntroductionStatus.CANCELLED,
    }
)
OPEN = frozenset(IntroductionStatus) - CLOSED
PAGE_LENGTH = 20


@dataclass(frozen=True, slots=True)
class IntroductionLine:
    """One introduction in a list. viewer: from which side it is seen."""

    id: UUID
    status: IntroductionStatus
    viewer: Side
    problem_title: str
    solution_title: str
    adopter: str
    owner: str
    waits_for: WaitsFor | None
    waiting_since: datetime | None
    due_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of a list. page: from 1; pages: at least 1; total: rows on all pages."""

    rows: tuple[IntroductionLine, ...]
    page: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One step as this viewer may know it. side None: the service itself. name: only where the viewer may see it."""

    step: str
    to_status: IntroductionStatus
    at: datetime
    side: Side | None
    name: str
    reason: Reason | None
    note: str


@dataclass(frozen=True, slots=True)
class IntroductionPage:
    """One introduction as one side sees it; what the side may not see is empty. Never holds contact details."""

    id: UUID
    status: IntroductionStatus
    viewer: Side
    revision: int
    adopter_workplace_id: UUID
    owner_workplace_id: UUID
    problem: TextSide
    solution: TextSide
    solution_is_public: bool
    adopter: str
    owner: str
    consultant: str
    waits_for: WaitsFor | None
    waiting_since: datetime | None
    due_at: datetime | None
    words_to_adopter: str
    words_to_owner: str
    interest: str
    asked_by_adopter: bool
    asked_adopter_at: datetime | None
    adopter_yes_at: datetime | None
    asked_owner_at: datetime | None
    introduced_at: datetime | None
    reason: Reason | None
    history: tuple[HistoryLine, ...]


@dataclass(frozen=True, slots=True)
class Contact:
    """Who speaks for one side, and how to reach this person."""

    side: Side
    name: str
    email: str
    phone: str
    workplace: str


@dataclass(frozen=True, slots=True)
class SolutionToPick:
    """A published solution that an introduction can be prepared with."""

    id: UUID
    title: str
    workplace: str
    excerpt: str
    is_proven: bool


def introduction_page(uow: UnitOfWork, *, actor: Actor, introduction_id: UUID) -> IntroductionPage:
    """Return the introduction as `actor` may see it. Raises NotFound."""
    introduction = _visible(uow, actor, introduction_id)
    problem = uow.session.get_one(Problem, introduction.problem_id)
    solution = uow.session.get_one(Solution, introduction.solution_id)
    consultant = uow.session.get(Account, introduction.consultant_id) if introduction.consultant_id else None
    adopter, owner = places(uow, [introduction.adopter_workplace_id, introduction.owner_workplace_id])
    viewer = _side_of(actor, introduction)
    return IntroductionPage(
        id=introduction.id,
        status=introduction.status,
        viewer=viewer,
        revision=introduction.revision,
        adopter_workplace_id=introduction.adopter_workplace_id,
        owner_workplace_id=introduction.owner_workplace_id,
        problem=TextSide(problem.id, problem.title, adopter, filled(problem, PROBLEM_FIELDS)),
        solution=TextSide(solution.id, solution.title, owner, filled(solution, SOLUTION_FIELDS)),
        solution_is_public=solution.status in VISIBLE_SOLUTION,
        adopter=adopter,
        owner=owner,
        consultant=consultant.display_name if consultant else "",
        waits_for=introduction.waits_for,
        waiting_since=introduction.waiting_since,
        due_at=introduction.due_at,
        words_to_adopter="" if viewer == "owner" else introduction.words_to_adopter,
        words_to_owner="" if viewer == "adopter" else introduction.words_to_owner,
        interest=introduction.interest,
        asked_by_adopter=introduction.asked_by_adopter,
        asked_adopter_at=introduction.asked_adopter_at,
        adopter_yes_at=introduction.adopter_yes_at,
        asked_owner_at=introduction.asked_owner_at,
        introduced_at=introduction.introduced_at,
        reason=_reason_for(viewer, introduction),
        history=_history(uow, introduction, viewer),
    )


def contacts_of(uow: UnitOfWork, *, actor: Actor, introduction_id: UUID) -> tuple[Contact, Contact]:
    """Return the contact of the adopter and of the owner, once both have said yes.

    A contact who has left is replaced by the workplace's oldest member. Raises NotFound, and NotPermitted as long
    as one of the two consents is missing.
    """
    introduction = _visible(uow, actor, introduction_id)
    if not allowed(Action.SEE_CONTACTS, actor, _subject(introduction)):
        raise NotPermitted("contact details are shown only when both sides have said yes")
    sides: list[tuple[Side, UUID, UUID | None]] = [
        ("adopter", introduction.adopter_workplace_id, introduction.adopter_contact_id),
        ("owner", introduction.owner_workplace_id, introduction.owner_contact_id),
    ]
    names = places(uow, [workplace_id for _, workplace_id, _ in sides])
    adopter, owner = (
        _contact(uow, side, workplace_id, preferred, name)
        for (side, workplace_id, preferred), name in zip(sides, names, strict=True)
    )
    return adopter, owner


def introductions_of(uow: UnitOfWork, *, actor: Actor, group: Group, page: int) -> ListPage:
    """Return one page of the introductions that `actor` may know of: those most recently moved first."""
    wanted = _within_reach(actor).where(Introduction.status.in_(OPEN if group == "open" else CLOSED))
    total = uow.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    pages = max(1, -(-total // PAGE_LENGTH))
    page = min(max(1, page), pages)
    ours, theirs = place_of("adopter"), place_of("owner")
    rows = uow.session.execute(
        wanted.join(Problem, Problem.id == Introduction.problem_id)
        .join(Solution, Solution.id == Introduction.solution_id)
        .join(ours, ours.c.id == Introduction.adopter_workplace_id)
        .join(theirs, theirs.c.id == Introduction.owner_workplace_id)
        .add_columns(
            Problem.title.label("problem_title"),
            Solution.title.label("solution_title"),
            ours.c.workplace.label("adopter_workplace"),
            ours.c.organisation.label("adopter_organisation"),
            theirs.c.workplace.label("owner_workplace"),
            theirs.c.organisation.label("owner_organisation"),
        )
        .order_by(func.coalesce(Introduction.waiting_since, Introduction.created_at).desc(), Introduction.id)
        .limit(PAGE_LENGTH)
        .offset((page - 1) * PAGE_LENGTH)
    )
    return ListPage(tuple(_line(row, actor) for row in rows), page, pages, total)


def solutions_to_pick(uow: UnitOfWork, *, problem_id: UUID, words: str, limit: int) -> list[SolutionToPick]:
    """Return published solutions of other workplaces that hold all `words` in title or text, newest first.

    Those that are being introduced to this problem already are left out.
    """
    open_pairs = select(Introduction.solution_id).where(
        Introduction.problem_id == problem_id, Introduction.status.in_(OPEN)
    )
    workplace = select(Problem.workplace_id).where(Problem.id == problem_id).scalar_subquery()
    theirs = place_of("owner")
    wanted = (
        select(Solution, theirs.c.workplace, theirs.c.organisation)
        .join(theirs, theirs.c.id == Solution.workplace_id)
        .where(
            Solution.status.in_(VISIBLE_SOLUTION),
            Solution.workplace_id != workplace,
            Solution.id.not_in(open_pairs),
        )
        .order_by(Solution.published_at.desc(), Solution.id)
        .limit(limit)
    )
    for word in words.split()[:10]:
        columns = (Solution.title, Solution.problem_text, Solution.description, theirs.c.organisation)
        wanted = wanted.where(or_(*(column.icontains(word, autoescape=True) for column in columns)))
    return [
        SolutionToPick(
            solution.id, solution.title, place_name(workplace_name, organisation),
            excerpt(solution.problem_text or solution.description), not solution.flagged_not_proven,
        )
        for solution, workplace_name, organisation in uow.session.execute(wanted)
    ]  # fmt: skip


def _visible(uow: UnitOfWork, actor: Actor, introduction_id: UUID) -> Introduction:
    introduction = uow.session.get(Introduction, introduction_id)
    if introduction is None or not allowed(Action.SEE, actor, _subject(introduction)):
        raise NotFound(f"no introduction {introduction_id}")
    return introduction


def _subject(introduction: Introduction) -> Subject:
    return Subject(
        Lifecycle.INTRODUCTION,
        introduction.status,
        introduction.id,
        introduction.adopter_workplace_id,
        introduction.owner_workplace_id,
        owner_was_asked=introduction.asked_owner_at is not None,
        adopter_was_asked=introduction.asked_by_adopter or introduction.asked_adopter_at is not None,
    )


def _side_of(actor: Actor, introduction: Introduction) -> Side:
    if actor.is_consultant:
        return "consultant"
    return "adopter" if introduction.adopter_workplace_id in actor.workplace_ids else "owner"


def _within_reach(actor: Actor) -> Select[Any]:
    """Select the introductions that `actor` may know of; the same rule as Action.SEE, said in SQL."""
    wanted = select(Introduction)
    if actor.is_consultant:
        return wanted
    reached_adopter = or_(Introduction.asked_adopter_at.is_not(None), Introduction.asked_by_adopter.is_(True))
    return wanted.where(
        or_(
            and_(Introduction.adopter_workplace_id.in_(actor.workplace_ids), reached_adopter),
            and_(Introduction.owner_workplace_id.in_(actor.workplace_ids), Introduction.asked_owner_at.is_not(None)),
        )
    )


def _line(row: Row[Any], actor: Actor) -> IntroductionLine:
    introduction = row.Introduction
    return IntroductionLine(
        id=introduction.id,
        status=introduction.status,
        viewer=_side_of(actor, introduction),
        problem_title=row.problem_title,
        solution_title=row.solution_title,
        adopter=place_name(row.adopter_workplace, row.adopter_organisation),
        owner=place_name(row.owner_workplace, row.owner_organisation),
        waits_for=introduction.waits_for,
        waiting_since=introduction.waiting_since,
        due_at=introduction.due_at,
        created_at=introduction.created_at,
    )


def _reason_for(viewer: Side, introduction: Introduction) -> Reason | None:
    """What came of it is for all; why a side said no is for that side and the consultant."""
    said_by: dict[IntroductionStatus, Side] = {
        IntroductionStatus.DECLINED_BY_ADOPTER: "adopter",
        IntroductionStatus.DECLINED_BY_OWNER: "owner",
    }
    side = said_by.get(introduction.status)
    return introduction.reason if side is None or viewer in (side, "consultant") else None


def _history(uow: UnitOfWork, introduction: Introduction, viewer: Side) -> tuple[HistoryLine, ...]:
    """Return what happened, newest first: an owner from the moment it was asked, and notes to their readers only."""
    rows = uow.session.execute(
        select(HistoryEntry, Account)
        .outerjoin(Account, Account.id == HistoryEntry.actor_id)
        .where(HistoryEntry.lifecycle == Lifecycle.INTRODUCTION, HistoryEntry.subject_id == introduction.id)
        .order_by(HistoryEntry.at.desc(), HistoryEntry.id)
    ).all()
    members = members_of_sides(uow, introduction)
    since = introduction.asked_owner_at if viewer == "owner" else None
    return tuple(
        _history_line(entry, account, side_of_step(entry, account, introduction, members, viewer), viewer)
        for entry, account in rows
        if since is None or entry.at >= since
    )


def _history_line(entry: HistoryEntry, account: Account | None, side: Side | None, viewer: Side) -> HistoryLine:
    is_reader = viewer in ("consultant", side) or (entry.step == "cancel" and side == "consultant")
    may_know_name = side == "consultant" or viewer in ("consultant", side)
    return HistoryLine(
        step=entry.step,
        to_status=IntroductionStatus(entry.to_status),
        at=entry.at,
        side=side,
        name=account.display_name if account and may_know_name else "",
        reason=entry.reason if is_reader or entry.step == "conclude" else None,
        note=entry.note if is_reader else "",
    )


def _contact(uow: UnitOfWork, side: Side, workplace_id: UUID, preferred_id: UUID | None, workplace: str) -> Contact:
    members: Iterable[Account] = uow.session.scalars(
        select(Account)
        .join(Membership, Membership.account_id == Account.id)
        .where(
            Membership.workplace_id == workplace_id,
            Account.disabled_at.is_(None),
            Account.email_verified_at.is_not(None),
        )
        .order_by(Membership.created_at, Account.id)
    ).all()
    ordered = sorted(members, key=lambda account: account.id != preferred_id)
    if not ordered:
        return Contact(side, "", "", "", workplace)
    return Contact(side, ordered[0].display_name, ordered[0].email, ordered[0].phone, workplace)
