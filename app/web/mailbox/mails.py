"""The mails that the demonstration has sent, read from its folder."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses
from html.parser import HTMLParser
from pathlib import Path

NAME = re.compile(r"[0-9]{8}T[0-9]{6}\.[0-9]{6}-[0-9a-f]{8}")
_LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]}']")


@dataclass(frozen=True, slots=True)
class MailLine:
    """One mail in the list. name: of its file, without the ending."""

    name: str
    receiver: str
    subject: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class TextPart:
    """A piece of a mail's text; link: it is a web address."""

    text: str
    is_link: bool


@dataclass(frozen=True, slots=True)
class OpenedMail:
    """One mail as it can be shown: its headers, its text with the links found in it, and its HTML as plain text."""

    line: MailLine
    headers: tuple[tuple[str, str], ...]
    text: tuple[TextPart, ...]
    html_text: tuple[TextPart, ...]


def mails_in(folder: Path) -> list[MailLine]:
    """Return the mails of `folder`, newest first."""
    names = sorted((path.stem for path in folder.glob("*.eml") if NAME.fullmatch(path.stem)), reverse=True)
    return [_summary(name, mail) for name in names if (mail := _read(folder, name)) is not None]


def open_mail(folder: Path, name: str) -> OpenedMail | None:
    """Return the mail called `name`; None when there is none. Nothing outside `folder` can be named."""
    if not NAME.fullmatch(name):
        return None
    mail = _read(folder, name)
    if mail is None:
        return None
    shown = ("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "List-Unsubscribe")
    return OpenedMail(
        _summary(name, mail),
        tuple((header, str(mail[header])) for header in shown if mail[header]),
        tuple(with_links(_body(mail, "plain"))),
        tuple(with_links(html_as_text(_body(mail, "html")))),
    )


def with_links(text: str) -> Iterator[TextPart]:
    """Cut `text` into pieces, web addresses apart from the rest."""
    at = 0
    for found in _LINK.finditer(text):
        if found.start() > at:
            yield TextPart(text[at : found.start()], False)
        yield TextPart(found.group(), True)
        at = found.end()
    if at < len(text):
        yield TextPart(text[at:], False)


def _read(folder: Path, name: str) -> EmailMessage | None:
    try:
        content = (folder / f"{name}.eml").read_bytes()
    except FileNotFoundError:  # the sink lets the oldest go
        return None
    mail = message_from_bytes(content, policy=policy.default)
    assert isinstance(mail, EmailMessage)  # noqa: S101 - the policy says so
    return mail


def _summary(name: str, mail: EmailMessage) -> MailLine:
    sent_at = datetime.strptime(name.split("-", maxsplit=1)[0], "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC)
    addresses = [address for _, address in getaddresses([str(mail["To"] or "")])]
    return MailLine(name, ", ".join(addresses), str(mail["Subject"] or ""), sent_at)


def _body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body(preferencelist=(kind,))
    return "" if part is None else str(part.get_content()).strip()


class _Words(HTMLParser):
    """Keeps the words of a page and the addresses of its links; scripts and styles are left out."""

    BLOCKS = frozenset({"p", "div", "tr", "table", "li", "h1", "h2", "h3", "br", "ul", "ol"})
    SILENT = frozenset({"script", "style", "head"})

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._silent = 0
        self._target = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line at a block; remember where a link leads."""
        self._silent += tag in self.SILENT
        if tag in self.BLOCKS:
            self.words.append("\n")
        if tag == "a":
            self._target = dict(attrs).get("href") or ""

    def handle_endtag(self, tag: str) -> None:
        """Write a link's address after its words."""
        self._silent -= tag in self.SILENT
        if tag == "a" and self._target:
            self.words.append(f" {self._target} ")
            self._target = ""

    def handle_data(self, data: str) -> None:
        """Keep words that a reader would see."""
        if not self._silent:
            self.words.append(" ".join(data.split()) + " " if data.strip() else " ")


def html_as_text(html: str) -> str:
    """Return the words of an HTML mail, a line for each block, with the links' addresses. Nothing of it is run."""
    reader = _Words()
    reader.feed(html)
    lines = [" ".join(line.split()) for line in "".join(reader.words).splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
