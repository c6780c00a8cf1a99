"""My overview and my profile."""

from flask import flash, make_response, redirect, render_template, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.store.queries.people import overview as overview_of
from app.use_cases import accounts, organisations
from app.web.access import current_actor, signed_in
from app.web.accounts.blueprint import bp
from app.web.accounts.forms import ProfileForm
from app.web.accounts.next_step import next_step, url_of
from app.web.language import CHOSEN
from app.web.services import reading, transaction
from app.web.sign_in import end_sign_in


@bp.get("/overview")
@signed_in
def overview() -> str:
    """What waits for me, and everything that my workplaces have going on."""
    actor = current_actor()
    with reading() as uow:
        mine = overview_of(uow, actor=actor)
        workplaces = organisations.workplaces_of(uow, actor=actor)
    return render_template(
        "accounts/overview.html", mine=mine, workplaces=workplaces, next_step=next_step(actor, mine), url_of=url_of
    )


@bp.route("/accounts/profile", methods=["GET", "POST"])
@signed_in
def profile() -> Response:
    """Change what I say about myself."""
    actor = current_actor()
    with reading() as uow:
        mine = accounts.profile_of(uow, actor=actor)
        workplaces = organisations.workplaces_of(uow, actor=actor)
    form = ProfileForm.of_page(obj=mine)
    if form.validate_on_submit():
        with transaction() as uow:
            accounts.change_profile(
                uow,
                actor=actor,
                display_name=form.display_name.data,
                phone=form.phone.data,
                work_role=form.work_role.data,
                language=form.language.data,
                wants=form.wants.data,
                digest_wanted=form.digest_wanted.data,
            )
        session[CHOSEN] = form.language.data.value
        flash(_("Your profile is saved."), "success")
        return redirect(url_for("accounts.profile"), 303)
    status = 422 if form.errors else 200
    return make_response(
        render_template("accounts/profile.html", form=form, email=mine.email, workplaces=workplaces), status
    )


@bp.post("/accounts/sign-ins/end")
@signed_in
def end_all_sign_ins() -> Response:
    """Sign out everywhere, here too."""
    account_id = current_actor().account_id
    with transaction() as uow:
        if account_id is not None:
            accounts.end_all_sign_ins(uow, account_id=account_id)
    end_sign_in()
    flash(_("You are signed out everywhere."), "success")
    return redirect(url_for("accounts.sign_in"), 303)
