"""Order of names as Danes expect it: æ, ø and å after z, whatever the database's collation."""

_ORDER = {"æ": "z1", "ä": "z1", "ø": "z2", "ö": "z2", "å": "z3"}


def sort_key(name: str) -> str:
    """Return a key that sorts `name` in Danish order, without regard to case; aa counts as å."""
    lowered = name.casefold().replace("aa", "å")
    return "".join(_ORDER.get(letter, letter) for letter in lowered)
