"""The owner's time: how many at a time, how many in a quarter."""

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.capacity import Capacity, Load, has_place, is_within, quarter_start


@pytest.mark.parametrize(
    ("load", "place", "within"),
    [
        (Load(0, 0), True, True),
        (Load(1, 5), True, True),
        (Load(2, 5), False, True),
        (Load(1, 6), False, True),
        (Load(3, 3), False, False),
        (Load(0, 7), False, False),
    ],
)
def test_two_at_a_time_and_six_a_quarter(load: Load, *, place: bool, within: bool) -> None:
    assert has_place(Capacity(), load) is place
    assert is_within(Capacity(), load) is within


def test_whoever_says_zero_is_never_asked() -> None:
    assert not has_place(Capacity(at_a_time=0, per_quarter=6), Load(0, 0))
    assert not has_place(Capacity(at_a_time=2, per_quarter=0), Load(0, 0))


def test_a_quarter_is_91_days_back() -> None:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    assert now - quarter_start(now) == timedelta(days=91)
