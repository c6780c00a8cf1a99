"""How alike two names of organisations are, in spite of typing: "Viborg kom." is Viborg Kommune."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from app.domain.vocabulary import OrganisationKind

_LETTERS = str.maketrans({"å": "aa", "æ": "ae", "ø": "oe", "ö": "oe", "ä": "ae", "ü": "u", "ß": "ss", "&": " og "})
# What people write for the kind of organisation, and which kind it is. It says little, so it counts apart.
_KIND_WORDS = {
    "kommune": ("k", "kom", "komm", "kommune", "kommunes", "kommunen", "kommuner", "regionskommune", "municipality"),
    "region": ("reg", "region", "regions", "regionen"),
    "ministerium": ("min", "ministerie", "ministeriet", "ministerium", "ministeriets", "ministry"),
    "styrelse": ("styr", "styrelse", "styrelsen", "styrelsens", "agency"),
}
_KIND_OF = {word: kind for kind, words in _KIND_WORDS.items() for word in words}
_MISTYPED = {"kommune": "kommune", "region": "region", "ministeriet": "ministerium", "styrelsen": "styrelse"}
_SHORTEST_MISTYPED = 5
_GLUED = re.compile(
    r"^(region)(\w+)$|^(\w{3,}?)(regionskommune|kommune|ministeriet|ministerium|ministerie|styrelsen|styrelse)$"
)
_FILLERS = frozenset({"og", "for", "af", "i", "the", "of", "and"})
_SHORTEST_PREFIX = 2
_OTHER_KIND = 0.8
_NO_KIND = 0.98
_SHORTEST_GENITIVE = 5


@dataclass(frozen=True, slots=True)
class _Name:
    """A name taken apart: its telling words, and its kind where it names one."""

    words: tuple[str, ...]
    kind: str


@lru_cache(maxsize=8192)
def _taken_apart(name: str) -> _Name:
    folded = unicodedata.normalize("NFC", name).casefold().translate(_LETTERS)
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(letter))
    kind, words = "", []
    for token in _tokens(plain):
        if named := _kind_of(token):
            kind = kind or named
        elif token not in _FILLERS:
            words.append(token[:-1] if token.endswith("s") and len(token) >= _SHORTEST_GENITIVE else token)
    return _Name(tuple(words), kind)


def _kind_of(token: str) -> str:
    """Return the kind that the word means, also with a typing error in it; empty for a telling word."""
    if token in _KIND_OF:
        return _KIND_OF[token]
    if len(token) < _SHORTEST_MISTYPED:
        return ""
    return next((kind for word, kind in _MISTYPED.items() if OSA.distance(token, word) <= 1), "")


def _tokens(plain: str) -> list[str]:
    tokens: list[str] = []
    for token in re.findall(r"\w+", plain):
        glued = None if token in _KIND_OF else _GLUED.match(token)
        tokens += [part for part in glued.groups() if part] if glued else [token]
    return tokens


def likeness(typed: str, names: Sequence[str]) -> float:
    """Return how well `typed` names something that goes by any of `names`, from 0 to 1 (the same name)."""
    wanted = _taken_apart(typed)
    return max((_likeness(wanted, _taken_apart(name)) for name in names), default=0.0)


def _likeness(wanted: _Name, name: _Name) -> float:
    if not wanted.words or not name.words:
        return 1.0 if wanted == name and wanted.kind else 0.0
    best = [max(_word_likeness(word, other) for other in name.words) for word in wanted.words]
    covered = min(len(wanted.words) / len(name.words), 1.0)
    score = sum(best) / len(best) * (0.9 + 0.1 * covered)
    if not wanted.kind:
        return score if not name.kind else score * _NO_KIND
    return score if wanted.kind == name.kind else score * _OTHER_KIND


def _word_likeness(typed: str, word: str) -> float:
    if typed == word:
        return 1.0
    if len(typed) >= _SHORTEST_PREFIX and word.startswith(typed):
        return 0.9 + 0.1 * len(typed) / len(word)
    return float(OSA.normalized_similarity(typed, word))


def kind_named_in(typed: str) -> OrganisationKind | None:
    """Return the kind of organisation that the name itself tells of, to fill it in beforehand."""
    kinds = {
        "kommune": OrganisationKind.KOMMUNE, "region": OrganisationKind.REGION,
        "ministerium": OrganisationKind.STAT, "styrelse": OrganisationKind.STAT,
    }  # fmt: skip
    return kinds.get(_taken_apart(typed).kind)
