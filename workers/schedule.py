"""What beat rings, at fixed intervals: timers, daily jobs, and sweeps of the lanes.

The relay of each worker looks into the database twice a second and is what finds a row whose doorbell was lost; the
sweeps are for a worker whose relay hangs. They are rare, for beat goes on ringing while no worker runs.

Every run is safe to repeat. What happens at a time of the calendar is a row in the database or a slot that is taken
once; beat only looks whether it is time. A doorbell nobody answered before the next one comes is thrown away.
"""

from typing import Any

SWEEP_SECONDS = 30.0
TIMER_SECONDS = 20.0
JOB_SECONDS = 300.0


def _every(task: str, seconds: float) -> dict[str, Any]:
    return {"task": f"workers.tasks.{task}", "schedule": seconds, "options": {"expires": seconds}}


BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "sweep-notices": _every("drain_notices", SWEEP_SECONDS),
    "sweep-matching": _every("drain_matching", SWEEP_SECONDS),
    "sweep-mail": _every("send_mails", SWEEP_SECONDS),
    "timers": _every("run_due_timers", TIMER_SECONDS),
    "jobs": _every("run_due_jobs", JOB_SECONDS),
}
