"""Which of the matcher's candidates become suggestions: decided by rule, never by popularity."""

from datetime import date

from app.domain.vocabulary import SuggestionStatus

STRONG, POSSIBLE, WEAK = "strong", "possible", "weak_basis"
MOST_SUGGESTIONS = 10
MOST_WEAK = 3
# A dismissed pair comes back before its review date when this share of either text has changed.
LARGE_CHANGE = 0.4


def kept_labels(labels: list[str]) -> list[int]:
    """Return the positions of the candidates to keep, best first.

    labels: of the candidates in ranked order. With something better at hand a weak basis is not suggested at all;
    without, the first few are shown for what they are, so that the consultant sees what there is.
    """
    better = [position for position, label in enumerate(labels) if label != WEAK][:MOST_SUGGESTIONS]
    return better or list(range(len(labels)))[:MOST_WEAK]


def may_be_suggested_again(status: SuggestionStatus, *, review_on: date | None, today: date, change: float) -> bool:
    """Whether a new run may put a pair forward that has been suggested before.

    change: how much of the texts has changed since people decided, from 0 to 1. Decisions of people stand: only
    a dismissal ends, at its review date or with a large change of text.
    """
    if status is SuggestionStatus.DISMISSED:
        return change >= LARGE_CHANGE or (review_on is not None and today >= review_on)
    return status in {SuggestionStatus.SUGGESTED, SuggestionStatus.SUPERSEDED, SuggestionStatus.EXPIRED}
