"""How much two versions of a text differ."""

from collections import Counter

from matching.analysis import stem
from matching.languages import language_of
from matching.model import FIELDS, Document
from matching.stop_words import BY_LANGUAGE
from matching.words import words


def change(before: Document, after: Document) -> float:
    """Return how much the text changed: 0 = the same words, 1 = no content word in common.

    Compares counts of stems without stop words (one minus the weighted Jaccard similarity), so inflection, order,
    case and mark-up change nothing. Two texts without content words are the same.
    """
    old, new = _counts(before), _counts(after)
    union = (old | new).total()
    return 1.0 - (old & new).total() / union if union else 0.0


def _counts(document: Document) -> Counter[str]:
    everything = [word for field in FIELDS for word in words(getattr(document, field))]
    language = language_of(document, everything, "da")
    return Counter(stem(word, language) for word in everything if word not in BY_LANGUAGE[language])
