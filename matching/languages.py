"""Which language a text is in: the stop words decide, and a tie goes to the language asked for."""

from collections.abc import Sequence
from typing import Final

from matching import stop_words
from matching.model import Document

LANGUAGES: Final = ("da", "no", "sv", "en")
_SAMPLE = 400  # words looked at: enough to be sure, and a megabyte of text costs no more than a page


def detect(words: Sequence[str], likely: str = "da") -> str:
    """Return "da", "no", "sv" or "en" for lower-cased `words`; `likely` wins when the signs are as good."""
    sample = words[:_SAMPLE]
    best, most = likely, -1.0
    for language in LANGUAGES:
        known = stop_words.BY_LANGUAGE[language]
        signs = sum(word in known for word in sample) + (0.5 if language == likely else 0.0)
        if signs > most:
            best, most = language, signs
    return best


def language_of(document: Document, all_words: Sequence[str], likely: str) -> str:
    """Return the language the document states, else the one its words show."""
    if document.language in LANGUAGES:
        return document.language
    return detect(all_words, likely)
