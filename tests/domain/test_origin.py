"""The three conditions of origin: what each stage claims must be answered."""

from datetime import date

import pytest

from app.domain.origin import Origin
from app.domain.vocabulary import Stage

DAY = date(2024, 5, 1)
NOTHING: dict[str, object] = {
    "developed_on": None,
    "implemented_on": None,
    "value_shown_on": None,
    "value_evidence": "",
}
EVERYTHING: dict[str, object] = {
    "developed_on": DAY, "implemented_on": DAY, "value_shown_on": DAY, "value_evidence": "Talt før og efter"
}  # fmt: skip


def _origin(stage: Stage | None, **answers: object) -> Origin:
    return Origin(stage=stage, **{**NOTHING, **answers})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("stage", "missing"),
    [
        (None, ["stage"]),
        (Stage.IDEA, []),
        (Stage.PILOTED, ["developed_on"]),
        (Stage.IMPLEMENTED, ["developed_on", "implemented_on"]),
        (Stage.VALUE_SHOWN, ["developed_on", "implemented_on", "value_shown_on", "value_evidence"]),
        (Stage.EVALUATED, ["developed_on", "implemented_on", "value_shown_on", "value_evidence"]),
        (Stage.SPREAD, ["developed_on", "implemented_on", "value_shown_on", "value_evidence"]),
    ],
)
def test_a_stage_asks_for_what_it_claims(stage: Stage | None, missing: list[str]) -> None:
    assert _origin(stage).missing() == missing


@pytest.mark.parametrize("stage", list(Stage))
def test_only_value_that_was_shown_is_proof(stage: Stage) -> None:
    full = _origin(stage, **EVERYTHING)
    assert full.is_answered
    assert full.is_proven == (stage in {Stage.VALUE_SHOWN, Stage.EVALUATED, Stage.SPREAD})


@pytest.mark.parametrize("gap", ["developed_on", "implemented_on", "value_shown_on", "value_evidence"])
def test_one_gap_is_enough_to_be_unproven(gap: str) -> None:
    origin = _origin(Stage.EVALUATED, **{**EVERYTHING, gap: NOTHING[gap]})
    assert not origin.is_proven
    assert origin.missing() == [gap]


def test_blanks_are_no_evidence() -> None:
    assert _origin(Stage.VALUE_SHOWN, **{**EVERYTHING, "value_evidence": " \n "}).missing() == ["value_evidence"]


def test_an_idea_is_answered_and_never_proven() -> None:
    assert _origin(Stage.IDEA).is_answered
    assert not _origin(Stage.IDEA).is_proven
