"""Weights from what people decided: fitted by logistic regression on a part of the judged pairs, checked on the rest.

Only how the three sorts of evidence are weighed against each other is fitted, so that a new version needs no new
index format and can be compared with the old one on the very same evidence.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matching.configuration import Configuration
from matching.errors import MatchingError
from matching.evaluate.measures import measure
from matching.index import Index
from matching.model import Document
from matching.scoring import fused
from matching.shards import Part

FEWEST_QUERIES: Final = 20  # with a useful and a useless document each: fewer say nothing about weights
_DEPTH: Final = 1_000  # candidates looked at for each query
MOST_CHARACTERS, MOST_PAIR = 0.6, 0.6  # whatever the pairs say: words are what people can be told


class TooFewJudgedError(MatchingError):
    """There are not enough judged pairs to learn from. found: queries that can be used."""

    def __init__(self, found: int) -> None:
        super().__init__(f"{found} queries have both useful and useless documents, {FEWEST_QUERIES} are needed")
        self.found = found


@dataclass(frozen=True, slots=True)
class Judged:
    """A query with what people said of documents. gains: document's id -> 0 (useless) or more, the more the better."""

    query: Document
    gains: dict[str, int]


@dataclass(frozen=True, slots=True)
class Fitted:
    """What was learnt. before, after: nDCG@10 over the judged documents of the queries held out, in [0, 1]."""

    configuration: Configuration
    trained_on: int
    held_out: int
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class _Case:
    part: Part
    gains: dict[str, int]


def refit(index: Index, judged: Sequence[Judged], *, held_out: float = 0.3, seed: int = 0) -> Fitted:
    """Return weights fitted on `judged`, and how they do on the share `held_out` that the fit has not seen.

    Queries are held out whole. Judged documents that are not in the index, or share no word with the query, are left
    out. Raises TooFewJudgedError.
    """
    cases = [case for case in (_case(index, one) for one in judged) if len(set(map(bool, case.gains.values()))) > 1]
    if len(cases) < FEWEST_QUERIES:
        raise TooFewJudgedError(len(cases))
    order = np.random.default_rng(seed).permutation(len(cases))
    aside = max(int(len(cases) * held_out), 1)
    kept, unseen = [cases[place] for place in order[aside:]], [cases[place] for place in order[:aside]]
    now = index.configuration
    then = _fitted(kept, now)
    return Fitted(then, len(kept), len(unseen), _quality(unseen, now), _quality(unseen, then))


def _case(index: Index, one: Judged) -> _Case:
    part = index.look(one.query, limit=_DEPTH)
    known = set(part.ids)
    return _Case(part, {name: gain for name, gain in one.gains.items() if name in known})


def _fitted(cases: Sequence[_Case], now: Configuration) -> Configuration:
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - 90 MB that ranking never loads

    features: list[NDArray[np.float64]] = []
    useful: list[bool] = []
    weights: list[float] = []
    for case in cases:
        places = [case.part.ids.index(name) for name in case.gains]
        features.append(_features(case.part, now)[places])
        useful.extend(gain > 0 for gain in case.gains.values())
        weights.extend([1 / len(places)] * len(places))  # a query with many judged pairs counts no more than another
    model = LogisticRegression(C=10.0, max_iter=1_000, class_weight="balanced")
    model.fit(np.concatenate(features), np.asarray(useful), sample_weight=np.asarray(weights))
    by_words, by_pairs, by_characters = (max(float(one), 0.0) for one in model.coef_[0])
    if not by_words:
        return now  # words say nothing here: that is too few data, not a finding
    return replace(
        now,
        characters=_within(by_characters / (by_words + by_characters), MOST_CHARACTERS),
        pair=_within(by_pairs / by_words, MOST_PAIR),
    )


def _within(weight: float, most: float) -> float:
    return round(min(weight, most), 3)


def _features(part: Part, how: Configuration) -> NDArray[np.float64]:
    """Return (C, 3): words, pairs and characters of each candidate, as `scoring.fused` weighs them."""
    without = replace(how, characters=0.0, pair=0.0)
    first = _reference(part, how)
    best = float(part.evidence.words[first].max()) or 1.0
    in_pairs = fused(part.evidence, first, part.most, part.documents, replace(without, pair=1.0))
    by_words = fused(part.evidence, first, part.most, part.documents, without)
    characters = part.evidence.characters / (float(part.evidence.characters[first].max()) or 1.0)
    return np.stack([by_words / best, np.maximum(in_pairs - by_words, 0.0) / best, characters], axis=1)


def _reference(part: Part, how: Configuration) -> NDArray[np.int64]:
    """Return the places of the best by words, which a ranking is compared with."""
    return np.lexsort((np.asarray(part.ids), -part.evidence.words))[: how.candidates]


def _quality(cases: Sequence[_Case], how: Configuration) -> float:
    """Return the mean nDCG@10 of the judged documents alone, in the order of their scores (Sakai, condensed lists)."""
    values = []
    for case in cases:
        part = case.part
        scores = fused(part.evidence, _reference(part, how), part.most, part.documents, how)
        ranked = sorted(
            ((-float(score), name) for name, score in zip(part.ids, scores, strict=True) if name in case.gains)
        )
        values.append(measure([name for _, name in ranked], case.gains)[0])
    return float(np.mean(values))
