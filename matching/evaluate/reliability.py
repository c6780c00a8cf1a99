"""What a score is worth: `python -m matching.evaluate.reliability DIR [DIR ...]`.

Prints for each range of scores, over the first ten documents of every query, how many pairs there are and which
share was judged relevant; then the same for each label. What nobody judged counts as not relevant, so the shares are
lower bounds.
"""

import argparse
import sys
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

from matching.arithmetic import use_compiled
from matching.evaluate.collections import Collection, CollectionError, load
from matching.index import Index
from matching.model import Document

EDGES: Final = (0.0, 0.05, 0.07, 0.10, 0.15, 0.20, 0.30, 1.01)
DEPTH: Final = 10
Told = tuple[float, str, bool]  # score, label, whether the pair was judged relevant


def told(collection: Collection) -> list[Told]:
    """Return score, label and judgement of the first ten documents of every query."""
    index = Index.build(collection.documents)
    return [
        (match.score, match.label, collection.judgements[query.id].get(match.id, 0) > 0)
        for query in collection.queries
        for match in index.rank(Document(query.id, "", query.text, ""), limit=DEPTH)
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns 0, or 2 when a folder is no collection."""
    parser = argparse.ArgumentParser(prog="python -m matching.evaluate.reliability", description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR", help="a collection")
    chosen = parser.parse_args(arguments)
    use_compiled()
    try:
        for folder in chosen.folders:
            collection = load(folder)
            rows = told(collection)
            sys.stdout.write(f"{collection.name}: {len(collection.queries)} queries, {len(rows)} pairs\n")
            for low, high in pairwise(EDGES):
                _line(f"{low:.2f} to {min(high, 1):.2f}", (one for one in rows if low <= one[0] < high))
            for label in ("strong", "possible", "weak_basis"):
                _line(label, (one for one in rows if one[1] == label))
    except CollectionError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def _line(name: str, rows: Iterable[Told]) -> None:
    relevant = [is_relevant for _, _, is_relevant in rows]
    share = f"{sum(relevant) / len(relevant):>8.2f}" if relevant else "       -"
    sys.stdout.write(f"  {name:<14}{len(relevant):>7}{share}\n")


if __name__ == "__main__":
    sys.exit(main())
