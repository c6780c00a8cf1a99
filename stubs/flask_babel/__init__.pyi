# The part of Flask-Babel that the service uses; the package has no types of its own.

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from flask import Flask

class Babel:
    def __init__(
        self,
        app: Flask | None = None,
        *,
        default_locale: str = ...,
        default_timezone: str = ...,
        default_translation_directories: str = ...,
        locale_selector: Callable[[], str] | None = ...,
    ) -> None: ...

def gettext(string: str, **variables: object) -> str: ...
def ngettext(singular: str, plural: str, num: int, **variables: object) -> str: ...

# A lazy string is no str; what takes texts takes both.
def lazy_gettext(string: str, **variables: object) -> Any: ...
def format_date(date: date | datetime | None = None, format: str | None = None) -> str: ...
def format_datetime(datetime: datetime | None = None, format: str | None = None) -> str: ...
def format_decimal(number: float | Decimal, format: str | None = None) -> str: ...
def format_timedelta(
    datetime_or_timedelta: datetime | timedelta,
    granularity: str = ...,
    add_direction: bool = ...,
    threshold: float = ...,
) -> str: ...
def force_locale(locale: str) -> AbstractContextManager[None]: ...
