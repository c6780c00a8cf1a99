"""How often proposed pairs are right: `python -m matching.evaluate.groups DIR [DIR ...]`.

Prints precision and recall of `similar_pairs` at thresholds, over four sorts of pairs of a collection: two statements
(queries; right = they share a relevant document), the same with the catalogue at hand, a statement and a solution,
both as documents (right = relevant), and two solutions that are each relevant to some statement (right = to the same
one). "right" counts the highest judgement of the collection, "related" every positive one.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Final

from matching.alike import similar_pairs
from matching.arithmetic import use_compiled
from matching.evaluate.collections import Collection, CollectionError, load
from matching.index import Index
from matching.model import Document

THRESHOLDS: Final = (0.10, 0.12, 0.15, 0.18, 0.20, 0.22, 0.25, 0.30, 0.40)
_ALL: Final = 64
Pairs = set[tuple[str, str]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns 0, or 2 when a folder is no collection."""
    parser = argparse.ArgumentParser(prog="python -m matching.evaluate.groups", description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR", help="a collection")
    chosen = parser.parse_args(arguments)
    use_compiled()
    try:
        for folder in chosen.folders:
            _print(load(folder))
    except CollectionError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def proposed(collection: Collection, *, with_catalogue: bool) -> dict[tuple[str, str], float]:
    """Return the pairs of statements that come out at the lowest of the THRESHOLDS or above, with their scores."""
    catalogue = Index.build(collection.documents) if with_catalogue else None
    pairs = similar_pairs(_statements(collection), limit=_ALL, at_least=THRESHOLDS[0], catalogue=catalogue)
    return {(pair.first, pair.second): pair.score for pair in pairs}


def sharing(collection: Collection, gain: int) -> Pairs:
    """Return the pairs of statements for which one solution has been judged `gain` or more for both."""
    relevant = {
        query.id: {name for name, judged in collection.judgements[query.id].items() if judged >= gain}
        for query in collection.queries
    }
    return {pair for pair in combinations(sorted(relevant), 2) if relevant[pair[0]] & relevant[pair[1]]}


def _statements(collection: Collection) -> list[Document]:
    return [Document(query.id, "", query.text, "") for query in collection.queries]


def _statement_and_solution(collection: Collection) -> dict[tuple[str, str], float]:
    """Return (statement, solution) -> score, all in one collection of documents; their ids are told apart."""
    asked = [Document(f"q {one.id}", "", one.problem, "") for one in _statements(collection)]
    offered = [Document(f"s {one.id}", one.title, one.problem, one.text) for one in collection.documents]
    pairs = similar_pairs([*asked, *offered], limit=_ALL, at_least=THRESHOLDS[0])
    return {
        (pair.first[2:], pair.second[2:]): pair.score
        for pair in pairs
        if pair.first.startswith("q ") and pair.second.startswith("s ")
    }


def _two_solutions(collection: Collection, judged: Pairs) -> dict[tuple[str, str], float]:
    """Return the scores of the pairs of solutions of which both stand in some pair of `judged`."""
    known = {document for _, document in judged}
    pairs = similar_pairs(collection.documents, limit=_ALL, at_least=THRESHOLDS[0])
    return {(pair.first, pair.second): pair.score for pair in pairs if {pair.first, pair.second} <= known}


def _for_one(judged: Pairs) -> Pairs:
    """Return the pairs of solutions that are judged for one statement."""
    found: dict[str, set[str]] = {}
    for statement, document in judged:
        found.setdefault(statement, set()).add(document)
    return {pair for documents in found.values() for pair in combinations(sorted(documents), 2)}


def _print(collection: Collection) -> None:
    highest = max(judged for row in collection.judgements.values() for judged in row.values())
    sys.stdout.write(f"{collection.name}: {len(collection.queries)} statements\n")
    right, related = sharing(collection, highest), sharing(collection, 1)
    _table("two statements", proposed(collection, with_catalogue=False), right, related)
    _table("two statements, by the catalogue as well", proposed(collection, with_catalogue=True), right, related)
    asked = {query.id: collection.judgements[query.id] for query in collection.queries}
    pairs: list[Pairs] = [
        {(statement, name) for statement, row in asked.items() for name, gain in row.items() if gain >= least}
        for least in (highest, 1)
    ]
    _table("a statement and a solution", _statement_and_solution(collection), *pairs)
    _table("two solutions", _two_solutions(collection, pairs[0]), _for_one(pairs[0]), _for_one(pairs[1]))


def _table(title: str, scores: Mapping[tuple[str, str], float], right: Pairs, related: Pairs) -> None:
    sys.stdout.write(f"  {title}: {len(right)} right, {len(related)} related\n")
    sys.stdout.write(f"  {'from':>6}{'proposed':>10}{'right':>7}{'precision':>11}{'recall':>8}{'related':>9}\n")
    for threshold in THRESHOLDS:
        found = {pair for pair, score in scores.items() if score >= threshold}
        if not found:
            sys.stdout.write(f"  {threshold:>6.2f}{0:>10}\n")
            continue
        hits = len(found & right)
        sys.stdout.write(
            f"  {threshold:>6.2f}{len(found):>10}{hits:>7}{hits / len(found):>11.2f}{hits / max(len(right), 1):>8.2f}"
            f"{len(found & related) / len(found):>9.2f}\n"
        )


if __name__ == "__main__":
    sys.exit(main())
