"""What people decided about pairs of problem and solution, and the weights that were learnt from it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.vocabulary import Reason
from app.store.base import Base, HasId, WordType


class Judgement(HasId, Base):
    """One decision about one pair; rows are only ever added, the newest of a pair counts.

    gain: 0 useless, 1 shortlisted, 2 introduced, 3 spread. place, score, label, matcher: what the matcher had said,
    None and "" where people put the pair together themselves.
    """

    __tablename__ = "judgements"
    __table_args__ = (Index("ix_judgements_pair", "problem_id", "solution_id", "judged_at"),)

    problem_id: Mapped[UUID] = mapped_column(ForeignKey("problems.id"))
    solution_id: Mapped[UUID] = mapped_column(ForeignKey("solutions.id"), index=True)
    gain: Mapped[int]
    step: Mapped[str] = mapped_column(String(40))
    reason: Mapped[Reason | None] = mapped_column(WordType(Reason))
    place: Mapped[int | None]
    score: Mapped[float | None]
    label: Mapped[str] = mapped_column(String(20), default="")
    matcher: Mapped[str] = mapped_column(String(200), default="")
    problem_text_version: Mapped[int]
    solution_text_version: Mapped[int]
    judged_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    judged_at: Mapped[datetime] = mapped_column(index=True)


class MatcherVersion(HasId, Base):
    """Weights that a person may switch on. weights: every number of the configuration; number: 1, 2, ...

    before, after: nDCG@10 on the queries held out, with the weights in force when it was made, and with these.
    A version is never changed or deleted: what it suggested can be explained by it.
    """

    __tablename__ = "matcher_versions"

    number: Mapped[int] = mapped_column(unique=True)
    weights: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(20))
    trained_on: Mapped[int]
    held_out: Mapped[int]
    before: Mapped[float]
    after: Mapped[float]
    made_at: Mapped[datetime]
    is_on: Mapped[bool]
    switched_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    switched_at: Mapped[datetime | None]
