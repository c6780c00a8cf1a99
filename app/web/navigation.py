"""What every page knows: who is signed in, where they can go, and which forms were kept."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from flask import Flask, current_app, request, url_for
from flask_babel import gettext as _

from app.domain.vocabulary import Actor
from app.web.access import current_actor


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the navigation."""

    label: str
    url: str
    is_current: bool
    badge_count: int = 0


def set_up_navigation(app: Flask, *, demo: bool) -> None:
    """Give every template the actor, the navigation and a fresh form key."""

    @app.context_processor
    def common() -> dict[str, Any]:
        actor = current_actor()
        return {
            "actor": actor if actor.is_signed_in else None,
            "navigation": _places(actor),
            "demo": demo,
        }

    # A global: macros imported from templates/components see no context.
    app.jinja_env.globals["new_form_key"] = lambda: str(uuid4())


def _places(actor: Actor) -> list[Place]:
    wanted = [("solutions.index", _("Solutions"))]
    if actor.is_signed_in:
        wanted.insert(0, ("accounts.overview", _("My overview")))
    if actor.is_consultant:
        wanted.append(("queue.index", _("Queue")))
    if actor.is_consultant or actor.is_administrator:
        wanted.append(("knowledge.index", _("Words")))
    if actor.is_administrator:
        wanted.append(("administration.index", _("Administration")))
    here = request.endpoint or ""
    return [
        Place(label, url_for(endpoint), here == endpoint)
        for endpoint, label in wanted
        if endpoint in current_app.view_functions
    ]
