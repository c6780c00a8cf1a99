"""The forms of this area: one for each workflow step, made from its entry in the table, and the consultant's words."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import Field
from wtforms.validators import ValidationError

from app.domain.labels import GUARD_LABELS
from app.domain.personal_data import contains_cpr_number
from app.domain.steps import step_named
from app.domain.vocabulary import Lifecycle, Reason
from app.domain.workflow import Guard, Note, Step
from app.web.forms import Form, choice_field, long_text_field, word_field

LONGEST_NOTE = 2000
LONGEST_WORDS = 3000


def refuse_cpr(_form: object, field: Field) -> None:
    """Raise ValidationError when a text that goes to other people seems to hold a CPR number."""
    if contains_cpr_number(field.data or ""):
        raise ValidationError(str(_l(GUARD_LABELS[Guard.NO_CPR])))


class WordsForm(Form):
    """What the consultant says when asking."""

    words_to_adopter = long_text_field(
        _l("Words to the adopter"),
        longest=LONGEST_WORDS,
        hint=_l("Why you think that this solution is worth a talk. The adopter reads it when asked."),
    )
    words_to_owner = long_text_field(
        _l("Words to the solution owner"),
        longest=LONGEST_WORDS,
        hint=_l("Who asks, and what they want to learn. The owner reads it when asked."),
    )

    validate_words_to_adopter = refuse_cpr
    validate_words_to_owner = refuse_cpr


class PickForm(WordsForm):
    """An introduction that the matcher did not suggest."""

    solution_id = choice_field(_l("Solution"), required=_l("Choose a solution."), radios=True)


@dataclass(frozen=True, slots=True)
class StepButton:
    """A step with its form. asks: the form has fields, so that it is folded away behind its label."""

    step: Step
    form: Any
    asks: bool
    is_open: bool


def step_form(step: Step, typed: MultiDict[str, str] | None = None) -> Any:  # noqa: ANN401 - its fields differ
    """Return the form of one step: a reason where there is a list, a note where one is taken.

    typed: what the form is filled with. Ids of the fields are unique on a page with several steps.
    """
    fields: dict[str, Any] = {}
    if step.reasons:
        fields["reason"] = word_field(_l("Reason"), Reason, required=_l("Choose a reason."), only=step.reasons)
    if step.note is not Note.NONE:
        required = _l("Write a few words.") if step.note is Note.REQUIRED else None
        fields["note"] = long_text_field(_l(step.note_label), longest=LONGEST_NOTE, required=required, rows=3)
        fields["validate_note"] = refuse_cpr
    made = type("StepForm", (Form,), fields)
    form = made(formdata=typed)
    for name in ("reason", "note"):
        if name in form:
            form[name].id = form[name].label.field_id = f"{step.name}-{name}"
    return form


@dataclass(frozen=True, slots=True)
class Sent:
    """A step's form as it was typed: refused just now, or kept when the sign-in ran out."""

    step: str
    form: Any


def buttons(steps: list[Step], *, sent: Sent | None = None) -> list[StepButton]:
    """Return the steps with their forms; the one that was typed in stays open with what was typed."""
    found = []
    for step in steps:
        is_open = sent is not None and sent.step == step.name
        form = sent.form if sent is not None and is_open else step_form(step)
        found.append(StepButton(step, form, bool(step.reasons or step.note is not Note.NONE), is_open))
    return found


def kept_step(typed: MultiDict[str, str] | None, lifecycle: Lifecycle) -> Sent | None:
    """Return the step that somebody was about to take when the sign-in ran out."""
    step = step_named(lifecycle, typed.get("step", "")) if typed is not None else None
    return None if step is None else Sent(step.name, step_form(step, typed))
