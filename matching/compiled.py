"""The same sums as in `scoring`, compiled with numba: same order of additions, so the same numbers to the last bit.

Importing this module loads numba (half a second and 100 MB): processes that rank all day do, web processes do not.
"""

from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from matching.segment import BREAK as _BREAK
from matching.segment import STEPS

BREAK = int(_BREAK)

# Documents whose sums are collected at a time: 128 KB of float64 stay in the second-level cache. The first window,
# which knows no threshold yet, is shorter.
WINDOW, FIRST_WINDOW = 1 << 14, 1 << 12
# A list is read through when that is no more than so many steps for each row that would else be searched in it.
STEPS_A_SEARCH = 40
# Looking after one row that may yet be among the best takes about as long as reading so many entries of a list.
STEPS_A_ROW = 3
# Bounds are sums of rounded numbers: so much more may stand behind them.
SLACK = 1 + 1e-9
ABOVE_NOTHING = 5e-324


@numba.njit(cache=True, nogil=True)
def best_by_words(  # type: ignore[no-untyped-def]
    starts, docs, codes, features, query_weights, bounds, gone, documents, wanted
):
    """Return (rows, scores) of the `wanted` highest sums above 0, best first, equal ones in order of row.

    starts, docs, codes: `Arrays`; features: (Q,) int64, all known, in the order in which they are added up;
    query_weights: (Q,) float64 > 0; bounds: (Q,) float64, the most each can add to a sum;
    gone: (G,) int64, rows that must not come, ascending.

    Documents are looked at in windows. What the last lists can still add is known, so they are read only for rows
    that may yet be among the best, where that is less work (MaxScore: Turtle and Flood, Query evaluation, 1995).
    """
    count = len(features)
    sums = np.zeros(WINDOW, dtype=np.float64)
    left = np.empty(WINDOW, dtype=np.int32)
    places, lasts = starts[features].copy(), starts[features + 1].copy()
    rest, postings = _what_is_left(bounds, lasts - places)
    rows, scores = np.empty(wanted, dtype=np.int64), np.empty(wanted, dtype=np.float64)
    held, threshold, next_gone, hopeful, begin = 0, 0.0, 0, documents, 0
    while begin < documents:
        end = min(begin + (WINDOW if begin else FIRST_WINDOW), documents)
        needed = count
        while needed > 0 and rest[needed - 1] < threshold:
            needed -= 1
        lowest = max(threshold - rest[needed], ABOVE_NOTHING)
        read = needed
        if hopeful * (count - needed) * STEPS_A_ROW > postings[needed] * (end - begin) / documents:
            read = count
        _add(docs, codes, query_weights, places, lasts, read, begin, end, sums)
        while next_gone < len(gone) and gone[next_gone] < end:
            sums[gone[next_gone] - begin] = 0.0
            next_gone += 1
        enough = max(threshold, ABOVE_NOTHING) if read == count else lowest
        hopeful, surviving = _survivors(sums, end - begin, lowest, enough, left)
        if read < count:
            surviving = _refined(
                docs, codes, query_weights, places, lasts, rest, read, begin, end, sums, left, surviving, threshold
            )
        for each in range(surviving):
            held = _offered(rows, scores, held, begin + left[each], sums[left[each]])
        if held == wanted:
            threshold = scores[0]
        sums[: end - begin] = 0.0
        begin = end
    by_row = np.argsort(rows[:held])
    order = by_row[np.argsort(-scores[:held][by_row], kind="mergesort")]
    return rows[:held][order], scores[:held][order]


@numba.njit(cache=True, nogil=True)
def _what_is_left(bounds, lengths):  # type: ignore[no-untyped-def]
    """Return (rest, postings): the most that features i, i + 1, ... can add, and how long their lists are together."""
    rest, postings = np.zeros(len(bounds) + 1, dtype=np.float64), np.zeros(len(bounds) + 1, dtype=np.float64)
    for number in range(len(bounds) - 1, -1, -1):
        rest[number] = (rest[number + 1] + bounds[number]) * SLACK
        postings[number] = postings[number + 1] + lengths[number]
    return rest, postings


@numba.njit(cache=True, nogil=True)
def _add(docs, codes, query_weights, places, lasts, read, begin, end, sums):  # type: ignore[no-untyped-def]
    """Add the first `read` features of the rows from `begin` to `end` to `sums`, and move `places` on."""
    for number in range(read):
        place, last, weight = _from(docs, places[number], lasts[number], begin), lasts[number], query_weights[number]
        while place < last and docs[place] < end:
            sums[docs[place] - begin] += weight * codes[place]
            place += 1
        places[number] = place


