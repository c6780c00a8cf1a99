"""The golden set: a floor for the ranking, and look-alikes that must be parted."""

from pathlib import Path

import pytest

from matching import Index
from matching.evaluate.collections import Collection, load
from matching.evaluate.measures import ndcg
from matching.evaluate.rankers import ours
from tests.matching.texts import problem

FOLDER = Path(__file__).parents[1] / "golden"
FLOOR = 0.66  # nDCG@10; raise it when the ranking improves


@pytest.fixture(scope="module")
def golden() -> Collection:
    return load(FOLDER)


def test_the_ranking_keeps_its_floor(golden: Collection) -> None:
    run = ours(golden)
    values = [ndcg([name for name, _ in run[query.id]], golden.judgements[query.id]) for query in golden.queries]
    assert sum(values) / len(values) >= FLOOR


@pytest.mark.parametrize(
    ("text", "right", "wrong"),
    [
        ("Elever udebliver, og fraværet i udskolingen stiger", {"g01", "g02"}, {"g03", "g04"}),
        ("Vores ansattes sygefravær er for højt, og lederne griber for sent ind", {"g03"}, {"g01", "g02"}),
        ("Plast og metal kommer i den forkerte container på genbrugspladsen", {"g05"}, {"g07"}),
        ("Vi vil genbruge andre kommuners it-løsninger", {"g07"}, {"g05", "g06"}),
        ("En softwarerobot skal taste fakturaer i økonomisystemet", {"g08"}, {"g09"}),
        ("Robot til at løfte beboere ved forflytning fra seng", {"g09"}, {"g08", "g10"}),
    ],
)
def test_look_alikes_are_parted(golden: Collection, text: str, right: set[str], wrong: set[str]) -> None:
    ranked = [name for name, _ in Index.build(golden.documents).scores(problem(text), limit=66)]
    assert ranked[0] in right
    assert not wrong & set(ranked[:2])
