from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, select
from werkzeug.test import TestResponse

from app.domain.events import AccountRegistered, RegistrationRepeated
from app.domain.vocabulary import Role
from app.store.people import Account, KeptForm, SignIn
from app.store.safety import Submission
from app.use_cases.accounts import find_by_email
from app.use_cases.links import Purpose
from app.web.accounts import limits
from tests.people import PASSWORD, make_account, make_workplace, register, told
from tests.web.browsing import Browser, Site, site_on, without_tokens

NEW: dict[str, Any] = {
    "display_name": "Bo Bech", "email": "bo@example.dk", "password": PASSWORD, "work_role": "leader",
    "wants": ["adopter", "owner"],
}  # fmt: skip


@pytest.fixture
def site(database: str, tmp_path: Path) -> Iterator[Site]:
    with site_on(database, tmp_path) as opened_site:
        with opened_site.database.transaction() as uow:
            make_account(uow)
        yield opened_site


@pytest.fixture
def browser(site: Site) -> Browser:
    return site.browser()


def send_registration(browser: Browser, **fields: Any) -> TestResponse:
    browser.get("/accounts/register")
    return browser.post("/accounts/register", **{**NEW, **fields})


def count(site: Site, table: type[Account] | type[SignIn] | type[Submission] | type[KeptForm]) -> int:
    with site.database.reading() as uow:
        return uow.session.scalar(select(func.count()).select_from(table)) or 0


def test_from_registering_by_the_mailed_link_to_the_overview(site: Site, browser: Browser) -> None:
    browser.get("/accounts/register?wants=owner")
    assert 'value="owner" checked' in browser.page
    browser.follow(browser.post("/accounts/register", **NEW))
    assert "Look in your mailbox" in browser.page
    with site.database.reading() as uow:
        account = find_by_email(uow, "bo@example.dk")
        assert account is not None
        account_id = account.id
        assert (account.roles, account.email_verified_at) == (["adopter", "owner"], None)
        assert told(uow, AccountRegistered) == [str(account_id)]
    token = site.link(Purpose.VERIFY_EMAIL, subject_id=account_id, account_id=account_id)
    assert browser.get(f"/accounts/verify/{token}").status_code == 200
    assert not browser.is_signed_in(), "opening a link signs nobody in"
    refused = browser.post(f"/accounts/verify/{token}", password="en fremmed gætter her")
    assert (refused.status_code, browser.is_signed_in()) == (422, False)
    browser.follow(browser.post(f"/accounts/verify/{token}", password=PASSWORD))
    assert "Find your workplace" in browser.page
    assert browser.get(f"/accounts/verify/{token}").status_code == 410, "a link works once"


def test_registering_looks_the_same_for_a_known_and_an_unknown_address(site: Site, browser: Browser) -> None:
    new = without_tokens(browser.follow(send_registration(browser)))
    known = without_tokens(browser.follow(send_registration(site.browser(), email="anna@example.dk")))
    assert new == known
    with site.database.reading() as uow:
        assert len(told(uow, RegistrationRepeated)) == 1


def test_signing_in_looks_the_same_for_a_known_and_an_unknown_address(site: Site) -> None:
    known = without_tokens(site.browser().sign_in("anna@example.dk", "ikke den rigtige her"))
    unknown = without_tokens(site.browser().sign_in("anne@example.dk", "ikke den rigtige her"))
    assert known[0] == 422
    assert (known[0], known[2].replace("anna@", "")) == (unknown[0], unknown[2].replace("anne@", ""))


@pytest.mark.parametrize("path", ["/accounts/reset", "/accounts/verify"])
def test_asking_for_a_link_looks_the_same_for_a_known_and_an_unknown_address(site: Site, path: str) -> None:
    seen = []
    for email in ("anna@example.dk", "nobody@example.dk"):
        browser = site.browser()
        browser.get(path)
        seen.append(without_tokens(browser.follow(browser.post(path, email=email))))
    assert seen[0] == seen[1]


