"""A guard against Danish civil registration numbers (CPR) in free text."""

import re
from datetime import date

# Six digits of a date, then four, with a hyphen, dash or space between or nothing; not inside a longer number.
_CANDIDATE = re.compile(r"(?<![\d])(\d{2})(\d{2})(\d{2})[ \t]?[-–−]?[ \t]?(\d{4})(?![\d])")


def find_cpr_numbers(text: str) -> list[tuple[int, int]]:
    """Return the places (start, end) in `text` that look like CPR numbers: a date of birth and four digits.

    The check digit is not used: since 2007 valid numbers may break it. Source: CPR-kontoret, Personnumre uden
    kontrolciffer.
    """
    return [match.span() for match in _CANDIDATE.finditer(text) if _is_a_date(*match.groups()[:3])]


def contains_cpr_number(text: str) -> bool:
    """Whether `text` holds something that looks like a CPR number."""
    return bool(find_cpr_numbers(text))


def _is_a_date(day: str, month: str, year: str) -> bool:
    for century in (1900, 2000):
        try:
            date(century + int(year), int(month), int(day))
        except ValueError:
            continue
        return True
    return False
