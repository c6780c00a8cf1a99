"""What somebody typed when the sign-in had run out is kept through signing in, and shown again to the same person."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import current_app, make_response, render_template, request, session, url_for
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RoutingException
from werkzeug.wrappers import Response

from app.use_cases import kept_forms
from app.web.paths import own_path
from app.web.services import reading, services

FIELD = "kept_form"
NEVER_KEPT = frozenset({"csrf_token", "form_key", "password", "new_password", FIELD})
ACCOUNT = "account"  # the field of the session that outlives the sign-in, until somebody signs out or in


@dataclass(frozen=True, slots=True)
class Kept:
    """A form that travelled along. account_id: who had been signed in when it was typed, where that is known."""

    path: str
    fields: dict[str, Any]
    account_id: str | None

    def may_be_read_by(self, account_id: UUID) -> bool:
        """Whether this account may see what was typed."""
        return self.account_id is None or self.account_id == str(account_id)


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="kept-form")


def sign_in_and_keep() -> Response:
    """Return the sign-in page for a visitor; a form that was sent travels along, signed, in a hidden field."""
    from app.web.accounts.forms import SignInForm  # noqa: PLC0415 - the accounts' pages use this module too

    kept = ""
    if request.method == "POST":
        form = sent_form(session.get(ACCOUNT))
        kept = str(_serializer().dumps({"path": form.path, "fields": form.fields, "account": form.account_id}))
    target = request.full_path.rstrip("?") if request.method == "GET" else ""
    page = render_template(
        "accounts/sign_in.html", form=SignInForm(formdata=None), kept=kept, next_path=target,
        action=url_for("accounts.sign_in"),
    )  # fmt: skip
    return make_response(page, 401)


def sent_form(account_id: UUID | str | None) -> Kept:
    """Return the form of this request as one that can be kept: nothing secret is in it."""
    fields = {name: values for name, values in request.form.lists() if name not in NEVER_KEPT}
    path = request.form.get("kept_path") or request.path
    return Kept(path, fields, None if account_id is None else str(account_id))


def nearest_page(path: str) -> str:
    """Return `path`, or the first page above it that can be opened: a step's address only takes forms."""
    routes = current_app.url_map.bind("")
    path = own_path(path).partition("?")[0]
    while path.strip("/"):
        try:
            routes.match(path, method="GET")
        except (HTTPException, RoutingException):
            path = path.rstrip("/").rpartition("/")[0]
        else:
            return path
    return "/"


def keep_for(account_id: UUID, kept: Kept) -> str:
    """Keep for this account the form that travelled along; return the page that shows it."""
    page = nearest_page(kept.path)
    with services().database.transaction() as uow:
        kept_forms.keep(uow, account_id=account_id, path=page, fields=kept.fields)
    return page


def forget_sent(account_id: UUID) -> None:
    """Forget what was kept for this page, now that its form has been sent and has led somewhere."""
    page = nearest_page(request.form.get("kept_path") or request.path)
    with reading() as uow:
        was_kept = kept_forms.kept_fields(uow, account_id=account_id, path=page) is not None
    if was_kept:
        with services().database.transaction() as uow:
            kept_forms.forget(uow, account_id=account_id, path=page)


def read_kept(token: str) -> Kept | None:
    """Return the form that travelled along; None when there is none or it was altered."""
    try:
        kept = _serializer().loads(token)
    except BadSignature:
        return None
    return Kept(str(kept["path"]), dict(kept["fields"]), kept.get("account"))


def typed_before(account_id: Any) -> MultiDict[str, str] | None:  # noqa: ANN401 - UUID or None
    """Return what this account had typed on this page before the sign-in ran out, for filling the form again."""
    if account_id is None or request.method != "GET":
        return None
    with reading() as uow:
        fields = kept_forms.kept_fields(uow, account_id=account_id, path=request.path)
    if fields is None:
        return None
    return MultiDict([(name, value) for name, values in fields.items() for value in values])
