"""Problems for screens. What an actor may not know of is not found."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select, true

from app.domain.danish import sort_key
from app.domain.errors import NotFound
from app.domain.vocabulary import (
    SEEKING_PROBLEM,
    Actor,
    Language,
    ProblemStatus,
    Region,
    Sector,
    SizeBucket,
    WaitsFor,
    WorkRole,
)
from app.store.catalogue import Problem
from app.store.people import Account, Organisation, Workplace
from app.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """One problem with everything its page shows. consultant: who has taken it; empty when nobody has."""

    id: UUID
    status: ProblemStatus
    revision: int
    workplace_id: UUID
    language: Language
    title: str
    situation: str
    tried: str
    better: str
    context: str
    sector: Sector | None
    target_groups: list[str]
    size: SizeBucket | None
    region: Region | None
    decision_by: date | None
    systems: str
    give_in_return: str
    who_decides: str
    wish_work_role: WorkRole | None
    waits_for: WaitsFor | None
    waiting_since: datetime | None
    due_at: datetime | None
    text_changed_at: datetime
    created_at: datetime
    merged_into_id: UUID | None
    solved_by_id: UUID | None
    workplace: str = ""
    organisation: str = ""
    consultant: str = ""


@dataclass(frozen=True, slots=True)
class ProblemChoice:
    """One of the actor's own problems, to choose from."""

    id: UUID
    title: str
    workplace_id: UUID


@dataclass(frozen=True, slots=True)
class WorkplaceChoice:
    """A workplace that the actor may write for."""

    id: UUID
    name: str
    organisation: str
    sector: Sector | None
    size: SizeBucket | None
    region: Region | None


def visible_problems(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that keeps the problems that `actor` may know of."""
    return true() if actor.is_consultant or actor.is_system else Problem.workplace_id.in_(actor.workplace_ids)


def problem_row(uow: UnitOfWork, *, actor: Actor, problem_id: UUID) -> ProblemRow:
    """Return the problem. Raises NotFound, the same for one that is not there and one that is not the actor's."""
    found = uow.session.execute(
        select(Problem, Workplace.name, Organisation.name, Account.display_name)
        .join(Workplace, Workplace.id == Problem.workplace_id)
        .join(Organisation, Organisation.id == Workplace.organisation_id)
        .outerjoin(Account, Account.id == Problem.taken_by_id)
        .where(Problem.id == problem_id, visible_problems(actor))
    ).one_or_none()
    if found is None:
        raise NotFound(f"no problem {problem_id} for this actor")
    problem, workplace, organisation, consultant = found
    names = [field.name for field in fields(ProblemRow)][:-3]
    return ProblemRow(
        **{name: getattr(problem, name) for name in names},
        workplace=workplace, organisation=organisation, consultant=consultant or "",
    )  # fmt: skip


def open_problems_of(uow: UnitOfWork, *, actor: Actor) -> list[ProblemChoice]:
    """Return the open problems of the actor's own workplaces, in Danish order."""
    rows = uow.session.execute(
        select(Problem.id, Problem.title, Problem.workplace_id).where(
            Problem.workplace_id.in_(actor.workplace_ids), Problem.status.in_(SEEKING_PROBLEM)
        )
    )
    return sorted((ProblemChoice(*row) for row in rows), key=lambda row: (sort_key(row.title), str(row.id)))


def workplaces_to_write_for(uow: UnitOfWork, *, actor: Actor) -> list[WorkplaceChoice]:
    """Return the workplaces that the actor may write for in Danish order: its own; for a consultant, all."""
    mine = true() if actor.is_consultant else Workplace.id.in_(actor.workplace_ids)
    rows = uow.session.execute(
        select(
            Workplace.id, Workplace.name, Organisation.name, Workplace.sector, Workplace.size, Workplace.region,
            Organisation.region,
        )
        .join(Organisation, Organisation.id == Workplace.organisation_id)
        .where(mine)
    )  # fmt: skip
    choices = [
        WorkplaceChoice(row_id, name, organisation, sector, size, region or organisations_region)
        for row_id, name, organisation, sector, size, region, organisations_region in rows
    ]
    return sorted(choices, key=lambda choice: (sort_key(choice.organisation), sort_key(choice.name), str(choice.id)))
