"""The mail sink of `make run`: a real SMTP conversation ends in one whole file per mail."""

import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from app.demo.mail_sink import MailFolder

ROOT = Path(__file__).parents[2]


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as held:
        yield held


def test_each_mail_becomes_one_file_that_only_its_owner_reads(listener: socket.socket, tmp_path: Path) -> None:
    sink = _start_sink(listener, tmp_path / "mailbox")
    try:
        for subject in ("Først", "Så"):
            _send(listener.getsockname()[1], subject)
    finally:
        sink.terminate()
        sink.wait(10)

    files = sorted((tmp_path / "mailbox").iterdir())
    messages = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
    assert [message["Subject"] for message in messages] == ["Først", "Så"]
    assert [message["To"] for message in messages] == ["åse@example.dk", "åse@example.dk"]
    assert {file.suffix for file in files} == {".eml"}
    assert {file.stat().st_mode & 0o077 for file in files} == {0}


def test_the_address_stays_while_the_sink_is_killed_and_started_again(listener: socket.socket, tmp_path: Path) -> None:
    first = _start_sink(listener, tmp_path)
    _send(listener.getsockname()[1], "Before")
    first.kill()
    first.wait(10)
    second = _start_sink(listener, tmp_path)
    try:
        _send(listener.getsockname()[1], "After")
    finally:
        second.terminate()
        second.wait(10)
    assert len(list(tmp_path.glob("*.eml"))) == 2


def test_only_the_newest_mails_are_kept_in_the_order_of_arrival(tmp_path: Path) -> None:
    folder = MailFolder(tmp_path, kept=3)
    for number in range(5):
        folder.keep(f"{number}".encode())
        time.sleep(0.001)
    assert [file.read_text() for file in sorted(tmp_path.glob("*.eml"))] == ["2", "3", "4"]


def test_a_mail_that_a_crash_left_half_written_is_never_shown(tmp_path: Path) -> None:
    (tmp_path / "20260101T000000.000000-half.part").write_text("Subject: ha")
    MailFolder(tmp_path)
    assert list(tmp_path.iterdir()) == []


def _start_sink(listener: socket.socket, folder: Path) -> "subprocess.Popen[bytes]":
    descriptor = listener.fileno()
    command = [sys.executable, "-m", "app.demo.mail_sink", str(descriptor), str(folder)]
    return subprocess.Popen(command, cwd=ROOT, pass_fds=(descriptor,))


def _send(port: int, subject: str) -> None:
    message = EmailMessage(policy=policy.SMTPUTF8)
    message["From"], message["To"], message["Subject"] = "genklang@demo.example", "åse@example.dk", subject
    message.set_content("Kære Åse")
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as connection:
        connection.send_message(message, mail_options=["SMTPUTF8"])
