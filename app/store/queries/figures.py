"""Numbers and short lists for the front page."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from app.domain.vocabulary import AFTER_CONSENT, SEEKING_PROBLEM, VISIBLE_SOLUTION, Sector
from app.store.catalogue import Problem, Solution
from app.store.introductions import Introduction
from app.store.people import Organisation, Workplace
from app.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Figures:
    """How much there is right now."""

    solutions: int
    problems: int
    introductions: int


@dataclass(frozen=True, slots=True)
class SolutionLine:
    """One published solution in a list."""

    id: UUID
    title: str
    excerpt: str
    sector: Sector | None
    organisation: str
    is_proven: bool


def front_figures(uow: UnitOfWork) -> Figures:
    """Count published solutions, open problems and introductions made."""

    def count(table: type[Solution | Problem | Introduction], states: frozenset[str]) -> int:
        return uow.session.scalar(select(func.count()).select_from(table).where(table.status.in_(states))) or 0

    return Figures(
        solutions=count(Solution, frozenset(VISIBLE_SOLUTION)),
        problems=count(Problem, frozenset(SEEKING_PROBLEM)),
        introductions=count(Introduction, frozenset(AFTER_CONSENT)),
    )


def latest_solutions(uow: UnitOfWork, *, limit: int) -> list[SolutionLine]:
    """Return the newest published solutions that are proven, newest first."""
    rows = uow.session.execute(
        select(Solution, Organisation.name)
        .join(Workplace, Workplace.id == Solution.workplace_id)
        .join(Organisation, Organisation.id == Workplace.organisation_id)
        .where(Solution.status.in_(VISIBLE_SOLUTION), Solution.flagged_not_proven.is_(False))
        .order_by(Solution.published_at.desc(), Solution.id)
        .limit(limit)
    )
    return [
        SolutionLine(
            solution.id, solution.title, excerpt(solution.problem_text or solution.description), solution.sector,
            organisation, not solution.flagged_not_proven,
        )
        for solution, organisation in rows
    ]  # fmt: skip


def excerpt(text: str, *, length: int = 180) -> str:
    """Return the beginning of `text`, cut at a word, at most `length` characters and an ellipsis."""
    text = " ".join(text.split())
    return text if len(text) <= length else text[:length].rsplit(" ", 1)[0] + " …"
