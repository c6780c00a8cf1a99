"""Organisations, workplaces, accounts, and who is signed in."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.vocabulary import Language, OrganisationKind, Region, Sector, SizeBucket, WorkRole
from app.store.base import Base, HasId, WordType


class Organisation(HasId, Base):
    """A legal body: kommune, region, state agency, private company."""

    __tablename__ = "organisations"

    name: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[OrganisationKind] = mapped_column(WordType(OrganisationKind))
    region: Mapped[Region | None] = mapped_column(WordType(Region))
    cvr: Mapped[str | None] = mapped_column(String(8), unique=True)
    aliases: Mapped[list[str]] = mapped_column(default=list)
    created_at: Mapped[datetime]


class Workplace(HasId, Base):
    """Where work is done; owns problems and solutions. The capacity is what it takes on as an owner."""

    __tablename__ = "workplaces"
    __table_args__ = (Index("uq_workplaces_organisation_id_name", "organisation_id", "name", unique=True),)

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    name: Mapped[str] = mapped_column(String(200))
    sector: Mapped[Sector | None] = mapped_column(WordType(Sector))
    size: Mapped[SizeBucket | None] = mapped_column(WordType(SizeBucket))
    region: Mapped[Region | None] = mapped_column(WordType(Region))
    capacity_at_a_time: Mapped[int] = mapped_column(default=2)
    capacity_per_quarter: Mapped[int] = mapped_column(default=6)
    created_at: Mapped[datetime]


class Account(HasId, Base):
    """A person who signs in. email: normalised, lower case."""

    __tablename__ = "accounts"

    email: Mapped[str] = mapped_column(String(254), unique=True)
    display_name: Mapped[str] = mapped_column(String(120))
    phone: Mapped[str] = mapped_column(String(40), default="")
    password_hash: Mapped[str] = mapped_column(String(200))
    roles: Mapped[list[str]] = mapped_column(default=list)
    work_role: Mapped[WorkRole | None] = mapped_column(WordType(WorkRole))
    language: Mapped[Language] = mapped_column(WordType(Language), default=Language.DANISH)
    email_verified_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    digest_wanted: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class Membership(Base):
    """An account is a contact of a workplace."""

    __tablename__ = "memberships"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    workplace_id: Mapped[UUID] = mapped_column(ForeignKey("workplaces.id"), primary_key=True, index=True)
    created_at: Mapped[datetime]


class SignIn(Base):
    """Somebody is signed in. token_digest: SHA-256 of the secret in the browser's cookie."""

    __tablename__ = "sign_ins"

    token_digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class KeptForm(HasId, Base):
    """What somebody had typed when the sign-in ran out; shown again once and then forgotten."""

    __tablename__ = "kept_forms"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    path: Mapped[str] = mapped_column(String(300))
    fields: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
