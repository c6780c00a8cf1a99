"""Who hears what of which event, who hears nothing, and that nobody hears it twice."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from app.domain.deadlines import danish_date
from app.domain.events import Event, ProblemRenewed
from app.domain.steps import WAITING
from app.domain.vocabulary import (
    Actor,
    IntroductionStatus,
    Language,
    Lifecycle,
    ProblemStatus,
    Reason,
    Role,
    SolutionStatus,
)
from app.emails.render import day_in, kinds
from app.store.introductions import Introduction
from app.store.outbox import Mail, OutboxMessage
from app.store.people import Account, Membership
from app.use_cases.links import Purpose
from app.use_cases.notices import NOTICES, REMINDERS
from app.use_cases.notify import happened_of, notify, still_holds
from tests.emails.stories import accounts_come_and_change
from tests.emails.world import BASE_URL, LETTERHEAD, ORIGIN, TellingWorld, Told


@pytest.fixture
def world(database: str) -> Iterator[TellingWorld]:
    found = TellingWorld(database)
    yield found
    found.database.dispose()


def heard(told: list[Told], actor: Actor) -> list[str]:
    return sorted(mail.kind for mail in told if mail.account_id == actor.account_id)


def asked(world: TellingWorld, *steps: str) -> UUID:
    """Return an introduction moved on by `steps`, of which everybody has heard."""
    introduction = world.introduction(None, None, *steps)
    world.tell()
    return introduction


def test_every_event_has_its_entry_and_every_kind_of_mail_its_event() -> None:
    events = {event.__name__ for event in Event.__subclasses__()}
    # matching alone follows from a change of text or of what the matcher knows; a renewal is for the history; a place
    # may follow from reconfirming
    assert events - set(NOTICES) == {
        "ProblemTextChanged", "SolutionTextChanged", "ProblemRenewed", "ReminderDue", "AdopterReconfirmed",
        "KnowledgeChanged", "KnowledgeTried", "ProblemMatchWanted",
    }  # fmt: skip
    told = {notice.kind for _, notices in NOTICES.values() for notice in notices}
    told |= {
        notice.kind
        for states in REMINDERS.values()
        for timers in states.values()
        for notices in timers.values()
        for notice in notices
    }
    assert told == set(kinds())


def test_every_timer_of_the_workflow_that_takes_no_step_reminds_somebody() -> None:
    timers = {
        (lifecycle, state, timer.name)
        for lifecycle, states in WAITING.items()
        for state, waiting in states.items()
        for timer in waiting.timers
        if timer.step is None
    }
    reminded = {
        (lifecycle, state, name)
        for lifecycle, states in REMINDERS.items()
        for state, names in states.items()
        for name in names
    }
    assert reminded == timers


def test_a_submitted_problem_is_receipted_with_the_promise_and_the_whole_team_hears(world: TellingWorld) -> None:
    problem = world.problem(status=ProblemStatus.DRAFT)
    world.problem_step(problem, "submit")
    told = world.tell()
    assert heard(told, world.adopter) == ["problem_received"]
    assert heard(told, world.consultant) == heard(told, world.other_consultant) == ["problem_to_review"]
    assert len(told) == 3
    receipt = next(mail for mail in told if mail.kind == "problem_received")
    words = " ".join(receipt.text.split())
    assert "inden for 2 arbejdsdage, altså senest onsdag den 25. november 2026" in words
    assert f"{BASE_URL}/problems/{problem}" in words


def test_a_consultant_who_has_been_closed_out_hears_nothing(world: TellingWorld) -> None:
    with world.database.transaction() as uow:
        uow.session.get_one(Account, world.other_consultant.account_id).disabled_at = uow.now
    world.problem_step(world.problem(status=ProblemStatus.DRAFT), "submit")
    assert heard(world.tell(), world.other_consultant) == []


def test_an_answer_goes_to_the_consultant_who_took_the_problem_alone(world: TellingWorld) -> None:
    problem = world.problem(status=ProblemStatus.SUBMITTED)
    world.problem_step(problem, "take", world.consultant)
    world.problem_step(problem, "ask_for_info", world.consultant, note="Hvor mange?")
    told = world.tell()
    assert [mail.kind for mail in told] == ["problem_question"]
    assert "> Hvor mange?" in told[0].text
    world.problem_step(problem, "answer", note="Fire.")
    assert [(mail.kind, mail.account_id) for mail in world.tell()] == [
        ("problem_answered", world.consultant.account_id)
    ]


def test_the_adopter_is_asked_with_a_link_that_lives_as_long_as_the_question(world: TellingWorld) -> None:
    introduction = world.introduction(None, None, "ask_adopter")
    (mail,) = world.tell()
    assert (mail.kind, mail.account_id) == ("adopter_asked", world.adopter.account_id)
    row = world.read(Introduction, introduction)
    link = LETTERHEAD.signer.read(_token(mail), Purpose.ANSWER_AS_ADOPTER, now=world.now)
    assert (link.subject_id, link.account_id) == (introduction, world.adopter.account_id)
    assert link.expires_at == row.due_at.replace(microsecond=0)
    words = " ".join(mail.text.split())
    assert day_in(Language.DANISH, danish_date(row.due_at)) in words
    assert "»Skærmbesøg om natten« fra Hjemmeplejen Syd, Sydby Kommune" in words
    assert "Dem ser I på siden" in words
    assert "Ord til genbrugeren" not in words


def test_the_owner_hears_of_it_only_when_the_adopter_has_said_yes(world: TellingWorld) -> None:
    introduction = world.introduction(None, None, "ask_adopter")
    assert heard(world.tell(), world.owner) == []
    world.step(introduction, "accept_as_adopter")
    (mail,) = world.tell()
    assert (mail.kind, mail.account_id) == ("owner_asked", world.owner.account_id)
    assert LETTERHEAD.signer.read(_token(mail), Purpose.ANSWER_AS_OWNER, now=world.now).subject_id == introduction
    words = " ".join(mail.text.split())
    assert "Plejecenter Engen, Nordby Kommune har et problem" in words
    assert "»Natlige tilsyn vækker borgerne«" in words


def _token(mail: Told) -> str:
    return mail.text.split(f"{BASE_URL}/answer/")[1].split()[0]


def test_an_introduction_is_told_to_both_and_the_consultant(world: TellingWorld) -> None:
    introduction = asked(world, "ask_adopter", "accept_as_adopter")
    world.step(introduction, "accept_as_owner")
    told = world.tell()
    assert heard(told, world.adopter) == ["introduced_adopter"]
    assert heard(told, world.owner) == ["introduced_owner"]
    assert heard(told, world.consultant) == ["introduced_consultant"]
    assert len(told) == 3


def test_an_owner_who_was_never_asked_hears_nothing_of_an_expiry(world: TellingWorld) -> None:
    introduction = asked(world, "ask_adopter")
    world.step(introduction, "expire")
    told = world.tell()
    assert heard(told, world.owner) == []
    assert heard(told, world.adopter) == ["expired_adopter"]
    assert heard(told, world.consultant) == ["expired_consultant"]
    assert len(told) == 2


def test_of_an_expiry_after_the_adopters_yes_all_who_were_asked_hear(world: TellingWorld) -> None:
    introduction = asked(world, "ask_adopter", "accept_as_adopter")
    world.step(introduction, "expire")
    told = world.tell()
    assert heard(told, world.owner) == ["expired_owner"]
    assert heard(told, world.adopter) == ["expired_adopter"]
    adopters = next(mail for mail in told if mail.kind == "expired_adopter")
    assert "Det tæller ikke imod jer." in adopters.text


def test_a_no_from_the_owner_reaches_the_adopter_without_its_reason(world: TellingWorld) -> None:
    introduction = asked(world, "ask_adopter", "accept_as_adopter")
    world.step(introduction, "decline_as_owner", reason=Reason.NOT_OUR_EXPERTISE, note="De er for små.")
    told = world.tell()
    neutral = next(mail for mail in told if mail.account_id == world.adopter.account_id)
    assert neutral.kind == "owner_declined_adopter"
    assert "for små" not in neutral.text
    assert "arbejdspladsen er god til" not in neutral.text
    consultants = next(mail for mail in told if mail.account_id == world.consultant.account_id)
    assert "ikke det, arbejdspladsen er god til" in " ".join(consultants.text.split())
    assert heard(told, world.owner) == []


@pytest.mark.parametrize(
    ("steps", "adopters", "owners"),
    [
        ((), [], []),
        (("ask_adopter",), ["cancelled_adopter"], []),
        (("ask_adopter", "accept_as_adopter"), ["cancelled_adopter"], ["cancelled_owner"]),
    ],
)
def test_a_cancelled_introduction_is_told_to_those_whom_it_had_reached(
    world: TellingWorld, steps: tuple[str, ...], adopters: list[str], owners: list[str]
) -> None:
    introduction = asked(world, *steps)
    world.step(introduction, "cancel", note="Opgaven er flyttet.")
    told = world.tell()
    assert heard(told, world.adopter) == adopters
    assert heard(told, world.owner) == owners


def test_a_waiting_adopter_hears_when_its_turn_comes_with_the_owner(world: TellingWorld) -> None:
    place, owner = world.place("Den travle", "Travlby", at_a_time=1)
    solution = world.solution(place)
    first = world.introduction(None, solution, "ask_adopter", "accept_as_adopter")
    waiting = world.introduction(None, solution, "ask_adopter", "accept_as_adopter")
    told = world.tell()
    assert world.status(waiting) is IntroductionStatus.WAITLISTED
    assert heard(told, owner) == ["owner_asked"]
    assert "waitlisted" in heard(told, world.adopter)
    world.step(first, "decline_as_owner", world.members[place], reason=Reason.NO_TIME_NOW)
    world.tell()
    world.step(waiting, "offer_place", world.consultant)
    told = world.tell()
    assert heard(told, owner) == ["owner_asked"]
    assert heard(told, world.adopter) == ["place_free"]


def test_who_took_the_step_is_not_told_of_it(world: TellingWorld) -> None:
    solution = world.solution()
    world.solution_step(solution, "archive", world.owner)
    assert world.tell() == []
    world.solution_step(world.solution(), "archive", world.consultant)
    assert heard(world.tell(), world.owner) == ["solution_archived"]


def test_a_withdrawn_draft_is_nobodys_business(world: TellingWorld) -> None:
    world.problem_step(world.problem(status=ProblemStatus.DRAFT), "withdraw", reason=Reason.OTHER)
    assert world.tell() == []


def test_a_solution_that_comes_back_from_a_pause_is_not_said_to_be_new(world: TellingWorld) -> None:
    solution = world.solution(status=SolutionStatus.IN_REVIEW, **ORIGIN)
    world.solution_step(solution, "publish", world.consultant)
    assert world.kinds_told() == ["solution_published"]
    world.solution_step(solution, "pause")
    world.solution_step(solution, "resume", world.consultant)
    assert world.kinds_told() == ["solution_resumed"]


def test_what_no_longer_holds_when_it_is_looked_at_is_not_told(world: TellingWorld) -> None:
    introduction = world.introduction(None, None, "ask_adopter")
    world.step(introduction, "cancel", note="Det var en fejl.")
    assert world.kinds_told() == ["cancelled_adopter"]


def test_a_reminder_for_a_state_that_was_left_is_not_told(world: TellingWorld) -> None:
    introduction = asked(world, "ask_adopter")
    world.remind(Lifecycle.INTRODUCTION, IntroductionStatus.ASKING_ADOPTER, "reminder", introduction)
    world.step(introduction, "accept_as_adopter")
    assert world.kinds_told() == ["owner_asked"]


def test_a_message_delivered_twice_tells_nobody_twice(world: TellingWorld) -> None:
    world.introduction(None, None, "ask_adopter")
    assert len(world.tell()) == 1
    with world.database.transaction() as uow:
        message = uow.session.scalars(select(OutboxMessage).where(OutboxMessage.name == "AdopterAsked")).one()
        assert notify(uow, letterhead=LETTERHEAD, happened=happened_of(message)) == []


def test_an_event_that_is_unknown_is_an_error(world: TellingWorld) -> None:
    problem = world.problem()
    with world.database.transaction() as uow:
        uow.emit(ProblemRenewed(problem))
    with world.database.transaction() as uow:
        message = uow.session.scalars(select(OutboxMessage).where(OutboxMessage.name == "ProblemRenewed")).one()
        with pytest.raises(LookupError):
            notify(uow, letterhead=LETTERHEAD, happened=happened_of(message))


def test_a_thing_that_is_gone_is_told_to_nobody(world: TellingWorld) -> None:
    problem = world.problem(status=ProblemStatus.DRAFT)
    world.problem_step(problem, "submit")
    with world.database.transaction() as uow:
        message = uow.session.scalars(select(OutboxMessage)).one()
        message.payload = {"subject_id": str(UUID(int=1))}
    assert world.tell() == []


def test_when_the_contact_has_left_a_colleague_is_asked(world: TellingWorld) -> None:
    colleague = world.person("Kollega", workplace_id=world.adopter_place)
    with world.database.transaction() as uow:
        membership = uow.session.get_one(Membership, (world.adopter.account_id, world.adopter_place))
        uow.session.delete(membership)
    world.introduction(None, None, "ask_adopter")
    assert [mail.account_id for mail in world.tell()] == [colleague.account_id]


def test_each_reads_it_in_its_own_language(world: TellingWorld) -> None:
    with world.database.transaction() as uow:
        uow.session.get_one(Account, world.owner.account_id).language = Language.ENGLISH
    introduction = asked(world, "ask_adopter", "accept_as_adopter")
    world.step(introduction, "accept_as_owner")
    told = {mail.kind: mail for mail in world.tell()}
    assert told["introduced_owner"].subject.startswith("You are introduced to each other")
    assert told["introduced_adopter"].subject.startswith("I er introduceret til hinanden")


def test_a_reset_link_dies_with_the_password_that_it_was_made_for(world: TellingWorld) -> None:
    accounts_come_and_change(world)
    told = {mail.kind: mail for mail in world.tell()}
    token = told["reset_password"].text.split("/accounts/reset/")[1].split()[0]
    link = LETTERHEAD.signer.read(token, Purpose.RESET_PASSWORD, now=world.now)
    assert link.account_id == world.adopter.account_id
    assert link.subject_id != world.adopter.account_id
    assert link.expires_at <= world.now + timedelta(hours=1)
    assert set(told) == {"verify_email", "already_registered", "reset_password", "password_changed"}


def holds(world: TellingWorld, kind: str) -> bool:
    with world.database.reading() as uow:
        return still_holds(uow, uow.session.scalars(select(Mail).where(Mail.kind == kind)).one())


def test_right_before_sending_it_is_seen_that_things_moved_on(world: TellingWorld) -> None:
    introduction = asked(world, "ask_adopter")
    assert holds(world, "adopter_asked")
    world.step(introduction, "accept_as_adopter")
    assert not holds(world, "adopter_asked")


def test_right_before_sending_it_is_seen_that_the_account_was_closed(world: TellingWorld) -> None:
    asked(world, "ask_adopter")
    with world.database.transaction() as uow:
        uow.session.get_one(Account, world.adopter.account_id).disabled_at = uow.now
    assert not holds(world, "adopter_asked")


def test_a_reset_that_was_held_up_for_too_long_is_not_sent(world: TellingWorld) -> None:
    accounts_come_and_change(world)
    world.tell()
    assert holds(world, "reset_password")
    world.pass_time(minutes=61)
    assert not holds(world, "reset_password")


def test_a_mail_whose_event_was_forgotten_is_still_sent(world: TellingWorld) -> None:
    asked(world, "ask_adopter")
    with world.database.transaction() as uow:
        for message in uow.session.scalars(select(OutboxMessage)):
            uow.session.delete(message)
    assert holds(world, "adopter_asked")


def test_a_team_without_consultants_is_no_error(world: TellingWorld) -> None:
    with world.database.transaction() as uow:
        for account in uow.session.scalars(select(Account)):
            account.roles = [role for role in account.roles if role != Role.CONSULTANT]
    world.problem_step(world.problem(status=ProblemStatus.DRAFT), "submit")
    assert world.kinds_told() == ["problem_received"]
