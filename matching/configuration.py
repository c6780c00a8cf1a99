"""Every number of the scoring in one place, and the hash that names them."""

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

ALGORITHM: Final = "genklang-words-and-characters"
VERSION: Final = "3"


@dataclass(frozen=True, slots=True)
class Configuration:
    """One way to score. Weights are shares without a unit; lengths are characters of a stem.

    saturation, length_share: k1 and b of BM25 (Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009).
    title, problem, text: how much one word counts in each field.
    part, deep_part: how much a compound's part, and a part of a part, counts beside the whole word.
    group: how much a word's group of the knowledge counts beside the word.
    field: how much the field of work of a word counts beside the word.
    weak: how much a word without a subject of its own counts ("halvdelen", "tit").
    pair: how much two words of the query count that stand beside each other in the document as well.
    characters: the share of the score that comes from the characters, in [0, 1].
    meaning: the share of the score that comes from sentence embeddings where they are switched on, in [0, 1].
    thin: how many average stems are added to the length of a document's character vector, so that a text of three
    words does not win by being short.
    shortest_gram, longest_gram: lengths of the character pieces inside a stem with its boundaries.
    candidates: how many of the best by words are scored by pairs and characters too.
    """

    saturation: float = 1.4
    length_share: float = 0.8
    title: float = 2.0
    problem: float = 1.0
    text: float = 1.0
    part: float = 0.35
    deep_part: float = 0.15
    group: float = 1.5
    field: float = 0.3
    weak: float = 0.7
    pair: float = 0.2
    characters: float = 0.25
    meaning: float = 0.4
    thin: float = 4.0
    shortest_gram: int = 3
    longest_gram: int = 4
    candidates: int = 48

    @property
    def field_counts(self) -> NDArray[np.float64]:
        """(3,) float64: how much one word counts in each of `model.FIELDS`."""
        return np.asarray([self.title, self.problem, self.text], dtype=np.float64)

    def digest(self, *knowledge: str) -> str:
        """Return 12 hexadecimal digits that change with any weight and with the `knowledge` it is used with."""
        content = json.dumps([ALGORITHM, VERSION, asdict(self), *knowledge], sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()[:12]
