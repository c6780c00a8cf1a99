"""What the words do not show: ways to say the same thing in the public sector, read from `matching/knowledge`."""

import hashlib
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

from matching.analysis import Analyser, stem
from matching.stop_words import DANISH
from matching.words import words

_SPOKEN = frozenset({"da", "no"})  # languages in which the groups' stems are looked for
_NOTHING: Mapping[str, float] = MappingProxyType({})
WEIGHTS: Final = {"same": 1.0, "near": 0.5, "lay": 1.0}
GROUP_SIGN: Final = "§"  # begins the features of groups: no word does
FIELD_SIGN: Final = "§§"  # begins the features of fields of work
_GAP = 1  # other content words allowed between two words of a phrase


@dataclass(frozen=True, slots=True)
class Group:
    """Words and phrases that mean nearly the same.

    lay: how people outside the profession say it; field: code of the field of work, "" = any.
    kind: "same" = interchangeable, "near" = related, "lay" = everyday wording: what a meeting through it counts.
    """

    words: tuple[str, ...]
    lay: tuple[str, ...] = ()
    field: str = ""
    kind: str = "same"

    def __post_init__(self) -> None:
        """Refuse a group that says nothing or says it in an unknown way."""
        if not self.words or self.kind not in WEIGHTS:
            raise ValueError(f"a group needs words and a kind among {', '.join(WEIGHTS)}, got {self}")


class Knowledge:
    """Groups, made ready for looking up stems and sequences of stems.

    unheard: members that can never be met: stop words, and phrases in which only one word is none.
    """

    def __init__(self, groups: Iterable[Group]) -> None:
        self.groups = tuple(groups)
        self.unheard: list[str] = []
        self._words: dict[str, dict[str, float]] = {}
        self._fields: dict[str, dict[str, None]] = {}
        self._phrases: dict[str, list[tuple[tuple[str, ...], str, float]]] = {}
        for number, group in enumerate(self.groups):
            # The number tells two groups apart that begin with the same word.
            name = f"{GROUP_SIGN}{group.words[0]}/{number}"
            for member in (*group.words, *group.lay):
                self._learn(member, name, group)
        longest = max((len(rest) for found in self._phrases.values() for rest, _, _ in found), default=0)
        self.reach = 1 + longest * (1 + _GAP)  # content words a phrase can stretch over
        self.digest = hashlib.sha256(repr(self.groups).encode()).hexdigest()[:12]

    def _learn(self, member: str, name: str, group: Group) -> None:
        written = words(member)
        stems = [stem(word, "da") for word in written if word not in DANISH]
        if len(written) == 1 and stems:
            self._words.setdefault(stems[0], {})[name] = WEIGHTS[group.kind]
            if group.field:
                self._fields.setdefault(stems[0], {})[f"{FIELD_SIGN}{group.field}"] = None
        elif len(stems) > 1:
            self._phrases.setdefault(stems[0], []).append((tuple(stems[1:]), name, WEIGHTS[group.kind]))
        else:
            self.unheard.append(member)

    def of_word(self, word_stem: str, language: str) -> Mapping[str, float]:
        """Return the groups that hold this stem as a word by itself, with what a meeting through each counts."""
        return self._words.get(word_stem, _NOTHING) if language in _SPOKEN else _NOTHING

    def fields_of_word(self, word_stem: str, language: str) -> Sequence[str]:
        """Return the features of the fields of work whose groups hold this stem as a word by itself."""
        return tuple(self._fields.get(word_stem, ())) if language in _SPOKEN else ()

    def begins_phrase(self, word_stem: str, language: str) -> bool:
        """Say whether some phrase begins with this stem."""
        return language in _SPOKEN and word_stem in self._phrases

    def phrases_at(self, stems: Sequence[str], place: int) -> list[tuple[str, float, int]]:
        """Return (group, weight, place of the last word) of the phrases that begin at `place` of some stems.

        Between two words of a phrase one other content word may stand.
        """
        found = []
        for rest, name, weight in self._phrases.get(stems[place], ()):
            end = _follow(stems, place, rest)
            if end is not None:
                found.append((name, weight, end))
        return found


def _follow(stems: Sequence[str], place: int, rest: Sequence[str]) -> int | None:
    for wanted in rest:
        window = stems[place + 1 : place + 2 + _GAP]
        if wanted not in window:
            return None
        place += 1 + list(window).index(wanted)
    return place


@lru_cache(maxsize=1)
def shipped() -> Knowledge:
    """Return the groups that come with the library, in the order of files and lines."""
    folder = files("matching") / "knowledge"
    chapters = sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    return Knowledge(group for chapter in chapters for group in read_groups(chapter.read_text(encoding="utf-8")))


def read_groups(text: str) -> list[Group]:
    """Return the groups of one file of `matching/knowledge` (its README says how it is written).

    Raises ValueError for a text that is no TOML or a group without words or of an unknown kind.
    """
    return [
        Group(
            words=tuple(table.get("words", ())),
            lay=tuple(table.get("lay", ())),
            field=table.get("field", ""),
            kind=table.get("kind", "same"),
        )
        for table in tomllib.loads(text).get("group", ())
    ]


def phrases(
    written: Sequence[str], language: str, analyser: Analyser, knowledge: Knowledge
) -> list[tuple[str, float, tuple[int, int]]]:
    """Return (group, weight, (first, last)) for each phrase in one field's words; first and last are their places."""
    content = [
        (place, features[0][0])
        for place, features in enumerate(analyser.features(word, language) for word in written)
        if features
    ]
    stems = [word_stem for _, word_stem in content]
    found = []
    for number, word_stem in enumerate(stems):
        if knowledge.begins_phrase(word_stem, language):
            for name, weight, last in knowledge.phrases_at(stems, number):
                found.append((name, weight, (content[number][0], content[last][0])))
    return found
