"""What keeps doors safe: used links, forms already sent, attempts counted, and signs of life."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.store.base import WORD_LENGTH, Base


class UsedLink(Base):
    """A mail link that has been used. token_digest: SHA-256 of the link's token."""

    __tablename__ = "used_links"

    token_digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    used_at: Mapped[datetime]


class Submission(Base):
    """A form that was sent: the same key again gives the same answer. answer: the path it led to."""

    __tablename__ = "submissions"

    key: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    body_digest: Mapped[str] = mapped_column(String(64))
    answer: Mapped[str] = mapped_column(String(500), default="")
    at: Mapped[datetime] = mapped_column(index=True)


class Attempt(Base):
    """How often something was tried within one window of time. bucket: what, by whom (digest), which window."""

    __tablename__ = "attempts"

    bucket: Mapped[str] = mapped_column(String(200), primary_key=True)
    count: Mapped[int]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Heartbeat(Base):
    """The last sign of life of a part of the service: worker, beat, digest."""

    __tablename__ = "heartbeats"

    part: Mapped[str] = mapped_column(String(WORD_LENGTH), primary_key=True)
    beat_at: Mapped[datetime]
