import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

CVR_WEIGHTS = (2, 7, 6, 5, 4, 3, 2, 1)


@dataclass(frozen=True, slots=True)
class ReferenceOrganisation:
    """One public organisation that a person may join by typing its name.

    kind and region: values of `OrganisationKind` and `Region`; cvr: 8 digits, or empty when not surely known.
    aliases: other names people type for it: short forms, old spellings, abbreviations.
    """

    name: str
    kind: str
    region: str
    cvr: str
    aliases: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Return the official name and then every alias."""
        return (self.name, *self.aliases)


def cvr_is_valid(cvr: str) -> bool:
    """Return whether `cvr` is 8 digits whose weighted sum is divisible by 11.

    This finds slips of the finger; it does not say that the number is in use.
    Source: the check-digit rule of the Danish business register.
    """
    if len(cvr) != len(CVR_WEIGHTS) or not (cvr.isascii() and cvr.isdigit()):
        return False
    return sum(weight * int(digit) for weight, digit in zip(CVR_WEIGHTS, cvr, strict=True)) % 11 == 0


@cache
def reference_organisations() -> tuple[ReferenceOrganisation, ...]:
    """Return the reference list in the order of the file; it is read once a process.

    Raises ValueError, naming the line, when a row lacks a name, has too many or too few columns, or has a wrong CVR.
    """
    with files(__package__).joinpath("organisations.csv").open(encoding="utf-8") as lines:
        reader = csv.DictReader(lines)
        return tuple(_organisation(row, reader.line_num) for row in reader)


def _organisation(row: dict[str, str], line: int) -> ReferenceOrganisation:
    if None in row or None in row.values() or not row["name"]:
        raise ValueError(f"organisations.csv, line {line}: expected name,kind,region,cvr,aliases")
    if row["cvr"] and not cvr_is_valid(row["cvr"]):
        raise ValueError(f"organisations.csv, line {line}: {row['cvr']!r} is not a CVR number")
    aliases = tuple(filter(None, row["aliases"].split("|")))
    return ReferenceOrganisation(row["name"], row["kind"], row["region"], row["cvr"], aliases)
