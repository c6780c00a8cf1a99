"""The pages about match suggestions: reasons in plain words, both texts side by side, and people's decisions."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from app.domain.vocabulary import SuggestionStatus
from app.store.catalogue import Problem
from app.store.introductions import Introduction
from app.store.matches import Suggestion
from app.web.introductions.words import marks
from tests.web.introduction_site import Site


@pytest.fixture
def site(database: str, tmp_path: Path) -> Iterator[Site]:
    made = Site(database, tmp_path)
    yield made
    made.world.database.dispose()


def matched(site: Site, problem_id: UUID) -> None:
    with site.world.database.transaction() as uow:
        uow.session.get_one(Problem, problem_id).matched_version = 1


def test_the_list_is_asked_for_until_the_matcher_is_done(site: Site) -> None:
    problem_id = site.world.problem()
    path = f"/problems/{problem_id}/suggestions"
    pending = site.get(path, site.world.consultant)
    assert (pending.status_code, pending.text) == (204, "")
    assert f'data-poll-url="{path}"' in site.get(f"/problems/{problem_id}", site.world.consultant).text
    site.world.suggestion(problem_id, site.world.solution())
    matched(site, problem_id)
    done = site.get(path, site.world.consultant)
    assert done.status_code == 200
    assert "Skærmbesøg om natten" in done.text
    assert "<html" not in done.text
    assert "data-poll-url" not in site.get(f"/problems/{problem_id}", site.world.consultant).text
    assert site.get(path, site.world.owner).status_code == 404
    assert site.get(path).status_code == 401


def test_the_consultant_reads_why_and_the_adopter_sees_what_was_picked_out(site: Site) -> None:
    problem_id = site.world.problem()
    matched(site, problem_id)
    suggestion_id = site.world.suggestion(problem_id, site.world.solution(), label="weak_basis")
    path = f"/problems/{problem_id}/suggestions"
    seen = site.get(path, site.world.consultant).text
    for words in ("Weak basis", "natlige tilsyn", "skærmbesøg", "Field of work: Elderly care",
                  "Size: 20–99 employees with the problem", "0.62 of 1", "terms 1 abc"):  # fmt: skip
        assert words in seen, words
    assert "Nothing picked out yet" in site.get(path, site.world.adopter).text
    site.post(f"/suggestions/{suggestion_id}/shortlist", site.world.consultant)
    seen = site.get(path, site.world.adopter).text
    assert "Skærmbesøg om natten" in seen
    for hidden in ("terms 1 abc", "0.62", "/dismiss", "/shortlist"):
        assert hidden not in seen, hidden


def test_both_texts_stand_side_by_side_with_the_words_that_met_marked(site: Site) -> None:
    solution_id = site.world.solution(description="Et Skærmbesøg er <b>nemt</b>. Skærmbesøgene er korte.")
    suggestion_id = site.world.suggestion(site.world.problem(), solution_id)
    seen = site.get(f"/suggestions/{suggestion_id}", site.world.consultant).text
    assert "Personalet går <mark>natlige tilsyn</mark> hos borgere" in seen
    assert "Et <mark>Skærmbesøg</mark> er &lt;b&gt;nemt&lt;/b&gt;. Skærmbesøgene er korte." in seen


@pytest.mark.parametrize(
    ("text", "words", "wanted"),
    [
        ("Natlige tilsyn", ["tilsyn"], ["tilsyn"]),
        ("TILSYN og tilsynet", ["tilsyn"], ["TILSYN"]),
        ("Ældre på Ærø", ["ærø", "ældre"], ["Ældre", "Ærø"]),
        ("natlige tilsyn", ["tilsyn", "natlige tilsyn"], ["natlige tilsyn"]),
        ("a.b axb", ["a.b"], ["a.b"]),
        ("intet", ["", " "], []),
        ("", ["ord"], []),
    ],
)
def test_whole_words_are_marked_whatever_their_case(text: str, words: list[str], wanted: list[str]) -> None:
    assert [text[start:end] for start, end in marks(text, words)] == wanted


def test_a_suggestion_is_shortlisted_and_introduced_with_the_consultants_words(site: Site) -> None:
    suggestion_id = site.world.suggestion(site.world.problem(), site.world.solution())
    early = site.post(f"/suggestions/{suggestion_id}/introduce", site.world.consultant, {"words_to_owner": "x"})
    assert early.status_code == 409
    shortlisted = site.post(f"/suggestions/{suggestion_id}/shortlist", site.world.consultant)
    assert shortlisted.location == f"/suggestions/{suggestion_id}"
    assert 'name="words_to_owner"' in site.get(shortlisted.location, site.world.consultant).text
    fields = {"words_to_adopter": "Se på den her", "words_to_owner": "De vil gerne lære af jer"}
    made = site.post(f"/suggestions/{suggestion_id}/introduce", site.world.consultant, fields)
    assert made.status_code == 303
    with site.world.database.reading() as uow:
        introduction = uow.session.scalars(select(Introduction)).one()
        assert made.location == f"/introductions/{introduction.id}"
        assert introduction.words_to_owner == "De vil gerne lære af jer"
    again = site.post(f"/suggestions/{suggestion_id}/introduce", site.world.consultant, fields)
    assert again.status_code == 409


def test_a_dismissal_needs_a_reason_and_keeps_what_was_typed(site: Site) -> None:
    problem_id = site.world.problem()
    suggestion_id = site.world.suggestion(problem_id, site.world.solution())
    path = f"/suggestions/{suggestion_id}/dismiss"
    refused = site.post(path, site.world.consultant, {"note": "Passer ikke"})
    assert refused.status_code == 422
    assert "Passer ikke" in refused.text
    done = site.post(path, site.world.consultant, {"reason": "other_sector", "note": "Passer ikke"})
    assert done.location == f"/problems/{problem_id}"
    assert site.world.read(Suggestion, suggestion_id).status is SuggestionStatus.DISMISSED
    assert "Another field of work" in site.get(f"/suggestions/{suggestion_id}", site.world.consultant).text
    assert site.post(f"/suggestions/{suggestion_id}/reconsider", site.world.consultant).status_code == 303
    assert site.world.read(Suggestion, suggestion_id).status is SuggestionStatus.SUGGESTED


def test_the_adopter_may_say_that_it_is_not_for_them(site: Site) -> None:
    suggestion_id = site.world.suggestion(
        site.world.problem(), site.world.solution(), status=SuggestionStatus.SHORTLISTED
    )  # fmt: skip
    seen = site.get(f"/suggestions/{suggestion_id}", site.world.adopter).text
    assert "/decline" in seen
    assert "/introduce" not in seen
    answer = site.post(f"/suggestions/{suggestion_id}/decline", site.world.adopter, {"reason": "already_known"})
    assert answer.status_code == 303
    assert site.world.read(Suggestion, suggestion_id).status is SuggestionStatus.DISMISSED


def test_what_is_only_suggested_does_not_exist_for_the_adopter_or_the_owner(site: Site) -> None:
    suggestion_id = site.world.suggestion(site.world.problem(), site.world.solution())
    for actor in (site.world.adopter, site.world.owner):
        assert site.get(f"/suggestions/{suggestion_id}", actor).status_code == 404
        for step in ("shortlist", "dismiss", "decline", "introduce", "use", "supersede"):
            answer = site.post(f"/suggestions/{suggestion_id}/{step}", actor, {"reason": "other"})
            assert answer.status_code == 404, step
    assert site.world.read(Suggestion, suggestion_id).status is SuggestionStatus.SUGGESTED


def test_steps_of_the_system_have_no_door(site: Site) -> None:
    suggestion_id = site.world.suggestion(site.world.problem(), site.world.solution())
    for step in ("use", "supersede", "expire", "unknown"):
        assert site.post(f"/suggestions/{suggestion_id}/{step}", site.world.consultant).status_code == 404


def test_a_solutions_problems_are_for_consultants(site: Site) -> None:
    problem_id, solution_id = site.world.problem(), site.world.solution()
    site.world.suggestion(problem_id, solution_id)
    path = f"/solutions/{solution_id}/suggestions"
    assert "Natlige tilsyn vækker borgerne" in site.get(path, site.world.consultant).text
    for actor in (site.world.owner, site.world.adopter):
        assert site.get(path, actor).status_code == 404
