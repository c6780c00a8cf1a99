"""Reasons are in the person's own spelling, and labels say when there is too little to go by."""

import pytest

from matching import Document, Fit, Index, Match, Span
from tests.matching.texts import problem

SOLUTIONS = [
    Document(
        "video",
        "Skærmbesøg i hjemmeplejen",
        "Hjælperne kører langt for korte besøg",
        "Borgeren får en skærm",
        context={"sector": ("elderly_care",), "size": ("100_499",), "region": ()},
    ),
    Document("school", "Morgenhold", "Elever møder ikke i skole", "En voksen henter eleven i Vejle hver morgen"),
    Document("sick", "Tidlig samtale", "Ansatte melder sig syge", "Lederen ringer til den sygemeldte medarbejder"),
    Document("waste", "Sortering", "Affald ender i forbrænding", "Skilte viser, hvor plast skal hen"),
    Document("hands", "Flere hænder", "Afdelingen mangler hænder i ferien", "Et vikarhold"),
]


@pytest.fixture(scope="module")
def index() -> Index:
    return Index.build(SOLUTIONS)


def _match(index: Index, text: str, identity: str) -> Match:
    return next(match for match in index.rank(problem(text)) if match.id == identity)


def test_a_reason_names_both_spellings_and_where_they_stand(index: Index) -> None:
    text = "Vi bruger lang tid på BESØGENE hos borgerne"
    terms = {term.word: term for term in _match(index, text, "video").terms}
    term = terms["BESØGENE"]
    assert term.met == "besøg"
    assert term.query_spans == (Span("problem", 22, 30),)
    assert text[22:30] == "BESØGENE"
    shown = {SOLUTIONS[0].title[span.start : span.end] for span in term.document_spans if span.field == "title"}
    assert shown == {"Skærmbesøg"}


def test_no_reason_is_a_stem(index: Index) -> None:
    written = {word.lower() for solution in SOLUTIONS for word in _all_words(solution)}
    match = _match(index, "Hjemmeplejens medarbejdere kører rundt til mange korte besøg", "video")
    assert match.terms
    assert {term.met.lower() for term in match.terms} <= written


def _all_words(document: Document) -> list[str]:
    return f"{document.title} {document.problem} {document.text}".replace(",", " ").split()


def test_a_place_is_never_the_only_reason(index: Index) -> None:
    match = _match(index, "Vi vil have bedre belysning, asfalt og parkering i midten af Vejle", "school")
    assert match.terms == ()
    assert match.label == "weak_basis"


@pytest.mark.parametrize(
    "text", ["Vi mangler hænder", "hænder", "Det er svært hos os", "mangler mangler mangler mangler"]
)
def test_a_thin_text_has_a_weak_basis_whatever_comes_first(index: Index, text: str) -> None:
    assert all(match.label == "weak_basis" for match in index.rank(problem(text)))


def test_one_shared_word_is_a_weak_basis(index: Index) -> None:
    match = _match(index, "Cyklister vælter, når der er plast på stien ved havnen efter festivalen", "waste")
    assert match.label == "weak_basis"


def test_context_says_what_fits_and_what_differs() -> None:
    ours = {
        "sector": ("elderly_care", "health"),
        "size": ("under_20",),
        "region": ("hovedstaden",),
        "work_role": ("leader",),
    }
    query = Document("q", "", "Korte besøg i hjemmeplejen tager lang tid", "", context=ours)
    match = Index.build(SOLUTIONS).rank(query)[0]
    assert match.fits == (Fit("sector", ("elderly_care", "health"), ("elderly_care",)),)
    assert match.differs == (Fit("size", ("under_20",), ("100_499",)),)
