"""How good a ranked list is, and whether one ranker is better than another by more than chance."""

import math
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

MEASURES: Final = ("nDCG@10", "MRR@10", "Recall@100")
_TRIALS: Final = 10_000


def ndcg(ranked: Sequence[str], gains: Mapping[str, int], depth: int = 10) -> float:
    """Return normalised discounted cumulative gain in [0, 1], with linear gain (Järvelin and Kekäläinen, 2002)."""
    ideal = _dcg(sorted(gains.values(), reverse=True)[:depth])
    return _dcg([gains.get(document, 0) for document in ranked[:depth]]) / ideal if ideal else 0.0


def reciprocal_rank(ranked: Sequence[str], gains: Mapping[str, int], depth: int = 10) -> float:
    """Return 1 / place of the first relevant document among the first `depth`, else 0."""
    return next((1 / place for place, name in enumerate(ranked[:depth], start=1) if gains.get(name, 0) > 0), 0.0)


def recall(ranked: Sequence[str], gains: Mapping[str, int], depth: int = 100) -> float:
    """Return the share of the relevant documents that are among the first `depth`."""
    relevant = {document for document, gain in gains.items() if gain > 0}
    return len(relevant.intersection(ranked[:depth])) / len(relevant) if relevant else 0.0


def measure(ranked: Sequence[str], gains: Mapping[str, int]) -> tuple[float, float, float]:
    """Return the three MEASURES of one ranked list."""
    return ndcg(ranked, gains), reciprocal_rank(ranked, gains), recall(ranked, gains)


def p_value(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Return the two-sided p of a paired randomisation test over queries (10,000 sign flips, fixed seed).

    Source: Smucker, Allan and Carterette, A comparison of statistical significance tests for IR evaluation, 2007.
    """
    difference: NDArray[np.float64] = np.asarray(ours, dtype=np.float64) - np.asarray(theirs, dtype=np.float64)
    observed = abs(difference.mean())
    random = np.random.default_rng(1)
    beyond = 0
    for _ in range(10):
        signs = random.choice((-1.0, 1.0), size=(_TRIALS // 10, len(difference)))
        beyond += int((np.abs(signs @ difference / len(difference)) >= observed - 1e-12).sum())
    return (beyond + 1) / (_TRIALS + 1)


def _dcg(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(place + 1) for place, gain in enumerate(gains, start=1))
