"""The tables of the workers: every event has hands, every doorbell its queue, and logs hold no personal data."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
from celery import Celery
from kombu import Connection

from app.domain.events import Event
from app.store.outbox import Lane
from app.use_cases.steps import MATCHING_EVENTS
from workers.celery_settings import QUEUES, ROUTES, TASK_SECONDS, VISIBILITY_SECONDS, celery_settings
from workers.drain import LANES
from workers.handlers import (
    MATCH_PROBLEM,
    MATCH_PROBLEM_AGAIN,
    MATCH_SOLUTION,
    NOTIFY,
    OFFER_PLACES,
    PROPOSE_PAUSE,
    handlers_of,
)
from workers.logs import log_as_json
from workers.relay import BrokerAwayError
from workers.relay_step import TASK_OF_LANE, Doorbell
from workers.schedule import BEAT_SCHEDULE


def test_every_event_has_hands() -> None:
    for event in Event.__subclasses__():
        handlers_of(event.__name__)
    with pytest.raises(LookupError):
        handlers_of("SomethingElse")


def test_what_is_said_to_start_the_matcher_starts_it() -> None:
    matching = {
        event.__name__
        for event in Event.__subclasses__()
        if {MATCH_PROBLEM, MATCH_PROBLEM_AGAIN, MATCH_SOLUTION} & set(handlers_of(event.__name__))
    }
    assert matching == MATCHING_EVENTS


def test_people_hear_before_places_are_offered() -> None:
    for name in ("AdopterDeclined", "OwnerDeclined", "IntroductionCancelled"):
        assert handlers_of(name) == (NOTIFY, OFFER_PLACES)
    assert handlers_of("IntroductionExpired") == (NOTIFY, OFFER_PLACES, PROPOSE_PAUSE)


def test_celery_is_told_what_keeps_it_from_losing_and_repeating() -> None:
    settings = celery_settings("redis://127.0.0.1:6379/0")
    assert settings["result_backend"] is None
    assert settings["task_ignore_result"]
    assert settings["task_acks_late"]
    assert settings["task_reject_on_worker_lost"]
    assert settings["worker_prefetch_multiplier"] == 1
    assert settings["task_time_limit"] == TASK_SECONDS < VISIBILITY_SECONDS / 5
    assert settings["broker_transport_options"]["visibility_timeout"] == VISIBILITY_SECONDS
    assert settings["accept_content"] == ["json"]
    assert settings["timezone"] == "UTC"
    assert settings["broker_connection_retry_on_startup"]
    assert settings["broker_connection_max_retries"] is None


def test_beat_rings_doorbells_that_exist_and_that_run_out() -> None:
    assert {entry["task"] for entry in BEAT_SCHEDULE.values()} == set(ROUTES)
    for entry in BEAT_SCHEDULE.values():
        assert entry["options"]["expires"] <= entry["schedule"]
        assert "args" not in entry


def test_every_lane_has_a_doorbell() -> None:
    assert set(TASK_OF_LANE) == set(LANES) == {*(lane.value for lane in Lane), "mail"}
    assert set(TASK_OF_LANE.values()) <= set(ROUTES)
    assert set(ROUTES.values()) == set(QUEUES)


@pytest.fixture
def app(broker_url: str) -> Iterator[Celery]:
    found = Celery("test", set_as_current=False)
    found.conf.update(celery_settings(broker_url))
    yield found
    found.close()


def test_a_ring_reaches_its_own_queue_alone_and_carries_nothing(app: Celery, broker_url: str) -> None:
    bell = Doorbell(app)
    bell.ring("mail")
    bell.close()
    with Connection(broker_url) as connection:
        waiting = {}
        for name in QUEUES:
            with connection.channel() as channel:
                queue = next(queue for queue in app.conf.task_queues if queue.name == name)(channel)
                message = queue.get(no_ack=True)
                waiting[name] = message
    assert [name for name, message in waiting.items() if message is not None] == ["mail"]
    args, kwargs, _ = waiting["mail"].payload
    assert (args, kwargs) == ([], {})


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1/0", "redis+socket:///nowhere/broker.sock"])
def test_a_broker_that_is_away_is_told_at_once(url: str) -> None:
    app = Celery("test", set_as_current=False)
    app.conf.update(celery_settings(url))
    with pytest.raises(BrokerAwayError):
        Doorbell(app).ring("mail")
    app.close()


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    log_as_json("INFO")
    yield stream
    root.handlers = handlers
    root.setLevel(level)


def fail_on_purpose() -> None:
    try:
        dict[str, str]()["anna@example.dk"]
    except KeyError as error:
        raise ValueError("Anna Alm, 12 34 56 78") from error


def test_a_log_line_says_where_it_failed_and_nothing_of_what_it_failed_on(lines: io.StringIO) -> None:
    try:
        fail_on_purpose()
    except ValueError:
        logging.getLogger("workers.test").exception("event %s failed", "4711")
    line = json.loads(lines.getvalue())
    assert line["event"] == "event 4711 failed"
    assert line["error"].startswith("ValueError at test_tables.py:")
    assert "<- KeyError at test_tables.py:" in line["error"]
    for hidden in ("anna@example.dk", "Anna Alm", "12 34"):
        assert hidden not in lines.getvalue()
    assert {"level", "logger", "timestamp"} <= set(line)
