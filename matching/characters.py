"""Character pieces of stems: what lets "hjemmesygepleje" meet "sygeplejerske" and a spelling mistake meet its word."""

from collections.abc import Iterable
from typing import Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

BUCKETS: Final = 1 << 18  # pieces share a bucket by chance about once in 100 at 100,000 words: no effect on a ranking


def grams(stem: str, shortest: int, longest: int) -> list[int]:
    """Return the bucket of each character piece of `stem` with its boundaries, lengths `shortest` to `longest`.

    A group of the knowledge (its name begins with §) has no spelling and so no pieces.
    """
    if stem.startswith("§"):
        return []
    padded = f" {stem} "
    if len(padded) <= shortest:
        return [crc32(padded.encode()) % BUCKETS]
    return [
        crc32(padded[start : start + length].encode()) % BUCKETS
        for length in range(shortest, min(longest, len(padded)) + 1)
        for start in range(len(padded) - length + 1)
    ]


def gram_lists(stems: Iterable[str], shortest: int, longest: int) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return (starts, buckets): the pieces of stem i are buckets[starts[i]:starts[i + 1]]."""
    starts = [0]
    buckets: list[int] = []
    for stem in stems:
        buckets.extend(grams(stem, shortest, longest))
        starts.append(len(buckets))
    return np.asarray(starts, dtype=np.int64), np.asarray(buckets, dtype=np.int32)


def rows(starts: NDArray[np.int64], wanted: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return (places, lengths) of the rows `wanted` of a list of lists: where their entries stand, row after row."""
    begins = starts[wanted].astype(np.int64)
    lengths = starts[wanted + 1].astype(np.int64) - begins
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    places = np.arange(total, dtype=np.int64) + np.repeat(begins - (ends - lengths), lengths)
    return places, lengths
