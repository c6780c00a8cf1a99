"""Who may open which door. Every endpoint declares one of these; the application does not start otherwise."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from flask import Flask, Response, abort, g, request
from werkzeug.wrappers import Response as BaseResponse

from app.domain.vocabulary import ANONYMOUS, Actor
from app.web.kept_forms import forget_sent, sign_in_and_keep

P = ParamSpec("P")
R = TypeVar("R")
View = Callable[P, R]
DECLARED = "declared_access"
ANSWERS = Response | BaseResponse | str


def current_actor() -> Actor:
    """Return who makes this request."""
    actor: Actor = g.get("actor", ANONYMOUS)
    return actor


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Everybody may open this."""
    setattr(view, DECLARED, "public")
    return view


def signed_in(view: Callable[P, R]) -> Callable[P, R]:
    """Only people who have signed in; others are asked to, and what they typed is kept."""
    return _guarded(view, "signed_in", lambda actor: actor.is_signed_in)


def consultant_only(view: Callable[P, R]) -> Callable[P, R]:
    """Only consultants; to other people the page does not exist."""
    return _guarded(view, "consultant_only", lambda actor: actor.is_consultant)


def administrator_only(view: Callable[P, R]) -> Callable[P, R]:
    """Only administrators; to other people the page does not exist."""
    return _guarded(view, "administrator_only", lambda actor: actor.is_administrator)


def consultant_or_administrator(view: Callable[P, R]) -> Callable[P, R]:
    """Only consultants and administrators; to other people the page does not exist."""
    return _guarded(view, "consultant_or_administrator", lambda actor: actor.is_consultant or actor.is_administrator)


def _guarded(view: Callable[P, R], name: str, holds: Callable[[Actor], bool]) -> Callable[P, R]:
    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        actor = current_actor()
        if not actor.is_signed_in:
            return cast("R", sign_in_and_keep())
        if not holds(actor):
            abort(404)
        answer = view(*args, **kwargs)
        if request.method == "POST" and actor.account_id and getattr(answer, "location", None):
            forget_sent(actor.account_id)
        return answer

    setattr(guarded, DECLARED, name)
    return guarded


def require_declared_access(app: Flask) -> None:
    """Refuse to start when an endpoint has not declared who may open it. Raises RuntimeError naming it."""
    for endpoint, view in app.view_functions.items():
        if endpoint != "static" and not hasattr(view, DECLARED):
            raise RuntimeError(f"endpoint {endpoint} does not declare its access")
