"""The doorbells: tasks without arguments that say "look now". What there is to do stands in the database."""

from collections.abc import Callable
from typing import Any

from celery import shared_task

from app.store.outbox import Lane
from app.use_cases import timers
from workers.drain import MAIL, drain
from workers.runtime import runtime


def _drain_notices() -> None:
    """Act on events that are quick to act on."""
    drain(runtime(), Lane.NOTICES)


def _drain_matching() -> None:
    """Act on events that start the matcher."""
    drain(runtime(), Lane.MATCHING)


def _send_mails() -> None:
    """Hand over the mails that are due."""
    drain(runtime(), MAIL)


def _run_due_timers() -> None:
    """Act on timers that have run out."""
    timers.run_due_timers(runtime().database)


def _run_due_jobs() -> None:
    """Do what is due once a day or once a week, unless it is done already."""
    timers.run_due_jobs(runtime().database)


def _doorbell(work: Callable[[], None]) -> Any:  # noqa: ANN401 - Celery has no types
    return shared_task(work, name=f"workers.tasks.{work.__name__.removeprefix('_')}")


drain_notices = _doorbell(_drain_notices)
drain_matching = _doorbell(_drain_matching)
send_mails = _doorbell(_send_mails)
run_due_timers = _doorbell(_run_due_timers)
run_due_jobs = _doorbell(_run_due_jobs)
