"""Reading documents into a segment: words are analysed once each, everything else is arithmetic on arrays."""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching import arithmetic, languages
from matching.analysis import Analyser, stem
from matching.characters import BUCKETS, gram_lists, rows
from matching.configuration import Configuration
from matching.embeddings import Embedder, vectors_of
from matching.meanings import Knowledge
from matching.model import FIELDS, Document
from matching.segment import BREAK, FULL, Arrays, Frame, Segment, feature_key, frozen, text_digest
from matching.words import words


@dataclass(frozen=True, slots=True)
class _Tokens:
    """Every word of every document: what it is, in which field of which document, what it counts."""

    word: NDArray[np.int64]
    field: NDArray[np.int64]
    doc: NDArray[np.int64]
    count: NDArray[np.float32]
    vocabulary: list[tuple[str, str]]  # (language, word)
    digests: NDArray[np.uint64]
    languages: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class _Pairs:
    """One entry a pair of document and feature, by document and then feature; names: what the features are.

    stem_of: (V,) the feature of each word of the vocabulary that is its stem, -1 for a stop word.
    """

    doc: NDArray[np.int64]
    feature: NDArray[np.int64]
    frequency: NDArray[np.float64]
    names: list[str]
    keys: NDArray[np.uint64]
    stem_of: NDArray[np.int64]


def build(
    documents: Iterable[Document],
    configuration: Configuration,
    knowledge: Knowledge,
    *,
    analyser: Analyser | None = None,
    likely: str = "da",
    frame: Frame | None = None,
    embedder: Embedder | None = None,
) -> Segment:
    """Return a segment of `documents`; of two with one id the later is kept.

    analyser: None learns the compounds' parts from these documents; a delta or a shard hands in its index'.
    frame: what the documents are measured by; None measures these. embedder: None does without.
    """
    unique = {document.id: document for document in documents}
    ordered = [unique[identity] for identity in sorted(unique)]
    tokens = _read(ordered, configuration, likely)
    if analyser is None:
        vocabulary = {stem(word, language) for language, word in tokens.vocabulary if not word.isdigit()}
        analyser = Analyser(vocabulary.__contains__, knowledge, configuration)
    lengths = np.bincount(tokens.doc, weights=tokens.count, minlength=len(ordered))
    mean = frame.mean_length if frame else (float(lengths.mean()) if len(lengths) else 0.0) or 1.0
    pairs = _count(tokens, analyser, knowledge, configuration)
    arrays, thin = _arrays(pairs, configuration, lengths / mean, tokens, frame)
    vectors = vectors_of(ordered, embedder) if embedder else None
    return Segment(frozen(arrays), ordered, [document.id for document in ordered], mean, thin, vectors)


def _read(documents: Sequence[Document], configuration: Configuration, likely: str) -> _Tokens:
    weights = {"title": configuration.title, "problem": configuration.problem, "text": configuration.text}
    count = itertools.count()
    numbers = {language: defaultdict[str, int](count.__next__) for language in languages.LANGUAGES}
    found: list[int] = []
    lengths: list[int] = []
    digests: list[int] = []
    spoken: list[int] = []
    for document in documents:
        parts = [words(getattr(document, field)) for field in FIELDS]
        everything = [word for part in parts for word in part]
        language = languages.language_of(document, everything, likely)
        found.extend(map(numbers[language].__getitem__, everything))
        lengths.extend(map(len, parts))
        digests.append(text_digest(everything))
        spoken.append(languages.LANGUAGES.index(language))
    per_field = np.asarray(lengths, dtype=np.int64)
    fields = np.repeat(np.arange(len(lengths)), per_field)
    counts = np.asarray([weights[field] for field in FIELDS], dtype=np.float32)
    return _Tokens(
        word=np.asarray(found, dtype=np.int64),
        field=fields,
        doc=fields // len(FIELDS),
        count=counts[fields % len(FIELDS)],
        vocabulary=_in_turn(numbers),
        digests=np.asarray(digests, dtype=np.uint64),
        languages=np.asarray(spoken, dtype=np.uint8),
    )


def _in_turn(numbers: Mapping[str, Mapping[str, int]]) -> list[tuple[str, str]]:
    """Return (language, word) of each number."""
    numbered = [(number, (language, word)) for language, found in numbers.items() for word, number in found.items()]
    return [key for _, key in sorted(numbered)]


