"""From an event to a mail in the receiver's hands, on both databases, with a real mail server or one that fails."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from app.domain.vocabulary import IntroductionStatus, Reason
from app.store.outbox import Delivery, Lane, OutboxMessage
from app.store.people import Account
from app.store.safety import Heartbeat
from app.use_cases import deliveries, heartbeats
from app.use_cases.introductions import take_introduction_step
from tests.servers.smtp import SmtpSink
from tests.use_cases.introduction_world import World, at_once
from tests.workers.scripted_smtp import HANG_UP, SILENT, ScriptedSmtp
from tests.workers.workshop import ask_adopter, end_leases, events, mails, make_due, present_world, runtime_on, work
from workers import handlers
from workers.drain import MAIL, drain, drain_part
from workers.handlers import Handler
from workers.runtime import Runtime


@pytest.fixture
def world(database: str) -> Iterator[World]:
    found = present_world(database)
    yield found
    found.database.dispose()


@pytest.fixture
def runtime(world: World, smtp_sink: SmtpSink, tmp_path: Path) -> Iterator[Runtime]:
    with runtime_on(world.database.url, smtp_sink.url, tmp_path) as found:
        yield found


def test_an_event_becomes_a_mail_that_arrives_once(world: World, runtime: Runtime, smtp_sink: SmtpSink) -> None:
    ask_adopter(world)
    work(runtime)
    work(runtime)
    (received,) = smtp_sink.wait_for(1)
    (mail,) = mails(world.database)
    assert mail.state is Delivery.DONE
    assert received.raw == mail.mime
    assert received.message["Message-ID"] == mail.message_id
    assert [event.state for event in events(world.database)] == [Delivery.DONE]


def test_what_was_rolled_back_is_told_to_nobody(world: World, runtime: Runtime, smtp_sink: SmtpSink) -> None:
    introduction = world.introduction(world.problem(), world.solution())

    def fail() -> None:
        with world.database.transaction() as uow:
            take_introduction_step(uow, actor=world.consultant, introduction_id=introduction, step="ask_adopter")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    work(runtime)
    assert (events(world.database), mails(world.database), smtp_sink.mails) == ([], [], [])


def test_a_message_that_comes_again_does_nothing(world: World, runtime: Runtime, smtp_sink: SmtpSink) -> None:
    ask_adopter(world)
    work(runtime)
    with world.database.transaction() as uow:
        uow.session.execute(update(OutboxMessage).values(state=Delivery.PENDING))
    work(runtime)
    assert len(mails(world.database)) == len(smtp_sink.mails) == 1
    assert [event.state for event in events(world.database)] == [Delivery.DONE]


def test_a_worker_that_died_before_it_wrote_the_outcome_leaves_it_to_the_next(
    world: World, runtime: Runtime, smtp_sink: SmtpSink
) -> None:
    ask_adopter(world)
    with world.database.transaction() as uow:
        assert deliveries.claim_message(uow, lane=Lane.NOTICES) is not None
    work(runtime)
    assert smtp_sink.mails == []
    end_leases(world.database)
    work(runtime)
    assert len(smtp_sink.mails) == 1


def test_several_drains_of_one_lane_on_one_machine_do_not_get_in_each_others_way(
    world: World, runtime: Runtime, smtp_sink: SmtpSink
) -> None:
    for _ in range(5):
        ask_adopter(world)
    at_once(*(lambda: drain(runtime, Lane.NOTICES) for _ in range(4)))
    at_once(*(lambda: drain(runtime, MAIL) for _ in range(4)))
    work(runtime)
    assert len({mail.message["Message-ID"] for mail in smtp_sink.mails}) == len(smtp_sink.mails) == 5


def test_a_mail_that_is_refused_for_now_is_sent_later_as_the_same_bytes(
    world: World, runtime: Runtime, smtp_sink: SmtpSink
) -> None:
    ask_adopter(world)
    smtp_sink.refuse_with = "451 4.3.0 try later"
    work(runtime)
    (before,) = mails(world.database)
    assert (before.state, before.last_error, before.attempts) == (Delivery.PENDING, "SMTP 451 4.3.0", 1)
    smtp_sink.refuse_with = None
    make_due(world.database)
    work(runtime)
    (received,) = smtp_sink.wait_for(1)
    assert received.raw == before.mime


def test_a_mail_that_is_refused_for_good_is_given_up_and_sent_again_by_one_click(
    world: World, runtime: Runtime, smtp_sink: SmtpSink
) -> None:
    ask_adopter(world)
    smtp_sink.refuse_with = "550 5.1.1 <anna@example.dk> unknown"
    work(runtime)
    with world.database.transaction() as uow:
        (dead,) = deliveries.dead_messages(uow)
        assert (dead.is_mail, dead.kind, dead.last_error) == (True, "adopter_asked", "SMTP 550 5.1.1")
        deliveries.retry(uow, dead.id)
    smtp_sink.refuse_with = None
    work(runtime)
    assert len(smtp_sink.mails) == 1


def test_one_receiver_who_is_refused_keeps_no_other_waiting(world: World, tmp_path: Path) -> None:
    ask_adopter(world)
    place, _ = world.place("Plejecenter Bakken", "Bakkeby Kommune")
    world.introduction(world.problem(place), world.solution(), "ask_adopter")
    with (
        ScriptedSmtp({"RCPT": "550 5.1.1 nobody", "RSET": HANG_UP}) as server,
        runtime_on(world.database.url, server.url, tmp_path) as runtime,
    ):
        work(runtime)
    assert [mail.state for mail in mails(world.database)] == [Delivery.DEAD, Delivery.DEAD]


def test_what_became_untrue_while_it_waited_is_not_sent(world: World, runtime: Runtime, smtp_sink: SmtpSink) -> None:
    introduction = ask_adopter(world)
    drain(runtime, Lane.NOTICES)
    world.step(introduction, "cancel", note="Det var en fejl.")
    work(runtime)
    kinds = {mail.kind: mail.state for mail in mails(world.database)}
    assert kinds == {"adopter_asked": Delivery.SUPERSEDED, "cancelled_adopter": Delivery.DONE}
    assert len(smtp_sink.mails) == 1


def test_a_closed_account_is_not_written_to(world: World, runtime: Runtime, smtp_sink: SmtpSink) -> None:
    ask_adopter(world)
    drain(runtime, Lane.NOTICES)
    with world.database.transaction() as uow:
        uow.session.get_one(Account, world.adopter.account_id).disabled_at = uow.now
    work(runtime)
    assert [mail.state for mail in mails(world.database)] == [Delivery.SUPERSEDED]
    assert smtp_sink.mails == []


def resume_pause(world: World) -> None:
    with world.database.transaction() as uow:
        uow.session.get_one(Heartbeat, heartbeats.MAIL_PAUSE).beat_at = uow.now


def test_while_the_server_is_away_nothing_is_lost_and_it_is_asked_once_a_pause(world: World, tmp_path: Path) -> None:
    for _ in range(3):
        ask_adopter(world)
    with (
        ScriptedSmtp({"greeting": "421 4.3.2 not now"}) as server,
        runtime_on(world.database.url, server.url, tmp_path) as runtime,
    ):
        for _ in range(5):
            work(runtime)
        assert server.connections == 1
        resume_pause(world)
        for _ in range(5):
            work(runtime)
        assert server.connections == 2
        assert [(mail.state, mail.attempts) for mail in mails(world.database)] == [(Delivery.PENDING, 0)] * 3
        server.script.clear()
        resume_pause(world)
        make_due(world.database)
        work(runtime)
        assert len(server.mails) == 3
        ask_adopter(world)
        work(runtime)
        assert len(server.mails) == 4, "the lane is open again"


def test_a_server_that_hangs_up_in_the_middle_costs_no_attempt_and_others_go_first(
    world: World, tmp_path: Path
) -> None:
    ask_adopter(world)
    with ScriptedSmtp({"RCPT": HANG_UP}) as server, runtime_on(world.database.url, server.url, tmp_path) as runtime:
        work(runtime)
        (mail,) = mails(world.database)
        assert (mail.state, mail.attempts) == (Delivery.PENDING, 0)
        with world.database.reading() as uow:
            assert heartbeats.mail_lane_is_paused(uow)
            assert mail.next_at > uow.now + heartbeats.PAUSE


def test_a_server_that_takes_few_mails_a_connection_is_connected_to_again(world: World, tmp_path: Path) -> None:
    for _ in range(5):
        ask_adopter(world)
    with ScriptedSmtp(mails_a_connection=2) as server, runtime_on(world.database.url, server.url, tmp_path) as runtime:
        work(runtime)
        assert len(server.mails) == 5
        assert server.connections == 3


def test_a_server_that_is_silent_after_the_mail_costs_an_attempt_and_is_given_more_time(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.drain.CONVERSATION_SECONDS", 1.5)
    ask_adopter(world)
    with ScriptedSmtp({"text": SILENT}) as server, runtime_on(world.database.url, server.url, tmp_path) as runtime:
        work(runtime)
        (mail,) = mails(world.database)
        assert (mail.state, mail.attempts, mail.last_error) == (Delivery.PENDING, 1, deliveries.NO_ANSWER)
        with world.database.reading() as uow:
            assert not heartbeats.mail_lane_is_paused(uow), "it may be this mail that the server chokes on"
        monkeypatch.setattr("workers.drain.PATIENT_SECONDS", 5.0)
        server.script.clear()
        make_due(world.database)
        work(runtime)
        assert server.mails[0] == server.mails[1], "the second time it is byte for byte the same"
    assert [mail.state for mail in mails(world.database)] == [Delivery.DONE]


def test_a_handler_that_fails_is_tried_again_and_keeps_no_other_waiting(
    world: World, runtime: Runtime, smtp_sink: SmtpSink, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    first = ask_adopter(world)
    ask_adopter(world)
    whole = handlers.NOTIFY.act

    def fails_on_one(uow: Any, parts: Runtime, happened: Any) -> None:
        whole(uow, parts, happened)
        if happened.subject_id == first:
            raise ZeroDivisionError("anna@example.dk")

    monkeypatch.setattr(handlers, "NOTIFY", Handler("notify", fails_on_one))
    with caplog.at_level(logging.WARNING):
        work(runtime)
    assert "anna@example.dk" not in caplog.text
    assert "ZeroDivisionError at" in caplog.text
    assert [event.state for event in events(world.database)] == [Delivery.PENDING, Delivery.DONE]
    assert events(world.database)[0].last_error == "ZeroDivisionError"
    assert len(smtp_sink.mails) == 1, "what the failing handler wrote was undone"
    monkeypatch.undo()
    make_due(world.database)
    work(runtime)
    assert len(smtp_sink.mails) == 2


def test_an_event_that_this_version_does_not_know_is_kept_for_the_next(world: World, runtime: Runtime) -> None:
    ask_adopter(world)
    with world.database.transaction() as uow:
        uow.session.execute(update(OutboxMessage).values(name="SomethingNew"))
    drain(runtime, Lane.NOTICES)
    (event,) = events(world.database)
    assert (event.state, event.last_error) == (Delivery.PENDING, "LookupError")


def test_a_free_place_is_offered_to_who_waited_longest(world: World, runtime: Runtime, smtp_sink: SmtpSink) -> None:
    place, owner = world.place("Den travle", "Travlby", at_a_time=1)
    solution = world.solution(place)
    first, second = (
        world.introduction(world.problem(), solution, "ask_adopter", "accept_as_adopter") for _ in range(2)
    )
    assert world.status(second) is IntroductionStatus.WAITLISTED
    world.step(first, "decline_as_owner", owner, reason=Reason.NO_TIME_NOW)
    work(runtime)
    assert world.status(second) is IntroductionStatus.ASKING_OWNER
    subjects = [str(mail.message["Subject"]) for mail in smtp_sink.mails]
    assert sum("Nu har vi spurgt løsningsejeren" in subject for subject in subjects) == 1


def test_every_drain_gives_a_sign_of_life(world: World, runtime: Runtime) -> None:
    drain(runtime, Lane.NOTICES)
    drain(runtime, MAIL)
    with world.database.reading() as uow:
        assert set(heartbeats.beats(uow)) == {drain_part(Lane.NOTICES), drain_part(MAIL)}


def test_a_drain_ends_when_its_time_is_up(world: World, runtime: Runtime) -> None:
    ask_adopter(world)
    assert drain(runtime, Lane.NOTICES, seconds=0) == 0
    assert drain(runtime, Lane.NOTICES) == 1
