"""What holds for every index, whatever its documents."""

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching import Document, Index
from matching.stop_words import DANISH
from matching.words import words
from tests.matching.texts import document_lists, documents, problem

few = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@few
@given(document_lists, documents, st.integers(0, 1000))
def test_the_order_in_which_documents_come_changes_nothing(
    given_documents: list[Document], query: Document, seed: int
) -> None:
    shuffled = random.Random(seed).sample(given_documents, len(given_documents))  # noqa: S311
    assert Index.build(given_documents).rank(query) == Index.build(shuffled).rank(query)


@few
@given(document_lists)
def test_a_document_is_its_own_best_match(given_documents: list[Document]) -> None:
    index = Index.build(given_documents)
    for document in given_documents:
        everything = words(f"{document.title} {document.problem} {document.text}")
        if any(word not in DANISH for word in everything):
            first = index.rank(document, limit=1)[0]
            assert first.score == 1.0
            twin = next(other for other in given_documents if other.id == first.id)
            assert words(f"{twin.title} {twin.problem} {twin.text}") == everything


@few
@given(document_lists, documents, documents)
def test_what_was_added_and_removed_leaves_no_trace(
    given_documents: list[Document], extra: Document, query: Document
) -> None:
    index = Index.build(given_documents)
    if extra.id in index:
        return
    before = index.rank(query, limit=40)
    index.add(extra)
    assert extra.id in index
    assert len(index) == len(given_documents) + 1
    index.remove(extra.id)
    assert index.rank(query, limit=40) == before
    assert len(index) == len(given_documents)


@few
@given(document_lists, documents)
def test_adding_a_known_id_replaces_its_text(given_documents: list[Document], changed: Document) -> None:
    index = Index.build(given_documents)
    index.add(changed)
    index.add(changed)
    others = [document for document in given_documents if document.id != changed.id]
    assert sorted(document.id for document in index.documents()) == sorted(
        [*(document.id for document in others), changed.id],
    )
    assert [match.id for match in index.rank(changed) if match.score == 1.0].count(changed.id) <= 1


@few
@given(document_lists, documents)
def test_a_published_index_ranks_as_the_one_in_memory(
    tmp_path: Path, given_documents: list[Document], query: Document
) -> None:
    index = Index.build(given_documents)
    opened = Index.open(index.publish(tmp_path / "generation"))
    assert opened.rank(query, limit=40) == index.rank(query, limit=40)
    assert len(opened) == len(index)


@few
@given(document_lists, documents, documents)
def test_publishing_takes_added_and_removed_documents_along(
    tmp_path: Path, given_documents: list[Document], extra: Document, query: Document
) -> None:
    index = Index.build(given_documents)
    index.add(extra)
    if given_documents:
        index.remove(given_documents[0].id)
    opened = Index.open(index.publish(tmp_path / "generation"))
    assert opened.rank(query, limit=40) == Index.build(index.documents()).rank(query, limit=40)


@few
@given(document_lists, documents)
def test_scores_fall_ties_follow_ids_and_shares_sum_to_at_most_one(
    given_documents: list[Document], query: Document
) -> None:
    matches = Index.build(given_documents).rank(query, limit=40)
    assert [(-match.score, match.id) for match in matches] == sorted((-match.score, match.id) for match in matches)
    assert all(0 < match.score <= 1 for match in matches)
    assert all(sum(term.share for term in match.terms) <= 1 + 1e-9 for match in matches)


@few
@given(document_lists, documents, st.integers(0, 8))
def test_a_shorter_list_is_the_beginning_of_a_longer_one(
    given_documents: list[Document], query: Document, limit: int
) -> None:
    index = Index.build(given_documents)
    assert index.rank(query, limit=limit) == index.rank(query, limit=40)[:limit]


@few
@given(document_lists, documents)
def test_excluded_documents_never_come_and_change_no_other_score(
    given_documents: list[Document], query: Document
) -> None:
    index = Index.build(given_documents)
    everything = index.scores(query, limit=40)
    banned = {name for name, _ in everything[::2]} | {"unknown"}
    assert index.scores(query, limit=40, excluding=banned) == [pair for pair in everything if pair[0] not in banned]


def test_a_negative_limit_is_refused() -> None:
    with pytest.raises(ValueError, match="limit must not be negative, got -1"):
        Index.build([]).rank(problem("robot"), limit=-1)


def test_the_face_says_what_made_a_ranking(tmp_path: Path) -> None:
    index = Index.build([Document("a", "Robot", "Løft", "")])
    about = index.about()
    assert (about.generation, about.documents) == ("memory", 1)
    opened = Index.open(index.publish(tmp_path / "generation")).about()
    assert opened.generation != "memory"
    assert (opened.algorithm, opened.version, opened.configuration) == (
        about.algorithm,
        about.version,
        about.configuration,
    )
