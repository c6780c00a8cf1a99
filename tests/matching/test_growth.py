"""Between two generations the weights of characters and lengths, and the words known as parts, stay as they were."""

from pathlib import Path

from matching import Document, Index
from matching.evaluate.collections import load

GOLDEN = Path(__file__).parents[1] / "golden"
LEAST_IN_COMMON = 0.95  # of the first ten, after a tenth was added; docs/matching.md says what was measured


def test_after_a_tenth_was_added_the_first_ten_are_nearly_those_of_a_new_generation() -> None:
    collection = load(GOLDEN)
    documents = sorted(collection.documents, key=lambda document: document.id[::-1])
    tenth = len(documents) // 10
    grown, new = Index.build(documents[tenth:]), Index.build(documents)
    for document in documents[:tenth]:
        grown.add(document)
    shares = []
    for query in collection.queries:
        asked = Document(query.id, "", query.text, "")
        first, expected = ({name for name, _ in index.scores(asked, limit=10)} for index in (grown, new))
        shares.append(len(first & expected) / max(len(expected), 1))
    share = sum(shares) / len(shares)
    assert share >= LEAST_IN_COMMON, share
