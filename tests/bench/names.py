"""Made-up names for measuring: places and kinds of institutions, and the same names as people mistype them."""

import random
from collections.abc import Iterator

KINDS = (  # noqa: SIM905 - a list of words reads better as a text
    "skole børnehave vuggestue plejecenter bibliotek svømmehal museum ungdomsskole hjemmepleje sygehus bosted "
    "jobcenter musikskole idrætscenter daghjem sundhedscenter rådhus kulturhus genbrugsplads havn"
).split()
BEGINNINGS = (  # noqa: SIM905
    "Birke Bøge Ege Elle Kirke Møl Ny Gammel Høj Lang Stor Lille Skov Sø Eng Mose Bak Dal Strand Å Kær Hede Sand Grøn "
    "Hvid Sort Rød Bro Tved Thor Frede Hjort Ravn Svane Ørne Kalv Faare Hest Kob Pil Hassel Torn Rug Byg Havre Humle"
).split()
ENDINGS = (  # noqa: SIM905
    "by holm lund rup sted torp borg strup havn bæk næs ager mark høj dal skov bro sø kær lev løse inge um drup balle "
    "vad rød tofte gård kilde ballegård vang lunde bjerg odde fjord"
).split()
FAMILY = (  # noqa: SIM905
    "Møller Kjær Holst Bang Lind Friis Dahl Winther Brandt Krogh Bech Toft Skou Lauridsen Bertelsen Overgaard Bruun"
).split()
LETTERS = "abcdefghijklmnoprstuvyæøå"


def plain_names(count: int, *, seed: int = 3) -> list[str]:
    """Return `count` distinct names, such as "Birkeholm Skole" or "Plejecenter Engbæk 2, Egelund Kommune"."""
    rng = random.Random(seed)  # noqa: S311 - a measurement, not a secret
    found: dict[str, None] = {}
    while len(found) < count:
        place, other = (rng.choice(BEGINNINGS) + rng.choice(ENDINGS) for _ in range(2))
        kind, person = rng.choice(KINDS), rng.choice(FAMILY)
        name = rng.choice(
            (f"{place} {kind.title()}", f"{kind.title()} {place}", f"{place} {kind}, {other} Kommune",
             f"{person}s {kind} i {place}", f"{place} og {other} {kind}", f"{kind.title()}en ved {place} {person}")
        )  # fmt: skip
        found.setdefault(f"{name} {rng.randint(1, 9)}" if rng.random() < 0.2 else name)
    return list(found)


def mistyped(name: str, rng: random.Random) -> str:
    """Return `name` as somebody else may write it: one or two typing errors, or another habit."""
    habit = rng.random()
    if habit < 0.1:
        return name.upper()
    if habit < 0.2:
        return name.replace("å", "aa").replace("ø", "oe").replace("æ", "ae").replace(" ", "  ")
    if habit < 0.3:
        return " ".join(reversed(name.split())) + " A/S"
    letters = list(name)
    for _ in range(rng.choice((1, 1, 2))):
        at = rng.randrange(len(letters))
        if not letters[at].isalpha():
            continue
        letters[at] = rng.choice((rng.choice(LETTERS), "", letters[at] * 2, letters[at] + rng.choice(LETTERS)))
        letters = [letter for letter in letters if letter]
    return "".join(letters)


def names(count: int, *, seed: int = 3, share_of_copies: float = 0.2) -> Iterator[tuple[str, str]]:
    """Yield `count` (id, name), of which `share_of_copies` are other spellings of one of the rest."""
    rng = random.Random(seed)  # noqa: S311
    copies = int(count * share_of_copies)
    originals = plain_names(count - copies, seed=seed)
    for number, name in enumerate(originals):
        yield f"n{number:07d}", name
    for number in range(copies):
        yield f"x{number:07d}", mistyped(rng.choice(originals), rng)
