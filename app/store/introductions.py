"""Introductions: two-sided consent, then contact."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.vocabulary import IntroductionStatus, Reason
from app.store.base import Base, HasId, WordType
from app.store.catalogue import Waits


class Introduction(HasId, Waits, Base):
    """One problem, one solution, and where the two answers stand.

    words_to_adopter, words_to_owner: what the consultant says when asking. adopter_yes_at, owner_yes_at: the
    consents. asked_owner_at: from here on the introduction takes a place at the owner.
    """

    __tablename__ = "introductions"
    __table_args__ = (
        Index("uq_introductions_suggestion_id", "suggestion_id", unique=True),
        Index("ix_introductions_owner", "owner_workplace_id", "status"),
        Index("ix_introductions_adopter", "adopter_workplace_id", "status"),
    )

    problem_id: Mapped[UUID] = mapped_column(ForeignKey("problems.id"), index=True)
    solution_id: Mapped[UUID] = mapped_column(ForeignKey("solutions.id"), index=True)
    suggestion_id: Mapped[UUID | None] = mapped_column(ForeignKey("suggestions.id"))
    adopter_workplace_id: Mapped[UUID] = mapped_column(ForeignKey("workplaces.id"))
    owner_workplace_id: Mapped[UUID] = mapped_column(ForeignKey("workplaces.id"))
    adopter_contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    owner_contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    consultant_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    status: Mapped[IntroductionStatus] = mapped_column(WordType(IntroductionStatus), index=True)
    interest: Mapped[str] = mapped_column(Text, default="")
    asked_by_adopter: Mapped[bool] = mapped_column(default=False)
    words_to_adopter: Mapped[str] = mapped_column(Text, default="")
    words_to_owner: Mapped[str] = mapped_column(Text, default="")
    asked_adopter_at: Mapped[datetime | None]
    adopter_yes_at: Mapped[datetime | None]
    asked_owner_at: Mapped[datetime | None]
    owner_yes_at: Mapped[datetime | None]
    introduced_at: Mapped[datetime | None]
    reason: Mapped[Reason | None] = mapped_column(WordType(Reason))
    note: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
