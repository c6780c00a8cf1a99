"""Who made what of a group of words, for the page about it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.store.knowledge import KnowledgeVersion
from app.store.people import Account
from app.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A group as somebody left it. who: "" for the service itself."""

    words: tuple[str, ...]
    lay: tuple[str, ...]
    is_active: bool
    who: str
    at: datetime


def history_of_group(uow: UnitOfWork, group_id: UUID) -> list[GroupLine]:
    """Return what was made of a group of this installation, newest first. The caller has asked who may see it."""
    rows = uow.session.execute(
        select(KnowledgeVersion, Account.display_name)
        .outerjoin(Account, Account.id == KnowledgeVersion.written_by_id)
        .where(KnowledgeVersion.group_id == group_id)
        .order_by(KnowledgeVersion.revision.desc())
    ).all()
    return [
        GroupLine(
            tuple(row.fields["words"]), tuple(row.fields["lay"]), row.fields["is_active"], name or "", row.written_at
        )
        for row, name in rows
    ]
