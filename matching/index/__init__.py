"""The face of the matcher: build or open an index, rank by it, change it, publish it."""

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matching import arithmetic, generation, languages
from matching.analysis import Analyser
from matching.building import build
from matching.configuration import ALGORITHM, VERSION, Configuration
from matching.meanings import Knowledge, shipped
from matching.model import About, Document, Match
from matching.query import Query, read_query
from matching.reasons import Explainer
from matching.scoring import fused, word_scores
from matching.segment import Segment, feature_key

_EMPTY: frozenset[str] = frozenset()
SMALL = 256  # documents that can all be looked at twice in a millisecond


class Index:
    """Documents that can be ranked by another document; not safe for two threads that change it at once.

    The main segment never changes: added documents go to a small second segment, removed ones are marked.
    """

    def __init__(
        self, main: Segment, configuration: Configuration, knowledge: Knowledge, generation_id: str = "memory"
    ) -> None:
        self._main = main
        self._configuration = configuration
        self._knowledge = knowledge
        self._generation = generation_id
        self._gone: set[int] = set()
        self._added: dict[str, Document] = {}
        self._delta: Segment | None = None
        counts = np.bincount(main.arrays.languages, minlength=len(languages.LANGUAGES))
        self._likely = languages.LANGUAGES[int(np.argmax(counts))]
        self._analyser = Analyser(self._known, knowledge, configuration)
        self._explainer = Explainer(self._analyser, knowledge, self._likely)

    @classmethod
    def build(
        cls,
        documents: Iterable[Document],
        *,
        configuration: Configuration | None = None,
        knowledge: Knowledge | None = None,
    ) -> "Index":
        """Return an index in memory of `documents`, in any order; of two with one id the later is kept.

        knowledge: groups of words that mean the same; None = those shipped with the library.
        """
        how, known = configuration or Configuration(), knowledge or shipped()
        return cls(build(documents, how, known), how, known)

    @classmethod
    def open(
        cls, folder: Path, *, configuration: Configuration | None = None, knowledge: Knowledge | None = None
    ) -> "Index":
        """Return the index published in `folder`, memory-mapped.

        Raises GenerationError when the folder is missing, torn, foreign, newer or made with other weights.
        """
        how, known = configuration or Configuration(), knowledge or shipped()
        segment, name = generation.read(folder, how.digest(known.digest))
        return cls(segment, how, known, name)

    def publish(self, folder: Path) -> Path:
        """Write all documents as one generation to `folder`, complete or not at all, and return `folder`.

        An existing generation there is replaced. Raises OSError (such as a full disk), the old one still in place.
        """
        segment = self._main
        if self._gone or self._added:
            segment = build(self.documents(), self._configuration, self._knowledge)
        return generation.write(segment, folder, self._digest())

    def documents(self) -> Iterator[Document]:
        """Yield every document of the index, first the main segment's in order of id, then the added ones."""
        for row, document in enumerate(self._main.documents):
            if row not in self._gone:
                yield document
        yield from self._added.values()

    def add(self, document: Document) -> None:
        """Put `document` in the index; one with the same id is replaced."""
        self.remove(document.id)
        self._added[document.id] = document
        self._delta = None

    def remove(self, document_id: str) -> None:
        """Take a document out of the index; an unknown id is no error."""
        if self._added.pop(document_id, None) is not None:
            self._delta = None
        row = self._main.row_of(document_id)
        if row is not None:
            self._gone.add(row)

    def __len__(self) -> int:
        return len(self._main) - len(self._gone) + len(self._added)

    def __contains__(self, document_id: object) -> bool:
        row = self._main.row_of(document_id) if isinstance(document_id, str) else None
        return document_id in self._added or (row is not None and row not in self._gone)

    def about(self) -> About:
        """Return what makes this index's rankings."""
        return About(ALGORITHM, VERSION, self._digest(), self._generation, len(self))

    def _digest(self) -> str:
        return self._configuration.digest(self._knowledge.digest)

    def rank(self, query: Document, *, limit: int = 10, excluding: Collection[str] = _EMPTY) -> list[Match]:
        """Return the best `limit` documents for `query` with reasons, best first; equal scores in order of id.

        excluding: ids never returned. A query without content words gives []. Raises ValueError for limit < 0.
        """
        read = self._read(query)
        ranked = self._rank(read, limit, excluding)
        return [self._explainer.match(query, read, self._document(name), score) for name, score in ranked]

    def scores(
        self, query: Document, *, limit: int = 10, excluding: Collection[str] = _EMPTY
    ) -> list[tuple[str, float]]:
        """Return (id, score) as `rank` would, without reasons."""
        return self._rank(self._read(query), limit, excluding)

    def _read(self, query: Document) -> Query:
        return read_query(query, self._analyser, self._knowledge, self._configuration, self._likely)

    def _rank(self, query: Query, limit: int, excluding: Collection[str]) -> list[tuple[str, float]]:
        if limit < 0:
            raise ValueError(f"limit must not be negative, got {limit}")
        if not query.names or not limit:
            return []
        segments = self._segments()
        found = [segment.find(query.keys) for segment in segments]
        weights = query.weights * self._informativeness(segments, found)
        query.informative[:] = weights
        most = float(weights.sum()) or 1.0
        first = self._configuration.candidates
        chosen = self._candidates(segments, found, weights / most, max(limit, first) + len(excluding))
        evidence = [
            arithmetic.evidence(segment, query, features, rows, by_words, self._configuration)
            for segment, features, (rows, by_words) in zip(segments, found, chosen, strict=True)
        ]
        places = [(number, row) for number, (rows, _) in enumerate(chosen) for row in rows.tolist()]
        reference = self._reference(np.concatenate([each.words for each in evidence]), places, first)
        total = most * (self._configuration.saturation + 1)
        scores = np.minimum(fused(evidence, reference, total, len(self), self._configuration), 1.0)
        # Ids are read from the disk: only those that may be among the answers.
        hopeful = np.flatnonzero(scores >= max(_nth(scores, limit + len(excluding)), np.nextafter(0.0, 1.0)))
        named = [(segments[places[each][0]].ids[places[each][1]], float(scores[each])) for each in hopeful.tolist()]
        ranked = sorted((-score, name) for name, score in named if name not in excluding)
        return [(name, -score) for score, name in ranked[:limit]]

    def _reference(self, by_words: NDArray[np.float64], places: list[tuple[int, int]], first: int) -> NDArray[np.int64]:
        """Return the places of the `first` best by words, equal ones in order of id."""
        if len(by_words) <= first:
            return np.arange(len(by_words))
        segments = self._segments()
        return np.lexsort((np.asarray([segments[number].ids[row] for number, row in places]), -by_words))[:first]

    def _candidates(
        self, segments: list[Segment], found: list[NDArray[np.int64]], weights: NDArray[np.float64], wanted: int
    ) -> list[tuple[NDArray[np.int64], NDArray[np.float64]]]:
        """Return for each segment (rows, scores by words) worth a second look: the best, and all of a small index."""
        if len(self) <= max(wanted, SMALL):
            return [
                self._everything(segment, features, weights) for segment, features in zip(segments, found, strict=True)
            ]
        pools = [
            arithmetic.best_rows(segment, features, weights, self._rows_gone(segment), wanted)
            for segment, features in zip(segments, found, strict=True)
        ]
        if sum(len(rows) for rows, _ in pools) <= wanted:
            return pools
        everywhere = sorted(
            (-score, segments[number].ids[row], number, place)
            for number, (rows, scores) in enumerate(pools)
            for place, (row, score) in enumerate(zip(rows.tolist(), scores.tolist(), strict=True))
        )[:wanted]
        kept = [
            np.asarray([place for _, _, owner, place in everywhere if owner == number], dtype=np.int64)
            for number in range(len(segments))
        ]
        return [(rows[places], scores[places]) for (rows, scores), places in zip(pools, kept, strict=True)]

    def _everything(
        self, segment: Segment, features: NDArray[np.int64], weights: NDArray[np.float64]
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        rows = np.setdiff1d(np.arange(len(segment)), self._rows_gone(segment))
        return rows, word_scores(segment, features, weights)[rows]

    def _rows_gone(self, segment: Segment) -> NDArray[np.int64]:
        """Return the rows of a segment that were removed, ascending."""
        return np.asarray(sorted(self._gone) if segment is self._main else [], dtype=np.int64)

    def _informativeness(self, segments: list[Segment], found: list[NDArray[np.int64]]) -> NDArray[np.float64]:
        """Return idf of each query feature over all live documents (Robertson and Sparck Jones, never negative)."""
        frequency = np.zeros(len(found[0]), dtype=np.float64)
        for segment, features in zip(segments, found, strict=True):
            for place, feature in enumerate(features):
                if feature >= 0:
                    row = segment.arrays.docs[segment.arrays.starts[feature] : segment.arrays.starts[feature + 1]]
                    gone = np.isin(row, list(self._gone)).sum() if segment is self._main and self._gone else 0
                    frequency[place] += len(row) - gone
        idf: NDArray[np.float64] = np.log(1 + (len(self) - frequency + 0.5) / (frequency + 0.5))
        return idf

    def _segments(self) -> list[Segment]:
        if self._added and self._delta is None:
            self._delta = build(
                self._added.values(),
                self._configuration,
                self._knowledge,
                analyser=self._analyser,
                likely=self._likely,
                mean_length=self._main.mean_length if len(self._main) else 0.0,
            )
        return [self._main, self._delta] if self._added and self._delta is not None else [self._main]

    def _document(self, document_id: str) -> Document:
        row = self._main.row_of(document_id)
        return self._added[document_id] if row is None or document_id in self._added else self._main.documents[row]

    def _known(self, stem: str) -> bool:
        key = np.asarray([feature_key(stem)], dtype=np.uint64)
        return not stem.isdigit() and bool(self._main.find(key)[0] >= 0)


def _nth(scores: NDArray[np.float64], number: int) -> float:
    """Return the `number`th highest of some scores, 0 where there are fewer."""
    return float(np.partition(scores, len(scores) - number)[len(scores) - number]) if len(scores) >= number else 0.0
