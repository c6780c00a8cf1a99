"""One worker at a time has a row; a crash leaves evidence; nothing is lost and nothing is done twice."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, update

from app.domain.errors import NotFound, StepNotPossible
from app.domain.events import ProblemOpened, ProblemSubmitted
from app.store.outbox import Delivery, HandledMessage, Lane, Mail, OutboxMessage
from app.store.people import Account
from app.store.safety import Heartbeat
from app.store.unit_of_work import Database, utc_now
from app.use_cases import deliveries, heartbeats
from app.use_cases.deliveries import Claim
from tests.use_cases.introduction_world import at_once


@pytest.fixture
def store(database: str) -> Iterator[Database]:
    with Database(database) as opened:
        yield opened


def emit(store: Database, count: int = 1) -> list[UUID]:
    subjects = [uuid4() for _ in range(count)]
    with store.transaction() as uow:
        for subject in subjects:
            uow.emit(ProblemSubmitted(subject))
    return subjects


def claim(store: Database, lane: Lane = Lane.NOTICES) -> tuple[Claim, OutboxMessage] | None:
    with store.transaction() as uow:
        return deliveries.claim_message(uow, lane=lane)


def claimed(store: Database) -> Claim:
    found = claim(store)
    assert found is not None, "nothing was due"
    return found[0]


def row(store: Database, row_id: UUID) -> OutboxMessage:
    with store.reading() as uow:
        found = uow.session.get_one(OutboxMessage, row_id)
        uow.session.expunge(found)
        return found


def change(store: Database, **values: Any) -> None:
    with store.transaction() as uow:
        uow.session.execute(update(OutboxMessage).values(**values))


def lose_lease(store: Database) -> None:
    """As if the worker had died and its lease had run out."""
    change(store, lease_until=utc_now() - timedelta(seconds=1))


def test_what_was_rolled_back_is_never_claimed(store: Database) -> None:
    def fail() -> None:
        with store.transaction() as uow:
            uow.emit(ProblemSubmitted(uuid4()))
            uow.session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert claim(store) is None


def test_the_one_that_was_due_longest_comes_first_and_lanes_are_apart(store: Database) -> None:
    first, second = emit(store)[0], emit(store)[0]
    with store.transaction() as uow:
        uow.emit(ProblemOpened(uuid4()), lane=Lane.MATCHING)
    taken = [claim(store), claim(store), claim(store)]
    assert [found[1].payload["subject_id"] for found in taken if found] == [str(first), str(second)]
    assert claim(store, Lane.MATCHING) is not None


def test_a_claimed_row_is_not_given_to_another(store: Database) -> None:
    emit(store)
    mine = claimed(store)
    assert claim(store) is None
    with store.transaction() as uow:
        assert deliveries.finish(uow, mine)
    assert row(store, mine.id).state is Delivery.DONE
    assert claim(store) is None


def test_many_workers_at_once_take_every_row_once(store: Database) -> None:
    subjects = emit(store, 40)

    def work() -> list[str]:
        done = []
        while (found := claim(store)) is not None:
            with store.transaction() as uow:
                assert deliveries.finish(uow, found[0])
            done.append(found[1].payload["subject_id"])
        return done

    outcomes = at_once(work, work, work, work)
    assert Counter(subject for done in outcomes for subject in done) == Counter(map(str, subjects))


def test_a_lease_ends_and_the_loser_can_write_no_outcome(store: Database) -> None:
    emit(store)
    dead = claimed(store)
    assert claim(store) is None
    lose_lease(store)
    heir = claimed(store)
    assert (heir.id, heir.attempts) == (dead.id, 2)
    with store.transaction() as uow:
        assert not deliveries.finish(uow, dead)
        assert not deliveries.give_up(uow, dead, error="late")
    assert row(store, dead.id).state is Delivery.SENDING
    with store.transaction() as uow:
        assert deliveries.finish(uow, heir)


def test_a_lease_is_kept_by_the_databases_clock_not_the_workers(postgres_database: str) -> None:
    """A SQLite file has one machine, and so one clock."""
    with (
        Database(postgres_database) as right,
        Database(postgres_database, clock=lambda: utc_now() + timedelta(minutes=10)) as ahead,
    ):
        emit(right)
        assert claim(right) is not None
        assert claim(ahead) is None


def test_a_failure_waits_at_most_its_longest_and_after_the_last_it_is_given_up(store: Database) -> None:
    emit(store)
    for longest in deliveries.WAITS:
        mine = claimed(store)
        with store.transaction() as uow:
            assert deliveries.retry_later(uow, mine, error="SMTP 451")
        waiting = row(store, mine.id)
        assert waiting.state is Delivery.PENDING
        assert waiting.next_at <= utc_now() + longest
        change(store, next_at=utc_now() - timedelta(seconds=1))
    last = claimed(store)
    with store.transaction() as uow:
        deliveries.retry_later(uow, last, error="SMTP 451")
    assert row(store, last.id).state is Delivery.DEAD
    assert row(store, last.id).last_error == "SMTP 451"
    assert sum(deliveries.WAITS, timedelta()) > timedelta(hours=22)


def test_what_must_wait_is_not_claimed_before(store: Database) -> None:
    emit(store)
    change(store, next_at=utc_now() + timedelta(seconds=60))
    assert claim(store) is None


def test_a_failing_lane_costs_a_row_no_attempt(store: Database) -> None:
    emit(store)
    mine = claimed(store)
    with store.transaction() as uow:
        deliveries.put_back(uow, mine, error="ConnectionRefusedError", wait=timedelta(0))
    assert row(store, mine.id).attempts == 0
    assert claimed(store).attempts == 1


def test_a_row_that_kills_its_workers_is_put_aside_after_five(store: Database) -> None:
    poison = emit(store)[0]
    for _ in range(deliveries.MOST_CRASHES):
        found = claim(store)
        assert found is not None
        assert found[1].payload["subject_id"] == str(poison)
        with store.transaction() as uow:
            assert deliveries.set_poison_aside(uow) == 0
        lose_lease(store)
    assert claim(store) is None
    with store.transaction() as uow:
        assert deliveries.set_poison_aside(uow) == 1
    with store.reading() as uow:
        assert [dead.kind for dead in deliveries.dead_messages(uow)] == ["ProblemSubmitted"]


def test_an_outcome_between_crashes_begins_the_count_anew(store: Database) -> None:
    emit(store)
    for _ in range(deliveries.MOST_CRASHES - 1):
        claimed(store)
        lose_lease(store)
    survivor = claimed(store)
    with store.transaction() as uow:
        deliveries.retry_later(uow, survivor, error="SMTP 451")
    change(store, next_at=utc_now() - timedelta(seconds=1))
    claimed(store)
    lose_lease(store)
    assert claim(store) is not None


def test_what_was_given_up_is_listed_and_tried_again(store: Database) -> None:
    emit(store)
    mine = claimed(store)
    with store.transaction() as uow:
        deliveries.give_up(uow, mine, error="SMTP 550 5.1.1")
    with store.transaction() as uow:
        (dead,) = deliveries.dead_messages(uow)
        assert (dead.id, dead.is_mail, dead.last_error) == (mine.id, False, "SMTP 550 5.1.1")
        deliveries.retry(uow, dead.id)
    with store.transaction() as uow:
        assert deliveries.dead_messages(uow) == []
        with pytest.raises(StepNotPossible):
            deliveries.retry(uow, mine.id)
        with pytest.raises(NotFound):
            deliveries.retry(uow, uuid4())
    assert claimed(store).attempts == 1


def test_a_mail_whose_text_is_gone_cannot_be_tried_again(store: Database) -> None:
    mail_id = make_mail(store)
    with store.transaction() as uow:
        mail = uow.session.get_one(Mail, mail_id)
        mail.state, mail.mime = Delivery.DEAD, None
    with store.transaction() as uow, pytest.raises(StepNotPossible):
        deliveries.retry(uow, mail_id)


def test_a_mail_that_the_server_was_silent_about_is_given_a_longer_lease(store: Database) -> None:
    make_mail(store)
    with store.transaction() as uow:
        found = deliveries.claim_mail(uow, slow_lease=timedelta(minutes=2))
        assert found is not None
        deliveries.retry_later(uow, found[0], error=deliveries.NO_ANSWER)
        uow.session.execute(update(Mail).values(next_at=utc_now() - timedelta(seconds=1)))
    with store.transaction() as uow:
        found = deliveries.claim_mail(uow, slow_lease=timedelta(minutes=2))
        assert found is not None
        assert found[1].lease_until is not None
        assert found[1].lease_until > utc_now() + timedelta(seconds=100)


def test_a_handler_does_its_part_for_a_message_once(store: Database) -> None:
    message_id = uuid4()
    with store.transaction() as uow:
        assert deliveries.begin_handling(uow, message_id=message_id, handler="notify")
        assert deliveries.begin_handling(uow, message_id=message_id, handler="match_problem")
    with store.transaction() as uow:
        assert not deliveries.begin_handling(uow, message_id=message_id, handler="notify")


def test_a_handler_that_fails_has_not_done_its_part(store: Database) -> None:
    def fail() -> None:
        with store.transaction() as uow:
            deliveries.begin_handling(uow, message_id=uuid4(), handler="notify")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with store.transaction() as uow:
        assert uow.session.scalar(select(func.count()).select_from(HandledMessage)) == 0


def test_due_lanes_are_those_with_something_due(store: Database) -> None:
    with store.transaction() as uow:
        assert deliveries.due_lanes(uow) == (frozenset(), False)
    emit(store)
    make_mail(store)
    with store.transaction() as uow:
        assert deliveries.due_lanes(uow) == (frozenset({Lane.NOTICES}), True)
    claimed(store)
    with store.transaction() as uow:
        assert deliveries.due_lanes(uow) == (frozenset(), True)


def test_a_slot_is_taken_once_even_by_several_at_once(store: Database) -> None:
    def take() -> bool:
        with store.transaction() as uow:
            return heartbeats.take_slot(uow, job="digest", slot="2026-11-23")

    assert at_once(take, take, take).count(True) == 1
    with store.transaction() as uow:
        assert heartbeats.take_slot(uow, job="digest", slot="2026-11-30")
        assert heartbeats.take_slot(uow, job="retention", slot="2026-11-30")


def test_while_the_mail_server_is_away_one_worker_a_pause_tries(store: Database) -> None:
    def enter() -> heartbeats.MailLane:
        with store.transaction() as uow:
            return heartbeats.enter_mail_lane(uow)

    assert enter() == heartbeats.MailLane(is_open=True)
    with store.transaction() as uow:
        heartbeats.pause_mail_lane(uow)
        assert heartbeats.mail_lane_is_paused(uow)
    assert not enter().is_open
    with store.transaction() as uow:
        beat = uow.session.get_one(Heartbeat, heartbeats.MAIL_PAUSE)
        beat.beat_at = utc_now() - timedelta(seconds=1)
    assert [lane.is_open for lane in at_once(enter, enter, enter)].count(True) == 1
    with store.transaction() as uow:
        heartbeats.resume_mail_lane(uow)
    assert enter() == heartbeats.MailLane(is_open=True)


def make_mail(store: Database) -> UUID:
    with store.transaction() as uow:
        account = Account(
            email="anna@example.dk", display_name="Anna Alm", password_hash="x", roles=[], created_at=uow.now
        )
        uow.session.add(account)
        uow.session.flush()
        mail = Mail(
            key="k", kind="digest", account_id=account.id, mime=b"x", message_id="<x@example.dk>", next_at=uow.now,
            created_at=uow.now,
        )  # fmt: skip
        uow.session.add(mail)
        uow.session.flush()
        return mail.id
