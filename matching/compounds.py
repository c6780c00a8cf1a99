"""Splitting compounds: "skærmbesøg" holds "skærm" and "besøg", so it can meet either."""

from collections.abc import Callable
from functools import lru_cache

_SHORTEST_PART = 3
_SHORTEST_WORD = 7
# Pieces of three letters are parts only when they are words that compounds are made of; "for" and "ing" in "forråd" and
# "regering" are beginnings and endings. The longer ones of that kind are never parts.
_SHORT_TEXT = """
akt arm bad bar ben bil bio bog bro bud bus byg dag dyr dør ele eje fag fly fod fri fup gas hal hav hud hus høj job jul
kaj kat kod kok kop kor kur køb køn lag leg ler lim liv lod lov lyd lyn lys løb løn mad mel min mor mur mus mål net nød
olie ord ost pas pap pil ren ret rig ror rov rum ryg røg røn rør råd sag sal ski sko sky sne snit sol spa spor sti syg
syn sæd søm søn sø sår tag tal tid tog top træ tur tyv tøj tør uge uld uro vej vin ånd år æg øje øre bag
"""
_SHORT = frozenset(_SHORT_TEXT.split())
_LONG_ENOUGH = 4
_NO_PARTS_TEXT = """
over under efter inden uden imod bagved foran igen sammen tilbage ende ender endes ene else elser ning inger ingen lige
ligevel heden heder skaber andet anden andre alle denne dette disse mellem gennem ellers eller deres være ster
barhed somhed somheden somheder ling lings erne ernes este tion lige ning lser ring ings skab skaber fore forb henv
hver frem mest
"""
_NO_PARTS = frozenset(_NO_PARTS_TEXT.split())
# What looks like a word at the end and is mostly an inflection: "organise-ret", "køkke-net", "menne-sker".
_NO_LAST_PARTS = frozenset(["ret", "net", "sker", "sens", "mens", "vist", "sige", "nede", "ned", "sten"])
# Words that begin like a compound and are none: "billeder" has nothing to do with a "leder" of a "bil".
_WHOLE_BEGINNINGS = (
    "billed",
    "forebyg",
    "forslag",
    "forskel",
    "forbind",
    "henvend",
    "madras",
    "salat",
    "koral",
    "banan",
)
_LONGEST_WORD = 40
_LINKS = ("", "s", "e")  # arbejd-s-plads, børn-e-have


def splitter(known: Callable[[str], bool]) -> Callable[[str], tuple[str, ...]]:
    """Return a function that splits a lower-cased word in the fewest parts for which `known` is true.

    A part may be followed by a linking s or e, which belongs to no part. The longest last part wins among splits in
    equally many parts, since the last part is what the word is about. A word that cannot be split gives ().
    """

    def usable(piece: str) -> bool:
        return _may_be_part(piece) and known(piece)

    @lru_cache(maxsize=100_000)
    def best(word: str) -> tuple[str, ...] | None:
        if usable(word):
            return (word,)
        return cut(word)

    def cut(word: str) -> tuple[str, ...] | None:
        found: tuple[str, ...] | None = None
        for position in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
            if word[position:] in _NO_LAST_PARTS:
                continue
            first = _first_part(word[:position], usable)
            if first is None:
                continue
            rest = best(word[position:])
            if rest is not None and (found is None or len(rest) + 1 < len(found)):
                found = (first, *rest)
        return found

    return lambda word: (cut(word) or ()) if _may_be_compound(word) else ()


def _may_be_compound(word: str) -> bool:
    return _SHORTEST_WORD <= len(word) <= _LONGEST_WORD and not word.startswith(_WHOLE_BEGINNINGS)


def _first_part(piece: str, known: Callable[[str], bool]) -> str | None:
    for link in _LINKS:
        if piece.endswith(link):
            part = piece[: len(piece) - len(link)]
            if len(part) >= _SHORTEST_PART and known(part):
                return part
    return None


def _may_be_part(piece: str) -> bool:
    if piece in _NO_PARTS or (len(piece) == _LONG_ENOUGH and piece.endswith("s") and piece[:-1] not in _SHORT):
        return False  # "fors", "inds", "neds" are a beginning and a letter of what follows
    return len(piece) >= _LONG_ENOUGH or piece in _SHORT