def test_what_is_wrong_stands_at_the_field_and_what_was_typed_stays_but_not_the_password(browser: Browser) -> None:
    answer = send_registration(browser, email="bo@", password="kort og godt nok til 12", work_role="king", wants=None)
    assert answer.status_code == 422
    for text in ("Write an e-mail address like", "Choose one from the list.", "Choose at least one.", "Bo Bech"):
        assert text in browser.page
    assert "kort og godt" not in browser.page
    assert send_registration(browser, password="adgangskode2026").status_code == 422
    assert "Others guess this one first" in browser.page
    assert send_registration(browser, display_name="x" * 121).status_code == 422
    assert "at most 120 characters, and you have written 121" in browser.page


NASTY = ["\x00", "\ud800", "x" * 50_000, "<script>alert(1)</script>", "{{7*7}}", "=1+1", "2" * 400, "\u202e\u2028"]


@pytest.mark.parametrize("field", [*NEW, "form_key", "next"])
def test_no_text_breaks_the_form_or_comes_back_unescaped(
    site: Site, field: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "REGISTRATIONS_PER_ADDRESS", 100)
    browser = site.browser()
    for nasty in NASTY:
        answer = send_registration(browser, **{field: nasty.encode("utf-8", "surrogatepass")})
        assert answer.status_code in {303, 422}, nasty
        assert "<script>alert" not in browser.page


def test_a_form_sent_twice_makes_one_account_and_one_mail(site: Site, browser: Browser) -> None:
    browser.get("/accounts/register")
    page = browser.page
    first = browser.post("/accounts/register", **NEW)
    browser.page = page
    second = browser.post("/accounts/register", **NEW)
    assert (first.status_code, first.location) == (second.status_code, second.location)
    with site.database.reading() as uow:
        assert len(told(uow, AccountRegistered)) == 1
        assert told(uow, RegistrationRepeated) == []


def test_nothing_secret_is_kept_of_a_form(site: Site, browser: Browser) -> None:
    digests = set()
    for password in (PASSWORD, "en ganske anden sætning"):
        send_registration(browser, password=password)
        with site.database.transaction() as uow:
            digests.add(uow.session.scalars(select(Submission.body_digest)).one())
            uow.session.execute(delete(Submission))
    assert len(digests) == 1, "the digest does not depend on the password"


def test_nobody_makes_herself_an_administrator(site: Site, browser: Browser) -> None:
    assert send_registration(browser, wants=["adopter", "administrator"]).status_code == 422
    send_registration(browser, roles=["administrator"], email_verified_at="2026-01-01", is_administrator="1")
    with site.database.reading() as uow:
        account = find_by_email(uow, "bo@example.dk")
        assert account is not None
        assert (account.roles, account.email_verified_at) == (["adopter", "owner"], None)


def test_signing_in_begins_a_session_of_its_own(site: Site, browser: Browser) -> None:
    browser.get("/accounts/sign-in")
    with browser.client.session_transaction() as session:
        session["sign_in"] = "a secret that somebody planted"
        session["language"] = "en"
        before = dict(session)
    browser.post("/accounts/sign-in", email="anna@example.dk", password=PASSWORD)
    with browser.client.session_transaction() as session:
        after = dict(session)
    assert after["sign_in"] != before["sign_in"]
    assert after.get("csrf_token") != before["csrf_token"]
    assert after["language"] == "en"
    assert browser.is_signed_in()


def test_signing_in_again_ends_the_earlier_sign_in_of_the_same_browser(site: Site, browser: Browser) -> None:
    browser.sign_in()
    earlier = browser.cookie()
    browser.get("/accounts/profile")
    browser.post("/accounts/sign-in", email="anna@example.dk", password=PASSWORD)
    assert count(site, SignIn) == 1
    thief = site.browser()
    thief.client.set_cookie("genklang", earlier)
    assert not thief.is_signed_in()


def test_signing_out_makes_a_stolen_cookie_worthless(site: Site, browser: Browser) -> None:
    browser.sign_in()
    thief = site.browser("198.51.100.7")
    thief.client.set_cookie("genklang", browser.cookie())
    assert thief.is_signed_in(), "the cookie opens the door as long as it is good"
    browser.get("/overview")
    browser.follow(browser.post("/accounts/sign-out"))
    assert not browser.is_signed_in()
    assert not thief.is_signed_in()
    assert count(site, SignIn) == 0


