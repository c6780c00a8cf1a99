"""Pairs, groups, near duplicates and families: the same whatever the order, and no explosion on copies."""

import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import Document, Duplicate, Index, Pair, families, groups, near_duplicates, similar_pairs
from matching.evaluate.collections import Collection, load
from matching.evaluate.groups import main, sharing
from matching.words import words
from tests.bench.texts import texts as made_up
from tests.matching.texts import document_lists, problem

GOLDEN = Path(__file__).parents[1] / "golden"
few = settings(max_examples=60, deadline=None)
FALLS = "Beboerne falder om natten på vej til toilettet, fordi der er mørkt på gangen"
SAME_PROBLEM = "Flere beboere er faldet på den mørke gang, når de skal på toilettet om natten"
OTHER = "Forældre venter for længe på svar om en plads i børnehaven"
scores = st.floats(0.1, 0.9).map(lambda score: round(score, 3))
pair_lists = st.dictionaries(
    st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda two: two[0] < two[1]), scores, max_size=30
).map(lambda found: [Pair(f"d{one}", f"d{other}", score) for (one, other), score in found.items()])


@pytest.fixture(scope="module")
def golden() -> Collection:
    return load(GOLDEN)


def document(identity: str, text: str, organisation: str = "", year: str = "", title: str = "") -> Document:
    stated = {"organisation": (organisation,) if organisation else (), "year": (year,) if year else ()}
    return Document(identity, title, "", text, "da", stated)


def test_two_descriptions_of_one_problem_meet_and_say_by_which_words() -> None:
    found = similar_pairs([problem(FALLS, "a"), problem(OTHER, "b"), problem(SAME_PROBLEM, "c")])
    assert [(pair.first, pair.second) for pair in found] == [("a", "c")]
    assert 0.15 <= found[0].score < 1
    assert ("falder", "faldet") in found[0].words


@few
@given(document_lists, st.integers(0, 1000))
def test_the_order_in_which_documents_come_changes_nothing(listed: list[Document], seed: int) -> None:
    shuffled = random.Random(seed).sample(listed, len(listed))  # noqa: S311
    assert similar_pairs(listed) == similar_pairs(shuffled)
    assert near_duplicates(listed) == near_duplicates(shuffled)
    assert families(listed) == families(shuffled)


@few
@given(document_lists, st.integers(1, 4))
def test_a_pair_stands_once_and_whoever_is_left_out_has_enough(listed: list[Document], limit: int) -> None:
    everything = {(pair.first, pair.second): pair.score for pair in similar_pairs(listed, limit=64)}
    found = similar_pairs(listed, limit=limit)
    assert all(pair.first < pair.second and 0.15 <= pair.score <= 1 for pair in found)
    assert len({(pair.first, pair.second) for pair in found}) == len(found)
    assert {(pair.first, pair.second) for pair in found} <= everything.keys()


@few
@given(document_lists)
def test_which_of_two_comes_first_changes_nothing(listed: list[Document]) -> None:
    other_names = {one.id: f"d{99 - int(one.id[1:]):02}" for one in listed}
    turned = [replace(one, id=other_names[one.id]) for one in listed]
    found = {
        frozenset((other_names[pair.first], other_names[pair.second])): pair.score
        for pair in similar_pairs(listed, limit=64, at_least=0.02)
        if not pair.same_text
    }
    again = similar_pairs(turned, limit=64, at_least=0.02)
    written = {tuple(words(f"{one.title} {one.problem} {one.text}")) for one in listed}
    if len(written) == len(listed):  # of copies, another one stands for all
        assert {frozenset((pair.first, pair.second)): pair.score for pair in again} == pytest.approx(found)


@pytest.mark.parametrize("text", ["", "   ", "<p></p>", "!!!"])
def test_texts_without_words_are_like_nothing(text: str) -> None:
    empty = [problem(text, "a"), problem(text, "b")]
    assert (similar_pairs(empty), near_duplicates(empty), families(empty)) == ([], [], [])


def test_one_word_is_a_pair_only_with_itself() -> None:
    listed = [problem("Ventetid", "a"), problem("ventetid!", "b"), problem("Ventetid på svar", "c")]
    assert similar_pairs(listed) == [Pair("a", "b", 1.0, same_text=True)]
    assert near_duplicates(listed) == [Duplicate("a", "b", 1.0, "duplicate")]


