"""Before sending: a text that reads as if it were about another field of work says so, and people decide."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from app.domain.vocabulary import ProblemStatus, Sector
from tests.use_cases.introduction_world import World
from tests.web.text_pages import Visitor, make_app, text_of

NOTICE = "It reads as if it were about"
TEXTS = ("Pårørende ringer hele natten", "Natten på plejehjemmet", "Nattevagten og de pårørende")


@pytest.fixture
def world(database: str) -> Iterator[World]:
    made = World(database)
    place, _ = made.place("Rådhuset", "Østby Kommune")
    for title in TEXTS:
        made.solution(place, title=title, sector=Sector.ELDERLY_CARE)
    yield made
    made.database.dispose()


def look(world: World, folder: Path, sector: Sector) -> str:
    problem: UUID = world.problem(
        status=ProblemStatus.DRAFT, sector=sector, title="Pårørende ringer", situation="Pårørende ringer hele natten."
    )
    return text_of(Visitor(make_app(world, folder), world, world.adopter).get(f"/problems/{problem}/send"))


def test_another_field_than_the_neighbours_is_told(world: World, tmp_path: Path) -> None:
    page = look(world, tmp_path, Sector.SCHOOL)
    assert f"{NOTICE} Elderly care" in page
    assert "You chose School and education." in page


def test_the_same_field_is_not_remarked_upon(world: World, tmp_path: Path) -> None:
    assert NOTICE not in look(world, tmp_path, Sector.ELDERLY_CARE)
