"""Scores of one query over one segment, in numpy: words over everything, characters over the best."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matching.characters import BUCKETS, gram_lists, rows
from matching.configuration import Configuration
from matching.segment import Segment, dampened


def word_scores(segment: Segment, features: NDArray[np.int64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return for each document of the segment the sum over shared features of weight times saturated frequency.

    features: numbers in this segment, -1 = not there; weights: same length, >= 0.
    """
    scores = np.zeros(len(segment), dtype=np.float64)
    arrays = segment.arrays
    for feature, weight in zip(features, weights, strict=True):
        if feature >= 0 and weight > 0:
            row = slice(arrays.starts[feature], arrays.starts[feature + 1])
            scores[arrays.docs[row]] += weight * arrays.weights[row]
    return scores


def character_scores(
    segment: Segment, names: Sequence[str], weights: NDArray[np.float64], docs: NDArray[np.int64], how: Configuration
) -> NDArray[np.float64]:
    """Return the cosine in [0, 1] of the character pieces of the query and of each document in `docs`.

    names, weights: the query's features with their frequency. Source: Salton's tf-idf with one idf a piece.
    """
    arrays = segment.arrays
    if not len(docs) or not names:
        return np.zeros(len(docs), dtype=np.float64)
    starts, grams = gram_lists(names, how.shortest_gram, how.longest_gram)
    query = np.zeros(BUCKETS, dtype=np.float64)
    np.add.at(query, grams, np.repeat(dampened(weights), np.diff(starts)))
    query *= arrays.gram_weights
    length = float(np.sqrt(np.square(query).sum())) or 1.0
    query *= arrays.gram_weights
    places, lengths = rows(arrays.doc_starts, docs)
    stems, inverse = np.unique(arrays.stems[places], return_inverse=True)
    gram_places, gram_lengths = rows(arrays.gram_starts, stems.astype(np.int64))
    per_gram = np.concatenate([query[arrays.grams[gram_places]], [0.0]])
    begins = np.cumsum(gram_lengths) - gram_lengths
    # A row without entries would be given its neighbour's first by reduceat.
    per_stem = np.where(gram_lengths > 0, np.add.reduceat(per_gram, begins), 0.0) if len(begins) else np.zeros(0)
    owner = np.repeat(np.arange(len(docs)), lengths)
    sums = np.bincount(owner, weights=per_stem[inverse] * arrays.stem_weights[places], minlength=len(docs))
    cosines: NDArray[np.float64] = (sums / (arrays.character_norms[docs] * length)).clip(0.0, 1.0)
    return cosines


def best(scores: NDArray[np.float64], limit: int) -> NDArray[np.int64]:
    """Return the places of the `limit` highest scores above 0, best first; equal scores in order of place."""
    positive = np.flatnonzero(scores > 0)
    if len(positive) > limit:
        threshold = np.partition(scores[positive], len(positive) - limit)[len(positive) - limit]
        positive = positive[scores[positive] >= threshold]
    order = np.lexsort((positive, -scores[positive]))
    return positive[order][:limit]
