"""How many introductions a solution owner takes: the owner's time is spent last and never over the limit."""

from dataclasses import dataclass
from datetime import datetime, timedelta

QUARTER = timedelta(days=91)


@dataclass(frozen=True, slots=True)
class Capacity:
    """What a workplace has said that it can take. at_a_time: open at once; per_quarter: begun in any 91 days."""

    at_a_time: int = 2
    per_quarter: int = 6


@dataclass(frozen=True, slots=True)
class Load:
    """What a workplace has taken. open_now: asked, introduced or in dialogue; this_quarter: begun in 91 days."""

    open_now: int
    this_quarter: int


def quarter_start(now: datetime) -> datetime:
    """Return the moment from which introductions count towards the quarter."""
    return now - QUARTER


def has_place(capacity: Capacity, load: Load) -> bool:
    """Whether the owner can be asked about one more."""
    return load.open_now < capacity.at_a_time and load.this_quarter < capacity.per_quarter


def is_within(capacity: Capacity, load: Load) -> bool:
    """Whether a load that already counts the introduction in hand keeps the limits."""
    return load.open_now <= capacity.at_a_time and load.this_quarter <= capacity.per_quarter
