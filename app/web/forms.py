"""What every form shares: fields that clean what was typed, and refuse it with a sentence in the person's language.

Each field says how long it may be; a draft may be incomplete (`is_draft`), but never too long or outside its list.
"""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar, Self

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    Field,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import StopValidation, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget, PasswordInput

from app.domain.labels import label_of
from app.domain.personal_data import contains_cpr_number
from app.domain.plain_text import many_lines, one_line
from app.domain.web_address import is_web_address
from app.use_cases.addresses import LONGEST, normal_email
from app.web.access import current_actor
from app.web.kept_forms import typed_before

LINK_LONGEST = 1000
LARGEST_NUMBER = 1_000_000
Text = Any  # a str or one of Flask-Babel's lazy strings, which have no types


class Form(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """The base of every form. is_draft: empty required fields are let through."""

    is_draft = False

    @classmethod
    def of_page(cls, **given: Any) -> Self:  # noqa: ANN401 - what WTForms takes: obj=, data=
        """Return the form as it was sent; else as it was typed before the sign-in ran out; else as `given`."""
        typed = typed_before(current_actor().account_id)
        return cls(**given) if typed is None else cls(formdata=typed, **given)

    def fields_with_cpr(self) -> list[Field]:
        """Return the fields whose text seems to hold a CPR number, for a warning at the field."""
        return [field for field in self if isinstance(field.data, str) and contains_cpr_number(field.data)]

    def refuse(self, name: str, message: Text) -> None:
        """Put `message` at the field `name`, after a use case has said no; at the whole form when there is none."""
        if name in self._fields:
            field = self._fields[name]
            field.errors = (*field.errors, message)
        else:
            self.form_errors.append(message)


class Filled:
    """The field must be filled, except in a draft. An empty field is told of nothing else."""

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __init__(self, message: Text) -> None:
        self.message = message

    def __call__(self, form: Any, field: Field) -> None:  # noqa: ANN401
        """Raise StopValidation with the message when nothing was typed or chosen."""
        if not is_empty(field):
            return
        field.errors = []
        raise StopValidation("" if getattr(form, "is_draft", False) else self.message)


class MayBeEmpty:
    """The field may be empty; nothing else is then looked at."""

    field_flags: ClassVar[dict[str, bool]] = {}

    def __call__(self, _form: Any, field: Field) -> None:  # noqa: ANN401
        """Stop without a message when nothing was typed or chosen."""
        if is_empty(field):
            field.errors = []
            raise StopValidation("")


def is_empty(field: Field) -> bool:
    """Whether nothing is left of what was typed or chosen. A day that could not be read is not empty."""
    if isinstance(field.data, str):
        return not field.data
    raw = [value for value in field.raw_data or [] if isinstance(value, str) and value.strip()]
    return not raw and field.data in (None, False, [])


class AtMost:
    """The text must not be longer than `longest` characters, line breaks counted once."""

    def __init__(self, longest: int) -> None:
        self.longest = longest
        self.field_flags = {"maxlength": longest}  # for the counter under the field; nothing is cut off

    def __call__(self, _form: Any, field: Field) -> None:  # noqa: ANN401
        """Raise ValidationError naming both lengths."""
        if len(field.data or "") > self.longest:
            message = _l(
                "This is too long: at most %(longest)s characters, and you have written %(length)s.",
                longest=self.longest, length=len(field.data),
            )  # fmt: skip
            raise ValidationError(str(message))


class OneOf:
    """What was chosen must be in the list."""

    def __call__(self, _form: Any, field: Field) -> None:  # noqa: ANN401
        """Raise ValidationError for a value that the page did not offer."""
        assert isinstance(field, SelectField | SelectMultipleField)  # noqa: S101 - only used below
        offered = {str(value) for value, *_rest in field.iter_choices()}
        chosen = field.data if isinstance(field.data, list) else [field.data]
        if not {"" if value is None else str(value) for value in chosen} <= offered:
            raise ValidationError(str(_l("Choose one from the list.")))


def filters(make_clean: Callable[[str], str]) -> list[Callable[[Any], Any]]:
    """Return WTForms filters that clean text and leave everything else alone."""
    return [lambda typed: make_clean(typed) if isinstance(typed, str) else typed]


def _presence(required: Text | None) -> Filled | MayBeEmpty:
    return MayBeEmpty() if required is None else Filled(required)


def text_field(label: Text, *, longest: int, required: Text | None = None, hint: Text = "", **render: str) -> Field:
    """Return a one-line field. required: what to say when it is empty; None: it may be.

    hint: help or an example, shown with the field. render: attributes such as autocomplete.
    """
    return StringField(
        label, [_presence(required), AtMost(longest)], filters(one_line), description=hint, default="", render_kw=render
    )


def long_text_field(
    label: Text, *, longest: int, required: Text | None = None, hint: Text = "", rows: int = 5
) -> Field:
    """Return a field of several lines. required: what to say when it is empty; None: it may be."""
    return TextAreaField(
        label, [_presence(required), AtMost(longest)], filters(many_lines),
        description=hint, default="", render_kw={"rows": rows},
    )  # fmt: skip


def email_field(label: Text, *, hint: Text = "", **render: str) -> Field:
    """Return a field for an e-mail address, which is normalised: lower case, no spaces."""

    def is_address(_form: object, field: Field) -> None:
        if normal_email(field.data) is None:
            raise ValidationError(str(_l("Write an e-mail address like name@example.dk.")))

    return StringField(
        label,
        [Filled(_l("Write your e-mail address.")), AtMost(LONGEST), is_address],
        [*filters(one_line), lambda typed: normal_email(typed) or typed],
        description=hint,
        render_kw={"type": "email", "inputmode": "email", "autocomplete": "email", "spellcheck": "false", **render},
    )


def password_field(label: Text, *, required: Text, autocomplete: str, hint: Text = "") -> Field:
    """Return a password field. Nothing is cleaned or shown again. autocomplete: for password managers."""
    return PasswordField(
        label, [Filled(required), AtMost(1000)], description=hint, widget=PasswordInput(hide_value=True),
        render_kw={"autocomplete": autocomplete, "spellcheck": "false"},
    )  # fmt: skip


def link_field(label: Text, *, hint: Text = "") -> Field:
    """Return a field for one web address, http or https, or nothing."""

    def is_link(_form: object, field: Field) -> None:
        if not is_web_address(field.data):
            raise ValidationError(str(_l("Write a web address that begins with https:// or http://.")))

    return StringField(
        label, [MayBeEmpty(), AtMost(LINK_LONGEST), is_link], filters(one_line), description=hint, default="",
        render_kw={"type": "url", "inputmode": "url"},
    )  # fmt: skip


class _Word:
    """Turn what was sent into a word of the list; anything else stays text and is refused by `OneOf`."""

    def __init__(self, words: type[StrEnum]) -> None:
        self.words = words

    def __call__(self, value: object) -> Any:  # noqa: ANN401
        """Return the word, None for nothing, or the text as it was sent."""
        if value is None or value == "":
            return None
        text = str(value)
        return self.words(text) if text in set(self.words) else text


class _Choice(SelectField):
    """A drop-down list whose refusal is `OneOf`'s."""

    def pre_validate(self, form: Any) -> None:  # noqa: ANN401 - the check is OneOf's, with our own text
        """Look at nothing: the validators do."""


class _Radios(RadioField):
    def pre_validate(self, form: Any) -> None:  # noqa: ANN401
        """Look at nothing: the validators do."""


class _Ticks(SelectMultipleField):
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, form: Any) -> None:  # noqa: ANN401
        """Look at nothing: the validators do."""


