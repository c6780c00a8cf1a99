"""Problems that are alike: pairs of documents scored from both sides, and groups of those that belong together."""

import heapq
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from matching.index import Index
from matching.model import FIELDS, Document, Match
from matching.words import words

# Nine of ten Danish proposals are right from 0.15 on, and no two judged problems that are not the same come near;
# docs/matching.md has the table, how many pairs stand behind it, and English collections, where it is less.
AT_LEAST: Final = 0.15
AT_LEAST_WITH_CATALOGUE: Final = 0.18
LARGEST: Final = 12
_LOOKED_AT: Final = 64  # the documents the index takes a second look at anyway
_BY_SOLUTIONS: Final = 0.3  # what meeting the same solutions counts beside the words, which count 1
_SOLUTIONS: Final = 10
_MOST_WORDS: Final = 8
_BEGINNING: Final = 5


@dataclass(frozen=True, slots=True)
class Pair:
    """Two documents that are alike; first < second.

    score: in [0, 1], the same whichever of the two is asked first; 1 only for the same text.
    words: words that met, the most telling first, each as the first and as the second document writes it; empty for
    the same text.
    """

    first: str
    second: str
    score: float
    words: tuple[tuple[str, str], ...] = ()
    same_text: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Documents that belong together.

    ids: two or more, ascending. score: mean over all pairs of different texts, a pair that was not found counting 0.
    words: the words that met in it, the most telling first, at most 8.
    """

    ids: tuple[str, ...]
    score: float
    words: tuple[str, ...]


def similar_pairs(
    documents: Iterable[Document],
    *,
    limit: int = 5,
    at_least: float | None = None,
    catalogue: Index | None = None,
) -> list[Pair]:
    """Return the pairs of `documents` that are alike, the most alike first, equal ones in order of id.

    limit: how many others a document may name; a pair is kept when either side names it.
    at_least: the lowest score; None = the threshold that was fitted, AT_LEAST or AT_LEAST_WITH_CATALOGUE.
    catalogue: the solutions; two problems for which the same ones come first are more alike.
    The score is the geometric mean of both directions of `Index.scores`, so that a long text that contains a short
    one is not alike for that alone. A pair that shares too little to say anything (label "weak_basis") is left out.
    Documents with the same words in the same order are compared once: each is paired with the first of them, and
    that one stands for all. A document without words is like nothing. Of two with one id the later is kept.
    Raises ValueError for limit < 0.
    """
    if limit < 0:
        raise ValueError(f"limit must not be negative, got {limit}")
    if at_least is None:
        at_least = AT_LEAST if catalogue is None else AT_LEAST_WITH_CATALOGUE
    classes = same_texts(documents)
    distinct = {members[0].id: members[0] for members in classes}
    same = [
        Pair(members[0].id, other.id, 1.0, same_text=True)
        for members in classes
        for other in members[1:]
        if limit and at_least <= 1
    ]
    index = Index.build(distinct.values())
    scores = _scored(index, distinct, at_least, catalogue)
    kept = _named(scores, limit)
    pairs = [*same, *_explained(index, distinct, {pair: scores[pair] for pair in kept})]
    return sorted(pairs, key=lambda pair: (-pair.score, pair.first, pair.second))


def same_texts(documents: Iterable[Document]) -> list[list[Document]]:
    """Return the documents that have words, those with the same words together, in order of id within and without."""
    unique = {document.id: document for document in documents}
    found: dict[tuple[str, ...], list[Document]] = {}
    for identity in sorted(unique):
        document = unique[identity]
        written = tuple(word for name in FIELDS for word in words(getattr(document, name)))
        if written:
            found.setdefault(written, []).append(document)
    return list(found.values())


def _scored(
    index: Index, documents: Mapping[str, Document], at_least: float, catalogue: Index | None
) -> dict[tuple[str, str], float]:
    """Return the score of each pair (first < second) that reaches `at_least`."""
    share = 0.0 if catalogue is None else _BY_SOLUTIONS
    by_words = (at_least * (1 + share)) - share  # less than this from the words cannot be made up for
    floor = max(by_words, 0.0) ** 2  # the other direction is 1 at most
    directed: dict[str, dict[str, float]] = {}
    for identity, document in documents.items():
        ranked = index.scores(document, limit=_LOOKED_AT, excluding={identity})
        directed[identity] = {other: score for other, score in ranked if score >= floor}
    solutions: dict[str, dict[str, float]] = {}
    found: dict[tuple[str, str], float] = {}
    for first, others in directed.items():
        for second, there in others.items():
            back = directed[second].get(first, 0.0)
            score = math.sqrt(there * back)
            if first > second or not score or score < by_words:
                continue
            if catalogue is not None:
                for identity in {first, second} - solutions.keys():
                    solutions[identity] = dict(catalogue.scores(documents[identity], limit=_SOLUTIONS))
                score = (score + share * _cosine(solutions[first], solutions[second])) / (1 + share)
            if score >= at_least:
                found[first, second] = score
    return found


def _cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    product = sum(one[name] * other[name] for name in sorted(one.keys() & other.keys()))
    lengths = math.sqrt(sum(score * score for score in one.values()) * sum(score * score for score in other.values()))
    return min(product / lengths, 1.0) if lengths else 0.0


def _named(scores: Mapping[tuple[str, str], float], limit: int) -> list[tuple[str, str]]:
    """Return the pairs that are among the `limit` best of either side."""
    taken: dict[str, int] = defaultdict(int)
    kept = []
    for pair in sorted(scores, key=lambda pair: (-scores[pair], pair)):
        first, second = pair
        if taken[first] < limit or taken[second] < limit:
            kept.append(pair)
        taken[first] += 1
        taken[second] += 1
    return kept


def _explained(
    index: Index, documents: Mapping[str, Document], scores: Mapping[tuple[str, str], float]
) -> Iterable[Pair]:
    """Yield those of the scored pairs that are no weak basis, from whichever side they are looked at."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for one, other in scores:
        wanted[one].add(other)
        wanted[other].add(one)
    matches: dict[tuple[str, str], Match] = {}
    for one, others in wanted.items():
        places = [name for name, _ in index.scores(documents[one], limit=_LOOKED_AT, excluding={one})]
        last = max(places.index(other) for other in others) + 1
        for match in index.rank(documents[one], limit=last, excluding={one}):
            if match.id in others and match.label != "weak_basis":
                matches[one, match.id] = match
    for first, second in scores:
        if (first, second) in matches and (second, first) in matches:
            met = tuple((term.word, term.met) for term in matches[first, second].terms)
            yield Pair(first, second, scores[first, second], met)


