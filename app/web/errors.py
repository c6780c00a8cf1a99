"""From a refusal to a helpful page with the right status: no trace, no hint of what exists."""

from typing import Any

from flask import Flask, Response, g, make_response, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError

from app.domain.errors import (
    Conflict,
    DomainError,
    InputMissing,
    LinkNotValid,
    NotFound,
    NotPermitted,
    StepNotPossible,
    TooManyAttempts,
)
from app.web.access import current_actor
from app.web.kept_forms import keep_for, nearest_page, sent_form, sign_in_and_keep
from app.web.language import guard_text

STATUS: dict[type[DomainError], int] = {
    NotFound: 404,
    NotPermitted: 403,
    StepNotPossible: 409,
    InputMissing: 422,
    Conflict: 409,
    LinkNotValid: 410,
    TooManyAttempts: 429,
}


def set_up_errors(app: Flask) -> None:
    """Register the handlers of `app`."""
    app.register_error_handler(DomainError, _refused)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)


def _words(status: int) -> tuple[str, str]:
    words = {
        400: (_("We could not read that"), _("Something in the request was not as we expect. Please try again.")),
        403: (_("You may not do that"), _("Your account does not give access to this. Ask a colleague or us.")),
        404: (_("We cannot find the page"), _("It may have moved, or you may not have access to it.")),
        405: (_("That cannot be done here"), _("Go back and use the buttons on the page.")),
        409: (_("Things have moved on"), _("Somebody was quicker. Go back and load the page again.")),
        410: (_("The link does not work any more"), _("It has been used or is too old. Sign in to see the matter.")),
        413: (_("That was too large"), _("The text is longer than we can take. Please shorten it.")),
        422: (_("Something is missing"), _("Go back, look at the form again, and send it once more.")),
        429: (_("Too many attempts"), _("Wait a little and try again.")),
    }  # fmt: skip
    unknown = (
        _("Something went wrong here"),
        _("It is our fault. Please try again in a moment."),
    )
    return words.get(status, unknown)


def error_page(
    status: int, *, title: str = "", text: str = "", again: str = "", headers: dict[str, str] | None = None
) -> Response:
    """Return the page for `status`, with a more exact `title` and `text` where there are some.

    again: the page to open again, where that is the way on.
    """
    usual_title, usual_text = _words(status)
    page = render_template(
        "pages/error.html",
        status=status,
        title=title or usual_title,
        text=text or usual_text,
        again=again,
        request_id=g.get("request_id", ""),
    )
    response = make_response(page, status)
    response.headers.update(headers or {})
    return response


def _refused(error: DomainError) -> Response:
    if error.code == "form_reused":
        return _sent_before()
    status = STATUS.get(type(error), 409)
    headers = {"Retry-After": str(error.retry_after_seconds)} if isinstance(error, TooManyAttempts) else None
    text = guard_text(error.code) if isinstance(error, StepNotPossible) else ""
    return error_page(status, text=text, headers=headers)


def _sent_before() -> Response:
    """The page had been sent already, and going back brings the same one: only a page opened anew has a new key.

    What was typed is kept for it, as after a sign-in that ran out.
    """
    account_id = current_actor().account_id
    page = nearest_page(request.path)
    text = _("What you sent first is saved, and this was not sent. Open the page again to see where things stand.")
    if account_id is not None:
        page = keep_for(account_id, sent_form(account_id))
        text = _(
            "What you sent first is saved, and this was not sent. Open the page again: what you typed now is filled "
            "in there, if it can still be sent."
        )
    return error_page(422, title=_("You have already sent this page"), text=text, again=page)


def _csrf(_error: CSRFError) -> Any:  # noqa: ANN401
    # The session is gone or the page is from another one: keep what was typed and ask to sign in.
    if not current_actor().is_signed_in and request.endpoint and not request.endpoint.startswith("accounts."):
        return sign_in_and_keep()
    return error_page(400, text=_("The page had been open for too long. Go back, load it again and send it once more."))


def _http(error: HTTPException) -> Any:  # noqa: ANN401
    if error.code is None or error.code < 400:  # noqa: PLR2004 - redirects are not errors
        return error
    if isinstance(error, InternalServerError):
        return error_page(500)
    return error_page(error.code)
