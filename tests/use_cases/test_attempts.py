from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from app.domain.errors import Conflict, TooManyAttempts
from app.store.safety import Attempt
from app.store.unit_of_work import Database
from app.use_cases.attempts import count_attempt, forget_old_attempts
from tests.people import Clock, opened

LIMIT = 10


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(database: str, clock: Clock) -> Iterator[Database]:
    with opened(database, clock) as opened_store:
        yield opened_store


def try_once(store: Database, by: str = "anna@example.dk") -> bool:
    try:
        with store.transaction() as uow:
            count_attempt(uow, what="sign-in", by=by, limit=LIMIT, window_seconds=60)
    except TooManyAttempts:
        return False
    return True


def test_exactly_the_limit_passes_in_one_window_and_again_in_the_next(store: Database, clock: Clock) -> None:
    assert [try_once(store) for _ in range(LIMIT + 3)] == [True] * LIMIT + [False] * 3
    clock.pass_by(seconds=60)
    assert try_once(store)


def test_what_one_tries_does_not_count_for_another(store: Database) -> None:
    for _ in range(LIMIT):
        assert try_once(store)
    assert not try_once(store)
    assert try_once(store, by="bent@example.dk")


def test_a_refusal_says_when_to_try_again(store: Database, clock: Clock) -> None:
    clock.pass_by(seconds=20)
    for _ in range(LIMIT):
        try_once(store)
    with pytest.raises(TooManyAttempts) as refused, store.transaction() as uow:
        count_attempt(uow, what="sign-in", by="anna@example.dk", limit=LIMIT, window_seconds=60)
    assert refused.value.retry_after_seconds == 40


def test_four_at_once_pass_the_limit_no_further_than_one(store: Database) -> None:
    def hammer(_number: int) -> int:
        passed = 0
        for _ in range(5):
            try:
                passed += try_once(store)
            except Conflict:
                continue
        return passed

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(hammer, range(4))) == LIMIT


def test_no_address_stands_in_the_table_and_old_counts_are_forgotten(store: Database, clock: Clock) -> None:
    try_once(store)
    with store.reading() as uow:
        buckets = list(uow.session.scalars(select(Attempt.bucket)))
    assert len(buckets) == 1
    assert "anna" not in buckets[0]
    clock.pass_by(seconds=61)
    with store.transaction() as uow:
        assert forget_old_attempts(uow) == 1
        assert list(uow.session.scalars(select(Attempt.bucket))) == []
