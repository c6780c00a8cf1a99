"""What a score is worth in words."""

from typing import Final

from matching.model import Label

# Of the first ten for each development problem of da-public, those judged relevant: 29 of 33 from 0.15 on, one in
# twelve below 0.07, and in between two in five. docs/decisions/0009 has the table.
STRONG_FROM: Final = 0.15
POSSIBLE_FROM: Final = 0.07
_THIN_QUERY: Final = 4  # content words
_THIN_EVIDENCE: Final = 2  # words that met


def label_for(score: float, *, distinct_words: int, shared: int) -> Label:
    """Return the label of a score in [0, 1].

    distinct_words: content words of the query; shared: how many of them met a word that is no place name. Below
    4 or 2 there is too little to say anything, whatever came first; so there is where the score itself is low.
    """
    if distinct_words < _THIN_QUERY or shared < _THIN_EVIDENCE or score < POSSIBLE_FROM:
        return "weak_basis"
    return "strong" if score >= STRONG_FROM else "possible"
