"""From stored problems and solutions to what the matcher reads."""

from collections.abc import Mapping
from typing import Any

from app.domain.vocabulary import Lifecycle
from app.store.catalogue import Problem, Solution
from app.store.people import Account, Organisation, Workplace
from app.store.unit_of_work import UnitOfWork
from matching import Document

PROBLEM_REST = ("tried", "better", "context")
SOLUTION_REST = ("description", "for_whom", "value_text", "core", "conditions")


def problem_document(uow: UnitOfWork, problem: Problem) -> Document:
    """Return a problem as the matcher reads it: what happens today stands in its problem field."""
    return Document(
        id=str(problem.id),
        title=problem.title,
        problem=problem.situation,
        text=_join(getattr(problem, name) for name in PROBLEM_REST),
        language=problem.language,
        context=_context(uow, problem, size=problem.size, region=problem.region, work_role=problem.wish_work_role),
    )


def solution_document(uow: UnitOfWork, solution: Solution) -> Document:
    """Return a solution as the matcher reads it: the problem that it solves stands in its problem field."""
    workplace = uow.session.get_one(Workplace, solution.workplace_id)
    contact = uow.session.get(Account, solution.contact_id) if solution.contact_id else None
    return Document(
        id=str(solution.id),
        title=solution.title,
        problem=solution.problem_text,
        text=_join(getattr(solution, name) for name in SOLUTION_REST),
        language=solution.language,
        context=_context(
            uow,
            solution,
            size=workplace.size,
            region=workplace.region,
            work_role=contact.work_role if contact else None,
        ),
    )


def version_document(lifecycle: Lifecycle, subject_id: str, fields: Mapping[str, Any]) -> Document:
    """Return an earlier wording as the matcher reads it; its context is not kept and plays no part."""
    is_problem = lifecycle is Lifecycle.PROBLEM
    return Document(
        id=subject_id,
        title=str(fields.get("title", "")),
        problem=str(fields.get("situation" if is_problem else "problem_text", "")),
        text=_join(str(fields.get(name, "")) for name in (PROBLEM_REST if is_problem else SOLUTION_REST)),
        language=str(fields.get("language", "")),
    )


def _join(parts: Any) -> str:  # noqa: ANN401 - any iterable of texts
    return "\n\n".join(part for part in parts if part)


def _context(uow: UnitOfWork, text: Problem | Solution, **single: str | None) -> dict[str, tuple[str, ...]]:
    workplace = uow.session.get_one(Workplace, text.workplace_id)
    organisation = uow.session.get_one(Organisation, workplace.organisation_id)
    facts: dict[str, tuple[str, ...]] = {
        "sector": (text.sector,) if text.sector else (),
        "target_group": tuple(text.target_groups),
        "organisation_kind": (organisation.kind,),
        **{name: (str(value),) for name, value in single.items() if value},
    }
    if "region" not in facts and organisation.region:
        facts["region"] = (organisation.region,)
    return {name: tuple(str(value) for value in values) for name, values in facts.items() if values}
