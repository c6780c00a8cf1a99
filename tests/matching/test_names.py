"""Two spellings of one name meet, two names that differ in a number do not, and few comparisons find nearly all."""

import random
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz import process
from rapidfuzz.distance import Indel

from matching import NamePair, name_likeness, similar_names
from matching.names import _fold, folded
from tests.bench.names import names

few = settings(max_examples=60, deadline=None)
_WORDS = st.sampled_from(
    ["Birkelund", "Birkelunde", "Skole", "skolen", "Aarhus", "Århus", "Kommune", "kom.", "2", "A/S"]
)
name_lists = st.lists(st.lists(_WORDS, max_size=4).map(" ".join), max_size=12)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Århus Kommune", "Aarhus Kommunes"),
        ("Ærø Kommune", "aeroe  kommune"),
        ("Kommune, Viborg", "Viborg kom."),
        ("Løsningshuset A/S", "Løsningshuset"),
        ("Løsningshuset ApS", "løsningshuset i/s"),
        ("Birke-Lund Skole", "Birke Lund Skole"),
        ("Skt. Annæ Skole", "Sankt Annæ Skole"),
        ("Hjemme Plejen Syd", "Hjemmeplejen Syd"),
        ("Skole nr. 1", "Skole 01"),
        ("Bo & Naboskab", "Bo og Naboskab"),
    ],
)
def test_habits_of_writing_make_no_other_name(one: str, other: str) -> None:
    assert name_likeness(one, other) == 1.0
    assert similar_names({"a": one, "b": other}) == [NamePair("a", "b", 1.0)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Birkelund Skole", "Birkelnud Skole"),
        ("Plejecenter Solgården", "Plejecentr Solgården"),
        ("Mette Bruun Overgaard", "Mette Brun Overgård"),
    ],
)
def test_a_typing_error_makes_no_other_name(one: str, other: str) -> None:
    assert 0.9 <= name_likeness(one, other) < 1.0
    assert len(similar_names({"a": one, "b": other})) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Skole 1", "Skole 2"),
        ("Bofællesskabet Lunden 11", "Bofællesskabet Lunden 1"),
        ("Bofællesskabet Lunden A", "Bofællesskabet Lunden B"),
        ("Vestskolen i Humleby", "Østskolen i Humleby"),
        ("Nordre Skole Humleby", "Søndre Skole Humleby"),
        ("Bronæs Sundhedscenter", "Kobnæs Sundhedscenter"),
        ("Region Nord", "Region Syd"),
        ("Plejecenter Solgården", "Plejecenter"),
        ("", ""),
        ("---", "---"),
    ],
)
def test_what_tells_two_places_apart_is_kept_apart(one: str, other: str) -> None:
    assert name_likeness(one, other) < 0.9
    assert similar_names({"a": one, "b": other}) == []


@few
@given(name_lists, st.integers(0, 1000))
def test_the_order_in_which_names_come_changes_nothing(given_names: list[str], seed: int) -> None:
    listed = [(f"n{number:02}", name) for number, name in enumerate(given_names)]
    shuffled = random.Random(seed).sample(listed, len(listed))  # noqa: S311
    assert similar_names(dict(listed)) == similar_names(dict(shuffled))


@few
@given(name_lists)
def test_of_a_few_names_all_pairs_are_found_or_stand_behind_the_first_of_their_like(given_names: list[str]) -> None:
    listed = {f"n{number:02}": name for number, name in enumerate(given_names)}
    found = similar_names(listed)
    assert all(pair.score == name_likeness(listed[pair.first], listed[pair.second]) for pair in found)
    linked = _linked(listed, {(pair.first, pair.second) for pair in found})
    for one, other in combinations(sorted(listed), 2):
        if name_likeness(listed[one], listed[other]) >= 0.9:
            assert linked[one] == linked[other]


def _linked(listed: dict[str, str], pairs: set[tuple[str, str]]) -> dict[str, str]:
    place = {name: name for name in listed}
    for one, other in sorted(pairs):
        old, new = sorted((place[one], place[other]), reverse=True)
        place = {name: new if at == old else at for name, at in place.items()}
    return place


def test_blocking_finds_nearly_all_that_comparing_all_with_all_finds() -> None:
    listed = dict(names(2000))
    linked = _linked(listed, {(pair.first, pair.second) for pair in similar_names(listed)})
    every = _all_pairs(listed)
    assert len(every) > 300
    assert sum(linked[one] == linked[other] for one, other in every) / len(every) >= 0.99


def _all_pairs(listed: dict[str, str]) -> list[tuple[str, str]]:
    """Return the pairs with a likeness of 0.9 or more, every name held against every other."""
    ids = list(listed)
    likely = np.zeros((len(ids), len(ids)), dtype=bool)
    for spelled in ([_fold(listed[name]).plain for name in ids], [folded(listed[name]) for name in ids]):
        likely |= process.cdist(spelled, spelled, scorer=Indel.normalized_similarity, dtype=np.float64) >= 0.9
    one, other = np.nonzero(np.triu(likely, 1))
    pairs = [(ids[a], ids[b]) for a, b in zip(one.tolist(), other.tolist(), strict=True)]
    return [(a, b) for a, b in pairs if name_likeness(listed[a], listed[b]) >= 0.9]


def test_twenty_thousand_times_one_name_are_paired_with_the_first_only() -> None:
    found = similar_names({f"n{number:05}": "Birkelund Skole" for number in range(20_000)})
    assert len(found) == 19_999
    assert {pair.first for pair in found} == {"n00000"}


@pytest.mark.parametrize("at_least", [0.0, 1.1])
def test_a_senseless_threshold_is_refused(at_least: float) -> None:
    with pytest.raises(ValueError, match="at_least"):
        similar_names({}, at_least=at_least)
