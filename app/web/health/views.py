"""Signs of life for whoever runs the service."""

from datetime import timedelta

from flask import Blueprint, Response, jsonify
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from app.store.safety import Heartbeat
from app.web.access import public
from app.web.services import reading, services

bp = Blueprint("health", __name__)
ALIVE_WITHIN = timedelta(seconds=60)


@bp.get("/healthz")
@public
def healthz() -> Response:
    """Answer as long as the process does."""
    return jsonify(process="ok")


@bp.get("/readyz")
@public
def readyz() -> tuple[Response, int]:
    """200 when the database answers and has the schema that this code expects.

    The worker is told of and does not change the status: pages are served without it.
    """
    try:
        with reading() as uow:
            revision = uow.session.scalar(text("SELECT version_num FROM alembic_version"))
            beat_at = uow.session.scalar(select(Heartbeat.beat_at).where(Heartbeat.part == "worker"))
            now = uow.now
    except SQLAlchemyError:
        return jsonify(database="absent", worker="unknown"), 503
    worker = "ok" if beat_at is not None and now - beat_at <= ALIVE_WITHIN else "absent"
    if revision != services().database_revision:
        return jsonify(database="schema", worker=worker), 503
    return jsonify(database="ok", worker=worker), 200