def test_signing_out_everywhere_reaches_the_other_browsers(site: Site, browser: Browser) -> None:
    other = site.browser()
    other.sign_in()
    browser.sign_in()
    browser.get("/accounts/profile")
    browser.post("/accounts/sign-ins/end")
    assert not browser.is_signed_in()
    assert not other.is_signed_in()


def test_a_closed_account_is_cut_off_at_the_next_request(site: Site, browser: Browser) -> None:
    browser.sign_in()
    assert browser.is_signed_in()
    with site.database.transaction() as uow:
        uow.session.scalars(select(Account)).one().disabled_at = site.clock.now
    assert not browser.is_signed_in()


def test_a_role_that_was_taken_bites_at_the_next_request(site: Site, browser: Browser) -> None:
    with site.database.transaction() as uow:
        uow.session.scalars(select(Account)).one().roles = [Role.ADMINISTRATOR.value]
    browser.sign_in()
    assert browser.get("/administration/").status_code == 200
    with site.database.transaction() as uow:
        uow.session.scalars(select(Account)).one().roles = []
    assert browser.get("/administration/").status_code == 404


def test_a_sign_in_that_has_run_out_keeps_what_was_typed(site: Site, browser: Browser) -> None:
    browser.sign_in()
    browser.get("/accounts/profile")
    site.clock.pass_by(minutes=61)
    typed: dict[str, Any] = {
        "display_name": "Anna Ny",
        "phone": "12 34",
        "work_role": "leader",
        "language": "en",
        "wants": ["owner"],
    }
    asked = browser.post("/accounts/profile", **typed)
    assert asked.status_code == 401
    assert "nothing is lost" in browser.page
    assert "Anna Alm" in _name(site), "nothing was changed"
    answer = browser.post("/accounts/sign-in", email="anna@example.dk", password=PASSWORD)
    assert answer.location == "/accounts/profile"
    browser.follow(answer)
    assert 'value="Anna Ny"' in browser.page
    assert 'value="12 34"' in browser.page
    browser.follow(browser.post("/accounts/profile", **typed))
    assert _name(site) == "Anna Ny"
    assert count(site, KeptForm) == 0, "what has been sent is forgotten"


def _name(site: Site) -> str:
    with site.database.reading() as uow:
        return uow.session.scalars(select(Account.display_name)).one()


def test_a_wrong_password_on_the_way_back_does_not_lose_what_was_typed(site: Site, browser: Browser) -> None:
    browser.sign_in()
    browser.get("/accounts/profile")
    site.clock.pass_by(minutes=61)
    browser.post("/accounts/profile", display_name="Anna Ny")
    assert (
        browser.post("/accounts/sign-in", email="anna@example.dk", password="forkert i første omgang").status_code
        == 422
    )
    browser.follow(browser.post("/accounts/sign-in", email="anna@example.dk", password=PASSWORD))
    assert 'value="Anna Ny"' in browser.page


def test_a_kept_form_that_was_altered_is_dropped(site: Site, browser: Browser) -> None:
    browser.get("/accounts/sign-in")
    answer = browser.post(
        "/accounts/sign-in", email="anna@example.dk", password=PASSWORD, kept_form="eyJwYXRoIjo.forged"
    )
    assert answer.location == "/overview"
    assert count(site, KeptForm) == 0


def test_a_visitor_comes_back_to_the_page_she_wanted(site: Site, browser: Browser) -> None:
    assert browser.get("/workplaces/join?q=viborg").status_code == 401
    answer = browser.post("/accounts/sign-in", email="anna@example.dk", password=PASSWORD)
    assert answer.location == "/workplaces/join?q=viborg"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "/\tevil",
        "https:evil.example", "javascript:alert(1)", "/%0d%0aLocation: x\r\n", "evil.example", "/..//evil.example",
    ],
)  # fmt: skip
def test_signing_in_never_leads_off_this_site(site: Site, elsewhere: str) -> None:
    browser = site.browser()
    browser.get("/accounts/sign-in")
    answer = browser.post("/accounts/sign-in", email="anna@example.dk", password=PASSWORD, next=elsewhere)
    assert answer.location is not None
    assert answer.location.startswith("/")
    assert not answer.location.startswith(("//", "/\\"))
    assert "\r" not in answer.location


