"""Scores of one query over one segment, in numpy: words over everything, pairs and characters over the best."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.characters import BUCKETS, gram_lists, rows
from matching.configuration import Configuration
from matching.segment import BREAK, Segment, dampened


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of some candidates of one segment.

    words, characters: (C,) in [0, 1]; pairs: (C, P) how often the query's pairs of words stand together in each;
    is_same: (C,) whether the text is the query itself.
    """

    words: NDArray[np.float64]
    characters: NDArray[np.float64]
    pairs: NDArray[np.float64]
    is_same: NDArray[np.bool_]


def fused(
    evidence: Sequence[Evidence], names: Sequence[str], total: float, documents: int, first: int, how: Configuration
) -> NDArray[np.float64]:
    """Return the scores in [0, 1] of all candidates, segment after segment.

    names: their ids, which decide between equals. total: what a document that says every word of the query without
    end would get, in units of idf. documents: how many the index has. first: how many of the best by words the
    comparison is made with; candidates beyond them stand in for those that an answer leaves out.

    Words and characters are each compared with their best candidate before they are added: in a long query a word
    counts little, and the characters would decide alone. The best candidate's own evidence then says how much all of
    it is worth, so that a query that met nothing much has low scores throughout.
    """
    words = np.concatenate([each.words for each in evidence])
    characters = np.concatenate([each.characters for each in evidence])
    pairs = np.concatenate([each.pairs for each in evidence])
    if not len(words):
        return words
    reference = np.lexsort((np.asarray(names), -words))[:first]
    best_words, best_characters = float(words[reference].max()), float(characters[reference].max())
    holders = (pairs[reference] > 0).sum(axis=0)
    telling = np.where(holders > 0, np.log(1 + (documents - holders + 0.5) / (holders + 0.5)), 0.0)
    with_pairs = words + how.pair / total * ((2 * pairs / (pairs + 1)) @ telling)
    relative = (1 - how.characters) * with_pairs / (float(with_pairs[reference].max()) or 1.0)
    relative += how.characters * characters / (best_characters or 1.0)
    scores: NDArray[np.float64] = relative * ((1 - how.characters) * best_words + how.characters * best_characters)
    scores[np.concatenate([each.is_same for each in evidence])] = 1.0
    return scores


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


def pair_frequencies(
    segment: Segment, features: NDArray[np.int64], pairs: NDArray[np.int64], docs: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return (docs, pairs) how often the two words of each pair stand beside each other, or one word apart.

    features: (Q,) numbers of the query's features in this segment, -1 = not there; pairs: (P, 2) places in it.
    """
    counts = np.zeros((len(docs), len(pairs)), dtype=np.float64)
    known = np.flatnonzero((features[pairs] >= 0).all(axis=1)) if len(pairs) else np.zeros(0, dtype=np.int64)
    if not len(docs) or not len(known):
        return counts
    codes = _code(features[pairs[known, 0]], features[pairs[known, 1]])
    by_code = np.argsort(codes)
    places, lengths = rows(segment.arrays.order_starts, docs)
    stems = segment.arrays.order[places].astype(np.int64)
    owner = np.repeat(np.arange(len(docs)), lengths)
    is_word = stems != int(BREAK)
    for apart in (1, 2):
        one, other = stems[:-apart], stems[apart:]
        together = (owner[:-apart] == owner[apart:]) & is_word[:-apart] & is_word[apart:]
        if apart == 2:  # noqa: PLR2004 - with one word between, which must not be the end of a field
            together &= is_word[1:-1]
        found = _code(one, other)
        place = np.minimum(np.searchsorted(codes[by_code], found), len(codes) - 1)
        hit = together & (codes[by_code][place] == found)
        np.add.at(counts, (owner[:-apart][hit], known[by_code][place[hit]]), 1.0)
    return counts


def _code(one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return one number for an unordered pair of feature numbers below 2^31."""
    code: NDArray[np.int64] = np.minimum(one, other) * (1 << 31) + np.maximum(one, other)
    return code


def best(scores: NDArray[np.float64], limit: int) -> NDArray[np.int64]:
    """Return the places of the `limit` highest scores above 0, best first; equal scores in order of place."""
    positive = np.flatnonzero(scores > 0)
    if len(positive) > limit:
        threshold = np.partition(scores[positive], len(positive) - limit)[len(positive) - limit]
        positive = positive[scores[positive] >= threshold]
    order = np.lexsort((positive, -scores[positive]))
    return positive[order][:limit]
