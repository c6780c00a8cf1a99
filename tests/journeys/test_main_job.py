"""The main job, from a problem typed to contact details: web, worker, clock, PostgreSQL, Redis, SMTP and a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app.domain.vocabulary import IntroductionStatus
from app.store.introductions import Introduction
from tests.journeys.people import Cast, Desk, at_desk, cast_in, describe_problem, open_and_introduce
from tests.journeys.service import Service, html_of, running_service, text_of, wait_until
from tests.servers import databases
from tests.servers.fixtures import empty_broker
from tests.servers.smtp import Received, SmtpSink

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

    from tests.journeys.people import Person


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with (
        databases.postgres_copy() as url,
        SmtpSink() as sink,
        running_service(tmp_path, database_url=url, broker_url=empty_broker("redis"), sink=sink) as running,
    ):
        yield running


class Story:
    """One problem and one solution on their way to each other."""

    def __init__(self, browser: Browser, service: Service, *, places_of_owner: int = 2) -> None:
        self.browser, self.service = browser, service
        self.cast: Cast = cast_in(service, places_of_owner=places_of_owner)
        self.introduction = ""

    def begin(self) -> None:
        """Bring it to the question to the adopter."""
        with at_desk(self.browser, self.service, self.cast.adopter) as desk:
            problem = describe_problem(desk)
        with at_desk(self.browser, self.service, self.cast.consultant) as desk:
            self.introduction = open_and_introduce(desk, problem, self.cast)

    def status(self) -> IntroductionStatus:
        """Where the introduction is, as the database has it."""
        with self.service.database.reading() as uow:
            path = urlsplit(self.introduction).path.rsplit("/", 1)[1]
            return uow.session.scalars(select(Introduction).where(Introduction.id == path)).one().status

    def comes_to(self, status: IntroductionStatus) -> None:
        """Wait until the introduction is there."""
        wait_until(lambda: self.status() is status, f"{status}, it is {self.status()}")

    def answer(self, person: Person, answer: str) -> Received:
        """Answer from the newest mail's link, without signing in; the link works once."""
        mail = wait_until(
            lambda: next((m for m in reversed(self.service.mails_to(person.email)) if "/answer/" in text_of(m)), None),
            f"a question to {person.email}",
        )
        link = self.service.link_in(mail, "/answer/")
        before = self.status()
        with at_desk(self.browser, self.service, None) as desk:
            page = desk.open(link)
            assert self.status() is before, "opening the link changes nothing"
            if answer == "no":
                page.locator("main details summary").first.click()
                page.locator("main select[name=reason]").select_option("no_time_now")
            page.locator(f"main button[name=answer][value={answer}]").click()
            page.wait_for_url("**/answers/*")
            assert desk.page.request.get(link).status in (404, 410), "the link works once"
        return mail

    def seen_by(self, person: Person) -> str:
        """The introduction's page as this person reads it; empty when it does not exist for her."""
        with at_desk(self.browser, self.service, person) as desk:
            return page_text(desk, self.introduction)

    def nobody_knows_the_other(self) -> None:
        """No page and no mail has given anybody's contact details away."""
        cast = self.cast
        for reader, other in ((cast.adopter, cast.owner), (cast.owner, cast.adopter)):
            page = self.seen_by(reader)
            mails = [text_of(mail) + html_of(mail) for mail in self.service.mails_to(reader.email)]
            for trace in other.traces():
                assert trace not in page
                assert not [mail for mail in mails if trace in mail]
        page = self.seen_by(cast.consultant)
        assert not [trace for person in (cast.adopter, cast.owner) for trace in person.traces() if trace in page]


def page_text(desk: Desk, url: str) -> str:
    """The main part of a page, with its markup; empty when there is no such page for the reader."""
    answer = desk.page.goto(url)
    assert answer is not None
    return desk.page.locator("main").inner_html() if answer.ok else ""


def test_a_problem_becomes_an_introduction_when_both_say_yes(browser: Browser, service: Service) -> None:
    story = Story(browser, service)
    story.begin()
    cast = story.cast
    story.nobody_knows_the_other()
    asked = story.answer(cast.adopter, "yes")
    assert asked.message["subject"]
    story.comes_to(IntroductionStatus.ASKING_OWNER)
    story.nobody_knows_the_other()
    story.answer(cast.owner, "yes")
    story.comes_to(IntroductionStatus.INTRODUCED)

    assert set(cast.owner.traces()) <= {trace for trace in cast.owner.traces() if trace in story.seen_by(cast.adopter)}
    assert [trace for trace in cast.adopter.traces() if trace in story.seen_by(cast.owner)] == [*cast.adopter.traces()]
    both = story.seen_by(cast.consultant)
    assert all(trace in both for person in (cast.adopter, cast.owner) for trace in person.traces())
    assert story.seen_by(cast.stranger) == ""
    with at_desk(browser, service, None) as desk:
        page_text(desk, story.introduction)
        assert not [t for t in (*cast.owner.traces(), *cast.adopter.traces()) if t in desk.page.content()]

    told = service.mail_to(cast.adopter.email, "You are introduced to each other")
    assert not [trace for trace in cast.owner.traces() if trace in text_of(told) + html_of(told)]
    service.mail_to(cast.owner.email, "introduceret")
    assert "You are introduced to each other" in str(told.message["subject"])


