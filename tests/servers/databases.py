"""Databases for tests: migrated once a run into a template, of which every test gets its own copy."""

import fcntl
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
from sqlalchemy import URL, make_url

from tests.servers.client import run_folder, server_url
from tests.servers.programs import database_prefix


def migrate(url: str) -> None:
    """Bring the database behind `url` to the newest schema."""
    from app.store.migrate import upgrade  # noqa: PLC0415 - tests of the rules need no SQLAlchemy

    upgrade(url)


@contextmanager
def postgres_copy(*, migrated: bool = True) -> Iterator[str]:
    """Give the URL of a new PostgreSQL database, with all tables and no rows; it is dropped afterwards."""
    server = make_url(server_url("postgres"))
    name = f"{database_prefix(run_folder())}{uuid4().hex[:12]}"
    if migrated:
        _create(server, name, template=_postgres_template(server))
    else:
        _create(server, name)
    yield _database_url(server, name)
    _execute(server, f'drop database "{name}" with (force)')


def sqlite_copy(folder: Path, *, migrated: bool = True) -> str:
    """Return the URL of a new SQLite database in `folder`, with all tables and no rows."""
    target = folder / f"{uuid4().hex[:12]}.db"
    if migrated:
        shutil.copyfile(_sqlite_template(), target)
    return f"sqlite:///{target}"


def _sqlite_template() -> Path:
    finished = run_folder() / "template.db"
    with _one_at_a_time("sqlite"):
        if not finished.exists():
            building = run_folder() / "building.db"
            migrate(f"sqlite:///{building}")
            # what still stands in the write-ahead log belongs to the copy too
            with sqlite3.connect(building) as connection:
                connection.execute("pragma wal_checkpoint(truncate)")
            connection.close()
            building.rename(finished)
    return finished


def _postgres_template(server: URL) -> str:
    name = f"{database_prefix(run_folder())}template"
    finished = run_folder() / "template-in-postgres"
    with _one_at_a_time("postgres"):
        if not finished.exists():
            _create(server, name)
            migrate(_database_url(server, name))
            # a database that somebody is connected to cannot be copied
            _execute(server, "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", name)
            finished.touch()
    return name


def _create(server: URL, name: str, template: str = "template0") -> None:
    _execute(server, f'create database "{name}" template "{template}"')


def _execute(server: URL, statement: str, *values: str) -> None:
    address = server.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement.encode(), values or None)


def _database_url(server: URL, name: str) -> str:
    return server.set(database=name).render_as_string(hide_password=False)


@contextmanager
def _one_at_a_time(name: str) -> Iterator[None]:
    """Hold a lock among all test processes of this run."""
    with (run_folder() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
