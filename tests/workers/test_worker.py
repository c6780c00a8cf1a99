"""A real worker process on real servers: killed, left without its broker, and stopped."""

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.store.outbox import Delivery
from app.use_cases import heartbeats
from tests.journeys.service import wait_until
from tests.servers.smtp import SmtpSink
from tests.use_cases.introduction_world import World
from tests.workers.scripted_smtp import SILENT, ScriptedSmtp
from tests.workers.workshop import ask_adopter, end_leases, events, mails, present_world

ROOT = Path(__file__).parents[2]
WORKER = ["worker", "--concurrency", "1", "--without-gossip", "--without-mingle", "--without-heartbeat"]
STOP_SECONDS = 20.0


class Worker:
    """One worker as operators start it, in a process group of its own."""

    def __init__(self, world: World, *, broker: str, smtp: str, folder: Path) -> None:
        environment = {
            **os.environ,
            "GENKLANG_DATABASE_URL": world.database.url,
            "GENKLANG_BROKER_URL": broker,
            "GENKLANG_SMTP_URL": smtp,
            "GENKLANG_SECRET_KEY": secrets.token_urlsafe(40),
            "GENKLANG_VAR": str(folder),
        }
        self.log = folder / f"worker-{secrets.token_hex(3)}.log"
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "celery", "--app", "workers.celery_app:celery", *WORKER],
                cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def kill(self) -> None:
        """Kill it and its children without warning."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def stop(self) -> int:
        """Ask it to stop; return its exit code."""
        self._process.terminate()
        return self._process.wait(STOP_SECONDS)


@pytest.fixture
def world(database: str) -> Iterator[World]:
    found = present_world(database)
    yield found
    found.database.dispose()


@contextmanager
def working(world: World, *, broker: str, smtp: str, folder: Path) -> Iterator[Worker]:
    worker = Worker(world, broker=broker, smtp=smtp, folder=folder)
    try:
        yield worker
    finally:
        worker.kill()


def is_alive(world: World) -> bool:
    with world.database.reading() as uow:
        return heartbeats.WORKER in heartbeats.beats(uow)


def all_done(world: World, count: int) -> Callable[[], bool]:
    def look() -> bool:
        states = [mail.state for mail in mails(world.database)]
        return len(states) == count and set(states) == {Delivery.DONE}

    return look


def test_what_happens_is_mailed_within_seconds_and_the_worker_stops_when_asked(
    world: World, redis_url: str, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    with working(world, broker=redis_url, smtp=smtp_sink.url, folder=tmp_path) as worker:
        wait_until(lambda: is_alive(world), f"a worker ({worker.log})")
        began = time.monotonic()
        ask_adopter(world)
        smtp_sink.wait_for(1)
        assert time.monotonic() - began < 5
        wait_until(all_done(world, 1), "the outcome")
        assert worker.stop() == 0
    assert [event.state for event in events(world.database)] == [Delivery.DONE]


def test_killed_while_it_sends_the_next_worker_sends_the_same_bytes_once(
    world: World, valkey_url: str, tmp_path: Path
) -> None:
    ask_adopter(world)
    with ScriptedSmtp({"text": SILENT}) as server:
        with working(world, broker=valkey_url, smtp=server.url, folder=tmp_path) as worker:
            assert server.has_text.wait(30), f"no mail came ({worker.log})"
            worker.kill()
        (held,) = mails(world.database)
        assert (held.state, held.attempts) == (Delivery.SENDING, 1)
        server.script.clear()
        end_leases(world.database)
        with working(world, broker=valkey_url, smtp=server.url, folder=tmp_path):
            wait_until(all_done(world, 1), "the second worker's outcome")
            time.sleep(1.5)  # a third attempt would show by now
        assert len(server.mails) == 2
        assert server.mails[0] == server.mails[1] == held.mime


def test_without_any_broker_mails_arrive_all_the_same(
    sqlite_database: str, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    world = present_world(sqlite_database)
    broker = f"redis+socket://{tmp_path / 'nobody.sock'}"
    with working(world, broker=broker, smtp=smtp_sink.url, folder=tmp_path) as worker:
        wait_until(lambda: is_alive(world), f"a worker ({worker.log})")
        ask_adopter(world)
        smtp_sink.wait_for(1, timeout_seconds=15)
        assert worker.stop() == 0
    lines = worker.log.read_text()
    assert "working without the broker" in lines
    assert "@example.dk" not in lines
    world.database.dispose()


def test_logs_of_a_whole_run_name_nobody(
    postgres_database: str, redis_url: str, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    world = present_world(postgres_database)
    smtp_sink.refuse_with = "550 5.1.1 unknown"
    with working(world, broker=redis_url, smtp=smtp_sink.url, folder=tmp_path) as worker:
        ask_adopter(world)
        wait_until(
            lambda: [mail.state for mail in mails(world.database)] == [Delivery.DEAD], f"the refusal ({worker.log})"
        )
        assert worker.stop() == 0
    lines = worker.log.read_text()
    assert "never SMTP 550 5.1.1" in lines
    assert "@example.dk" not in lines
    assert world.adopter.display_name not in lines
    world.database.dispose()
