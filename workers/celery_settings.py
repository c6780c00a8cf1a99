"""What Celery is told. It carries no facts: its tasks have no arguments and only say "look now"."""

from typing import Any

from kombu import Exchange, Queue

from workers.schedule import BEAT_SCHEDULE

VISIBILITY_SECONDS = 300
# Under a fifth of the visibility timeout: what outlasts that is given to a second worker while the first still runs.
TASK_SECONDS = 59
QUEUES = ("notices", "matching", "mail")
ROUTES = {
    "workers.tasks.drain_notices": "notices",
    "workers.tasks.drain_matching": "matching",
    "workers.tasks.send_mails": "mail",
    "workers.tasks.run_due_timers": "notices",
    "workers.tasks.run_due_jobs": "notices",
}


def celery_settings(broker_url: str) -> dict[str, Any]:
    """Return Celery's configuration. broker_url: Redis or Valkey, by TCP or unix socket."""
    return {
        "broker_url": broker_url,
        "imports": ["workers.tasks"],
        # no result is kept: nobody reads one, and it would hold data outside the database
        "result_backend": None,
        "task_ignore_result": True,
        # a doorbell whose worker dies rings again; a row that kills its workers is put aside by the database
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "worker_prefetch_multiplier": 1,
        "task_time_limit": TASK_SECONDS,
        "task_serializer": "json",
        "accept_content": ["json"],
        "timezone": "UTC",  # beat stops at the change of the clock in a zone that has one
        "enable_utc": True,
        "task_queues": [Queue(name, Exchange(name), routing_key=name) for name in QUEUES],
        "task_default_queue": "notices",
        "task_create_missing_queues": False,
        "task_routes": {task: {"queue": queue} for task, queue in ROUTES.items()},
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "broker_transport_options": {
            "visibility_timeout": VISIBILITY_SECONDS,
            "socket_connect_timeout": 2,
            "socket_keepalive": True,
        },
        "worker_cancel_long_running_tasks_on_connection_loss": False,  # a drain is safe to run to its end
        "worker_max_tasks_per_child": 1000,
        "worker_max_memory_per_child": 600_000,  # kilobytes: the index of some ten thousand texts and some air
        "worker_eta_task_limit": 10,
        "worker_hijack_root_logger": False,
        "worker_redirect_stdouts": False,
        "beat_schedule": BEAT_SCHEDULE,
        "beat_max_loop_interval": 5,
    }