def test_meeting_the_same_solutions_brings_two_problems_together() -> None:
    one, other = (
        problem("Vi finder ikke lækager i rørene, før asfalten synker", "a"),
        problem("Vandet i rørene siver ud, og vi ser det på asfalten flere dage for sent", "b"),
    )
    solution = Document(
        "s", "Sensorer finder lækager og tab af vand", "Vand siver ud af rørene", "Asfalten synker ikke"
    )
    background = [problem(text, f"x{number}") for number, text in enumerate(made_up(30))]
    catalogue = Index.build([solution, *background])
    words_only = similar_pairs([one, other, *background], at_least=0.01)
    with_solutions = similar_pairs([one, other, *background], at_least=0.01, catalogue=catalogue)
    before = next(pair.score for pair in words_only if (pair.first, pair.second) == ("a", "b"))
    after = next(pair.score for pair in with_solutions if (pair.first, pair.second) == ("a", "b"))
    assert after > before


def test_a_negative_limit_and_a_group_without_room_are_refused() -> None:
    with pytest.raises(ValueError, match="limit"):
        similar_pairs([], limit=-1)
    with pytest.raises(ValueError, match="room"):
        groups([], largest=0)
    with pytest.raises(ValueError, match="at_least"):
        near_duplicates([], at_least=0.0)


def test_a_chain_of_neighbours_is_no_group() -> None:
    chain = [Pair("a", "b", 0.3), Pair("b", "c", 0.25), Pair("c", "d", 0.3)]
    assert [group.ids for group in groups(chain, at_least=0.2)] == [("a", "b"), ("c", "d")]


def test_three_that_are_all_alike_are_one_group_with_the_words_that_met() -> None:
    met = (("mørke", "mørkt"),)
    pairs = [Pair("a", "b", 0.4, met), Pair("a", "c", 0.3, (("gangen", "gang"),)), Pair("b", "c", 0.2, met)]
    (group,) = groups(pairs)
    assert group.ids == ("a", "b", "c")
    assert group.score == pytest.approx(0.3)
    assert group.words == ("mørke", "mørkt", "gang", "gangen")


@few
@given(pair_lists, st.integers(0, 1000), st.integers(1, 5))
def test_groups_share_nobody_keep_their_size_and_mind_no_order(pairs: list[Pair], seed: int, largest: int) -> None:
    found = groups(pairs, largest=largest)
    assert found == groups(random.Random(seed).sample(pairs, len(pairs)), largest=largest)  # noqa: S311
    members = [name for group in found for name in group.ids]
    assert len(members) == len(set(members))
    assert all(2 <= len(group.ids) <= largest for group in found)
    assert all(group.score >= 0.15 - 1e-9 for group in found)


def test_twenty_thousand_copies_are_one_group_and_no_square_of_pairs() -> None:
    copies = [problem(FALLS, f"d{number:05}") for number in range(20_000)]
    pairs = similar_pairs(copies)
    assert len(pairs) == 19_999
    (group,) = groups(pairs)
    assert len(group.ids) == 20_000
    assert group.score == 1.0
    assert len(near_duplicates(copies)) == 19_999
    (family,) = families(copies)
    assert len(family.ids) == 20_000


def test_many_texts_of_one_mould_cost_no_square_of_pairs() -> None:
    mould = "Der mangler {} pladser i børnehaven ved søen, og forældrene venter hver dag på at få et svar fra kommunen"
    found = near_duplicates([problem(mould.format(number), f"d{number:04}") for number in range(1500)])
    assert 1_499 <= len(found) < 1500 * 40
    linked = {name for pair in found for name in (pair.first, pair.second)}
    assert len(linked) == 1500


