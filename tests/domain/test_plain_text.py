import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.plain_text import many_lines, one_line


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Hjemmepleje\x00n \x07", "Hjemmeplejen"),
        ("en\r\nto\rtre\u2028fire\x0bfem", "en\nto\ntre\nfire\nfem"),
        ("lone \ud800 half", "lone  half"),
        ("\u202eevil\u202c \ufeffbom", "evil bom"),
        ("A\u030arhus", "Århus"),
        ("tab\tstays", "tab\tstays"),
        ("=1+1 <b>{{ 7*7 }}</b>", "=1+1 <b>{{ 7*7 }}</b>"),
    ],
)
def test_what_cannot_be_seen_disappears_and_what_can_stays(typed: str, kept: str) -> None:
    assert many_lines(typed) == kept


def test_one_line_has_single_spaces() -> None:
    assert one_line(" Sandby\n\n  Kommune\t") == "Sandby Kommune"


@given(st.text(st.characters(exclude_categories=())))
def test_cleaning_twice_changes_nothing_and_any_text_can_be_stored(typed: str) -> None:
    cleaned = many_lines(typed)
    assert many_lines(cleaned) == cleaned
    assert "\x00" not in cleaned
    cleaned.encode("utf-8")
