"""Compiled and plain arithmetic give the same numbers, and the best found by leaving out work are the best."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from matching import Configuration, Document, Index, compiled, use_compiled
from matching.scoring import best
from tests.matching.texts import document_lists, documents, problem

few = settings(max_examples=40, deadline=None)


@pytest.fixture(autouse=True)
def _plain_again() -> Iterator[None]:
    yield
    use_compiled(wanted=False)


@few
@given(document_lists, documents, st.integers(1, 5))
def test_both_ways_of_adding_up_give_the_same_numbers(
    given_documents: list[Document], query: Document, candidates: int
) -> None:
    index = Index.build(given_documents, configuration=Configuration(candidates=candidates))
    if given_documents:
        index.remove(given_documents[0].id)
    assert not use_compiled(wanted=False)
    plain = index.scores(query, limit=4)
    assert use_compiled()
    assert index.scores(query, limit=4) == plain


def test_a_query_of_many_different_words_is_answered_as_well() -> None:
    index = Index.build([Document(f"d{number:03}", "", f"ord{number} fald natten", "") for number in range(100)])
    query = problem(" ".join(f"ord{number}" for number in range(3000)))
    plain = index.scores(query)
    use_compiled()
    assert index.scores(query) == plain


def _lists(seed: int, documents_: int, lists: int) -> tuple[NDArray[np.int64], NDArray[np.uint32], NDArray[np.uint8]]:
    """Make inverted lists from very short to those with every second document; weights repeat, so that sums tie."""
    random = np.random.default_rng(seed)
    rows = [
        np.flatnonzero(random.random(documents_) < share) for share in random.choice([0.0001, 0.001, 0.05, 0.5], lists)
    ]
    starts = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
    weights = random.choice([1, 2, 3, 4], int(starts[-1])).astype(np.uint8)
    return starts, np.concatenate(rows).astype(np.uint32), weights


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 12), st.integers(1, 90), st.sampled_from([10, 4096, 4097, 40_000]))
def test_the_best_by_words_are_those_of_adding_up_everything(
    seed: int, lists: int, wanted: int, documents_: int
) -> None:
    starts, docs, codes = _lists(seed, documents_, lists)
    weights = np.random.default_rng(seed).choice([1, 10, 300, 100_000], lists)
    gone = np.flatnonzero(np.random.default_rng(seed).random(documents_) < 0.01)
    sums = np.zeros(documents_, dtype=np.int64)
    for number in range(lists):
        row = slice(starts[number], starts[number + 1])
        sums[docs[row]] += weights[number] * codes[row].astype(np.int64)
    sums[gone] = 0
    features = np.random.default_rng(seed).permutation(lists)
    rows, best_sums = compiled.best_by_words(starts, docs, codes, features, weights[features], gone, documents_, wanted)
    expected = best(sums.astype(np.float64), wanted)
    assert rows.tolist() == expected.tolist()
    assert best_sums.tolist() == sums[expected].tolist()
