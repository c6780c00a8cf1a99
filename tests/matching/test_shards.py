"""Several shards answer as one index does, to the last bit; and a shard that belongs elsewhere is refused."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import Configuration, Document, GenerationError, Index, Part, merged, use_compiled
from tests.matching.texts import document_lists, documents, problem

few = settings(max_examples=40, deadline=None)
HOW = Configuration(candidates=3)


def _over_shards(folder: Path, count: int, query: Document, limit: int, excluding: frozenset[str]) -> list[object]:
    parts = []
    for number in range(count):
        part = Index.open_shard(folder, number, configuration=HOW).look(query, limit=limit, excluding=excluding)
        parts.append(Part.of_plain(json.loads(json.dumps(part.plain()))))
    return list(merged(parts, configuration=HOW, limit=limit, excluding=excluding))


@pytest.mark.parametrize("is_compiled", [False, True])
@few
@given(
    document_lists, documents, st.integers(1, 4), st.integers(1, 6),
    st.frozensets(st.integers(0, 40).map(lambda number: f"d{number:02}"), max_size=3),
)  # fmt: skip
def test_shards_answer_as_one_index(
    is_compiled: bool,  # noqa: FBT001 - a parameter of the test
    given_documents: list[Document],
    query: Document,
    count: int,
    limit: int,
    excluding: frozenset[str],
) -> None:
    use_compiled(wanted=is_compiled)
    index = Index.build(given_documents, configuration=HOW)
    with TemporaryDirectory() as folder:
        written = index.publish_shards(Path(folder) / "shards", count)
        assert len(written) == count
        answer = _over_shards(Path(folder) / "shards", count, query, limit, excluding)
    use_compiled(wanted=False)
    assert answer == index.scores(query, limit=limit, excluding=excluding)


def test_more_documents_than_are_looked_at_twice_are_cut_the_same(tmp_path: Path) -> None:
    index = Index.build(
        [
            Document(f"d{n:04}", f"fald {n % 7}", "fald om natten på plejehjem " * (n % 3), f"ord{n % 50}")
            for n in range(600)
        ],
        configuration=HOW,
    )
    index.publish_shards(tmp_path / "shards", 4)
    for text in ("fald om natten", "ord7 plejehjem", "ord3 ord5 fald"):
        for limit in (1, 3, 10, 400):
            expected = index.scores(problem(text), limit=limit)
            assert _over_shards(tmp_path / "shards", 4, problem(text), limit, frozenset()) == expected
            assert len(expected) > 0


def test_changes_before_publishing_are_in_the_shards(tmp_path: Path) -> None:
    index = Index.build([Document("a", "fald", "fald om natten", ""), Document("b", "kø", "kø i telefonen", "")])
    index.add(Document("c", "fald", "fald på badeværelset", ""))
    index.remove("b")
    index.publish_shards(tmp_path / "shards", 2)
    parts = [Index.open_shard(tmp_path / "shards", number).look(problem("fald")) for number in range(2)]
    found = merged(parts, configuration=Configuration())
    assert {name for name, _ in found} == {"a", "c"}


def test_the_shard_that_holds_a_document_gives_the_reasons(tmp_path: Path) -> None:
    index = Index.build([Document(f"d{n}", "fald", f"fald om natten {n}", "") for n in range(9)])
    index.publish_shards(tmp_path / "shards", 3)
    shards = [Index.open_shard(tmp_path / "shards", number) for number in range(3)]
    whole = index.rank(problem("fald om natten"), limit=4)
    for match in whole:
        holder = next(shard for shard in shards if match.id in shard)
        assert holder.explained(problem("fald om natten"), match.id, match.score) == match
    with pytest.raises(KeyError):
        shards[0].explained(problem("fald"), "unknown", 0.5)


def test_a_shard_of_another_publication_is_refused(tmp_path: Path) -> None:
    index = Index.build([Document(f"d{n}", "fald", "", "") for n in range(4)])
    index.publish_shards(tmp_path / "one", 2)
    index.publish_shards(tmp_path / "other", 2)
    (tmp_path / "one" / "shard-000").rename(tmp_path / "aside")
    (tmp_path / "other" / "shard-000").rename(tmp_path / "one" / "shard-000")
    with pytest.raises(GenerationError, match="build it again"):
        Index.open_shard(tmp_path / "one", 0)


def test_a_torn_whole_is_refused(tmp_path: Path) -> None:
    Index.build([Document("d", "fald", "", "")]).publish_shards(tmp_path / "shards", 1)
    (tmp_path / "shards" / "whole" / "frequencies.npy").write_bytes(b"")
    with pytest.raises(GenerationError, match="publish the shards again"):
        Index.open_shard(tmp_path / "shards", 0)


def test_no_shards_are_no_publication(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least one"):
        Index.build([]).publish_shards(tmp_path / "shards", 0)
