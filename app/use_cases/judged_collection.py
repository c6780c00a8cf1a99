"""The judged pairs of this installation as a collection that `matching.evaluate` reads."""

import gzip
import json
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import select

from app.domain.vocabulary import VISIBLE_SOLUTION
from app.store.catalogue import Problem, Solution
from app.store.unit_of_work import UnitOfWork
from app.use_cases.documents import problem_document, solution_document
from app.use_cases.judgements import judged_pairs


def write_judged(uow: UnitOfWork, folder: Path) -> tuple[int, int, int]:
    """Write corpus, queries and judgements to `folder`; return how many problems, solutions and judged pairs."""
    pairs = judged_pairs(uow)
    wanted = {name for gains in pairs.values() for name in gains}
    problems = [problem_document(uow, one) for one in uow.session.scalars(select(Problem).where(Problem.id.in_(pairs)))]
    seen = select(Solution).where(Solution.status.in_(VISIBLE_SOLUTION) | Solution.id.in_(wanted))
    solutions = [solution_document(uow, one) for one in uow.session.scalars(seen)]
    (folder / "qrels").mkdir(parents=True, exist_ok=True)
    _write(
        folder / "corpus.jsonl.gz",
        ({"_id": one.id, "title": one.title, "problem": one.problem, "text": one.text} for one in solutions),
    )
    _write(
        folder / "queries.jsonl.gz",
        ({"_id": one.id, "text": f"{one.title}\n{one.problem}\n{one.text}"} for one in problems),
    )
    rows = [(problem, solution, gain) for problem, gains in pairs.items() for solution, gain in gains.items()]
    lines = ["query-id\tcorpus-id\tscore", *(f"{problem}\t{solution}\t{gain}" for problem, solution, gain in rows)]
    (folder / "qrels" / "test.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return len(problems), len(solutions), len(rows)


def _write(path: Path, rows: Iterable[dict[str, str]]) -> None:
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
