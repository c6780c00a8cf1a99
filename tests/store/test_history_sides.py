"""Whose step it was: the step says so, so that nobody's name is shown to the other side by chance."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlalchemy import delete

from app.domain.permissions import Subject
from app.domain.steps import steps_of
from app.domain.vocabulary import Actor, Lifecycle, Reason, Role
from app.store.people import Membership
from app.store.queries.introduction_sides import STEPS_OF_EITHER_SIDE, side_said_by
from app.store.queries.introductions import introduction_page
from app.use_cases.introductions import express_interest
from tests.use_cases.introduction_world import World


@pytest.fixture
def world(database: str) -> Iterator[World]:
    world = World(database)
    yield world
    world.database.dispose()


@pytest.fixture
def of_both(world: World) -> Actor:
    person = world.person("Begges Kontakt", workplace_id=world.adopter_place)
    return also_in(world, person, world.owner_place)


def also_in(world: World, person: Actor, workplace_id: UUID) -> Actor:
    with world.database.transaction() as uow:
        uow.session.add(Membership(account_id=person.account_id, workplace_id=workplace_id, created_at=uow.now))
    return Actor(person.account_id, person.roles, person.workplace_ids | {workplace_id}, person.display_name)


def told(world: World, viewer: Actor, introduction_id: UUID, step: str) -> tuple[str | None, str]:
    with world.database.reading() as uow:
        page = introduction_page(uow, actor=viewer, introduction_id=introduction_id)
    line = next(line for line in page.history if line.step == step)
    return line.side, line.name


def test_a_member_of_both_workplaces_is_shown_as_the_side_that_the_step_belongs_to(
    world: World, of_both: Actor
) -> None:
    introduction_id = world.introduction(None, None, "ask_adopter")
    world.step(introduction_id, "accept_as_adopter", of_both)
    world.step(introduction_id, "decline_as_owner", of_both, reason=Reason.NO_TIME_NOW)
    name = of_both.display_name
    assert told(world, world.adopter, introduction_id, "accept_as_adopter") == ("adopter", name)
    assert told(world, world.adopter, introduction_id, "decline_as_owner") == ("owner", "")
    assert told(world, world.owner, introduction_id, "decline_as_owner") == ("owner", name)
    assert told(world, world.consultant, introduction_id, "decline_as_owner") == ("owner", name)
    assert told(world, world.consultant, introduction_id, "accept_as_adopter") == ("adopter", name)


def test_a_consultant_who_answered_as_a_member_is_not_shown_as_the_consultant(world: World) -> None:
    member = world.person("Medlem", roles=(Role.OWNER, Role.CONSULTANT), workplace_id=world.owner_place)
    introduction_id = world.introduction(None, None, "ask_adopter", "accept_as_adopter")
    world.step(introduction_id, "accept_as_owner", member)
    assert told(world, world.adopter, introduction_id, "accept_as_owner") == ("owner", "")


def test_whoever_has_left_is_not_shown_as_the_consultant(world: World) -> None:
    introduction_id = world.introduction(None, None, "ask_adopter", "accept_as_adopter", "accept_as_owner")
    world.step(introduction_id, "start_dialogue", world.owner)
    with world.database.transaction() as uow:
        uow.session.execute(delete(Membership).where(Membership.account_id == world.owner.account_id))
    assert told(world, world.adopter, introduction_id, "accept_as_owner") == ("owner", "")
    assert told(world, world.adopter, introduction_id, "start_dialogue") == ("owner", "")


def test_a_step_of_either_side_is_the_side_of_the_one_who_took_it(world: World, of_both: Actor) -> None:
    introduction_id = world.introduction(None, None, "ask_adopter", "accept_as_adopter", "accept_as_owner")
    world.step(introduction_id, "start_dialogue", world.adopter)
    assert told(world, world.owner, introduction_id, "start_dialogue") == ("adopter", "")
    other = world.introduction(None, None, "ask_adopter", "accept_as_adopter", "accept_as_owner")
    world.step(other, "start_dialogue", of_both)
    assert told(world, world.owner, other, "start_dialogue") == ("owner", of_both.display_name), "a colleague"
    assert told(world, world.adopter, other, "start_dialogue") == ("adopter", of_both.display_name), "a colleague"


def test_who_asked_and_who_prepared_is_told(world: World) -> None:
    problem_id, solution_id = world.problem(), world.solution()
    with world.database.transaction() as uow:
        asked = express_interest(
            uow, actor=world.adopter, problem_id=problem_id, solution_id=solution_id, words="Ja"
        ).id
    assert told(world, world.adopter, asked, "begin") == ("adopter", world.adopter.display_name)
    prepared = world.introduction(None, None, "ask_adopter")
    assert told(world, world.adopter, prepared, "begin") == ("consultant", world.consultant.display_name)


def test_no_step_of_the_two_sides_is_forgotten(world: World, of_both: Actor) -> None:
    """A member of both, who is no consultant, may take exactly the steps whose side is known."""
    for step in steps_of(Lifecycle.INTRODUCTION):
        for status in step.starts_from:
            subject = Subject(
                Lifecycle.INTRODUCTION, status, world.adopter_place, world.adopter_place, world.owner_place
            )
            known = side_said_by(step.name) is not None or step.name in STEPS_OF_EITHER_SIDE
            assert step.may(of_both, subject) == known, step.name
