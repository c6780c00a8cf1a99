"""Register, sign in, sign out."""

from uuid import UUID

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.domain.errors import InputMissing, NotPermitted, TooManyAttempts
from app.use_cases import accounts
from app.web.access import current_actor, public
from app.web.accounts.blueprint import bp
from app.web.accounts.forms import RegisterForm, SignInForm, refuse_password
from app.web.accounts.limits import count_registration, count_sign_in
from app.web.kept_forms import FIELD, keep_for, read_kept
from app.web.language import current_language
from app.web.once import once
from app.web.paths import own_path
from app.web.services import reading, services, transaction
from app.web.sign_in import begin_sign_in, end_sign_in

UNPROCESSABLE = 422


@bp.route("/accounts/register", methods=["GET", "POST"])
@public
@once
def register() -> Response:
    """Make an account. The answer is the same whether the address is known or not."""
    if current_actor().is_signed_in:
        return redirect(url_for("accounts.overview"), 303)
    form = RegisterForm()
    if form.validate_on_submit():
        count_registration()
        try:
            with transaction() as uow:
                accounts.register(
                    uow,
                    email=form.email.data,
                    display_name=form.display_name.data,
                    password=form.password.data,
                    language=current_language(),
                    work_role=form.work_role.data,
                    wants=form.wants.data,
                )
        except InputMissing as error:
            refuse_password(form, error)
        else:
            return redirect(url_for("accounts.registered"), 303)
    elif request.method == "GET" and request.args.get("wants") in accounts.OWN_ROLES:
        form.wants.data = [request.args["wants"]]
    return _page("accounts/register.html", UNPROCESSABLE if form.errors else 200, form=form)


@bp.get("/accounts/registered")
@public
def registered() -> str:
    """What happens now: the mail."""
    return render_template("accounts/registered.html")


@bp.route("/accounts/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> Response:
    """Sign in, and go on where the visitor was, with what was typed there."""
    target = own_path(request.values.get("next", ""), otherwise="")
    if request.method == "GET" and current_actor().is_signed_in:
        return redirect(target or url_for("accounts.overview"), 303)
    form = SignInForm()
    kept = request.form.get(FIELD, "")
    if form.validate_on_submit():
        try:
            count_sign_in(form.email.data)
            with services().database.transaction() as uow:
                token = accounts.sign_in(uow, email=form.email.data, password=form.password.data)
        except NotPermitted as refusal:
            return _refused(form, refusal.code, kept, target)
        except TooManyAttempts as refusal:
            return _too_many(form, refusal, kept, target)
        return _signed_in(token, kept, target)
    return _sign_in_page(form, kept, target, UNPROCESSABLE if form.errors else 200)


def _signed_in(token: str, kept: str, target: str) -> Response:
    if (earlier := end_sign_in()) is not None:
        with services().database.transaction() as uow:
            accounts.sign_out(uow, token=earlier)
    begin_sign_in(token)
    with reading() as uow:
        signed_in = accounts.signed_in_actor(uow, token=token)
    account_id = signed_in.actor.account_id if signed_in else None
    form = read_kept(kept)
    if form is not None and isinstance(account_id, UUID):
        if form.may_be_read_by(account_id):
            flash(_("You are signed in again. What you had typed is here: look it over and send it."), "info")
            return redirect(keep_for(account_id, form), 303)
        flash(_("Somebody else had been signed in here. What that person had typed is not shown to you."), "info")
    return redirect(target or url_for("accounts.overview"), 303)


def _refused(form: SignInForm, code: str, kept: str, target: str) -> Response:
    texts = {
        "email_not_verified": _("You have not yet opened the link that we mailed to you."),
        "account_disabled": _("This account is closed. Write to us if you think that is a mistake."),
    }
    wrong = _("The e-mail or the password is not right. Look at both, or choose a new password.")
    form.refuse("", texts.get(code, wrong))
    return _sign_in_page(form, kept, target, UNPROCESSABLE, ask_link=code == "email_not_verified")


def _too_many(form: SignInForm, refusal: TooManyAttempts, kept: str, target: str) -> Response:
    minutes = -(-refusal.retry_after_seconds // 60)
    form.refuse("", _("There have been too many attempts. Try again in %(minutes)s minutes.", minutes=minutes))
    page = _sign_in_page(form, kept, target, 429)
    page.headers["Retry-After"] = str(refusal.retry_after_seconds)
    return page


def _sign_in_page(form: SignInForm, kept: str, target: str, status: int, *, ask_link: bool = False) -> Response:
    return _page(
        "accounts/sign_in.html", status, form=form, next_path=target, action=url_for("accounts.sign_in"),
        kept=kept if read_kept(kept) else "", ask_link=ask_link,
    )  # fmt: skip


@bp.post("/accounts/sign-out")
@public
def sign_out() -> Response:
    """End the sign-in on the server and in the browser."""
    if (token := end_sign_in()) is not None:
        with services().database.transaction() as uow:
            accounts.sign_out(uow, token=token)
    flash(_("You are signed out."), "success")
    return redirect(url_for("pages.front"), 303)


def _page(template: str, status: int, **variables: object) -> Response:
    return make_response(render_template(template, **variables), status)
