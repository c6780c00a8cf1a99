"""Texts are written field by field, and every wording that the matcher has read is kept."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlalchemy import select

from app.domain.errors import InputMissing
from app.domain.vocabulary import Sector
from app.store.catalogue import Problem, Solution, TextVersion
from app.use_cases.texts import MATCHED_FIELDS, differs, snapshot_of, write_fields
from tests.use_cases.introduction_world import World


@pytest.fixture
def world(database: str) -> Iterator[World]:
    world = World(database)
    yield world
    world.database.dispose()


def _write(world: World, problem_id: UUID, **fields: object) -> bool:
    with world.database.transaction() as uow:
        problem = uow.session.get_one(Problem, problem_id)
        return write_fields(uow, actor=world.adopter, text=problem, fields=fields)


def _versions(world: World, subject_id: UUID) -> list[TextVersion]:
    with world.database.reading() as uow:
        rows = list(
            uow.session.scalars(
                select(TextVersion).where(TextVersion.subject_id == subject_id).order_by(TextVersion.version)
            )
        )
        for row in rows:
            uow.session.expunge(row)
        return rows


def test_a_changed_word_makes_a_version_with_its_writer(world: World) -> None:
    problem_id = world.problem()
    before = world.read(Problem, problem_id)
    assert _write(world, problem_id, tried="Noget nyt")
    after = world.read(Problem, problem_id)
    assert after.text_version == before.text_version + 1
    assert after.text_changed_at > before.text_changed_at
    old, new = _versions(world, problem_id)
    assert (old.fields["tried"], new.fields["tried"]) == ("Vi har prøvet færre tilsyn.", "Noget nyt")
    assert new.written_by_id == world.adopter.account_id


def test_what_the_matcher_does_not_read_makes_no_version(world: World) -> None:
    problem_id = world.problem()
    assert not _write(world, problem_id, who_decides="Lederen")
    assert world.read(Problem, problem_id).who_decides == "Lederen"
    assert len(_versions(world, problem_id)) == 1


def test_the_same_words_change_nothing(world: World) -> None:
    problem_id = world.problem()
    problem = world.read(Problem, problem_id)
    assert not _write(world, problem_id, title=problem.title, sector=Sector.ELDERLY_CARE)
    assert world.read(Problem, problem_id).revision == problem.revision


def test_a_field_that_is_not_there_is_refused(world: World) -> None:
    problem_id = world.problem()
    with pytest.raises(InputMissing) as refusal:
        _write(world, problem_id, colour="blue")
    assert refusal.value.field == "colour"


def test_a_snapshot_holds_plain_values_of_the_named_fields() -> None:
    kept = snapshot_of({"title": "T", "sector": Sector.HEALTH, "links": "x"}, MATCHED_FIELDS)
    assert kept == {"title": "T", "sector": "health"}
    assert type(kept["sector"]) is str


def test_differs_looks_at_every_field(world: World) -> None:
    solution = world.read(Solution, world.solution(dead_ends="E-mails"))
    assert not differs(solution, {"title": solution.title, "dead_ends": "E-mails"})
    assert differs(solution, {"title": solution.title, "dead_ends": ""})
