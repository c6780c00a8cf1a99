"""What people type or paste, made safe to keep: no control characters, one kind of line break, one form of letters."""

import unicodedata

# Characters that steer the direction of writing can make a text look like another one.
_STEERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_LINE_BREAKS = str.maketrans({"\r": "\n", "\x0b": "\n", "\x0c": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n"})
_KEPT_CONTROLS = frozenset("\n\t")


def many_lines(text: str) -> str:
    """Return `text` in NFC with line breaks as one newline, without control characters, lone surrogates or edges.

    What pasting from other programs brings along disappears silently; no visible character is lost.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").translate(_LINE_BREAKS))
    return "".join(letter for letter in text if _is_kept(letter)).strip()


def one_line(text: str) -> str:
    """Return `text` as `many_lines` does, on one line, with single spaces."""
    return " ".join(many_lines(text).split())


def _is_kept(letter: str) -> bool:
    if letter in _STEERING:
        return False
    return letter in _KEPT_CONTROLS or unicodedata.category(letter) not in {"Cc", "Cs"}
