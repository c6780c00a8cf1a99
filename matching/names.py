"""Names that are probably one and the same, among many: organisations, titles, people's spelling."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA, Indel

from matching.blocking import Numbers, met, rarest

_LETTERS: Final = str.maketrans({"å": "aa", "æ": "ae", "ø": "oe", "ö": "oe", "ä": "ae", "ü": "u", "ß": "ss", "ð": "d"})
_LEGAL_FORM: Final = re.compile(
    r"(?<!\w)(?:a\s*/\s*s|i\s*/\s*s|k\s*/\s*s|p\s*/\s*s|aps|ivs|a\.?m\.?b\.?a\.?|s\.?m\.?b\.?a\.?|f\.?m\.?b\.?a\.?"
    r"|ltd|gmbh|inc)(?!\w)"
)
# One way of writing for what people shorten or inflect.
_WRITTEN_OUT: Final = {
    short: whole
    for whole, shorts in {
        "kommune": "kom komm kommunes kommunen kommuner",
        "region": "reg regions regionen",
        "ministeriet": "min ministerie ministerium ministeriets",
        "styrelsen": "styr styrelse styrelsens",
        "afdeling": "afd afdelingen",
        "center": "ctr cent centret centeret centre",
        "institution": "inst institutionen",
        "forvaltning": "forv forvaltningen",
        "sankt": "skt sct",
        "soender": "sdr soendre",
        "noerre": "ndr noerre",
        "gammel": "gl gamle",
        "koebenhavn": "kbh koebenhavns",
        "frederiksberg": "frb",
    }.items()
    for short in shorts.split()
}
_FILLERS: Final = frozenset({"og", "for", "af", "i", "nr", "the", "of", "and"})
_NUMBER: Final = re.compile(r"\d+")
# One edit makes Vestskolen of Østskolen: points of the compass, single letters and numbers tell places apart.
_COMPASS: Final = re.compile(r"\b(nord|noerre|syd|soend|oest|vest)")
_PIECE: Final = 3  # letters of a piece; a changed letter spoils so many pieces
_FEWEST_KEYS: Final = 6
_MOST_KEYS: Final = 16
_AT_ONCE: Final = 500_000  # pairs scored in one call
_WINDOW: Final = 40  # names compared in one block, alphabetically next to each other
_SAME_WORD: Final = 0.85  # two typing errors in a word of a dozen letters
_SLACK: Final = 1e-9


@dataclass(frozen=True, slots=True)
class NamePair:
    """Two ids, first < second, whose names are probably one; score: in [0, 1], 1 = written alike once folded."""

    first: str
    second: str
    score: float


@dataclass(frozen=True, slots=True)
class _Folded:
    """A name made comparable. plain: its words in order, joined; ordered: the same in the order of the alphabet.

    words: the words; numbers, letters, compass: what must not differ, see `_may_be_one`.
    """

    plain: str
    ordered: str
    words: tuple[str, ...]
    numbers: tuple[str, ...]
    letters: tuple[str, ...]
    compass: tuple[str, ...]


def folded(name: str) -> str:
    """Return `name` as it is compared: case, spaces, hyphens, legal forms, short forms and order of words set aside.

    "Århus Kom." and "Kommune, Aarhus" give the same. A name of marks alone gives "".
    """
    return _fold(name).ordered


def name_likeness(one: str, other: str) -> float:
    """Return how alike two names are in [0, 1]: 1 = the same once folded, 0 = numbers or points of the compass differ.

    The share of letters that need no change (Indel similarity), in the order written or in the alphabet's, whichever
    is higher. Where as many words stand on both sides, one of them that is another word lowers it: Bronæs
    Sundhedscenter is not Kobnæs Sundhedscenter, however long the second word.
    """
    ours, theirs = _fold(one), _fold(other)
    if not ours.plain or not theirs.plain or not _may_be_one(ours, theirs):
        return 0.0
    plain = Indel.normalized_similarity(ours.plain, theirs.plain)
    return _lowered(max(plain, Indel.normalized_similarity(ours.ordered, theirs.ordered)), ours, theirs)


def similar_names(names: Mapping[str, str], *, at_least: float = 0.9) -> list[NamePair]:
    """Return the pairs of `names` (id -> name) with `name_likeness` of `at_least` or more, the most alike first.

    Names are compared only where they share a rare piece of three letters; docs/matching.md says how many pairs that
    misses. Of names with the same words, each is paired with the first in order of id, and that one stands for all
    of them, so a million times one name gives a million pairs. Raises ValueError for at_least outside (0, 1].
    """
    if not 0 < at_least <= 1:
        raise ValueError(f"at_least must be above 0 and at most 1, got {at_least}")
    by_name: dict[_Folded, list[str]] = {}
    for identity in sorted(names):
        read = _fold(names[identity])
        if read.plain:
            by_name.setdefault(read, []).append(identity)
    pairs = [NamePair(ids[0], other, 1.0) for ids in by_name.values() for other in ids[1:]]
    distinct = sorted(by_name, key=lambda read: (read.ordered, read.plain))
    for one, other, score in _alike(distinct, at_least):
        first, second = sorted((by_name[distinct[one]][0], by_name[distinct[other]][0]))
        pairs.append(NamePair(first, second, score))
    return sorted(pairs, key=lambda pair: (-pair.score, pair.first, pair.second))


@lru_cache(maxsize=8192)
def _fold(name: str) -> _Folded:
    letters = unicodedata.normalize("NFC", name).casefold().translate(_LETTERS)
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", letters) if not unicodedata.combining(letter))
    written = re.findall(r"[^\W_]+", _LEGAL_FORM.sub(" ", bare)) or re.findall(r"[^\W_]+", bare)
    whole = [_WRITTEN_OUT.get(word, word).lstrip("0") or "0" for word in written]
    words = tuple(word for word in whole if word not in _FILLERS) or tuple(whole)
    together = " ".join(words)
    return _Folded(
        plain="".join(words),
        ordered="".join(sorted(words)),
        words=words,
        numbers=tuple(sorted(number.lstrip("0") for number in _NUMBER.findall(together))),
        letters=tuple(sorted(word for word in words if len(word) == 1 and word.isalpha())),
        compass=tuple(sorted(_COMPASS.findall(together))),
    )


def _may_be_one(ours: _Folded, theirs: _Folded) -> bool:
    """Say whether nothing tells the two apart; a single letter or a point of the compass may be left out by one."""
    return (
        ours.numbers == theirs.numbers
        and (not ours.letters or not theirs.letters or ours.letters == theirs.letters)
        and (not ours.compass or not theirs.compass or ours.compass == theirs.compass)
    )


def _lowered(score: float, ours: _Folded, theirs: _Folded) -> float:
    """Return `score`, or its mean with the likeness of the two words that are least alike where they differ much."""
    if len(ours.words) != len(theirs.words) or score == 1.0:
        return float(score)
    weakest = min(_weakest_word(ours.words, theirs.words), _weakest_word(theirs.words, ours.words))
    return float(score if weakest >= _SAME_WORD else (score + weakest) / 2)


def _weakest_word(words: tuple[str, ...], others: tuple[str, ...]) -> float:
    """Return the likeness to its best counterpart of the word that has none so good; one error is forgiven."""
    weakest = 1.0
    for word in words:
        if word not in others and min(OSA.distance(word, other, score_cutoff=1) for other in others) > 1:
            weakest = min(weakest, max(Indel.normalized_similarity(word, other) for other in others))
    return weakest


def _alike(names: list[_Folded], at_least: float) -> list[tuple[int, int, float]]:
    """Return (place, place, score) of the pairs of distinct names that are alike enough."""
    lengths = np.asarray([len(name.plain) for name in names], dtype=np.int64)
    numbers = _numbered([name.numbers for name in names])
    letters = _numbered([name.letters for name in names])
    compass = _numbered([name.compass for name in names])

    def is_worth(one: Numbers, other: Numbers) -> NDArray[np.bool_]:
        shorter, both = np.minimum(lengths[one], lengths[other]), lengths[one] + lengths[other]
        worth = (2 * shorter >= (at_least - _SLACK) * both) & (numbers[one] == numbers[other])
        for sign in (letters, compass):
            worth &= (sign[one] == 0) | (sign[other] == 0) | (sign[one] == sign[other])
        return np.asarray(worth, dtype=np.bool_)

    owner, key = _pieces(names)
    spoiled = _PIECE * np.floor((1 - at_least) * lengths + 0.5).astype(np.int64) + 2
    owner, key = rarest(owner, key, np.clip(spoiled, _FEWEST_KEYS, _MOST_KEYS))
    ones, others = met(owner, key, _WINDOW, is_worth)
    found: list[tuple[int, int, float]] = []
    for start in range(0, len(ones), _AT_ONCE):
        one, other = ones[start : start + _AT_ONCE].tolist(), others[start : start + _AT_ONCE].tolist()
        scores = np.maximum(
            _similarities([names[n].plain for n in one], [names[n].plain for n in other], at_least),
            _similarities([names[n].ordered for n in one], [names[n].ordered for n in other], at_least),
        )
        for place in np.flatnonzero(scores >= at_least - _SLACK).tolist():
            score = _lowered(float(scores[place]), names[one[place]], names[other[place]])
            if score >= at_least - _SLACK:
                found.append((one[place], other[place], score))
    return found


def _similarities(ours: list[str], theirs: list[str], at_least: float) -> NDArray[np.float64]:
    """Return the Indel similarity of each pair, 0 where it is clearly below `at_least`."""
    cutoff = max(at_least - 1e-6, 0.0)
    scores = process.cpdist(
        ours, theirs, scorer=Indel.normalized_similarity, score_cutoff=cutoff, dtype=np.float64, workers=1
    )
    return np.asarray(scores, dtype=np.float64)


def _numbered(signs: list[tuple[str, ...]]) -> Numbers:
    """Return a number for each sign, the same for the same one; 0 for none."""
    known: dict[tuple[str, ...], int] = {(): 0}
    return np.asarray([known.setdefault(sign, len(known)) for sign in signs], dtype=np.int64)


def _pieces(names: list[_Folded]) -> tuple[Numbers, Numbers]:
    """Return (owner, key) of the pieces of three letters of each name's words with their ends, each once a name."""
    known: dict[str, int] = {}
    owners: list[int] = []
    keys: list[int] = []
    for number, name in enumerate(names):
        marked = [f"^{word}$" for word in name.words]
        pieces = {word[at : at + _PIECE] for word in marked for at in range(len(word) - _PIECE + 1)}
        owners.extend([number] * len(pieces))
        keys.extend(known.setdefault(piece, len(known)) for piece in sorted(pieces))
    return np.asarray(owners, dtype=np.int64), np.asarray(keys, dtype=np.int64)
