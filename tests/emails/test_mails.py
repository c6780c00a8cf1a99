"""Every mail there is, in both languages: brought about by a story, read as its receiver reads it."""

import re
from dataclasses import dataclass
from email.utils import parseaddr
from html.parser import HTMLParser
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from app.domain.vocabulary import Actor, Language
from app.emails.render import kinds
from app.store.people import Account
from tests.emails.stories import live_through_everything
from tests.emails.world import BASE_URL, TellingWorld, Told
from tests.servers.databases import sqlite_copy

# What a mail may be called to hold nothing of: somebody else's name, address and phone.
Marks = dict[UUID, tuple[str, ...]]


class Canaries(TellingWorld):
    """A world in which everybody's name, address and phone would be known anywhere."""

    def __init__(self, url: str, language: Language) -> None:
        self.language = language
        super().__init__(url)

    def person(self, *given: Any, **more: Any) -> Actor:
        actor = super().person(*given, **more)
        mark = uuid4().hex[:8]
        with self.database.transaction() as uow:
            account = uow.session.get_one(Account, actor.account_id)
            account.display_name = f"Kanarie{mark} Fugl"
            account.email = f"kanarie.{mark}@example.dk"
            account.phone = f"+45 {mark}"
            account.language = self.language
        return actor

    def marks(self) -> Marks:
        with self.database.reading() as uow:
            return {
                account.id: (account.display_name, account.email, account.phone or account.email)
                for account in uow.session.scalars(select(Account))
            }


@dataclass(frozen=True)
class Read:
    """All mails of one language, and everybody's marks."""

    language: Language
    told: list[Told]
    marks: Marks


@pytest.fixture(scope="module", params=list(Language), ids=str)
def read(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Read:
    world = Canaries(sqlite_copy(tmp_path_factory.mktemp("mails")), request.param)
    told = live_through_everything(world)
    marks = world.marks()
    world.database.dispose()
    return Read(request.param, told, marks)


def test_every_kind_of_mail_is_brought_about_by_a_story(read: Read) -> None:
    assert {told.kind for told in read.told} == set(kinds())


def test_on_both_databases_the_stories_cause_the_same_mails(database: str) -> None:
    world = TellingWorld(database)
    told = live_through_everything(world)
    world.database.dispose()
    assert {mail.kind for mail in told} == set(kinds())


def leaks(told: Told, marks: Marks) -> list[str]:
    everything = f"{told.raw.decode()}\n{told.message}\n{told.subject}\n{told.text}\n{told.html}"
    return [
        f"{told.kind}: {mark}"
        for account_id, others in marks.items()
        for mark in others
        if account_id != told.account_id and mark in everything
    ]


def test_no_mail_holds_contact_details_of_anybody_else(read: Read) -> None:
    assert [leak for told in read.told for leak in leaks(told, read.marks)] == []


def test_contact_details_would_be_found(read: Read) -> None:
    told = next(told for told in read.told if told.kind == "introduced_adopter")
    own = read.marks[told.account_id]
    assert leaks(told, {uuid4(): own}) == [f"{told.kind}: {own[0]}", f"{told.kind}: {own[1]}"]


def test_each_mail_goes_to_one_receiver_and_says_who_wrote_it_and_that_a_machine_did(read: Read) -> None:
    for told in read.told:
        assert parseaddr(str(told.message["To"]))[1] == read.marks[told.account_id][1]
        assert [str(value) for value in told.message.get_all("From", [])] == ["Genklang <post@genklang.example>"]
        assert told.message["Auto-Submitted"] == "auto-generated"
        assert re.fullmatch(r"<[0-9a-f]{40}@genklang\.example>", str(told.message["Message-ID"]))
        for header in ("Cc", "Bcc", "Reply-To"):
            assert told.message[header] is None
        assert (told.message["List-Unsubscribe"] is not None) == (told.kind == "digest")


def test_no_two_mails_have_the_same_id(read: Read) -> None:
    ids = [str(told.message["Message-ID"]) for told in read.told]
    assert len(ids) == len(set(ids))


def test_each_mail_has_one_button_that_leads_to_the_service(read: Read) -> None:
    for told in read.told:
        links = re.findall(r'href="([^"]+)"', told.html)
        assert len(links) == 1, told.kind
        assert links[0].startswith(f"{BASE_URL}/"), told.kind
        assert links[0] in told.text, told.kind
        assert re.findall(r"https?://\S+", told.text) == [links[0]], told.kind


def words_of(html: str) -> list[str]:
    class Reader(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.words: list[str] = []
            self.is_title = False

        def handle_starttag(self, tag: str, _attributes: Any) -> None:
            self.is_title = tag == "title"

        def handle_data(self, data: str) -> None:
            if not self.is_title:
                self.words += data.split()

    reader = Reader()
    reader.feed(html)
    return reader.words


def test_text_and_html_say_the_same(read: Read) -> None:
    for told in read.told:
        text = [word for word in told.text.split() if word not in {"--", "-", ">"}]
        assert set(text) - {word for word in text if word.endswith(":")} <= set(words_of(told.html)), told.kind


def test_nothing_in_the_html_is_inline_or_fetched_from_elsewhere(read: Read) -> None:
    forbidden = re.compile(r"<script|<style|<img|<link|\sstyle\s*=|\son\w+\s*=|src\s*=", re.IGNORECASE)
    for told in read.told:
        assert forbidden.findall(told.html) == [], told.kind
        assert f'<html lang="{read.language}">' in told.html


def test_every_mail_greets_its_receiver_and_says_why_it_came_and_how_to_stop_the_letter(read: Read) -> None:
    danish = read.language is Language.DANISH
    for told in read.told:
        name = read.marks[told.account_id][0]
        assert told.text.startswith(f"{'Hej' if danish else 'Hello'} {name}"), told.kind
        footer = " ".join(told.text.split("-- \n")[1].split())
        assert footer.startswith("Du får denne mail, fordi" if danish else "You get this mail because"), told.kind
        assert ("Ugebrevet kan du slå fra" if danish else "turn the weekly letter off") in footer, told.kind


def test_no_mail_has_a_hole_where_a_fact_belongs(read: Read) -> None:
    holes = re.compile(r"»\s*«|“\s*”|  |None|\{\{|\}\}|\[\]| [,.;:!?](?!\S)|:\s*\.|\bNone\b")
    for told in read.told:
        for line in [told.subject, *told.text.splitlines()]:
            if line.strip() != "--":
                assert not holes.search(line), f"{told.kind}: {line}"


def test_subjects_are_short_lines(read: Read) -> None:
    for told in read.told:
        assert 5 < len(told.subject) <= 150
        assert told.subject == " ".join(told.subject.split())
