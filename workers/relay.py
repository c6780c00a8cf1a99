"""Looks into the database twice a second and rings when something is due.

One doorbell per wake-up, not per row: a drain takes all that is due, and while a ring is unanswered no second one
is sent. When the broker cannot be reached, or nobody answers, a helper process does the work without it.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from app.store.unit_of_work import Database
from app.use_cases import deliveries, heartbeats
from workers.drain import MAIL, drain_part

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.5
AFTER_A_FAILURE_SECONDS = 2.0
BEAT_EVERY = timedelta(seconds=5)
# A ring that no drain answered by then is taken as lost; the message itself runs out at the same time.
RING_LIVES = timedelta(seconds=10)
# A lane that was quiet so long is rung although nothing is due, to see that somebody answers.
QUIET = timedelta(seconds=10)
# After a broker has failed it is left in peace so long.
BROKER_REST = timedelta(seconds=5)
# Rows that are due so long without any drain: nobody listens, whatever the broker says.
STARVED = timedelta(seconds=15)
# A helper that was started stays at least so long, so that it does not come and go.
HELPER_STAYS = timedelta(seconds=30)
# Without a drain for so long the worker does not say that it is alive, and its supervisor may start it anew.
ALIVE = timedelta(seconds=60)


class Helper(Protocol):
    """What does the work when no doorbell is answered."""

    def start(self) -> None:
        """Begin, unless it has begun."""

    def stop(self) -> None:
        """End, if it has begun."""


class BrokerAwayError(Exception):
    """The doorbell could not be rung."""


class Relay:
    """The watch over `lanes`. ring: rings one lane's doorbell, raises BrokerAwayError."""

    def __init__(
        self, database: Database, lanes: Sequence[str], *, ring: Callable[[str], None], helper: Helper
    ) -> None:
        self._database = database
        self._lanes = tuple(lanes)
        self._ring = ring
        self._helper = helper
        self._rung_at: dict[str, datetime] = {}
        self._due_since: dict[str, datetime] = {}
        self._broker_failed_at: datetime | None = None
        self._helper_since: datetime | None = None
        self._beat_at: datetime | None = None

    def look(self) -> None:
        """Look once, and ring where something is due."""
        with self._database.reading() as uow:
            now, beats = uow.database_now(), heartbeats.beats(uow)
            lanes, mail_is_due = deliveries.due_lanes(uow)
            due = {lane.value for lane in lanes}
            if mail_is_due and not heartbeats.mail_lane_is_paused(uow):
                due.add(MAIL)
        answered = {lane: beats.get(drain_part(lane)) for lane in self._lanes}
        for lane in self._lanes:
            self._look_at(lane, answered[lane], now, is_due=lane in due)
        self._mind_helper(now)
        self._say_alive([beat for beat in answered.values() if beat is not None], now)

    def _look_at(self, lane: str, answered_at: datetime | None, now: datetime, *, is_due: bool) -> None:
        rung_at = self._rung_at.get(lane)
        if rung_at is not None and ((answered_at and answered_at > rung_at) or now - rung_at > RING_LIVES):
            del self._rung_at[lane]
            rung_at = None
        self._note_starving(lane, answered_at, now, is_due=is_due)
        is_quiet = answered_at is None or now - answered_at > QUIET
        if rung_at is not None or not (is_due or is_quiet):
            return
        if self._broker_failed_at is not None and now - self._broker_failed_at < BROKER_REST:
            return
        try:
            self._ring(lane)
        except BrokerAwayError as away:
            log.warning("the broker does not take a ring: %s", away)
            self._broker_failed_at = now
        else:
            self._broker_failed_at = None
            self._rung_at[lane] = now

    def _note_starving(self, lane: str, answered_at: datetime | None, now: datetime, *, is_due: bool) -> None:
        since = self._due_since.get(lane)
        if not is_due:
            self._due_since.pop(lane, None)
        elif since is None or (answered_at is not None and answered_at > since):
            self._due_since[lane] = now

    def _mind_helper(self, now: datetime) -> None:
        starved = any(now - since > STARVED for since in self._due_since.values())
        if self._broker_failed_at is not None or starved:
            if self._helper_since is None:
                log.warning("working without the broker: %s", "nobody answers" if starved else "it is away")
                self._helper_since = now
            self._helper.start()
        elif self._helper_since is not None and now - self._helper_since > HELPER_STAYS:
            log.info("working with the broker again")
            self._helper.stop()
            self._helper_since = None

    def _say_alive(self, answered: list[datetime], now: datetime) -> None:
        if self._beat_at is not None and now - self._beat_at < BEAT_EVERY:
            return
        if not answered or now - max(answered) > ALIVE:
            return
        with self._database.transaction() as uow:
            heartbeats.beat(uow, heartbeats.WORKER)
        self._beat_at = now


class RelayThread:
    """Keeps a relay looking until it is stopped; nothing that goes wrong in one round ends it."""

    def __init__(self, relay: Relay, helper: Helper) -> None:
        self._relay = relay
        self._helper = helper
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="relay", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Stop looking, and the helper with it."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=LOOK_SECONDS * 10)
        self._helper.stop()

    def _run(self) -> None:
        while not self._stopping.is_set():
            began, wait = time.monotonic(), LOOK_SECONDS
            try:
                self._relay.look()
            except Exception:
                log.exception("the relay could not look")
                wait = AFTER_A_FAILURE_SECONDS
            self._stopping.wait(max(0.0, wait - (time.monotonic() - began)))
