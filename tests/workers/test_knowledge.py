"""What workers do when consultants teach the matcher: previews are worked out, open problems are matched again."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from app.domain.knowledge import WordGroup
from app.store.knowledge import KnowledgeGroup, KnowledgePreview
from app.store.matches import Suggestion
from app.store.outbox import Delivery
from app.use_cases import knowledge
from tests.servers.smtp import SmtpSink
from tests.use_cases.introduction_world import World
from tests.workers.workshop import events, present_world, runtime_on
from workers.drain import drain
from workers.runtime import Runtime

SNURRE = WordGroup(("snurredims", "drejetingest"))


@pytest.fixture
def world(database: str) -> Iterator[World]:
    found = present_world(database)
    yield found
    found.database.dispose()


@pytest.fixture
def runtime(world: World, smtp_sink: SmtpSink, tmp_path: Path) -> Iterator[Runtime]:
    with runtime_on(world.database.url, smtp_sink.url, tmp_path) as found:
        yield found


def strange_pair(world: World) -> tuple[UUID, UUID]:
    """Return a problem and a solution that only a group lets meet."""
    solution = world.solution(title="Drejetingest", problem_text="Drejetingest går i stykker.", description="Smør.")
    return world.problem(title="Snurredims", situation="Vores snurredims driller.", tried="", better=""), solution


def try_out(world: World, group: WordGroup = SNURRE) -> UUID:
    with world.database.transaction() as uow:
        return knowledge.try_group(uow, actor=world.consultant, group=group, group_id=None, key="")


def result(world: World, preview_id: UUID) -> dict[str, object] | None:
    with world.database.reading() as uow:
        return knowledge.preview_of(uow, actor=world.consultant, preview_id=preview_id).result


def test_a_preview_is_worked_out_and_changes_nothing(world: World, runtime: Runtime) -> None:
    problem, _ = strange_pair(world)
    preview_id = try_out(world)
    drain(runtime, "matching")
    found = result(world, preview_id)
    assert found is not None
    assert [change["problem"] for change in found["changes"]] == [str(problem)]  # type: ignore[attr-defined]
    assert runtime.worked_out == {}
    with world.database.reading() as uow:
        assert uow.session.scalars(select(KnowledgeGroup)).all() == []
        assert uow.session.scalars(select(Suggestion)).all() == []


def test_a_preview_that_fails_keeps_no_other_waiting(world: World, runtime: Runtime) -> None:
    strange_pair(world)
    broken, sound = try_out(world), try_out(world)
    with world.database.transaction() as uow:
        preview = uow.session.get_one(KnowledgePreview, broken)
        preview.draft = preview.draft | {"kind": "perhaps"}
    drain(runtime, "matching")
    assert result(world, broken) is None
    assert result(world, sound) is not None
    assert {event.payload["subject_id"]: event.state for event in events(world.database)} == {
        str(broken): Delivery.PENDING,
        str(sound): Delivery.DONE,
    }


def test_a_saved_group_lets_open_problems_be_matched_again(world: World, runtime: Runtime) -> None:
    problem, solution = strange_pair(world)
    with world.database.transaction() as uow:
        knowledge.save_group(uow, actor=world.consultant, group=SNURRE)
    drain(runtime, "matching")
    with world.database.reading() as uow:
        found = uow.session.scalars(select(Suggestion).where(Suggestion.problem_id == problem)).one()
        assert found.solution_id == solution
        assert found.explanation["terms"], "words met, not only letters"
    assert {event.name: event.state for event in events(world.database)} == {
        "KnowledgeChanged": Delivery.DONE,
        "ProblemMatchWanted": Delivery.DONE,
    }
