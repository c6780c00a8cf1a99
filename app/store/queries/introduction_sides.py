"""For which side of an introduction each step was taken."""

from collections.abc import Mapping
from typing import Literal
from uuid import UUID

from sqlalchemy import select

from app.domain.vocabulary import Role
from app.store.history import HistoryEntry
from app.store.introductions import Introduction
from app.store.people import Account, Membership
from app.store.unit_of_work import UnitOfWork

Side = Literal["consultant", "adopter", "owner"]
# Steps whose name does not say the side; a test sees to it that none is forgotten.
STEPS_OF_ADOPTER = frozenset({"reconfirm"})
STEPS_OF_EITHER_SIDE = frozenset({"start_dialogue", "propose_conclusion"})


def side_said_by(step: str) -> Side | None:
    """Return the side that alone can take this step; None where its name does not say."""
    if step in STEPS_OF_ADOPTER or step.endswith("_as_adopter"):
        return "adopter"
    return "owner" if step.endswith("_as_owner") else None


def side_of_step(
    entry: HistoryEntry,
    account: Account | None,
    introduction: Introduction,
    members: Mapping[UUID, frozenset[Side]],
    viewer: Side,
) -> Side | None:
    """Return for which side a step was taken; None for the service itself.

    The step says so wherever it can: a person may belong to both workplaces, or to none any more.
    """
    if entry.actor_id is None or account is None:
        return None
    if (side := side_said_by(entry.step)) is not None:
        return side
    is_consultant = Role.CONSULTANT in account.roles
    if entry.step == "begin":
        return "adopter" if introduction.asked_by_adopter and not is_consultant else "consultant"
    if is_consultant or entry.step not in STEPS_OF_EITHER_SIDE:
        return "consultant"
    of_both = members.get(entry.actor_id, frozenset())
    if len(of_both) == 1:
        return next(iter(of_both))
    # Of somebody in both workplaces each side reads as of a colleague; of somebody in none, as of the other side.
    other: Side = "owner" if viewer == "adopter" else "adopter"
    return viewer if viewer in of_both else other


def members_of_sides(uow: UnitOfWork, introduction: Introduction) -> dict[UUID, frozenset[Side]]:
    """Return the sides that people belong to now."""
    found: dict[UUID, frozenset[Side]] = {}
    sides: list[tuple[Side, UUID]] = [
        ("adopter", introduction.adopter_workplace_id),
        ("owner", introduction.owner_workplace_id),
    ]
    for side, workplace_id in sides:
        for account_id in uow.session.scalars(
            select(Membership.account_id).where(Membership.workplace_id == workplace_id)
        ):
            found[account_id] = found.get(account_id, frozenset()) | {side}
    return found