@dataclass(slots=True)
class _Clusters:
    """Clusters named by their smallest member. members: of each; links: the sum of scores between two of them."""

    members: dict[str, list[str]]
    links: dict[str, dict[str, float]] = field(default_factory=lambda: defaultdict(dict))

    def between(self, one: str, other: str) -> float:
        """Return the mean score over all pairs across two clusters."""
        return self.links[one].get(other, 0.0) / (len(self.members[one]) * len(self.members[other]))

    def join(self, one: str, other: str) -> None:
        """Put the cluster `other` into `one`."""
        self.members[one] += self.members.pop(other)
        theirs = self.links.pop(other)
        for third, score in theirs.items():
            del self.links[third][other]
            if third != one:
                self.links[one][third] = self.links[third][one] = self.links[one].get(third, 0.0) + score


def groups(pairs: Iterable[Pair], *, at_least: float = AT_LEAST, largest: int = LARGEST) -> list[Group]:
    """Return the groups that `pairs` make, the closest first, equal ones in order of ids; no document is in two.

    Average linkage (Sokal and Michener, 1958): two groups become one while the mean over all pairs across is at
    `at_least` or more, a missing pair counting 0. So a chain of neighbours that are not alike themselves is no group.
    largest: most different texts in a group; the same text, which is always kept together, counts once.
    Raises ValueError for largest < 1.
    """
    if largest < 1:
        raise ValueError(f"a group has room for at least one text, got {largest}")
    ordered = sorted(pairs, key=lambda pair: (pair.first, pair.second))
    stands_for = _standing([pair for pair in ordered if pair.same_text])
    scores: dict[tuple[str, str], Pair] = {}
    for pair in ordered:
        one, other = sorted((stands_for.get(pair.first, pair.first), stands_for.get(pair.second, pair.second)))
        if one != other and pair.score > (scores[one, other].score if (one, other) in scores else 0.0):
            scores[one, other] = pair
    names = {name for pair in scores for name in pair} | set(stands_for.values())
    clusters = _Clusters({name: [name] for name in names})
    for (one, other), pair in scores.items():
        clusters.links[one][other] = clusters.links[other][one] = pair.score
    _join(clusters, at_least, largest)
    copies: dict[str, list[str]] = defaultdict(list)
    for name, first in stands_for.items():
        copies[first].append(name)
    found = [_group(members, copies, scores) for members in clusters.members.values()]
    return sorted((group for group in found if len(group.ids) > 1), key=lambda group: (-group.score, group.ids))


def _standing(same: Sequence[Pair]) -> dict[str, str]:
    """Return document -> the smallest id with the same text, for all that have such a twin."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    for pair in same:
        one, other = sorted((root(pair.first), root(pair.second)))
        parent[other] = one
    return {name: root(name) for name in list(parent)}


def _join(clusters: _Clusters, at_least: float, largest: int) -> None:
    queue = [
        (-clusters.between(one, other), one, other)
        for one, others in clusters.links.items()
        for other in others
        if one < other
    ]
    heapq.heapify(queue)
    while queue:
        distance, one, other = heapq.heappop(queue)
        if -distance < at_least:
            break
        if not {one, other} <= clusters.members.keys() or clusters.between(one, other) != -distance:
            continue  # one of them has grown since
        if len(clusters.members[one]) + len(clusters.members[other]) > largest:
            continue
        clusters.join(one, other)
        for third in clusters.links[one]:
            near, far = sorted((one, third))
            heapq.heappush(queue, (-clusters.between(near, far), near, far))


def _group(
    members: Sequence[str], copies: Mapping[str, Sequence[str]], scores: Mapping[tuple[str, str], Pair]
) -> Group:
    texts = sorted(members)
    inside = [
        scores[one, other] for place, one in enumerate(texts) for other in texts[place + 1 :] if (one, other) in scores
    ]
    told: dict[str, float] = defaultdict(float)
    spelled: dict[str, str] = {}
    for pair in inside:
        for place, met in enumerate(pair.words):
            for word in dict.fromkeys(met):
                told[word.lower()] += pair.score / (place + 1)
                spelled.setdefault(word.lower(), word)
    best: dict[str, str] = {}
    for word in sorted(told, key=lambda word: (-told[word], word)):
        best.setdefault(word[:_BEGINNING], word)  # one inflection of a word tells as much as all
    possible = len(texts) * (len(texts) - 1) / 2
    return Group(
        ids=tuple(sorted({name for text in texts for name in (text, *copies.get(text, ()))})),
        score=min(sum(pair.score for pair in inside) / possible, 1.0) if possible else 1.0,
        words=tuple(spelled[word] for word in best.values())[:_MOST_WORDS],
    )
