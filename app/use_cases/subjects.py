"""The facts about stored things that permissions and the workflow ask for."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import func, select

from app.domain.capacity import Capacity, Load, has_place, is_within, quarter_start
from app.domain.deadlines import Delay
from app.domain.errors import NotFound
from app.domain.origin import Origin
from app.domain.permissions import Action, Subject, allowed
from app.domain.personal_data import contains_cpr_number
from app.domain.vocabulary import (
    SEEKING_PROBLEM,
    TAKES_CAPACITY,
    VISIBLE_SOLUTION,
    Actor,
    IntroductionStatus,
    Lifecycle,
)
from app.domain.workflow import Guard
from app.store.catalogue import Problem, Solution
from app.store.introductions import Introduction
from app.store.matches import Suggestion
from app.store.people import Account, Membership, Workplace
from app.store.unit_of_work import UnitOfWork

Thing = Problem | Solution | Suggestion | Introduction

TABLES: dict[Lifecycle, type[Thing]] = {
    Lifecycle.PROBLEM: Problem,
    Lifecycle.SOLUTION: Solution,
    Lifecycle.SUGGESTION: Suggestion,
    Lifecycle.INTRODUCTION: Introduction,
}
PROBLEM_REQUIRED = ("title", "situation", "tried", "better", "context")
PROBLEM_TEXTS = (*PROBLEM_REQUIRED, "systems", "give_in_return", "who_decides")
SOLUTION_REQUIRED = ("title", "problem_text", "description", "year_in_use", "value_kinds", "value_text", "for_whom")
SOLUTION_TEXTS = (
    "title", "problem_text", "description", "value_text", "value_known_how", "for_whom", "resources", "core",
    "adaptable", "conditions", "dead_ends", "suppliers", "links", "value_evidence",
)  # fmt: skip
# Rows are locked against change only: checks of foreign keys need not wait, and so cannot close a ring of waiters.
LOCK: dict[str, bool] = {"key_share": True}
RECONFIRM_AFTER = Delay(days=30)
BEFORE_INTRODUCED = frozenset(
    {
        IntroductionStatus.DRAFTED,
        IntroductionStatus.ASKING_ADOPTER,
        IntroductionStatus.ASKING_OWNER,
        IntroductionStatus.WAITLISTED,
    }
)
OPEN_INTRODUCTIONS = BEFORE_INTRODUCED | {IntroductionStatus.INTRODUCED, IntroductionStatus.IN_DIALOGUE}


def lifecycle_of(thing: Thing) -> Lifecycle:
    """Return the lifecycle that `thing` moves in."""
    return next(lifecycle for lifecycle, table in TABLES.items() if isinstance(thing, table))


def _find(uow: UnitOfWork, lifecycle: Lifecycle, thing_id: UUID, *, lock: bool = False) -> Thing:
    if lock:
        uow.session.flush()  # what is waiting to be written must not be overwritten by reading the row anew
    thing = uow.session.get(TABLES[lifecycle], thing_id, with_for_update=LOCK if lock else None, populate_existing=lock)
    if not isinstance(thing, Problem | Solution | Suggestion | Introduction):
        raise NotFound(f"no {lifecycle} {thing_id}")
    return thing


def load(uow: UnitOfWork, lifecycle: Lifecycle, thing_id: UUID) -> Thing:
    """Return the thing, locked until the transaction ends. Raises NotFound.

    Locks are taken in one order everywhere, so that no two transactions wait for each other: problem, solution,
    suggestion, introduction, and the owner's workplace last.
    """
    if lifecycle is Lifecycle.INTRODUCTION:
        problem_id = uow.session.scalar(select(Introduction.problem_id).where(Introduction.id == thing_id))
        if problem_id is not None:
            _find(uow, Lifecycle.PROBLEM, problem_id, lock=True)
    return _find(uow, lifecycle, thing_id, lock=True)


def load_visible(uow: UnitOfWork, *, actor: Actor, lifecycle: Lifecycle, thing_id: UUID) -> Thing:
    """Return the thing when the actor may know of it. Raises NotFound, the same as for one that is not there."""
    thing = _find(uow, lifecycle, thing_id)
    if not allowed(Action.SEE, actor, subject_of(uow, thing)):
        raise NotFound(f"no {lifecycle} {thing_id}")
    return thing


def subject_of(uow: UnitOfWork, thing: Thing, *, lock: bool = False) -> Subject:
    """Return the facts about `thing`, with the guards that do not hold now.

    lock: hold the owner's workplace until the transaction ends, so that two introductions cannot both take its
    last place.
    """
    match thing:
        case Problem():
            return Subject(
                Lifecycle.PROBLEM, thing.status, thing.id,
                adopter_workplace_id=thing.workplace_id, unmet=_problem_unmet(uow, thing),
            )  # fmt: skip
        case Solution():
            return Subject(
                Lifecycle.SOLUTION, thing.status, thing.id,
                owner_workplace_id=thing.workplace_id, unmet=_solution_unmet(uow, thing),
            )  # fmt: skip
        case Suggestion():
            problem, solution = _pair(uow, thing)
            return Subject(
                Lifecycle.SUGGESTION, thing.status, thing.id,
                adopter_workplace_id=problem.workplace_id, owner_workplace_id=solution.workplace_id,
                unmet=_pair_unmet(problem, solution),
            )  # fmt: skip
        case Introduction():
            return Subject(
                Lifecycle.INTRODUCTION, thing.status, thing.id,
                adopter_workplace_id=thing.adopter_workplace_id, owner_workplace_id=thing.owner_workplace_id,
                unmet=_introduction_unmet(uow, thing, lock=lock), owner_was_asked=thing.asked_owner_at is not None,
                adopter_was_asked=thing.asked_by_adopter or thing.asked_adopter_at is not None,
            )  # fmt: skip


def origin_of(solution: Solution) -> Origin:
    """Return what the owner answered about the three conditions of origin."""
    return Origin(
        solution.stage,
        solution.developed_on,
        solution.implemented_on,
        solution.value_shown_on,
        solution.value_evidence,
    )


def _pair(uow: UnitOfWork, thing: Suggestion | Introduction) -> tuple[Problem, Solution]:
    problem = uow.session.get_one(Problem, thing.problem_id)
    return problem, uow.session.get_one(Solution, thing.solution_id)


def _missing(thing: Thing, names: Iterable[str]) -> bool:
    return any(not (value.strip() if isinstance(value := getattr(thing, name), str) else value) for name in names)


def _with_cpr(thing: Thing, names: Iterable[str]) -> bool:
    return any(contains_cpr_number(getattr(thing, name)) for name in names)


def _unmet(*conditions: tuple[Guard, bool]) -> frozenset[str]:
    return frozenset(guard.value for guard, holds in conditions if not holds)


def _problem_unmet(uow: UnitOfWork, problem: Problem) -> frozenset[str]:
    target = uow.session.get(Problem, problem.merged_into_id) if problem.merged_into_id else None
    return _unmet(
        (Guard.REQUIRED_FIELDS, not _missing(problem, PROBLEM_REQUIRED)),
        (Guard.NO_CPR, not _with_cpr(problem, PROBLEM_TEXTS)),
        (Guard.SECTOR_AND_CONTEXT, bool(problem.sector and problem.context.strip())),
        (Guard.TARGET_OPEN, target is not None and target.id != problem.id and target.status in SEEKING_PROBLEM),
    )


def _solution_unmet(uow: UnitOfWork, solution: Solution) -> frozenset[str]:
    origin = origin_of(solution)
    target = uow.session.get(Solution, solution.merged_into_id) if solution.merged_into_id else None
    open_introductions = uow.session.scalar(
        select(func.count())
        .select_from(Introduction)
        .where(Introduction.solution_id == solution.id, Introduction.status.in_(OPEN_INTRODUCTIONS))
    )
    return _unmet(
        (Guard.REQUIRED_FIELDS, not _missing(solution, SOLUTION_REQUIRED)),
        (Guard.NO_CPR, not _with_cpr(solution, SOLUTION_TEXTS)),
        (Guard.ORIGIN_ANSWERED, origin.is_answered),
        (Guard.OWNER_APPROVED, solution.approved_at is not None or _is_collected(solution)),
        (Guard.PROVEN_OR_FLAGGED, origin.is_proven or solution.flagged_not_proven),
        (Guard.NO_OPEN_INTRODUCTIONS, not open_introductions),
        (Guard.TARGET_OPEN, target is not None and target.id != solution.id and target.status in VISIBLE_SOLUTION),
    )


def _is_collected(solution: Solution) -> bool:
    """Whether the text sums up something public and says so; there is no owner here who could approve it."""
    return solution.source_key is not None and solution.flagged_not_proven


def _pair_unmet(problem: Problem, solution: Solution) -> frozenset[str]:
    return _unmet(
        (Guard.PROBLEM_SEEKING, problem.status in SEEKING_PROBLEM),
        (Guard.SOLUTION_PUBLISHED, solution.status in VISIBLE_SOLUTION),
    )


def _introduction_unmet(uow: UnitOfWork, introduction: Introduction, *, lock: bool) -> frozenset[str]:
    problem, solution = _pair(uow, introduction)
    owner = uow.session.get_one(
        Workplace, introduction.owner_workplace_id, with_for_update=LOCK if lock else None, populate_existing=lock
    )
    capacity = Capacity(owner.capacity_at_a_time, owner.capacity_per_quarter)
    load_now = load_of(uow, introduction.owner_workplace_id)
    reconfirmed_until = RECONFIRM_AFTER.after(introduction.waiting_since or introduction.created_at)
    return _pair_unmet(problem, solution) | _unmet(
        (Guard.ADOPTER_HAS_CONTACT, contact_of(uow, introduction.adopter_workplace_id, problem.contact_id) is not None),
        (Guard.OWNER_HAS_CONTACT, contact_of(uow, introduction.owner_workplace_id, solution.contact_id) is not None),
        (Guard.ASKED_BY_ADOPTER, introduction.asked_by_adopter),
        (Guard.ADOPTER_RECONFIRMED, uow.now <= reconfirmed_until),
        (Guard.OWNER_HAS_PLACE, has_place(capacity, load_now)),
        (Guard.WITHIN_CAPACITY, is_within(capacity, load_now)),
    )


def load_of(uow: UnitOfWork, workplace_id: UUID) -> Load:
    """Return how many introductions the owner's workplace has now, and has begun in the last quarter."""
    mine = select(func.count()).select_from(Introduction).where(Introduction.owner_workplace_id == workplace_id)
    return Load(
        open_now=uow.session.scalar(mine.where(Introduction.status.in_(TAKES_CAPACITY))) or 0,
        this_quarter=uow.session.scalar(mine.where(Introduction.asked_owner_at >= quarter_start(uow.now))) or 0,
    )


def contact_of(uow: UnitOfWork, workplace_id: UUID, preferred_id: UUID | None) -> Account | None:
    """Return who speaks for the workplace: the preferred contact if still there, else its oldest member.

    People are replaceable: an account that is disabled, not verified or no longer a member does not count.
    """
    members = uow.session.scalars(
        select(Account)
        .join(Membership, Membership.account_id == Account.id)
        .where(
            Membership.workplace_id == workplace_id,
            Account.disabled_at.is_(None),
            Account.email_verified_at.is_not(None),
        )
        .order_by(Membership.created_at, Account.id)
    ).all()
    return next((member for member in members if member.id == preferred_id), members[0] if members else None)
