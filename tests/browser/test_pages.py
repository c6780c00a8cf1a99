"""The main pages as people see them: axe finds nothing, nothing is wider than the window, nothing is refused."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select

from app.demo.load import load_demo
from app.demo.logins import DEMO_LOGINS, DEMO_PASSWORD
from app.domain.knowledge import WordGroup
from app.domain.vocabulary import Actor, GroupKind, IntroductionStatus, ProblemStatus, Role, SuggestionStatus
from app.store.catalogue import Problem
from app.store.introductions import Introduction
from app.store.matches import Suggestion
from app.store.people import Account
from app.use_cases import knowledge
from tests.journeys.service import Service, running_service, wait_until
from tests.servers import databases
from tests.servers.fixtures import empty_broker
from tests.servers.smtp import SmtpSink

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

ADOPTER, OWNER, CONSULTANT, ADMINISTRATOR = (email for _, email, _ in DEMO_LOGINS)
WINDOWS = {"wide": (1280, 900), "narrow": (360, 740)}

# name, who looks, address; {problem} and the like are filled in from the demo's data
PAGES = [
    ("front", None, "/"),
    ("catalogue", None, "/solutions"),
    ("solution", None, "{solution}"),
    ("sign-in", None, "/accounts/sign-in"),
    ("register", None, "/accounts/register"),
    ("overview", ADOPTER, "/overview"),
    ("problem-form", ADOPTER, "/problems/new"),
    ("problem", ADOPTER, "{own_problem}"),
    ("solution-form", OWNER, "/solutions/new"),
    ("suggestions", CONSULTANT, "{problem}"),
    ("suggestion", CONSULTANT, "{suggestion}"),
    ("queue", CONSULTANT, "/queue"),
    ("introductions", CONSULTANT, "/introductions"),
    ("introduction", CONSULTANT, "{introduction}"),
    ("knowledge", CONSULTANT, "/knowledge/?q=hjemme"),
    ("knowledge-form", CONSULTANT, "{known_group}"),
    ("knowledge-preview", CONSULTANT, "{preview}"),
    ("administration", ADMINISTRATOR, "/administration"),
    ("matcher", ADMINISTRATOR, "/administration/matcher"),
]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("pages")
    url = databases.sqlite_copy(folder)
    load_demo(url)
    with (
        SmtpSink() as sink,
        running_service(folder, database_url=url, broker_url=empty_broker("valkey"), sink=sink) as running,
    ):
        wait_until(lambda: _all_matched(running), "suggestions for the demo's problems", seconds=60)
        yield running


@pytest.fixture(scope="module")
def addresses(service: Service) -> dict[str, str]:
    """The addresses of one thing of each kind."""
    with service.database.reading() as uow:
        suggestion = uow.session.scalars(
            select(Suggestion).where(Suggestion.status == SuggestionStatus.SUGGESTED).order_by(Suggestion.score.desc())
        ).first()
        introduction = uow.session.scalars(
            select(Introduction).where(Introduction.status == IntroductionStatus.INTRODUCED)
        ).first()
        own = uow.session.scalars(
            select(Introduction).where(Introduction.status == IntroductionStatus.ASKING_ADOPTER)
        ).first()
        assert suggestion is not None
        assert introduction is not None
        assert own is not None
        return {
            "problem": f"/problems/{suggestion.problem_id}",
            "suggestion": f"/suggestions/{suggestion.id}",
            "solution": f"/solutions/{suggestion.solution_id}",
            "introduction": f"/introductions/{introduction.id}",
            "own_problem": "/overview",
            **_taught(service),
        }


def _taught(service: Service) -> dict[str, str]:
    """Return the pages of a group of words that a consultant wrote, and of one that she tried out."""
    written = WordGroup(("snurredims", "drejetingest"), ("den der dut",), note="Sådan siger de i Vestby.")
    tried = WordGroup(("borger", "medarbejder", "barn"), kind=GroupKind.NEAR)
    with service.database.transaction() as uow:
        account_id = uow.session.scalars(select(Account.id).where(Account.email == CONSULTANT)).one()
        actor = Actor(account_id, frozenset({Role.CONSULTANT}))
        group_id = knowledge.save_group(uow, actor=actor, group=written)
        preview_id = knowledge.try_group(uow, actor=actor, group=tried, group_id=None, key="")

    def changes() -> int:
        with service.database.reading() as uow:
            result = knowledge.preview_of(uow, actor=actor, preview_id=preview_id).result
            return len(result["changes"]) if result else 0

    wait_until(lambda: changes() > 0, "a preview that finds changes", seconds=60)
    return {"known_group": f"/knowledge/{group_id}", "preview": f"/knowledge/preview/{preview_id}"}


@pytest.fixture(scope="module")
def signed_in(browser: Browser, service: Service) -> dict[str, Any]:
    """The cookies of each person, signed in once."""
    cookies: dict[str, Any] = {}
    for who in (ADOPTER, OWNER, CONSULTANT, ADMINISTRATOR):
        with browser.new_context() as context:
            page = context.new_page()
            page.goto(f"{service.url}/accounts/sign-in")
            page.fill("input[name=email]", who)
            page.fill("input[name=password]", DEMO_PASSWORD)
            page.locator("main form button[type=submit]").first.click()
            page.wait_for_url("**/overview")
            cookies[who] = context.storage_state()
    return cookies


def _all_matched(service: Service) -> bool:
    with service.database.reading() as uow:
        waiting = select(func.count()).where(Problem.status == ProblemStatus.OPEN, Problem.matched_version == 0)
        return uow.session.scalar(waiting) == 0


@contextmanager
def _window(browser: Browser, cookies: Any, size: str, language: str) -> Iterator[Page]:
    width, height = WINDOWS[size]
    locale = {"da": "da-DK", "en": "en-GB"}[language]
    context = browser.new_context(viewport={"width": width, "height": height}, locale=locale, storage_state=cookies)
    yield context.new_page()
    context.close()


def _speak(page: Page, language: str) -> None:
    """Press the footer's button for the other language where the page speaks another one."""
    if page.locator("html").get_attribute("lang") != language:
        page.locator("footer form[action='/language'] button").first.click()
        page.wait_for_selector(f"html[lang={language}]")


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("size", list(WINDOWS))
@pytest.mark.parametrize("place", PAGES, ids=[name for name, _, _ in PAGES])
def test_a_page_is_well_built(
    browser: Browser,
    service: Service,
    addresses: dict[str, str],
    signed_in: dict[str, Any],
    axe_source: str,
    place: tuple[str, str | None, str],
    size: str,
    language: str,
) -> None:
    name, who, path = place
    with _window(browser, signed_in[who] if who else None, size, language) as page:
        refused: list[str] = []
        page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: refused.append(str(error)))
        answer = page.goto(service.url + path.format(**addresses))
        assert answer is not None
        assert answer.status == 200
        if path == "{own_problem}":
            page.locator("main a[href^='/problems/']:not([href$=new])").first.click()
            page.wait_for_url(re.compile("/problems/[0-9a-f-]+"))
        _speak(page, language)
        assert page.locator("html").get_attribute("lang") == language
        assert refused == [], f"{name}: the browser refused something"
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, f"{name} is {wider} pixels wider than the window at {urlsplit(page.url).path}"
        page.evaluate(axe_source)
        found: list[dict[str, Any]] = page.evaluate("axe.run()")["violations"]
        assert [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found] == []
