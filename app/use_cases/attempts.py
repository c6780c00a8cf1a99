"""How often something may be tried: guessing is slowed, and nobody's address stands in the table."""

import hashlib
from datetime import UTC, datetime

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite

from app.domain.errors import TooManyAttempts
from app.store.safety import Attempt
from app.store.unit_of_work import UnitOfWork


def count_attempt(uow: UnitOfWork, *, what: str, by: str, limit: int, window_seconds: int) -> int:
    """Count one attempt and return how many there have been in this window of time.

    what: the thing tried; by: who tries (address, e-mail), kept as a digest only. One statement counts, so that
    many processes cannot pass the limit together. Raises TooManyAttempts from attempt `limit` + 1 on; undoing the
    transaction then leaves the count at the limit, where it stays until the window ends.
    """
    window, passed_seconds = divmod(int(uow.now.timestamp()), window_seconds)
    digest = hashlib.sha256(by.encode("utf-8", "surrogatepass")).hexdigest()
    count = _add_one(uow, f"{what}:{digest}:{window}", expires=(window + 1) * window_seconds)
    if count > limit:
        raise TooManyAttempts(f"{what} was tried {count} times", retry_after_seconds=window_seconds - passed_seconds)
    return count


def _add_one(uow: UnitOfWork, bucket: str, *, expires: int) -> int:
    values = {"bucket": bucket, "count": 1, "expires_at": datetime.fromtimestamp(expires, UTC)}
    more = {"count": Attempt.count + 1}
    insert = sqlite.insert if uow.session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(Attempt).values(values).on_conflict_do_update(index_elements=[Attempt.bucket], set_=more)
    return uow.session.execute(statement.returning(Attempt.count)).scalar_one()


def forget_old_attempts(uow: UnitOfWork) -> int:
    """Remove the counts of windows that have ended, and return how many there were."""
    gone = uow.session.execute(delete(Attempt).where(Attempt.expires_at < uow.now))
    return int(getattr(gone, "rowcount", 0))
