"""Which of the two ways of adding up is used: numpy by itself, or compiled where a process asks for it.

Both give the same numbers to the last bit, so it is a matter of speed and memory only: compiling loads numba.
"""

import threading
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matching import embeddings, scoring
from matching.characters import BUCKETS
from matching.configuration import Configuration
from matching.query import Query
from matching.scoring import Evidence
from matching.segment import DAMPENED, FULL, Segment

# A longer query, such as a whole report, is compared in numpy: a table of all its pairs of words would be too large.
LONGEST_QUERY: Final = 2_000
_SMALL: Final = 50_000
_choice: dict[str, ModuleType] = {}
_papers = threading.local()


def use_compiled(*, wanted: bool = True) -> bool:
    """Use the compiled sums in this process from now on (or no longer), and return whether they are used.

    Compiles them, which takes some seconds the first time on a machine. Without numba nothing changes.
    """
    _choice.clear()
    if wanted and (compiled := _compiled()) is not None:
        _choice["compiled"] = compiled
    return bool(_choice)


@cache
def _compiled() -> ModuleType | None:
    try:
        from matching import compiled  # noqa: PLC0415 - loads numba, which web processes must not
    except ImportError:
        return None
    compiled.warm_up()
    return compiled


def best_rows(
    segment: Segment,
    features: NDArray[np.int64],
    weights: NDArray[np.float64],
    gone: NDArray[np.int64],
    wanted: int,
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return (rows, scores) of the `wanted` best by words, best first, equal ones in order of row.

    features, weights: see `scoring.word_scores`; gone: rows that must not come, ascending.
    """
    compiled = _choice.get("compiled")
    if compiled is None:
        scores = scoring.word_scores(segment, features, weights)
        scores[gone] = 0.0
        rows = scoring.best(scores, wanted)
        return rows, scores[rows]
    arrays = segment.arrays
    rows, sums = compiled.best_by_words(
        arrays.starts,
        arrays.docs,
        arrays.codes,
        *scoring.in_whole_numbers(features, weights),
        gone,
        len(segment),
        wanted,
    )
    return rows, sums / (scoring.SHARES * FULL)


def evidence(
    segment: Segment,
    query: Query,
    features: NDArray[np.int64],
    rows: NDArray[np.int64],
    by_words: NDArray[np.float64],
    how: Configuration,
    vector: NDArray[np.float32] | None,
) -> Evidence:
    """Return what is known of the candidates `rows`, whose scores by words are `by_words`.

    vector: what the query means to the embedder, None without one.
    """
    pieces = scoring.pieces_of(segment, query.names, features, query.stems, how)
    compiled = _choice.get("compiled")
    if compiled is None or len(features) > LONGEST_QUERY:
        sums = scoring.character_sums(segment, pieces, rows, how.field_counts)
        pairs = scoring.pair_frequencies(segment, features, query.pairs, rows)
    else:
        arrays, paper = segment.arrays, _paper(len(segment.arrays.features))
        sums = compiled.character_sums(
            arrays.order_starts, arrays.order, how.field_counts, arrays.holder_starts, arrays.holders,
            rows, pieces.buckets, pieces.values, DAMPENED, paper.per_stem, paper.frequency,
        )  # fmt: skip
        pairs = compiled.pair_frequencies(arrays.order_starts, arrays.order, rows, features, query.pairs, paper.word_of)
    return Evidence(
        words=by_words,
        characters=scoring.cosines(segment, sums, pieces, rows),
        pairs=pairs,
        is_same=segment.arrays.digests[rows] == np.uint64(query.digest),
        meaning=np.zeros(len(rows))
        if vector is None or segment.vectors is None
        else embeddings.meanings(segment.vectors[rows], vector),
    )


def character_squares(
    order_starts: NDArray[np.int64],
    order: NDArray[np.uint32],
    counts: NDArray[np.float64],
    gram_starts: NDArray[np.int64],
    grams: NDArray[np.int32],
    gram_weights: NDArray[np.float32],
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return (D,) the squared length of each document's character vector, and (D,) how many stems it has.

    counts: (3,) float64, what a word counts by field; the other arguments: see `Arrays`.
    """
    compiled = _choice.get("compiled")
    if compiled is None:
        return scoring.character_squares(order_starts, order, counts, gram_starts, grams, gram_weights)
    paper = np.zeros(len(gram_starts)), np.zeros(BUCKETS)
    found: tuple[NDArray[np.float64], NDArray[np.int64]] = compiled.character_squares(
        order_starts, order, counts, gram_starts, grams, gram_weights, DAMPENED, *paper
    )
    return found


@dataclass(slots=True)
class _Paper:
    """Scratch paper of one thread. per_stem, frequency: (F or more,) zeros; word_of: the same length, -1."""

    per_stem: NDArray[np.float64]
    frequency: NDArray[np.float64]
    word_of: NDArray[np.int32]


def _paper(features: int) -> _Paper:
    paper: _Paper | None = getattr(_papers, "paper", None)
    if paper is None or len(paper.per_stem) < features:
        size = max(features, _SMALL)
        paper = _Paper(np.zeros(size), np.zeros(size), np.full(size, -1, dtype=np.int32))
        _papers.paper = paper
    return paper
