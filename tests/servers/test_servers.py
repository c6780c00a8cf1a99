"""Every server of the tests is talked to for real; and a run leaves nothing behind."""

import os
import re
import signal
import smtplib
import sqlite3
import subprocess
import sys
import time
from email.message import EmailMessage
from pathlib import Path
from queue import Empty

import psycopg
import pytest
from kombu import Connection
from playwright.sync_api import Browser
from sqlalchemy import create_engine, inspect, make_url, text

from tests.servers.client import FOLDER_VARIABLE
from tests.servers.smtp import SmtpSink

ROOT = Path(__file__).parents[2]

SLEEPING_TEST = """
import time

def test_that_sleeps_with_all_servers(postgres_url, redis_url, valkey_url):
    print("servers are up", flush=True)
    time.sleep(60)
"""


def test_postgres_answers_in_the_danish_alphabet(postgres_url: str) -> None:
    with psycopg.connect(postgres_url.replace("+psycopg", "", 1)) as connection:
        row = connection.execute("select 'Ærø, Ølstykke, Årslev'").fetchone()
    assert row == ("Ærø, Ølstykke, Årslev",)


def test_a_database_has_all_tables_and_is_the_tests_own(database: str) -> None:
    engine = create_engine(database)
    tables = inspect(engine).get_table_names()
    assert {"alembic_version", "outbox"} <= set(tables)
    with engine.begin() as connection:
        assert connection.execute(text("select count(*) from outbox")).scalar_one() == 0
        connection.execute(text("create table left_by_a_test (id integer)"))
    engine.dispose()


@pytest.mark.parametrize("attempt", [1, 2])
def test_what_another_test_wrote_is_not_there(database: str, attempt: int) -> None:
    engine = create_engine(database)
    assert "left_by_a_test" not in inspect(engine).get_table_names()
    with engine.begin() as connection:
        connection.execute(text("create table left_by_a_test (id integer)"))
    engine.dispose()


def test_a_blank_database_has_no_tables(blank_database: str) -> None:
    engine = create_engine(blank_database)
    assert inspect(engine).get_table_names() == []
    engine.dispose()


def test_the_sqlite_copy_is_whole(sqlite_database: str) -> None:
    connection = sqlite3.connect(make_url(sqlite_database).database or "")
    assert connection.execute("pragma integrity_check").fetchone() == ("ok",)
    connection.close()


def test_a_broker_carries_a_message_and_starts_empty(broker_url: str) -> None:
    with Connection(broker_url) as connection, connection.SimpleQueue("letters") as queue:
        with pytest.raises(Empty):
            queue.get(block=False)
        queue.put({"word": "blåbærgrød"})
        message = queue.get(timeout=5)
        assert message.payload == {"word": "blåbærgrød"}
        message.ack()


def test_each_broker_is_the_one_it_is_called(redis_url: str, valkey_url: str) -> None:
    assert _server_name(redis_url) == "redis"
    assert _server_name(valkey_url) == "valkey"


def test_the_mail_sink_keeps_what_it_gets(smtp_sink: SmtpSink) -> None:
    _send(smtp_sink, subject="Rødgrød med fløde")
    received = smtp_sink.wait_for(1)[0]
    assert received.message["Subject"] == "Rødgrød med fløde"
    assert received.recipients == ["anna@example.dk"]


def test_the_mail_sink_refuses_when_told(smtp_sink: SmtpSink) -> None:
    smtp_sink.refuse_with = "451 4.3.0 Try later"
    with pytest.raises(smtplib.SMTPDataError, match="Try later"):
        _send(smtp_sink, subject="Never arrives")
    assert smtp_sink.mails == []
    with pytest.raises(AssertionError, match="1 mails were expected"):
        smtp_sink.wait_for(1, timeout_seconds=0.05)


@pytest.mark.browser
def test_the_browser_shows_a_page_and_axe_finds_a_planted_fault(browser: Browser, axe_source: str) -> None:
    page = browser.new_page()
    page.set_content("<html lang=da><title>Æbler</title><main><h1>Æbler</h1><img src=''></main></html>")
    page.evaluate(axe_source)
    violations = page.evaluate("axe.run().then(result => result.violations.map(violation => violation.id))")
    assert page.title() == "Æbler"
    assert "image-alt" in violations
    page.close()


