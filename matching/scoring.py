"""Scores of one query over one segment, in numpy: words over everything, pairs and characters over the best."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matching.characters import gram_lists, rows
from matching.configuration import Configuration
from matching.segment import BREAK, DAMPENED, FULL, Segment, dampened, in_steps

SHARES: Final = 1 << 22  # times FULL is what a sum can be: below 2^31 for queries of up to four million words


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of some candidates of one segment.

    words, characters: (C,) in [0, 1]; pairs: (C, P) how often the query's pairs of words stand together in each;
    is_same: (C,) whether the text is the query itself. meaning: (C,) cosines of an embedder, zeros without one.
    """

    words: NDArray[np.float64]
    characters: NDArray[np.float64]
    pairs: NDArray[np.float64]
    is_same: NDArray[np.bool_]
    meaning: NDArray[np.float64]

    @classmethod
    def nothing(cls) -> "Evidence":
        """Return the evidence of no candidate for a query without pairs."""
        none = np.zeros(0, dtype=np.float64)
        return cls(none, none, np.zeros((0, 0), dtype=np.float64), np.zeros(0, dtype=np.bool_), none)


def informativeness(frequency: NDArray[np.float64], documents: int) -> NDArray[np.float64]:
    """Return idf of words that so many of `documents` hold (Robertson and Sparck Jones, never negative)."""
    result: NDArray[np.float64] = np.log(1 + (documents - frequency + 0.5) / (frequency + 0.5))
    return result


def together(parts: Sequence[Evidence]) -> Evidence:
    """Return the evidence of several segments or shards as one, in their order."""
    return Evidence(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Evidence)))


def fused(
    evidence: Evidence, reference: NDArray[np.int64], most: float, documents: int, how: Configuration
) -> NDArray[np.float64]:
    """Return the scores in [0, 1] of all candidates.

    reference: the places of the best by words, which the comparison is made with; candidates beyond them stand in
    for those that an answer leaves out. most: the sum of the query's weights. documents: how many the index has.

    Words and characters are each compared with their best candidate before they are added: in a long query a word
    counts little, and the characters would decide alone. The best candidate's own evidence then says how much all of
    it is worth, so that a query that met nothing much has low scores throughout.
    """
    words, characters, pairs = evidence.words, evidence.characters, evidence.pairs
    if not len(words):
        return words
    best_words, best_characters = float(words[reference].max()), float(characters[reference].max())
    holders = (pairs[reference] > 0).sum(axis=0)
    telling = np.where(holders > 0, informativeness(holders.astype(np.float64), documents), 0.0)
    total = most * (how.saturation + 1)  # a pair counts as a word does whose frequency is not yet a share
    # Summed row by row: a matrix product rounds a row according to how many others there are.
    with_pairs = words + how.pair / total * (2 * pairs / (pairs + 1) * telling).sum(axis=1)
    relative = (1 - how.characters) * with_pairs / (float(with_pairs[reference].max()) or 1.0)
    relative += how.characters * characters / (best_characters or 1.0)
    worth = (1 - how.characters) * best_words + how.characters * best_characters
    lowest, highest = float(evidence.meaning.min()), float(evidence.meaning.max())
    if highest > lowest:
        # Every text means a little of everything: what counts is by how much one means more than the others.
        relative = (1 - how.meaning) * relative + how.meaning * (evidence.meaning - lowest) / (highest - lowest)
        worth = (1 - how.meaning) * worth + how.meaning * max(highest, 0.0)
    scores: NDArray[np.float64] = relative * worth
    scores[evidence.is_same] = 1.0
    return np.minimum(scores, 1.0)


