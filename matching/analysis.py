"""From a word to what it is indexed under: its stem and, for a compound, the stems of its parts."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Final, Protocol

import Stemmer

from matching import stop_words
from matching.compounds import splitter
from matching.configuration import Configuration
from matching.weak_words import weak_words

_ALGORITHMS: Final = {"da": "danish", "no": "norwegian", "sv": "swedish", "en": "english"}
_COMPOUNDING: Final = frozenset({"da", "no", "sv"})
Weighted = tuple[tuple[str, float], ...]


# Without the library's own cache: keeping it costs four times as much as stemming, and each word is asked for once.
_STEMMERS: Final = {language: Stemmer.Stemmer(name, 0) for language, name in _ALGORITHMS.items()}


def stem(word: str, language: str) -> str:
    """Return the stem of a lower-cased `word` in "da", "no", "sv" or "en"."""
    found: str = _STEMMERS[language].stemWord(word)
    return found


@lru_cache(maxsize=4)
def _weak_stems(language: str) -> frozenset[str]:
    return frozenset(stem(word, language) for word in weak_words(language))


class Lookup(Protocol):
    """What the analyser asks of the knowledge: the groups a stem belongs to."""

    def of_word(self, word_stem: str, language: str, /) -> Mapping[str, float]:
        """Return the names of the groups of a stem, with what a meeting through each counts in (0, 1]."""

    def fields_of_word(self, word_stem: str, language: str, /) -> Sequence[str]:
        """Return the features of the fields of work of a stem."""


class Analyser:
    """Turns words into weighted features; each distinct word of a language is analysed once and remembered.

    known: says whether a stem occurs by itself in the vocabulary, which is what makes it a part of a compound.
    groups: the knowledge; a word in several groups shares its weight among them.
    how: the weights of parts, groups, fields of work and weak words beside a whole stem, whose weight is 1.
    """

    def __init__(self, known: Callable[[str], bool], groups: Lookup, how: Configuration) -> None:
        self._known = known
        self._groups = groups
        self._how = how
        self._memo: dict[tuple[str, str], Weighted] = {}
        self._splits: dict[str, Callable[[str], tuple[str, ...]]] = {}

    def features(self, word: str, language: str) -> Weighted:
        """Return the features of one lower-cased word with their weights, its stem first; a stop word has none."""
        key = (language, word)
        found = self._memo.get(key)
        if found is None:
            found = self._memo[key] = self._analyse(word, language)
        return found

    def _analyse(self, word: str, language: str) -> Weighted:
        if word in stop_words.BY_LANGUAGE[language] or (len(word) == 1 and not word.isdigit()):
            return ()
        whole = stem(word, language)
        if whole in _weak_stems(language):
            return ((whole, self._how.weak),)
        weights = {whole: 1.0}
        for part in self._parts(word, language):
            weights.setdefault(stem(part, language), self._how.part)
            for deeper in self._parts(part, language):
                weights.setdefault(stem(deeper, language), self._how.deep_part)
        return (*weights.items(), *self._meanings(whole, weights, language))

    def _meanings(self, whole: str, weights: dict[str, float], language: str) -> Weighted:
        """Return the groups of the whole word, or else of its parts: "sygefravær" says more than "fravær"."""
        found: dict[str, float] = {}
        for known in (whole,) if self._groups.of_word(whole, language) else weights:
            for name in self._groups.fields_of_word(known, language):
                found[name] = max(found.get(name, 0.0), weights[known] * self._how.field)
            names = self._groups.of_word(known, language)
            for name, share in names.items():
                found[name] = max(found.get(name, 0.0), weights[known] * share * self._how.group / len(names))
        return tuple(found.items())

    def _parts(self, word: str, language: str) -> Sequence[str]:
        if language not in _COMPOUNDING:
            return ()
        split = self._splits.get(language)
        if split is None:
            split = self._splits[language] = splitter(lambda part: self._known(stem(part, language)))
        return split(word)
