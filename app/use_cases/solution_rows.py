"""Rows of a file of solutions: JSON Lines or CSV, each checked field by field and named by its line."""

import csv
import gzip
import hashlib
import io
import json
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from app.domain.personal_data import contains_cpr_number
from app.domain.plain_text import many_lines, one_line
from app.domain.vocabulary import Language, Sector, Stage, TargetGroup, ValueKind
from app.domain.web_address import is_web_address

LONGEST = {"title": 150, "organisation": 200, "workplace": 200, "source_url": 1000, "_id": 200}
LONGEST_TEXT = 20_000
# Short names that files use for the fields of the form.
SYNONYMS = {"text": "description", "problem": "problem_text", "url": "source_url", "id": "_id"}
YES, NO = frozenset({"yes", "ja", "true", "1"}), frozenset({"no", "nej", "false", "0"})
EARLIEST_YEAR, LATEST_YEAR = 1950, 2100


class FileNotReadable(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """The file as a whole cannot be read; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """One solution as the file gives it. fields: of the table, only those that are filled.

    source_key: the same for the same source in every run. line: where the row begins, from 1.
    """

    line: int
    source_key: str
    fields: dict[str, Any]
    organisation: str
    workplace: str


@dataclass(frozen=True, slots=True)
class RowError:
    """Why a row was left out. field: "" when it is the row as a whole."""

    line: int
    field: str
    message: str


class _Wrong(Exception):  # noqa: N818
    """A field holds something that it cannot hold."""


def read_rows(path: Path) -> tuple[list[Row | RowError], list[str]]:
    """Return the rows of a file in its order, and the names of fields that the service does not know.

    path: .jsonl, .jsonl.gz or .csv in UTF-8, with or without a byte order mark. Raises FileNotReadable.
    """
    text = _text(path)
    is_csv = ".csv" in path.suffixes
    if not is_csv and ".jsonl" not in path.suffixes:
        raise FileNotReadable(f"{path.name}: the name must end in .jsonl, .jsonl.gz or .csv")
    records = _csv_records(text, path.name) if is_csv else _json_records(text)
    rows: list[Row | RowError] = []
    unknown: dict[str, None] = {}
    for line, record in records:
        if isinstance(record, RowError):
            rows.append(record)
            continue
        unknown.update(dict.fromkeys(name for name in record if _known(name) not in PARSERS))
        rows.append(_row(line, record))
    return rows, list(unknown)


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
        if path.suffix == ".gz":
            content = gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise FileNotReadable(f"{path.name} cannot be read: {error}") from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FileNotReadable(
            f"{path.name} is not in UTF-8: line {line} holds the byte 0x{content[error.start]:02x}. "
            "Save the file as “UTF-8” (in Excel: “CSV UTF-8”) and try again."
        ) from error


Record = dict[str, Any] | RowError


def _json_records(text: str) -> Iterator[tuple[int, Record]]:
    for line, written in enumerate(io.StringIO(text, newline=""), start=1):
        if not written.strip():
            continue
        try:
            record = json.loads(written)
        except (ValueError, RecursionError) as error:
            yield line, RowError(line, "", f"this is not JSON: {error}")
            continue
        if isinstance(record, dict):
            yield line, record
        else:
            yield line, RowError(line, "", "a row must be a JSON object with named fields")


def _csv_records(text: str, name: str) -> Iterator[tuple[int, Record]]:
    lines = list(io.StringIO(text, newline=""))
    at = next((place for place, line in enumerate(lines) if line.strip()), None)
    if at is None:
        raise FileNotReadable(f"{name} is empty")
    delimiter = ";" if lines[at].count(";") > lines[at].count(",") else ","
    header, taken = _record(lines, at, delimiter)
    names = [one_line(cell) for cell in header or []]
    known = [_known(one) for one in names]
    if "title" not in known or len(set(known)) < len(known):
        raise FileNotReadable(f"{name}: the first line must name the columns, each once, and one of them “title”")
    at += taken
    while at < len(lines):
        cells, taken = _record(lines, at, delimiter)
        line = at + 1
        if cells is not None and not any(cells):
            at += taken
        elif cells is not None and len(cells) == len(names):
            yield line, dict(zip(names, cells, strict=True))
            at += taken
        else:
            # A quotation mark that is never closed swallows what follows, so reading goes on one line further.
            found = "it cannot be taken apart" if cells is None else f"{len(cells)} cells instead of {len(names)}"
            yield line, RowError(line, "", f"{found}: look at its quotation marks and at the sign “{delimiter}”")
            at += 1


def _record(lines: list[str], at: int, delimiter: str) -> tuple[list[str] | None, int]:
    """Return the record that begins at `at` and how many lines it takes; None for one that is broken."""
    reader = csv.reader((lines[place] for place in range(at, len(lines))), delimiter=delimiter, strict=True)
    try:
        cells = next(reader)
    except csv.Error:
        return None, 1
    return cells, reader.line_num


def _known(name: str) -> str:
    plain = str(name).strip().casefold()
    return SYNONYMS.get(plain, plain)


def _row(line: int, record: dict[str, Any]) -> Row | RowError:
    values: dict[str, Any] = {}
    for name, written in record.items():
        known = _known(name)
        if known not in PARSERS or written is None or written == "":
            continue
        try:
            value = PARSERS[known](known, written)
        except _Wrong as error:
            return RowError(line, str(name), str(error))
        if known in values:
            return RowError(line, str(name), f"the field “{known}” is given twice")
        if value not in ("", []):
            values[known] = value
    for required in ("title", "description"):
        if required not in values:
            return RowError(line, required, "this is missing")
    with_cpr = [name for name, value in values.items() if isinstance(value, str) and contains_cpr_number(value)]
    if with_cpr:
        return RowError(line, with_cpr[0], "this seems to hold a CPR number")
    own_id = values.pop("_id", "") or values["title"]
    key = hashlib.sha256(f"{values.get('source_url', '')}\n{own_id}".encode()).hexdigest()
    return Row(line, key, values, values.pop("organisation", ""), values.pop("workplace", ""))


def _as_text(written: object) -> str:
    if isinstance(written, str):
        return written
    if isinstance(written, int | float) and not isinstance(written, bool):
        return str(written)
    raise _Wrong(f"a text is expected, not {type(written).__name__}")


def _short(name: str, written: object) -> str:
    text = one_line(_as_text(written))
    if len(text) > LONGEST[name]:
        raise _Wrong(f"at most {LONGEST[name]} characters, and this has {len(text)}")
    return text


def _long(_name: str, written: object) -> str:
    text = many_lines(_as_text(written))
    if len(text) > LONGEST_TEXT:
        raise _Wrong(f"at most {LONGEST_TEXT} characters, and this has {len(text)}")
    return text


def _address(name: str, written: object) -> str:
    address = _short(name, written)
    if address and not is_web_address(address):
        raise _Wrong("a web address that begins with https:// or http:// is expected")
    return address


def _word(words: type[StrEnum]) -> Callable[[str, object], StrEnum]:
    def parse(_name: str, written: object) -> StrEnum:
        text = one_line(_as_text(written)).casefold()
        if text not in set(words):
            raise _Wrong(f"“{text[:60]}” is none of: {', '.join(words)}")
        return words(text)

    return parse


def _words(words: type[StrEnum]) -> Callable[[str, object], list[str]]:
    one = _word(words)

    def parse(name: str, written: object) -> list[str]:
        given = written if isinstance(written, list) else re.split(r"[|,;]", _as_text(written))
        found = [str(one(name, part)) for part in given if not isinstance(part, str) or part.strip()]
        return list(dict.fromkeys(found))

    return parse


def _year(_name: str, written: object) -> int:
    text = one_line(_as_text(written))
    if not re.fullmatch(r"[0-9]{4}", text) or not EARLIEST_YEAR <= int(text) <= LATEST_YEAR:
        raise _Wrong(f"a year from {EARLIEST_YEAR} to {LATEST_YEAR} is expected")
    return int(text)


def _day(_name: str, written: object) -> date:
    try:
        return date.fromisoformat(one_line(_as_text(written)))
    except ValueError as error:
        raise _Wrong("a day like 2026-11-24 is expected") from error


def _yes_or_no(_name: str, written: object) -> bool:
    text = str(written).strip().casefold()
    if text not in YES | NO:
        raise _Wrong("yes or no is expected")
    return text in YES


PARSERS: dict[str, Callable[[str, object], Any]] = {
    "_id": _short,
    "title": _short,
    "organisation": _short,
    "workplace": _short,
    "source_url": _address,
    "sector": _word(Sector),
    "stage": _word(Stage),
    "language": _word(Language),
    "target_groups": _words(TargetGroup),
    "value_kinds": _words(ValueKind),
    "year_in_use": _year,
    "evaluated": _yes_or_no,
    "developed_on": _day,
    "implemented_on": _day,
    "value_shown_on": _day,
    **dict.fromkeys(
        (
            "description", "problem_text", "value_text", "value_known_how", "for_whom", "resources", "core",
            "adaptable", "conditions", "dead_ends", "suppliers", "links", "value_evidence",
        ),
        _long,
    ),
}  # fmt: skip
