"""The three processes that Genklang is made of, as `make run` and the journeys of the tests start them."""

import sys
from pathlib import Path

from app.demo.children import Children, WhenItEnds

WEB_THREADS = 8


def start_service(children: Children, *, port: int, folder: Path) -> None:
    """Start web server, worker and beat with the environment of `children`; beat keeps its schedule in `folder`."""
    python = [sys.executable, "-m"]
    listen = ["--listen", f"127.0.0.1:{port}", "--threads", str(WEB_THREADS)]
    children.start("web", [*python, "waitress", *listen, "--call", "app.factory:create_app"], WhenItEnds.STOP_ALL)
    celery = [*python, "celery", "--app", "workers.celery_app:celery"]
    # one worker needs nothing that workers tell each other; the list of queues is the Celery app's
    alone = ["--concurrency", "1", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    children.start("worker", [*celery, "worker", *alone], WhenItEnds.START_AGAIN)
    schedule = ["--schedule", str(folder / "beat-schedule"), "--pidfile", ""]
    children.start("beat", [*celery, "beat", *schedule], WhenItEnds.START_AGAIN)
