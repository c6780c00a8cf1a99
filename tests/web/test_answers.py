"""Answers by mail link: GET shows and changes nothing, POST answers once, and no link shows contact details."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import delete, func, select

from app.domain.steps import step_named
from app.domain.vocabulary import Actor, ProblemStatus, Role, SolutionStatus
from app.domain.vocabulary import IntroductionStatus as Status
from app.store.catalogue import Problem, Solution
from app.store.introductions import Introduction
from app.store.people import Account, Membership, Workplace
from app.store.safety import UsedLink
from app.use_cases.links import Purpose
from app.web.introductions.answers import ASKED
from tests.use_cases.introduction_world import at_once
from tests.web.introduction_site import Site

OWNER_ASKED = ("ask_adopter", "accept_as_adopter")


@pytest.fixture
def site(database: str, tmp_path: Path) -> Iterator[Site]:
    made = Site(database, tmp_path)
    yield made
    made.world.database.dispose()


def owner_link(site: Site) -> tuple[UUID, str]:
    introduction_id = site.world.introduction(None, None, *OWNER_ASKED)
    return introduction_id, site.link(Purpose.ANSWER_AS_OWNER, introduction_id, site.world.owner)


def used(site: Site) -> int:
    with site.world.database.reading() as uow:
        return uow.session.scalar(select(func.count()).select_from(UsedLink)) or 0


def test_every_question_leads_to_steps_that_exist() -> None:
    for asked in ASKED.values():
        for name in (asked.yes, asked.no):
            assert step_named(asked.lifecycle, name) is not None, name


def test_looking_changes_nothing_however_often(site: Site) -> None:
    introduction_id, link = owner_link(site)
    for method in ("GET", "HEAD", "GET"):
        assert site.client().open(link, method=method).status_code == 200
    assert used(site) == 0
    assert site.world.status(introduction_id) is Status.ASKING_OWNER


def test_the_page_shows_what_is_asked_and_never_contact_details(site: Site) -> None:
    introduction_id = site.world.introduction(None, None, "ask_adopter")
    adopter_link = site.link(Purpose.ANSWER_AS_ADOPTER, introduction_id, site.world.adopter)
    shown = site.get(adopter_link).text
    assert "Hjemmeplejen Syd, Sydby Kommune" in shown
    assert "Ord til genbrugeren" in shown
    assert "Ord til løsningsejeren" not in shown
    site.world.step(introduction_id, "accept_as_adopter")
    shown += site.get(site.link(Purpose.ANSWER_AS_OWNER, introduction_id, site.world.owner)).text
    assert "Plejecenter Engen, Nordby Kommune" in shown
    for actor in (site.world.adopter, site.world.owner):
        assert actor.account_id is not None
        account = site.world.read(Account, actor.account_id)
        for secret in (account.email, account.phone, account.display_name):
            assert secret not in shown


def test_a_yes_of_each_side_introduces_them_and_signs_nobody_in(site: Site) -> None:
    introduction_id = site.world.introduction(None, None, "ask_adopter")
    first = site.post(
        site.link(Purpose.ANSWER_AS_ADOPTER, introduction_id, site.world.adopter), None, {"answer": "yes"}
    )
    assert (first.status_code, first.location) == (303, "/answers/yes_of_adopter")
    assert site.world.status(introduction_id) is Status.ASKING_OWNER
    second = site.post(site.link(Purpose.ANSWER_AS_OWNER, introduction_id, site.world.owner), None, {"answer": "yes"})
    assert second.location == "/answers/yes_of_owner"
    stored = site.world.read(Introduction, introduction_id)
    assert stored.status is Status.INTRODUCED
    assert (stored.adopter_contact_id, stored.owner_contact_id) == (
        site.world.adopter.account_id, site.world.owner.account_id,
    )  # fmt: skip
    assert site.get(f"/introductions/{introduction_id}").status_code == 401
    assert site.get("/answers/yes_of_owner").status_code == 200
    assert site.get("/answers/whatever").status_code == 404


def test_a_no_needs_a_reason_and_keeps_what_was_typed(site: Site) -> None:
    introduction_id, link = owner_link(site)
    answer = site.post(link, None, {"answer": "no", "note": "Vi har travlt"})
    assert answer.status_code == 422
    assert "Vi har travlt" in answer.text
    assert (used(site), site.world.status(introduction_id)) == (0, Status.ASKING_OWNER)
    answer = site.post(link, None, {"answer": "no", "reason": "no_time_now", "note": "Vi har travlt"})
    assert (answer.status_code, answer.location) == (303, "/answers/no")
    stored = site.world.read(Introduction, introduction_id)
    assert (stored.status, stored.reason) == (Status.DECLINED_BY_OWNER, "no_time_now")
    assert used(site) == 1


def test_a_link_answers_once(site: Site) -> None:
    introduction_id, link = owner_link(site)
    site.post(link, None, {"answer": "yes"})
    for answer in (site.post(link, None, {"answer": "no", "reason": "other"}), site.get(link)):
        assert answer.status_code == 410
        assert "already" in answer.text or "allerede" in answer.text
    assert site.world.status(introduction_id) is Status.INTRODUCED


def test_a_double_click_gets_the_same_answer(site: Site) -> None:
    _, link = owner_link(site)
    fields = {"answer": "yes", "form_key": "6f1c1d3e-1111-4111-8111-0123456789ab"}
    first, second = site.post(link, None, fields), site.post(link, None, fields)
    assert (first.status_code, first.location) == (second.status_code, second.location)
    assert used(site) == 1


def test_two_clicks_at_the_same_moment_answer_once(site: Site) -> None:
    introduction_id, link = owner_link(site)

    def click() -> int:
        return site.app.test_client().post(link, data={"answer": "yes"}).status_code

    codes = at_once(click, click)
    assert 303 in codes
    assert set(codes) <= {303, 409, 410}
    assert (used(site), site.world.status(introduction_id)) == (1, Status.INTRODUCED)


@pytest.mark.parametrize("change", ["altered", "cut", "expired", "other purpose", "nonsense"])
def test_a_link_that_is_not_valid_gets_a_helpful_page(site: Site, change: str) -> None:
    introduction_id, link = owner_link(site)
    links = {
        "altered": link[:-3] + ("AAA" if not link.endswith("AAA") else "BBB"),
        "cut": link[:-10],
        "other purpose": site.link(Purpose.RESET_PASSWORD, introduction_id, site.world.owner),
        "nonsense": "/answer/%F0%9F%98%80",
    }
    if change == "expired":
        site.world.pass_time(days=15)
    for answer in (site.get(links.get(change, link)), site.post(links.get(change, link), None, {"answer": "yes"})):
        assert answer.status_code == 410
        assert "Plejecenter" not in answer.text
    assert site.world.status(introduction_id) is Status.ASKING_OWNER


def test_a_link_of_one_side_does_not_answer_for_the_other(site: Site) -> None:
    introduction_id = site.world.introduction(None, None, *OWNER_ASKED)
    stolen = site.link(Purpose.ANSWER_AS_OWNER, introduction_id, site.world.adopter)
    assert site.get(stolen).status_code == 410
    assert site.post(stolen, None, {"answer": "yes"}).status_code == 410
    assert site.world.status(introduction_id) is Status.ASKING_OWNER


def without(site: Site, actor: Actor, loss: str) -> None:
    with site.world.database.transaction() as uow:
        account = uow.session.get_one(Account, actor.account_id)
        if loss == "disabled":
            account.disabled_at = uow.now
        elif loss == "not verified":
            account.email_verified_at = None
        else:
            uow.session.execute(delete(Membership).where(Membership.account_id == account.id))


@pytest.mark.parametrize("loss", ["disabled", "not verified", "left"])
def test_whoever_no_longer_speaks_for_the_workplace_cannot_answer(site: Site, loss: str) -> None:
    introduction_id, link = owner_link(site)
    without(site, site.world.owner, loss)
    assert site.get(link).status_code == 410
    assert site.post(link, None, {"answer": "yes"}).status_code == 410
    assert site.world.status(introduction_id) is Status.ASKING_OWNER


def test_a_consultant_who_is_a_member_answers_as_a_member_only(site: Site) -> None:
    """The link of a member who is also a consultant opens no consultant's view."""
    place = site.world.owner_place
    member = site.world.person("Medlem", roles=(Role.OWNER, Role.CONSULTANT), workplace_id=place)
    introduction_id = site.world.introduction(None, None, *OWNER_ASKED)
    shown = site.get(site.link(Purpose.ANSWER_AS_OWNER, introduction_id, member)).text
    assert "Ord til løsningsejeren" in shown
    assert "Ord til genbrugeren" not in shown


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_is_no_longer_asked_gets_a_clear_page(site: Site, method: str) -> None:
    introduction_id, link = owner_link(site)
    site.world.step(introduction_id, "cancel", note="Ikke nu")
    answer = site.get(link) if method == "GET" else site.post(link, None, {"answer": "yes"})
    assert answer.status_code == 409
    assert (used(site), site.world.status(introduction_id)) == (0, Status.CANCELLED)