def _word_choices(words: Iterable[StrEnum]) -> list[tuple[str, Text]]:
    return [(word.value, _l(label_of(word))) for word in words]


def word_field(
    label: Text,
    words: type[StrEnum],
    *,
    required: Text | None = None,
    hint: Text = "",
    only: Collection[StrEnum] | None = None,
    radios: bool = False,
) -> SelectField:
    """Return a choice of one word of the vocabulary; its data is the word, or None.

    only: the words offered, where not all. radios: all choices visible, for short lists.
    """
    choices = _word_choices(word for word in words if only is None or word in only)
    if not radios:
        choices.insert(0, ("", _l("Choose")))
    return (_Radios if radios else _Choice)(
        label,
        [_presence(required), OneOf()],
        coerce=_Word(words),
        choices=lambda: choices,
        description=hint,
        default=None,
    )


def words_field(
    label: Text,
    words: type[StrEnum],
    *,
    required: Text | None = None,
    hint: Text = "",
    only: Collection[StrEnum] | None = None,
) -> SelectMultipleField:
    """Return a choice of several words of the vocabulary as check boxes; its data is a list of words."""
    choices = _word_choices(word for word in words if only is None or word in only)
    return _Ticks(
        label, [_presence(required), OneOf()], coerce=_Word(words), choices=lambda: choices, description=hint,
        default=(),
    )  # fmt: skip


