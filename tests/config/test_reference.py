from collections import Counter

import pytest

from app.domain.vocabulary import OrganisationKind, Region
from config.reference.organisations import cvr_is_valid, reference_organisations

ORGANISATIONS = reference_organisations()


def of_kind(kind: OrganisationKind) -> list[str]:
    return [organisation.name for organisation in ORGANISATIONS if organisation.kind == kind]


def test_all_98_municipalities_are_there_in_the_right_regions() -> None:
    regions = Counter(organisation.region for organisation in ORGANISATIONS if organisation.kind == "kommune")

    assert regions == {
        "hovedstaden": 29,
        "sjaelland": 17,
        "syddanmark": 22,
        "midtjylland": 19,
        "nordjylland": 11,
    }
    assert all(name.endswith(("Kommune", "Regionskommune")) for name in of_kind(OrganisationKind.KOMMUNE))


def test_the_five_regions_and_the_coming_one_are_there() -> None:
    assert of_kind(OrganisationKind.REGION) == [
        "Region Hovedstaden",
        "Region Midtjylland",
        "Region Nordjylland",
        "Region Sjælland",
        "Region Syddanmark",
        "Region Østdanmark",
    ]


def test_no_two_organisations_answer_to_the_same_name() -> None:
    names = Counter(name.casefold() for organisation in ORGANISATIONS for name in organisation.names)

    assert [name for name, times in names.items() if times > 1] == []


def test_every_cvr_is_valid_and_belongs_to_one_organisation() -> None:
    numbers = [organisation.cvr for organisation in ORGANISATIONS if organisation.cvr]

    assert [number for number in numbers if not cvr_is_valid(number)] == []
    assert len(numbers) == len(set(numbers))


def test_every_municipality_has_a_cvr_and_nothing_is_guessed_for_the_coming_region() -> None:
    assert [o.name for o in ORGANISATIONS if o.kind in {"kommune", "region"} and not o.cvr] == ["Region Østdanmark"]


def test_kinds_and_regions_are_words_of_the_glossary() -> None:
    assert {organisation.kind for organisation in ORGANISATIONS} <= set(OrganisationKind)
    assert {organisation.region for organisation in ORGANISATIONS} <= set(Region)


def test_names_and_aliases_carry_no_stray_spaces_or_separators() -> None:
    untidy = [name for o in ORGANISATIONS for name in o.names if name != " ".join(name.split()) or ";" in name]

    assert untidy == []


def test_a_real_cvr_number_is_accepted() -> None:
    assert cvr_is_valid("29189846")


@pytest.mark.parametrize(
    "typed",
    [
        "29189847",  # last digit wrong
        "29198846",  # two digits swapped
        "2918984",
        "291898466",
        "2918984x",
        "２９１８９８４６",  # digits of another script are not what the register uses
        "",
    ],
)
def test_the_check_digit_finds_slips_of_the_finger(typed: str) -> None:
    assert not cvr_is_valid(typed)


@pytest.mark.parametrize(("typed", "expected"), [("Kbh", "Københavns Kommune"), ("Århus", "Aarhus Kommune")])
def test_everyday_names_stand_as_aliases(typed: str, expected: str) -> None:
    assert [o.name for o in ORGANISATIONS if typed in o.aliases] == [expected]
