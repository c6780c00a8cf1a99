"""A page that was sent, brought back by the browser and sent with other words: true words, and a way on that works."""

import re
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from app.domain.vocabulary import IntroductionStatus as Status
from app.domain.vocabulary import Reason
from app.store.introductions import Introduction
from app.use_cases.links import Purpose
from tests.web.introduction_site import Site

KEY = re.compile(r'name="form_key" value="([^"]+)"')


@pytest.fixture
def site(sqlite_database: str, tmp_path: Path) -> Iterator[Site]:
    made = Site(sqlite_database, tmp_path)
    yield made
    made.world.database.dispose()


def test_going_back_to_a_step_and_sending_it_with_other_words_does_not_lead_in_a_circle(site: Site) -> None:
    introduction_id = site.world.introduction()
    path, key = f"/introductions/{introduction_id}", {"form_key": str(uuid4())}
    words = {"words_to_adopter": "De første ord", "words_to_owner": "Til ejeren"}
    assert site.post(f"{path}/words", site.world.consultant, words | key).status_code == 303
    again = site.post(f"{path}/words", site.world.consultant, words | key | {"words_to_adopter": "De nye ord"})
    assert again.status_code == 422
    assert "already sent this page" in again.text
    assert "Something is missing" not in again.text
    assert f'href="{path}"' in again.text
    fresh = site.get(path, site.world.consultant).text
    assert KEY.findall(fresh)
    assert key["form_key"] not in fresh
    assert site.post(f"{path}/words", site.world.consultant, {"words_to_adopter": "De nye ord"}).status_code == 303
    assert site.world.read(Introduction, introduction_id).words_to_adopter == "De nye ord"


def test_what_was_typed_into_a_step_comes_back_with_a_fresh_key(site: Site) -> None:
    world = site.world
    introduction_id = world.introduction(None, None, "ask_adopter", "accept_as_adopter")
    path, key = f"/introductions/{introduction_id}", str(uuid4())
    fields = {"kept_path": path, "step": "cancel", "form_key": key}
    first = site.post(f"{path}/cancel", world.consultant, fields)
    assert first.status_code == 422, "a note is missing: nothing is done, and the key is still good"
    other = world.introduction(None, None, "ask_adopter")
    assert site.post(f"/introductions/{other}/cancel", world.consultant, fields | {"note": "x"}).status_code == 303
    again = site.post(f"{path}/cancel", world.consultant, fields | {"note": "De flytter til foråret"})
    assert (again.status_code, world.status(introduction_id)) == (422, Status.ASKING_OWNER)
    page = site.get(path, world.consultant).text
    assert "De flytter til foråret" in page
    assert key not in KEY.findall(page)


def test_a_mails_answer_that_was_sent_before_leads_to_where_the_question_stands(site: Site) -> None:
    world = site.world
    introduction_id = world.introduction(None, None, "ask_adopter", "accept_as_adopter")
    link, key = site.link(Purpose.ANSWER_AS_OWNER, introduction_id, world.owner), {"form_key": str(uuid4())}
    assert site.post(link, None, {"answer": "yes"} | key).status_code == 303
    again = site.client().post(
        link, data={"answer": "no", "reason": Reason.OTHER.value} | key, headers={"Accept-Language": "en"}
    )
    assert again.status_code == 422
    assert "already sent this page" in again.text
    assert f'href="{link}"' in again.text
    assert site.get(link).status_code == 410
    with world.database.reading() as uow:
        assert uow.session.scalar(select(func.count()).select_from(Introduction)) == 1
