"""Splitting compounds: "skærmbesøg" holds "skærm" and "besøg", so it can meet either."""

from collections.abc import Callable
from functools import lru_cache

_SHORTEST_PART = 3
_SHORTEST_WORD = 7
_LONGEST_WORD = 40
_LINKS = ("", "s", "e")  # arbejd-s-plads, børn-e-have


def splitter(known: Callable[[str], bool]) -> Callable[[str], tuple[str, ...]]:
    """Return a function that splits a lower-cased word in the fewest parts for which `known` is true.

    A part may be followed by a linking s or e, which belongs to no part. The longest last part wins among splits in
    equally many parts, since the last part is what the word is about. A word that cannot be split gives ().
    """

    @lru_cache(maxsize=100_000)
    def best(word: str) -> tuple[str, ...] | None:
        if known(word):
            return (word,)
        return cut(word)

    def cut(word: str) -> tuple[str, ...] | None:
        found: tuple[str, ...] | None = None
        for position in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
            first = _first_part(word[:position], known)
            if first is None:
                continue
            rest = best(word[position:])
            if rest is not None and (found is None or len(rest) + 1 < len(found)):
                found = (first, *rest)
        return found

    def split(word: str) -> tuple[str, ...]:
        if not _SHORTEST_WORD <= len(word) <= _LONGEST_WORD:
            return ()
        return cut(word) or ()

    return split


def _first_part(piece: str, known: Callable[[str], bool]) -> str | None:
    for link in _LINKS:
        if piece.endswith(link):
            part = piece[: len(piece) - len(link)]
            if len(part) >= _SHORTEST_PART and known(part):
                return part
    return None
