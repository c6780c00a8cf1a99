"""Why a candidate came: the words that met, in the person's own spelling, and what in the context fits."""

from collections import defaultdict
from dataclasses import dataclass, field

from matching.analysis import Analyser
from matching.labels import label_for
from matching.languages import language_of
from matching.meanings import FIELD_SIGN, Knowledge, phrases
from matching.model import FIELDS, Document, Fit, Match, Span, Term
from matching.places import is_place
from matching.query import Query
from matching.words import placed_words

_MOST_TERMS = 8


@dataclass(slots=True)
class _Meeting:
    """One spelling in the query and one in the candidate, with what they share."""

    weight: float = 0.0
    features: set[str] = field(default_factory=set)


class Explainer:
    """Makes a `Match` of a candidate and its score by reading both texts again."""

    def __init__(self, analyser: Analyser, knowledge: Knowledge, likely: str) -> None:
        self._analyser = analyser
        self._knowledge = knowledge
        self._likely = likely

    def match(self, query: Document, read: Query, candidate: Document, score: float) -> Match:
        """Return the match of `query` (as read) and `candidate`, with score and reasons."""
        ours = self._places(query, read.language)
        theirs = self._places(candidate, self._language(candidate))
        weights = dict(zip(read.names, read.informative.tolist(), strict=True))
        terms, telling = _terms(ours, theirs, weights)
        fits, differs = _context(query, candidate)
        return Match(
            id=candidate.id,
            score=score,
            label=label_for(score, distinct_words=read.distinct_words, shared=telling),
            terms=terms,
            fits=fits,
            differs=differs,
        )

    def _language(self, document: Document) -> str:
        sample = [word for name in FIELDS for word, _, _ in placed_words(getattr(document, name))]
        return language_of(document, sample, self._likely)

    def _places(self, document: Document, language: str) -> dict[str, dict[str, list[Span]]]:
        """Return feature -> spelling, as first written -> where it stands; whole words before compounds."""
        found: dict[str, dict[str, list[Span]]] = defaultdict(dict)
        shares: dict[tuple[str, str], float] = {}
        spellings: dict[str, str] = {}
        for name in FIELDS:
            content = getattr(document, name)
            placed = list(placed_words(content))
            for group, _, (first, last) in phrases(
                [word for word, _, _ in placed], language, self._analyser, self._knowledge
            ):
                start, end = placed[first][1], placed[last][2]
                found[group].setdefault(content[start:end], []).append(Span(name, start, end))
                shares[group, content[start:end]] = 1.0
            for word, start, end in placed:
                spelling = spellings.setdefault(word, content[start:end])
                for feature, share in self._analyser.features(word, language):
                    found[feature].setdefault(spelling, []).append(Span(name, start, end))
                    shares[feature, spelling] = share
        return {
            feature: dict(sorted(places.items(), key=lambda place: -shares[feature, place[0]]))
            for feature, places in found.items()
        }


def _terms(
    ours: dict[str, dict[str, list[Span]]], theirs: dict[str, dict[str, list[Span]]], weights: dict[str, float]
) -> tuple[tuple[Term, ...], int]:
    """Return the terms, the most telling first, and how many words other than place names met."""
    meetings: dict[tuple[str, str], _Meeting] = defaultdict(_Meeting)
    # That two words are from the same field of work is no reason by itself.
    shared = {feature for feature in ours.keys() & theirs.keys() if not feature.startswith(FIELD_SIGN)}
    for feature in sorted(shared):
        word = next(iter(ours[feature]))
        spellings = theirs[feature]
        met = next((spelling for spelling in spellings if spelling.lower() == word.lower()), next(iter(spellings)))
        meeting = meetings[word, met]
        meeting.weight += weights.get(feature, 0.0)
        meeting.features.add(feature)
    total = sum(weights.values()) or 1.0
    ranked = sorted(meetings.items(), key=lambda item: (-item[1].weight, item[0]))
    telling = [pair for pair, _ in ranked if not is_place(pair[1]) and not pair[1].isdigit()]
    if not telling:
        return (), 0
    terms = tuple(
        Term(
            word=word,
            met=met,
            share=min(meeting.weight / total, 1.0),
            query_spans=_spans(ours, meeting.features),
            document_spans=_spans(theirs, meeting.features),
        )
        for (word, met), meeting in ranked[:_MOST_TERMS]
    )
    return terms, len({word.lower() for word, _ in telling})


def _spans(places: dict[str, dict[str, list[Span]]], features: set[str]) -> tuple[Span, ...]:
    spans = {span for feature in features for found in places[feature].values() for span in found}
    return tuple(sorted(spans, key=lambda span: (FIELDS.index(span.field), span.start)))


def _context(query: Document, candidate: Document) -> tuple[tuple[Fit, ...], tuple[Fit, ...]]:
    fits: list[Fit] = []
    differs: list[Fit] = []
    for name in sorted(query.context.keys() & candidate.context.keys()):
        ours, theirs = query.context[name], candidate.context[name]
        if ours and theirs:
            (fits if set(ours) & set(theirs) else differs).append(Fit(name, tuple(ours), tuple(theirs)))
    return tuple(fits), tuple(differs)
