import pytest

from app.domain.passwords import LONGEST, SHORTEST, why_refused

EMAIL = "anne.hansen@example.dk"


@pytest.mark.parametrize(
    "password",
    [
        "password1234", "Adgangskode2026!", "P@ssw0rd2026", "123456789012", "qwertyuiop12", "asdfghjklæø1",
        "aaaaaaaaaaaaa", "abababababab", "genklanggenklang", "Sommer2026!!", "Velkommen2026", "kommune-kommune",
        "anne.hansen12", "Anne.Hansen@example.dk",
    ],
)  # fmt: skip
def test_what_anybody_would_try_first_is_too_common(password: str) -> None:
    assert why_refused(password, email=EMAIL) == "too_common"


@pytest.mark.parametrize(
    "password",
    [
        "blå hest cykler langsomt", "x8Fq2LpZ91mT", "fire ord i række", "tagfatmedkommune", "7482-9105 mine grise",
        "密码密码不一样的句子很长呢", "        mellemrum tæller", "æøåæøåpqrstu",
    ],
)  # fmt: skip
def test_a_sentence_or_a_random_word_is_fine_without_rules_about_letters(password: str) -> None:
    assert why_refused(password, email=EMAIL) == ""


def test_the_length_is_counted_in_characters_at_both_ends() -> None:
    sentence = "æblegrød smager bedst om efteråret med kold fløde til " * 3
    assert why_refused(sentence[: SHORTEST - 1], email=EMAIL) == "too_short"
    assert why_refused(sentence[:SHORTEST], email=EMAIL) == ""
    assert why_refused(sentence[:LONGEST], email=EMAIL) == ""
    assert why_refused(sentence[: LONGEST + 1], email=EMAIL) == "too_long"
