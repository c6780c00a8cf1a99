"""Pages about problems: written, kept, looked at, sent and moved on; nothing that was typed is lost."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.domain.vocabulary import Actor, ProblemStatus, Role
from app.store.catalogue import Problem
from app.store.outbox import OutboxMessage
from app.store.people import Membership
from app.use_cases.problems import take_problem_step, write_problem
from tests.use_cases.introduction_world import World
from tests.web.text_pages import PROBLEM, Visitor, id_in, make_app, text_of

CPR = "010190-1234"


@pytest.fixture
def world(database: str) -> Iterator[World]:
    world = World(database)
    yield world
    world.database.dispose()


@pytest.fixture
def app(world: World, tmp_path: Path) -> Flask:
    return make_app(world, tmp_path)


@pytest.fixture
def adopter(app: Flask, world: World) -> Visitor:
    return Visitor(app, world, world.adopter)


@pytest.fixture
def consultant(app: Flask, world: World) -> Visitor:
    return Visitor(app, world, world.consultant)


def _fields(world: World, **changes: Any) -> dict[str, Any]:
    return {**PROBLEM, "workplace": str(world.adopter_place), "action": "send", **changes}


def _problems(world: World) -> list[Problem]:
    with world.database.reading() as uow:
        rows = list(uow.session.scalars(select(Problem)))
        for row in rows:
            uow.session.expunge(row)
        return rows


def _draft(visitor: Visitor, world: World, **changes: Any) -> UUID:
    answer = visitor.post("/problems/new", _fields(world, action="draft", **changes))
    assert answer.status_code == 303, answer.text[:2000]
    return id_in(answer)


def test_a_problem_is_written_looked_at_and_sent(adopter: Visitor, world: World) -> None:
    world.solution(title="Natdagbog for pårørende", problem_text=PROBLEM["situation"])
    answer = adopter.post("/problems/new", _fields(world))
    problem_id = id_in(answer)
    assert answer.location.endswith("/send")
    page = adopter.get(f"/problems/{problem_id}/send")
    assert "Natdagbog for pårørende" in page
    assert world.read(Problem, problem_id).status is ProblemStatus.DRAFT
    sent = adopter.post(f"/problems/{problem_id}/submit", on=f"/problems/{problem_id}/send")
    assert sent.status_code == 303
    problem = world.read(Problem, problem_id)
    assert problem.status is ProblemStatus.SUBMITTED
    assert problem.target_groups == ["elderly", "relatives"]
    shown = text_of(adopter.get(f"/problems/{problem_id}"))
    for text in (PROBLEM["title"], PROBLEM["situation"], PROBLEM["better"], "Waiting for the consultant", "Submitted"):
        assert str(text) in shown
    assert "answers you within two working days" in shown


def test_the_context_is_filled_in_from_the_workplace(adopter: Visitor) -> None:
    page = adopter.get("/problems/new")
    for value in ("elderly_care", "20_99", "midtjylland"):
        assert f'<option selected value="{value}">' in page


def test_without_a_workplace_one_is_led_to_finding_it(app: Flask, world: World) -> None:
    page = Visitor(app, world, world.person("Ny")).get("/problems/new")
    assert "First we need to know where you work" in page
    assert "/problems/new" not in page.partition("<main")[2].partition("</main")[0]


def test_with_several_workplaces_one_is_chosen_first(app: Flask, world: World) -> None:
    other, _ = world.place("Plejecenter Åen", "Vestby Kommune")
    with world.database.transaction() as uow:
        uow.session.add(Membership(account_id=world.adopter.account_id, workplace_id=other, created_at=uow.now))
    visitor = Visitor(app, world, world.adopter)
    page = visitor.get("/problems/new")
    assert str(other) in page
    assert "What have you tried" not in page
    assert "Choose a workplace." in visitor.get("/problems/new?workplace=")
    assert "What have you tried" in visitor.get(f"/problems/new?workplace={other}")


def test_a_consultant_writes_for_any_workplace(consultant: Visitor, world: World) -> None:
    problem_id = _draft(consultant, world)
    assert world.read(Problem, problem_id).contact_id is None
    assert "Go on writing" in consultant.get(f"/problems/{problem_id}")


def test_nobody_writes_for_a_foreign_workplace(adopter: Visitor, world: World) -> None:
    foreign = adopter.post("/problems/new", _fields(world, workplace=str(world.owner_place)))
    missing = adopter.post("/problems/new", _fields(world, workplace=str(uuid4())))
    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert not _problems(world)


def test_a_draft_needs_a_title_only_and_survives(adopter: Visitor, world: World) -> None:
    refused = adopter.post("/problems/new", {"workplace": str(world.adopter_place), "title": "", "action": "draft"})
    assert refused.status_code == 422
    empty = dict.fromkeys(PROBLEM, "") | {"title": "Kun en titel", "target_groups": []}
    answer = adopter.post("/problems/new", {**empty, "workplace": str(world.adopter_place), "action": "draft"})
    assert answer.status_code == 303
    assert "Kun en titel" in adopter.get(answer.location)
    (problem,) = _problems(world)
    assert problem.status is ProblemStatus.DRAFT


@pytest.mark.parametrize("missing", ["title", "situation", "tried", "better", "context", "sector"])
def test_sending_names_the_field_that_is_missing_and_keeps_the_rest(
    adopter: Visitor, world: World, missing: str
) -> None:
    answer = adopter.post("/problems/new", _fields(world, **{missing: "  "}))
    assert answer.status_code == 422
    assert f'id="{missing}-error"' in answer.text
    kept = "better" if missing != "better" else "tried"
    assert str(PROBLEM[kept]) in answer.text
    assert not _problems(world)


def test_a_cpr_number_is_warned_of_in_a_draft_and_never_sent(adopter: Visitor, world: World) -> None:
    problem_id = _draft(adopter, world, tried=f"Borger {CPR} fik et brev")
    page = adopter.get(f"/problems/{problem_id}/edit")
    assert page.count("This looks like a CPR number") == 1
    sent = adopter.post(f"/problems/{problem_id}/submit", on=f"/problems/{problem_id}")
    assert sent.status_code == 409
    assert "The text seems to hold a CPR number" in sent.text
    look = adopter.client.get(f"/problems/{problem_id}/send")
    assert look.status_code == 302
    assert 'id="tried-error"' in adopter.get(look.location)
    assert world.read(Problem, problem_id).status is ProblemStatus.DRAFT
    refused = adopter.post("/problems/new", _fields(world, better=f"Uden {CPR}"))
    assert refused.status_code == 422
    assert 'id="better-error"' in refused.text
    assert len(_problems(world)) == 1


def test_a_cpr_number_is_refused_in_an_open_problem_and_in_an_answer(adopter: Visitor, world: World) -> None:
    problem_id = world.problem()
    problem = world.read(Problem, problem_id)
    answer = adopter.post(
        f"/problems/{problem_id}/edit", _fields(world, action="save", revision=problem.revision, better=f"Uden {CPR}")
    )
    assert answer.status_code == 422
    asked = world.problem(status=ProblemStatus.NEEDS_INFO)
    answer = adopter.post(f"/problems/{asked}/answer", {"note": f"Spørg {CPR}"})
    assert answer.status_code == 422
    assert "CPR" in answer.text
    assert world.read(Problem, asked).status is ProblemStatus.NEEDS_INFO


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "x" * 151),
        ("situation", "x" * 5001),
        ("sector", "astrology"),
        ("size", "huge"),
        ("target_groups", ["martians"]),
        ("decision_by", "31-02-2027"),
        ("language", "kl"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field(adopter: Visitor, world: World, field: str, value: Any) -> None:
    for action in ("send", "draft"):
        answer = adopter.post("/problems/new", _fields(world, action=action, **{field: value}))
        assert answer.status_code == 422
        assert f'id="{field}-error"' in answer.text
    assert not _problems(world)


def test_markup_formulas_and_control_characters_are_harmless(adopter: Visitor, world: World) -> None:
    nasty = "<script>alert(1)</script> =HYPERLINK(1) {{ 7*7 }} \x00\x07 æøå"
    problem_id = _draft(adopter, world, title=nasty, situation=nasty)
    for path in (f"/problems/{problem_id}", f"/problems/{problem_id}/edit", "/overview"):
        page = adopter.get(path)
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page
        assert "{{ 7*7 }}" in page
    assert world.read(Problem, problem_id).situation == "<script>alert(1)</script> =HYPERLINK(1) {{ 7*7 }}  æøå"


def test_the_same_form_sent_twice_makes_one_problem(adopter: Visitor, world: World) -> None:
    key = str(uuid4())
    first = adopter.post("/problems/new", _fields(world), key=key)
    second = adopter.post("/problems/new", _fields(world), key=key)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert len(_problems(world)) == 1


def test_an_old_form_with_a_new_text_asks_before_it_makes_another(adopter: Visitor, world: World) -> None:
    key = str(uuid4())
    adopter.post("/problems/new", _fields(world), key=key)
    again = adopter.post("/problems/new", _fields(world, title="Noget helt andet"), key=key)
    assert again.status_code == 422
    assert "Noget helt andet" in again.text
    assert key not in again.text
    assert len(_problems(world)) == 1


def test_two_people_who_write_at_once_both_keep_their_text(adopter: Visitor, world: World) -> None:
    problem_id = _draft(adopter, world)
    revision = world.read(Problem, problem_id).revision
    with world.database.transaction() as uow:
        write_problem(uow, actor=world.adopter, problem_id=problem_id, fields={"tried": "Kollegaens ord"})
    answer = adopter.post(
        f"/problems/{problem_id}/edit",
        _fields(world, action="draft", revision=revision, tried="Mine ord", better="Mit bedre"),
    )
    assert answer.status_code == 409
    for text in ("Kollegaens ord", "Mine ord", "Mit bedre", "Somebody else has changed the text"):
        assert text in answer.text
    assert world.read(Problem, problem_id).tried == "Kollegaens ord"
    found = re.search(r'name="revision" value="(\d+)"', answer.text)
    assert found
    merged = _fields(world, action="draft", revision=found.group(1), tried="Begges ord")
    assert adopter.post(f"/problems/{problem_id}/edit", merged).status_code == 303
    assert world.read(Problem, problem_id).tried == "Begges ord"


def test_the_same_edit_sent_twice_is_no_conflict(adopter: Visitor, world: World) -> None:
    problem_id = _draft(adopter, world)
    key, revision = str(uuid4()), world.read(Problem, problem_id).revision
    fields = _fields(world, action="draft", revision=revision, tried="Nye ord")
    answers = [adopter.post(f"/problems/{problem_id}/edit", fields, key=key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]


def test_what_was_typed_when_the_session_ran_out_is_there_after_signing_in(adopter: Visitor, world: World) -> None:
    token = adopter.token(adopter.get("/problems/new"))
    adopter.sign_out()
    fields = {**_fields(world, situation="Skrevet før udløb"), "csrf_token": token, "form_key": str(uuid4())}
    answer = adopter.client.post("/problems/new", data=fields)
    assert answer.status_code == 401
    assert not _problems(world)
    kept = re.search(r'name="kept_form" value="([^"]+)"', answer.text)
    assert kept
    from app.use_cases.kept_forms import keep  # noqa: PLC0415 - what signing in does with it
    from app.web.kept_forms import read_kept  # noqa: PLC0415

    with adopter.client.application.test_request_context("/"):
        read = read_kept(kept.group(1))
    assert read is not None
    with world.database.transaction() as uow:
        assert world.adopter.account_id is not None
        keep(uow, account_id=world.adopter.account_id, path=read.path, fields=read.fields)
    adopter.sign_in(world.adopter)
    assert "Skrevet før udløb" in adopter.get("/problems/new")
    assert adopter.post("/problems/new", _fields(world, situation="Skrevet før udløb")).status_code == 303
    assert "Skrevet før udløb" not in adopter.get("/problems/new")


@pytest.mark.parametrize("path", ["", "/edit", "/send"])
def test_foreign_and_missing_problems_look_the_same(app: Flask, world: World, path: str) -> None:
    stranger = Visitor(app, world, world.owner)
    foreign = stranger.client.get(f"/problems/{world.problem()}{path}")
    missing = stranger.client.get(f"/problems/{uuid4()}{path}")
    assert (foreign.status_code, missing.status_code) == (404, 404)
    marks = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|value=\"[^\"]*\"|[0-9a-f]{16,}")
    assert marks.sub("", foreign.text) == marks.sub("", missing.text)


@pytest.mark.parametrize("step", ["withdraw", "open", "submit"])
def test_foreign_and_missing_problems_refuse_steps_alike(app: Flask, world: World, step: str) -> None:
    stranger = Visitor(app, world, world.owner)
    for problem_id in (world.problem(), uuid4()):
        assert stranger.post(f"/problems/{problem_id}/{step}", {"reason": "other"}).status_code == 404


def test_a_visitor_is_asked_to_sign_in_and_learns_nothing(app: Flask, world: World) -> None:
    visitor = Visitor(app, world)
    for problem_id in (world.problem(), uuid4()):
        assert visitor.client.get(f"/problems/{problem_id}").status_code == 401


def test_an_unknown_step_is_not_found(adopter: Visitor, world: World) -> None:
    problem_id = world.problem()
    for step in ("fly", "expire", "start_dialogue", "merge"):
        assert adopter.post(f"/problems/{problem_id}/{step}").status_code == 404


def test_a_step_without_its_reason_shows_the_page_with_what_was_typed(adopter: Visitor, world: World) -> None:
    problem_id = world.problem()
    answer = adopter.post(f"/problems/{problem_id}/withdraw", {"note": "Vi har fået en ny leder"})
    assert answer.status_code == 422
    assert "Choose a reason." in answer.text
    assert "Vi har fået en ny leder" in answer.text
    assert world.read(Problem, problem_id).status is ProblemStatus.OPEN


def test_a_step_that_is_not_possible_any_more_says_so_and_keeps_the_words(adopter: Visitor, world: World) -> None:
    problem_id = world.problem(status=ProblemStatus.WITHDRAWN)
    answer = adopter.post(f"/problems/{problem_id}/answer", {"note": "Svaret på spørgsmålet"})
    assert answer.status_code == 409
    assert "things have moved on" in answer.text
    assert "Svaret på spørgsmålet" in answer.text


def test_a_colleague_may_see_but_not_review(adopter: Visitor, world: World) -> None:
    problem_id = world.problem(status=ProblemStatus.IN_REVIEW)
    assert adopter.post(f"/problems/{problem_id}/open").status_code == 403
    assert "Open and find solutions" not in adopter.get(f"/problems/{problem_id}")


def test_question_and_answer_go_back_and_forth(adopter: Visitor, consultant: Visitor, world: World) -> None:
    problem_id = world.problem(status=ProblemStatus.SUBMITTED)
    assert consultant.post(f"/problems/{problem_id}/take").status_code == 303
    assert consultant.post(f"/problems/{problem_id}/ask_for_info", {"note": " "}).status_code == 422
    asked = consultant.post(f"/problems/{problem_id}/ask_for_info", {"note": "Hvor mange beboere?"})
    assert asked.status_code == 303
    page = text_of(adopter.get(f"/problems/{problem_id}"))
    for text in ("Hvor mange beboere?", "Waiting for you", "Answer the consultant's question", "Konsulent"):
        assert text in page
    assert adopter.post(f"/problems/{problem_id}/answer", {"note": "62"}).status_code == 303
    assert consultant.post(f"/problems/{problem_id}/open").status_code == 303
    assert world.read(Problem, problem_id).status is ProblemStatus.OPEN
    page = adopter.get(f"/problems/{problem_id}")
    assert "data-poll-url" in page  # the matcher has still to look


def test_editing_an_open_problem_says_what_happens_and_has_it_matched_anew(adopter: Visitor, world: World) -> None:
    problem_id = world.problem()
    assert "we look for solutions anew" in adopter.get(f"/problems/{problem_id}/edit")
    revision = world.read(Problem, problem_id).revision
    fields = _fields(world, action="save", revision=revision)
    assert adopter.post(f"/problems/{problem_id}/edit", fields).status_code == 303
    with world.database.reading() as uow:
        names = list(uow.session.scalars(select(OutboxMessage.name)))
    assert names.count("ProblemTextChanged") == 1


def test_a_closed_problem_is_not_edited(adopter: Visitor, world: World) -> None:
    problem_id = world.problem(status=ProblemStatus.WITHDRAWN)
    adopter.get(f"/problems/{problem_id}/edit", 409)
    assert adopter.post(f"/problems/{problem_id}/edit", _fields(world)).status_code == 409


def test_others_with_the_same_problem_are_counted_and_never_shown(adopter: Visitor, world: World) -> None:
    other, _ = world.place("Plejecenter Åen", "Vestby Kommune")
    same = {name: PROBLEM[name] for name in ("situation", "tried", "better")}
    world.problem(other, title="Telefonen ringer, siger pårørende", **same)
    world.problem(world.adopter_place, title="Vores egen, der er åben", **same)
    problem_id = _draft(adopter, world)
    page = text_of(adopter.get(f"/problems/{problem_id}/send"))
    assert "1 other workplace has a problem like yours" in page
    for secret in ("Vestby", "Åen", "Telefonen ringer"):
        assert secret not in page


def test_names_of_the_other_side_are_in_no_history(app: Flask, world: World) -> None:
    problem_id = world.problem(status=ProblemStatus.SUBMITTED)
    with world.database.transaction() as uow:
        take_problem_step(uow, actor=world.consultant, problem_id=problem_id, step="take")
    colleague = world.person("Kollega", workplace_id=world.adopter_place)
    page = Visitor(app, world, colleague).get(f"/problems/{problem_id}")
    assert "Konsulent" in page
    assert "@example.dk" not in page
    assert "+45" not in page


def test_an_administrator_needs_no_content(app: Flask, world: World) -> None:
    administrator: Actor = world.person("Administrator", roles=(Role.ADMINISTRATOR,))
    Visitor(app, world, administrator).get(f"/problems/{world.problem()}", 404)


def test_a_form_without_its_token_changes_nothing(adopter: Visitor, world: World) -> None:
    answer = adopter.client.post("/problems/new", data=_fields(world))
    assert answer.status_code == 400
    with world.database.reading() as uow:
        assert uow.session.scalar(select(func.count()).select_from(Problem)) == 0