def test_an_owner_over_capacity_is_told_why_and_keeps_the_link(site: Site) -> None:
    introduction_id, link = owner_link(site)
    with site.world.database.transaction() as uow:
        uow.session.get_one(Workplace, site.world.owner_place).capacity_at_a_time = 0
    answer = site.post(link, None, {"answer": "yes"})
    assert answer.status_code == 409
    assert used(site) == 0, "the act was undone, so the link is whole"
    with site.world.database.transaction() as uow:
        uow.session.get_one(Workplace, site.world.owner_place).capacity_at_a_time = 1
    assert site.post(link, None, {"answer": "yes"}).status_code == 303
    assert site.world.status(introduction_id) is Status.INTRODUCED


def test_an_adopter_whose_owner_is_full_is_told_of_the_waiting_list(site: Site) -> None:
    with site.world.database.transaction() as uow:
        uow.session.get_one(Workplace, site.world.owner_place).capacity_at_a_time = 0
    introduction_id = site.world.introduction(None, None, "ask_adopter")
    answer = site.post(
        site.link(Purpose.ANSWER_AS_ADOPTER, introduction_id, site.world.adopter), None, {"answer": "yes"}
    )
    assert answer.location == "/answers/waitlisted"
    reconfirm = site.link(Purpose.RECONFIRM, introduction_id, site.world.adopter, days=60)
    site.world.pass_time(days=31)
    assert site.get(reconfirm).status_code == 200
    before = site.world.read(Introduction, introduction_id).waiting_since
    assert site.post(reconfirm, None, {"answer": "yes"}).location == "/answers/still_waiting"
    assert site.world.read(Introduction, introduction_id).waiting_since > before


