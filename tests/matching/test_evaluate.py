"""The measures agree with hand-counted examples, and the command prints and writes what it says."""

import json
import math
from pathlib import Path

import pytest

from matching.evaluate import reliability
from matching.evaluate.__main__ import main
from matching.evaluate.measures import ndcg, p_value, recall, reciprocal_rank

GOLDEN = Path(__file__).parents[1] / "golden"


def test_ndcg_has_linear_gain() -> None:
    gains = {"a": 2, "b": 1, "c": 0}
    assert ndcg(["b", "a"], gains) == pytest.approx((1 + 2 / math.log2(3)) / (2 + 1 / math.log2(3)))
    assert ndcg(["a", "b"], gains) == 1.0
    assert ndcg(["x"] * 10 + ["a"], gains) == 0.0


def test_rank_and_recall_count_only_relevant_documents() -> None:
    gains = {"a": 1, "b": 2, "c": 0}
    assert reciprocal_rank(["c", "x", "b"], gains) == pytest.approx(1 / 3)
    assert reciprocal_rank(["x"] * 10 + ["a"], gains) == 0.0
    assert recall(["c", "a"], gains) == 0.5


def test_p_is_small_for_a_steady_difference_and_large_for_none() -> None:
    assert p_value([0.5 + 0.001 * n for n in range(40)], [0.4] * 40) < 0.001
    assert p_value([0.1, 0.9] * 20, [0.9, 0.1] * 20) > 0.9


def test_the_command_prints_figures_and_writes_a_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = tmp_path / "run.trec"
    assert main([str(GOLDEN), "--run", str(run), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["queries"] == 38
    assert set(printed["by_type"]) == {"H", "N", "V"}
    query, q0, document, rank, score, _tag = run.read_text(encoding="utf-8").splitlines()[0].split()
    assert (query, q0, document[0], rank) == ("n01", "Q0", "g", "1")
    assert 0 < float(score) <= 1


def test_the_table_stands_beside_the_anchors(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--all", str(GOLDEN), "--json"]) == 0
    row = json.loads(capsys.readouterr().out)
    assert row["ours"] > row["plain TF-IDF"]["nDCG@10"]
    assert 0 < row["word+char"]["p"] <= 1


def test_a_folder_without_a_collection_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--all", str(tmp_path)]) == 2
    assert f"no collection in {tmp_path}" in capsys.readouterr().err


def test_a_broken_line_is_named_by_file_and_number(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq\ta\t1\n", encoding="utf-8")
    (tmp_path / "corpus.jsonl").write_text('{"_id": "a", "text": "x"}\n{"text": \n', encoding="utf-8")
    (tmp_path / "queries.jsonl").write_text("", encoding="utf-8")
    assert main([str(tmp_path)]) == 2
    assert "corpus.jsonl, line 2" in capsys.readouterr().err


def test_the_reliability_of_scores_rises_and_a_strong_match_is_mostly_right(capsys: pytest.CaptureFixture[str]) -> None:
    assert reliability.main([str(GOLDEN)]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    shares = {line[0]: float(line[-1]) for line in lines if line[0] in {"strong", "possible", "weak_basis"}}
    assert shares["strong"] > shares["possible"] > shares["weak_basis"]
    assert reliability.main([str(GOLDEN / "nowhere")]) == 2
