"""The titles of problems and solutions, for lists that hold their ids only."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select

from app.store.catalogue import Problem, Solution
from app.store.unit_of_work import UnitOfWork


def titles_of(uow: UnitOfWork, *, problems: Iterable[str], solutions: Iterable[str]) -> dict[str, str]:
    """Return id -> title of those that still exist."""
    found: dict[str, str] = {}
    for table, ids in ((Problem, problems), (Solution, solutions)):
        wanted = [UUID(name) for name in ids]
        found |= {
            str(row.id): row.title
            for row in uow.session.execute(select(table.id, table.title).where(table.id.in_(wanted)))
        }
    return found