@pytest.mark.parametrize(
    ("one", "other", "verdict"),
    [
        (("Århus Kommune", "2024"), ("Aarhus kom.", "2025"), "duplicate"),
        (("Vejle Kommune", ""), ("", "2019"), "duplicate"),
        (("Vejle Kommune", "2019"), ("Vejle Kommune", "2024"), "new edition"),
        (("Vejle Kommune", "2024"), ("Odense Kommune", "2024"), "same text elsewhere"),
        (("Vejle Kommune", "2019"), ("Odense Kommune", "2024"), "same text elsewhere"),
        (("Vejle Kommune", "sidste år"), ("Vejle Kommune", "2024"), "duplicate"),
    ],
)
def test_organisation_and_year_say_what_the_same_text_means(
    one: tuple[str, str], other: tuple[str, str], verdict: str
) -> None:
    same = [document("a", FALLS, *one), document("b", FALLS, *other)]
    nearly = [document("a", FALLS, *one), document("b", FALLS.replace("gangen", "trappen"), *other)]
    assert [(pair.verdict, pair.likeness) for pair in near_duplicates(same)] == [(verdict, 1.0)]
    (pair,) = near_duplicates(nearly)
    assert pair.verdict == verdict
    assert pair.likeness == pytest.approx(11 / 13)


def test_a_copy_at_home_is_found_beside_copies_elsewhere() -> None:
    listed = [document("a", FALLS, "Vejle"), document("b", FALLS, "Odense"), document("c", FALLS, "Odense")]
    assert {(pair.first, pair.second, pair.verdict) for pair in near_duplicates(listed)} == {
        ("a", "b", "same text elsewhere"),
        ("b", "c", "duplicate"),
    }


def test_near_duplicates_are_those_that_comparing_all_with_all_finds() -> None:
    rng = random.Random(5)  # noqa: S311
    listed = list(made_up(60))
    for text in listed[:60]:
        changed = text.split()
        for _ in range(rng.choice((1, 5, 12, 25))):
            changed[rng.randrange(len(changed))] = "ændret"
        listed.append(" ".join(changed))
    runs = [{tuple(words[at : at + 3]) for at in range(len(words) - 2)} for words in map(str.split, listed)]
    wanted = {
        (f"d{one:03}", f"d{other:03}")
        for other in range(len(runs))
        for one in range(other)
        if len(runs[one] & runs[other]) / len(runs[one] | runs[other]) >= 0.6
    }
    found = near_duplicates([problem(text, f"d{number:03}") for number, text in enumerate(listed)])
    assert {(pair.first, pair.second) for pair in found} == wanted
    assert 20 < len(wanted) < 60


def test_variants_at_several_organisations_are_a_family_and_two_of_one_house_are_not() -> None:
    at_night = "En skærm viser nattevagten, hvem der er på vej ud af sengen, så beboerne ikke vækkes af tilsyn."
    reworded = "Nattevagten ser på en skærm, om beboerne er på vej op, og tilsyn vækker ikke længere nogen."
    other = "Borgerne bestiller tid på nettet, og køen ved skranken er væk hver mandag."
    names = ("Vejle", "Odense", "Vejle")
    listed = [
        document("a", at_night, names[0], title="Skærmtilsyn om natten"),
        document("b", reworded, names[1], title="Tilsyn på skærm om natten"),
        document("c", other, names[2], title="Tid på nettet"),
    ]
    (family,) = families(listed)
    assert family.ids == ("a", "b")
    assert {"tilsyn", "skærm", "nattevagten"} & {word.lower() for word in family.words}
    assert families([listed[0], document("b", reworded, "Vejle", title="Tilsyn på skærm om natten")]) == []


def test_what_is_proposed_on_the_golden_statements_is_right_four_times_out_of_five(golden: Collection) -> None:
    statements = [problem(query.text, f"q {query.id}") for query in golden.queries]
    found = similar_pairs([*statements, *golden.documents], limit=64)
    across = [
        (pair.second[2:], pair.first)
        for pair in found
        if pair.second.startswith("q ") and not pair.first.startswith("q ")
    ]
    right = [golden.judgements[statement].get(solution, 0) == 2 for statement, solution in across]
    assert len(right) >= 5
    assert sum(right) / len(right) >= 0.8
    proposed = {(pair.first, pair.second) for pair in similar_pairs([problem(q.text, q.id) for q in golden.queries])}
    assert proposed <= sharing(golden, 1)


def test_the_command_prints_a_table_for_each_sort_of_pair(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(GOLDEN)]) == 0
    printed = capsys.readouterr().out
    assert [line for line in printed.splitlines() if "right," in line] == [
        "  two statements: 1 right, 5 related",
        "  two statements, by the catalogue as well: 1 right, 5 related",
        "  a statement and a solution: 41 right, 57 related",
        "  two solutions: 3 right, 18 related",
    ]
    assert main([str(GOLDEN / "missing")]) == 2
