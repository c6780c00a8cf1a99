"""What was typed when the sign-in had run out goes back to the account that typed it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.store.people import KeptForm
from tests.people import PASSWORD, make_account
from tests.web.browsing import Browser, Site, site_on
from tests.web.test_sign_in import count


@pytest.fixture
def site(database: str, tmp_path: Path) -> Iterator[Site]:
    with site_on(database, tmp_path) as opened_site:
        with opened_site.database.transaction() as uow:
            make_account(uow)
        yield opened_site


@pytest.fixture
def browser(site: Site) -> Browser:
    return site.browser()


def _typed_by_anna_until_it_ran_out(site: Site, browser: Browser) -> None:
    with site.database.transaction() as uow:
        make_account(uow, "bent@example.dk", name="Bent Bo")
    browser.sign_in()
    browser.get("/accounts/profile")
    site.clock.pass_by(minutes=61)
    browser.get("/accounts/sign-in")  # another window of the same browser: the sign-in is forgotten there already
    browser.post("/accounts/profile", display_name="Annas hemmelige navn")
    assert "nothing is lost" in browser.page


def test_what_was_typed_is_given_to_the_account_that_typed_it_only(site: Site, browser: Browser) -> None:
    _typed_by_anna_until_it_ran_out(site, browser)
    answer = browser.post("/accounts/sign-in", email="bent@example.dk", password=PASSWORD)
    assert answer.location == "/overview"
    browser.follow(answer)
    assert "is not shown to you" in browser.page
    assert "Annas hemmelige navn" not in browser.get("/accounts/profile").text
    assert count(site, KeptForm) == 0


def test_the_account_that_typed_it_gets_it_back(site: Site, browser: Browser) -> None:
    _typed_by_anna_until_it_ran_out(site, browser)
    browser.follow(browser.post("/accounts/sign-in", email="anna@example.dk", password=PASSWORD))
    assert 'value="Annas hemmelige navn"' in browser.page
