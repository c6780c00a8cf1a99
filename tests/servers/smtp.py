"""An SMTP server inside the test process that keeps what it is told, and refuses when it is told to."""

import asyncio
import socket
import threading
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Self, cast

from aiosmtpd.smtp import SMTP, Envelope, Session

START_SECONDS = 10.0


@dataclass(frozen=True)
class Received:
    """One mail as it came in: who it was for by the envelope, and the message."""

    sender: str
    recipients: list[str]
    message: EmailMessage
    raw: bytes


class SmtpSink:
    """Listens on a free port of this machine; `url` is what the settings take, `mails` what came in.

    refuse_with: an SMTP answer such as "451 4.3.0 Try later" that every mail gets while it is set; None accepts.
    """

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="smtp-sink")
        self._arrived = threading.Condition()
        self._started = threading.Event()
        self.port: int = self._socket.getsockname()[1]
        self.url = f"smtp://127.0.0.1:{self.port}"
        self.mails: list[Received] = []
        self.refuse_with: str | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._started.wait(START_SECONDS), "the SMTP sink does not start"
        return self

    def __exit__(self, *error: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(START_SECONDS)

    def wait_for(self, count: int, timeout_seconds: float = 10.0) -> list[Received]:
        """Wait until at least `count` mails have come in and return all; raises AssertionError when they do not."""
        with self._arrived:
            came = self._arrived.wait_for(lambda: len(self.mails) >= count, timeout_seconds)
        assert came, f"{count} mails were expected within {timeout_seconds} s, {len(self.mails)} came"
        return list(self.mails)

    def clear(self) -> None:
        """Forget what came in and accept mails again."""
        self.mails.clear()
        self.refuse_with = None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep one mail, or refuse it; called by aiosmtpd."""
        del server, session
        if self.refuse_with:
            return self.refuse_with
        raw = cast("bytes", envelope.original_content)
        message = message_from_bytes(raw, policy=policy.default)
        with self._arrived:
            self.mails.append(Received(str(envelope.mail_from), list(envelope.rcpt_tos), message, raw))
            self._arrived.notify_all()
        return "250 2.0.0 kept"

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        server = await self._loop.create_server(
            lambda: SMTP(self, hostname="localhost", enable_SMTPUTF8=True, loop=self._loop), sock=self._socket
        )
        async with server:
            self._started.set()
            await self._stop.wait()
