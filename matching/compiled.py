"""The same sums as in `scoring`, compiled with numba, to the last bit: whole numbers, or added up in the same order.

Importing this module loads numba (half a second and 100 MB): processes that rank all day do, web processes do not.
"""

from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from matching.segment import BREAK as _BREAK
from matching.segment import STEPS

BREAK = int(_BREAK)

# Documents whose sums are collected at a time: 128 KB of int32 stay in the second-level cache. The first window, which
# knows no threshold yet, is shorter. Sums are looked through in blocks, whose highest is found without a branch.
WINDOW, FIRST_WINDOW, BLOCK = 1 << 15, 1 << 12, 128
STEP = 64  # where a list leaves the window is sought by steps that double from this


@numba.njit(cache=True, nogil=True)
def best_by_words(  # type: ignore[no-untyped-def]
    starts, docs, codes, features, weights, gone, documents, wanted
):
    """Return (rows, sums) of the `wanted` highest sums above 0, best first, equal ones in order of row.

    starts, docs, codes: `Arrays`; features: (Q,) int64, all known; weights: (Q,) int64 > 0, a sum of weights times
    codes stays below 2^31; gone: (G,) int64, rows that must not come, ascending.

    Lists are read once, window by window. Leaving out those that can no longer matter (MaxScore: Turtle and Flood,
    Query evaluation, 1995) was measured and is slower: adding to a sum in the cache costs less than asking about it.
    """
    places, lasts = starts[features].copy(), starts[features + 1].copy()
    sums = np.zeros(WINDOW, dtype=np.int32)
    rows, best = np.empty(wanted, dtype=np.int64), np.empty(wanted, dtype=np.int64)
    held, next_gone, begin, threshold = 0, 0, 0, np.int32(0)
    while begin < documents:
        end = min(begin + (WINDOW if begin else FIRST_WINDOW), documents)
        for number in range(len(features)):
            leaves, weight = _from(docs, places[number], lasts[number], end), np.int32(weights[number])
            for place in range(places[number], leaves):
                sums[docs[place] - begin] += weight * np.int32(codes[place])
            places[number] = leaves
        while next_gone < len(gone) and gone[next_gone] < end:
            sums[gone[next_gone] - begin] = 0
            next_gone += 1
        for block in range(0, end - begin, BLOCK):
            highest = np.int32(0)
            for offset in range(block, block + BLOCK):
                highest = max(highest, sums[offset])
            if highest <= threshold:
                continue
            for offset in range(block, block + BLOCK):
                if sums[offset] > threshold:  # an equal one has a higher row than all that are held
                    held = _offered(rows, best, held, begin + offset, sums[offset])
                    if held == wanted:
                        threshold = np.int32(best[0])
        sums[: end - begin] = 0
        begin = end
    by_row = np.argsort(rows[:held])
    order = by_row[np.argsort(-best[:held][by_row], kind="mergesort")]
    return rows[:held][order], best[:held][order]


@numba.njit(cache=True, nogil=True)
def _offered(rows, sums, held, row, sum_):  # type: ignore[no-untyped-def]
    """Take an entry into the heap, whose root is the worst, where it is good enough; return how many it holds."""
    if held < len(rows):
        _rise(rows, sums, held, row, sum_)
        return held + 1
    if _is_worse(rows[0], sums[0], row, sum_):
        _sink(rows, sums, held, row, sum_)
    return held


@numba.njit(cache=True, nogil=True)
def _is_worse(row, sum_, other_row, other_sum):  # type: ignore[no-untyped-def]
    return sum_ < other_sum or (sum_ == other_sum and row > other_row)


@numba.njit(cache=True, nogil=True)
def _rise(rows, sums, place, row, sum_):  # type: ignore[no-untyped-def]
    """Put an entry at the end of the heap, whose root is the worst, and let it rise to its place."""
    while place > 0:
        above = (place - 1) // 2
        if not _is_worse(row, sum_, rows[above], sums[above]):
            break
        rows[place], sums[place] = rows[above], sums[above]
        place = above
    rows[place], sums[place] = row, sum_


@numba.njit(cache=True, nogil=True)
def _sink(rows, sums, held, row, sum_):  # type: ignore[no-untyped-def]
    """Put an entry in the place of the heap's root and let it sink to its place."""
    place = 0
    while True:
        below = 2 * place + 1
        if below >= held:
            break
        if below + 1 < held and _is_worse(rows[below + 1], sums[below + 1], rows[below], sums[below]):
            below += 1
        if not _is_worse(rows[below], sums[below], row, sum_):
            break
        rows[place], sums[place] = rows[below], sums[below]
        place = below
    rows[place], sums[place] = row, sum_


@numba.njit(cache=True, nogil=True)
def _from(docs, place, last, row):  # type: ignore[no-untyped-def]
    """Return the first place from `place` on, at most `last`, whose row is at least `row`: by doubling steps."""
    step = STEP
    while place + step < last and docs[place + step] < row:
        place += step
        step *= 2
    high = min(place + step, last)
    while place < high:
        middle = (place + high) // 2
        if docs[middle] < row:
            place = middle + 1
        else:
            high = middle
    return place