def test_a_problem_is_renewed_or_closed_by_link(site: Site) -> None:
    kept, closed = site.world.problem(), site.world.problem()
    links = [site.link(Purpose.RENEW_PROBLEM, one, site.world.adopter, days=40) for one in (kept, closed)]
    before = site.world.read(Problem, kept).waiting_since
    site.world.pass_time(days=30)
    assert site.get(links[0]).status_code == 200
    assert site.post(links[0], None, {"answer": "yes"}).location == "/answers/renewed"
    assert site.world.read(Problem, kept).waiting_since > before
    assert site.post(links[1], None, {"answer": "no", "reason": "no_longer_a_problem"}).location == "/answers/ended"
    assert site.world.read(Problem, closed).status is ProblemStatus.WITHDRAWN


def test_a_solution_is_confirmed_or_archived_by_link(site: Site) -> None:
    kept, closed = (site.world.solution(status=SolutionStatus.NEEDS_RENEWAL) for _ in range(2))
    assert site.get(site.link(Purpose.RENEW_SOLUTION, kept, site.world.owner)).status_code == 200
    site.post(site.link(Purpose.RENEW_SOLUTION, kept, site.world.owner), None, {"answer": "yes"})
    site.post(site.link(Purpose.RENEW_SOLUTION, closed, site.world.owner), None, {"answer": "no"})
    assert site.world.read(Solution, kept).status is SolutionStatus.PUBLISHED
    assert site.world.read(Solution, closed).status is SolutionStatus.ARCHIVED


def test_an_answer_that_is_neither_yes_nor_no_is_refused(site: Site) -> None:
    introduction_id, link = owner_link(site)
    for fields in ({}, {"answer": "maybe"}):
        assert site.post(link, None, fields).status_code == 400
    assert (used(site), site.world.status(introduction_id)) == (0, Status.ASKING_OWNER)


def test_the_address_of_the_link_is_told_to_nobody(site: Site) -> None:
    _, link = owner_link(site)
    headers = site.get(link).headers
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
