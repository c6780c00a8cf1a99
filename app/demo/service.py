"""The three processes that Genklang is made of, as `make run` and the journeys of the tests start them."""

import sys
from pathlib import Path

from app.demo.children import Children, WhenItEnds

WEB_THREADS = 8
PYTHON = (sys.executable, "-m")
CELERY = (*PYTHON, "celery", "--app", "workers.celery_app:celery")
# a worker that is alone has nobody to exchange news with
ALONE = ("--concurrency", "1", "--without-gossip", "--without-mingle", "--without-heartbeat")


def start_service(children: Children, *, port: int, folder: Path) -> None:
    """Start web server, worker and beat with the environment of `children`; beat keeps its schedule in `folder`."""
    start_web(children, port)
    start_worker(children)
    start_beat(children, folder)


def start_web(children: Children, port: int) -> None:
    """Start the web server on this machine's `port`."""
    listen = ["--listen", f"127.0.0.1:{port}", "--threads", str(WEB_THREADS)]
    children.start("web", [*PYTHON, "waitress", *listen, "--call", "app.factory:create_app"], WhenItEnds.STOP_ALL)


def start_worker(children: Children) -> None:
    """Start one worker for all queues."""
    children.start("worker", [*CELERY, "worker", *ALONE], WhenItEnds.START_AGAIN)


def start_beat(children: Children, folder: Path) -> None:
    """Start the clock that rings the worker at fixed intervals; it remembers in `folder` when it last rang."""
    schedule = ["--schedule", str(folder / "beat-schedule"), "--pidfile", ""]
    children.start("beat", [*CELERY, "beat", *schedule], WhenItEnds.START_AGAIN)
