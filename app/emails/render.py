"""From a kind of mail and its facts to a subject, a text and an HTML page: one set of words for both."""

import re
import textwrap
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, select_autoescape

from app.domain.vocabulary import Language

FOLDER = Path(__file__).parent
SUBJECT_LENGTH = 150
TEXT_WIDTH = 76
# Control characters and separators of lines part words; what is invisible or no character at all falls away.
_SHOWN_AS = {"Cc": " ", "Zl": " ", "Zp": " ", "Cf": "", "Cs": "", "Co": "", "Cn": ""}
_DAY = {Language.DANISH: "EEEE 'den' d. MMMM y", Language.ENGLISH: "EEEE d MMMM y"}


@dataclass(frozen=True, slots=True)
class RenderedMail:
    """One mail in one language. subject: one line; text and html say the same."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Part:
    """One paragraph of the words. kind: "text", "list" or "quote"; lines: without their marks."""

    kind: str
    lines: tuple[str, ...]


class _Quoted(str):
    """Lines that somebody wrote, marked as a quotation."""

    __slots__ = ()


def render(kind: str, language: Language, facts: Mapping[str, object]) -> RenderedMail:
    """Return the mail of `kind` with `facts`; a fact that its words need and that is not given raises.

    Every mail needs the facts `name` (greeting), `url` (of its one button) and `audience` (account, contact,
    consultant: why one gets it). Raises jinja2's TemplateNotFound and UndefinedError.
    """
    words = _words(language).get_template(f"{language}/{kind}.j2")
    frame = _words(language).get_template(f"{language}/frame.j2")

    def block(name: str) -> str:
        template: Template = words if name in words.blocks else frame
        return "".join(template.blocks[name](template.new_context(dict(facts)))).strip()

    subject = one_line(block("subject"))[:SUBJECT_LENGTH].strip()
    content = {
        "language": language.value,
        "subject": subject,
        "greeting": one_line(block("greeting")),
        "parts": parts_of(block("words")),
        "action_label": one_line(block("action_label")),
        "url": str(facts["url"]),
        "copy_link": one_line(block("copy_link")),
        "closing": one_line(block("closing")),
        "footer": [one_line(block("why")), one_line(block("stop"))],
    }
    return RenderedMail(
        subject,
        _layouts().get_template("layout/text.j2").render(content).strip() + "\n",
        _layouts().get_template("layout/page.html.j2").render(content),
    )


def kinds() -> list[str]:
    """Return the kinds of mail that there are words for."""
    return sorted(file.stem for file in (FOLDER / Language.DANISH).glob("*.j2") if file.stem != "frame")


def one_line(text: object) -> str:
    """Return `text` on one line without control characters, invisible ones and separators."""
    seen = (_SHOWN_AS.get(unicodedata.category(letter), letter) for letter in str(text))
    return re.sub(r"\s+", " ", "".join(seen)).strip()


def parts_of(words: str) -> list[Part]:
    """Split words into paragraphs at blank lines; lines that all begin with "- " or "> " are a list or a quotation."""
    parts = []
    for paragraph in re.split(r"\n[ \t]*\n", words):
        lines = tuple(line.strip() for line in paragraph.strip().splitlines() if line.strip())
        if not lines:
            continue
        for mark, kind in (("- ", "list"), ("> ", "quote")):
            if all(line.startswith(mark) for line in lines):
                parts.append(Part(kind, tuple(line.removeprefix(mark) for line in lines)))
                break
        else:
            parts.append(Part("text", (" ".join(lines),)))
    return parts


def day_in(language: Language, day: date) -> str:
    """Return a date in the language's way, with the day of the week."""
    return format_date(day, _DAY[language], locale=language.value)


def _quote(text: object) -> _Quoted:
    lines = (one_line(line) for line in str(text).splitlines())
    return _Quoted("\n".join(f"> {line}" for line in lines if line))


def _shown(value: object) -> object:
    """Keep what people typed on one line, so that it makes no paragraph, list or header of its own."""
    return one_line(value) if isinstance(value, str) and not isinstance(value, _Quoted) else value


def _wrapped(text: str, indent: str = "") -> str:
    return textwrap.fill(
        text, TEXT_WIDTH, initial_indent=indent, subsequent_indent=" " * len(indent) if indent == "- " else indent,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip


@lru_cache(maxsize=len(Language))
def _words(language: Language) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER), undefined=StrictUndefined, finalize=_shown, trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701 - words only; both layouts come after, and the one for HTML escapes
    )  # fmt: skip
    environment.filters["day"] = lambda day: day_in(language, day)
    environment.filters["quote"] = _quote
    return environment


@lru_cache(maxsize=1)
def _layouts() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        autoescape=select_autoescape(("html.j2",)),
    )  # fmt: skip
    environment.filters["wrapped"] = _wrapped
    return environment
