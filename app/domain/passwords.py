"""What a password must be: long, and not among the first that anybody would guess. No rules about kinds of letters."""

import re

SHORTEST = 12
LONGEST = 128

# Words that very common passwords are made of, alone, repeated, or with digits and signs around them.
_COMMON_WORDS = frozenset(
    """
    adgangskode kodeord password passord losenord passwort secret hemmelig hemmeligt velkommen welcome willkommen
    goddag hejhej letmein lukmigind iloveyou jegelskerdig danmark denmark kobenhavn aarhus aalborg odense kommune
    region staten sygehus hospital skole borger arbejde kontor computer internet admin administrator bruger user
    guest login test demo default changeme skiftmig nulstil temporary midlertidig sommer vinter foraar efteraar summer
    winter spring autumn januar februar marts april maj juni juli august september oktober november december mandag
    tirsdag onsdag torsdag fredag lordag sondag monday sunday fodbold football baseball basketball dragon monkey
    sunshine solskin princess prinsesse superman batman starwars pokemon master qwerty qwertyuiop asdfgh asdfghjkl
    zxcvbn zxcvbnm abc abcd abcdef abcdefgh abcdefghijkl genklang genklangdk resonance
    """.split()  # noqa: SIM905 - a list of this length reads better as text
)
_ROWS = ("1234567890" * 3, "0987654321" * 3, "qwertyuiopå", "asdfghjklæø", "zxcvbnm", "abcdefghijklmnopqrstuvwxyzæøå")
_SHORTEST_ROW = 4
_FEWEST_LETTERS = 4
_LOOKALIKES = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "@": "a", "$": "s", "ø": "o", "å": "a"})


def why_refused(password: str, *, email: str) -> str:
    """Return why this password cannot be used, as a code: too_short, too_long, too_common; empty when it can.

    email: the account's address; neither it nor its parts before and after the @ may be the password.
    """
    if len(password) < SHORTEST:
        return "too_short"
    if len(password) > LONGEST:
        return "too_long"
    folded = password.casefold()
    if len(set(folded)) < _FEWEST_LETTERS or _is_the_address(folded, email.casefold()) or _is_common(folded):
        return "too_common"
    return ""


def _is_the_address(folded: str, email: str) -> bool:
    local, _at, domain = email.partition("@")
    return bool(email) and _core(folded) in {_core(part) for part in (email, local, domain, local + domain)} - {""}


def _core(text: str) -> str:
    return re.sub(r"[\W\d_]+", "", text)


def _is_common(folded: str) -> bool:
    """Whether nothing is left when common words, rows of keys, years and signs are taken away."""
    for form in (folded, folded.replace("aa", "å"), folded.translate(_LOOKALIKES)):
        rest = form
        for word in sorted(_COMMON_WORDS, key=len, reverse=True):
            rest = rest.replace(word, " ")
        if len(_core(_without_rows(rest))) < _FEWEST_LETTERS and (rest != form or _without_rows(form) != form):
            return True
    return False


def _without_rows(text: str) -> str:
    for row in _ROWS:
        for length in range(len(row), _SHORTEST_ROW - 1, -1):
            for start in range(len(row) - length + 1):
                text = text.replace(row[start : start + length], " ")
    return text
