"""Names of public organisations that stand in a running text."""

import re
from functools import cache

from config.reference.organisations import ReferenceOrganisation, reference_organisations

# A short name alone ("Bornholm") may be a place; with its kind it is the organisation.
_KINDS = ("kommune", "region", "ministeriet", "styrelsen")


@cache
def _names() -> dict[str, ReferenceOrganisation]:
    found: dict[str, ReferenceOrganisation] = {}
    for organisation in reference_organisations():
        telling = [name for name in organisation.aliases if any(kind in name.casefold() for kind in _KINDS)]
        for name in (organisation.name, *telling):
            found.setdefault(name.casefold(), organisation)
    return found


@cache
def _pattern() -> re.Pattern[str]:
    # Longer names first, so that a name is not taken for its own beginning; the genitive belongs to the name.
    names = sorted(_names(), key=len, reverse=True)
    return re.compile(rf"(?<!\w)({'|'.join(map(re.escape, names))})s?(?!\w)", re.IGNORECASE)


def organisation_named_in(*texts: str) -> ReferenceOrganisation | None:
    """Return the organisation of the reference list whose whole name comes first in `texts`; None if none does."""
    for text in texts:
        if found := _pattern().search(text):
            return _names()[found.group(1).casefold()]
    return None


def reference_named(name: str) -> ReferenceOrganisation | None:
    """Return the organisation of the reference list that goes by exactly this name, in any case of letters."""
    wanted = name.casefold()
    return next((one for one in reference_organisations() if wanted in {known.casefold() for known in one.names}), None)
