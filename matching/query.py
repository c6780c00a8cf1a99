"""A query as the segments see it: weighted features."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.analysis import Analyser
from matching.configuration import Configuration
from matching.languages import language_of
from matching.meanings import Knowledge, phrases
from matching.model import FIELDS, Document
from matching.segment import feature_key, text_digest
from matching.words import words


@dataclass(frozen=True, slots=True)
class Query:
    """keys: (Q,) uint64, ascending; weights: (Q,) float64, frequency by field and part; names: their features.

    informative: (Q,) float64, weights times idf in the index that was asked; zeros until it was.
    distinct_words: content words met at least once, for the label of thin texts.
    stems: (Q,) float64, how often each feature stands as a whole word, by field; 0 for parts and groups.
    pairs: (P, 2) int64, places in `names` of stems that follow each other, the smaller first, each pair once.
    """

    keys: NDArray[np.uint64]
    weights: NDArray[np.float64]
    names: tuple[str, ...]
    informative: NDArray[np.float64]
    digest: int
    language: str
    distinct_words: int
    stems: NDArray[np.float64]
    pairs: NDArray[np.int64]


def read_query(
    document: Document, analyser: Analyser, knowledge: Knowledge, configuration: Configuration, likely: str
) -> Query:
    """Return `document` as a query; `likely` is the language assumed when its words do not tell."""
    counts = {"title": configuration.title, "problem": configuration.problem, "text": configuration.text}
    parts = {name: words(getattr(document, name)) for name in FIELDS}
    everything = [word for part in parts.values() for word in part]
    language = language_of(document, everything, likely)
    weights: dict[str, float] = {}
    stems: dict[str, float] = {}
    neighbours: set[tuple[str, str]] = set()
    for field, part in parts.items():
        before = ""
        for word in part:
            features = analyser.features(word, language)
            if features:
                stem = features[0][0]
                stems[stem] = stems.get(stem, 0.0) + features[0][1] * counts[field]
                if before and before != stem:
                    neighbours.add((before, stem))
                before = stem
            for name, share in features:
                weights[name] = weights.get(name, 0.0) + share * counts[field]
        for name, share, _ in phrases(part, language, analyser, knowledge):
            weights[name] = weights.get(name, 0.0) + share * configuration.group * counts[field]
    keyed = sorted((feature_key(name), name) for name in weights)
    place = {name: number for number, (_, name) in enumerate(keyed)}
    pairs = sorted({tuple(sorted((place[one], place[other]))) for one, other in neighbours})
    return Query(
        keys=np.asarray([key for key, _ in keyed], dtype=np.uint64),
        weights=np.asarray([weights[name] for _, name in keyed], dtype=np.float64),
        names=tuple(name for _, name in keyed),
        informative=np.zeros(len(keyed), dtype=np.float64),
        digest=text_digest(everything),
        language=language,
        distinct_words=len(stems),
        stems=np.asarray([stems.get(name, 0.0) for _, name in keyed], dtype=np.float64),
        pairs=np.asarray(pairs, dtype=np.int64).reshape(-1, 2),
    )
