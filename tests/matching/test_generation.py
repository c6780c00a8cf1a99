"""A generation is whole or it is refused with a sentence."""

import errno
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from matching import Configuration, Document, GenerationError, Index
from tests.matching.texts import problem

CORPUS = [
    Document("a", "Skærmbesøg", "Hjælperne kører langt", "", context={"sector": ("health",)}),
    Document("b", "", "Løft", ""),
]


@pytest.fixture
def published(tmp_path: Path) -> Path:
    return Index.build(CORPUS).publish(tmp_path / "generation")


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(GenerationError, match="holds no generation"):
        Index.open(tmp_path / "nowhere")


@pytest.mark.parametrize("size", [0, 10])
def test_a_torn_array_is_refused(published: Path, size: int) -> None:
    path = published / "codes.npy"
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(GenerationError, match=r"is torn: codes\.npy"):
        Index.open(published)


def test_a_missing_file_is_refused(published: Path) -> None:
    (published / "documents.jsonl").unlink()
    with pytest.raises(GenerationError, match=r"documents\.jsonl is missing"):
        Index.open(published)


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"format": 1}'])
def test_a_foreign_folder_is_refused(published: Path, content: str) -> None:
    (published / "generation.json").write_text(content, encoding="utf-8")
    with pytest.raises(GenerationError):
        Index.open(published)


def test_a_newer_format_is_refused(published: Path) -> None:
    header = json.loads((published / "generation.json").read_text(encoding="utf-8"))
    (published / "generation.json").write_text(json.dumps({**header, "format": 99}), encoding="utf-8")
    with pytest.raises(GenerationError, match="has format 99"):
        Index.open(published)


def test_other_weights_are_refused(published: Path) -> None:
    with pytest.raises(GenerationError, match="other weights"):
        Index.open(published, configuration=Configuration(characters=0.1))


def test_an_open_index_serves_on_while_its_folder_is_replaced(published: Path) -> None:
    opened = Index.open(published)
    before = opened.rank(problem("skærmbesøg langt"))
    Index.build([Document("z", "Vejsalt", "", "")]).publish(published)
    assert opened.rank(problem("skærmbesøg langt")) == before
    assert [match.id for match in Index.open(published).rank(problem("vejsalt"))] == ["z"]
    assert [path.name for path in published.parent.iterdir()] == ["generation"]


def test_context_survives_publishing(published: Path) -> None:
    assert [document.context for document in Index.open(published).documents()] == [{"sector": ("health",)}, {}]


def test_a_full_disk_is_told_and_leaves_the_old_generation(published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    before = Index.open(published).about()
    with monkeypatch.context() as while_it_is_full:
        while_it_is_full.setattr("matching.generation.np.save", full)
        with pytest.raises(OSError, match="No space left"):
            Index.build([Document("z", "Ny", "", "")]).publish(published)
    assert Index.open(published).about() == before
    assert [path for path in published.parent.iterdir() if path.name.endswith(".new")] == []


def test_of_two_publishers_at_once_one_wins_and_the_generation_is_whole(published: Path) -> None:
    indexes = [Index.build([Document(f"{name}{n}", "Nat", "", "") for n in range(40)]) for name in "xy"]

    def publish(index: Index) -> None:
        for _ in range(20):
            index.publish(published)

    with ThreadPoolExecutor(2) as publishers:
        for done in [publishers.submit(publish, index) for index in indexes]:
            done.result()
    ids = {document.id[0] for document in Index.open(published).documents()}
    assert len(Index.open(published)) == 40
    assert ids in ({"x"}, {"y"})
