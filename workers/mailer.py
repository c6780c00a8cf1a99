"""Hand mails to the mail server, and say of each what became of it.

What an answer means (why: docs/decisions/0004-mails-one-text-per-language.md):
  accepted                               SENT
  4xx to one mail                        LATER: try this mail again
  5xx to the receiver or the content     NEVER: give this mail up
  421, no connection, no TLS, no sign-in, a refused sender, silence before the text: the server, not the mail:
                                         LANE_DOWN
"""

import smtplib
import ssl
import time
from dataclasses import dataclass
from email.utils import parseaddr
from enum import StrEnum
from urllib.parse import unquote, urlsplit

# One conversation about one mail takes no longer than this in all; a lease is at least four times as long.
CONVERSATION_SECONDS = 10.0
# A server that was silent after the whole mail may be scanning it: the next time it is given longer, for asking again
# too early makes doubles.
PATIENT_SECONDS = 30.0
SERVICE_NOT_AVAILABLE = 421
FIRST_PERMANENT = 500


class Outcome(StrEnum):
    """What became of one attempt."""

    SENT = "sent"
    LATER = "later"
    NEVER = "never"
    SILENT = "silent"  # after the whole mail: it may have been accepted
    LANE_DOWN = "lane_down"


@dataclass(frozen=True, slots=True)
class Result:
    """An outcome, and what the server said: its codes only, for its sentences quote addresses."""

    outcome: Outcome
    error: str = ""


class LaneDownError(Exception):
    """The mail server cannot be talked to. The message holds codes and kinds only."""


class Mailer:
    """Opens connections to the mail server.

    url: smtp://host:port, smtp+starttls://user:password@host:587 or smtps://user:password@host:465.
    seconds: how long each step of connecting may take.
    Raises ValueError for another scheme or a missing host.
    """

    def __init__(self, url: str, *, sender: str, seconds: float = CONVERSATION_SECONDS) -> None:
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ValueError(f"a mail server's address begins with one of {', '.join(_PORTS)}")
        self._scheme, self._host = parts.scheme, parts.hostname
        self._port = parts.port or _PORTS[parts.scheme]
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._sender = parseaddr(sender)[1]
        self._seconds = seconds

    def connect(self) -> "Connection":
        """Open a connection, encrypted and signed in as the address says. Raises LaneDownError."""
        try:
            client = self._open()
        except (OSError, smtplib.SMTPException) as error:
            raise LaneDownError(_described(error)) from error
        return Connection(client, self._sender)

    def _open(self) -> smtplib.SMTP:
        secure = ssl.create_default_context()
        if self._scheme == "smtps":
            client: smtplib.SMTP = smtplib.SMTP_SSL(self._host, self._port, timeout=self._seconds, context=secure)
        else:
            client = smtplib.SMTP(self._host, self._port, timeout=self._seconds)
        try:
            client.ehlo_or_helo_if_needed()
            if self._scheme == "smtp+starttls":
                client.starttls(context=secure)
            if self._user:
                client.login(self._user, self._password)
        except BaseException:
            client.close()
            raise
        return client


_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


class Connection:
    """One open connection; several mails may go over it. sent: how many did."""

    def __init__(self, client: smtplib.SMTP, sender: str) -> None:
        self._client = client
        self._sender = sender
        self.sent = 0

    @property
    def is_open(self) -> bool:
        """Whether it has not been closed by either side, as far as is known."""
        return self._client.sock is not None

    def send(self, mime: bytes, *, receiver: str, seconds: float = CONVERSATION_SECONDS) -> Result:
        """Send one mail to one receiver. seconds: how long the conversation may take in all."""
        deadline = time.monotonic() + seconds
        options = () if receiver.isascii() else ("SMTPUTF8", "BODY=8BITMIME")
        try:
            # The server may have closed the connection since the last mail.
            self._limit(deadline)
            self._refused_as_lane(*self._client.mail(self._sender, options))
            self._limit(deadline)
            code, said = self._client.rcpt(receiver)
            if code not in _WELCOME:
                return self._refused(code, said)
            self._limit(deadline)
            code, said = self._client.docmd("DATA")
            if code != _GO_AHEAD:
                return self._refused(code, said)
        except (OSError, smtplib.SMTPException) as error:
            return Result(Outcome.LANE_DOWN, _described(error))
        return self._hand_over(mime, deadline)

    def close(self) -> None:
        """Take leave; a server that has gone is no matter any more."""
        try:
            self._client.quit()
        except (OSError, smtplib.SMTPException):
            self._client.close()

    def _hand_over(self, mime: bytes, deadline: float) -> Result:
        try:
            self._limit(deadline)
            self._client.send(_dotted(mime))
            self._limit(deadline)
            code, said = self._client.getreply()
        except (OSError, smtplib.SMTPException) as error:
            # It may have the mail, or the mail may be what broke it: this costs the mail an attempt.
            self._client.close()
            return Result(Outcome.SILENT, _described(error))
        if code != _ACCEPTED:
            return self._refused(code, said)
        self.sent += 1
        return Result(Outcome.SENT)

    def _refused(self, code: int, said: bytes) -> Result:
        error = _codes(code, said)
        if code in {SERVICE_NOT_AVAILABLE, -1}:
            return Result(Outcome.LANE_DOWN, error)
        try:
            self._client.rset()
        except (OSError, smtplib.SMTPException):
            self._client.close()  # some servers leave after a refusal; the next mail opens a new connection
        return Result(Outcome.NEVER if code >= FIRST_PERMANENT else Outcome.LATER, error)

    def _refused_as_lane(self, code: int, said: bytes) -> None:
        # A sender that is not welcome is not for any mail to put right.
        if code != _ACCEPTED:
            raise smtplib.SMTPResponseException(code, said)

    def _limit(self, deadline: float) -> None:
        if self._client.sock is None:
            raise smtplib.SMTPServerDisconnected("no connection")
        self._client.sock.settimeout(max(0.1, deadline - time.monotonic()))


_ACCEPTED = 250
_WELCOME = {250, 251}
_GO_AHEAD = 354


def _dotted(mime: bytes) -> bytes:
    """Return the bytes as they go over the line: every line ends in CRLF, a dot at its beginning is doubled."""
    lines = mime.replace(b"\r\n", b"\n").removesuffix(b"\n").split(b"\n")
    return b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines) + b"\r\n.\r\n"


def _described(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error if isinstance(error.smtp_error, bytes) else str(error.smtp_error).encode()
        return _codes(error.smtp_code, said)
    return type(error).__name__


def _codes(code: int, said: bytes) -> str:
    """Return the reply's code and, where it has one, the enhanced code (RFC 3463)."""
    first = said.split(b" ", 1)[0].decode("ascii", "replace")
    is_enhanced = bool(first) and first.replace(".", "").isdigit() and first.count(".") == 2  # noqa: PLR2004
    return f"SMTP {code} {first}" if is_enhanced else f"SMTP {code}"
