"""A worker without a broker: looks into the database itself and works off what is due.

    python -m workers.alone

Started by the relay while the broker is away; ends when its standard input does, so that it never outlives the
worker that started it. A process of its own: the worker's main process must not load what its children fork.
"""

import logging
import subprocess
import sys
import threading
import time

from app.use_cases import deliveries, timers
from config.settings import load
from workers.drain import LANES, MAIL, drain
from workers.logs import log_as_json
from workers.runtime import Runtime, runtime
from workers.schedule import JOB_SECONDS, TIMER_SECONDS

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.5
# A drain of one lane must not keep the others waiting for long.
TURN_SECONDS = 3.0
SWEEP_SECONDS = 5.0
STOP_SECONDS = 12.0


class HelperProcess:
    """The worker without a broker as a child process of the relay's."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, unless it runs."""
        if self._process is None or self._process.poll() is not None:
            command = [sys.executable, "-m", "workers.alone"]
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE)  # noqa: S603 - our own module

    def stop(self) -> None:
        """Let it finish the row in hand and end; kill it when it does not."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class _Rounds:
    """What is done how often."""

    def __init__(self, parts: Runtime) -> None:
        self._runtime = parts
        self._last: dict[str, float] = {}

    def go(self) -> None:
        """Go one round: the lanes in which something is due, and what is done by the clock."""
        with self._runtime.database.reading() as uow:
            lanes, mail_is_due = deliveries.due_lanes(uow)
        due = {*(lane.value for lane in lanes), *([MAIL] if mail_is_due else [])}
        for lane in LANES:
            if self._is_time(lane, SWEEP_SECONDS) or lane in due:
                drain(self._runtime, lane, seconds=TURN_SECONDS)
        if self._is_time("timers", TIMER_SECONDS):
            timers.run_due_timers(self._runtime.database)
        if self._is_time("jobs", JOB_SECONDS):
            timers.run_due_jobs(self._runtime.database)

    def _is_time(self, what: str, seconds: float) -> bool:
        now = time.monotonic()
        if now - self._last.get(what, float("-inf")) < seconds:
            return False
        self._last[what] = now
        return True


def main() -> None:
    """Work until standard input ends."""
    log_as_json(load().log_level)
    ended = threading.Event()

    def wait_for_the_end() -> None:
        sys.stdin.buffer.read()
        ended.set()

    threading.Thread(target=wait_for_the_end, daemon=True).start()
    rounds = _Rounds(runtime())
    while not ended.is_set():
        try:
            rounds.go()
        except Exception:
            log.exception("a round failed")
        ended.wait(LOOK_SECONDS)


if __name__ == "__main__":
    main()
