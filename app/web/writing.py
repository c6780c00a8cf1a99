"""What writing a problem and writing a solution share: drafts, the CPR guard, and two people who write at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import wraps
from typing import Any, ClassVar, ParamSpec, Self
from uuid import UUID

from flask import request
from flask_babel import gettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import HiddenField

from app.domain.errors import Conflict
from app.domain.labels import LABELS, REASON_LABELS
from app.domain.personal_data import contains_cpr_number
from app.domain.plain_text import many_lines
from app.domain.steps import step_named
from app.domain.vocabulary import Lifecycle, Reason
from app.domain.workflow import Note, Step
from app.store.queries.history import HistoryLine
from app.web.forms import Form

P = ParamSpec("P")
Answer = Response | str | tuple[str, int]
LONGEST_TITLE = 150
LONGEST_TEXT = 5000
LONGEST_NOTE = 2000
SAVE, SEND = "draft", "send"


class TextForm(Form):
    """A form that writes a problem or a solution. revision: what the writer had read; workplace: for whom."""

    not_written: ClassVar[frozenset[str]] = frozenset({"csrf_token", "revision", "workplace"})
    revision = HiddenField()
    workplace = HiddenField()

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Check the fields. A draft needs a title only; whatever goes to other people must hold no CPR number."""
        holds: bool = super().validate(extra_validators)
        if self.is_draft:
            if not self.title.data:
                self.refuse("title", _("Give it a title, so that you can find the draft again."))
                return False
            return holds
        for field in self.fields_with_cpr():
            self.refuse(field.name, cpr_in_text())
            holds = False
        return holds

    def check_again(self) -> None:
        """Check a draft that was saved as if it were sent now, so that its page marks what is missing."""
        for field in self:
            if field.flags.required and not field.data:
                self.refuse(field.name, _("This is still missing."))
        for field in self.fields_with_cpr():
            self.refuse(field.name, cpr_in_text())

    def values(self) -> dict[str, Any]:
        """Return the fields as the tables keep them."""
        return {field.name: _plain(field.data) for field in self if field.name not in self.not_written}

    @property
    def revision_read(self) -> int | None:
        """The revision that the writer had read; None when the page did not say."""
        typed = str(self.revision.data or "")
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None  # noqa: PLR2004

    def newer_than(self, stored: object) -> dict[str, str]:
        """Return, by field, what is stored as people read it, where it differs from what was typed."""
        return {
            name: as_text(getattr(stored, name))
            for name, value in self.values().items()
            if getattr(stored, name) != value
        }


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a field holds
    if isinstance(value, list | tuple):
        return [str(one) for one in value]
    return value


def as_text(value: object) -> str:
    """Write a stored value of any field for people to compare."""
    if value is None or value == "":
        return _("(empty)")
    if isinstance(value, list):
        return ", ".join(as_text(one) for one in value) or _("(empty)")
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, StrEnum):
        return gettext(LABELS[type(value)][value])
    return str(value)


def cpr_in_text() -> str:
    """Return what to say at a text that holds a CPR number and is to be sent."""
    return _("This looks like a CPR number. Take it out: others are going to read the text.")


def wants_to_send() -> bool:
    """Whether the button for sending was used, not the one for saving a draft."""
    return request.form.get("action") == SEND


def on_conflict(show: Callable[..., Answer]) -> Callable[[Callable[P, Answer]], Callable[P, Answer]]:
    """Answer a Conflict with `show(error, *args)`. Stands outside `once`, whose twin is no conflict."""

    def decorate(view: Callable[P, Answer]) -> Callable[P, Answer]:
        @wraps(view)
        def answered(*args: P.args, **kwargs: P.kwargs) -> Answer:
            try:
                return view(*args, **kwargs)
            except Conflict as error:
                return show(error, *args, **kwargs)

        return answered

    return decorate


def as_id(typed: object) -> UUID | None:
    """Return the id that was sent; None when it is none."""
    try:
        return UUID(str(typed))
    except ValueError:
        return None


class StepInput:
    """What was sent with a step: its reason and its note, cleaned. errors: field -> text; "" is the step itself."""

    def __init__(self, step: Step, typed: Mapping[str, str]) -> None:
        self.step = step.name
        self.note = many_lines(typed.get("note", "")) if step.note is not Note.NONE else ""
        sent = typed.get("reason", "")
        self.reason = Reason(sent) if step.reasons and sent in set(Reason) else None
        self.errors: dict[str, str] = {}

    @classmethod
    def of_request(cls, step: Step) -> Self:
        """Return what this request sent with `step`."""
        return cls(step, request.form)

    def check(self) -> bool:
        """Whether the note can be passed on to other people: not too long, and without a CPR number."""
        if len(self.note) > LONGEST_NOTE:
            self.errors["note"] = _(
                "This is too long: at most %(longest)s characters, and you have written %(length)s.",
                longest=LONGEST_NOTE, length=len(self.note),
            )  # fmt: skip
        elif contains_cpr_number(self.note):
            self.errors["note"] = cpr_in_text()
        return not self.errors

    def refuse(self, field: str) -> None:
        """Say at `field` that it is missing."""
        self.errors[field] = _("Choose a reason.") if field == "reason" else _("Write a few words here.")


def kept_step(typed: Mapping[str, str] | None, lifecycle: Lifecycle) -> StepInput | None:
    """Return the step that somebody was about to take when the sign-in ran out, with what was typed."""
    step = step_named(lifecycle, typed.get("step", "")) if typed is not None else None
    return None if step is None or typed is None else StepInput(step, typed)


@dataclass(frozen=True, slots=True)
class Told:
    """One line of a history as people read it."""

    what: str
    at: datetime
    who: str
    note: str


def told(lifecycle: Lifecycle, line: HistoryLine) -> Told:
    """Return a step that was taken in people's words."""
    step = step_named(lifecycle, line.step)
    what = gettext(step.done) if step is not None else _("Begun")
    if line.reason is not None:
        what = f"{what}: {gettext(REASON_LABELS[line.reason])}"
    return Told(what, line.at, "Genklang" if line.by_service else line.who, line.note)


FORM_REUSED = _l(
    "This form had already been sent with another text, and that text is saved. Send again if you want this one too."
)
