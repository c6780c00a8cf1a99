"""Texts for the matcher's tests: small Danish documents made of everyday words of the public sector."""

from hypothesis import strategies as st

from matching import Document

_TEXT = """
borger borgere kommune hjemmepleje hjemmesygepleje sygepleje sygeplejerske skærmbesøg besøg videobesøg skole elev
elever fravær sygefravær lærer robot softwarerobot løft affald genbrug løsning møde vi er ikke det og at på i nat
ældre ældrepleje fald faldulykke toilet bad medicin journal telefon kø ventetid brev sprog 2024 12 Vejle Odense
"""
WORDS = _TEXT.split()

texts = st.lists(st.sampled_from(WORDS), min_size=0, max_size=12).map(" ".join)
documents = st.builds(
    Document,
    id=st.integers(0, 40).map(lambda number: f"d{number:02}"),
    title=texts,
    problem=texts,
    text=texts,
    language=st.sampled_from(["", "da", "no"]),
)
document_lists = st.lists(documents, max_size=15, unique_by=lambda document: document.id)


def problem(text: str, identity: str = "query") -> Document:
    """Return a document whose problem field is `text`."""
    return Document(id=identity, title="", problem=text, text="")
