"""Child processes are watched, started again, stopped, and never outlive the process that started them."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.demo.children import EARLY_ENDS_ALLOWED, ChildFailedError, Children, WhenItEnds

ROOT = Path(__file__).parents[2]
SLEEPER = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)"]
FAILING = [sys.executable, "-c", "print('the reason'); raise SystemExit(7)"]

STARTER = """
import sys, time
from pathlib import Path
from app.demo.children import Children, WhenItEnds
children = Children({}, Path(sys.argv[1]), print)
children.start("sleeper", [sys.executable, "-c", "import os, time; print(os.getpid(), flush=True); time.sleep(60)"],
               WhenItEnds.START_AGAIN)
time.sleep(60)
"""


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def children(tmp_path: Path, said: list[str]) -> Iterator[Children]:
    family = Children(dict(os.environ), tmp_path, said.append)
    yield family
    family.stop()


def test_a_killed_child_is_started_again_and_the_terminal_says_so(children: Children, said: list[str]) -> None:
    children.start("worker", SLEEPER, WhenItEnds.START_AGAIN)
    first = _pid(children)
    children.kill("worker")
    _wait_until(lambda: bool(_tended(children) and said))
    assert "worker was ended by SIGKILL, it is started again" in said[0]
    _wait_until(lambda: _tended(children) and children._children[0].process is not None)
    assert _pid(children) != first


def test_a_child_that_never_comes_up_is_given_up_with_the_end_of_its_log(children: Children, said: list[str]) -> None:
    children.start("worker", FAILING, WhenItEnds.START_AGAIN)
    with pytest.raises(ChildFailedError, match=r"(?s)worker ended with code 7.*the reason"):
        _wait_until(lambda: not _tended(children, hurried=True))
    assert len(said) == EARLY_ENDS_ALLOWED


def test_the_end_of_the_web_server_ends_the_run(children: Children) -> None:
    children.start("web", FAILING, WhenItEnds.STOP_ALL)
    with pytest.raises(ChildFailedError, match="web ended with code 7"):
        _wait_until(lambda: not _tended(children))


def test_a_job_may_end_well_but_not_badly(children: Children) -> None:
    children.start("demo-data", [sys.executable, "-c", ""], WhenItEnds.FINE)
    _wait_until(lambda: _tended(children) and children._children[0].process is None)
    children.start("other-data", FAILING, WhenItEnds.FINE)
    with pytest.raises(ChildFailedError, match="other-data ended with code 7"):
        _wait_until(lambda: not _tended(children))


def test_stopping_takes_the_childrens_children_too(children: Children, tmp_path: Path) -> None:
    nested = "import subprocess, sys; print(subprocess.Popen(['sleep', '60']).pid, flush=True); sys.stdin.read()"
    stubborn = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {nested}; import time; time.sleep(60)"
    children.start("worker", [sys.executable, "-c", stubborn], WhenItEnds.START_AGAIN)
    log = tmp_path / "worker.log"
    _wait_until(lambda: log.read_text().endswith("\n"))
    started = time.monotonic()
    children.stop()
    assert time.monotonic() - started < 6
    _wait_until(lambda: not _runs(int(log.read_text())))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent is gone")
def test_children_end_when_the_starter_is_killed_outright(tmp_path: Path) -> None:
    starter = subprocess.Popen([sys.executable, "-c", STARTER, tmp_path], cwd=ROOT)
    log = tmp_path / "sleeper.log"
    _wait_until(lambda: log.exists() and log.read_text().endswith("\n"))
    child = int(log.read_text())
    assert _runs(child)
    starter.kill()
    starter.wait(10)
    _wait_until(lambda: not _runs(child))


def _pid(children: Children) -> int:
    return children._children[0].live_process.pid


def _tended(children: Children, *, hurried: bool = False) -> bool:
    children.tend()
    if hurried:
        for child in children._children:
            child.start_again_at = min(child.start_again_at, time.monotonic())
    return True


def _runs(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def _wait_until(holds: Callable[[], bool], timeout_seconds: float = 15.0) -> None:
    deadline = time.monotonic() + timeout_seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.02)
