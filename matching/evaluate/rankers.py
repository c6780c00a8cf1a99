"""The rankers that are compared: the production path, and the anchors it must beat, built from their libraries."""

import importlib.util
from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from matching import languages, stop_words
from matching.analysis import stem
from matching.embeddings import Embedder
from matching.evaluate.collections import Collection
from matching.index import Index
from matching.model import Document
from matching.words import words

Run = dict[str, list[tuple[str, float]]]  # query id -> (document id, score), best first
DEPTH: Final = 100


def ours(collection: Collection, embedder: Embedder | None = None) -> Run:
    """Rank by the production path: the same analyser, index and scoring as the service's."""
    index = Index.build(collection.documents, embedder=embedder)
    return {
        query.id: index.scores(Document(id=query.id, title="", problem=query.text, text=""), limit=DEPTH)
        for query in collection.queries
    }


def plain_tfidf(collection: Collection) -> Run:
    """Rank by the cosine of scikit-learn's TfidfVectorizer as it comes."""
    return _cosine(collection, [{}])


def tuned_tfidf(collection: Collection) -> Run:
    """Rank by TF-IDF over stems without stop words, with sublinear frequency."""
    return _cosine(collection, [_tuned(collection)])


def words_and_characters(collection: Collection) -> Run:
    """Rank by the mean of tuned TF-IDF and TF-IDF over character pieces (3-5) inside words."""
    characters = {"analyzer": "char_wb", "ngram_range": (3, 5), "sublinear_tf": True}
    return _cosine(collection, [_tuned(collection), characters])


def bm25(collection: Collection) -> Run:
    """Rank by bm25s (Lucene's BM25, k1 1.5, b 0.75) over the same stems."""
    import bm25s  # noqa: PLC0415 - a test library; the production path must not need it

    analyse = _stems(collection)
    engine = bm25s.BM25()
    engine.index([analyse(_text(document)) for document in collection.documents], show_progress=False)
    names = np.array([document.id for document in collection.documents])
    run: Run = {}
    for query in collection.queries:
        tokens = [token for token in analyse(query.text) if token in engine.vocab_dict]
        scores = engine.get_scores(tokens) if tokens else np.zeros(len(names))
        run[query.id] = _top(scores, names)
    return run


def by_meaning(collection: Collection, embedder: Embedder) -> Run:
    """Rank by the cosine of an embedder's vectors alone."""
    vectors = embedder.embed([_text(document) for document in collection.documents])
    queries = embedder.embed([query.text for query in collection.queries])
    names = np.array([document.id for document in collection.documents])
    scores = (queries @ vectors.T).astype(np.float64)
    return {query.id: _top(scores[row], names) for row, query in enumerate(collection.queries)}


def anchors(embedder: Embedder | None = None) -> dict[str, Callable[[Collection], Run]]:
    """Return the anchors that can be run here, by name; bm25s is a test library and may be missing.

    With an embedder it ranks alone, and beside our matcher as where it is switched on.
    """
    found: dict[str, Callable[[Collection], Run]] = {
        "plain TF-IDF": plain_tfidf,
        "tuned TF-IDF": tuned_tfidf,
        "word+char": words_and_characters,
    }
    if importlib.util.find_spec("bm25s") is not None:
        found["BM25 (bm25s)"] = bm25
    if embedder is not None:
        found["embeddings"] = lambda collection: by_meaning(collection, embedder)
        found["ours+embeddings"] = lambda collection: ours(collection, embedder)
    return found


def _cosine(collection: Collection, settings: list[dict[str, Any]]) -> Run:
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 - 90 MB that production never loads

    texts = [_text(document) for document in collection.documents]
    queries = [query.text for query in collection.queries]
    total = np.zeros((len(queries), len(texts)))
    for setting in settings:
        vectorizer = TfidfVectorizer(**setting)
        matrix = vectorizer.fit_transform(texts)
        total += (vectorizer.transform(queries) @ matrix.T).toarray() / len(settings)
    names = np.array([document.id for document in collection.documents])
    return {query.id: _top(total[row], names) for row, query in enumerate(collection.queries)}


def _tuned(collection: Collection) -> dict[str, Any]:
    return {"analyzer": _stems(collection), "sublinear_tf": True}


def _stems(collection: Collection) -> Callable[[str], list[str]]:
    """Return an analyser for the collection's one language, told from its first 50 documents."""
    sample = [word for document in collection.documents[:50] for word in words(_text(document))[:40]]
    language = languages.detect(sample)
    stops = stop_words.BY_LANGUAGE[language]

    def analyse(text: str) -> list[str]:
        return [stem(word, language) for word in words(text) if word not in stops]

    return analyse


def _text(document: Document) -> str:
    return f"{document.title} {document.problem} {document.text}".strip()


def _top(scores: NDArray[np.float64], names: NDArray[np.str_]) -> list[tuple[str, float]]:
    order = np.lexsort((names, -scores))[:DEPTH]
    return [(str(names[place]), float(scores[place])) for place in order if scores[place] > 0]
