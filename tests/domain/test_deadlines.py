"""Working days and deadlines across Danish holidays and summer time."""

from datetime import UTC, date, datetime

import pytest

from app.domain.deadlines import (
    Delay,
    after_working_days,
    closed_days,
    danish_date,
    easter_sunday,
    is_working_day,
    working_days_between,
)


# Source: the church's own tables of Easter.
@pytest.mark.parametrize(
    "day",
    [date(1961, 4, 2), date(2000, 4, 23), date(2008, 3, 23), date(2011, 4, 24), date(2024, 3, 31), date(2025, 4, 20),
     date(2026, 4, 5), date(2027, 3, 28), date(2038, 4, 25), date(2049, 4, 18)],
)  # fmt: skip
def test_easter_falls_where_the_tables_say(day: date) -> None:
    assert easter_sunday(day.year) == day


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 1, 1), "New Year's Day"),
        (date(2026, 4, 2), "Maundy Thursday"),
        (date(2026, 4, 3), "Good Friday"),
        (date(2026, 4, 6), "Easter Monday"),
        (date(2026, 5, 14), "Ascension Day"),
        (date(2026, 5, 25), "Whit Monday"),
        (date(2026, 6, 5), "Constitution Day"),
        (date(2026, 12, 24), "Christmas Eve"),
        (date(2026, 12, 25), "Christmas Day"),
        (date(2026, 12, 31), "New Year's Eve"),
        (date(2023, 5, 5), "the last Great Prayer Day"),
        (date(2026, 11, 28), "a Saturday"),
        (date(2026, 11, 29), "a Sunday"),
    ],
)
def test_public_workplaces_are_closed(day: date, name: str) -> None:
    assert not is_working_day(day), name


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2024, 4, 26), "Great Prayer Day is abolished from 2024"),
        (date(2026, 5, 15), "the day after Ascension Day"),
        (date(2026, 4, 1), "the day before Easter"),
        (date(2026, 12, 23), "the day before Christmas Eve"),
        (date(2026, 5, 1), "the first of May"),
    ],
)
def test_public_workplaces_are_open(day: date, name: str) -> None:
    assert is_working_day(day), name


def test_a_year_has_thirteen_closed_days_since_2024_and_had_fourteen_before() -> None:
    assert len(closed_days(2026)) == 13
    assert len(closed_days(2023)) == 14


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        # Friday afternoon, two working days: Tuesday at 16 Danish time, which is 15 UTC in winter.
        (datetime(2026, 11, 20, 14, 0, tzinfo=UTC), 2, datetime(2026, 11, 24, 15, 0, tzinfo=UTC)),
        # The same in summer: 16 Danish time is 14 UTC.
        (datetime(2026, 8, 21, 14, 0, tzinfo=UTC), 2, datetime(2026, 8, 25, 14, 0, tzinfo=UTC)),
        # Over Easter 2026: Thursday, Friday and Monday are closed; summer time has begun on 29 March.
        (datetime(2026, 3, 27, 10, 0, tzinfo=UTC), 4, datetime(2026, 4, 7, 14, 0, tzinfo=UTC)),
        # Over Christmas and New Year: 23, 28, 29, 30 December and 4 January are working days.
        (datetime(2026, 12, 22, 9, 0, tzinfo=UTC), 5, datetime(2027, 1, 4, 15, 0, tzinfo=UTC)),
        # 23.30 UTC on Sunday is Monday in Denmark: Monday does not count.
        (datetime(2026, 11, 22, 23, 30, tzinfo=UTC), 1, datetime(2026, 11, 24, 15, 0, tzinfo=UTC)),
        # Over the end of summer time on 25 October 2026.
        (datetime(2026, 10, 23, 6, 0, tzinfo=UTC), 1, datetime(2026, 10, 26, 15, 0, tzinfo=UTC)),
    ],
)
def test_a_deadline_is_at_the_end_of_the_last_working_day(start: datetime, days: int, due: datetime) -> None:
    assert after_working_days(start, days) == due


def test_every_deadline_of_a_year_is_a_working_day_at_four_and_counts_back() -> None:
    looked_at = 0
    for ordinal in range(date(2026, 1, 1).toordinal(), date(2027, 1, 1).toordinal()):
        start = datetime.combine(date.fromordinal(ordinal), datetime.min.time(), UTC).replace(hour=11)
        for days in (1, 2, 4, 6, 10):
            due = after_working_days(start, days)
            assert is_working_day(danish_date(due))
            assert working_days_between(start, due) == days
            looked_at += 1
    assert looked_at == 365 * 5


def test_days_between_counts_only_working_days_and_never_backwards() -> None:
    friday, monday = datetime(2026, 11, 20, 9, tzinfo=UTC), datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert working_days_between(friday, monday) == 1
    assert working_days_between(monday, friday) == 0
    assert working_days_between(friday, friday) == 0


def test_a_delay_counts_working_days_or_plain_days() -> None:
    start = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
    assert Delay(days=7).after(start) == datetime(2026, 11, 27, 14, 0, tzinfo=UTC)
    assert Delay(working_days=2).after(start) == datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
