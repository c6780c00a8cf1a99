"""What has happened, with the present state of everything around it, as the notices look at it."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from uuid import UUID

from sqlalchemy import String, cast, select

from app.domain.vocabulary import Lifecycle, Role
from app.store.catalogue import Problem, Solution
from app.store.history import DueRow, HistoryEntry
from app.store.introductions import Introduction
from app.store.people import Account, Organisation, Workplace
from app.store.unit_of_work import UnitOfWork
from app.use_cases.subjects import OPEN_INTRODUCTIONS, TABLES, Thing, contact_of, lifecycle_of


@dataclass(frozen=True, slots=True)
class Happened:
    """One message of the outbox. at: when it was written."""

    id: UUID
    name: str
    payload: dict[str, str]
    at: datetime

    @property
    def subject_id(self) -> UUID:
        """The thing that it happened to."""
        return UUID(self.payload["subject_id"])


@dataclass(frozen=True)
class Scene:
    """A happening and the things around it. account: for what happens to an account alone."""

    uow: UnitOfWork = field(repr=False)
    happened: Happened
    account: Account | None = None
    problem: Problem | None = None
    solution: Solution | None = None
    introduction: Introduction | None = None

    @property
    def thing(self) -> Thing:
        """What it happened to. Raises LookupError when it was an account."""
        thing = self.introduction or self.problem or self.solution
        if thing is None:
            raise LookupError(f"{self.happened.name} is about no thing with a state")
        return thing

    @cached_property
    def last_step(self) -> HistoryEntry | None:
        """The newest line of the thing's history."""
        return self._step()

    def step_named(self, name: str) -> HistoryEntry | None:
        """Return the newest time that the step was taken with the thing."""
        return self._step(name)

    def _step(self, name: str | None = None) -> HistoryEntry | None:
        thing = self.thing
        entries = (
            select(HistoryEntry)
            .where(HistoryEntry.lifecycle == lifecycle_of(thing), HistoryEntry.subject_id == thing.id)
            .order_by(HistoryEntry.at.desc())
            .limit(1)
        )
        return self.uow.session.scalar(entries if name is None else entries.where(HistoryEntry.step == name))

    def adopters(self) -> list[Account]:
        """Return the contact of the workplace that has the problem; none when it has no contact."""
        if self.introduction is not None:
            preferred = self.introduction.adopter_contact_id or (self.problem.contact_id if self.problem else None)
            return _listed(contact_of(self.uow, self.introduction.adopter_workplace_id, preferred))
        if self.problem is None:
            return []
        return _listed(contact_of(self.uow, self.problem.workplace_id, self.problem.contact_id))

    def owners(self) -> list[Account]:
        """Return the contact of the workplace that has the solution; none when it has no contact."""
        if self.introduction is not None:
            preferred = self.introduction.owner_contact_id or (self.solution.contact_id if self.solution else None)
            return _listed(contact_of(self.uow, self.introduction.owner_workplace_id, preferred))
        if self.solution is None:
            return []
        return _listed(contact_of(self.uow, self.solution.workplace_id, self.solution.contact_id))

    def consultants(self) -> list[Account]:
        """Return the consultant who took the thing, or else the whole team."""
        thing = self.thing
        taker_id = thing.consultant_id if isinstance(thing, Introduction) else getattr(thing, "taken_by_id", None)
        taker = self._active(taker_id)
        return [taker] if taker is not None else team(self.uow)

    def writers(self) -> list[Account]:
        """Return who wrote the problem or solution, or else the contact of its workplace."""
        writer = self._active(getattr(self.thing, "written_by_id", None))
        return [writer] if writer is not None else self.adopters() or self.owners()

    def but_actor(self, accounts: list[Account]) -> list[Account]:
        """Return `accounts` without the one who took the last step, who knows of it."""
        actor_id = self.last_step.actor_id if self.last_step else None
        return [account for account in accounts if account.id != actor_id]

    def _active(self, account_id: UUID | None) -> Account | None:
        account = self.uow.session.get(Account, account_id) if account_id else None
        return account if account is not None and _is_active(account) else None

    def team(self) -> list[Account]:
        """Return all active consultants."""
        return team(self.uow)

    def ends_at(self, timer: str) -> datetime | None:
        """Return when the thing's timer of this name runs out; None when it does not run."""
        return self.uow.session.scalar(
            select(DueRow.due_at).where(DueRow.subject_id == self.thing.id, DueRow.name == timer)
        )

    def introductions(self) -> list["Scene"]:
        """Return a scene for every open introduction of the problem."""
        if self.problem is None:
            return []
        found = self.uow.session.scalars(
            select(Introduction)
            .where(Introduction.problem_id == self.problem.id, Introduction.status.in_(OPEN_INTRODUCTIONS))
            .order_by(Introduction.created_at, Introduction.id)
        )
        return [self._with(introduction) for introduction in found]

    def waiting_introductions(self) -> list["Scene"]:
        """Return a scene for every open introduction of the solution."""
        if self.solution is None:
            return []
        found = self.uow.session.scalars(
            select(Introduction)
            .where(Introduction.solution_id == self.solution.id, Introduction.status.in_(OPEN_INTRODUCTIONS))
            .order_by(Introduction.created_at, Introduction.id)
        )
        return [self._with(introduction) for introduction in found]

    def joined_with(self) -> list["Scene"]:
        """Return the scene of the problem that this one was laid together with."""
        if self.problem is None or self.problem.merged_into_id is None:
            return []
        target = self.uow.session.get_one(Problem, self.problem.merged_into_id)
        return [replace(self, problem=target)]

    def _with(self, introduction: Introduction) -> "Scene":
        session = self.uow.session
        return replace(
            self,
            introduction=introduction,
            problem=session.get_one(Problem, introduction.problem_id),
            solution=session.get_one(Solution, introduction.solution_id),
        )


def scene_of(uow: UnitOfWork, happened: Happened, *, lifecycle: Lifecycle | None) -> Scene | None:
    """Return the scene of what happened, read anew; None when the thing is gone.

    lifecycle: of the thing that it happened to; None when that is an account.
    """
    scene = Scene(uow, happened)
    if lifecycle is None:
        account = uow.session.get(Account, happened.subject_id)
        return None if account is None else replace(scene, account=account)
    thing = uow.session.get(TABLES[lifecycle], happened.subject_id)
    match thing:
        case Problem():
            return replace(scene, problem=thing)
        case Solution():
            return replace(scene, solution=thing)
        case Introduction():
            return scene._with(thing)  # noqa: SLF001 - the module's own class
        case _:
            return None


def team(uow: UnitOfWork) -> list[Account]:
    """Return all consultants who can be written to, in a steady order."""
    found = uow.session.scalars(
        select(Account).where(cast(Account.roles, String).contains(Role.CONSULTANT.value)).order_by(Account.id)
    )
    return [account for account in found if Role.CONSULTANT in account.roles and _is_active(account)]


def place_name(uow: UnitOfWork, workplace_id: UUID) -> str:
    """Return a workplace's name with its organisation's, as mails and lists show it."""
    workplace = uow.session.get_one(Workplace, workplace_id)
    organisation = uow.session.get_one(Organisation, workplace.organisation_id)
    return workplace.name if workplace.name == organisation.name else f"{workplace.name}, {organisation.name}"


def _is_active(account: Account) -> bool:
    return account.disabled_at is None and account.email_verified_at is not None


def _listed(account: Account | None) -> list[Account]:
    return [] if account is None else [account]
