"""What the consultants of this installation taught the matcher, and what they tried out before."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.store.base import Base, Guarded, HasId


class KnowledgeGroup(HasId, Guarded, Base):
    """Words that mean the same. stands_for: the key of the group of the library that this one replaces, if any.

    A group is never deleted: is_active says whether it is in force. field: a sector or "" for any.
    """

    __tablename__ = "knowledge_groups"

    stands_for: Mapped[str | None] = mapped_column(String(20), unique=True)
    words: Mapped[list[str]]
    lay: Mapped[list[str]]
    field: Mapped[str] = mapped_column(String(40), default="")
    kind: Mapped[str] = mapped_column(String(10))
    note: Mapped[str] = mapped_column(Text, default="")
    is_active: Mapped[bool]
    written_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    written_at: Mapped[datetime]
    changed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    changed_at: Mapped[datetime]


class KnowledgeVersion(HasId, Base):
    """A group as somebody left it. Rows are only added. fields: words, lay, field, kind, note and is_active."""

    __tablename__ = "knowledge_versions"
    __table_args__ = (Index("uq_knowledge_versions_group", "group_id", "revision", unique=True),)

    group_id: Mapped[UUID] = mapped_column(ForeignKey("knowledge_groups.id"))
    revision: Mapped[int]
    fields: Mapped[dict[str, Any]]
    written_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    written_at: Mapped[datetime]


class KnowledgePreview(HasId, Base):
    """A group that was tried out. draft: as typed; result: what would change, None while it is being worked out."""

    __tablename__ = "knowledge_previews"

    asked_by_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    asked_at: Mapped[datetime] = mapped_column(index=True)
    draft: Mapped[dict[str, Any]]
    result: Mapped[dict[str, Any] | None]
