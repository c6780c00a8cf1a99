"""The same form sent twice at the same moment: both get the one answer, whichever of them acted."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from app.domain.vocabulary import IntroductionStatus as Status
from app.store.safety import Submission
from app.use_cases.links import Purpose
from app.web.introductions import answers
from tests.use_cases.introduction_world import at_once
from tests.web.introduction_site import Site


@pytest.fixture
def site(database: str, tmp_path: Path) -> Iterator[Site]:
    made = Site(database, tmp_path)
    yield made
    made.world.database.dispose()


def before(monkeypatch: pytest.MonkeyPatch, name: str, happens: Callable[[], Any]) -> None:
    """Let something happen once, just before the answering view goes on to its function `name`."""
    real, waiting = getattr(answers, name), [happens]

    def function(*args: Any, **kwargs: Any) -> Any:
        if waiting:
            waiting.pop()()
        return real(*args, **kwargs)

    monkeypatch.setattr(answers, name, function)


@pytest.mark.parametrize("moment", ["_question", "_act"])
def test_the_slower_of_two_clicks_on_a_mails_yes_gets_the_answer_of_the_quicker(
    site: Site, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    introduction_id = site.world.introduction(None, None, "ask_adopter", "accept_as_adopter")
    link = site.link(Purpose.ANSWER_AS_OWNER, introduction_id, site.world.owner)
    fields = {"answer": "yes", "form_key": str(uuid4())}
    quicker = []
    before(monkeypatch, moment, lambda: quicker.append(site.app.test_client().post(link, data=fields)))
    slower = site.post(link, None, fields)
    assert [(one.status_code, one.location) for one in (*quicker, slower)] == [(303, "/answers/yes_of_owner")] * 2
    assert site.world.status(introduction_id) is Status.INTRODUCED


def test_two_real_clicks_at_the_same_moment_get_the_same_answer(site: Site) -> None:
    for _ in range(3):
        introduction_id = site.world.introduction(None, None, "ask_adopter")
        link = site.link(Purpose.ANSWER_AS_ADOPTER, introduction_id, site.world.adopter)
        fields = {"answer": "yes", "form_key": str(uuid4())}

        def click(link: str = link, fields: dict[str, str] = fields) -> tuple[int, str | None]:
            answer = site.app.test_client().post(link, data=fields)
            return answer.status_code, answer.location

        first, second = at_once(click, click)
        assert first == second
        assert first[0] == 303


def test_a_click_that_comes_too_late_but_is_no_twin_is_told_so(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    introduction_id = site.world.introduction(None, None, "ask_adopter", "accept_as_adopter")
    link = site.link(Purpose.ANSWER_AS_OWNER, introduction_id, site.world.owner)
    before(monkeypatch, "_question", lambda: site.app.test_client().post(link, data={"answer": "yes"}))
    assert site.post(link, None, {"answer": "yes"}).status_code == 410


def test_a_refused_form_can_be_mended_and_sent_with_its_key(site: Site) -> None:
    introduction_id = site.world.introduction(None, None, "ask_adopter", "accept_as_adopter")
    link = site.link(Purpose.ANSWER_AS_OWNER, introduction_id, site.world.owner)
    fields = {"answer": "no", "form_key": str(uuid4())}
    assert site.post(link, None, fields).status_code == 422
    with site.world.database.reading() as uow:
        assert uow.session.scalar(select(func.count()).select_from(Submission)) == 0
    assert site.post(link, None, fields | {"reason": "no_time_now"}).status_code == 303
    assert site.world.status(introduction_id) is Status.DECLINED_BY_OWNER
