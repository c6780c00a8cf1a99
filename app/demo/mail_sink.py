"""A mail server for `make run`: takes every mail that the service sends and keeps it as a file for the mailbox page.

    python -m app.demo.mail_sink FD FOLDER

FD is the number of a listening socket that the starter hands down, so that the address stays the same when the sink is
started again. The mails are written to FOLDER as <time>-<random>.eml, the names in the order of arrival.
"""

import asyncio
import os
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import cast
from uuid import uuid4

from aiosmtpd.smtp import SMTP, Envelope, Session

KEPT_MAILS = 500
LARGEST_MAIL_BYTES = 10 * 1024 * 1024


class MailFolder:
    """Writes each mail to a folder, whole or not at all, and lets the oldest go; a handler of aiosmtpd."""

    def __init__(self, folder: Path, kept: int = KEPT_MAILS) -> None:
        self._folder = folder
        self._kept = kept
        folder.mkdir(parents=True, exist_ok=True)
        for unfinished in folder.glob("*.part"):
            unfinished.unlink()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep one mail; called by aiosmtpd, the answer goes to the sender."""
        del server, session
        self.keep(cast("bytes", envelope.original_content))
        return "250 2.0.0 kept"

    def keep(self, mail: bytes) -> Path:
        """Write one mail and return its file."""
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%f}-{uuid4().hex[:8]}"
        unfinished = self._folder / f"{name}.part"
        unfinished.write_bytes(mail)
        # readers look for *.eml, which appears with its whole content
        finished = unfinished.rename(self._folder / f"{name}.eml")
        for outdated in sorted(self._folder.glob("*.eml"))[: -self._kept]:
            outdated.unlink(missing_ok=True)
        return finished


async def serve(listener: socket.socket, folder: Path) -> None:
    """Take mails on `listener` until cancelled."""
    loop = asyncio.get_running_loop()
    handler = MailFolder(folder)
    server = await loop.create_server(
        lambda: SMTP(
            handler, hostname="localhost", enable_SMTPUTF8=True, data_size_limit=LARGEST_MAIL_BYTES, loop=loop
        ),
        sock=listener,
    )
    async with server:
        await server.serve_forever()


def main() -> None:
    """Run the sink until it is stopped by a signal."""
    descriptor, folder = int(sys.argv[1]), Path(sys.argv[2])
    os.umask(0o077)  # the mails hold sign-in links
    asyncio.run(serve(socket.socket(fileno=descriptor), folder))


if __name__ == "__main__":
    main()
