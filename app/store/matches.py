"""What the matcher suggested and what people decided about it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.vocabulary import Reason, SuggestionStatus
from app.store.base import Base, HasId, WordType
from app.store.catalogue import Waits


class Suggestion(HasId, Waits, Base):
    """One problem and one solution that the matcher holds together. score in [0, 1], comparable within a run.

    explanation: the reasons as they were when the suggestion was made. One row a pair: a new run changes the
    row while no person has decided about it. review_on: until when a dismissed pair stays away.
    """

    __tablename__ = "suggestions"
    __table_args__ = (Index("uq_suggestions_pair", "problem_id", "solution_id", unique=True),)

    problem_id: Mapped[UUID] = mapped_column(ForeignKey("problems.id"))
    solution_id: Mapped[UUID] = mapped_column(ForeignKey("solutions.id"), index=True)
    status: Mapped[SuggestionStatus] = mapped_column(WordType(SuggestionStatus), index=True)
    score: Mapped[float]
    label: Mapped[str] = mapped_column(String(20))
    explanation: Mapped[dict[str, Any]]
    matcher: Mapped[str] = mapped_column(String(200))
    problem_text_version: Mapped[int]
    solution_text_version: Mapped[int]
    reason: Mapped[Reason | None] = mapped_column(WordType(Reason))
    note: Mapped[str] = mapped_column(Text, default="")
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    decided_at: Mapped[datetime | None]
    review_on: Mapped[date | None]
    suggested_at: Mapped[datetime]


class NeverPair(HasId, Base):
    """Two workplaces that are never suggested to each other."""

    __tablename__ = "never_pairs"
    __table_args__ = (Index("uq_never_pairs_workplaces", "adopter_workplace_id", "owner_workplace_id", unique=True),)

    adopter_workplace_id: Mapped[UUID] = mapped_column(ForeignKey("workplaces.id"))
    owner_workplace_id: Mapped[UUID] = mapped_column(ForeignKey("workplaces.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    created_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    created_at: Mapped[datetime]
