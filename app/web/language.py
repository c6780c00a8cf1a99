"""Danish first, English complete: which language a page is in, and dates and numbers written its way."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from flask import Flask, g, has_request_context, request, session
from flask_babel import Babel, format_date, format_datetime, format_decimal, format_timedelta, gettext

from app.domain.deadlines import danish_date
from app.domain.labels import GUARD_LABELS, STATUS_LABELS, label_of
from app.domain.vocabulary import ANONYMOUS, Language, Lifecycle
from app.store.unit_of_work import utc_now

CHOSEN = "language"
# British ways of writing dates: 24 November 2026.
LOCALES = {Language.DANISH: "da", Language.ENGLISH: "en_GB"}


def current_language() -> Language:
    """Return the language of this request: chosen in this browser, else the account's, else Danish.

    The browser's own wish counts only for visitors whose first wish is English.
    """
    if not has_request_context():
        return Language.DANISH
    chosen = session.get(CHOSEN)
    if chosen in set(Language):
        return Language(chosen)
    actor = g.get("actor", ANONYMOUS)
    if actor.is_signed_in:
        return Language(actor.language)
    best = request.accept_languages.best_match(["da", "en", "no", "nb", "sv"], default="da")
    return Language.ENGLISH if best == "en" else Language.DANISH


def set_up_language(app: Flask) -> None:
    """Connect translations, dates and numbers with the pages."""
    Babel(
        app,
        default_locale="da",
        default_timezone="Europe/Copenhagen",
        default_translation_directories="web/translations",
        locale_selector=lambda: LOCALES[current_language()],
    )
    app.jinja_env.filters.update(
        day=day, moment=moment, ago=ago, number=number, label=label, guard_text=guard_text, step_text=step_text
    )
    app.jinja_env.globals.update(current_language=current_language, status_text=status_text, Lifecycle=Lifecycle)


def day(when: date | datetime | None) -> str:
    """Write a date in the page's language: 24. november 2026."""
    if when is None:
        return ""
    return format_date(danish_date(when) if isinstance(when, datetime) else when, "long")


def moment(when: datetime | None) -> str:
    """Write date and time in Danish time: 24. november 2026 kl. 9.15."""
    if when is None:
        return ""
    # A line of its own: texts inside another text's call are not collected for translation.
    pattern = gettext("h:mm a")
    return gettext("%(day)s at %(time)s", day=day(when), time=format_datetime(when, pattern))


def ago(when: datetime | None) -> str:
    """Write how long ago something was: for 2 dage siden."""
    if when is None:
        return ""
    passed = when - utc_now()
    if abs(passed) < timedelta(minutes=1):
        return gettext("just now")
    return format_timedelta(passed, add_direction=True)


def number(value: float | None) -> str:
    """Write a number in the page's language: 1.234,5."""
    return "" if value is None else format_decimal(value)


def label(word: StrEnum | None) -> str:
    """Write a word of the vocabulary."""
    return "" if word is None else gettext(label_of(word))


def status_text(lifecycle: Lifecycle, state: str) -> str:
    """Write a state."""
    return gettext(STATUS_LABELS[lifecycle][state])


def guard_text(code: str) -> str:
    """Write why a step is refused."""
    return gettext(GUARD_LABELS.get(code, GUARD_LABELS["wrong_state"]))


def step_text(text: str) -> str:
    """Write a step's label or question."""
    return gettext(text) if text else ""
