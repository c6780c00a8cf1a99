"""A form sent twice (double click, back button, a proxy's retry) is answered twice but acted on once."""

import hashlib
import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast
from uuid import UUID

from flask import g, redirect, request
from werkzeug.wrappers import Response

from app.domain.errors import DomainError
from app.use_cases.submissions import SentForm, earlier_answer, remember_answer
from app.web.access import current_actor
from app.web.kept_forms import NEVER_KEPT
from app.web.services import reading, services

P = ParamSpec("P")
R = TypeVar("R")
FIELD = "form_key"  # one of NEVER_KEPT
LOOKS_FOR_ANSWER = 20
SECONDS_BETWEEN_LOOKS = 0.05


def once(view: Callable[P, R]) -> Callable[P, R]:
    """Answer the same form with the same answer, without acting again. The page's form carries `form_key`."""

    @wraps(view)
    def answered_once(*args: P.args, **kwargs: P.kwargs) -> R:
        form = _sent_form()
        if form is None:
            return view(*args, **kwargs)
        if (answer := _earlier(form)) is not None:
            return cast("R", redirect(answer or "/", 303))
        g.form_sent = form
        try:
            response = view(*args, **kwargs)
        except DomainError:
            if (twin := _answer_of_twin(form)) is not None:
                return cast("R", twin)
            raise
        location = getattr(response, "location", None)
        if not location:
            return cast("R", _answer_of_twin(form) or response)
        if g.pop("form_remembered", None) is not None:
            with services().database.transaction() as uow:
                remember_answer(uow, form, answer=location)
        return response

    return answered_once


def _answer_of_twin(form: SentForm) -> Response | None:
    """Return the twin's answer where it was quicker: a refusal because of what it did is no answer to the same form.

    None when no twin has acted, or when this request itself did.
    """
    if "form_remembered" in g:
        return None
    answer = _earlier(form)
    return None if answer is None else redirect(answer or "/", 303)


def _sent_form() -> SentForm | None:
    if request.method != "POST":
        return None
    try:
        key = UUID(request.form.get(FIELD, ""))
    except ValueError:
        return None
    # Nothing secret goes into the digest: it is stored, and a password could be guessed from it.
    typed = sorted((name, value) for name, value in request.form.items(multi=True) if name not in NEVER_KEPT)
    digest = hashlib.sha256(repr((request.path, typed)).encode("utf-8", "surrogatepass")).hexdigest()
    return SentForm(key, digest, current_actor().account_id)


def _earlier(form: SentForm) -> str | None:
    """Return where the same form led to; its twin, at work this very moment, is given a second to say so."""
    for _ in range(LOOKS_FOR_ANSWER):
        with reading() as uow:
            answer = earlier_answer(uow, form)
        if answer != "":
            return answer
        time.sleep(SECONDS_BETWEEN_LOOKS)
    return ""
