"""A publisher that is killed at any moment leaves a good generation behind."""

import multiprocessing
import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from app.use_cases.shelf import CURRENT, IndexShelf, Recipe
from matching import Configuration, Document, Index, shipped
from tests.matching.texts import problem
from tests.use_cases.introduction_world import World

KILLS = 50
DOCUMENTS = [Document(f"d{number:03}", f"Løsning {number}", "tilsyn om natten", "skærm " * 40) for number in range(300)]


def _kill_again_and_again(publish: Callable[[], None], look: Callable[[], None]) -> None:
    """Let a process publish for ever, kill it at a random moment, and look at what is there; KILLS times."""
    fork = multiprocessing.get_context("fork")
    moments = random.Random(3)  # noqa: S311 - which moments does not matter, that they differ does
    for _ in range(KILLS):
        publisher = fork.Process(target=_for_ever, args=(publish,), daemon=True)
        publisher.start()
        time.sleep(moments.uniform(0.001, 0.08))
        assert publisher.pid is not None
        os.kill(publisher.pid, signal.SIGKILL)
        publisher.join()
        assert publisher.exitcode == -signal.SIGKILL, "it was killed at work, not ended by itself"
        look()


def _for_ever(publish: Callable[[], None]) -> None:
    while True:
        publish()


def test_a_folder_that_is_published_to_holds_a_whole_generation_always(tmp_path: Path) -> None:
    index, folder = Index.build(DOCUMENTS), tmp_path / "generation"
    index.publish(folder)
    expected = index.scores(problem("tilsyn om natten"))

    def look() -> None:
        assert Index.open(folder).scores(problem("tilsyn om natten")) == expected

    _kill_again_and_again(lambda: _ignore(index.publish(folder)), look)
    for left in tmp_path.glob(".*.new"):
        os.utime(left, (0, 0))
    index.publish(folder)
    assert not list(tmp_path.glob(".*.new")), "what was left half-written is removed some hours later"


def _ignore(_: Path) -> None:
    return None


@pytest.fixture
def world(sqlite_database: str) -> World:
    return World(sqlite_database)


def test_the_service_finds_a_generation_whenever_its_publisher_dies(world: World, tmp_path: Path) -> None:
    for number in range(40):
        world.solution(title=f"Tilsyn {number}")
    shelf = IndexShelf(tmp_path)
    with world.database.reading() as uow:
        shelf.prepare(uow, for_problem=True)
        kept = shelf._kept["solutions"]
        expected = kept.index.scores(problem("tilsyn om natten"))

        def look() -> None:
            assert (tmp_path / "solutions" / CURRENT).exists()
            opened = IndexShelf(tmp_path)._opened("solutions", Recipe(Configuration(), shipped()))
            assert opened is not None, "what is current can be opened"
            assert opened.index.scores(problem("tilsyn om natten")) == expected

        _kill_again_and_again(lambda: _publish(shelf), look)
    world.database.dispose()


def _publish(shelf: IndexShelf) -> None:
    shelf._published("solutions", shelf._kept["solutions"])


def test_what_was_moved_aside_when_the_publisher_died_is_put_back(tmp_path: Path) -> None:
    index, folder = Index.build(DOCUMENTS[:3]), tmp_path / "generation"
    index.publish(folder)
    folder.rename(tmp_path / ".generation.0123abcd.old")
    assert len(Index.open(folder)) == 3
    assert folder.exists()
