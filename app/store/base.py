"""What every table shares: the declarative base and the column types that behave alike on both databases."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID, uuid4

from sqlalchemy import JSON, DateTime, Dialect, MetaData, String, Uuid
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from sqlalchemy.types import TypeDecorator

Word = TypeVar("Word", bound=StrEnum)
WORD_LENGTH = 40


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC moment. SQLite drops time zones, so they are taken off and put on here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive moments; store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}: moments are stored in UTC")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return an aware UTC moment."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class WordType(TypeDecorator[Word], Generic[Word]):
    """A word from a closed list of the vocabulary, stored as its value."""

    impl = String(WORD_LENGTH)
    cache_ok = True

    def __init__(self, words: type[Word]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: Word | str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Refuse a word that is not in the list."""
        return None if value is None else self.words(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> Word | None:  # noqa: ARG002
        """Return the enum's member."""
        return None if value is None else self.words(value)


class Base(DeclarativeBase):
    """The declarative base. Names of constraints are fixed, so that migrations can find them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime,
        UUID: Uuid,
        list[str]: JSON,
        dict[str, Any]: JSON,
    }


class HasId:
    """A random id as primary key."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)


class Guarded:
    """The guard against stale writes."""

    revision: Mapped[int]

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - SQLAlchemy hands over the class
        """Every write checks the revision it has read."""
        return {"version_id_col": cls.revision}
