"""The guard against CPR numbers: finds them as people write them, and leaves other numbers alone."""

import pytest

from app.domain.personal_data import contains_cpr_number, find_cpr_numbers


@pytest.mark.parametrize(
    "text",
    [
        "010190-1234",
        "Borgeren (010190-1234) ringer",
        "010190 1234",
        "0101901234",
        "010190 - 1234",
        "010190–1234",  # an en dash
        "010190−1234",  # a minus sign
        "cpr:290204-9999.",  # 29 February of a leap year
        "3112991234",
        "\n010190-1234\n",
        "a010190-1234b",
    ],
)
def test_a_date_of_birth_with_four_digits_is_found(text: str) -> None:
    assert contains_cpr_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Ring på 86 12 34 56",
        "+45 8612 3456",
        "320190-1234",  # no such day
        "011390-1234",  # no such month
        "300290-1234",  # no such date
        "12345678901234",  # a longer number
        "EAN 5798001234567",
        "CVR 12345678",
        "1. januar 1990, kl. 12.34",
        "010190-123",
        "010190\n1234",
        "2024-2025",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert not contains_cpr_number(text)


def test_every_place_is_told() -> None:
    text = "Først 010190-1234 og så 0202851234."
    assert [text[start:end] for start, end in find_cpr_numbers(text)] == ["010190-1234", "0202851234"]
