"""Which candidates become suggestions, and when a pair may come back."""

from datetime import date

import pytest

from app.domain.eligibility import LARGE_CHANGE, kept_labels, may_be_suggested_again
from app.domain.vocabulary import SuggestionStatus

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("labels", "kept"),
    [
        ([], []),
        (["strong", "weak_basis", "possible", "weak_basis"], [0, 2]),
        (["weak_basis"] * 5, [0, 1, 2]),
        (["possible"] * 15, list(range(10))),
        (["weak_basis", "strong"], [1]),
    ],
)
def test_a_weak_basis_is_shown_only_when_there_is_nothing_better(labels: list[str], kept: list[int]) -> None:
    assert kept_labels(labels) == kept


@pytest.mark.parametrize("status", [SuggestionStatus.SHORTLISTED, SuggestionStatus.USED])
def test_what_people_decided_stands_whatever_changes(status: SuggestionStatus) -> None:
    assert not may_be_suggested_again(status, review_on=TODAY, today=TODAY, change=1.0)


@pytest.mark.parametrize("status", [SuggestionStatus.SUGGESTED, SuggestionStatus.SUPERSEDED, SuggestionStatus.EXPIRED])
def test_what_nobody_decided_is_made_anew(status: SuggestionStatus) -> None:
    assert may_be_suggested_again(status, review_on=None, today=TODAY, change=0.0)


@pytest.mark.parametrize(
    ("review_on", "change", "returns"),
    [
        (date(2026, 11, 25), 0.0, False),
        (date(2026, 11, 24), 0.0, True),
        (None, 0.0, False),
        (None, LARGE_CHANGE - 0.01, False),
        (None, LARGE_CHANGE, True),
    ],
)
def test_a_dismissed_pair_returns_on_its_day_or_with_a_large_change(
    review_on: date | None, change: float, *, returns: bool
) -> None:
    status = SuggestionStatus.DISMISSED
    assert may_be_suggested_again(status, review_on=review_on, today=TODAY, change=change) is returns
