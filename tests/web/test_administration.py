import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from app.domain.events import AccountRegistered
from app.domain.vocabulary import Role
from app.store.judgements import MatcherVersion
from app.store.outbox import Delivery, OutboxMessage
from app.store.people import Account
from app.use_cases.matcher_versions import weights_in_force
from matching import Configuration
from tests.people import make_account
from tests.web.browsing import Browser, Site, site_on


@pytest.fixture
def site(database: str, tmp_path: Path) -> Iterator[Site]:
    with site_on(database, tmp_path) as opened_site:
        with opened_site.database.transaction() as uow:
            make_account(uow, "ulla@genklang.example", {Role.ADMINISTRATOR}, "Ulla Ud")
            make_account(uow)
        yield opened_site


@pytest.fixture
def ulla(site: Site) -> Browser:
    browser = site.browser()
    browser.sign_in("ulla@genklang.example")
    return browser


def account(site: Site, email: str) -> tuple[UUID, list[str], bool]:
    with site.database.reading() as uow:
        found = uow.session.scalars(select(Account).where(Account.email == email)).one()
        return found.id, found.roles, found.disabled_at is not None


def give_up_a_message(site: Site) -> UUID:
    with site.database.transaction() as uow:
        uow.emit(AccountRegistered(uuid4()))
        uow.session.flush()
        message = uow.session.scalars(select(OutboxMessage)).one()
        message.state, message.last_error, message.attempts = Delivery.DEAD, "mail server says no", 18
        return message.id


@pytest.mark.parametrize("roles", [(), (Role.ADOPTER, Role.OWNER), (Role.CONSULTANT,)])
def test_to_other_people_the_administration_does_not_exist(site: Site, roles: tuple[Role, ...]) -> None:
    with site.database.transaction() as uow:
        make_account(uow, "eve@elsewhere.example", roles)
    anna_id = account(site, "anna@example.dk")[0]
    eve = site.browser()
    eve.sign_in("eve@elsewhere.example")
    for path in ("/administration/", "/administration/accounts", "/administration/messages", "/administration/matcher"):
        assert eve.get(path).status_code == 404
    for path in (
        f"accounts/{anna_id}/roles/consultant/give", f"accounts/{anna_id}/roles/adopter/take",
        "matcher/versions/0/on",
        f"accounts/{anna_id}/disable", f"accounts/{anna_id}/enable", f"messages/{give_up_a_message(site)}/retry",
    ):  # fmt: skip
        eve.get("/overview")
        assert eve.post(f"/administration/{path}").status_code == 404
        with site.database.transaction() as uow:
            for message in uow.session.scalars(select(OutboxMessage)):
                assert message.state is Delivery.DEAD
    assert account(site, "anna@example.dk")[1:] == (["adopter"], False)


def test_roles_are_given_and_taken_and_accounts_closed(site: Site, ulla: Browser) -> None:
    anna_id = account(site, "anna@example.dk")[0]
    ulla.get("/administration/accounts?q=anna")
    assert "ulla@genklang.example" not in ulla.page
    ulla.follow(ulla.post(f"/administration/accounts/{anna_id}/roles/consultant/give"))
    assert account(site, "anna@example.dk")[1] == ["adopter", "consultant"]
    ulla.follow(ulla.post(f"/administration/accounts/{anna_id}/roles/adopter/take"))
    assert account(site, "anna@example.dk")[1] == ["consultant"]
    ulla.follow(ulla.post(f"/administration/accounts/{anna_id}/disable"))
    assert account(site, "anna@example.dk")[2] is True
    ulla.follow(ulla.post(f"/administration/accounts/{anna_id}/enable"))
    assert account(site, "anna@example.dk")[2] is False
    ulla.get("/administration/accounts")
    for path in (f"{uuid4()}/disable", f"{anna_id}/roles/king/give", f"{anna_id}/promote"):
        assert ulla.post(f"/administration/accounts/{path}").status_code == 404


def test_the_last_administrator_cannot_go(site: Site, ulla: Browser) -> None:
    me = account(site, "ulla@genklang.example")[0]
    ulla.get("/administration/accounts")
    ulla.follow(ulla.post(f"/administration/accounts/{me}/disable"))
    assert "This is the last administrator." in ulla.page
    assert account(site, "ulla@genklang.example")[1:] == (["administrator"], False)


def test_a_message_that_was_given_up_is_shown_and_tried_again_by_one_click(site: Site, ulla: Browser) -> None:
    message_id = give_up_a_message(site)
    assert "1 message waits" in ulla.get("/administration/").text
    assert "mail server says no" in ulla.get("/administration/messages").text
    ulla.follow(ulla.post(f"/administration/messages/{message_id}/retry"))
    assert "None at the moment" in ulla.page
    with site.database.reading() as uow:
        assert uow.session.get_one(OutboxMessage, message_id).state is Delivery.PENDING


def test_every_form_of_these_areas_is_refused_without_the_pages_token(site: Site, ulla: Browser) -> None:
    areas = ("accounts.", "organisations.", "administration.")
    values = {
        "account_id": uuid4(),
        "organisation_id": uuid4(),
        "workplace_id": uuid4(),
        "message_id": uuid4(),
        "number": 1,
    }
    paths = {
        re.sub(r"<[^>]+>", "x", rule.rule) if not rule.arguments else _path(site, rule.endpoint, values)
        for rule in site.app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and rule.endpoint.startswith(areas)
    }
    assert len(paths) >= 15
    for path in sorted(paths):
        for token in (None, "IjAwMDAi.forged"):
            answer = ulla.post(path, csrf_token=token, form_key=str(uuid4()))
            assert answer.status_code == 400, path
    assert ulla.is_signed_in()


def _path(site: Site, endpoint: str, values: Mapping[str, object]) -> str:
    known: dict[str, Any] = {
        **values,
        "role": "owner",
        "token": "x",
        "act": "take" if endpoint.endswith("role") else "enable",
    }
    with site.app.test_request_context():
        arguments = next(iter(site.app.url_map.iter_rules(endpoint))).arguments
        return site.app.url_for(endpoint, **{name: known[name] for name in arguments})


def keep_version(site: Site, number: int) -> None:
    with site.database.transaction() as uow:
        uow.session.add(
            MatcherVersion(
                number=number, weights=asdict(replace(Configuration(), characters=0.31)), digest="abc", trained_on=40,
                held_out=17, before=0.6543, after=0.7012, made_at=uow.now, is_on=False,
            )
        )  # fmt: skip


def test_a_version_of_the_matcher_is_shown_with_its_figures_and_switched_on(site: Site, ulla: Browser) -> None:
    keep_version(site, 1)
    page = ulla.get("/administration/matcher").text
    for shown in ("0.654", "0.701", "0.31", "on 17 problems that it had not seen", "Nobody has decided"):
        assert shown in page
    assert ulla.post("/administration/matcher/versions/1/on").status_code == 303
    with site.database.reading() as uow:
        assert weights_in_force(uow).characters == 0.31
    ulla.get("/administration/matcher")
    assert ulla.post("/administration/matcher/versions/0/on").status_code == 303
    with site.database.reading() as uow:
        assert weights_in_force(uow) == Configuration()
    ulla.get("/administration/matcher")
    assert ulla.post("/administration/matcher/versions/7/on").status_code == 404
