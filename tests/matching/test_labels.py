"""What a score is called, and that thin texts are never called more than a weak basis."""

import pytest

from matching.labels import POSSIBLE_FROM, STRONG_FROM, label_for


@pytest.mark.parametrize(
    ("score", "label"),
    [
        (0.0, "weak_basis"),
        (POSSIBLE_FROM - 0.001, "weak_basis"),
        (POSSIBLE_FROM, "possible"),
        (STRONG_FROM - 0.001, "possible"),
        (STRONG_FROM, "strong"),
        (1.0, "strong"),
    ],
)
def test_a_score_has_its_word(score: float, label: str) -> None:
    assert label_for(score, distinct_words=10, shared=5) == label


@pytest.mark.parametrize(("distinct_words", "shared"), [(3, 3), (0, 0), (10, 1), (10, 0)])
def test_a_thin_text_is_a_weak_basis_whatever_its_score(distinct_words: int, shared: int) -> None:
    assert label_for(1.0, distinct_words=distinct_words, shared=shared) == "weak_basis"