@numba.njit(cache=True, nogil=True)
def _survivors(sums, length, lowest, needed, left):  # type: ignore[no-untyped-def]
    """Put the rows that reach `needed` into `left`; return how many reach `lowest`, and how many are in `left`.

    Two plain loops: one of them with both questions stumbles over every tenth row and takes twice as long.
    """
    hopeful, surviving = 0, 0
    for offset in range(length):
        hopeful += sums[offset] >= lowest
    for offset in range(length):
        if sums[offset] >= needed:
            left[surviving] = offset
            surviving += 1
    return hopeful, surviving


@numba.njit(cache=True, nogil=True)
def _refined(  # type: ignore[no-untyped-def]
    docs, codes, query_weights, places, lasts, rest, read, begin, end, sums, left, surviving, threshold
):
    """Add the features from `read` on for the rows in `left`, dropping those without hope; return how many stay."""
    for number in range(read, len(places)):
        weight = query_weights[number]
        first = _from(docs, places[number], lasts[number], begin)
        last = _from(docs, first, lasts[number], end)
        places[number] = last
        if last - first < surviving * STEPS_A_SEARCH:
            for place in range(first, last):
                sums[docs[place] - begin] += weight * codes[place]
        else:
            for each in range(surviving):
                place = _from(docs, first, last, begin + left[each])
                if place < last and docs[place] == begin + left[each]:
                    sums[left[each]] += weight * codes[place]
        needed, kept = threshold - rest[number + 1], 0
        for each in range(surviving):
            if sums[left[each]] >= needed:
                left[kept] = left[each]
                kept += 1
        surviving = kept
    return surviving


@numba.njit(cache=True, nogil=True)
def _offered(rows, scores, held, row, score):  # type: ignore[no-untyped-def]
    """Take an entry into the heap, whose root is the worst, where it is good enough; return how many it holds."""
    if held < len(rows):
        _rise(rows, scores, held, row, score)
        return held + 1
    if _is_worse(rows[0], scores[0], row, score):
        _sink(rows, scores, held, row, score)
    return held


@numba.njit(cache=True, nogil=True)
def _is_worse(row, score, other_row, other_score):  # type: ignore[no-untyped-def]
    return score < other_score or (score == other_score and row > other_row)


@numba.njit(cache=True, nogil=True)
def _rise(rows, scores, place, row, score):  # type: ignore[no-untyped-def]
    """Put an entry at the end of the heap, whose root is the worst, and let it rise to its place."""
    while place > 0:
        above = (place - 1) // 2
        if not _is_worse(row, score, rows[above], scores[above]):
            break
        rows[place], scores[place] = rows[above], scores[above]
        place = above
    rows[place], scores[place] = row, score


@numba.njit(cache=True, nogil=True)
def _sink(rows, scores, held, row, score):  # type: ignore[no-untyped-def]
    """Put an entry in the place of the heap's root and let it sink to its place."""
    place = 0
    while True:
        below = 2 * place + 1
        if below >= held:
            break
        if below + 1 < held and _is_worse(rows[below + 1], scores[below + 1], rows[below], scores[below]):
            below += 1
        if not _is_worse(rows[below], scores[below], row, score):
            break
        rows[place], scores[place] = rows[below], scores[below]
        place = below
    rows[place], scores[place] = row, score


@numba.njit(cache=True, nogil=True)
def _from(docs, place, last, row):  # type: ignore[no-untyped-def]
    """Return the first place from `place` on, at most `last`, whose row is at least `row`: by doubling steps."""
    step = 1
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
    codes, grams = np.ones(1, dtype=np.uint16), np.zeros(1, dtype=np.int32)
    single, double, counts = np.ones(1, dtype=np.float32), np.ones(1, dtype=np.float64), np.ones(3, dtype=np.float64)
    # Arrays that are read from a generation cannot be written to: to the compiler that is another type.
    for is_writeable in (True, False):
        for stored in (wholes, numbers, codes, grams, single):
            stored.setflags(write=is_writeable)
        character_squares(wholes, numbers, counts, wholes, grams, single, double, np.zeros(1), np.zeros(1))
    best_by_words(wholes, numbers, codes, rows, double, double, none, 1, 1)
    character_sums(
        wholes, numbers, counts, wholes, numbers, rows, rows, double, double, np.zeros(1), np.zeros(1)
    )  # fmt: skip
    pair_frequencies(wholes, numbers, rows, rows, pairs, np.full(1, -1, dtype=np.int32))
