"""Alembic's entry: runs the migrations on the database that the caller named."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import create_engine

from app.store.base import UtcDateTime, WordType
from app.store.models import Base


def plain_type(kind: str, thing: Any, _context: object) -> str | Literal[False]:  # noqa: ANN401 - alembic's hook
    """Write our own types as the plain ones they are stored as: a migration must not change with the code."""
    if kind == "type" and isinstance(thing, WordType):
        return f"sa.String(length={thing.impl.length})"
    if kind == "type" and isinstance(thing, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


engine = create_engine(context.config.attributes["database_url"])
with engine.begin() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=plain_type,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
