"""A link in a mail opens one door, for a while, once."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from app.domain.errors import LinkNotValid
from app.use_cases.links import LinkSigner, Purpose, is_used, stable_nonce, use_link
from tests.people import opened
from tests.use_cases.introduction_world import at_once

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SIGNER = LinkSigner(["the present key that signs what is sent now"])
SUBJECT, ACCOUNT = uuid4(), uuid4()


def token(purpose: Purpose = Purpose.ANSWER_AS_OWNER, *, days: int = 10, nonce: str | None = None) -> str:
    return SIGNER.sign(
        purpose, subject_id=SUBJECT, account_id=ACCOUNT, expires_at=NOW + timedelta(days=days), nonce=nonce
    )


def test_a_link_says_what_it_was_signed_for() -> None:
    link = SIGNER.read(token(), Purpose.ANSWER_AS_ADOPTER, Purpose.ANSWER_AS_OWNER, now=NOW)
    assert (link.purpose, link.subject_id, link.account_id) == (Purpose.ANSWER_AS_OWNER, SUBJECT, ACCOUNT)
    assert link.expires_at == NOW + timedelta(days=10)


@pytest.mark.parametrize("purpose", [purpose for purpose in Purpose if purpose is not Purpose.ANSWER_AS_OWNER])
def test_a_link_opens_no_door_of_another_purpose(purpose: Purpose) -> None:
    with pytest.raises(LinkNotValid):
        SIGNER.read(token(), purpose, now=NOW)


def test_no_letter_of_a_link_can_be_changed() -> None:
    whole = token()
    for position in range(0, len(whole), 7):
        other = "A" if whole[position] != "A" else "B"
        with pytest.raises(LinkNotValid):
            SIGNER.read(whole[:position] + other + whole[position + 1 :], Purpose.ANSWER_AS_OWNER, now=NOW)


@pytest.mark.parametrize("nonsense", ["", ".", "a.b", "é", "A" * 5000, "\x00", token()[:-1], token() + "A"])
def test_nonsense_is_refused(nonsense: str) -> None:
    with pytest.raises(LinkNotValid):
        SIGNER.read(nonsense, *Purpose, now=NOW)


def test_a_link_ends_at_its_moment() -> None:
    SIGNER.read(token(days=1), Purpose.ANSWER_AS_OWNER, now=NOW + timedelta(hours=23, minutes=59))
    with pytest.raises(LinkNotValid) as refused:
        SIGNER.read(token(days=1), Purpose.ANSWER_AS_OWNER, now=NOW + timedelta(days=1))
    assert refused.value.code == "link_expired"


def test_links_signed_with_an_older_key_still_open_and_new_ones_take_the_new_key() -> None:
    rotated = LinkSigner(["the present key that signs what is sent now", "a newer key"])
    assert rotated.read(token(), Purpose.ANSWER_AS_OWNER, now=NOW).subject_id == SUBJECT
    fresh = rotated.sign(Purpose.RECONFIRM, subject_id=SUBJECT, account_id=ACCOUNT, expires_at=NOW + timedelta(days=1))
    assert LinkSigner(["a newer key"]).read(fresh, Purpose.RECONFIRM, now=NOW).subject_id == SUBJECT
    with pytest.raises(LinkNotValid):
        SIGNER.read(fresh, Purpose.RECONFIRM, now=NOW)


def test_the_same_mail_keeps_its_link_and_a_reminder_has_another() -> None:
    first, again = (token(nonce=stable_nonce("event:owner_asked:account")) for _ in range(2))
    assert first == again
    assert first != token(nonce=stable_nonce("later event:owner_reminder:account"))
    assert token() != token()


def test_looking_does_not_use_a_link_and_using_it_does(database: str) -> None:
    sent = token()
    with opened(database) as store:
        with store.reading() as uow:
            assert not is_used(uow, token=sent)
        with store.transaction() as uow:
            assert not is_used(uow, token=sent)
            use_link(uow, token=sent)
        with store.transaction() as uow, pytest.raises(LinkNotValid) as refused:
            use_link(uow, token=sent)
    assert refused.value.code == "link_used"


def test_an_act_that_is_undone_leaves_the_link_whole(database: str) -> None:
    sent = token()
    with opened(database) as store:

        def fail() -> None:
            with store.transaction() as uow:
                use_link(uow, token=sent)
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail()
        with store.reading() as uow:
            assert not is_used(uow, token=sent)


def test_of_two_clicks_at_the_same_moment_one_acts(database: str) -> None:
    sent = token()
    with opened(database) as store:

        def click() -> UUID:
            with store.transaction() as uow:
                use_link(uow, token=sent)
            return SUBJECT

        outcomes = at_once(click, click, click)
    assert outcomes.count(SUBJECT) == 1, outcomes
