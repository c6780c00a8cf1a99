"""What goes into the matcher and what comes out: plain frozen values, no behaviour."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

FieldName = Literal["title", "problem", "text"]
Label = Literal["strong", "possible", "weak_basis"]

FIELDS: tuple[FieldName, ...] = ("title", "problem", "text")
_NO_CONTEXT: Mapping[str, tuple[str, ...]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Document:
    """One text to rank or to rank by: a solution or a problem, in the same shape.

    id: unique within an index; equal scores are ordered by it.
    problem: the problem field: a solution's "which problem it solves", a problem's "what happens today".
    text: everything else. Each field may be empty; HTML marks are skipped, not shown to the ranking.
    language: "da", "no", "sv" or "en"; "" lets the matcher detect it; another code is read as detect.
    context: keys such as sector, target_group, organisation_kind, size, region, work_role -> codes.
    """

    id: str
    title: str
    problem: str
    text: str
    language: str = ""
    context: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _NO_CONTEXT)


@dataclass(frozen=True, slots=True)
class Span:
    """Where a word stands: character positions in one field of a document, end excluded."""

    field: FieldName
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Term:
    """One word of the query that met one word of the candidate.

    word, met: as written in the query and in the candidate (never a stem).
    share: part of the score of the words, in [0, 1]; the shares of one match sum to at most 1.
    query_spans, document_spans: where to highlight; in the order of the text.
    """

    word: str
    met: str
    share: float
    query_spans: tuple[Span, ...]
    document_spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Fit:
    """One context key stated on both sides, with the values of both."""

    name: str
    ours: tuple[str, ...]
    theirs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """One candidate, with its reasons.

    score: in [0, 1], comparable within one ranking; 1 = the same text.
    label: "weak_basis" when the query or what the two texts share is too thin to say anything.
    terms: words that met, the most telling first; never place names or proper names alone.
    fits, differs: context keys both sides state, sharing a value or not.
    """

    id: str
    score: float
    label: Label
    terms: tuple[Term, ...]
    fits: tuple[Fit, ...]
    differs: tuple[Fit, ...]


@dataclass(frozen=True, slots=True)
class About:
    """What made a ranking, so that an old suggestion can be explained.

    algorithm, version: name and version of the scoring; configuration: hash of every weight and word list;
    generation: id of the immutable part of the index ("memory" before it is published); documents: how many.
    """

    algorithm: str
    version: str
    configuration: str
    generation: str
    documents: int
