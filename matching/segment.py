"""An immutable part of the index: plain arrays over a set of documents, in the order of their ids."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, fields
from hashlib import blake2b
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matching.model import Document

Array = NDArray[np.generic]
BREAK: Final = np.uint32(0xFFFFFFFF)
FULL: Final = 0xFF  # the code of the most a frequency can count


@dataclass(frozen=True, slots=True)
class Arrays:
    """What is stored of a segment; every array may be memory-mapped. D documents, F features, P postings.

    features: (F,) uint64, the keys of the features, ascending (`feature_key`).
    starts: (F + 1,) int64; the documents with feature f are docs[starts[f]:starts[f + 1]], ascending.
    docs: (P,) uint32; codes: (P,) uint8, the saturated frequency of the feature in the document as a share of the
    most it can be, in steps of 1 / FULL.
    order_starts: (D + 1,) int64; words of document d as they follow each other: order[order_starts[d]:...], as the
    numbers of their stems (uint32), with BREAK after the first and the second field; stop words are left out.
    gram_starts, grams: character pieces per feature (`characters.gram_lists`).
    holder_starts: (BUCKETS + 1,) int64; the stems with piece b are holders[holder_starts[b]:...] (uint32), ascending.
    gram_weights: (BUCKETS,) float32, how telling each piece is.
    character_norms: (D,) float32, length of the document's character vector.
    digests: (D,) uint64, the same for texts with the same words in the same order.
    languages: (D,) uint8, place in `languages.LANGUAGES`.
    """

    features: NDArray[np.uint64]
    starts: NDArray[np.int64]
    docs: NDArray[np.uint32]
    codes: NDArray[np.uint8]
    order_starts: NDArray[np.int64]
    order: NDArray[np.uint32]
    gram_starts: NDArray[np.int64]
    grams: NDArray[np.int32]
    holder_starts: NDArray[np.int64]
    holders: NDArray[np.uint32]
    gram_weights: NDArray[np.float32]
    character_norms: NDArray[np.float32]
    digests: NDArray[np.uint64]
    languages: NDArray[np.uint8]


def frozen(arrays: Arrays) -> Arrays:
    """Return the same arrays, which nobody can change any more."""
    for name in ARRAY_NAMES:
        getattr(arrays, name).setflags(write=False)
    return arrays


ARRAY_NAMES: Final = tuple(field.name for field in fields(Arrays))


@dataclass(frozen=True, slots=True)
class Frame:
    """What all parts of one index are measured by, so that a score says the same in each of them.

    mean_length: words a document; thin: what is added to the squared length of each character vector;
    gram_weights: (BUCKETS,) float32, how telling each piece is.
    """

    mean_length: float
    thin: float
    gram_weights: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Segment:
    """Arrays with the documents they were made of; documents[d] and ids[d], ascending, belong to row d.

    vectors: (D, dimensions) float16, what the documents mean to an embedder, None without one.
    """

    arrays: Arrays
    documents: Sequence[Document]
    ids: Sequence[str]
    mean_length: float
    thin: float
    vectors: NDArray[np.float16] | None = None

    @property
    def frame(self) -> Frame:
        """What this segment was measured by."""
        return Frame(self.mean_length, self.thin, self.arrays.gram_weights)

    def __len__(self) -> int:
        return len(self.ids)

    def row_of(self, identity: str) -> int | None:
        """Return the row of the document with this id, None where there is none."""
        place = bisect_left(self.ids, identity)
        return place if place < len(self.ids) and self.ids[place] == identity else None

    def find(self, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Return the feature number of each key, -1 where no document has it."""
        return places_of(keys, self.arrays.features)


def places_of(keys: NDArray[np.uint64], known: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return where each key stands in `known`, ascending; -1 where it does not."""
    if not len(known):
        return np.full(len(keys), -1, dtype=np.int64)
    places = np.searchsorted(known, keys)
    places[places == len(known)] = 0
    return np.where(known[places] == keys, places, -1).astype(np.int64)


def feature_key(feature: str) -> int:
    """Return the 64-bit key of a feature: the same on every machine and run."""
    return int.from_bytes(blake2b(feature.encode(), digest_size=8).digest(), "little")


def text_digest(words: Sequence[str]) -> int:
    """Return 64 bits that are the same for the same words in the same order."""
    return feature_key(" ".join(words))


def dampened(frequency: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return log2(1 + frequency): 1 for one whole word, less for a part of one, and slowly more for many."""
    result: NDArray[np.float64] = np.log2(1.0 + frequency)
    return result


STEPS: Final = 4
# `dampened` of 0, 1/4, 2/4 ... words, so that compiled and plain code read the same logarithms.
DAMPENED: Final = dampened(np.arange(4097) / STEPS)


def in_steps(frequency: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the places in DAMPENED of some frequencies, rounded to a quarter; more than 1,024 count as so many."""
    return np.minimum((frequency * STEPS + 0.5).astype(np.int64), len(DAMPENED) - 1)
