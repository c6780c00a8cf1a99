"""Problems and solutions, and every version of their texts."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.vocabulary import (
    Language,
    Lifecycle,
    ProblemStatus,
    Region,
    Sector,
    SizeBucket,
    SolutionStatus,
    Stage,
    WaitsFor,
    WorkRole,
)
from app.store.base import Base, Guarded, HasId, WordType


class Waits(Guarded):
    """Whom a thing waits for, since when and until when; and the guard against stale writes."""

    waits_for: Mapped[WaitsFor | None] = mapped_column(WordType(WaitsFor))
    waiting_since: Mapped[datetime | None]
    due_at: Mapped[datetime | None] = mapped_column(index=True)


class Written(HasId, Waits):
    """What a problem and a solution share. text_version rises with every change of the text.

    text_changed_at: the last change that the matcher must see, of text or of state.
    """

    workplace_id: Mapped[UUID] = mapped_column(ForeignKey("workplaces.id"), index=True)
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    written_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    taken_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    language: Mapped[Language] = mapped_column(WordType(Language), default=Language.DANISH)
    title: Mapped[str] = mapped_column(String(150), default="")
    sector: Mapped[Sector | None] = mapped_column(WordType(Sector))
    target_groups: Mapped[list[str]] = mapped_column(default=list)
    text_version: Mapped[int] = mapped_column(default=1)
    text_changed_at: Mapped[datetime] = mapped_column(index=True)
    matched_version: Mapped[int] = mapped_column(default=0)
    matched_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Problem(Written, Base):
    """What an adopter describes. situation: what happens today, for whom."""

    __tablename__ = "problems"

    status: Mapped[ProblemStatus] = mapped_column(WordType(ProblemStatus), index=True)
    situation: Mapped[str] = mapped_column(Text, default="")
    tried: Mapped[str] = mapped_column(Text, default="")
    better: Mapped[str] = mapped_column(Text, default="")
    context: Mapped[str] = mapped_column(Text, default="")
    size: Mapped[SizeBucket | None] = mapped_column(WordType(SizeBucket))
    region: Mapped[Region | None] = mapped_column(WordType(Region))
    decision_by: Mapped[date | None]
    systems: Mapped[str] = mapped_column(Text, default="")
    give_in_return: Mapped[str] = mapped_column(Text, default="")
    who_decides: Mapped[str] = mapped_column(Text, default="")
    wish_work_role: Mapped[WorkRole | None] = mapped_column(WordType(WorkRole))
    merged_into_id: Mapped[UUID | None] = mapped_column(ForeignKey("problems.id"))
    solved_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("solutions.id"))


class Solution(Written, Base):
    """What an owner describes, with the three conditions of origin: developed, implemented, value shown."""

    __tablename__ = "solutions"

    status: Mapped[SolutionStatus] = mapped_column(WordType(SolutionStatus), index=True)
    problem_text: Mapped[str] = mapped_column(Text, default="")
    description: Mapped[str] = mapped_column(Text, default="")
    year_in_use: Mapped[int | None]
    value_kinds: Mapped[list[str]] = mapped_column(default=list)
    value_text: Mapped[str] = mapped_column(Text, default="")
    value_known_how: Mapped[str] = mapped_column(Text, default="")
    evaluated: Mapped[bool | None]
    for_whom: Mapped[str] = mapped_column(Text, default="")
    resources: Mapped[str] = mapped_column(Text, default="")
    core: Mapped[str] = mapped_column(Text, default="")
    adaptable: Mapped[str] = mapped_column(Text, default="")
    conditions: Mapped[str] = mapped_column(Text, default="")
    dead_ends: Mapped[str] = mapped_column(Text, default="")
    suppliers: Mapped[str] = mapped_column(Text, default="")
    links: Mapped[str] = mapped_column(Text, default="")
    stage: Mapped[Stage | None] = mapped_column(WordType(Stage))
    developed_on: Mapped[date | None]
    implemented_on: Mapped[date | None]
    value_shown_on: Mapped[date | None]
    value_evidence: Mapped[str] = mapped_column(Text, default="")
    flagged_not_proven: Mapped[bool] = mapped_column(default=False)
    approved_at: Mapped[datetime | None]
    approved_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    published_at: Mapped[datetime | None]
    paused_until: Mapped[date | None]
    source_url: Mapped[str] = mapped_column(String(1000), default="")
    source_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    merged_into_id: Mapped[UUID | None] = mapped_column(ForeignKey("solutions.id"))


class TextVersion(HasId, Base):
    """One version of a text as it was, so that an old suggestion can be explained and a change measured."""

    __tablename__ = "text_versions"
    __table_args__ = (Index("uq_text_versions_subject", "lifecycle", "subject_id", "version", unique=True),)

    lifecycle: Mapped[Lifecycle] = mapped_column(WordType(Lifecycle))
    subject_id: Mapped[UUID]
    version: Mapped[int]
    fields: Mapped[dict[str, Any]]
    written_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    written_at: Mapped[datetime]
