"""Take what is due out of the database, one row after the other, until nothing is or the time is up."""

import fcntl
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from app.domain.errors import DomainError
from app.store.outbox import Lane
from app.store.people import Account
from app.use_cases import deliveries, heartbeats
from app.use_cases.deliveries import Claim
from app.use_cases.notify import happened_of, still_holds
from app.use_cases.scenes import Happened
from workers.handlers import Handler, handlers_of
from workers.logs import described
from workers.mailer import CONVERSATION_SECONDS, PATIENT_SECONDS, Connection, LaneDownError, Outcome, Result
from workers.runtime import Runtime

log = logging.getLogger(__name__)

MAIL = "mail"
LANES = (*(lane.value for lane in Lane), MAIL)
# A drain ends after this long, to let others have the process; what is left is rung for again.
DRAIN_SECONDS = 10.0
SLOW_LEASE = timedelta(seconds=4 * PATIENT_SECONDS)


def drain(runtime: Runtime, lane: str, *, seconds: float = DRAIN_SECONDS) -> int:
    """Work off `lane` (a lane of events, or "mail"); return how many rows were dealt with.

    On one machine one drain of a lane at a time: a second one would compete for the same processor.
    """
    with _alone(runtime, lane) as alone:
        if not alone:
            return 0
        with runtime.database.transaction() as uow:
            heartbeats.beat(uow, drain_part(lane))
            if poisoned := deliveries.set_poison_aside(uow):
                log.error("%s rows were put aside: their workers died on them", poisoned)
        deadline = time.monotonic() + seconds
        return _send_mails(runtime, deadline) if lane == MAIL else _handle_messages(runtime, Lane(lane), deadline)


def drain_part(lane: str) -> str:
    """Return the name under which a drain of `lane` gives signs of life."""
    return f"drain_{lane}"


def _handle_messages(runtime: Runtime, lane: Lane, deadline: float) -> int:
    count = 0
    while time.monotonic() < deadline:
        with runtime.database.transaction() as uow:
            claimed = deliveries.claim_message(uow, lane=lane)
        if claimed is None:
            break
        claim, message = claimed
        count += 1
        _handle(runtime, claim, happened_of(message))
    return count


def _handle(runtime: Runtime, claim: Claim, happened: Happened) -> None:
    try:
        for handler in handlers_of(happened.name):
            _run(runtime, handler, happened)
    except Exception as error:  # noqa: BLE001 - whatever it was, the row says so and is tried again
        kind = f"{type(error).__name__} {error.code}" if isinstance(error, DomainError) else type(error).__name__
        log.warning("event %s %s failed: %s", happened.name, happened.id, described((type(error), error, None)))
        with runtime.database.transaction() as uow:
            deliveries.retry_later(uow, claim, error=kind)
        return
    with runtime.database.transaction() as uow:
        deliveries.finish(uow, claim)


def _run(runtime: Runtime, handler: Handler, happened: Happened) -> None:
    if handler.prepare is not None:
        with runtime.database.reading() as uow:
            handler.prepare(uow, runtime, happened)
    with runtime.database.transaction() as uow:
        if deliveries.begin_handling(uow, message_id=happened.id, handler=handler.name):
            handler.act(uow, runtime, happened)


def _send_mails(runtime: Runtime, deadline: float) -> int:
    with runtime.database.transaction() as uow:
        lane = heartbeats.enter_mail_lane(uow)
        anything_due = deliveries.due_lanes(uow)[1]
    if not lane.is_open or not anything_due:
        return 0
    post = _Post(runtime, is_probe=lane.is_probe)
    try:
        while time.monotonic() < deadline and post.send_one():
            pass
    finally:
        post.close()
    return post.count


class _Post:
    """One drain of the mail lane: a connection, opened when it is needed and again when the server closed it."""

    def __init__(self, runtime: Runtime, *, is_probe: bool) -> None:
        self._runtime = runtime
        self._is_probe = is_probe
        self._connection: Connection | None = None
        self.count = 0

    def send_one(self) -> bool:
        """Send the mail that has been due longest; False when there is none or the server is away."""
        connection = self._connected()
        if connection is None:
            return False
        with self._runtime.database.transaction() as uow:
            claimed = deliveries.claim_mail(uow, slow_lease=SLOW_LEASE)
            if claimed is None:
                return False
            claim, mail = claimed
            # Right before sending: what has become untrue since it was written is not told.
            if mail.mime is None or not still_holds(uow, mail):
                deliveries.supersede(uow, claim)
                return True
            receiver = uow.session.get_one(Account, mail.account_id).email
        is_slow = claim.last_error == deliveries.NO_ANSWER
        result = connection.send(
            mail.mime, receiver=receiver, seconds=PATIENT_SECONDS if is_slow else CONVERSATION_SECONDS
        )
        self.count += 1
        return self._settle(claim, mail.id, result, connection)

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connected(self) -> Connection | None:
        if self._connection is None or not self._connection.is_open:
            try:
                self._connection = self._runtime.mailer.connect()
            except LaneDownError as down:
                self._pause(str(down))
                return None
        return self._connection

    def _settle(self, claim: Claim, mail_id: UUID, result: Result, connection: Connection) -> bool:
        """Write the outcome; return whether to go on with the next mail."""
        with self._runtime.database.transaction() as uow:
            match result.outcome:
                case Outcome.SENT:
                    deliveries.finish(uow, claim)
                    if self._is_probe:
                        heartbeats.resume_mail_lane(uow)
                        self._is_probe = False
                case Outcome.LATER:
                    deliveries.retry_later(uow, claim, error=result.error)
                case Outcome.SILENT:
                    deliveries.retry_later(uow, claim, error=deliveries.NO_ANSWER)
                case Outcome.NEVER:
                    deliveries.give_up(uow, claim, error=result.error)
                case Outcome.LANE_DOWN:
                    # A connection that carried mails before may have had its share: the next one tells.
                    is_worn = connection.sent > 0
                    wait = timedelta(0) if is_worn else heartbeats.PAUSE * 2
                    deliveries.put_back(uow, claim, error=result.error, wait=wait)
        if result.outcome is not Outcome.SENT:
            log.warning("mail %s: %s %s", mail_id, result.outcome, result.error)
        if result.outcome is not Outcome.LANE_DOWN:
            return True
        self.close()
        if not is_worn:
            self._pause(result.error)
        return is_worn

    def _pause(self, error: str) -> None:
        log.error("the mail server cannot be used (%s), next try in %s", error, heartbeats.PAUSE)
        with self._runtime.database.transaction() as uow:
            heartbeats.pause_mail_lane(uow)


@contextmanager
def _alone(runtime: Runtime, lane: str) -> Iterator[bool]:
    """Hold the lane on this machine; the kernel lets go of it when the process dies."""
    folder = runtime.var / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / lane).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
