"""Every table, for the migrations and for whoever needs the whole metadata."""

from app.store import catalogue, history, introductions, judgements, knowledge, matches, outbox, people, safety
from app.store.base import Base

__all__ = [
    "Base",
    "catalogue",
    "history",
    "introductions",
    "judgements",
    "knowledge",
    "matches",
    "outbox",
    "people",
    "safety",
]
