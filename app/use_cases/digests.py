"""What has gathered for one person in a week: numbers and one's own titles, never another workplace's name."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Select, func, select

from app.domain.eligibility import WEAK
from app.domain.vocabulary import (
    SEEKING_PROBLEM,
    VISIBLE_SOLUTION,
    IntroductionStatus,
    ProblemStatus,
    Role,
    SolutionStatus,
    SuggestionStatus,
    WaitsFor,
)
from app.store.catalogue import Problem, Solution
from app.store.introductions import Introduction
from app.store.matches import Suggestion
from app.store.people import Account, Membership
from app.store.unit_of_work import UnitOfWork

# A digest tells what is new since the one before.
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Digest:
    """What one account is told. Titles are the receiver's own, each with a number; waiting: what, and how many."""

    shortlisted: list[tuple[str, int]]
    fits: list[tuple[str, int]]
    waiting: list[tuple[str, int]]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell, so that nobody is written to."""
        return not (self.shortlisted or self.fits or self.waiting)


def digest_of(uow: UnitOfWork, account: Account) -> Digest:
    """Gather what is new for `account`: as an adopter, as a solution owner, and as a consultant."""
    return Digest(
        shortlisted=_shortlisted(uow, account),
        fits=_fits(uow, account),
        waiting=_waiting(uow) if Role.CONSULTANT in account.roles else [],
    )


def _shortlisted(uow: UnitOfWork, account: Account) -> list[tuple[str, int]]:
    rows = uow.session.execute(
        select(Problem.title, func.count())
        .join(Suggestion, Suggestion.problem_id == Problem.id)
        .join(Membership, Membership.workplace_id == Problem.workplace_id)
        .where(
            Membership.account_id == account.id,
            Problem.status.in_(SEEKING_PROBLEM),
            Suggestion.status == SuggestionStatus.SHORTLISTED,
            Suggestion.decided_at > uow.now - WEEK,
        )
        .group_by(Problem.id, Problem.title)
        .order_by(Problem.title)
    )
    return [(title, count) for title, count in rows]


def _fits(uow: UnitOfWork, account: Account) -> list[tuple[str, int]]:
    rows = uow.session.execute(
        select(Solution.title, func.count())
        .join(Suggestion, Suggestion.solution_id == Solution.id)
        .join(Problem, Problem.id == Suggestion.problem_id)
        .join(Membership, Membership.workplace_id == Solution.workplace_id)
        .where(
            Membership.account_id == account.id,
            Solution.status.in_(VISIBLE_SOLUTION),
            Problem.status.in_(SEEKING_PROBLEM),
            Suggestion.status.in_((SuggestionStatus.SUGGESTED, SuggestionStatus.SHORTLISTED)),
            # the matcher says itself when it has too little to go by; nobody is written to about that
            Suggestion.label != WEAK,
            Suggestion.suggested_at > uow.now - WEEK,
        )
        .group_by(Solution.id, Solution.title)
        .order_by(Solution.title)
    )
    return [(title, count) for title, count in rows]


def _waiting(uow: UnitOfWork) -> list[tuple[str, int]]:
    review = ("submitted", "in_review")
    counts = [
        ("problems", _count(uow, select(Problem.id).where(Problem.status.in_(map(ProblemStatus, review))))),
        ("solutions", _count(uow, select(Solution.id).where(Solution.status.in_(map(SolutionStatus, review))))),
        (
            "suggestions",
            _count(
                uow,
                select(Suggestion.id)
                .join(Problem, Problem.id == Suggestion.problem_id)
                .where(Suggestion.status == SuggestionStatus.SUGGESTED, Problem.status.in_(SEEKING_PROBLEM)),
            ),
        ),
        (
            "introductions",
            _count(uow, select(Introduction.id).where(Introduction.status == IntroductionStatus.DRAFTED)),
        ),
        ("overdue", sum(_overdue(uow, table) for table in (Problem, Solution, Introduction))),
    ]
    return [(what, count) for what, count in counts if count]


def _overdue(uow: UnitOfWork, table: type[Problem | Solution | Introduction]) -> int:
    return _count(uow, select(table.id).where(table.waits_for == WaitsFor.CONSULTANT, table.due_at < uow.now))


def _count(uow: UnitOfWork, rows: Select[UUID]) -> int:
    return uow.session.scalar(select(func.count()).select_from(rows.subquery())) or 0
