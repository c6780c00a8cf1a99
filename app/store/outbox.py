"""The database is the queue: events to handle and mails to send, written with the change that caused them."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.store.base import WORD_LENGTH, Base, HasId, WordType


class Lane(StrEnum):
    """Which hands do the work: notices are quick, matching may take long."""

    NOTICES = "notices"
    MATCHING = "matching"


class Delivery(StrEnum):
    """Where a message stands. dead: given up, shown to the administrator. superseded: no longer true."""

    PENDING = "pending"
    SENDING = "sending"
    DONE = "done"
    DEAD = "dead"
    SUPERSEDED = "superseded"


class Claimable:
    """A row that one worker at a time takes by a lease. lease_until is the database's clock.

    attempts: claims in all; crashes: claims in a row of which no outcome was heard.
    """

    state: Mapped[Delivery] = mapped_column(WordType(Delivery), default=Delivery.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    crashes: Mapped[int] = mapped_column(default=0, server_default="0")
    next_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    lease_token: Mapped[UUID | None]
    last_error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class OutboxMessage(HasId, Claimable, Base):
    """One event that has happened and who must act on it is still to be done."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_claim", "lane", "state", "next_at"),)

    name: Mapped[str] = mapped_column(String(WORD_LENGTH))
    payload: Mapped[dict[str, Any]]
    lane: Mapped[Lane] = mapped_column(WordType(Lane))


class HandledMessage(Base):
    """A handler has done its part for a message: a second delivery does nothing."""

    __tablename__ = "handled_messages"

    message_id: Mapped[UUID] = mapped_column(primary_key=True)
    handler: Mapped[str] = mapped_column(String(WORD_LENGTH), primary_key=True)
    at: Mapped[datetime]


class Mail(HasId, Claimable, Base):
    """One mail to one person, rendered once: every attempt sends the same bytes.

    key: event, kind and receiver; unique, so that nobody is told twice. mime is emptied some days after sending.
    """

    __tablename__ = "mails"
    __table_args__ = (Index("ix_mails_claim", "state", "next_at"),)

    key: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[str] = mapped_column(String(WORD_LENGTH))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    mime: Mapped[bytes | None] = mapped_column(LargeBinary)
    message_id: Mapped[str] = mapped_column(String(254), unique=True)
