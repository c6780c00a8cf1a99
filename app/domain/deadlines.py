"""Working days and deadlines in Denmark. Every moment is an aware UTC datetime; dates are Danish dates."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
END_OF_WORKING_DAY = time(16, 0)
SATURDAY = 5


def easter_sunday(year: int) -> date:
    """Return Easter Sunday in the Gregorian calendar.

    Source: the anonymous Gregorian algorithm (Meeus/Jones/Butcher), Meeus, Astronomical Algorithms, chapter 8.
    """
    golden, century, of_century = year % 19, year // 100, year % 100
    leap, rest = divmod(century, 4)
    correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap - correction + 15) % 30
    quarter, remainder = divmod(of_century, 4)
    weekday = (32 + 2 * rest + 2 * quarter - epact - remainder) % 7
    shift = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)


@lru_cache(maxsize=64)
def closed_days(year: int) -> frozenset[date]:
    """Return the weekdays and weekend days on which Danish public workplaces are closed in `year`.

    The public holidays (Great Prayer Day only until 2023), and Constitution Day, Christmas Eve and New Year's
    Eve, on which public offices are closed by custom.
    """
    easter = easter_sunday(year)
    moving = {-3, -2, 0, 1, 39, 49, 50} | ({26} if year <= 2023 else set())  # noqa: PLR2004 - abolished from 2024
    fixed = {(1, 1), (6, 5), (12, 24), (12, 25), (12, 26), (12, 31)}
    return frozenset({easter + timedelta(days=days) for days in moving}) | frozenset(
        date(year, month, day) for month, day in fixed
    )


def is_working_day(day: date) -> bool:
    """Whether Danish public workplaces are open on `day`."""
    return day.weekday() < SATURDAY and day not in closed_days(day.year)


def danish_date(moment: datetime) -> date:
    """Return the date that `moment` has in Denmark."""
    return moment.astimezone(COPENHAGEN).date()


def after_working_days(start: datetime, working_days: int) -> datetime:
    """Return the end of the last of `working_days` whole working days after `start`, as UTC.

    The day of `start` itself does not count: what comes on a Friday afternoon and is due in 2 working days is
    due on Tuesday at 16:00 Danish time, in winter and in summer.
    """
    day = danish_date(start)
    left = working_days
    while left > 0:
        day += timedelta(days=1)
        left -= is_working_day(day)
    return datetime.combine(day, END_OF_WORKING_DAY, COPENHAGEN).astimezone(UTC)


def working_days_between(start: datetime, end: datetime) -> int:
    """Return how many working days lie after the day of `start` up to and with the day of `end` (0 if none)."""
    day, last = danish_date(start), danish_date(end)
    count = 0
    while day < last:
        day += timedelta(days=1)
        count += is_working_day(day)
    return count


@dataclass(frozen=True, slots=True)
class Delay:
    """A length of time in the unit that people are promised it in."""

    working_days: int = 0
    days: int = 0

    def after(self, start: datetime) -> datetime:
        """Return the moment this long after `start`."""
        if self.working_days:
            return after_working_days(start, self.working_days)
        return start + timedelta(days=self.days)
