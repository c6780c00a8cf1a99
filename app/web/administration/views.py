"""What an administrator does: accounts and their roles, and messages that were given up."""

from collections.abc import Callable
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.domain.errors import StepNotPossible
from app.domain.plain_text import one_line
from app.domain.vocabulary import Role
from app.store.queries.people import list_accounts
from app.store.unit_of_work import UnitOfWork
from app.use_cases import administration, deliveries
from app.web.access import administrator_only, current_actor
from app.web.administration import matcher  # its pages are in the same area
from app.web.administration.blueprint import bp
from app.web.services import reading, transaction

__all__ = ["bp", "matcher"]

PER_PAGE = 50


@bp.get("/")
@administrator_only
def index() -> str:
    """What there is to look after."""
    with reading() as uow:
        accounts_count = administration.accounts_count(uow)
        dead_count = len(deliveries.dead_messages(uow))
    return render_template("administration/index.html", accounts_count=accounts_count, dead_count=dead_count)


@bp.get("/accounts")
@administrator_only
def accounts() -> str:
    """Who has an account."""
    search = one_line(request.args.get("q", ""))[:254]
    page = max(request.args.get("page", 1, type=int), 1)
    with reading() as uow:
        lines, count = list_accounts(uow, search=search, page=min(page, 100_000), per_page=PER_PAGE)
    return render_template(
        "administration/accounts.html", accounts=lines, count=count, search=search, page=page,
        pages=max(-(-count // PER_PAGE), 1), roles=list(Role),
    )  # fmt: skip


ACTS: dict[str, Callable[..., None]] = {
    "give": administration.give_role,
    "take": administration.take_role,
}


@bp.post("/accounts/<uuid:account_id>/roles/<role>/<any(give, take):act>")
@administrator_only
def change_role(account_id: UUID, role: str, act: str) -> Response:
    """Give or take a role."""
    if role not in set(Role):
        abort(404)

    def change(uow: UnitOfWork) -> None:
        ACTS[act](uow, actor=current_actor(), account_id=account_id, role=Role(role))

    return _change(change)


@bp.post("/accounts/<uuid:account_id>/<any(disable, enable):act>")
@administrator_only
def change_access(account_id: UUID, act: str) -> Response:
    """Close an account or open it again."""
    verb = administration.disable if act == "disable" else administration.enable

    def change(uow: UnitOfWork) -> None:
        verb(uow, actor=current_actor(), account_id=account_id)

    return _change(change)


def _change(change: Callable[[UnitOfWork], None]) -> Response:
    try:
        with transaction() as uow:
            change(uow)
    except StepNotPossible:
        flash(_("This is the last administrator. Give somebody else the role first."), "error")
    else:
        flash(_("Done. The person signs in anew where that is needed."), "success")
    return redirect(url_for(".accounts", q=request.form.get("q") or None), 303)


@bp.get("/messages")
@administrator_only
def messages() -> str:
    """What the workers have given up."""
    with reading() as uow:
        dead = deliveries.dead_messages(uow)
    return render_template("administration/messages.html", dead=dead)


@bp.post("/messages/<uuid:message_id>/retry")
@administrator_only
def retry(message_id: UUID) -> Response:
    """Try a message again."""
    try:
        with transaction() as uow:
            deliveries.retry(uow, message_id)
    except StepNotPossible:
        flash(_("This message can no longer be sent."), "error")
    else:
        flash(_("We try it again now."), "success")
    return redirect(url_for(".messages"), 303)
