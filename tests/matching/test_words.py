"""Words, languages, compounds and change of text."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching import Document, change
from matching.compounds import splitter
from matching.languages import detect
from matching.words import placed_words, words


def test_marks_are_skipped_and_hyphens_part_words() -> None:
    assert words("<p class='x'>It-supporten &amp; <b>e-Boks</b> 2024</p>") == ["it", "supporten", "e", "boks", "2024"]


def test_a_lone_smaller_than_sign_is_no_mark() -> None:
    assert words("a < b og 5 > 3") == ["a", "b", "og", "5", "3"]


@given(st.text(max_size=80))
def test_a_word_stands_where_it_says(text: str) -> None:
    placed = list(placed_words(text))
    assert [word for word, _, _ in placed] == words(text)
    assert all(text[start:end].lower() == word for word, start, end in placed)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Vi har ikke nogen til at hjælpe borgerne, og de venter", "da"),
        ("Vi har ikke noen til å hjelpe innbyggerne, og de venter etter at", "no"),
        ("Vi har inte någon som kan hjälpa och de väntar på att det ska bli", "sv"),
        ("We do not have anybody who can help and they are waiting for it", "en"),
    ],
)
def test_a_text_shows_its_language(text: str, language: str) -> None:
    assert detect(words(text)) == language


def test_a_text_without_signs_is_in_the_likely_language() -> None:
    assert detect(["robot"], likely="sv") == "sv"


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("skærmbesøg", ("skærm", "besøg")),
        ("arbejdsplads", ("arbejd", "plads")),
        ("hjemmesygepleje", ("hjemme", "sygepleje")),
        ("børnehave", ("børn", "have")),
        ("besøg", ()),
        ("xyzbesøg", ()),
        ("", ()),
    ],
)
def test_a_compound_splits_into_known_words(word: str, parts: tuple[str, ...]) -> None:
    known = {"skærm", "besøg", "arbejd", "plads", "hjemme", "sygepleje", "syge", "pleje", "børn", "have"}
    assert splitter(known.__contains__)(word) == parts


@pytest.mark.parametrize(
    "word", ["billederne", "organiseret", "mennesker", "forslag", "forebyggelse", "køkkenet", "indsatsens"]
)
def test_what_only_looks_like_a_compound_is_left_whole(word: str) -> None:
    known = {
        "bil",
        "leder",
        "lederne",
        "organise",
        "ret",
        "menne",
        "sker",
        "fors",
        "lag",
        "fore",
        "byggelse",
        "køkke",
        "net",
    }
    assert splitter((known | {"indsat", "sens"}).__contains__)(word) == ()


def test_change_counts_what_is_said_not_how() -> None:
    before = Document("a", "Skærmbesøg", "Borgeren får besøg på en skærm", "")
    same = Document("a", "", "<p>Skærmbesøg: BORGERNE får et besøg på skærmen</p>", "")
    assert change(before, same) == 0.0
    assert change(before, Document("a", "Vejsalt", "Glatte cykelstier", "")) == 1.0
    assert 0 < change(before, Document("a", "Skærmbesøg", "Borgeren venter", "")) < 1
    assert change(Document("a", "", "", ""), Document("b", "", "og", "")) == 0.0


def test_the_face_loads_neither_scikit_learn_nor_scipy_nor_numba() -> None:
    code = "import matching, sys; print([m for m in ('sklearn', 'scipy', 'numba', 'bm25s') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
