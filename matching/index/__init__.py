"""The face of the matcher: build or open an index, rank by it, change it, publish it."""

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from matching import arithmetic, generation, languages
from matching.analysis import Analyser
from matching.building import build
from matching.configuration import ALGORITHM, VERSION, Configuration
from matching.embeddings import Embedder, nearest, text_of
from matching.meanings import Knowledge, shipped
from matching.model import About, Document, Match
from matching.query import Query, read_query
from matching.reasons import Explainer
from matching.scoring import Evidence, fused, informativeness, together, word_scores
from matching.segment import Segment, feature_key, places_of
from matching.shards import SMALL, WHOLE, Part, Whole, shard_of

_EMPTY: frozenset[str] = frozenset()
_Chosen = tuple[NDArray[np.int64], NDArray[np.float64]]  # rows of a segment, and their scores by words


class Index:
    """Documents that can be ranked by another document; not safe for two threads that change it at once.

    The main segment never changes: added documents go to a small second segment, removed ones are marked.
    """

    def __init__(
        self,
        main: Segment,
        configuration: Configuration,
        knowledge: Knowledge,
        generation_id: str = "memory",
        whole: Whole | None = None,
        embedder: Embedder | None = None,
    ) -> None:
        """Put an index together; callers outside the library use `build` and `open`. whole: None = this is no shard."""
        self._main = main
        self._embedder = embedder
        self._whole = whole
        self._configuration = configuration
        self._knowledge = knowledge
        self._generation = generation_id
        self._gone: set[int] = set()
        self._added: dict[str, Document] = {}
        self._delta: Segment | None = None
        counts = np.bincount(main.arrays.languages, minlength=len(languages.LANGUAGES))
        self._likely = whole.likely if whole else languages.LANGUAGES[int(np.argmax(counts))]
        self._analyser = Analyser(self._known, knowledge, configuration)
        self._explainer = Explainer(self._analyser, knowledge, self._likely)

    @classmethod
    def build(
        cls,
        documents: Iterable[Document],
        *,
        configuration: Configuration | None = None,
        knowledge: Knowledge | None = None,
        embedder: Embedder | None = None,
    ) -> "Index":
        """Return an index in memory of `documents`, in any order; of two with one id the later is kept.

        knowledge: groups of words that mean the same; None = those shipped with the library.
        embedder: a model that compares what texts mean; None = words and characters decide alone.
        """
        how, known = configuration or Configuration(), knowledge or shipped()
        return cls(build(documents, how, known, embedder=embedder), how, known, embedder=embedder)

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        configuration: Configuration | None = None,
        knowledge: Knowledge | None = None,
        embedder: Embedder | None = None,
    ) -> "Index":
        """Return the index published in `folder`, memory-mapped.

        Raises GenerationError when the folder is missing, torn, foreign, newer or made with other weights.
        """
        how, known = configuration or Configuration(), knowledge or shipped()
        segment, name = generation.read(folder, _digest(how, known, embedder))
        return cls(segment, how, known, name, embedder=embedder)

    def publish(self, folder: Path) -> Path:
        """Write all documents as one generation to `folder`, complete or not at all, and return `folder`.

        An existing generation there is replaced. Raises OSError (such as a full disk), the old one still in place.
        """
        if self._gone or self._added:
            return self._compacted().publish(folder)
        return generation.write(self._main, folder, self._digest())

    def _compacted(self) -> "Index":
        """Return an index of the same documents without changes beside its main segment."""
        return Index.build(
            self.documents(),
            configuration=self._configuration,
            knowledge=self._knowledge,
            embedder=self._embedder,
        )

    def publish_shards(self, folder: Path, count: int) -> list[Path]:
        """Write the documents as `count` generations and what they know of the whole; return their folders.

        folder: must not be there yet. The shards' answers, merged, are those of this index after its own publishing.
        """
        if count < 1:
            raise ValueError(f"there must be at least one shard, got {count}")
        if self._gone or self._added:
            return self._compacted().publish_shards(folder, count)
        arrays = self._main.arrays
        frequencies = np.diff(arrays.starts).astype(np.uint32)
        whole = Whole(arrays.features, frequencies, len(self), self._likely, uuid4().hex)
        whole.write(folder / WHOLE)
        ids = self._main.ids
        written = []
        for number in range(count):
            rows = [row for row in range(len(ids)) if shard_of(ids[row], count) == number]
            segment = build(
                (self._main.documents[row] for row in rows), self._configuration, self._knowledge,
                analyser=self._analyser, frame=self._main.frame, embedder=self._embedder,
            )  # fmt: skip
            digest = f"{self._digest()} {whole.id}"
            written.append(generation.write(segment, folder / f"shard-{number:03}", digest))
        return written

    @classmethod
    def open_shard(
        cls,
        folder: Path,
        number: int,
        *,
        configuration: Configuration | None = None,
        knowledge: Knowledge | None = None,
        embedder: Embedder | None = None,
    ) -> "Index":
        """Return one part of what `publish_shards` wrote to `folder`, memory-mapped. Raises GenerationError."""
        how, known = configuration or Configuration(), knowledge or shipped()
        whole = Whole.read(folder / WHOLE)
        digest = f"{_digest(how, known, embedder)} {whole.id}"
        segment, name = generation.read(folder / f"shard-{number:03}", digest)
        return cls(segment, how, known, name, whole, embedder)

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

    @property
    def configuration(self) -> Configuration:
        """The weights of this index."""
        return self._configuration

    def about(self) -> About:
        """Return what makes this index's rankings."""
        return About(ALGORITHM, VERSION, self._digest(), self._generation, len(self))

    def _digest(self) -> str:
        return _digest(self._configuration, self._knowledge, self._embedder)

    def rank(self, query: Document, *, limit: int = 10, excluding: Collection[str] = _EMPTY) -> list[Match]:
        """Return the best `limit` documents for `query` with reasons, best first; equal scores in order of id.

        excluding: ids never returned. A query without content words gives []. Raises ValueError for limit < 0.
        """
        read = self._read(query)
        ranked = self._rank(query, read, limit, excluding)
        return [self._explainer.match(query, read, self.document(name), score) for name, score in ranked]

    def scores(
        self, query: Document, *, limit: int = 10, excluding: Collection[str] = _EMPTY
    ) -> list[tuple[str, float]]:
        """Return (id, score) as `rank` would, without reasons."""
        return self._rank(query, self._read(query), limit, excluding)

    def _read(self, query: Document) -> Query:
        return read_query(query, self._analyser, self._knowledge, self._configuration, self._likely)

    def _rank(self, asked: Document, query: Query, limit: int, excluding: Collection[str]) -> list[tuple[str, float]]:
        if limit < 0:
            raise ValueError(f"limit must not be negative, got {limit}")
        if not query.names or not limit:
            return []
        first = self._configuration.candidates
        segments = self._segments()
        evidence, places, most = self._look(asked, query, segments, max(limit, first) + len(excluding))
        reference = self._reference(evidence.words, places, first)
        scores = fused(evidence, reference, most, self._documents(), self._configuration)
        # Ids are read from the disk: only those that may be among the answers.
        hopeful = np.flatnonzero(scores >= max(_nth(scores, limit + len(excluding)), np.nextafter(0.0, 1.0)))
        named = [(segments[places[each][0]].ids[places[each][1]], float(scores[each])) for each in hopeful.tolist()]
        ranked = sorted((-score, name) for name, score in named if name not in excluding)
        return [(name, -score) for score, name in ranked[:limit]]

    def look(self, query: Document, *, limit: int = 10, excluding: Collection[str] = _EMPTY) -> Part:
        """Return what this shard knows about the answer to `query`; `shards.merged` makes the answer of all parts."""
        read = self._read(query)
        segments = self._segments()
        if not read.names:
            return Part((), Evidence.nothing(), 1.0, self._documents())
        evidence, places, most = self._look(
            query, read, segments, max(limit, self._configuration.candidates) + len(excluding)
        )
        names = tuple(segments[number].ids[row] for number, row in places)
        return Part(names, evidence, most, self._documents())

    def explained(self, query: Document, document_id: str, score: float) -> Match:
        """Return the match of `query` and a document of this index with its reasons. Raises KeyError."""
        if document_id not in self:
            raise KeyError(document_id)
        read = self._read(query)
        self._weigh(read, self._segments())
        return self._explainer.match(query, read, self.document(document_id), score)

    def _look(
        self, asked: Document, query: Query, segments: list[Segment], wanted: int
    ) -> tuple[Evidence, list[tuple[int, int]], float]:
        """Return the evidence of the best by words, (segment, row) of each, and the sum of the query's weights."""
        found = self._weigh(query, segments)
        weights = query.informative
        most = float(weights.sum()) or 1.0
        chosen = self._candidates(segments, found, weights / most, wanted)
        vector = None
        if self._embedder:
            vector = self._embedder.embed([text_of(asked)])[0]
            chosen = self._with_nearest(segments, found, weights / most, vector, chosen)
        parts = [
            arithmetic.evidence(segment, query, features, rows, by_words, self._configuration, vector)
            for segment, features, (rows, by_words) in zip(segments, found, chosen, strict=True)
        ]
        places = [(number, row) for number, (rows, _) in enumerate(chosen) for row in rows.tolist()]
        return together(parts), places, most

    def _weigh(self, query: Query, segments: list[Segment]) -> list[NDArray[np.int64]]:
        """Fill in what each word of `query` tells here; return its features' numbers in each segment."""
        found = [segment.find(query.keys) for segment in segments]
        query.informative[:] = query.weights * self._informativeness(segments, found, query.keys)
        return found

    def _with_nearest(
        self,
        segments: list[Segment],
        found: list[NDArray[np.int64]],
        weights: NDArray[np.float64],
        vector: NDArray[np.float32],
        chosen: list[_Chosen],
    ) -> list[_Chosen]:
        """Return the chosen rows of each segment and those that mean the most alike, which need share no word."""
        more = []
        for segment, features, (rows, by_words) in zip(segments, found, chosen, strict=True):
            vectors = segment.vectors if segment.vectors is not None else np.zeros((0, len(vector)), dtype=np.float16)
            near = nearest(vectors, vector, self._rows_gone(segment), self._configuration.candidates)
            fresh = np.setdiff1d(near, rows)
            scores = word_scores(segment, features, weights)[fresh]
            more.append((np.concatenate([rows, fresh]), np.concatenate([by_words, scores])))
        return more

    def _documents(self) -> int:
        return self._whole.documents if self._whole else len(self)

    def _reference(self, by_words: NDArray[np.float64], places: list[tuple[int, int]], first: int) -> NDArray[np.int64]:
        """Return the places of the `first` best by words, equal ones in order of id."""
        if len(by_words) <= first:
            return np.arange(len(by_words))
        segments = self._segments()
        return np.lexsort((np.asarray([segments[number].ids[row] for number, row in places]), -by_words))[:first]

    def _candidates(
        self, segments: list[Segment], found: list[NDArray[np.int64]], weights: NDArray[np.float64], wanted: int
    ) -> list[_Chosen]:
        """Return for each segment (rows, scores by words) worth a second look: the best, and all of a small index."""
        if self._documents() <= max(wanted, SMALL):
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

    def _everything(self, segment: Segment, features: NDArray[np.int64], weights: NDArray[np.float64]) -> _Chosen:
        rows = np.setdiff1d(np.arange(len(segment)), self._rows_gone(segment))
        return rows, word_scores(segment, features, weights)[rows]

    def _rows_gone(self, segment: Segment) -> NDArray[np.int64]:
        """Return the rows of a segment that were removed, ascending."""
        return np.asarray(sorted(self._gone) if segment is self._main else [], dtype=np.int64)

    def _informativeness(
        self, segments: list[Segment], found: list[NDArray[np.int64]], keys: NDArray[np.uint64]
    ) -> NDArray[np.float64]:
        """Return idf of each query feature over all live documents (Robertson and Sparck Jones, never negative)."""
        if self._whole:
            return self._whole.informativeness(keys)
        frequency = np.zeros(len(found[0]), dtype=np.float64)
        for segment, features in zip(segments, found, strict=True):
            for place, feature in enumerate(features):
                if feature >= 0:
                    row = segment.arrays.docs[segment.arrays.starts[feature] : segment.arrays.starts[feature + 1]]
                    gone = np.isin(row, list(self._gone)).sum() if segment is self._main and self._gone else 0
                    frequency[place] += len(row) - gone
        return informativeness(frequency, len(self))

    def _segments(self) -> list[Segment]:
        if self._added and self._delta is None:
            self._delta = build(
                self._added.values(),
                self._configuration,
                self._knowledge,
                analyser=self._analyser,
                likely=self._likely,
                frame=self._main.frame if len(self._main) else None,
                embedder=self._embedder,
            )
        return [self._main, self._delta] if self._added and self._delta is not None else [self._main]

    def document(self, document_id: str) -> Document:
        """Return the document of this id. Raises KeyError for one that is not here."""
        row = self._main.row_of(document_id)
        if row in self._gone and document_id not in self._added:
            raise KeyError(document_id)
        return self._added[document_id] if row is None or document_id in self._added else self._main.documents[row]

    def _known(self, stem: str) -> bool:
        key = np.asarray([feature_key(stem)], dtype=np.uint64)
        known = self._whole.keys if self._whole else self._main.arrays.features
        return not stem.isdigit() and bool(places_of(key, known)[0] >= 0)


def _digest(configuration: Configuration, knowledge: Knowledge, embedder: Embedder | None) -> str:
    return configuration.digest(knowledge.digest, *([embedder.name] if embedder else []))


def _nth(scores: NDArray[np.float64], number: int) -> float:
    """Return the `number`th highest of some scores, 0 where there are fewer."""
    return float(np.partition(scores, len(scores) - number)[len(scores) - number]) if len(scores) >= number else 0.0
