"""Child processes that live and die with this one: started, watched, started again, stopped."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path

TOLD_LOG_LINES = 15
LONGEST_WAIT_SECONDS = 8.0
# an end within this time after the start counts as "does not come up"; so many of these in a row and we give up
EARLY_SECONDS = 20.0
EARLY_ENDS_ALLOWED = 3
STOP_SECONDS = 4.0

_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG = 1


class WhenItEnds(Enum):
    """What the end of a child means."""

    START_AGAIN = auto()  # it carries no state of its own
    STOP_ALL = auto()  # without it the rest is of no use
    FINE = auto()  # it has a job that ends; only a failure is a failure


class ChildFailedError(Exception):
    """A child ended that should not have; the message names it and shows the end of its log."""


@dataclass
class Child:
    """One child process and what is known about it."""

    name: str
    command: Sequence[str]
    when_it_ends: WhenItEnds
    log: Path
    pass_fds: tuple[int, ...] = ()
    process: "subprocess.Popen[bytes] | None" = None
    started_at: float = 0.0
    start_again_at: float = 0.0
    early_ends: int = 0

    @property
    def live_process(self) -> "subprocess.Popen[bytes]":
        """Return the process; raises RuntimeError where the child has none now."""
        if self.process is None:
            raise RuntimeError(f"{self.name} is not running")
        return self.process

    def log_end(self) -> str:
        """Return the last lines of its log, indented."""
        lines = self.log.read_text(errors="replace").splitlines()[-TOLD_LOG_LINES:]
        return "\n".join(f"    {line}" for line in lines)


@dataclass
class Children:
    """All child processes of this one.

    `say` gets the sentences for the terminal; what the children print goes to one file each in `logs`.
    """

    environment: dict[str, str]
    logs: Path
    say: Callable[[str], None]
    _children: list[Child] = field(default_factory=list)

    def start(
        self, name: str, command: Sequence[str], when_it_ends: WhenItEnds, *, pass_fds: tuple[int, ...] = ()
    ) -> None:
        """Start a child; its log begins anew."""
        self.logs.mkdir(parents=True, exist_ok=True)
        log = self.logs / f"{name}.log"
        log.unlink(missing_ok=True)
        child = Child(name, command, when_it_ends, log, pass_fds)
        self._children.append(child)
        self._spawn(child)

    def tend(self) -> None:
        """Look after the children once: start again what may, raise ChildFailedError for what must not end."""
        now = time.monotonic()
        for child in self._children:
            if child.process is None:
                if child.start_again_at and now >= child.start_again_at:
                    self._spawn(child)
                continue
            code = child.process.poll()
            if code is not None:
                _bury(child)
                self._decide(child, code, now)

    def kill(self, name: str) -> None:
        """Kill one child, if it runs; what then happens is what happens at its end."""
        for child in self._children:
            if child.name == name and child.process is not None:
                child.process.kill()

    def stop(self, *, last: Sequence[str] = ()) -> None:
        """Stop all children, those named in `last` when nobody needs them any more; kill what does not stop in time."""
        for stage in (
            [child for child in self._children if child.name not in last],
            [child for child in self._children if child.name in last],
        ):
            running = [child for child in stage if child.process is not None]
            for child in running:
                child.live_process.terminate()
            deadline = time.monotonic() + STOP_SECONDS
            for child in running:
                try:
                    child.live_process.wait(max(0.0, deadline - time.monotonic()))
                except subprocess.TimeoutExpired:
                    self.say(f"{child.name} does not stop, it is killed")
                _bury(child)

    def _spawn(self, child: Child) -> None:
        with child.log.open("ab") as log:
            # a process group of its own: the terminal's Ctrl-C reaches only this process, which stops the rest in order
            child.process = subprocess.Popen(  # noqa: S603 - the commands are ours
                child.command,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=child.pass_fds,
                start_new_session=True,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - this process has one thread
            )
        child.started_at = time.monotonic()

    def _decide(self, child: Child, code: int, now: float) -> None:
        how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
        if child.when_it_ends is WhenItEnds.FINE and code == 0:
            return
        child.early_ends = child.early_ends + 1 if now - child.started_at < EARLY_SECONDS else 0
        if child.when_it_ends is not WhenItEnds.START_AGAIN or child.early_ends > EARLY_ENDS_ALLOWED:
            raise ChildFailedError(f"{child.name} {how}. The end of {child.log}:\n{child.log_end()}")
        wait = min(LONGEST_WAIT_SECONDS, 0.5 * 2.0**child.early_ends)
        child.start_again_at = now + wait
        self.say(f"{child.name} {how}, it is started again in {wait:.0f} s (see {child.log})")


def end_with_parent(number: signal.Signals) -> None:
    """Ask the kernel to send this process a signal when the one that started it is gone. Linux only."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, number)


def _die_with_parent() -> None:
    # the hard way: a worker that is asked politely goes on looking for a broker that has gone too
    end_with_parent(signal.SIGKILL)


def _bury(child: Child) -> None:
    """Kill what is left of a child's process group, and forget the process."""
    process = child.live_process
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    child.process = None
