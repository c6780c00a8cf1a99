"""Prove the address, and choose a new password, by a link that was mailed. GET shows a button, POST acts."""

from flask import flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.domain.errors import InputMissing, LinkNotValid, NotPermitted
from app.store.people import Account
from app.store.unit_of_work import UnitOfWork
from app.use_cases import accounts
from app.use_cases.links import Link, Purpose, is_used, use_link
from app.web.access import public
from app.web.accounts.blueprint import bp
from app.web.accounts.forms import EmailForm, NewPasswordForm, VerifyForm, refuse_password
from app.web.accounts.limits import count_link_request, count_verification
from app.web.services import reading, services, transaction
from app.web.sign_in import begin_sign_in

UNPROCESSABLE = 422


def _link(uow: UnitOfWork, token: str, purpose: Purpose) -> Link:
    """Return the link that `token` is. Raises LinkNotValid when it is altered, expired, used or outlived."""
    link = services().signer.read(token, purpose, now=uow.now)
    account = uow.session.get(Account, link.account_id)
    if is_used(uow, token=token) or account is None:
        raise LinkNotValid("the link was used before", code="link_used")
    if purpose is Purpose.RESET_PASSWORD and link.subject_id != accounts.reset_subject(account):
        raise LinkNotValid("the password was changed after this link was made", code="link_used")
    return link


@bp.route("/accounts/verify/<token>", methods=["GET", "POST"])
@public
def verify(token: str) -> Response:
    """Show the button; with the password of the registration, prove the address and sign in."""
    with reading() as uow:
        link = _link(uow, token, Purpose.VERIFY_EMAIL)
    form = VerifyForm()
    if form.validate_on_submit():
        count_verification(str(link.account_id))
        try:
            with transaction() as uow:
                accounts.verify_email(uow, account_id=link.account_id, password=form.password.data)
                use_link(uow, token=token)
                secret = accounts.begin_sign_in(uow, account_id=link.account_id)
        except NotPermitted:
            form.refuse("password", _("This is not the password of the registration. You can choose a new one below."))
        else:
            begin_sign_in(secret)
            flash(_("Thank you. Your e-mail is confirmed, and you are signed in."), "success")
            return redirect(url_for("accounts.overview"), 303)
    return _page("accounts/verify.html", form, token=token)


@bp.route("/accounts/verify", methods=["GET", "POST"])
@public
def verify_again() -> Response:
    """Ask for the link once more. The answer is the same for every address."""
    form = EmailForm()
    if form.validate_on_submit():
        if count_link_request(form.email.data):
            with transaction() as uow:
                accounts.ask_for_verification(uow, email=form.email.data)
        return redirect(url_for("accounts.registered"), 303)
    return _page("accounts/verify_again.html", form)


@bp.route("/accounts/reset", methods=["GET", "POST"])
@public
def request_reset() -> Response:
    """Ask for a link to choose a new password. The answer is the same for every address."""
    form = EmailForm()
    if form.validate_on_submit():
        if count_link_request(form.email.data):
            with transaction() as uow:
                accounts.request_reset(uow, email=form.email.data)
        return redirect(url_for("accounts.reset_sent"), 303)
    return _page("accounts/request_reset.html", form)


@bp.get("/accounts/reset/sent")
@public
def reset_sent() -> str:
    """What happens now: the mail."""
    return render_template("accounts/reset_sent.html")


@bp.route("/accounts/reset/<token>", methods=["GET", "POST"])
@public
def reset(token: str) -> Response:
    """Choose a new password. Everybody who was signed in is signed out, and signs in anew."""
    with reading() as uow:
        link = _link(uow, token, Purpose.RESET_PASSWORD)
    form = NewPasswordForm()
    if form.validate_on_submit():
        try:
            with transaction() as uow:
                use_link(uow, token=token)
                accounts.reset_password(uow, account_id=link.account_id, password=form.password.data)
        except InputMissing as error:
            refuse_password(form, error)
        else:
            flash(_("Your new password is saved. Sign in with it."), "success")
            return redirect(url_for("accounts.sign_in"), 303)
    return _page("accounts/reset.html", form, token=token)


def _page(template: str, form: object, **variables: object) -> Response:
    status = UNPROCESSABLE if getattr(form, "errors", None) else 200
    return make_response(render_template(template, form=form, **variables), status)
