"""`python -m matching.index build|query|info`."""

import gzip
import json
from pathlib import Path

import pytest

from matching.index.__main__ import main

ROWS = [
    {"_id": "a", "title": "Skærmbesøg om natten", "text": "Borgerne sover, og personalet ser dem på en skærm."},
    {"_id": "b", "title": "Kø ved skranken", "text": "Folk stod i kø hos borgerservice hver mandag."},
    {"id": "c", "title": "Vand på gaden", "problem": "Kloakken løber over, når det regner.", "language": "da"},
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    file = tmp_path / "rows.jsonl.gz"
    file.write_bytes(gzip.compress("\n".join(map(json.dumps, ROWS)).encode()))
    assert main(["build", str(file), str(tmp_path / "index")]) == 0
    return tmp_path / "index"


def test_what_was_built_is_asked_and_says_why(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["query", str(folder), "Borgerne bliver vækket om natten af personalet", "--limit", "1"]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert " a  Skærmbesøg om natten" in shown[-2]
    assert "natten" in shown[-1]


def test_answers_come_as_json_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["query", str(folder), "Kloakken løber over i regn", "--json"]) == 0
    first = json.loads(capsys.readouterr().out.splitlines()[0])
    assert first["id"] == "c"
    assert {"word", "met", "share"} == set(first["terms"][0])


def test_a_folder_tells_what_made_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["info", str(folder)]) == 0
    shown = capsys.readouterr().out
    assert "documents      3" in shown
    assert "version 3" in shown


def test_a_question_without_content_has_no_answer(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["query", str(folder), "og i at det"]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("line", ["no json", "[1]", '{"title": "without an id"}'])
def test_a_broken_line_is_named_and_nothing_is_built(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text('{"_id": "a", "text": "x"}\n' + line + "\n")
    assert main(["build", str(file), str(tmp_path / "index")]) == 2
    assert "line 2" in capsys.readouterr().err
    assert not (tmp_path / "index").exists()


def test_a_folder_without_a_generation_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["query", str(tmp_path), "natten"]) == 2
    assert "holds no generation" in capsys.readouterr().err
