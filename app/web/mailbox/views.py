"""The demonstration's mailbox: every mail that the service sent, to whomever."""

from pathlib import Path

from flask import Blueprint, abort, render_template, request

from app.web.access import public
from app.web.mailbox.mails import mails_in, open_mail
from app.web.services import services

bp = Blueprint("mailbox", __name__)
PAGE_LENGTH = 50


@bp.get("/mailbox")
@public
def index() -> str:
    """The mails, newest first, all or those to one receiver."""
    receiver = request.args.get("to", "")
    mails = mails_in(_folder())
    receivers = sorted({mail.receiver for mail in mails})
    shown = [mail for mail in mails if receiver in ("", mail.receiver)]
    pages = max(1, -(-len(shown) // PAGE_LENGTH))
    page = min(max(1, request.args.get("page", 1, type=int)), pages)
    return render_template(
        "mailbox/index.html",
        mails=shown[(page - 1) * PAGE_LENGTH : page * PAGE_LENGTH],
        total=len(shown),
        receivers=receivers,
        receiver=receiver,
        page=page,
        pages=pages,
    )


@bp.get("/mailbox/<name>")
@public
def show(name: str) -> str:
    """One mail: its headers, and its words with the links in them."""
    mail = open_mail(_folder(), name)
    if mail is None:
        abort(404)
    return render_template("mailbox/show.html", mail=mail)


def _folder() -> Path:
    folder = services().mailbox
    if folder is None:
        abort(404)
    return folder
