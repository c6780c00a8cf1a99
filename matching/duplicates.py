"""Nearly the same text twice: by mistake, in a new edition, or because another organisation took it over."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from matching.alike import AT_LEAST, LARGEST, Group, Pair, groups, same_texts, similar_pairs
from matching.blocking import Numbers, met, rarest
from matching.model import FIELDS, Document
from matching.names import folded, name_likeness
from matching.words import words

Verdict = Literal["duplicate", "same text elsewhere", "new edition"]
NEARLY: Final = 0.6  # two words changed, well apart, in a text of 25
_SHINGLE: Final = 3  # words
_WINDOW: Final = 32
_AT_ONCE: Final = 20_000  # pairs of texts compared in one go
_YEARS_APART: Final = 1
_SLACK: Final = 1e-9
_ALIKE_TITLE: Final = 0.6
_NEIGHBOURS: Final = 8
_TELLING: Final = 3


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Two documents, first < second, with nearly the same text.

    likeness: share of their runs of three words that both have (Jaccard), in [0, 1]; 1 = the same words.
    verdict: "same text elsewhere" = two organisations have it: a sign of spread, not a mistake; "new edition" = of
    one organisation (or an unknown one), more than a year apart; else "duplicate".
    """

    first: str
    second: str
    likeness: float
    verdict: Verdict


def near_duplicates(documents: Iterable[Document], *, at_least: float = NEARLY) -> list[Duplicate]:
    """Return the pairs with nearly the same text, the most alike first, equal ones in order of id.

    at_least: the lowest likeness. The context's "organisation" and "year" give the verdict; names of organisations
    are compared as `names.folded`, and what is not stated contradicts nothing.
    Complete for texts whose rarest runs of words stand in at most 33 texts each; among more texts made of one mould
    each is held against its neighbours only. Of texts with the same words one stands for each organisation, so a
    million copies give a million pairs. Documents without words are left out. Raises ValueError for at_least outside
    (0, 1].
    """
    if not 0 < at_least <= 1:
        raise ValueError(f"at_least must be above 0 and at most 1, got {at_least}")
    classes = [_by_organisation(members) for members in same_texts(documents)]
    found: list[Duplicate] = []
    for copies in classes:
        found.extend(_duplicate(*pair, 1.0) for pair in _within(copies))
    texts = [next(iter(copies.values()))[0] for copies in classes]
    for one, other, likeness in _nearly_same(texts, at_least):
        found.extend(_duplicate(*pair, likeness) for pair in _across(classes[one], classes[other]))
    return sorted(found, key=lambda pair: (-pair.likeness, pair.first, pair.second))


def families(documents: Iterable[Document], *, largest: int = LARGEST) -> list[Group]:
    """Return groups of solutions that are variants of one another, the closest first; no document is in two.

    Variants are nearly the same text, or, at different or unknown organisations, texts that are alike (`AT_LEAST`)
    under a like title: nearly the same letters, or one of the three most telling words that met stands in both.
    A family holds together in the mean as `groups` says; its words are those that met.
    """
    given = {document.id: document for document in documents}
    pairs: dict[tuple[str, str], Pair] = {}
    for pair in similar_pairs(given.values(), limit=_NEIGHBOURS, at_least=AT_LEAST):
        if pair.same_text or _is_variant(given[pair.first], given[pair.second], pair):
            pairs[pair.first, pair.second] = pair
    for twin in near_duplicates(given.values()):
        known = pairs.get((twin.first, twin.second))
        if known is None or not known.same_text:
            pairs[twin.first, twin.second] = Pair(
                twin.first,
                twin.second,
                max(twin.likeness, known.score if known else 0.0),
                known.words if known else _common(given[twin.first], given[twin.second]),
                same_text=_words(given[twin.first]) == _words(given[twin.second]),
            )
    return groups(pairs.values(), largest=largest)


def _is_variant(one: Document, other: Document, pair: Pair) -> bool:
    ours, theirs = _organisation(one), _organisation(other)
    if ours and theirs and ours == theirs:
        return False
    titles = one.title.lower(), other.title.lower()
    return name_likeness(*titles) >= _ALIKE_TITLE or any(
        word.lower() in titles[0] and met_as.lower() in titles[1] for word, met_as in pair.words[:_TELLING]
    )


def _common(one: Document, other: Document) -> tuple[tuple[str, str], ...]:
    """Return the longest words that two texts share: nearly the same text has little else to tell."""
    shared = set(_words(one)) & set(_words(other))
    return tuple((word, word) for word in sorted(shared, key=lambda word: (-len(word), word))[:3])


def _words(document: Document) -> list[str]:
    return [word for name in FIELDS for word in words(getattr(document, name))]


def _organisation(document: Document) -> str:
    return " ".join(sorted(folded(name) for name in document.context.get("organisation", ())))


def _year(document: Document) -> int | None:
    years = [int(year) for year in document.context.get("year", ()) if year.isdecimal() and len(year) <= 4]  # noqa: PLR2004
    return min(years, default=None)