def choice_field(
    label: Text,
    *,
    required: Text | None = None,
    hint: Text = "",
    radios: bool = False,
    choices: Sequence[tuple[str, Text]] = (),
) -> SelectField:
    """Return a choice of one text value; set `form.name.choices` in the view where they come from the database."""

    def as_text(value: object) -> str:
        if isinstance(value, bool):
            return "yes" if value else "no"
        return "" if value is None else str(value)

    return (_Radios if radios else _Choice)(
        label,
        [_presence(required), OneOf()],
        coerce=as_text,
        choices=lambda: list(choices),
        description=hint,
        default="",
    )


class _WholeNumber(StringField):
    """A whole number; what cannot be read is kept as it was typed and refused."""

    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the number: digits, with or without a sign and dots between thousands."""
        if not valuelist:
            return
        typed = one_line(str(valuelist[0]))
        plain = re.sub(r"(?<=\d)[.\u00a0 ](?=\d{3}\b)", "", typed)
        self.data = int(plain) if re.fullmatch(r"-?[0-9]{1,12}", plain) else (typed or None)

    def _value(self) -> str:
        return "" if self.data is None else str(self.data)


def number_field(
    label: Text, *, lowest: int = 0, highest: int = LARGEST_NUMBER, required: Text | None = None, hint: Text = ""
) -> Field:
    """Return a field for a whole number from `lowest` to `highest`; its data is an int, or None."""

    def is_in_range(_form: object, field: Field) -> None:
        if not isinstance(field.data, int):
            raise ValidationError(str(_l("Write a whole number, in digits.")))
        if not lowest <= field.data <= highest:
            message = _l("Write a number from %(lowest)s to %(highest)s.", lowest=lowest, highest=highest)
            raise ValidationError(str(message))

    return _WholeNumber(label, [_presence(required), is_in_range], description=hint, render_kw={"inputmode": "numeric"})


class _Day(DateField):
    """A day; the browser sends 2026-11-24, and people without a calendar may write 24-11-2026 or 24.11.2026."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the day; what cannot be read is refused by the validator, in our own words."""
        self.data = None
        typed = one_line(str(valuelist[0])) if valuelist else ""
        if iso := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", typed):
            year, month, number = map(int, iso.groups())
        elif danish := re.fullmatch(r"(\d{1,2})[-./ ]{1,2}(\d{1,2})[-./ ]{1,2}(\d{4})", typed):
            number, month, year = map(int, danish.groups())
        else:
            return
        with suppress(ValueError):  # 31 February stays unread
            self.data = date(year, month, number)


def day_field(
    label: Text,
    *,
    required: Text | None = None,
    hint: Text = "",
    earliest: Callable[[], date] | None = None,
    latest: Callable[[], date] | None = None,
) -> DateField:
    """Return a field for a day. earliest, latest: called when the form is checked; both days are allowed."""

    def is_day(_form: object, field: Field) -> None:
        if not isinstance(field.data, date):
            raise ValidationError(str(_l("Write a day as day-month-year, for example 24-11-2026.")))
        if (earliest is not None and field.data < earliest()) or (latest is not None and field.data > latest()):
            raise ValidationError(str(_l("This day is too early or too late.")))
        if not 1900 <= field.data.year <= 2200:  # noqa: PLR2004 - nothing here is older or further away
            raise ValidationError(str(_l("Look at the year again.")))

    return _Day(label, [_presence(required), is_day], description=hint)


def tick_field(label: Text, *, required: Text | None = None, hint: Text = "", default: bool = False) -> BooleanField:
    """Return one check box; required: what to say when it must be ticked and is not."""
    return BooleanField(label, [_presence(required)], description=hint, default=default)
