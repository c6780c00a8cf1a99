"""An embedder beside words and characters: off by default, the same everywhere, and never another one's vectors."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from matching import Configuration, Document, FolderEmbedder, GenerationError, Index, MatchingError, merged
from tests.matching.texts import problem

TOPICS = (("bil", "auto", "køretøj"), ("hus", "bolig", "hjem"), ("mad", "kost", "måltid"))


class TopicEmbedder:
    """Stands for a model: it knows which words are about the same topic."""

    name = "topics 1"

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return how often each topic is mentioned, and a little of everything."""
        counts = [[0.1 + sum(text.lower().count(word) for word in topic) for topic in TOPICS] for text in texts]
        vectors = np.asarray(counts, dtype=np.float32)
        lengths: NDArray[np.float32] = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.divide(vectors, lengths)


DOCUMENTS = [
    Document("a", "auto", "Vores auto holder stille.", ""),
    Document("b", "bolig", "En bolig til alle.", ""),
    Document("c", "kost", "Kost efter behov, og bil på deling.", ""),
]


def _order(index: Index, text: str) -> list[str]:
    return [name for name, _ in index.scores(problem(text))]


def test_without_an_embedder_only_words_meet() -> None:
    assert _order(Index.build(DOCUMENTS), "køretøj") == []


def test_with_one_a_text_is_found_that_shares_no_word() -> None:
    index = Index.build(DOCUMENTS, embedder=TopicEmbedder())
    match = index.rank(problem("køretøj"))[0]
    assert match.id == "a"
    assert match.label == "weak_basis", "no word met, so there is no reason to show"


def test_added_removed_published_and_sharded_documents_are_ranked_the_same(tmp_path: Path) -> None:
    whole = Index.build(DOCUMENTS, embedder=TopicEmbedder())
    index = Index.build(DOCUMENTS[:1], embedder=TopicEmbedder())
    index.add(DOCUMENTS[1])
    index.add(DOCUMENTS[2])
    index.publish(tmp_path / "index")
    opened = Index.open(tmp_path / "index", embedder=TopicEmbedder())
    expected = whole.scores(problem("bil til mad"))
    assert opened.scores(problem("bil til mad")) == expected
    index.publish_shards(tmp_path / "shards", 2)
    parts = [
        Index.open_shard(tmp_path / "shards", number, embedder=TopicEmbedder()).look(problem("bil til mad"))
        for number in range(2)
    ]
    assert merged(parts, configuration=Configuration()) == expected
    opened.remove(expected[0][0])
    assert expected[0][0] not in _order(opened, "bil til mad")


def test_vectors_of_another_model_are_refused(tmp_path: Path) -> None:
    Index.build(DOCUMENTS, embedder=TopicEmbedder()).publish(tmp_path / "index")
    with pytest.raises(GenerationError, match="other weights"):
        Index.open(tmp_path / "index")


def test_a_folder_without_a_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(MatchingError, match=r"extra|holds no model"):
        FolderEmbedder(tmp_path)


def test_an_empty_index_with_an_embedder_answers_with_nothing() -> None:
    assert _order(Index.build([], embedder=TopicEmbedder()), "bil") == []
