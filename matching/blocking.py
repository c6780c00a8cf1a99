"""Which of many things are worth comparing: those that share a rare key. Never all with all."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]


def rarest(owner: Numbers, key: Numbers, keep: Numbers) -> tuple[Numbers, Numbers]:
    """Return (owner, key) of the `keep[owner]` rarest keys of each owner; equally rare ones in order of key.

    owner, key: (N,), each pair once. keep: (owners,). A key that a single owner has leads to nobody: it takes its
    place among the rarest, and is left out of the answer.
    """
    _, inverse, counts = np.unique(key, return_inverse=True, return_counts=True)
    frequency = counts[inverse]
    order = np.lexsort((key, frequency, owner))
    owner, key, frequency = owner[order], key[order], frequency[order]
    first = np.searchsorted(owner, np.arange(len(keep)))
    is_kept = (np.arange(len(owner)) - first[owner] < keep[owner]) & (frequency > 1) if len(owner) else owner > 0
    return owner[is_kept], key[is_kept]


def met(
    owner: Numbers, key: Numbers, window: int, is_worth: Callable[[Numbers, Numbers], NDArray[np.bool_]]
) -> tuple[Numbers, Numbers]:
    """Return (one, other), one < other, each pair once, of owners that share a key and that `is_worth` lets through.

    window: in a block (the owners of one key, ascending) each is paired with so many that follow. A block of at most
    window + 1 owners is paired in full; a larger one costs no more than its size times `window`.
    """
    order = np.lexsort((owner, key))
    owner, key = owner[order], key[order]
    owners = int(owner.max()) + 1 if len(owner) else 1
    found: list[Numbers] = []
    alive = np.arange(len(key))
    for apart in range(1, window + 1):
        alive = alive[alive + apart < len(key)]
        alive = alive[key[alive] == key[alive + apart]]
        if not len(alive):
            break
        one, other = owner[alive], owner[alive + apart]
        worth = (one != other) & is_worth(one, other)
        found.append(_once(one[worth] * owners + other[worth]))
    codes = _once(np.concatenate(found)) if found else np.zeros(0, dtype=np.int64)
    return codes // owners, codes % owners


def _once(codes: Numbers) -> Numbers:
    """Return the distinct codes, ascending; sorting is several times faster here than the hashing of `np.unique`."""
    codes = np.sort(codes)
    return codes[np.concatenate([[True], codes[1:] != codes[:-1]])] if len(codes) else codes
