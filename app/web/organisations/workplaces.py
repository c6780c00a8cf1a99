"""A workplace's page, its settings, and how colleagues come in."""

from datetime import timedelta
from uuid import UUID

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.domain.errors import LinkNotValid
from app.store.queries.people import WorkplacePage, workplace_page
from app.use_cases import organisations
from app.use_cases.links import Purpose, is_used, use_link
from app.web.access import current_actor, public, signed_in
from app.web.accounts.next_step import url_of
from app.web.organisations.blueprint import bp
from app.web.organisations.forms import WorkplaceForm
from app.web.services import reading, services, transaction

INVITATION_LASTS = timedelta(days=14)


def _page_of(workplace_id: UUID) -> WorkplacePage:
    """Return what this visitor may see; 404 where that is nothing."""
    actor = current_actor()
    with reading() as uow:
        page = workplace_page(uow, actor=actor, workplace_id=workplace_id)
    if page is None or not (page.is_mine or page.solutions or actor.is_consultant or actor.is_administrator):
        abort(404)
    return page


@bp.get("/workplaces/<uuid:workplace_id>")
@public
def workplace(workplace_id: UUID) -> str:
    """Its published solutions for everybody; for its members also the rest."""
    page = _page_of(workplace_id)
    may_invite = organisations.may_invite(current_actor(), workplace_id)
    return render_template("organisations/workplace.html", workplace=page, url_of=url_of, may_invite=may_invite)


@bp.route("/workplaces/<uuid:workplace_id>/settings", methods=["GET", "POST"])
@signed_in
def settings(workplace_id: UUID) -> Response:
    """Change what is known of the workplace, and how many introductions it takes."""
    page = _page_of(workplace_id)
    if not (page.is_mine or current_actor().is_consultant):
        abort(404)
    form = WorkplaceForm.of_page(obj=page, at_a_time=page.capacity_at_a_time, per_quarter=page.capacity_per_quarter)
    if form.validate_on_submit():
        with transaction() as uow:
            organisations.change_workplace(
                uow,
                actor=current_actor(),
                workplace_id=workplace_id,
                sector=form.sector.data,
                size=form.size.data,
                region=form.region.data,
                at_a_time=form.at_a_time.data,
                per_quarter=form.per_quarter.data,
            )
        flash(_("Saved."), "success")
        return redirect(url_for(".workplace", workplace_id=workplace_id), 303)
    answer = render_template("organisations/settings.html", form=form, workplace=page)
    return make_response(answer, 422 if form.errors else 200)


@bp.post("/workplaces/<uuid:workplace_id>/invite")
@signed_in
def invite(workplace_id: UUID) -> str:
    """Show a link that the member sends to a colleague herself: it works once."""
    actor = current_actor()
    page = _page_of(workplace_id)
    if actor.account_id is None or not organisations.may_invite(actor, workplace_id):
        abort(404)
    with reading() as uow:
        expires_at = uow.now + INVITATION_LASTS
    token = services().signer.sign(
        Purpose.JOIN_WORKPLACE, subject_id=workplace_id, account_id=actor.account_id, expires_at=expires_at
    )
    link = request.host_url.rstrip("/") + url_for(".invitation", token=token)
    return render_template("organisations/invite.html", workplace=page, link=link, expires_at=expires_at)


@bp.route("/workplaces/invitation/<token>", methods=["GET", "POST"])
@signed_in
def invitation(token: str) -> Response:
    """Show what the invitation is to; POST accepts it."""
    with reading() as uow:
        link = services().signer.read(token, Purpose.JOIN_WORKPLACE, now=uow.now)
        if is_used(uow, token=token):
            raise LinkNotValid("the invitation was used before", code="link_used")
        inviting = organisations.workplace_of(uow, workplace_id=link.subject_id)
    if request.method == "POST":
        with transaction() as uow:
            use_link(uow, token=token)
            organisations.join_by_invitation(
                uow, actor=current_actor(), workplace_id=link.subject_id, invited_by=link.account_id
            )
        flash(_("You are now a contact of %(workplace)s.", workplace=inviting.name), "success")
        return redirect(url_for("accounts.overview"), 303)
    return make_response(render_template("organisations/invitation.html", token=token, workplace=inviting))


@bp.post("/workplaces/<uuid:workplace_id>/leave")
@signed_in
def leave(workplace_id: UUID) -> Response:
    """Stop being a contact; the workplace keeps what was written."""
    with transaction() as uow:
        organisations.leave(uow, actor=current_actor(), workplace_id=workplace_id)
    flash(_("You are no longer a contact of the workplace."), "success")
    return redirect(url_for("accounts.overview"), 303)
