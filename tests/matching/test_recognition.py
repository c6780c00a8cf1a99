"""What a text is about: said by neighbours that agree, and not said where they do not."""

from matching import Document, Index
from matching.recognition import recognise
from tests.matching.texts import problem


def told(name: str, text: str, *sectors: str) -> Document:
    return Document(name, "", text, "", "da", {"sector": sectors} if sectors else {})


CARE = [told(f"c{n}", f"Natlige tilsyn vækker borgerne på plejehjemmet {n}", "elderly_care") for n in range(3)]
SCHOOL = [told(f"s{n}", f"Eleverne har fravær fra skolen om mandagen {n}", "school") for n in range(3)]


def test_neighbours_that_agree_tell_what_a_text_is_about() -> None:
    index = Index.build([*CARE, *SCHOOL])
    assert recognise(index, problem("Tilsyn om natten vækker borgerne"), key="sector") == "elderly_care"
    assert recognise(index, problem("Fravær blandt eleverne"), key="sector") == "school"


def test_neighbours_that_do_not_agree_or_are_not_there_tell_nothing() -> None:
    torn = [
        told("a", "Natlige tilsyn vækker borgerne", "health"),
        told("b", "Natlige tilsyn vækker borgerne", "school"),
    ]
    assert recognise(Index.build(torn), problem("natlige tilsyn vækker"), key="sector") == ""
    assert recognise(Index.build(CARE), problem("affald i skoven"), key="sector") == ""
    assert recognise(Index.build([told("a", "Natlige tilsyn")]), problem("natlige tilsyn"), key="sector") == ""
    assert recognise(Index.build([]), problem("natlige tilsyn"), key="sector") == ""


def test_a_text_does_not_tell_about_itself() -> None:
    index = Index.build([*CARE, told("x", "Natlige tilsyn vækker borgerne på plejehjemmet", "school")])
    assert recognise(index, told("x", "Natlige tilsyn vækker borgerne på plejehjemmet"), key="sector") == "elderly_care"
