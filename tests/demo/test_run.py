"""`make run` from the outside: the page and the worker come up, Ctrl-C leaves nothing, a death is told."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.demo.logins import DEMO_LOGINS

ROOT = Path(__file__).parents[2]
READY_SECONDS = 90.0
STOP_SECONDS = 8.0


@dataclass
class Run:
    """A running supervisor with its own var/ and its own folder for temporary files."""

    process: "subprocess.Popen[bytes]"
    port: int
    var: Path
    temporary: Path
    output: Path

    def ready(self) -> dict[str, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as answer:
                told: dict[str, str] = json.load(answer)
                return told
        except OSError:
            return {}

    def is_ready(self) -> bool:
        assert self.process.poll() is None, self.output.read_text()
        return self.ready() == {"database": "ok", "worker": "ok"}

    def processes(self) -> dict[int, str]:
        """Return all live processes that know this run's var/ or are in it, with their command lines."""
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                state = re.search(r"^State:\t(\w)", (folder / "status").read_text(), re.MULTILINE)
                environment = (folder / "environ").read_bytes()
                place = (folder / "cwd").readlink()
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            # Valkey writes over its environment, but is in the folder of its data
            ours = f"GENKLANG_VAR={self.var}\0".encode() in environment or place.is_relative_to(self.var)
            if ours and state and state.group(1) != "Z":
                found[int(folder.name)] = command
        return found

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        os.killpg(self.process.pid, number)
        return self.process.wait(STOP_SECONDS)


@contextmanager
def started(folder: Path, port: int) -> Iterator[Run]:
    var, temporary, output = folder / "var", folder / "tmp", folder / "output"
    temporary.mkdir(exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GENKLANG_")}
    environment = kept | {"PORT": str(port), "GENKLANG_VAR": str(var), "TMPDIR": str(temporary)}
    with output.open("wb") as told:
        process = subprocess.Popen(
            [sys.executable, "-m", "app.demo.run"],
            cwd=ROOT, env=environment, stdout=told, stderr=told, start_new_session=True,
        )  # fmt: skip
    run = Run(process, port, var, temporary, output)
    try:
        yield run
    finally:
        for pid in run.processes():
            os.kill(pid, signal.SIGKILL)
        process.wait(STOP_SECONDS)


def test_all_comes_up_survives_deaths_and_an_interrupt_leaves_nothing(tmp_path: Path) -> None:
    port = free_port()
    with started(tmp_path, port) as run:
        wait_until(run.is_ready, READY_SECONDS)
        wait_until(lambda: "The worker is ready too" in run.output.read_text())
        told = run.output.read_text()
        assert f"Open http://127.0.0.1:{port}" in told
        assert f"http://127.0.0.1:{port}/mailbox" in told
        assert all(email in told and password in told for _, email, password in DEMO_LOGINS)
        assert (run.var / "secret_key").stat().st_mode & 0o777 == 0o600

        # a dead broker and a dead worker come back, and the page stays
        for name, part in {"broker": "valkey-server", "worker": "celery_app:celery worker"}.items():
            victim = min(pid for pid, command in run.processes().items() if part in command)
            os.kill(victim, signal.SIGKILL)
            wait_until(lambda name=name: f"{name} was ended by SIGKILL" in run.output.read_text())  # type: ignore[misc]
            wait_until(lambda part=part: any(part in command for command in run.processes().values()))  # type: ignore[misc]
        assert run.ready()["database"] == "ok"

        began = time.monotonic()
        assert run.stop() == 0
        assert time.monotonic() - began < STOP_SECONDS
        assert run.processes() == {}
        assert list(run.temporary.iterdir()) == []
        assert "Stopped." in run.output.read_text()
        assert "Traceback" not in run.output.read_text()

    # what was there is there again, and the dead web server ends the run
    key = (run.var / "secret_key").read_text()
    with started(tmp_path, port) as again:
        wait_until(again.is_ready, READY_SECONDS)
        assert (again.var / "secret_key").read_text() == key
        web = next(pid for pid, command in again.processes().items() if "waitress" in command)
        os.kill(web, signal.SIGKILL)
        assert again.process.wait(STOP_SECONDS) == 1
        assert "web was ended by SIGKILL. The end of" in again.output.read_text()
        assert again.processes() == {}


@pytest.mark.parametrize("moment", ["while it starts", "when it is ready"])
def test_a_killed_supervisor_takes_everything_with_it(moment: str, tmp_path: Path) -> None:
    with started(tmp_path, free_port()) as run:
        wait_until(lambda: len(run.processes()) >= 5, READY_SECONDS)
        if moment == "when it is ready":
            wait_until(run.is_ready, READY_SECONDS)
        run.process.kill()
        wait_until(lambda: run.processes() == {})


def test_a_used_port_is_told_before_anything_starts(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, started(tmp_path, taken.getsockname()[1]) as run:
        assert run.process.wait(READY_SECONDS) == 2
        assert re.search(r"Port \d+ cannot be used .*Take another: PORT=\d+ make run", run.output.read_text())
        assert not run.var.exists()


def test_two_runs_do_not_share_their_data(tmp_path: Path) -> None:
    with started(tmp_path, free_port()) as first:
        wait_until((first.var / "genklang.db").exists, READY_SECONDS)
        second = subprocess.run(
            [sys.executable, "-m", "app.demo.run"], cwd=ROOT, check=False, capture_output=True, text=True,
            env=os.environ | {"PORT": str(free_port()), "GENKLANG_VAR": str(first.var)},
        )  # fmt: skip
        assert second.returncode == 2
        assert "Another `make run` uses" in second.stdout
        assert first.stop(signal.SIGTERM) == 0


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def wait_until(holds: Callable[[], bool], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.1)
