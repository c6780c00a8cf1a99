"""A worker's process: what it makes ready before somebody waits for it."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.use_cases.introduction_world import World
from tests.workers.workshop import runtime_on


@pytest.fixture
def world(database: str) -> Iterator[World]:
    world = World(database)
    yield world
    world.database.dispose()


def test_the_indexes_are_there_before_the_first_problem_is_opened(world: World, tmp_path: Path) -> None:
    world.solution()
    with runtime_on(world.database.url, "smtp://127.0.0.1:1", tmp_path) as runtime:
        runtime.warm_up()
    for name in ("solutions", "problems"):
        assert (tmp_path / "index" / name / "current.json").exists()


def test_what_goes_wrong_ahead_of_time_is_logged_and_stops_nothing(
    world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "index").write_text("a file where a folder belongs")
    with (
        caplog.at_level(logging.ERROR),
        runtime_on(world.database.url, "smtp://127.0.0.1:1", tmp_path) as runtime,
    ):
        runtime.warm_up()
    assert "could not be made ready" in caplog.text
