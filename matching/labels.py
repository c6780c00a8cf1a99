"""What a score is worth in words."""

from typing import Final

from matching.model import Label

STRONG_FROM: Final = 0.22
_THIN_QUERY: Final = 4  # content words
_THIN_EVIDENCE: Final = 2  # words that met


def label_for(score: float, *, distinct_words: int, shared: int) -> Label:
    """Return the label of a score in [0, 1].

    distinct_words: content words of the query; shared: how many of them met a word that is no place name. Below
    4 or 2 there is too little to say anything, whatever came first.
    """
    if distinct_words < _THIN_QUERY or shared < _THIN_EVIDENCE:
        return "weak_basis"
    return "strong" if score >= STRONG_FROM else "possible"
