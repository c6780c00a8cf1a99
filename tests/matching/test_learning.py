"""Weights learnt from judged pairs: they follow what people said, on a part that the fit has not seen."""

import random
from pathlib import Path

import pytest

from matching import Configuration, Document, Index
from matching.evaluate.collections import load
from matching.learning import FEWEST_QUERIES, Judged, TooFewJudgedError, refit
from tests.matching.texts import problem

GOLDEN = Path(__file__).parents[1] / "golden"
LETTERS = "bdfgklmnprstv", "aeiouyæøå"


def _word(rng: random.Random) -> str:
    return "".join(rng.choice(LETTERS[place % 2]) for place in range(10))


def _world() -> tuple[Index, list[Judged]]:
    """Return queries whose useful and useless document share as many words; only the spelling of another tells."""
    rng = random.Random(3)  # noqa: S311 - made-up words, no secret
    documents, judged = [], []
    for number in range(40):
        shared, told, other = _word(rng), _word(rng), _word(rng)
        name = f"{number:03}"
        documents.append(Document(f"useful{name}", "", f"{shared} {told}kx fald", ""))
        documents.append(Document(f"useless{name}", "", f"{shared} {other}kx fald", ""))
        documents.append(Document(f"away{name}", "", f"{_word(rng)} {_word(rng)} fald", ""))
        query = problem(f"{shared} {told}qz fald", f"q{name}")
        judged.append(Judged(query, {f"useful{name}": 2, f"useless{name}": 0, f"away{name}": 0}))
    return Index.build(documents, configuration=Configuration(characters=0.05)), judged


def test_where_characters_tell_they_come_to_count_more_and_the_held_out_part_is_better() -> None:
    index, judged = _world()
    fitted = refit(index, judged)
    assert fitted.configuration.characters > index.configuration.characters
    assert fitted.after >= fitted.before
    assert fitted.trained_on + fitted.held_out == len(judged)
    assert refit(index, list(judged)) == fitted, "the same pairs give the same weights"


def test_the_golden_set_keeps_its_quality() -> None:
    collection = load(GOLDEN)
    index = Index.build(collection.documents)
    judged = [
        Judged(
            Document(query.id, "", query.text, ""),
            # whoever was ranked high and not judged relevant stands for what a consultant dismissed
            dict.fromkeys((name for name, _ in index.scores(Document("", "", query.text, ""), limit=5)), 0)
            | dict(collection.judgements[query.id]),
        )
        for query in collection.queries
    ]
    fitted = refit(index, judged)
    assert fitted.after >= fitted.before - 0.05


def test_too_few_judged_queries_are_told() -> None:
    index, judged = _world()
    with pytest.raises(TooFewJudgedError) as refused:
        refit(index, judged[: FEWEST_QUERIES - 1])
    assert refused.value.found == FEWEST_QUERIES - 1
    only_good = [Judged(one.query, dict.fromkeys(one.gains, 1)) for one in judged]
    with pytest.raises(TooFewJudgedError):
        refit(index, only_good)


def test_documents_that_are_gone_are_left_out() -> None:
    index, judged = _world()
    more = [Judged(one.query, {**one.gains, "gone": 3}) for one in judged]
    assert refit(index, more) == refit(index, judged)