@numba.njit(cache=True, nogil=True)
def character_sums(  # type: ignore[no-untyped-def]
    order_starts, order, counts, holder_starts, holders, rows, buckets, values, dampened, per_stem, frequency
):
    """Return what `scoring.character_sums` does. dampened: `segment.DAMPENED`.

    per_stem, frequency: (F,) zeros, given back as they were.
    """
    sums = np.zeros(len(rows), dtype=np.float64)
    for each in range(len(buckets)):
        for place in range(holder_starts[buckets[each]], holder_starts[buckets[each] + 1]):
            per_stem[holders[place]] += values[each]
    for each in range(len(rows)):
        begin, end, field = order_starts[rows[each]], order_starts[rows[each] + 1], 0
        for place in range(begin, end):
            stem = order[place]
            if stem == BREAK:
                field += 1
            elif per_stem[stem] > 0.0:
                frequency[stem] += counts[field]
        total = 0.0
        for place in range(begin, end):
            stem = order[place]
            if stem != BREAK and frequency[stem] > 0.0:
                total += dampened[_in_steps(frequency[stem], len(dampened))] * per_stem[stem]
                frequency[stem] = 0.0
        sums[each] = total
    for each in range(len(buckets)):
        for place in range(holder_starts[buckets[each]], holder_starts[buckets[each] + 1]):
            per_stem[holders[place]] = 0.0
    return sums


@numba.njit(cache=True, nogil=True)
def _in_steps(frequency, most):  # type: ignore[no-untyped-def]
    return min(int(frequency * STEPS + 0.5), most - 1)


@numba.njit(cache=True, nogil=True)
def character_squares(  # type: ignore[no-untyped-def]
    order_starts, order, counts, gram_starts, grams, gram_weights, dampened, frequency, table
):
    """Return what `scoring.character_squares` does. frequency: (F,) zeros; table: (BUCKETS,) zeros."""
    squares = np.zeros(len(order_starts) - 1, dtype=np.float64)
    stems = np.zeros(len(squares), dtype=np.int64)
    touched = np.empty(256, dtype=np.int64)
    for number in range(len(squares)):
        begin, end, field, count = order_starts[number], order_starts[number + 1], 0, 0
        for place in range(begin, end):
            if order[place] == BREAK:
                field += 1
            else:
                frequency[order[place]] += counts[field]
        for place in range(begin, end):
            stem = order[place]
            if stem == BREAK or frequency[stem] == 0.0:
                continue
            weight = dampened[_in_steps(frequency[stem], len(dampened))]
            frequency[stem] = 0.0
            stems[number] += 1
            for piece in range(gram_starts[stem], gram_starts[stem + 1]):
                if table[grams[piece]] == 0.0:
                    if count == len(touched):
                        touched = np.concatenate((touched, touched))
                    touched[count] = grams[piece]
                    count += 1
                table[grams[piece]] += weight
        total = 0.0
        for each in range(count):
            value = table[touched[each]] * np.float64(gram_weights[touched[each]])
            total += value * value
            table[touched[each]] = 0.0
        squares[number] = total
    return squares, stems


@numba.njit(cache=True, nogil=True)
def pair_frequencies(order_starts, order, rows, features, pairs, word_of):  # type: ignore[no-untyped-def]
    """Return what `scoring.pair_frequencies` does; word_of: (F,) int32, all -1, given back as it was."""
    counts = np.zeros((len(rows), len(pairs)), dtype=np.float64)
    pair_of = np.full((len(features), len(features)), -1, dtype=np.int32)
    for number in range(len(pairs)):
        one, other = pairs[number]
        if features[one] >= 0 and features[other] >= 0:
            pair_of[one, other] = pair_of[other, one] = number
            word_of[features[one]] = one
            word_of[features[other]] = other
    for each in range(len(rows)):
        last, before = -1, -1
        for place in range(order_starts[rows[each]], order_starts[rows[each] + 1]):
            if order[place] == BREAK:
                last, before = -1, -1
                continue
            word = word_of[order[place]]
            if word >= 0 and last >= 0 and pair_of[word, last] >= 0:
                counts[each, pair_of[word, last]] += 1.0
            if word >= 0 and before >= 0 and pair_of[word, before] >= 0:
                counts[each, pair_of[word, before]] += 1.0
            before, last = last, word
    for feature in features:
        if feature >= 0:
            word_of[feature] = -1
    return counts


def warm_up() -> None:
    """Compile everything now, or load it from numba's cache, so that no query waits for it."""
    wholes: NDArray[Any] = np.asarray([0, 1])
    none, pairs = np.zeros(0, dtype=np.int64), np.zeros((0, 2), dtype=np.int64)
    rows, numbers = np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.uint32)
    codes, grams = np.ones(1, dtype=np.uint8), np.zeros(1, dtype=np.int32)
    single, double, counts = np.ones(1, dtype=np.float32), np.ones(1, dtype=np.float64), np.ones(3, dtype=np.float64)
    # Arrays that are read from a generation cannot be written to: to the compiler that is another type.
    for is_writeable in (True, False):
        for stored in (wholes, numbers, codes, grams, single):
            stored.setflags(write=is_writeable)
        character_squares(wholes, numbers, counts, wholes, grams, single, double, np.zeros(1), np.zeros(1))
    best_by_words(wholes, numbers, codes, rows, rows, none, 1, 1)
    character_sums(
        wholes, numbers, counts, wholes, numbers, rows, rows, double, double, np.zeros(1), np.zeros(1)
    )  # fmt: skip
    pair_frequencies(wholes, numbers, rows, rows, pairs, np.full(1, -1, dtype=np.int32))
