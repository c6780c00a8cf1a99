"""Templates keep the strict content security policy, escape everything, and exist in both languages."""

import re
from collections.abc import Iterable

import pytest

from tests.house.source import Source, sources

JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
# a script or style element with content, a style or event attribute, a script as an address
FORBIDDEN = re.compile(
    r"<script\b(?![^>]*\bsrc\s*=)|<style\b|<[^>]*\s(?:style|on[a-z]+)\s*=|(?:href|src|action)\s*=\s*[\"']?\s*javascript:",
    re.IGNORECASE,
)
UNESCAPED = re.compile(r"\|\s*safe\b|\bautoescape\s+false\b|\bMarkup\s*\(|\bMarkup\.|\bimport Markup\b")
# Files where text may become markup, each with its reason. Everything else is escaped by Jinja.
REVIEWED_MARKUP: dict[str, str] = {}


def breaches(files: Iterable[Source], pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{file.place(file.text.count(chr(10), 0, found.start()) + 1)} {found.group()!r}"
        for file in files
        for found in pattern.finditer(file.text)
    ]


def without_jinja(file: Source) -> Source:
    """Blank out what Jinja takes away, so that only markup is left; lines keep their numbers."""
    return Source(file.path, JINJA.sub(lambda found: " " + "\n" * found.group().count("\n"), file.text))


def markup_breaches(files: Iterable[Source]) -> list[str]:
    return breaches(map(without_jinja, files), FORBIDDEN)


def test_pages_hold_no_script_style_or_handler() -> None:
    pages = sources("app/web/templates/", endings=(".html", ".svg", ".j2"))
    assert pages, "there are no pages to look at"
    assert markup_breaches(pages) == []


@pytest.mark.parametrize(
    "planted",
    [
        "<script>alert(1)</script>",
        "<style>p {}</style>",
        '<p class="x" style="color: red">',
        '<a href="/" onclick="go()">',
        '<a href="javascript:go()">',
        '<button\n  onclick="go()">',
        '<button {% if on %}onclick="{{ go }}"{% endif %}>',
    ],
)
def test_a_script_style_or_handler_would_be_found(planted: str) -> None:
    assert len(markup_breaches([Source("app/web/templates/bad.html", planted)])) == 1


def test_what_the_policy_allows_is_not_found() -> None:
    allowed = """<script src="{{ url_for("static", filename="x.js") }}" defer></script><p data-only="1">style = on</p>
                 <option {% if one == 2 %}selected{% endif %}>"""
    assert markup_breaches([Source("app/web/templates/good.html", allowed)]) == []


def test_text_becomes_markup_only_where_it_was_reviewed() -> None:
    files = sources("app/", "workers/", endings=(".py", ".html", ".j2"))
    assert breaches([file for file in files if file.path not in REVIEWED_MARKUP], UNESCAPED) == []


def test_reviewed_places_are_still_there() -> None:
    assert {file.path for file in sources(*REVIEWED_MARKUP)} == set(REVIEWED_MARKUP)


@pytest.mark.parametrize("planted", ["{{ text|safe }}", "{{ text | safe }}", "{% autoescape false %}", "Markup(text)"])
def test_unescaped_text_would_be_found(planted: str) -> None:
    assert len(breaches([Source("app/web/templates/bad.html", planted)], UNESCAPED)) == 1


def names_in_one_language_only(files: Iterable[Source]) -> set[str]:
    words: dict[str, set[str]] = {"da": set(), "en": set()}
    for file in files:
        _, _, language, name = file.path.split("/", 3)
        words[language].add(name)
    return words["da"] ^ words["en"]


def test_every_mail_is_written_in_both_languages() -> None:
    mails = sources("app/emails/da/", "app/emails/en/", endings=(".j2",))
    assert mails, "there are no mails to look at"
    assert names_in_one_language_only(mails) == set()


def test_a_mail_in_one_language_would_be_found() -> None:
    planted = [Source(f"app/emails/{name}", "") for name in ("da/asked.txt.j2", "en/asked.txt.j2", "da/told.txt.j2")]
    assert names_in_one_language_only(planted) == {"told.txt.j2"}