def _duplicate(one: Document, other: Document, likeness: float) -> Duplicate:
    first, second = sorted((one, other), key=lambda document: document.id)
    ours, theirs = _organisation(one), _organisation(other)
    our_year, their_year = _year(one), _year(other)
    verdict: Verdict = "duplicate"
    if ours and theirs and ours != theirs:
        verdict = "same text elsewhere"
    elif our_year is not None and their_year is not None and abs(our_year - their_year) > _YEARS_APART:
        verdict = "new edition"
    return Duplicate(first.id, second.id, likeness, verdict)


def _by_organisation(members: Sequence[Document]) -> dict[str, list[Document]]:
    """Return the documents of each organisation by year and id; the one with the smallest id of all comes first."""
    found: dict[str, list[Document]] = defaultdict(list)
    for document in members:
        found[_organisation(document)].append(document)
    return {name: sorted(own, key=lambda one: (_year(one) or 0, one.id)) for name, own in found.items()}


def _within(copies: Mapping[str, Sequence[Document]]) -> Iterable[tuple[Document, Document]]:
    """Yield pairs that link all copies of one text: each organisation's to the next, and its first to the others'."""
    for own in copies.values():
        yield from pairwise(own)
    first, *others = [own[0] for own in copies.values()]
    yield from ((first, other) for other in others)


def _across(
    ours: Mapping[str, Sequence[Document]], theirs: Mapping[str, Sequence[Document]]
) -> Iterable[tuple[Document, Document]]:
    """Yield pairs that link two texts: by each organisation that has both, else by their first."""
    both = [name for name in ours if name in theirs]
    if both:
        yield from ((ours[name][0], theirs[name][0]) for name in both)
    else:
        yield next(iter(ours.values()))[0], next(iter(theirs.values()))[0]


def _nearly_same(texts: Sequence[Document], at_least: float) -> Iterable[tuple[int, int, float]]:
    """Yield (place, place, Jaccard) of texts that share enough of their runs of words.

    Two such texts share one of their rarest runs: of n, one among the n - ceil(at_least * n) + 1 rarest (Bayardo, Ma
    and Srikant, Scaling up all pairs similarity search, 2007). So only those that do are compared.
    """
    if len(texts) < 2:  # noqa: PLR2004 - nothing to compare
        return
    owner, key = _shingles(texts)
    sizes = np.bincount(owner, minlength=len(texts)).astype(np.int64)
    keep = sizes - np.ceil(at_least * sizes - _SLACK).astype(np.int64) + 1

    def is_worth(one: Numbers, other: Numbers) -> NDArray[np.bool_]:
        shorter, longer = np.minimum(sizes[one], sizes[other]), np.maximum(sizes[one], sizes[other])
        return np.asarray(shorter >= at_least * longer - _SLACK, dtype=np.bool_)

    ones, others = met(*rarest(owner, key, keep), _WINDOW, is_worth)
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    for begin in range(0, len(ones), _AT_ONCE):
        one, other = ones[begin : begin + _AT_ONCE], others[begin : begin + _AT_ONCE]
        shared = _shared(key, starts, one, other)
        likeness = shared / (sizes[one] + sizes[other] - shared)
        for place in np.flatnonzero(likeness >= at_least - _SLACK).tolist():
            yield int(one[place]), int(other[place]), float(likeness[place])


def _shared(key: Numbers, starts: Numbers, ones: Numbers, others: Numbers) -> Numbers:
    """Return how many keys each pair of owners has in common; key: by owner, each once, starts: where each begins."""
    kinds = int(key.max()) + 1
    codes = []
    for owners in (ones, others):
        lengths = starts[owners + 1] - starts[owners]
        pair = np.repeat(np.arange(len(owners)), lengths)
        within = np.arange(len(pair)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        codes.append(pair * kinds + key[np.repeat(starts[owners], lengths) + within])
    both = np.sort(np.concatenate(codes))
    twice = both[1:][both[1:] == both[:-1]] // kinds
    return np.bincount(twice, minlength=len(ones)).astype(np.int64)


def _shingles(texts: Sequence[Document]) -> tuple[Numbers, Numbers]:
    """Return (owner, key), by owner, each pair once, of the runs of three words; a shorter text is one run."""
    known: dict[str, int] = {}
    numbers: list[int] = []
    lengths: list[int] = []
    for text in texts:
        written = _words(text)
        padding = max(_SHINGLE - len(written), 0)
        numbers.extend(known.setdefault(word, len(known) + 1) for word in written)
        numbers.extend([0] * padding)
        lengths.append(len(written) + padding)
    owner = np.repeat(np.arange(len(lengths)), lengths)
    word = np.asarray(numbers, dtype=np.int64)
    is_start = owner[: 1 - _SHINGLE] == owner[_SHINGLE - 1 :]
    size = len(known) + 1
    # numbers for exact runs, not hashes: first of two words, then of those and the third
    _, two = np.unique(word[:-2] * size + word[1:-1], return_inverse=True)
    _, three = np.unique((two * size + word[2:])[is_start], return_inverse=True)
    kinds = int(three.max()) + 1
    codes = np.sort(owner[: 1 - _SHINGLE][is_start] * kinds + three)
    codes = codes[np.concatenate([[True], codes[1:] != codes[:-1]])]
    return codes // kinds, codes % kinds
