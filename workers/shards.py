"""An index on several machines: a Celery group asks every shard, and the merged answer is that of one index, exactly.

For catalogues beyond about ten million texts (docs/matching.md): below, one machine is faster than the way to others.
A worker with `--app workers.shards:celery --queues shards` scores; its tasks carry the problem's number, never its
words, and answer with the solutions' numbers and sums, which the broker forgets after a minute.
"""

from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from celery import Celery, group
from kombu import Exchange, Queue

from app.store.catalogue import Problem
from app.use_cases.matching import open_shard, problem_document, rank_parts, use_compiled
from config.settings import load
from workers.celery_settings import celery_settings
from workers.runtime import runtime

QUEUE = "shards"
ANSWER_SECONDS = 20
KEPT_SECONDS = 60


def settings_of(broker_url: str) -> dict[str, Any]:
    """Return Celery's configuration for scoring shards: answers come back, everything else is as for all workers."""
    return {
        **celery_settings(broker_url),
        "imports": [],
        "beat_schedule": {},
        "result_backend": broker_url,
        "result_expires": KEPT_SECONDS,
        "task_ignore_result": False,
        "task_queues": [Queue(QUEUE, Exchange(QUEUE), routing_key=QUEUE)],
        "task_default_queue": QUEUE,
        "task_routes": {},
    }


celery = Celery("genklang-shards")
celery.conf.update(settings_of(load().broker_url))


@lru_cache(maxsize=16)
def _shard(folder: str, number: int) -> Any:  # noqa: ANN401 - the matcher's index, by the one door
    use_compiled()
    return open_shard(Path(folder), number)


@celery.task(name="workers.shards.look")  # type: ignore[untyped-decorator]
def look(folder: str, number: int, problem_id: str, limit: int, excluding: list[str]) -> dict[str, Any]:
    """Return what one shard knows of the answer to an open problem, as plain numbers."""
    with runtime().database.reading() as uow:
        query = problem_document(uow, uow.session.get_one(Problem, UUID(problem_id)))
    part: dict[str, Any] = _shard(folder, number).look(query, limit=limit, excluding=frozenset(excluding)).plain()
    return part


def rank_over_shards(
    folder: Path, count: int, *, problem_id: UUID, limit: int = 10, excluding: frozenset[str] = frozenset()
) -> list[tuple[str, float]]:
    """Return (solution's id, score) over all `count` shards that `Index.publish_shards` wrote to `folder`, best first.

    folder: the same path on every machine. Raises celery.exceptions.TimeoutError when a shard does not answer.
    """
    asked = group(look.s(str(folder), number, str(problem_id), limit, sorted(excluding)) for number in range(count))
    answers = asked.apply_async(expires=ANSWER_SECONDS)
    try:
        return rank_parts(answers.get(timeout=ANSWER_SECONDS), limit=limit, excluding=excluding)
    finally:
        answers.forget()
