"""The form of one group of words."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from app.domain.errors import InputMissing
from app.domain.knowledge import LONGEST, MOST_MEMBERS, MOST_WORDS, SHORTEST, WordGroup, check_group, members
from app.domain.vocabulary import GroupKind, Sector
from app.use_cases.knowledge import KnownGroup, standing_words
from app.web.forms import Form, long_text_field, word_field

LONGEST_LIST, LONGEST_NOTE = 2000, 500
_REFUSALS: dict[str, Any] = {
    "group_too_small": _l("Write at least two words or phrases: a word alone says nothing new."),
    "group_without_words": _l("Write at least one word of the profession here."),
    "group_too_large": _l("At most %(most)s words in one group. Make two groups of it.", most=MOST_MEMBERS),
    "group_word_length": _l(
        "Each word or phrase must have from %(shortest)s to %(longest)s characters.", shortest=SHORTEST, longest=LONGEST
    ),
    "group_phrase_length": _l("A phrase can have at most %(most)s words.", most=MOST_WORDS),
    "group_no_letters": _l("A word must have letters."),
    "group_word_twice": _l("A word stands in both lists. Keep it in one of them."),
    "group_field": _l("Choose one from the list."),
}


class GroupForm(Form):
    """Words that mean the same. revision: what the writer had read."""

    standing: frozenset[str] = frozenset()  # words that the group has already: nobody is asked to shorten them
    revision = HiddenField(default="0")
    words = long_text_field(
        _l("Words of the profession"),
        longest=LONGEST_LIST,
        required=_l("Write at least two words or phrases."),
        hint=_l("One on each line, in their basic form: “skærmbesøg”, “virtuel hjemmepleje”."),
        rows=6,
    )
    lay = long_text_field(
        _l("Everyday words"),
        longest=LONGEST_LIST,
        hint=_l("How people outside the profession say it. One on each line."),
        rows=4,
    )
    kind = word_field(_l("How near are they?"), GroupKind, required=_l("Choose one from the list."), radios=True)
    field = word_field(_l("Field of work"), Sector, hint=_l("Leave it open when the words are used everywhere."))
    note = long_text_field(_l("Note for colleagues"), longest=LONGEST_NOTE, hint=_l("Why you wrote it."), rows=2)

    @classmethod
    def of_group(
        cls, known: KnownGroup | None, tried: WordGroup | None = None, revision: int | None = None
    ) -> "GroupForm":
        """Return the form filled with a group, or with what was tried out when `revision` was the newest."""
        group = tried or (known.group if known else WordGroup((), kind=GroupKind.SAME))
        data = {
            "words": "\n".join(group.words),
            "lay": "\n".join(group.lay),
            "kind": group.kind,
            "field": Sector(group.field) if group.field in set(Sector) else None,
            "note": group.note,
            "revision": str(revision if revision is not None else known.revision if known else 0),
        }
        form: GroupForm = cls.of_page(data=data)
        form.standing = standing_words(known) if known else frozenset()
        return form

    def group(self) -> WordGroup:
        """Return what was typed."""
        chosen = self.field.data
        return WordGroup(
            members(self.words.data or ""),
            members(self.lay.data or ""),
            chosen.value if isinstance(chosen, Sector) else "",
            self.kind.data if isinstance(self.kind.data, GroupKind) else GroupKind.SAME,
            self.note.data or "",
        )

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401 - what WTForms takes
        """Check the fields one by one, and then the group as a whole."""
        if not super().validate(extra_validators):
            return False
        try:
            check_group(self.group(), standing=self.standing)
        except InputMissing as fault:
            self.refuse(fault.field, str(_REFUSALS[fault.code]))
            return False
        return True

    @property
    def revision_read(self) -> int:
        """The revision that the writer had read."""
        typed = str(self.revision.data or "0")
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0  # noqa: PLR2004
