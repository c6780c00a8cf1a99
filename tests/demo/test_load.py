from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app.demo import load
from app.demo.load import load_demo
from app.demo.logins import DEMO_LOGINS
from app.demo.paths import INTRODUCTION_PATHS
from app.domain.vocabulary import IntroductionStatus, ProblemStatus, SolutionStatus
from app.store.catalogue import Problem, Solution
from app.store.history import HistoryEntry
from app.store.introductions import Introduction
from app.store.outbox import Delivery, Lane, OutboxMessage
from app.store.people import Account
from app.store.unit_of_work import Database
from app.use_cases.passwords import is_right


def test_the_demo_fills_an_empty_database_once(database: str) -> None:
    assert load_demo(database)
    assert not load_demo(database)
    with Database(database) as store, store.reading() as uow:
        problems = Counter(uow.session.scalars(select(Problem.status)))
        solutions = Counter(uow.session.scalars(select(Solution.status)))
        introductions = Counter(uow.session.scalars(select(Introduction.status)))
        entries = uow.session.scalars(select(HistoryEntry.at)).all()
        now = uow.now
    assert problems.keys() >= set(ProblemStatus) - {ProblemStatus.MERGED}
    assert solutions.keys() >= set(SolutionStatus) - {SolutionStatus.MERGED}
    assert introductions.keys() == set(IntroductionStatus)
    assert max(entries) <= now + timedelta(minutes=1), "the demo has a history, not a future"


def test_only_questions_that_still_wait_are_sent(sqlite_database: str) -> None:
    load_demo(sqlite_database)
    with Database(sqlite_database) as store, store.reading() as uow:
        pending = uow.session.scalars(
            select(OutboxMessage.name).where(
                OutboxMessage.state == Delivery.PENDING, OutboxMessage.lane == Lane.NOTICES
            )
        ).all()
        asking = uow.session.scalars(
            select(Introduction.id).where(
                Introduction.status.in_([IntroductionStatus.ASKING_ADOPTER, IntroductionStatus.ASKING_OWNER])
            )
        ).all()
    assert set(pending) == {"AdopterAsked", "OwnerAsked"}
    assert len(pending) == len(asking)


def test_the_printed_logins_work(sqlite_database: str) -> None:
    load_demo(sqlite_database)
    with Database(sqlite_database) as store, store.reading() as uow:
        hashes = {row.email: row.password_hash for row in uow.session.scalars(select(Account))}
    for _, email, password in DEMO_LOGINS:
        assert is_right(hashes[email], password), email


def test_a_record_that_does_not_come_to_its_state_is_an_error(
    sqlite_database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = {**INTRODUCTION_PATHS, "introduced": ()}
    monkeypatch.setattr(load, "INTRODUCTION_PATHS", broken)
    with pytest.raises(ValueError, match="came to drafted, not introduced"):
        load_demo(sqlite_database)
