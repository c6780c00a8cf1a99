"""One change, one transaction: begun and ended at the door. The only commit() of the project stands here."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Self

from sqlalchemy import Connection, Engine, create_engine, event, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.domain.errors import Conflict
from app.domain.events import Event
from app.store.outbox import Lane, OutboxMessage

BUSY_TIMEOUT_SECONDS = 10
# Somebody else was quicker. Every other broken rule of a table is a mistake of ours and stays an error.
POSTGRES_CONFLICTS = frozenset(
    {
        "23505",  # unique violation
        "40001",  # serialization failure
        "40P01",  # deadlock detected
        "55P03",  # lock not available
    }
)
SQLITE_CONFLICTS = frozenset({"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"})
SQLITE_LOCKED = ("SQLITE_BUSY", "SQLITE_LOCKED")  # and longer names that begin with these


def utc_now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)


class UnitOfWork:
    """What a use case works with: a session, the moment, and the outbox.

    now: the moment of this transaction (aware UTC), the same for everything that happens in it.
    """

    def __init__(self, session: Session, now: datetime) -> None:
        self.session = session
        self.now = now

    def emit(self, happened: Event, *, lane: Lane = Lane.NOTICES) -> None:
        """Write `happened` into the outbox; workers act on it once this transaction has committed."""
        self.session.add(
            OutboxMessage(
                name=happened.name, payload=happened.payload(), lane=lane, next_at=self.now, created_at=self.now
            )
        )

    def database_now(self) -> datetime:
        """Return the database server's clock, on which leases are kept (SQLite has none but this machine's)."""
        if self.session.get_bind().dialect.name == "sqlite":
            return self.now
        moment: datetime = self.session.scalar(select(func.clock_timestamp())) or self.now
        return moment.astimezone(UTC)


class Database:
    """The door to the database. url: names the driver. clock: returns aware UTC; tests put their own."""

    def __init__(self, url: str, *, clock: Callable[[], datetime] = utc_now) -> None:
        self.url = url
        self.clock = clock
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self._writing = self._engine(immediate=True)
        # SQLite: a reader must not queue behind a writer, so it begins without asking for the write lock.
        self._reading = self._engine(immediate=False) if self.is_sqlite else self._writing

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.dispose()

    def _engine(self, *, immediate: bool) -> Engine:
        if not self.is_sqlite:
            settings = "-c statement_timeout=15000 -c lock_timeout=3000 -c idle_in_transaction_session_timeout=30000"
            return create_engine(self.url, pool_pre_ping=True, connect_args={"options": settings})
        engine = create_engine(self.url, connect_args={"timeout": BUSY_TIMEOUT_SECONDS})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_immediate if immediate else _begin_deferred)
        return engine

    @contextmanager
    def transaction(self) -> Iterator[UnitOfWork]:
        """Give a unit of work whose changes are kept when the block ends, and undone when it raises.

        Raises Conflict when somebody else changed the same thing meanwhile, or holds on to it for too long.
        """
        with Session(self._writing, expire_on_commit=False) as session:
            try:
                yield UnitOfWork(session, self.clock())
                session.commit()
            except (StaleDataError, DBAPIError) as error:
                session.rollback()
                if isinstance(error, DBAPIError) and not _is_conflict(error):
                    raise
                raise Conflict("the same thing was changed by somebody else at the same time") from error

    @contextmanager
    def reading(self) -> Iterator[UnitOfWork]:
        """Give a unit of work that only reads; it is always rolled back."""
        with Session(self._reading, autoflush=False) as session:
            try:
                yield UnitOfWork(session, self.clock())
            finally:
                session.rollback()

    def dispose(self, *, close: bool = True) -> None:
        """Forget the pooled connections; close=False in a forked child, whose parent still uses them."""
        self._writing.dispose(close=close)
        self._reading.dispose(close=close)


def _is_conflict(error: DBAPIError) -> bool:
    """Whether the database refused because of what somebody else did at the same time."""
    sqlite_name = getattr(error.orig, "sqlite_errorname", None) or ""
    return (
        getattr(error.orig, "sqlstate", None) in POSTGRES_CONFLICTS
        or sqlite_name in SQLITE_CONFLICTS
        or sqlite_name.startswith(SQLITE_LOCKED)
    )


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - the DBAPI's own object
    connection.isolation_level = None  # SQLAlchemy says BEGIN, not the driver
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        f"busy_timeout={BUSY_TIMEOUT_SECONDS * 1000}",
        "foreign_keys=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: Connection) -> None:
    # The write lock is taken at once: an upgrade later would fail at once, whatever the busy timeout says.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_deferred(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")