def in_whole_numbers(
    features: NDArray[np.int64], weights: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return (features, weights) of what can add to a sum; weights as shares of SHARES, at least 1.

    features: numbers in a segment, -1 = not there; weights: the same length, >= 0, with a sum of at most 1.
    Sums of whole numbers are the same in any order: in every segment, shard and way of adding up.
    """
    known = (features >= 0) & (weights > 0)
    return features[known], np.maximum(np.rint(weights[known] * SHARES), 1).astype(np.int64)


def word_scores(segment: Segment, features: NDArray[np.int64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return for each document of the segment the sum over shared features of weight times saturated frequency.

    features, weights: see `in_whole_numbers`. A frequency counts in (0, 1]: the share of what it could count at most.
    """
    sums = np.zeros(len(segment), dtype=np.int64)
    arrays = segment.arrays
    for feature, weight in zip(*in_whole_numbers(features, weights), strict=True):
        row = slice(arrays.starts[feature], arrays.starts[feature + 1])
        sums[arrays.docs[row]] += weight * arrays.codes[row].astype(np.int64)
    return sums / (SHARES * FULL)


@dataclass(frozen=True, slots=True)
class Pieces:
    """The character pieces of a query in one segment. buckets: (B,) int64, each once; values: (B,) their weights."""

    buckets: NDArray[np.int64]
    values: NDArray[np.float64]
    length: float


def pieces_of(
    segment: Segment,
    names: Sequence[str],
    features: NDArray[np.int64],
    stems: NDArray[np.float64],
    how: Configuration,
) -> Pieces:
    """Return the pieces of the query's stems, weighted as Salton's tf-idf: by the idf of each piece on both sides.

    names, features, stems: what they are called, their numbers in the segment (-1 = not there), how often each
    stands as a whole word. Parts of a compound have no pieces that the whole word does not have.
    """
    arrays = segment.arrays
    known = np.flatnonzero((features >= 0) & (stems > 0))
    places, lengths = rows(arrays.gram_starts, features[known])
    unknown = np.flatnonzero((features < 0) & (stems > 0))
    starts, spelled = gram_lists([names[number] for number in unknown.tolist()], how.shortest_gram, how.longest_gram)
    owner = np.concatenate([np.repeat(known, lengths), np.repeat(unknown, np.diff(starts))])
    in_turn = np.argsort(owner, kind="stable")  # added up in the same order, whatever is known here
    owner, grams = owner[in_turn], np.concatenate([arrays.grams[places], spelled])[in_turn].astype(np.int64)
    buckets, inverse = np.unique(grams, return_inverse=True)
    counts = np.bincount(inverse, weights=dampened(stems)[owner], minlength=len(buckets))
    values = (counts * arrays.gram_weights[buckets]).astype(np.float64)
    return Pieces(buckets, values * arrays.gram_weights[buckets], float(np.sqrt(np.square(values).sum())) or 1.0)


def character_sums(
    segment: Segment, pieces: Pieces, docs: NDArray[np.int64], counts: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return for each of `docs` the product of its character vector and the query's; counts: (3,), a word by field.

    bincount adds one after the other, as the compiled loops do; a sum in pairs would round otherwise.
    """
    arrays = segment.arrays
    places, lengths = rows(arrays.holder_starts, pieces.buckets)
    values = np.repeat(pieces.values, lengths)
    per_stem = np.bincount(arrays.holders[places], weights=values, minlength=len(arrays.features)).astype(np.float64)
    owner, stems, frequency = said(arrays.order_starts, arrays.order, docs, counts)
    products = DAMPENED[in_steps(frequency)] * per_stem[stems]
    return np.bincount(owner, weights=products, minlength=len(docs)).astype(np.float64)


def said(
    order_starts: NDArray[np.int64], order: NDArray[np.uint32], docs: NDArray[np.int64], counts: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return (places in docs, stems, frequencies): each stem of each document once, in the order of its first word."""
    places, lengths = rows(order_starts, docs)
    stems, owner = order[places].astype(np.int64), np.repeat(np.arange(len(docs)), lengths)
    breaks = stems == int(BREAK)
    begins = np.cumsum(lengths) - lengths
    before = np.cumsum(breaks) - breaks
    field = before - np.repeat(before[begins], lengths)
    weights = counts[field[~breaks]]
    codes = owner[~breaks] * (int(BREAK) + 1) + stems[~breaks]
    kinds, first, inverse = np.unique(codes, return_index=True, return_inverse=True)
    frequency = np.bincount(inverse, weights=weights, minlength=len(kinds)).astype(np.float64)
    by_place = np.argsort(first)
    kinds = kinds[by_place]
    return kinds // (int(BREAK) + 1), kinds % (int(BREAK) + 1), frequency[by_place]


def character_squares(
    order_starts: NDArray[np.int64],
    order: NDArray[np.uint32],
    counts: NDArray[np.float64],
    gram_starts: NDArray[np.int64],
    grams: NDArray[np.int32],
    gram_weights: NDArray[np.float32],
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return (D,) the squared length of each document's character vector, and (D,) how many stems it has."""
    squares, kinds_of_stems = np.zeros(len(order_starts) - 1), np.zeros(len(order_starts) - 1, dtype=np.int64)
    for number in range(len(squares)):
        _, stems, frequency = said(order_starts, order, np.asarray([number]), counts)
        places, lengths = rows(gram_starts, stems)
        kinds, first, inverse = np.unique(grams[places], return_index=True, return_inverse=True)
        weights = np.repeat(DAMPENED[in_steps(frequency)], lengths)
        sums = np.bincount(inverse, weights=weights, minlength=len(kinds)) * gram_weights[kinds].astype(np.float64)
        kinds_of_stems[number] = len(stems)
        in_turn = np.cumsum(np.square(sums[np.argsort(first)]))  # one after the other, as the compiled loop adds
        squares[number] = in_turn[-1] if len(in_turn) else 0.0
    return squares, kinds_of_stems


def cosines(
    segment: Segment, sums: NDArray[np.float64], pieces: Pieces, docs: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the cosine in [0, 1] that belongs to each of the `character_sums`."""
    result: NDArray[np.float64] = (sums / (segment.arrays.character_norms[docs] * pieces.length)).clip(0.0, 1.0)
    return result


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
