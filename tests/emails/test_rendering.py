"""Words become text and HTML; what people typed stays text, on one line, and out of the headers."""

from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import product
from typing import Any

import pytest
from jinja2 import TemplateNotFound, UndefinedError

from app.domain.vocabulary import Language, Reason
from app.emails.message import message_bytes, message_id_of
from app.emails.render import RenderedMail, day_in, kinds, one_line, parts_of, render
from app.emails.words import reason_in

FACTS: dict[str, Any] = {
    "name": "Anna Alm", "audience": "contact", "url": "https://genklang.example/x", "problem": "Madspild",
    "solution": "Køkkenhaven", "title": "Madspild", "place": "Engen", "adopter": "Engen", "owner": "Bakken",
    "joined": "Haven", "due": date(2026, 12, 8), "closes_on": date(2027, 5, 1), "words": True, "reason": "andet",
    "question": "Hvor mange?", "asked_owner": True, "shortlisted": [("Madspild", 1)], "fits": [("Køkkenhaven", 2)],
    "waiting": [("problems", 3)],
}  # fmt: skip
# Header names, line ends of every kind, encoded words, and what a parser may take for one of them.
INJECTIONS = [
    f"Madspild{end}{header}"
    for end, header in product(
        ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\r\n\r\n"],
        ["Bcc: ond@example.dk", "Cc: ond@example.dk\r\nX: y", "Content-Type: text/html", "To: ond@example.dk"],
    )
] + [
    "=?utf-8?q?Madspild=0D=0ABcc=3A_ond=40example=2Edk?=", "=?utf-8?b?DQpCY2M6IG9uZEBleGFtcGxlLmRr?=",
    "Madspild%0d%0aBcc: ond@example.dk", "\u202eMadspild", "A" * 5000, "\x00Madspild", "😀" * 80,
    "<script>alert(1)</script>", "{{ 7*7 }}{% raw %}", "<ond@example.dk>", '"; DROP', "\udcff",
]  # fmt: skip
HEADERS = [
    "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type",
]  # fmt: skip


def built(mail: RenderedMail, *, name: str = "Anna Alm", email: str = "anna@example.dk") -> EmailMessage:
    raw = message_bytes(
        mail, sender="Genklang <post@genklang.example>", receiver_name=name, receiver_email=email,
        message_id="<id@genklang.example>", date=datetime(2026, 11, 24, 9, 0, tzinfo=UTC),
    )  # fmt: skip
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    return message_from_bytes(raw, policy=policy.default)


@pytest.mark.parametrize("kind", kinds())
def test_whatever_is_typed_makes_no_header_and_no_receiver(kind: str) -> None:
    for language, typed in product(Language, INJECTIONS):
        facts = FACTS | dict.fromkeys(("problem", "solution", "title", "joined", "adopter", "owner", "place"), typed)
        message = built(render(kind, language, facts), name=typed)
        assert message.keys() == HEADERS, typed
        assert [address.addr_spec for address in message["To"].addresses] == ["anna@example.dk"], typed
        assert "\n" not in message["Subject"]
        assert "\r" not in message["Subject"]


def test_a_header_that_gets_in_would_be_found() -> None:
    message = built(RenderedMail("Madspild", "Hej", "<p>Hej</p>"))
    message["Bcc"] = "ond@example.dk"
    assert message.keys() != HEADERS


@pytest.mark.parametrize("kind", kinds())
def test_whatever_is_typed_is_text_in_the_html(kind: str) -> None:
    evil = "<b onclick=x>&\"'</b>"
    facts = FACTS | dict.fromkeys(("problem", "solution", "title", "joined", "name", "question", "adopter"), evil)
    for language in Language:
        html = render(kind, language, facts).html
        assert "<b onclick" not in html
        assert html.count("<a ") == 1


@pytest.mark.parametrize("kind", kinds())
@pytest.mark.parametrize("language", list(Language))
def test_a_fact_that_is_missing_is_an_error_not_a_hole(kind: str, language: Language) -> None:
    with pytest.raises((UndefinedError, KeyError)):
        render(kind, language, {"url": "x"})


def test_a_kind_without_words_is_an_error() -> None:
    with pytest.raises(TemplateNotFound):
        render("nothing", Language.DANISH, FACTS)


def test_dates_stand_in_the_languages_way() -> None:
    assert day_in(Language.DANISH, date(2026, 12, 8)) == "tirsdag den 8. december 2026"
    assert day_in(Language.ENGLISH, date(2026, 12, 8)) == "Tuesday 8 December 2026"


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_words_for_inside_a_sentence(reason: Reason) -> None:
    danish, english = reason_in(Language.DANISH, reason), reason_in(Language.ENGLISH, reason)
    assert danish != english
    for words in (danish, english):
        assert words[0].islower()
        assert not words.endswith(".")


def test_paragraphs_lists_and_quotations_are_told_apart() -> None:
    parts = parts_of("Hej\ndu\n\n- en\n- to\n\n> sagt\n\n\nslut\n")
    assert [(part.kind, part.lines) for part in parts] == [
        ("text", ("Hej du",)), ("list", ("en", "to")), ("quote", ("sagt",)), ("text", ("slut",)),
    ]  # fmt: skip


def test_a_question_is_quoted_line_by_line_whatever_is_in_it() -> None:
    facts = FACTS | {"question": "Hvor mange?\r\n\r\n- og hvornår?\n\n\nTak"}
    mail = render("problem_question", Language.DANISH, facts)
    assert "> Hvor mange?\n> - og hvornår?\n> Tak\n" in mail.text
    assert "<p>- og hvornår?</p>" in mail.html


def test_one_line_keeps_words_and_letters() -> None:
    assert one_line("Æble\u00adgrød\t og\u2028 ø\x00") == "Æblegrød og ø"


def test_danish_letters_come_through_every_header() -> None:
    subject = "Et meget langt emne om blåbærgrød, ærtesuppe, ål og øllebrød, der ikke kan stå på én linje i en mail"
    message = built(RenderedMail(subject, "Hej", "<p>Hej</p>"), name="Åse Ærø Øllgaard-Sørensen, leder")
    assert message["Subject"] == subject
    assert message["To"].addresses[0].addr_spec == "anna@example.dk"
    assert message["To"].addresses[0].display_name == "Åse Ærø Øllgaard-Sørensen, leder"


def test_the_id_of_a_mail_is_known_before_and_always_the_same() -> None:
    first = message_id_of("event:kind:account", sender="post@genklang.example")
    assert first == message_id_of("event:kind:account", sender="Genklang <post@genklang.example>")
    assert first != message_id_of("event:kind:other", sender="post@genklang.example")
    assert first.endswith("@genklang.example>")


def test_the_same_mail_has_the_same_bytes() -> None:
    mail = render("owner_asked", Language.DANISH, FACTS)
    assert built(mail).as_bytes() == built(mail).as_bytes()