def _count(tokens: _Tokens, analyser: Analyser, knowledge: Knowledge, configuration: Configuration) -> _Pairs:
    """Return how often each document has each feature."""
    names: dict[str, int] = {}
    starts = [0]
    features: list[int] = []
    shares: list[float] = []
    for language, word in tokens.vocabulary:
        for name, share in analyser.features(word, language):
            features.append(names.setdefault(name, len(names)))
            shares.append(share)
        starts.append(len(features))
    places, lengths = rows(np.asarray(starts, dtype=np.int64), tokens.word)
    said_by, said, said_share = _phrases(tokens, analyser, knowledge, names)
    doc = np.concatenate([np.repeat(tokens.doc, lengths), tokens.doc[said_by]])
    feature = np.concatenate([np.asarray(features, dtype=np.int64)[places], said])
    frequency = np.concatenate(
        [
            np.asarray(shares, dtype=np.float64)[places] * np.repeat(tokens.count, lengths),
            configuration.group * said_share * tokens.count[said_by],
        ]
    )
    keys = np.asarray([feature_key(name) for name in names], dtype=np.uint64)
    order = np.argsort(keys)
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    width = max(len(names), 1)
    pair, inverse = np.unique(doc * width + place[feature], return_inverse=True)
    summed = np.bincount(inverse, weights=frequency, minlength=len(pair)).astype(np.float64)
    spelled = list(names)
    begins = np.asarray(starts[:-1], dtype=np.int64)
    first = np.asarray([*features, 0], dtype=np.int64)[np.minimum(begins, len(features))]
    is_content = np.diff(np.asarray(starts, dtype=np.int64)) > 0
    stem_of = np.where(is_content, place[first] if len(place) else -1, -1)
    return _Pairs(pair // width, pair % width, summed, [spelled[number] for number in order], keys[order], stem_of)


def _phrases(
    tokens: _Tokens, analyser: Analyser, knowledge: Knowledge, names: dict[str, int]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return (places of the first words, features, weights) of phrases; new ones go to `names`."""
    analysed = [analyser.features(word, language) for language, word in tokens.vocabulary]
    stems = [features[0][0] if features else "" for features in analysed]
    begins = np.asarray(
        [knowledge.begins_phrase(word_stem, la) for word_stem, (la, _) in zip(stems, tokens.vocabulary, strict=True)],
        dtype=bool,
    )
    content = np.flatnonzero(np.asarray([bool(word_stem) for word_stem in stems], dtype=bool)[tokens.word])
    word, field = tokens.word[content], tokens.field[content]
    found: list[int] = []
    said: list[int] = []
    shares: list[float] = []
    for number in np.flatnonzero(begins[word]).tolist():
        near = word[number : number + knowledge.reach][field[number : number + knowledge.reach] == field[number]]
        for name, share, _ in knowledge.phrases_at([stems[each] for each in near.tolist()], 0):
            found.append(int(content[number]))
            said.append(names.setdefault(name, len(names)))
            shares.append(share)
    return (
        np.asarray(found, dtype=np.int64),
        np.asarray(said, dtype=np.int64),
        np.asarray(shares, dtype=np.float64),
    )


def _arrays(
    pairs: _Pairs,
    configuration: Configuration,
    relative_lengths: NDArray[np.float64],
    tokens: _Tokens,
    frame: Frame | None,
) -> tuple[Arrays, float]:
    """Return the arrays of a segment, and what is added to the squared length of a character vector."""
    documents, count = len(tokens.digests), len(pairs.names)
    doc, feature, frequency = pairs.doc, pairs.feature, pairs.frequency
    slack = configuration.saturation * (1 - configuration.length_share * (1 - relative_lengths))
    coded = np.maximum(np.rint(frequency / (frequency + slack[doc]) * FULL), 1).astype(np.uint8)
    by_feature = np.argsort(feature, kind="stable")
    starts, codes = _starts(feature, count), coded[by_feature]
    gram_starts, grams = gram_lists(pairs.names, configuration.shortest_gram, configuration.longest_gram)
    gram_weights = frame.gram_weights if frame else _gram_weights(gram_starts, grams, np.diff(starts), documents)
    order_starts, order = _reading_order(tokens, pairs.stem_of, documents)
    squares, stems = arithmetic.character_squares(
        order_starts, order, configuration.field_counts, gram_starts, grams, gram_weights
    )
    if frame:
        thin = frame.thin
    else:
        thin = configuration.thin * float((squares / np.maximum(stems, 1)).mean()) if documents else 0.0
    holder_starts, holders = _holders(gram_starts, grams)
    arrays = Arrays(
        features=pairs.keys,
        starts=starts,
        docs=doc[by_feature].astype(np.uint32),
        codes=codes,
        order_starts=order_starts,
        order=order,
        gram_starts=gram_starts,
        grams=grams,
        holder_starts=holder_starts,
        holders=holders,
        gram_weights=gram_weights,
        character_norms=np.maximum(np.sqrt(squares + thin), 1e-6).astype(np.float32),
        digests=tokens.digests,
        languages=tokens.languages,
    )
    return arrays, thin


def _reading_order(
    tokens: _Tokens, stem_of: NDArray[np.int64], documents: int
) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """Return (starts, stems): the content words of each document as they follow each other, BREAK between fields."""
    stems = stem_of[tokens.word] if len(tokens.word) else np.zeros(0, dtype=np.int64)
    content = np.flatnonzero(stems >= 0)
    breaks = len(FIELDS) - 1
    field, doc = tokens.field[content] % len(FIELDS), tokens.doc[content]
    order = np.full(len(content) + breaks * documents, BREAK, dtype=np.uint32)
    order[np.arange(len(content)) + breaks * doc + field] = stems[content]
    starts = _starts(doc, documents) + breaks * np.arange(documents + 1)
    return starts, order


def _holders(gram_starts: NDArray[np.int64], grams: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """Return (starts, stems): which stems have each piece, ascending; one that has it twice stands there twice."""
    owners = np.repeat(np.arange(len(gram_starts) - 1, dtype=np.uint32), np.diff(gram_starts))
    return _starts(grams.astype(np.int64), BUCKETS), owners[np.argsort(grams, kind="stable")]


def _starts(numbers: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(np.bincount(numbers, minlength=count))]).astype(np.int64)


def _gram_weights(
    gram_starts: NDArray[np.int64], grams: NDArray[np.int32], frequencies: NDArray[np.int64], documents: int
) -> NDArray[np.float32]:
    """Return the weight of each bucket: the rarer among the documents' stems, the heavier (smoothed idf)."""
    seen = np.bincount(grams, weights=np.repeat(frequencies, np.diff(gram_starts)), minlength=BUCKETS)
    return (np.log((1 + documents) / (1 + np.minimum(seen, documents))) + 1).astype(np.float32)
