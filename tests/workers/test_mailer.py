"""What each answer of a mail server means: for this mail, or for all."""

import socket

import pytest

from tests.servers.smtp import SmtpSink
from tests.workers.scripted_smtp import HANG_UP, SILENT, ScriptedSmtp
from workers.mailer import LaneDownError, Mailer, Outcome, Result

MIME = b"Subject: Hej\r\n\r\nTekst\r\n.punktum\r\n..to\r\n"


def send(server: ScriptedSmtp, *, seconds: float = 0.5) -> Result:
    connection = Mailer(server.url, sender="Genklang <post@genklang.example>", seconds=seconds).connect()
    try:
        return connection.send(MIME, receiver="anna@example.dk", seconds=seconds)
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("step", "answer", "outcome"),
    [
        ("text", "250 2.0.0 taken", Outcome.SENT),
        ("RCPT", "251 forwarded", Outcome.SENT),
        ("MAIL", "421 4.3.2 closing", Outcome.LANE_DOWN),
        ("RCPT", "421 4.3.2 closing", Outcome.LANE_DOWN),
        ("text", "421 4.3.2 closing", Outcome.LANE_DOWN),
        ("RCPT", "450 4.2.1 busy", Outcome.LATER),
        ("text", "451 4.3.0 try later", Outcome.LATER),
        ("RCPT", "452 4.2.2 full", Outcome.LATER),
        ("DATA", "451 4.3.0 try later", Outcome.LATER),
        ("RCPT", "550 5.1.1 nobody", Outcome.NEVER),
        ("RCPT", "552 5.2.2 full", Outcome.NEVER),
        ("text", "552 5.3.4 too large", Outcome.NEVER),
        ("text", "554 5.7.1 spam", Outcome.NEVER),
        ("DATA", "554 no valid recipients", Outcome.NEVER),
        ("MAIL", "550 5.7.1 you may not send", Outcome.LANE_DOWN),
        ("MAIL", "530 5.7.0 sign in", Outcome.LANE_DOWN),
        ("MAIL", SILENT, Outcome.LANE_DOWN),
        ("RCPT", SILENT, Outcome.LANE_DOWN),
        ("DATA", SILENT, Outcome.LANE_DOWN),
        ("text", SILENT, Outcome.SILENT),
        ("MAIL", HANG_UP, Outcome.LANE_DOWN),
        ("RCPT", HANG_UP, Outcome.LANE_DOWN),
        ("DATA", HANG_UP, Outcome.LANE_DOWN),
        ("text", HANG_UP, Outcome.SILENT),
    ],
)
def test_an_answer_is_about_this_mail_or_about_the_server(step: str, answer: str, outcome: Outcome) -> None:
    with ScriptedSmtp({step: answer}) as server:
        assert send(server).outcome is outcome


@pytest.mark.parametrize(
    ("scheme", "script"),
    [
        ("smtp://", {"greeting": "554 no service"}),
        ("smtp://", {"greeting": "421 busy"}),
        ("smtp://", {"greeting": SILENT}),
        ("smtp://", {"greeting": HANG_UP}),
        ("smtp://", {"EHLO": "500 what?", "HELO": "500 what?"}),
        ("smtp://", {"EHLO": SILENT}),
        ("smtp+starttls://", {}),  # not offered
        ("smtp+starttls://", {"EHLO": "250-here\r\n250 STARTTLS", "STARTTLS": "454 not now"}),
        ("smtp+starttls://", {"EHLO": "250-here\r\n250 STARTTLS", "STARTTLS": "220 go"}),  # and then no TLS
        ("smtp://user:secret@", {}),  # no sign-in offered
        ("smtp://user:secret@", {"EHLO": "250-here\r\n250 AUTH PLAIN LOGIN", "AUTH": "535 5.7.8 wrong"}),
        ("smtps://", {}),  # no TLS
    ],
)
def test_what_fails_before_any_mail_is_the_servers_fault(scheme: str, script: dict[str, str]) -> None:
    with ScriptedSmtp(script) as server:
        url = server.url.replace("smtp://", scheme)
        with pytest.raises(LaneDownError):
            Mailer(url, sender="post@genklang.example", seconds=0.5).connect()


def test_nobody_listening_is_the_servers_fault() -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
    with pytest.raises(LaneDownError, match="ConnectionRefusedError"):
        Mailer(f"smtp://127.0.0.1:{port}", sender="post@genklang.example").connect()


def test_what_is_remembered_of_an_answer_are_its_codes_only() -> None:
    with ScriptedSmtp({"RCPT": "550 5.1.1 <anna@example.dk> is not here"}) as server:
        assert send(server) == Result(Outcome.NEVER, "SMTP 550 5.1.1")
    with ScriptedSmtp({"text": "554 anna@example.dk does not want this"}) as server:
        assert send(server) == Result(Outcome.NEVER, "SMTP 554")


def test_a_server_that_leaves_after_a_refusal_refuses_this_mail_only() -> None:
    with ScriptedSmtp({"RCPT": "550 5.1.1 nobody", "RSET": HANG_UP}) as server:
        assert send(server).outcome is Outcome.NEVER


def test_the_bytes_arrive_as_they_are(smtp_sink: SmtpSink) -> None:
    connection = Mailer(smtp_sink.url, sender="Genklang <post@genklang.example>").connect()
    assert connection.send(MIME, receiver="anna@example.dk").outcome is Outcome.SENT
    assert connection.send(b"Subject: 2\n\nkun LF", receiver="bo@example.dk").outcome is Outcome.SENT
    assert (connection.sent, connection.is_open) == (2, True)
    connection.close()
    first, second = smtp_sink.wait_for(2)
    assert first.raw == MIME
    assert (first.sender, first.recipients) == ("post@genklang.example", ["anna@example.dk"])
    assert second.raw == b"Subject: 2\r\n\r\nkun LF\r\n"


def test_a_name_and_password_in_the_address_may_hold_any_letter() -> None:
    accepted = {"EHLO": "250-here\r\n250 AUTH PLAIN", "AUTH": "235 welcome"}
    with ScriptedSmtp(accepted) as server:
        url = server.url.replace("smtp://", "smtp://post%40genklang.example:p%3Aa%2Fs%40s@")
        connection = Mailer(url, sender="post@genklang.example").connect()
        assert connection.is_open
        connection.close()


@pytest.mark.parametrize("url", ["http://x", "smtp://", "x", "", "smtp:127.0.0.1"])
def test_an_address_that_is_none_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(ValueError, match="a mail server's address"):
        Mailer(url, sender="post@genklang.example")
