"""How a test process asks the run's keeper for servers."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NoReturn

import pytest

# pytest's main process hands the keeper's folder to the processes of pytest-xdist in the environment
FOLDER_VARIABLE = "GENKLANG_TEST_FOLDER"
CONNECT_SECONDS = 20.0
STOP_SECONDS = 30.0


def start_keeper() -> "subprocess.Popen[bytes]":
    """Start the keeper of this run; it stops when its standard input is closed."""
    # unix socket paths end at 107 bytes, so a deep TMPDIR will not do
    parent = tempfile.gettempdir() if len(tempfile.gettempdir()) < 60 else "/tmp"  # noqa: S108
    folder = Path(tempfile.mkdtemp(prefix="gk-", dir=parent))
    folder.chmod(0o711)  # PostgreSQL runs as another user where the tests run as root
    os.environ[FOLDER_VARIABLE] = str(folder)
    return subprocess.Popen(
        [sys.executable, "-m", "tests.servers.keeper", folder],
        cwd=Path(__file__).parents[2], stdin=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip


def stop_keeper(keeper: "subprocess.Popen[bytes]") -> None:
    """Let the keeper stop its servers, and wait until it has."""
    assert keeper.stdin is not None
    keeper.stdin.close()
    keeper.wait(STOP_SECONDS)
    del os.environ[FOLDER_VARIABLE]


def run_folder() -> Path:
    """Return the folder that all test processes of this run share and the keeper removes."""
    return Path(os.environ[FOLDER_VARIABLE])


def ask(question: dict[str, Any]) -> dict[str, Any]:
    """Put one question to the keeper and return its answer; raises OSError where there is no keeper."""
    deadline = time.monotonic() + CONNECT_SECONDS
    with socket.socket(socket.AF_UNIX) as connection:
        while True:
            try:
                connection.connect(str(run_folder() / "keeper.sock"))
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
        with connection.makefile("rw") as lines:
            lines.write(json.dumps(question) + "\n")
            lines.flush()
            answer: dict[str, Any] = json.loads(lines.readline())
            return answer


def server_url(name: str) -> str:
    """Return the URL of the run's postgres, redis or valkey; fails the test, with the remedy, where there is none."""
    answer = ask({"want": name})
    if "missing" in answer:
        report_missing(name, answer["missing"])
    return str(answer["url"])


def tell_met(name: str, version: str, origin: str) -> None:
    """Tell for the summary which server a test process met that it started itself."""
    ask({"met": [name, version, origin]})


def report_missing(name: str, remedy: str) -> NoReturn:
    """Fail the test because a server is missing; skip it only where ALLOW_MISSING names the server."""
    if name in os.environ.get("ALLOW_MISSING", "").split(","):
        pytest.skip(f"{name} is missing, which ALLOW_MISSING allows. {remedy}")
    pytest.fail(f"{remedy}\nTo run without: ALLOW_MISSING={name} make test", pytrace=False)