def test_guessing_is_stopped_and_the_owner_still_gets_in_from_her_own_place(site: Site) -> None:
    stranger, owner = site.browser("198.51.100.7"), site.browser("192.0.2.1")
    answers = [stranger.sign_in(password="gætter endnu en gang").status_code for _ in range(12)]
    assert answers == [422] * limits.SIGN_INS_PER_PERSON + [429] * 2
    right = stranger.sign_in()
    assert (right.status_code, stranger.is_signed_in()) == (429, False), "the right password does not help now"
    assert 0 < int(right.headers["Retry-After"]) <= limits.SIGN_IN_WINDOW_SECONDS
    assert owner.sign_in().status_code == 303
    site.clock.pass_by(seconds=limits.SIGN_IN_WINDOW_SECONDS)
    assert stranger.sign_in().status_code == 303


def test_a_forged_forwarding_header_gains_nothing(site: Site) -> None:
    browser = site.browser()
    statuses = []
    for number in range(12):
        browser.get("/accounts/sign-in")
        answer = browser.post(
            "/accounts/sign-in",
            {"X-Forwarded-For": f"203.0.113.{number}"},
            email="anna@example.dk",
            password="nej nej nej nej",
        )
        statuses.append(answer.status_code)
    assert statuses[-2:] == [429, 429]


def test_registrations_from_one_address_are_limited(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "REGISTRATIONS_PER_ADDRESS", 2)
    browser = site.browser()
    statuses = [send_registration(browser, email=f"bo{number}@example.dk").status_code for number in range(3)]
    assert statuses == [303, 303, 429]
    assert count(site, Account) == 3


def test_one_mailbox_gets_at_most_a_few_links_an_hour_and_nobody_can_tell(site: Site) -> None:
    with site.database.transaction() as uow:
        register(uow, "bo@example.dk")
    for _ in range(limits.LINKS_PER_EMAIL + 2):
        browser = site.browser()
        browser.get("/accounts/verify")
        assert browser.post("/accounts/verify", email="bo@example.dk").status_code == 303
    with site.database.reading() as uow:
        assert len(told(uow, AccountRegistered)) == 1 + limits.LINKS_PER_EMAIL


def test_the_cookie_is_the_browsers_own_secret(site: Site, sqlite_database: str, tmp_path: Path) -> None:
    flags = site.browser().sign_in().headers["Set-Cookie"]
    assert "HttpOnly" in flags
    assert "SameSite=Lax" in flags
    assert "Domain" not in flags
    with site_on(sqlite_database, tmp_path, base_url="https://genklang.example") as secure:
        with secure.database.transaction() as uow:
            make_account(uow)
        client = secure.app.test_client()
        page = client.get("/accounts/sign-in", base_url="https://genklang.example")
        flags = page.headers["Set-Cookie"]
    assert flags.startswith("__Host-genklang=")
    assert "Secure" in flags
    assert "Path=/" in flags


def test_the_profile_is_changed_and_the_language_with_it(site: Site, browser: Browser) -> None:
    browser.sign_in()
    browser.get("/accounts/profile")
    browser.post(
        "/accounts/profile", display_name="Anna Alm", phone="", work_role="practitioner", language="da",
        wants=["owner"], roles=["administrator"],
    )  # fmt: skip
    with site.database.reading() as uow:
        account = uow.session.scalars(select(Account)).one()
        assert (account.roles, account.digest_wanted) == (["owner"], False)
    assert '<html lang="da">' in browser.get("/accounts/profile").text


def test_the_overview_leads_on_from_an_empty_start(site: Site, browser: Browser) -> None:
    browser.sign_in()
    assert "Find your workplace" in browser.get("/overview").text
    with site.database.transaction() as uow:
        make_workplace(uow, "Skolen", uow.session.scalars(select(Account)).one())
    page = browser.get("/overview").text
    assert "Describe your first problem" in page
    assert "Skolen, Sandby Kommune" in page
