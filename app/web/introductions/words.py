"""What the pages of this area say: the reasons of a match, and what happened to an introduction, in plain words."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _

from app.domain.labels import label_of
from app.domain.steps import step_named
from app.domain.vocabulary import (
    IntroductionStatus,
    Lifecycle,
    OrganisationKind,
    Region,
    Sector,
    SizeBucket,
    TargetGroup,
    WorkRole,
)
from app.store.queries.introduction_sides import Side
from app.store.queries.introductions import HistoryLine
from app.store.queries.suggestions import ContextFact, SuggestionRow, TextSide
from app.web.language import label, status_text, step_text

_CODES: dict[str, type[StrEnum]] = {
    "sector": Sector,
    "target_group": TargetGroup,
    "organisation_kind": OrganisationKind,
    "size": SizeBucket,
    "region": Region,
    "work_role": WorkRole,
}


def fact_name(name: str) -> str:
    """Return what a fact about the two workplaces is called."""
    names = {
        "sector": _("Field of work"),
        "target_group": _("Target group"),
        "organisation_kind": _("Kind of organisation"),
        "size": _("Size"),
        "region": _("Region"),
        "work_role": _("Role at work"),
    }
    return names.get(name, name)


def fit_text(fact: ContextFact) -> str:
    """Write what fits: the values that both sides share."""
    shared = [value for value in fact.problem if value in fact.solution] or list(fact.problem)
    return f"{fact_name(fact.name)}: {_values(fact.name, shared)}"


def differ_text(fact: ContextFact) -> str:
    """Write what differs, the problem's side first."""
    return _(
        "%(what)s: %(problem)s with the problem, %(solution)s with the solution",
        what=fact_name(fact.name), problem=_values(fact.name, fact.problem), solution=_values(fact.name, fact.solution),
    )  # fmt: skip


def _values(name: str, codes: Iterable[str]) -> str:
    words = _CODES.get(name)
    known = set(words) if words else set()
    return ", ".join(_(label_of(words(code))) if words and code in known else code for code in codes)


def met_words(row: SuggestionRow) -> list[tuple[str, float, str]]:
    """Return the words that met, as the component takes them: (here, share, there)."""
    return [(word.problem_word, word.share, word.solution_word) for word in row.words]


def marks(text: str, words: Iterable[str]) -> list[tuple[int, int]]:
    """Return where the whole `words` stand in `text`, whatever their case: (start, end), in the order of the text."""
    wanted = sorted({word for word in words if word.strip()}, key=len, reverse=True)
    if not wanted:
        return []
    pattern = "|".join(re.escape(word) for word in wanted)
    return [found.span() for found in re.finditer(rf"(?<!\w)(?:{pattern})(?!\w)", text, re.IGNORECASE)]


def text_side(side: TextSide, words: Iterable[str] = ()) -> dict[str, Any]:
    """Return one of the two texts with the places of the words that met, as the template takes it."""
    wanted = list(words)
    fields = [(name, text, marks(text, wanted)) for name, text in side.fields]
    return {"title": side.title, "workplace": side.workplace, "fields": fields}


def field_name(name: str) -> str:
    """Return what a field of the two texts is called."""
    names = {
        "title": _("Title"),
        "situation": _("What happens today"),
        "tried": _("What has been tried"),
        "better": _("What better would look like"),
        "context": _("The context"),
        "problem_text": _("The problem that it solves"),
        "description": _("What it is and how it works"),
        "for_whom": _("Whom it is for"),
        "value_text": _("The value"),
        "core": _("The core that must be kept"),
        "conditions": _("Conditions for success"),
    }
    return names[name]


def side_name(side: Side | None) -> str:
    """Return who did something, without a name."""
    names = {"consultant": _("Consultant"), "adopter": _("The adopter"), "owner": _("The solution owner")}
    return names[side] if side else _("Genklang")


def status_for(status: IntroductionStatus, viewer: Side) -> str:
    """Write a state as the viewer may read it: an adopter hears of an owner's no in neutral words."""
    if status is IntroductionStatus.DECLINED_BY_OWNER and viewer == "adopter":
        return _("No contact this time")
    return status_text(Lifecycle.INTRODUCTION, status)


@dataclass(frozen=True, slots=True)
class Happened:
    """One step of the history, as the timeline shows it."""

    what: str
    at: datetime
    who: str
    note: str


def happened(line: HistoryLine, viewer: Side) -> Happened:
    """Write one step of an introduction's history for the viewer."""
    entry = step_named(Lifecycle.INTRODUCTION, line.step)
    what = step_text(entry.done) if entry else _("Introduction prepared")
    if line.step == "decline_as_owner" and viewer == "adopter":
        return Happened(_("No contact this time"), line.at, "", "")
    if line.to_status is IntroductionStatus.WAITLISTED and line.step != "reconfirm":
        what = _("%(what)s: on the waiting list", what=what)
    said = [label(line.reason) if line.reason else "", line.note]
    who = side_name(line.side)
    return Happened(
        what, line.at, f"{who}: {line.name}" if line.name else who, " · ".join(part for part in said if part)
    )
