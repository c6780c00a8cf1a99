"""From a word to what it is indexed under: its stem and, for a compound, the stems of its parts."""

from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from typing import Final

import Stemmer

from matching import stop_words
from matching.compounds import splitter

_ALGORITHMS: Final = {"da": "danish", "no": "norwegian", "sv": "swedish", "en": "english"}
_COMPOUNDING: Final = frozenset({"da", "no", "sv"})
Weighted = tuple[tuple[str, float], ...]


@lru_cache(maxsize=4)
def _stemmer(language: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer(_ALGORITHMS[language])


def stem(word: str, language: str) -> str:
    """Return the stem of a lower-cased `word` in "da", "no", "sv" or "en"."""
    return str(_stemmer(language).stemWord(word))


class Analyser:
    """Turns words into weighted features; each distinct word of a language is analysed once and remembered.

    known: says whether a stem occurs by itself in the vocabulary, which is what makes it a part of a compound.
    part, deep_part: weights of a compound's parts beside its whole stem, whose weight is 1.
    """

    def __init__(self, known: Callable[[str], bool], *, part: float, deep_part: float) -> None:
        self._known = known
        self._part = part
        self._deep_part = deep_part
        self._memo: dict[tuple[str, str], Weighted] = {}
        self._splits: dict[str, Callable[[str], tuple[str, ...]]] = {}

    def features(self, word: str, language: str) -> Weighted:
        """Return the features of one lower-cased word with their weights; a stop word has none."""
        key = (language, word)
        found = self._memo.get(key)
        if found is None:
            found = self._memo[key] = self._analyse(word, language)
        return found

    def _analyse(self, word: str, language: str) -> Weighted:
        if word in stop_words.BY_LANGUAGE[language] or (len(word) == 1 and not word.isdigit()):
            return ()
        whole = stem(word, language)
        weights = {whole: 1.0}
        for part in self._parts(word, language):
            weights.setdefault(stem(part, language), self._part)
            for deeper in self._parts(part, language):
                weights.setdefault(stem(deeper, language), self._deep_part)
        return tuple(weights.items())

    def _parts(self, word: str, language: str) -> Sequence[str]:
        if language not in _COMPOUNDING:
            return ()
        split = self._splits.get(language)
        if split is None:
            split = self._splits[language] = splitter(lambda part: self._known(stem(part, language)))
        return split(word)


def analyser_for(vocabulary: Collection[str], *, part: float, deep_part: float) -> Analyser:
    """Return an analyser whose compounds split into the stems of `vocabulary`."""
    return Analyser(vocabulary.__contains__, part=part, deep_part=deep_part)
