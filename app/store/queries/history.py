"""What has happened to one thing, for the page about it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.domain.vocabulary import Actor, Lifecycle, Reason, Role
from app.store.history import HistoryEntry
from app.store.people import Account, Membership
from app.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One step that was taken. who: empty when the reader may not know the name; by_service: nobody's hand."""

    step: str
    from_status: str
    to_status: str
    at: datetime
    who: str
    by_service: bool
    reason: Reason | None
    note: str


def history_of(uow: UnitOfWork, *, actor: Actor, lifecycle: Lifecycle, subject_id: UUID) -> list[HistoryLine]:
    """Return the steps of one thing, newest first. The caller has asked whether the actor may see it.

    A name is shown to colleagues and to consultants, and every reader sees the consultants' names: the other
    side's contact stays unknown until both have said yes.
    """
    rows = uow.session.execute(
        select(HistoryEntry, Account.display_name, Account.roles)
        .outerjoin(Account, Account.id == HistoryEntry.actor_id)
        .where(HistoryEntry.lifecycle == lifecycle, HistoryEntry.subject_id == subject_id)
        .order_by(HistoryEntry.id)
    ).all()
    # The beginning comes last, also where the next step was taken in the same moment.
    rows = sorted(rows, key=lambda row: (row[0].at, row[0].from_status != ""), reverse=True)
    colleagues = _colleagues(uow, actor, {entry.actor_id for entry, *_ in rows if entry.actor_id})

    def named(entry: HistoryEntry, name: str | None, roles: Collection[str] | None) -> str:
        known = actor.is_consultant or entry.actor_id in colleagues or Role.CONSULTANT in (roles or ())
        return name or "" if known else ""

    return [
        HistoryLine(
            entry.step, entry.from_status, entry.to_status, entry.at, named(entry, name, roles),
            entry.actor_id is None, entry.reason, entry.note,
        )
        for entry, name, roles in rows
    ]  # fmt: skip


def _colleagues(uow: UnitOfWork, actor: Actor, account_ids: Collection[UUID]) -> frozenset[UUID]:
    if not actor.workplace_ids or not account_ids:
        return frozenset()
    return frozenset(
        uow.session.scalars(
            select(Membership.account_id).where(
                Membership.workplace_id.in_(actor.workplace_ids), Membership.account_id.in_(account_ids)
            )
        )
    ) | ({actor.account_id} if actor.account_id else frozenset())
