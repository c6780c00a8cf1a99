from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from app.domain.events import PasswordResetRequested
from app.store.people import Account
from app.use_cases.accounts import reset_subject
from app.use_cases.links import Purpose
from tests.people import PASSWORD, make_account, told
from tests.web.browsing import Browser, Site, site_on

NEW_PASSWORD = "en splinterny sætning nu"


@pytest.fixture
def site(database: str, tmp_path: Path) -> Iterator[Site]:
    with site_on(database, tmp_path) as opened_site:
        with opened_site.database.transaction() as uow:
            make_account(uow)
        yield opened_site


@pytest.fixture
def browser(site: Site) -> Browser:
    return site.browser()


def reset_link(site: Site, minutes: float = 30) -> str:
    with site.database.reading() as uow:
        account = uow.session.scalars(select(Account)).one()
        subject_id, account_id = reset_subject(account), account.id
    token = site.link(Purpose.RESET_PASSWORD, subject_id=subject_id, account_id=account_id, minutes=minutes)
    return f"/accounts/reset/{token}"


def account_id_of(site: Site) -> UUID:
    with site.database.reading() as uow:
        return uow.session.scalars(select(Account.id)).one()


def test_a_forgotten_password_is_replaced_by_the_mailed_link(site: Site, browser: Browser) -> None:
    elsewhere = site.browser()
    elsewhere.sign_in()
    browser.get("/accounts/reset")
    browser.follow(browser.post("/accounts/reset", email="Anna@Example.DK "))
    with site.database.reading() as uow:
        assert told(uow, PasswordResetRequested) == [str(account_id_of(site))]
    link = reset_link(site)
    for _ in range(3):
        assert browser.get(link).status_code == 200, "looking does not use the link up"
    answer = browser.post(link, password=NEW_PASSWORD)
    assert answer.location == "/accounts/sign-in"
    assert not browser.is_signed_in(), "the link changes the password and signs nobody in"
    assert not elsewhere.is_signed_in()
    assert browser.sign_in().status_code == 422
    assert browser.sign_in(password=NEW_PASSWORD).status_code == 303


def test_a_link_works_once_and_an_older_one_dies_with_it(site: Site, browser: Browser) -> None:
    older, newer = reset_link(site), reset_link(site)
    browser.get(newer)
    browser.post(newer, password=NEW_PASSWORD)
    for link in (older, newer):
        assert browser.get(link).status_code == 410
        browser.get("/accounts/sign-in")
        assert browser.post(link, password="endnu en anden sætning").status_code == 410
    assert browser.sign_in(password=NEW_PASSWORD).status_code == 303


def test_a_password_that_is_refused_leaves_the_link_whole(site: Site, browser: Browser) -> None:
    link = reset_link(site)
    browser.get(link)
    assert browser.post(link, password="password1234").status_code == 422
    assert "Others guess this one first" in browser.page
    assert browser.post(link, password=NEW_PASSWORD).status_code == 303


def test_a_link_that_is_too_old_altered_or_for_another_purpose_opens_nothing(site: Site, browser: Browser) -> None:
    account_id = account_id_of(site)
    other = site.link(Purpose.VERIFY_EMAIL, subject_id=account_id, account_id=account_id)
    fresh, old = reset_link(site), reset_link(site, minutes=59)
    for link in (f"/accounts/reset/{other}", fresh[:-3] + "abc", "/accounts/reset/x"):
        assert browser.get(link).status_code == 410
    site.clock.pass_by(hours=1)
    assert browser.get(old).status_code == 410
    assert "link does not work any more" in browser.page


def test_the_page_of_a_link_tells_its_address_to_nobody(site: Site, browser: Browser) -> None:
    answer = browser.get(reset_link(site))
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"


def test_guessing_the_password_at_a_verification_link_is_limited(site: Site, browser: Browser) -> None:
    account_id = account_id_of(site)
    link = f"/accounts/verify/{site.link(Purpose.VERIFY_EMAIL, subject_id=account_id, account_id=account_id)}"
    statuses = []
    for number in range(11):
        browser.get(link)
        statuses.append(browser.post(link, password=f"gæt nummer {number} af mange").status_code)
    assert statuses == [422] * 10 + [429]
    browser.get(link)
    assert browser.post(link, password=PASSWORD).status_code == 429
