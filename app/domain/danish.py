"""Order of names as Danes expect it: æ, ø and å after z, whatever the database's collation."""

# The three characters that follow z, so that nothing spelled with z comes after them.
_ORDER = {"æ": "{", "ä": "{", "ø": "|", "ö": "|", "å": "}"}


def sort_key(name: str) -> str:
    """Return a key that sorts `name` in Danish order, without regard to case; aa counts as å."""
    lowered = name.casefold().replace("aa", "å")
    return "".join(_ORDER.get(letter, letter) for letter in lowered)
