"""The relay rings once per wake-up, notices when nobody answers, and says that the worker lives only while it does."""

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.store.outbox import Lane
from app.store.unit_of_work import Database
from app.use_cases import heartbeats
from tests.people import Clock
from tests.use_cases.introduction_world import World
from tests.workers.workshop import ask_adopter
from workers.drain import LANES, MAIL, drain_part
from workers.relay import BrokerAwayError, Relay, RelayThread


class Bells:
    """Takes the rings, and may be out of order."""

    def __init__(self) -> None:
        self.rung: list[str] = []
        self.is_away = False

    def ring(self, lane: str) -> None:
        if self.is_away:
            raise BrokerAwayError("gone")
        self.rung.append(lane)


class Help:
    """Stands for the helper process."""

    def __init__(self) -> None:
        self.is_working = False

    def start(self) -> None:
        self.is_working = True

    def stop(self) -> None:
        self.is_working = False


class Watch:
    """A relay on a database with a clock that is moved by hand."""

    def __init__(self, url: str) -> None:
        self.world = World(url)
        self.clock = Clock(self.world.now)
        self.world.database.clock = self.clock
        self.bells, self.help = Bells(), Help()
        self.relay = Relay(self.world.database, LANES, ring=self.bells.ring, helper=self.help)

    def look(self, *, after: float = 0.5) -> list[str]:
        """Let time pass and look; return which lanes were rung."""
        self.clock.pass_by(seconds=after)
        before = len(self.bells.rung)
        self.relay.look()
        return self.bells.rung[before:]

    def answer(self, *lanes: str) -> None:
        """As if a drain of each lane had begun."""
        self.clock.pass_by(milliseconds=1)
        with self.world.database.transaction() as uow:
            for lane in lanes:
                heartbeats.beat(uow, drain_part(lane))

    def is_helped(self) -> bool:
        return self.help.is_working

    def worker_is_alive(self) -> bool:
        with self.world.database.reading() as uow:
            beat = heartbeats.beats(uow).get(heartbeats.WORKER)
        return beat is not None and self.clock.now - beat < timedelta(seconds=60)


@pytest.fixture
def watch(sqlite_database: str) -> Iterator[Watch]:
    found = Watch(sqlite_database)
    yield found
    found.world.database.dispose()


@pytest.fixture
def quiet(watch: Watch) -> Watch:
    """A watch whose first rings were answered."""
    watch.look()
    watch.answer(*LANES)
    assert watch.look() == []
    return watch


def test_at_the_start_every_lane_is_rung_to_see_that_somebody_answers(watch: Watch) -> None:
    assert watch.look() == list(LANES)


def test_what_is_due_rings_its_lane_once_however_many_rows_there_are(quiet: Watch) -> None:
    for _ in range(5):
        ask_adopter(quiet.world)
    assert quiet.look() == [Lane.NOTICES]
    assert [quiet.look() for _ in range(10)] == [[]] * 10


def test_when_a_drain_has_answered_and_something_is_due_again_it_rings_again(quiet: Watch) -> None:
    ask_adopter(quiet.world)
    assert quiet.look() == [Lane.NOTICES]
    quiet.answer(Lane.NOTICES)
    assert quiet.look() == [Lane.NOTICES], "the row is still due"


def test_a_ring_that_nobody_answers_is_repeated_when_it_has_run_out(quiet: Watch) -> None:
    ask_adopter(quiet.world)
    quiet.look()
    assert quiet.look(after=9) == []
    assert Lane.NOTICES in quiet.look(after=2)


def test_a_paused_mail_lane_is_not_rung_for_its_mails(quiet: Watch) -> None:
    with quiet.world.database.transaction() as uow:
        heartbeats.pause_mail_lane(uow)
    assert MAIL not in quiet.look()


def test_with_the_broker_away_the_helper_works_and_leaves_when_it_is_back(quiet: Watch) -> None:
    quiet.bells.is_away = True
    ask_adopter(quiet.world)
    quiet.look()
    assert quiet.is_helped()
    quiet.bells.is_away = False
    for _ in range(7):
        quiet.answer(*LANES)
        quiet.look(after=5)
    assert not quiet.is_helped()
    assert quiet.bells.rung


def test_a_broker_that_failed_is_left_in_peace_for_a_while(quiet: Watch) -> None:
    quiet.bells.is_away = True
    ask_adopter(quiet.world)
    quiet.look()
    quiet.bells.is_away = False
    assert quiet.look() == []
    assert Lane.NOTICES in quiet.look(after=5)


def test_rings_that_nobody_answers_call_the_helper_too(quiet: Watch) -> None:
    ask_adopter(quiet.world)
    for _ in range(5):
        quiet.look(after=5)
    assert quiet.is_helped()


def test_a_long_drain_is_no_reason_to_call_the_helper(quiet: Watch) -> None:
    ask_adopter(quiet.world)
    for _ in range(10):
        quiet.look(after=5)
        quiet.answer(Lane.NOTICES)
    assert not quiet.is_helped()


def test_the_worker_is_alive_as_long_as_drains_answer(watch: Watch) -> None:
    assert not watch.worker_is_alive()
    watch.look()
    assert not watch.worker_is_alive(), "a ring alone proves nothing"
    watch.answer(Lane.NOTICES)
    watch.look()
    assert watch.worker_is_alive()
    for _ in range(30):
        watch.look(after=5)
    assert not watch.worker_is_alive(), "nobody has drained for over a minute"


def test_only_the_lanes_of_this_worker_are_watched(watch: Watch) -> None:
    bells = Bells()
    Relay(watch.world.database, [MAIL], ring=bells.ring, helper=Help()).look()
    assert bells.rung == [MAIL]


def test_nothing_that_goes_wrong_in_one_round_ends_the_watch(tmp_path: Path) -> None:
    with Database(f"sqlite:///{tmp_path / 'without-tables.db'}") as store:
        bells, helper = Bells(), Help()
        thread = RelayThread(Relay(store, LANES, ring=bells.ring, helper=helper), helper)
        thread.start()
        time.sleep(0.3)
        assert any(running.name == "relay" for running in threading.enumerate())
        helper.start()
        thread.stop()
    assert not helper.is_working
    assert not any(running.name == "relay" for running in threading.enumerate())
