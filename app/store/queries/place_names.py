"""How a workplace is written in lists and on pages: with its organisation."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.store.people import Organisation, Workplace
from app.store.unit_of_work import UnitOfWork


def place_name(workplace: str, organisation: str) -> str:
    """Return how a workplace is written: its own name and its organisation's, once where they are the same."""
    return workplace if workplace == organisation else f"{workplace}, {organisation}"


def places(uow: UnitOfWork, ids: list[UUID]) -> list[str]:
    """Return the names of the workplaces in the order of `ids`. Raises KeyError for one that is not there."""
    rows = uow.session.execute(
        select(Workplace.id, Workplace.name, Organisation.name)
        .join(Organisation, Organisation.id == Workplace.organisation_id)
        .where(Workplace.id.in_(ids))
    )
    names = {workplace_id: place_name(workplace, organisation) for workplace_id, workplace, organisation in rows}
    return [names[workplace_id] for workplace_id in ids]


def place_of(alias: str) -> Any:  # noqa: ANN401 - a subquery
    """Return a subquery with id, workplace and organisation, to join a list with the names of one side."""
    return (
        select(Workplace.id, Workplace.name.label("workplace"), Organisation.name.label("organisation"))
        .join(Organisation, Organisation.id == Workplace.organisation_id)
        .subquery(alias)
    )
