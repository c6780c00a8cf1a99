"""Two real worker processes score the shards of one index over a real broker; the answer is that of one index."""

import json
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from app.store.catalogue import Problem, Solution
from app.use_cases.documents import problem_document, solution_document
from matching import Index
from tests.use_cases.introduction_world import World
from tests.workers.workshop import present_world

ROOT = Path(__file__).parents[2]
TEXTS = (
    ("Skærmbesøg om natten", "Natlige tilsyn vækker borgerne."),
    ("Sensor i sengen", "Tilsyn om natten vækker borgerne."),
    ("Elevernes fravær", "Elever bliver væk fra skolen."),
    ("Madspild i køkkenet", "Maden fra køkkenet bliver smidt ud."),
    ("Faldalarm", "Borgere falder om natten og bliver ikke fundet."),
    ("Affald i skoven", "Affald ligger i skoven."),
)
ASK = """
import json, sys
from pathlib import Path
from uuid import UUID
from workers.shards import rank_over_shards
folder, problem_id, *excluding = sys.argv[1:]
found = rank_over_shards(Path(folder), 3, problem_id=UUID(problem_id), excluding=frozenset(excluding))
print(json.dumps(found))
"""


@pytest.fixture
def world(postgres_database: str) -> Iterator[World]:
    world = present_world(postgres_database)
    with world.database:
        yield world


def _published(world: World, problem_id: UUID, folder: Path) -> tuple[Index, list[tuple[str, float]]]:
    with world.database.reading() as uow:
        solutions = uow.session.scalars(select(Solution)).all()
        index = Index.build(solution_document(uow, solution) for solution in solutions)
        index.publish_shards(folder, 3)
        return index, index.scores(problem_document(uow, uow.session.get_one(Problem, problem_id)))


def test_a_group_of_workers_answers_as_one_index(world: World, redis_url: str, tmp_path: Path) -> None:
    problem_id = world.problem()
    for title, text in TEXTS:
        world.solution(title=title, problem_text=text)
    _, expected = _published(world, problem_id, tmp_path / "shards")
    assert len(expected) > 2
    environment = {
        **os.environ,
        "GENKLANG_DATABASE_URL": world.database.url,
        "GENKLANG_BROKER_URL": redis_url,
        "GENKLANG_SECRET_KEY": secrets.token_urlsafe(40),
        "GENKLANG_VAR": str(tmp_path),
    }
    command = [sys.executable, "-m", "celery", "--app", "workers.shards:celery", "worker", "--concurrency", "1"]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--pool", "solo"]
    with (tmp_path / "workers.log").open("wb") as log:
        workers = [
            subprocess.Popen(
                [*command, *quiet, "--hostname", f"{name}@here"], cwd=ROOT, env=environment, stdout=log, stderr=log,
                start_new_session=True,
            )
            for name in ("one", "other")
        ]  # fmt: skip
        try:
            for excluding in ([], [expected[0][0]]):
                asked = subprocess.run(
                    [sys.executable, "-c", ASK, str(tmp_path / "shards"), str(problem_id), *excluding],
                    cwd=ROOT, env=environment, check=False, capture_output=True, text=True, timeout=90,
                )  # fmt: skip
                assert asked.returncode == 0, asked.stderr + (tmp_path / "workers.log").read_text()
                found = [(name, score) for name, score in json.loads(asked.stdout)]
                assert found == [pair for pair in expected if pair[0] not in excluding]
        finally:
            for worker in workers:
                os.killpg(worker.pid, signal.SIGKILL)
                worker.wait()
