"""Bring a database to the newest schema, and say whether it is there."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

SCRIPTS = Path(__file__).parent / "migrations"


def configuration(database_url: str) -> Config:
    """Return alembic's configuration for `database_url`."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("path_separator", "os")
    config.attributes["database_url"] = database_url
    return config


def upgrade(database_url: str) -> None:
    """Bring the database to the newest schema; does nothing when it is there already."""
    command.upgrade(configuration(database_url), "head")


def newest_revision() -> str | None:
    """Return the revision that the code expects."""
    return ScriptDirectory(str(SCRIPTS)).get_current_head()


def present_revision(database_url: str) -> str | None:
    """Return the revision that the database is at; None before the first migration."""
    engine = create_engine(database_url)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()
