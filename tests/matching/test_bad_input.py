"""Whatever the text, there is a defined answer."""

import pytest

from matching import Document, Index
from tests.matching.texts import problem

CORPUS = [
    Document("a", "Skærmbesøg", "Hjælperne kører langt", "Borgeren får besøg på en tablet"),
    Document("b", "", "", ""),
    Document("c", "og", "det er", "1 2 3"),
    Document("d", "😀 🚑", "<script>alert('x')</script>", "ÆØÅ " * 50),
]


@pytest.mark.parametrize("text", ["", " \n\t", "og det er ikke", "😀😀", "<p></p>", "&nbsp;", "\x00", "a", "...", "_"])
def test_a_text_without_content_matches_nothing(text: str) -> None:
    assert Index.build(CORPUS).rank(problem(text)) == []


@pytest.mark.parametrize("text", ["besøg", "1 2 3", "Skærmbesøg visit besök tablet", "alert", "æøå", "Ω≈ç√ tablet"])
def test_odd_but_telling_texts_find_their_document(text: str) -> None:
    matches = Index.build(CORPUS).rank(problem(text))
    assert matches
    assert all(0 < match.score <= 1 for match in matches)


def test_a_megabyte_of_text_is_ranked_like_any_other() -> None:
    text = "Borgeren får besøg på en tablet af hjælperne. " * 22_000
    assert Index.build(CORPUS).rank(problem(text))[0].id == "a"


def test_a_megabyte_without_a_space_is_one_long_word() -> None:
    assert Index.build(CORPUS).rank(problem("x" * 1_000_000)) == []


def test_an_empty_index_answers_with_nothing() -> None:
    index = Index.build([])
    assert index.rank(problem("skærmbesøg")) == []
    assert len(index) == 0
    index.remove("unknown")
    index.add(CORPUS[0])
    assert [match.id for match in index.rank(problem("skærmbesøg"))] == ["a"]


def test_many_identical_documents_come_in_order_of_id() -> None:
    index = Index.build(Document(f"{n:04}", "Robot", "løfter", "tungt") for n in range(2000))
    assert [name for name, _ in index.scores(problem("robot der løfter"), limit=3)] == ["0000", "0001", "0002"]