def test_the_adopter_says_no(browser: Browser, service: Service) -> None:
    story = Story(browser, service)
    story.begin()
    story.answer(story.cast.adopter, "no")
    story.comes_to(IntroductionStatus.DECLINED_BY_ADOPTER)
    service.mail_to(story.cast.consultant.email, "No, thank you, from the adopter", "time")
    story.nobody_knows_the_other()
    assert story.seen_by(story.cast.owner) == ""
    heard = "".join(text_of(mail) for mail in service.mails_to(story.cast.owner.email))
    assert story.cast.adopter_place not in heard, "an owner who was not asked hears nothing of it"
    assert "/answer/" not in heard


def test_the_owner_says_no(browser: Browser, service: Service) -> None:
    story = Story(browser, service)
    story.begin()
    story.answer(story.cast.adopter, "yes")
    story.answer(story.cast.owner, "no")
    story.comes_to(IntroductionStatus.DECLINED_BY_OWNER)
    told = service.mail_to(story.cast.adopter.email, "Not this time")
    assert "no time" not in text_of(told).lower(), "why an owner says no is between it and the consultant"
    story.nobody_knows_the_other()
    assert "This was declined by" not in story.seen_by(story.cast.adopter)


def test_an_owner_at_capacity_is_not_asked_until_a_place_is_free(browser: Browser, service: Service) -> None:
    first = Story(browser, service, places_of_owner=1)
    first.begin()
    first.answer(first.cast.adopter, "yes")
    first.comes_to(IntroductionStatus.ASKING_OWNER)
    second = Story.__new__(Story)
    second.browser, second.service, second.cast = browser, service, _with_adopter(first.cast, first.cast.stranger)
    second.begin()
    second.answer(second.cast.adopter, "yes")
    second.comes_to(IntroductionStatus.WAITLISTED)
    service.mail_to(second.cast.adopter.email, "You are on the waiting list")
    assert "waiting" in second.seen_by(second.cast.adopter).lower()
    questions = [mail for mail in service.mails_to(first.cast.owner.email) if "/answer/" in text_of(mail)]
    assert len(questions) == 1, "a full owner is asked about one at a time"

    first.answer(first.cast.owner, "no")
    second.comes_to(IntroductionStatus.ASKING_OWNER)
    wait_until(
        lambda: len([mail for mail in service.mails_to(first.cast.owner.email) if "/answer/" in text_of(mail)]) == 2,
        "the question about the second",
    )
    second.answer(second.cast.owner, "yes")
    second.comes_to(IntroductionStatus.INTRODUCED)


def _with_adopter(cast: Cast, adopter: Person) -> Cast:
    return Cast(
        adopter, cast.owner, cast.consultant, cast.adopter, cast.adopter_place, cast.owner_place, cast.owner_place_id
    )


def test_nobody_answers_and_time_passes(browser: Browser, service: Service) -> None:
    story = Story(browser, service)
    story.begin()
    adopter = story.cast.adopter.email
    service.mail_to(adopter, "/answer/")
    service.let_days_pass(7)
    wait_until(lambda: _reminders(service, adopter) == 1 or None, "the reminder", seconds=90)
    assert story.status() is IntroductionStatus.ASKING_ADOPTER
    service.let_days_pass(14)
    wait_until(lambda: story.status() is IntroductionStatus.EXPIRED or None, "the end", seconds=90)
    service.mail_to(adopter, "closed without an answer")
    service.mail_to(story.cast.consultant.email, "answer")
    story.nobody_knows_the_other()
    with at_desk(browser, service, story.cast.adopter) as desk:
        desk.open(story.introduction)
        expect(desk.page.locator("main")).to_contain_text("No answer")
    with at_desk(browser, service, None) as desk:
        late = desk.page.goto(service.link_in(service.mails_to(adopter)[-2], "/answer/"))
        assert late is not None
        assert late.status in (404, 409, 410), "an answer that comes too late is told so"


def _reminders(service: Service, address: str) -> int:
    return len([mail for mail in service.mails_to(address) if "/answer/" in text_of(mail)]) - 1
