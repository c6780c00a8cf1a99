"""From text to words with their places: the one tokenizer of the library."""

import re
from collections.abc import Iterator

# A mark-up tag or entity is skipped whole; a word is letters or digits, so "it-support" and "e-Boks" are two words
# each: their halves meet "it" and "boks" written alone. Bounded repeats keep the worst case linear.
_PIECE = re.compile(r"<[/!?]?[A-Za-z][^<>]{0,300}>|&(?:#\d{1,7}|[A-Za-z]{2,31});|([^\W_]+)")
_WORD = re.compile(r"[^\W_]+")  # in a text without marks: twice as fast
_LONGEST_WORD = 60


def words(text: str) -> list[str]:
    """Return the words of `text` in order, lower-cased; HTML marks are left out."""
    lower = text.lower()
    if len(lower) != len(text):  # a letter became two: each word has to be lowered by itself
        return [word.lower()[:_LONGEST_WORD] for word in _PIECE.findall(text) if word]
    if "<" in lower or "&" in lower:
        return [word[:_LONGEST_WORD] for word in _PIECE.findall(lower) if word]
    found: list[str] = _WORD.findall(lower)
    if max(map(len, found), default=0) > _LONGEST_WORD:
        return [word[:_LONGEST_WORD] for word in found]
    return found


def placed_words(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield each word of `words(text)` with its start and end (excluded) in `text`, in characters."""
    for found in _PIECE.finditer(text):
        word = found.group(1)
        if word:
            yield word.lower()[:_LONGEST_WORD], found.start(1), found.end(1)
