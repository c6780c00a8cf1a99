"""What people decide about pairs is kept, so that the matcher can be measured and learn from it."""

from collections import defaultdict
from uuid import UUID

from sqlalchemy import func, select

from app.domain.vocabulary import Actor, Reason
from app.store.catalogue import Problem, Solution
from app.store.judgements import Judgement
from app.store.matches import Suggestion
from app.store.unit_of_work import UnitOfWork

USELESS, SHORTLISTED, INTRODUCED, SPREAD = range(4)
# What a reason for saying no says about the match; the other reasons say nothing about it.
_GAIN_OF_REASON = {
    Reason.OTHER_PROBLEM: USELESS,
    Reason.OTHER_SECTOR: USELESS,
    Reason.OTHER_TARGET_GROUP: USELESS,
    Reason.TOO_LITTLE_BASIS: USELESS,
    Reason.ALREADY_KNOWN: SHORTLISTED,  # so well matched that they know each other
}
_GAIN_OF_STEP = {"shortlist": SHORTLISTED, "introduce": INTRODUCED}


def judge_suggestion(
    uow: UnitOfWork, *, actor: Actor, suggestion: Suggestion, step: str, reason: Reason | None = None
) -> None:
    """Keep what a step with a suggestion says about its pair, and what the matcher had said; nothing says nothing."""
    gain = _GAIN_OF_STEP.get(step) if reason is None else _GAIN_OF_REASON.get(reason)
    if gain is None:
        return
    above = select(func.count(Suggestion.id)).where(
        Suggestion.problem_id == suggestion.problem_id, Suggestion.score > suggestion.score
    )
    uow.session.add(
        Judgement(
            problem_id=suggestion.problem_id, solution_id=suggestion.solution_id, gain=gain, step=step, reason=reason,
            place=(uow.session.scalar(above) or 0) + 1, score=suggestion.score, label=suggestion.label,
            matcher=suggestion.matcher, problem_text_version=suggestion.problem_text_version,
            solution_text_version=suggestion.solution_text_version, judged_by_id=actor.account_id, judged_at=uow.now,
        )
    )  # fmt: skip


def judge_pair(
    uow: UnitOfWork, *, actor: Actor, problem_id: UUID, solution_id: UUID, gain: int, step: str, reason: Reason | None
) -> None:
    """Keep what became of two that people put together, whether the matcher had suggested it or not."""
    suggestion = uow.session.scalar(
        select(Suggestion).where(Suggestion.problem_id == problem_id, Suggestion.solution_id == solution_id)
    )
    problem, solution = uow.session.get_one(Problem, problem_id), uow.session.get_one(Solution, solution_id)
    uow.session.add(
        Judgement(
            problem_id=problem_id, solution_id=solution_id, gain=gain, step=step, reason=reason,
            score=suggestion.score if suggestion else None, label=suggestion.label if suggestion else "",
            matcher=suggestion.matcher if suggestion else "", problem_text_version=problem.text_version,
            solution_text_version=solution.text_version, judged_by_id=actor.account_id, judged_at=uow.now,
        )
    )  # fmt: skip


def judged_pairs(uow: UnitOfWork) -> dict[UUID, dict[UUID, int]]:
    """Return problem -> solution -> gain: the newest judgement of each pair, but never less than it has led to."""
    rows = uow.session.execute(
        select(Judgement.problem_id, Judgement.solution_id, Judgement.gain).order_by(Judgement.judged_at, Judgement.id)
    )
    found: dict[UUID, dict[UUID, int]] = defaultdict(dict)
    for problem_id, solution_id, gain in rows:
        before = found[problem_id].get(solution_id, 0)
        found[problem_id][solution_id] = before if before >= INTRODUCED and gain < before else gain
    return dict(found)
