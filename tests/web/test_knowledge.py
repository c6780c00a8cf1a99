"""Consultants teach the matcher words: what they see, what is refused and kept, and what others do not see."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from app.domain.vocabulary import Role
from app.store.knowledge import KnowledgeGroup, KnowledgePreview
from app.use_cases.knowledge import key_of
from app.use_cases.knowledge_previews import keep_result, work_out
from matching import shipped
from tests.people import make_account
from tests.web.browsing import Browser, Site, site_on

GROUP: dict[str, Any] = {
    "words": "Snurredims\ndrejetingest",
    "lay": "den der dut",
    "kind": "same",
    "field": "school",
    "note": "Vestby",
}


@pytest.fixture
def site(database: str, tmp_path: Path) -> Iterator[Site]:
    with site_on(database, tmp_path) as opened_site:
        with opened_site.database.transaction() as uow:
            make_account(uow, "signe@genklang.example", {Role.CONSULTANT}, "Signe Sø")
            make_account(uow, "karl@genklang.example", {Role.CONSULTANT}, "Karl Kær")
            make_account(uow, "bo@genklang.example", {Role.ADMINISTRATOR}, "Bo Bak")
            make_account(uow)
        yield opened_site


def consultant(site: Site, email: str = "signe@genklang.example") -> Browser:
    browser = site.browser()
    browser.sign_in(email)
    return browser


def rows(site: Site) -> list[KnowledgeGroup]:
    with site.database.reading() as uow:
        found = list(uow.session.scalars(select(KnowledgeGroup).order_by(KnowledgeGroup.written_at)))
        uow.session.expunge_all()
        return found


def written(site: Site, signe: Browser) -> UUID:
    signe.get("/knowledge/new")
    assert signe.post("/knowledge/new", act="save", **GROUP).status_code == 303
    return rows(site)[0].id


def test_to_other_people_the_pages_do_not_exist(site: Site) -> None:
    anna = consultant(site, "anna@example.dk")
    for path in ("/knowledge/", "/knowledge/new", f"/knowledge/{UUID(int=1)}", "/knowledge/library/x"):
        assert anna.get(path).status_code == 404
    for path in ("/knowledge/new", f"/knowledge/{UUID(int=1)}/off", "/knowledge/library/x/off"):
        assert anna.post(path, act="save", **GROUP).status_code == 404
    assert site.browser().get("/knowledge/").status_code == 401
    assert rows(site) == []


def test_administrators_may_teach_the_matcher_too(site: Site) -> None:
    bo = consultant(site, "bo@genklang.example")
    assert 'href="/knowledge/"' in bo.get("/knowledge/").text
    written(site, bo)


def test_words_that_the_matcher_cannot_use_are_told(site: Site) -> None:
    signe = consultant(site)
    signe.get("/knowledge/new")
    typed = GROUP | {"lay": "den der dut\nslidt ned af arbejde"}
    preview = signe.follow(signe.post("/knowledge/new", act="try", **typed)).text
    saved = signe.follow(signe.post("/knowledge/new", act="save", **typed)).text
    for page in (preview, saved):
        assert "cannot use: den der dut." in page


def test_a_group_is_written_found_changed_and_put_out_of_force(site: Site) -> None:
    signe = consultant(site)
    group_id = written(site, signe)
    page = signe.get("/knowledge/?q=drejeting").text
    assert "snurredims, drejetingest" in page
    assert "den der dut" in page
    assert "snurredims" not in signe.get("/knowledge/?q=hjemmepleje").text
    assert "snurredims" not in signe.get("/knowledge/?field=health").text
    signe.get(f"/knowledge/{group_id}")
    answer = signe.post(
        f"/knowledge/{group_id}", act="save", **GROUP | {"words": "snurredims\nrundtenom", "revision": "1"}
    )
    assert answer.status_code == 303
    assert rows(site)[0].words == ["snurredims", "rundtenom"]
    signe.get("/knowledge/")
    assert signe.post(f"/knowledge/{group_id}/off").status_code == 303
    assert not rows(site)[0].is_active
    signe.get("/knowledge/")
    assert signe.post(f"/knowledge/{group_id}/on").status_code == 303
    assert rows(site)[0].is_active


def test_what_came_with_the_service_is_shown_and_can_be_changed(site: Site) -> None:
    signe = consultant(site)
    page = signe.get("/knowledge/?q=skærmbesøg").text
    path = re.findall(r'href="(/knowledge/library/[0-9a-f]+)"', page)[0]
    form = signe.get(path).text
    assert "skærmbesøg" in form
    assert signe.post(path, act="save", **GROUP | {"words": "skærmbesøg\nsnurredims"}).status_code == 303
    assert rows(site)[0].stands_for == path.rsplit("/", 1)[1]
    assert "snurredims" in signe.get(path).text, "the same address leads to what it is now"
    signe.post(f"{path}/off")
    assert not rows(site)[0].is_active
    assert signe.get("/knowledge/library/unknown").status_code == 404


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"words": ""}, "Write at least two words"),
        ({"words": "kunet", "lay": ""}, "Write at least two words"),
        ({"words": "snurredims, x"}, "must have from 2 to 60 characters"),
        ({"lay": "en to tre fire fem"}, "at most 4 words"),
        ({"kind": "perhaps"}, "Choose one from the list"),
        ({"field": "space_travel"}, "Choose one from the list"),
        ({"lay": "snurredims"}, "stands in both lists"),
    ],
)
def test_bad_input_is_told_at_its_field_and_kept(site: Site, changed: dict[str, Any], message: str) -> None:
    signe = consultant(site)
    signe.get("/knowledge/new")
    for act in ("save", "try"):
        answer = signe.post("/knowledge/new", act=act, **GROUP | changed)
        assert answer.status_code == 422
        assert message in answer.text
        assert "Vestby" in answer.text
    assert rows(site) == []


def test_of_two_consultants_the_second_sees_what_the_first_wrote_and_keeps_her_own(site: Site) -> None:
    signe, karl = consultant(site), consultant(site, "karl@genklang.example")
    group_id = written(site, signe)
    signe.get(f"/knowledge/{group_id}")
    karl.get(f"/knowledge/{group_id}")
    signe.post(f"/knowledge/{group_id}", act="save", **GROUP | {"words": "snurredims\nsignes ord", "revision": "1"})
    answer = karl.post(
        f"/knowledge/{group_id}", act="save", **GROUP | {"words": "snurredims\nkarls ord", "revision": "1"}
    )
    assert answer.status_code == 409
    assert "signes ord" in answer.text
    assert "karls ord" in answer.text
    assert rows(site)[0].words == ["snurredims", "signes ord"]


def test_what_the_first_wrote_while_the_second_tried_is_not_written_over(site: Site) -> None:
    signe, karl = consultant(site), consultant(site, "karl@genklang.example")
    group_id = written(site, signe)
    address = f"/knowledge/{group_id}"
    karl.get(address)
    tried = karl.post(address, act="try", **GROUP | {"words": "snurredims\nkarls ord"}).location
    signe.get(address)
    signe.post(address, act="save", **GROUP | {"words": "snurredims\nsignes ord"})
    karl.get(tried)
    answer = karl.post(address, act="save")
    assert answer.status_code == 409
    assert "karls ord" in answer.text
    assert "signes ord" in answer.text
    preview_id = tried.rsplit("/", 1)[1]
    assert 'name="revision" value="1"' in karl.get(f"{address}?preview={preview_id}").text
    assert rows(site)[0].words == ["snurredims", "signes ord"]
    assert (
        karl.post(address, act="save", **GROUP | {"words": "snurredims\nkarls ord", "revision": "2"}).status_code == 303
    )


def test_the_page_of_a_group_says_who_made_what_of_it(site: Site) -> None:
    signe, karl = consultant(site), consultant(site, "karl@genklang.example")
    group_id = written(site, signe)
    karl.get(f"/knowledge/{group_id}")
    karl.post(f"/knowledge/{group_id}", act="save", **GROUP | {"words": "snurredims\nkarls ord"})
    page = signe.get(f"/knowledge/{group_id}").text.partition("What has happened")[2]
    assert page.index("Karl Kær") < page.index("Signe Sø")
    assert "snurredims, drejetingest, den der dut" in page, "the words of before"


def test_whoever_steps_back_from_a_preview_can_save_the_same_form(site: Site) -> None:
    signe = consultant(site)
    form = signe.get("/knowledge/new").text
    key = re.findall(r'name="form_key" value="([^"]+)"', form)[0]
    assert signe.post("/knowledge/new", act="try", form_key=key, **GROUP).status_code == 303
    signe.get("/knowledge/new")
    assert signe.post("/knowledge/new", act="save", form_key=key, **GROUP).status_code == 303
    again = signe.client.post("/knowledge/new", data={"form_key": key})
    assert again.status_code != 303
    assert len(rows(site)) == 1


def test_a_group_of_the_library_with_a_long_phrase_can_be_added_to(site: Site) -> None:
    came = next(group for group in shipped().groups if any(len(phrase.split()) > 4 for phrase in group.lay))
    path = f"/knowledge/library/{key_of(came)}"
    typed = {"words": "\n".join((*came.words, "snurredims")), "lay": "\n".join(came.lay)}
    signe = consultant(site)
    signe.get(path)
    preview = signe.post(path, act="try", **GROUP | typed)
    assert preview.status_code == 303
    signe.follow(preview)
    assert signe.post(path, act="save").status_code == 303
    assert rows(site)[0].lay == list(came.lay)


def test_a_preview_says_what_comes_in_moves_up_and_falls_out(site: Site) -> None:
    signe = consultant(site)
    signe.get("/knowledge/new")
    path = signe.post("/knowledge/new", act="try", **GROUP).location
    ids = [str(UUID(int=number)) for number in range(1, 5)]
    row = [[name, "possible", True] for name in ids]
    change = {"problem": ids[0], "before": [row[0], row[1], row[2]], "after": [row[3], row[2], row[0]]}
    with site.database.transaction() as uow:
        keep_result(uow, UUID(path.rsplit("/", 1)[1]), {"problems": 3, "solutions": 4, "changes": [change]})
    page = signe.get(path).text
    told = re.findall(r"<strong>((?:comes|moves|falls) \w+)</strong>", page)
    assert told == ["falls out", "comes in", "moves up"]


def test_a_preview_waits_shows_and_leads_back_to_what_was_typed(site: Site) -> None:
    signe = consultant(site)
    signe.get("/knowledge/new")
    answer = signe.post("/knowledge/new", act="try", **GROUP)
    assert answer.status_code == 303
    path = answer.location
    assert rows(site) == [], "nothing is saved by trying"
    waiting = signe.get(path)
    assert "data-poll-url" in waiting.text
    assert signe.get(f"{path}/result").status_code == 204
    with site.database.reading() as uow:
        preview_id = uow.session.scalars(select(KnowledgePreview.id)).one()
        found = work_out(uow, preview_id)
    assert found is not None
    with site.database.transaction() as uow:
        keep_result(uow, preview_id, found)
    assert "data-poll-url" not in signe.get(path).text
    assert signe.get(f"{path}/result").status_code == 200
    back = signe.get(f"/knowledge/new?preview={preview_id}").text
    assert "drejetingest" in back
    assert "Vestby" in back
    assert consultant(site, "karl@genklang.example").get(path).status_code == 404


def test_a_word_that_stands_elsewhere_is_told_in_the_preview(site: Site) -> None:
    known = next(group.words[0] for group in shipped().groups if " " not in group.words[0])
    signe = consultant(site)
    signe.get("/knowledge/new")
    typed = GROUP | {"words": f"snurredims\n{known}"}
    path = signe.post("/knowledge/new", act="try", **typed).location
    assert f"in another group: {known}" in signe.get(path).text
    saved = signe.post("/knowledge/new", act="save", **typed)
    assert f"in another group: {known}" in signe.follow(saved).text
