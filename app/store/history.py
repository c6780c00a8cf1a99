"""What happened to each thing, in an append-only table; and what is due to happen."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.vocabulary import Lifecycle, Reason
from app.store.base import WORD_LENGTH, Base, HasId, WordType


class HistoryEntry(HasId, Base):
    """One step that was taken. actor_id None: the service itself. Rows are never changed."""

    __tablename__ = "history"
    __table_args__ = (Index("ix_history_subject", "lifecycle", "subject_id", "at"),)

    lifecycle: Mapped[Lifecycle] = mapped_column(WordType(Lifecycle))
    subject_id: Mapped[UUID]
    step: Mapped[str] = mapped_column(String(WORD_LENGTH))
    from_status: Mapped[str] = mapped_column(String(WORD_LENGTH))
    to_status: Mapped[str] = mapped_column(String(WORD_LENGTH))
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    reason: Mapped[Reason | None] = mapped_column(WordType(Reason))
    note: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]


class DueRow(HasId, Base):
    """A timer of the workflow that is running: at due_at the system acts, unless the state was left before."""

    __tablename__ = "timers"
    __table_args__ = (
        Index("ix_timers_due", "due_at"),
        Index("ix_timers_subject", "lifecycle", "subject_id"),
    )

    lifecycle: Mapped[Lifecycle] = mapped_column(WordType(Lifecycle))
    subject_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(String(WORD_LENGTH))
    name: Mapped[str] = mapped_column(String(WORD_LENGTH))
    due_at: Mapped[datetime]
