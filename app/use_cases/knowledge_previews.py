"""What a group of words would change: the first five solutions of open problems, as they are and as they would be."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from app.domain.vocabulary import SEEKING_PROBLEM, VISIBLE_SOLUTION
from app.store.catalogue import Problem, Solution
from app.store.knowledge import KnowledgePreview
from app.store.people import Organisation, Workplace
from app.store.unit_of_work import UnitOfWork
from app.use_cases.documents import problem_document, solution_document
from app.use_cases.knowledge import in_force, would_be_in_force
from app.use_cases.matcher_versions import weights_in_force
from app.use_cases.matching import solutions_out_of_reach
from matching import Index, Match

PROBLEMS = 100  # the newest that seek
SOLUTIONS = 20_000  # the newest that can be seen: they are indexed twice
FIRST = 5


def work_out(uow: UnitOfWork, preview_id: UUID) -> dict[str, Any] | None:
    """Return what would change, as ids and labels; None when the preview is gone. Only reads, and may take a while."""
    preview = uow.session.get(KnowledgePreview, preview_id)
    if preview is None:
        return None
    # Held until the documents are made: each text asks the session for its workplace and organisation.
    around = [*uow.session.scalars(select(Workplace)), *uow.session.scalars(select(Organisation))]
    newest = select(Solution).where(Solution.status.in_(VISIBLE_SOLUTION)).order_by(Solution.created_at.desc())
    documents = [solution_document(uow, solution) for solution in uow.session.scalars(newest.limit(SOLUTIONS))]
    del around
    seeking = select(Problem).where(Problem.status.in_(SEEKING_PROBLEM)).order_by(Problem.created_at.desc())
    problems = [
        (problem_document(uow, problem), solutions_out_of_reach(uow, problem.workplace_id))
        for problem in uow.session.scalars(seeking.limit(PROBLEMS))
    ]
    known, tried, weights = in_force(uow), would_be_in_force(uow, preview.draft), weights_in_force(uow)
    # Nothing is read from here on: the database may lose patience with a reader that is silent for so long.
    now = Index.build(documents, configuration=weights, knowledge=known)
    then = Index.build(documents, configuration=weights, knowledge=tried)
    changes = []
    for query, excluded in problems:
        before = [_plain(match) for match in now.rank(query, limit=FIRST, excluding=excluded)]
        after = [_plain(match) for match in then.rank(query, limit=FIRST, excluding=excluded)]
        if before != after:
            changes.append({"problem": query.id, "before": before, "after": after})
    return {"problems": len(problems), "solutions": len(documents), "changes": changes}


def _plain(match: Match) -> list[Any]:
    """Return [id, label, whether words met]: what a person would see another way."""
    return [match.id, match.label, bool(match.terms)]


def keep_result(uow: UnitOfWork, preview_id: UUID, result: dict[str, Any]) -> None:
    """Keep what was worked out, for the page that waits for it."""
    preview = uow.session.get(KnowledgePreview, preview_id)
    if preview is not None:
        preview.result = result
        flag_modified(preview, "result")
