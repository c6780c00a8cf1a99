"""The keeper of one test run's servers: a process that starts each when first asked for, and stops all at the end.

    python -m tests.servers.keeper FOLDER

All test processes of a run (pytest-xdist has several) ask the same keeper, so a server starts once. Its standard input
is a pipe from pytest's main process: when that closes, however pytest ended, the keeper stops its servers and removes
FOLDER.
One JSON line a question and one an answer, on FOLDER/keeper.sock:

    {"want": "postgres"}      -> {"url": ..., "version": ...}  or  {"missing": "what to do"}
    {"met": ["Chromium", "147.0", "system"]}                   told by a test process about what it started itself
    {"report": true}          -> {"met": [[name, version, origin], ...], "missing": [...]}
"""

import json
import os
import select
import shutil
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.servers import programs

STARTERS: dict[str, Callable[[Path], programs.Server | programs.GivenPostgres]] = {
    "postgres": programs.start_postgres,
    "redis": programs.start_redis,
    "valkey": programs.start_valkey,
}


class Keeper:
    """Starts servers on demand and remembers which were met, which missing and why."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._servers: dict[str, programs.Server | programs.GivenPostgres] = {}
        self._missing: dict[str, str] = {}
        self._met: list[list[str]] = []

    def answer(self, question: dict[str, Any]) -> dict[str, Any]:
        """Answer one question of the protocol above."""
        if "want" in question:
            return self._provide(question["want"])
        if "met" in question:
            self._meet(*question["met"])
        return {"met": self._met, "missing": sorted(self._missing.values())}

    def stop(self) -> None:
        """Stop all servers, the last started first."""
        for server in reversed(self._servers.values()):
            server.stop()

    def _provide(self, name: str) -> dict[str, Any]:
        if name not in self._servers and name not in self._missing:
            folder = self._folder / name
            folder.mkdir()
            try:
                server = STARTERS[name](folder)
            except Exception as error:  # noqa: BLE001 - told to the test, which fails with it
                told = isinstance(error, programs.MissingServerError)
                self._missing[name] = str(error) if told else traceback.format_exc()
            else:
                self._servers[name] = server
                self._meet(server.name, server.version, server.origin)
        if name in self._missing:
            return {"missing": self._missing[name]}
        return {"url": self._servers[name].url, "version": self._servers[name].version}

    def _meet(self, name: str, version: str, origin: str) -> None:
        if [name, version, origin] not in self._met:
            self._met.append([name, version, origin])


def serve(keeper: Keeper, listener: socket.socket) -> None:
    """Answer questions one after the other until the pipe from pytest closes."""
    while True:
        ready, _, _ = select.select([sys.stdin, listener], [], [])
        if sys.stdin in ready:
            return
        connection, _ = listener.accept()
        with connection, connection.makefile("rw") as lines:
            lines.write(json.dumps(keeper.answer(json.loads(lines.readline()))) + "\n")


def main() -> None:
    """Run until pytest has gone, then leave nothing behind."""
    folder = Path(sys.argv[1])
    # an interrupt is for pytest: the end of the pipe tells the keeper when the tests have let go of its servers
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    keeper = Keeper(folder)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "keeper.part"))
        listener.listen(64)
        os.rename(folder / "keeper.part", folder / "keeper.sock")  # noqa: PTH104 - whole at once: who sees it can connect
        try:
            serve(keeper, listener)
        finally:
            keeper.stop()
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
