"""How the matcher does on what people decided, month by month."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.domain.deadlines import danish_date
from app.store.judgements import Judgement, MatcherVersion
from app.store.unit_of_work import UnitOfWork

FIRST = 3


@dataclass(frozen=True, slots=True)
class MonthLine:
    """One month's decisions about suggestions. month: its first day, as "2026-11".

    decided, useful: suggestions decided about, and those found useful; first_decided, first_useful: the same among
    the first three of each problem; problems: how many problems they were about.
    """

    month: str
    problems: int
    decided: int
    useful: int
    first_decided: int
    first_useful: int


@dataclass(frozen=True, slots=True)
class LabelLine:
    """What became of suggestions with one label."""

    label: str
    decided: int
    useful: int


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version of the weights. number 0: the library's own, which has no figures."""

    number: int
    is_on: bool
    made_at: datetime | None = None
    trained_on: int = 0
    held_out: int = 0
    before: float = 0.0
    after: float = 0.0
    switched_at: datetime | None = None
    weights: tuple[tuple[str, float], ...] = ()


def months_of_judgements(uow: UnitOfWork, *, limit: int = 12) -> list[MonthLine]:
    """Return the newest months with decisions about suggestions, the newest first."""
    months: dict[str, list[tuple[UUID, bool, bool]]] = defaultdict(list)
    rows = uow.session.execute(
        select(Judgement.judged_at, Judgement.problem_id, Judgement.gain, Judgement.place).where(
            Judgement.place.is_not(None)
        )
    )
    for at, problem_id, gain, place in rows:
        months[danish_date(at).strftime("%Y-%m")].append((problem_id, gain > 0, place is not None and place <= FIRST))
    return [
        MonthLine(
            month=month,
            problems=len({problem for problem, _, _ in told}),
            decided=len(told),
            useful=sum(useful for _, useful, _ in told),
            first_decided=sum(first for _, _, first in told),
            first_useful=sum(useful and first for _, useful, first in told),
        )
        for month, told in sorted(months.items(), reverse=True)[:limit]
    ]


def labels_of_judgements(uow: UnitOfWork) -> list[LabelLine]:
    """Return for each label what people said of its suggestions: what a label promises and what it keeps."""
    told: dict[str, list[bool]] = {"strong": [], "possible": [], "weak_basis": []}
    for label, gain in uow.session.execute(select(Judgement.label, Judgement.gain).where(Judgement.place.is_not(None))):
        told.setdefault(label, []).append(gain > 0)
    return [LabelLine(label, len(useful), sum(useful)) for label, useful in told.items()]


def matcher_versions(uow: UnitOfWork) -> list[VersionLine]:
    """Return every version, the newest first, and the library's own weights last."""
    rows = uow.session.scalars(select(MatcherVersion).order_by(MatcherVersion.number.desc())).all()
    lines = [
        VersionLine(
            row.number, row.is_on, row.made_at, row.trained_on, row.held_out, row.before, row.after, row.switched_at,
            tuple((name, row.weights[name]) for name in ("characters", "pair") if name in row.weights),
        )
        for row in rows
    ]  # fmt: skip
    return [*lines, VersionLine(0, is_on=not any(line.is_on for line in lines))]
