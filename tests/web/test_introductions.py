"""The pages about introductions: who sees what, which buttons stand there, and what a refusal keeps."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from app.domain.vocabulary import Actor, Reason, SolutionStatus
from app.domain.vocabulary import IntroductionStatus as Status
from app.store.catalogue import Solution
from app.store.introductions import Introduction
from app.store.people import Account
from tests.web.introduction_site import Site

MADE = ("ask_adopter", "accept_as_adopter", "accept_as_owner")


@pytest.fixture
def site(database: str, tmp_path: Path) -> Iterator[Site]:
    made = Site(database, tmp_path)
    yield made
    made.world.database.dispose()


def details_of(site: Site, actor: Actor) -> list[str]:
    assert actor.account_id is not None
    account = site.world.read(Account, actor.account_id)
    return [account.email, account.phone]


def page(site: Site, introduction_id: UUID, actor: Actor) -> str:
    answer = site.get(f"/introductions/{introduction_id}", actor)
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize("count", range(len(MADE) + 1))
def test_contact_details_stand_on_the_page_only_when_both_have_said_yes(site: Site, count: int) -> None:
    introduction_id = site.world.introduction(None, None, *MADE[:count])
    secrets = details_of(site, site.world.adopter) + details_of(site, site.world.owner)
    for actor in (site.world.adopter, site.world.owner, site.world.consultant):
        text = site.get(f"/introductions/{introduction_id}", actor).text
        shown = [secret for secret in secrets if secret in text]
        assert shown == (secrets if count == len(MADE) else []), (actor.display_name, count)


def test_no_list_or_queue_ever_shows_contact_details(site: Site) -> None:
    site.world.introduction(None, None, *MADE)
    secrets = details_of(site, site.world.adopter) + details_of(site, site.world.owner)
    for path in ("/introductions", "/introductions?group=closed", "/queue"):
        for actor in (site.world.adopter, site.world.owner, site.world.consultant):
            text = site.get(path, actor).text
            assert not any(secret in text for secret in secrets)


def test_to_outsiders_and_visitors_it_does_not_exist(site: Site) -> None:
    introduction_id = site.world.introduction(None, None, *MADE)
    _, outsider = site.world.place("Et andet sted", "Fjernby Kommune")
    unknown = site.get(f"/introductions/{uuid4()}", outsider)
    foreign = site.get(f"/introductions/{introduction_id}", outsider)
    assert (unknown.status_code, foreign.status_code) == (404, 404)
    assert site.get(f"/introductions/{introduction_id}").status_code == 401
    for step in ("accept_as_owner", "cancel", "conclude", "no_such_step"):
        answer = site.post(f"/introductions/{introduction_id}/{step}", outsider, {"note": "x", "reason": "nothing"})
        assert answer.status_code == 404, step
    assert site.world.status(introduction_id) is Status.INTRODUCED


def test_the_owner_learns_of_it_only_when_asked(site: Site) -> None:
    introduction_id = site.world.introduction(None, None, "ask_adopter")
    assert site.get(f"/introductions/{introduction_id}", site.world.owner).status_code == 404
    assert "Plejecenter" not in site.get("/introductions", site.world.owner).text
    site.world.step(introduction_id, "accept_as_adopter")
    text = page(site, introduction_id, site.world.owner)
    assert "Plejecenter Engen, Nordby Kommune" in text
    assert "Ord til løsningsejeren" in text
    assert "Ord til genbrugeren" not in text


@pytest.mark.parametrize(
    ("steps", "buttons"),
    [
        ((), {"consultant": {"ask_adopter", "cancel"}}),
        (MADE[:1], {"adopter": {"accept_as_adopter", "decline_as_adopter"}, "consultant": {"cancel"}}),
        (MADE[:2], {"owner": {"accept_as_owner", "decline_as_owner"}, "adopter": set(), "consultant": {"cancel"}}),
        (
            MADE,
            {
                "owner": {"start_dialogue", "propose_conclusion"},
                "adopter": {"start_dialogue", "propose_conclusion"},
                "consultant": {"conclude"},
            },
        ),
    ],
)
def test_each_side_sees_the_buttons_of_its_own_steps(
    site: Site, steps: tuple[str, ...], buttons: dict[str, set[str]]
) -> None:
    introduction_id = site.world.introduction(None, None, *steps)
    people = {"adopter": site.world.adopter, "owner": site.world.owner, "consultant": site.world.consultant}
    for who, wanted in buttons.items():
        text = page(site, introduction_id, people[who])
        address = f'action="/introductions/{introduction_id}/'
        shown = {piece.split('"')[0] for piece in text.split(address)[1:]} - {"words"}
        assert shown == wanted, who


def test_the_whole_way_by_buttons(site: Site) -> None:
    world = site.world
    introduction_id = world.introduction()
    for actor, step in ((world.consultant, MADE[0]), (world.adopter, MADE[1]), (world.owner, MADE[2])):
        answer = site.post(f"/introductions/{introduction_id}/{step}", actor)
        assert (answer.status_code, answer.location) == (303, f"/introductions/{introduction_id}")
    assert world.status(introduction_id) is Status.INTRODUCED
    assert "You are introduced" in page(site, introduction_id, world.owner)


def test_a_form_sent_twice_is_acted_on_once(site: Site) -> None:
    introduction_id = site.world.introduction()
    fields = {"form_key": str(uuid4())}
    first = site.post(f"/introductions/{introduction_id}/ask_adopter", site.world.consultant, fields)
    site.world.step(introduction_id, "cancel", note="Fortrudt")
    second = site.post(f"/introductions/{introduction_id}/ask_adopter", site.world.consultant, fields)
    assert (first.status_code, second.status_code) == (303, 303)
    assert site.world.status(introduction_id) is Status.CANCELLED


def test_a_missing_reason_is_told_at_the_field_and_what_was_typed_is_kept(site: Site) -> None:
    introduction_id = site.world.introduction(None, None, *MADE[:2])
    path = f"/introductions/{introduction_id}/decline_as_owner"
    answer = site.post(path, site.world.owner, {"note": "Vi har <b>travlt</b>"})
    assert answer.status_code == 422
    assert 'id="decline_as_owner-reason-error"' in answer.text
    assert "Vi har &lt;b&gt;travlt&lt;/b&gt;" in answer.text
    assert '<details class="gk-step" open>' in answer.text
    assert site.world.status(introduction_id) is Status.ASKING_OWNER


@pytest.mark.parametrize("reason", ["adoption_started", "nonsense", ""])
def test_a_reason_outside_the_list_is_refused(site: Site, reason: str) -> None:
    introduction_id = site.world.introduction(None, None, *MADE[:2])
    answer = site.post(f"/introductions/{introduction_id}/decline_as_owner", site.world.owner, {"reason": reason})
    assert answer.status_code == 422
    assert site.world.status(introduction_id) is Status.ASKING_OWNER


def test_a_cpr_number_is_refused_in_what_others_read(site: Site) -> None:
    introduction_id = site.world.introduction()
    fields = {"words_to_adopter": "Borgeren 010150-1234", "words_to_owner": "fint"}
    answer = site.post(f"/introductions/{introduction_id}/words", site.world.consultant, fields)
    assert answer.status_code == 422
    assert "Borgeren 010150-1234" in answer.text, "what was typed is kept"
    assert site.world.read(Introduction, introduction_id).words_to_owner == "Ord til løsningsejeren"
    cancelled = site.post(
        f"/introductions/{introduction_id}/cancel", site.world.consultant, {"note": "Borgeren 010150-1234"}
    )
    assert cancelled.status_code == 422
    assert site.world.status(introduction_id) is Status.DRAFTED


def test_a_note_that_is_too_long_is_refused(site: Site) -> None:
    introduction_id = site.world.introduction()
    answer = site.post(f"/introductions/{introduction_id}/cancel", site.world.consultant, {"note": "å" * 2001})
    assert answer.status_code == 422
    assert site.world.status(introduction_id) is Status.DRAFTED


def test_a_step_that_has_passed_shows_the_page_with_an_explanation(site: Site) -> None:
    introduction_id = site.world.introduction(None, None, *MADE[:2])
    site.world.step(introduction_id, "cancel", note="Ikke nu")
    answer = site.post(f"/introductions/{introduction_id}/accept_as_owner", site.world.owner)
    assert answer.status_code == 409
    assert "things have moved on" in answer.text
    assert "Plejecenter Engen" in answer.text


def test_a_guard_that_does_not_hold_is_explained(site: Site) -> None:
    introduction_id = site.world.introduction(None, None, *MADE[:2])
    with site.world.database.transaction() as uow:
        solution_id = uow.session.get_one(Introduction, introduction_id).solution_id
        uow.session.get_one(Solution, solution_id).status = SolutionStatus.PAUSED
    answer = site.post(f"/introductions/{introduction_id}/accept_as_owner", site.world.owner)
    assert answer.status_code == 409
    assert "The solution is not published at the moment." in answer.text


def test_the_adopter_reads_a_no_of_the_owner_in_neutral_words(site: Site) -> None:
    introduction_id = site.world.introduction(None, None, *MADE[:2])
    site.world.step(introduction_id, "decline_as_owner", reason=Reason.OTHER_IS_BETTER, note="Hemmelig grund")
    adopter, consultant = (page(site, introduction_id, one) for one in (site.world.adopter, site.world.consultant))
    assert "No contact this time" in adopter
    for secret in ("Hemmelig grund", "Another workplace fits better", "said no"):
        assert secret not in adopter
        assert secret in consultant


def test_words_are_saved_and_the_owner_reads_them_when_asked(site: Site) -> None:
    introduction_id = site.world.introduction(None, None)
    fields = {"words_to_adopter": "Til jer", "words_to_owner": "Til dem"}
    answer = site.post(f"/introductions/{introduction_id}/words", site.world.consultant, fields)
    assert answer.status_code == 303
    assert site.post(f"/introductions/{introduction_id}/words", site.world.adopter, fields).status_code == 404
    site.world.step(introduction_id, "ask_adopter")
    text = page(site, introduction_id, site.world.adopter)
    assert "Til jer" in text
    assert "Til dem" not in text


def test_a_consultant_picks_a_solution_by_hand(site: Site) -> None:
    world = site.world
    problem_id, wanted = world.problem(), world.solution()
    own = world.solution(world.adopter_place, title="Vores egen")
    world.solution(title="Cykelværksted", problem_text="Cykler ruster", description="Værksted")
    path = f"/problems/{problem_id}/introduce"
    shown = site.get(f"{path}?q=skærmbesøg", world.consultant).text
    assert str(wanted) in shown
    assert "Cykelværksted" not in shown
    assert str(own) not in site.get(path, world.consultant).text
    assert site.get(path, world.adopter).status_code == 404
    missing = site.post(path, world.consultant, {"words_to_adopter": "Skrevet"})
    assert missing.status_code == 422
    assert "Skrevet" in missing.text
    answer = site.post(path, world.consultant, {"solution_id": str(wanted), "words_to_adopter": "Se her"})
    assert answer.status_code == 303
    with world.database.reading() as uow:
        made = uow.session.scalars(select(Introduction)).one()
        assert (made.status, made.words_to_adopter) == (Status.DRAFTED, "Se her")
    assert str(wanted) not in site.get(path, world.consultant).text, "it is being introduced already"


@pytest.mark.parametrize("sent", ["nonsense", "00000000-0000-4000-8000-000000000000", "own"])
def test_what_cannot_be_picked_is_refused(site: Site, sent: str) -> None:
    world = site.world
    problem_id, own = world.problem(), world.solution(world.adopter_place)
    sent = str(own) if sent == "own" else sent
    answer = site.post(f"/problems/{problem_id}/introduce", world.consultant, {"solution_id": sent})
    assert answer.status_code in {404, 409, 422}
    with world.database.reading() as uow:
        assert uow.session.scalar(select(func.count()).select_from(Introduction)) == 0


def test_a_reason_typed_when_the_sign_in_ran_out_comes_back(site: Site) -> None:
    introduction_id = site.world.introduction(None, None, *MADE[:2])
    site.client(site.world.owner)
    site.world.pass_time(hours=2)
    path = f"/introductions/{introduction_id}"
    fields = {"kept_path": path, "step": "decline_as_owner", "note": "Vi har for travlt", "reason": "no_time_now"}
    answer = site.post(f"{path}/decline_as_owner", site.world.owner, fields)
    assert answer.status_code == 401
    assert site.world.status(introduction_id) is Status.ASKING_OWNER
    kept = answer.text.split('name="kept_form"')[1].split('value="')[1].split('"')[0]
    assert kept


def test_the_list_has_pages(site: Site) -> None:
    solution_id = site.world.solution()
    for _ in range(21):
        site.world.introduction(site.world.problem(), solution_id)
    first = site.get("/introductions", site.world.consultant).text
    second = site.get("/introductions?page=2", site.world.consultant).text
    assert first.count('class="gk-card__title"') == 20
    assert second.count('class="gk-card__title"') == 1
    assert site.get("/introductions?page=99", site.world.consultant).text.count('class="gk-card__title"') == 1
    assert site.get("/introductions?page=x", site.world.consultant).status_code == 200
