"""Who makes this request: the browser holds a secret, the server decides what it is worth."""

from flask import Flask, g, request, session
from werkzeug.wrappers import Response

from app.domain.vocabulary import ANONYMOUS
from app.use_cases import accounts
from app.web.kept_forms import ACCOUNT
from app.web.services import services

TOKEN = "sign_in"  # noqa: S105 - the name of a session field


def set_up_sign_in(app: Flask) -> None:
    """Look up the actor before each request of `app`, before anything else may refuse it."""

    def find_actor() -> Response | None:
        g.actor = ANONYMOUS
        token = session.get(TOKEN)
        if token is None or request.endpoint == "static":
            return None
        with services().database.reading() as uow:
            found = accounts.signed_in_actor(uow, token=token)
        if found is None:
            session.pop(TOKEN)
            return None
        g.actor = found.actor
        if session.get(ACCOUNT) != str(found.actor.account_id):
            session[ACCOUNT] = str(found.actor.account_id)
        if found.is_due_for_touch:
            with services().database.transaction() as uow:
                accounts.touch(uow, token=token)
        return None

    app.before_request_funcs.setdefault(None, []).insert(0, find_actor)


def begin_sign_in(token: str) -> None:
    """Put a fresh secret into the browser's session; everything else in it but the language starts anew."""
    end_sign_in()
    session.permanent = True
    session[TOKEN] = token


def end_sign_in() -> str | None:
    """Empty the browser's session, but for the language, and return the secret that it held."""
    token: str | None = session.get(TOKEN)
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
    return token