@pytest.mark.parametrize(("allowed", "code", "outcome"), [("redis", 1, "1 error"), ("redis,postgres", 0, "1 skipped")])
def test_a_missing_server_fails_the_run_unless_that_is_allowed(
    allowed: str, code: int, outcome: str, tmp_path: Path
) -> None:
    nowhere = "postgresql+psycopg://127.0.0.1:1/nowhere"
    run = _pytest(tmp_path, "def test_it(postgres_url): pass\n", TEST_POSTGRES_URL=nowhere, ALLOW_MISSING=allowed)
    told, _ = run.communicate(timeout=60)
    assert run.returncode == code, told
    assert outcome in told
    assert "MISSING: TEST_POSTGRES_URL names a PostgreSQL that does not answer" in told
    assert ("ALLOW_MISSING=postgres make test" in told) == (code == 1)


def test_a_given_postgres_is_used_and_left_as_it_was(postgres_url: str, tmp_path: Path) -> None:
    test = "def test_it(postgres_database): print(postgres_database)\n"
    run = _pytest(tmp_path, test, TEST_POSTGRES_URL=postgres_url)
    told, _ = run.communicate(timeout=60)
    assert run.returncode == 0, told
    assert "(TEST_POSTGRES_URL)" in told
    used = re.search(r"/(test_\w+_)\w+\?", told)
    assert used is not None, told
    assert not [name for name in _databases(postgres_url) if name.startswith(used.group(1))]


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGKILL])
def test_an_ended_run_leaves_no_server_and_no_folder(ending: signal.Signals, tmp_path: Path) -> None:
    run = _pytest(tmp_path, SLEEPING_TEST)
    assert run.stdout is not None
    assert any("servers are up" in line for line in run.stdout)
    # tests of other processes may run servers too: these are told by the folder they were started in
    ours = _processes_in_run_of(run.pid)
    assert {"postgres", "redis-server", "valkey-server"} <= set(ours.values())

    run.send_signal(ending)
    run.stdout.read()
    run.stdout.close()
    run.wait(30)

    deadline = time.monotonic() + 30
    while any(Path(f"/proc/{pid}").exists() for pid in ours) or list(tmp_path.glob("gk-*")):
        assert time.monotonic() < deadline, f"left behind: {ours}, {list(tmp_path.glob('gk-*'))}"
        time.sleep(0.1)


def _pytest(folder: Path, test: str, **environment: str) -> "subprocess.Popen[str]":
    """Start a pytest of its own on one test, as a person would: with a keeper of its own."""
    tests = folder / "tests"
    tests.mkdir()
    (tests / "conftest.py").write_text("from tests.conftest import *\n")
    (tests / "test_it.py").write_text(test)
    run_only = {FOLDER_VARIABLE, "PYTEST_XDIST_WORKER"}
    kept = {name: value for name, value in os.environ.items() if name not in run_only}
    return subprocess.Popen(
        [sys.executable, "-m", "pytest", "-s", "-c", ROOT / "pyproject.toml", tests],
        cwd=ROOT, env=kept | {"TMPDIR": str(folder)} | environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def _databases(url: str) -> set[str]:
    with psycopg.connect(url.replace("+psycopg", "", 1)) as connection:
        return {name for (name,) in connection.execute("select datname from pg_database")}


def _processes_in_run_of(pid: int) -> dict[int, str]:
    """Return number and name of all processes below the process `pid`."""
    parents = {}
    names = {}
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(line.split(":\t", 1) for line in status.read_text().splitlines() if ":\t" in line)
        except (FileNotFoundError, ProcessLookupError):
            continue
        number = int(status.parent.name)
        parents[number], names[number] = int(fields["PPid"]), fields["Name"]
    found: set[int] = set()
    grown = {pid}
    while grown:
        grown = {child for child, parent in parents.items() if parent in grown}
        found |= grown
    return {number: names[number] for number in found}


def _send(sink: SmtpSink, subject: str) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "genklang@example.dk", "anna@example.dk", subject
    message.set_content("Hej Anna")
    with smtplib.SMTP("127.0.0.1", sink.port) as connection:
        connection.send_message(message)


def _server_name(url: str) -> str:
    with Connection(url) as connection:
        about: dict[str, str] = connection.default_channel.client.info("server")
        return about.get("server_name", "redis")  # only Valkey tells a name
