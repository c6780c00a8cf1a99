"""What a group of words must be like, before the matcher is taught it."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from app.domain.errors import InputMissing
from app.domain.plain_text import one_line
from app.domain.vocabulary import GroupKind, Sector

SHORTEST, LONGEST = 2, 60  # characters of a word or phrase
MOST_WORDS = 4  # in one phrase
MOST_MEMBERS = 30  # in one group


@dataclass(frozen=True, slots=True)
class WordGroup:
    """Words that mean the same, as a consultant writes them. field: a sector's code, "" = any."""

    words: tuple[str, ...]
    lay: tuple[str, ...] = ()
    field: str = ""
    kind: GroupKind = GroupKind.SAME
    note: str = ""


def members(typed: str) -> tuple[str, ...]:
    """Return the words and phrases of a text: one a line or with commas between, in lower case, each once."""
    pieces = (one_line(piece).lower() for piece in re.split(r"[\n,;]", typed))
    return tuple(dict.fromkeys(piece for piece in pieces if piece))


def check_group(group: WordGroup, *, standing: Collection[str] = ()) -> None:
    """Raise InputMissing with a code that says what is wrong, at the field it belongs to.

    standing: words that the group has already, which nobody is asked to shorten: the library's groups hold some
    that are longer.
    """
    if len(group.words) + len(group.lay) < 2:  # noqa: PLR2004 - nothing means the same as itself
        raise InputMissing("a group needs two words", field="words", code="group_too_small")
    if len(group.words) + len(group.lay) > MOST_MEMBERS:
        raise InputMissing("too many words", field="words", code="group_too_large")
    if not group.words:
        raise InputMissing("a group needs a word of the profession", field="words", code="group_without_words")
    for name, written in (("words", group.words), ("lay", group.lay)):
        if fault := _fault([word for word in written if word not in standing]):
            raise InputMissing(f"a word of {name} cannot be used", field=name, code=fault)
        if len(set(written)) < len(written):
            raise InputMissing("a word stands twice", field=name, code="group_word_twice")
    if set(group.words) & set(group.lay):
        raise InputMissing("a word stands on both sides", field="lay", code="group_word_twice")
    if group.field and group.field not in set(Sector):
        raise InputMissing(f"no field of work {group.field}", field="field", code="group_field")


def _fault(written: Sequence[str]) -> str:
    for word in written:
        if not SHORTEST <= len(word) <= LONGEST:
            return "group_word_length"
        if len(word.split()) > MOST_WORDS:
            return "group_phrase_length"
        if not re.search(r"[^\W\d_]", word):
            return "group_no_letters"
    return ""
