"""The Celery application: `celery --app workers.celery_app:celery worker` and `beat`."""

from threading import Thread
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_process_init

from config.settings import load
from workers.celery_settings import celery_settings
from workers.logs import log_as_json
from workers.relay_step import RelayStep
from workers.runtime import runtime

celery = Celery("genklang")
celery.conf.update(celery_settings(load().broker_url))
celery.steps["worker"].add(RelayStep)


def _set_up_logging(**_: Any) -> None:  # noqa: ANN401 - what Celery passes is not looked at
    log_as_json(load().log_level)


def _begin_child(**_: Any) -> None:  # noqa: ANN401
    # A forked child never touches its parent's connections: it opens its own.
    # Beside the work and not before it: mails need no index, and Celery gives up on a child that is slow to begin.
    Thread(target=runtime().warm_up, name="warm-up", daemon=True).start()


setup_logging.connect(_set_up_logging, weak=False)
worker_process_init.connect(_begin_child, weak=False)
