"""A mail server that answers what a test says, or falls silent, or hangs up, at any step of the conversation."""

import socket
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

SILENT, HANG_UP = "silent", "hang up"
WELCOME = {
    "greeting": "220 ready", "EHLO": "250-here\r\n250 8BITMIME", "MAIL": "250 ok", "RCPT": "250 ok",
    "DATA": "354 go on", "text": "250 2.0.0 taken", "RSET": "250 ok", "QUIT": "221 bye",
}  # fmt: skip


@dataclass
class ScriptedSmtp:
    """Listens on a free port. script: answers by step (greeting, EHLO, AUTH, STARTTLS, MAIL, RCPT, DATA, text, ...).

    mails: the texts that came in whole, whatever was answered. mails_a_connection: after so many, MAIL gets a 421.
    """

    script: dict[str, str] = field(default_factory=dict)
    mails_a_connection: int = 1000
    mails: list[bytes] = field(default_factory=list)
    connections: int = 0
    has_text: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        self._stopping = threading.Event()
        self._server = socket.create_server(("127.0.0.1", 0))
        self._server.settimeout(0.1)
        self.url = f"smtp://127.0.0.1:{self._server.getsockname()[1]}"
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join(5)
        self._server.close()

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                connection, _ = self._server.accept()
            except TimeoutError:
                continue
            self.connections += 1
            thread = threading.Thread(target=self._talk, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _talk(self, connection: socket.socket) -> None:
        # the other side may be gone at any moment, also when what is left is written at the end
        with suppress(OSError), connection, connection.makefile("rwb") as lines:
            if not self._answer(lines, "greeting"):
                return
            taken = 0
            while line := lines.readline():
                step = (line.split(None, 1) or [b""])[0].decode("latin-1").upper()
                if step == "MAIL" and taken >= self.mails_a_connection:
                    lines.write(b"421 4.7.0 enough for one connection\r\n")
                    return
                if not self._answer(lines, step):
                    return
                if step == "DATA" and self._said("DATA").startswith("354"):
                    taken += 1
                    self._read_text(lines)
                    if not self._answer(lines, "text"):
                        return
                if step == "QUIT":
                    return

    def _read_text(self, lines: object) -> None:
        text = b""
        while (line := lines.readline()) not in {b".\r\n", b""}:  # type: ignore[attr-defined]
            text += line.removeprefix(b".") if line.startswith(b"..") else line
        self.mails.append(text)
        self.has_text.set()

    def _said(self, step: str) -> str:
        return self.script.get(step, WELCOME.get(step, "502 what?"))

    def _answer(self, lines: object, step: str) -> bool:
        said = self._said(step)
        if said == SILENT:
            self._stopping.wait()
        if said in {SILENT, HANG_UP}:
            return False
        lines.write(said.encode() + b"\r\n")  # type: ignore[attr-defined]
        lines.flush()  # type: ignore[attr-defined]
        return True
