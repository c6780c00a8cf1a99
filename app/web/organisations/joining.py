"""Find one's workplace, and become a contact of it."""

from collections.abc import Sequence
from uuid import UUID

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.domain.errors import InputMissing, NotPermitted
from app.domain.plain_text import one_line
from app.use_cases import organisations
from app.use_cases.alike_names import kind_named_in, likeness
from app.use_cases.organisations import CLOSE, WorkplaceLine
from app.web.access import current_actor, signed_in
from app.web.once import once
from app.web.organisations.blueprint import bp
from app.web.organisations.forms import NAME_LONGEST, JoinForm, OrganisationForm
from app.web.services import reading, transaction

UNPROCESSABLE = 422


@bp.get("/workplaces/join")
@signed_in
def join() -> str:
    """Look for the organisation by its name, however it is typed."""
    typed = one_line(request.args.get("q", ""))[:NAME_LONGEST]
    with reading() as uow:
        found = organisations.find_alike(uow, typed=typed) if typed else []
    return render_template("organisations/join.html", typed=typed, found=found)


@bp.route("/organisations/new", methods=["GET", "POST"])
@signed_in
@once
def new() -> Response:
    """Add an organisation; a close one in the list is shown first, and what was typed stays."""
    form = OrganisationForm.of_page()
    if request.method == "GET" and not form.name.data:
        form.name.data = one_line(request.args.get("name", ""))[:NAME_LONGEST]
        form.kind.data = kind_named_in(form.name.data)
    alike: list[organisations.Alike] = []
    if form.validate_on_submit():
        if not form.sure.data:
            with reading() as uow:
                alike = [one for one in organisations.find_alike(uow, typed=form.name.data) if one.is_close]
        if alike:
            form.refuse("name", _("There is something very much like it. Do you mean one of those shown?"))
        elif (organisation_id := _create(form)) is not None:
            return redirect(url_for(".join_details", organisation_id=organisation_id), 303)
    return _page("organisations/new.html", form, alike=alike)


def _create(form: OrganisationForm) -> UUID | None:
    refusals = {
        "cvr_not_valid": _("This is not a CVR number. Look at the digits again, or leave the field empty."),
        "cvr_taken": _("Another organisation in the list has this CVR number."),
        "organisation_exists": _("There is an organisation of this name already. Search for it, and join it."),
    }
    try:
        with transaction() as uow:
            return organisations.create_organisation(
                uow,
                actor=current_actor(),
                name=form.name.data,
                kind=form.kind.data,
                region=form.region.data,
                cvr=form.cvr.data or "",
            )
    except InputMissing as error:
        form.refuse(error.field, refusals[error.code])
        return None


@bp.route("/workplaces/join/<uuid:organisation_id>", methods=["GET", "POST"])
@signed_in
@once
def join_details(organisation_id: UUID) -> Response:
    """Choose a workplace within the organisation, or describe a new one."""
    with reading() as uow:
        organisation = organisations.organisation_of(uow, organisation_id=organisation_id)
        existing = organisations.workplaces_in(uow, organisation_id=organisation_id)
    form = JoinForm.of_page(region=organisation.region, workplace_name=one_line(request.args.get("workplace", "")))
    is_known = any(one.name.casefold() == (form.workplace_name.data or "").casefold() for one in existing)
    form.is_draft = is_known  # of a workplace that is there already, only the name counts
    alike: Sequence[WorkplaceLine] = ()
    needs_invitation = False
    if form.validate_on_submit():
        alike = () if is_known or form.sure.data else _alike(form.workplace_name.data, existing)
        if alike:
            form.refuse("workplace_name", _("There is something very much like it. Do you mean one of those shown?"))
        else:
            try:
                return _joined(form, organisation_id)
            except NotPermitted:
                needs_invitation = True
                form.refuse("workplace_name", _("This workplace is here already. A colleague must invite you."))
    return _page(
        "organisations/join_details.html", form, organisation=organisation, existing=existing, alike=alike,
        is_known=is_known, needs_invitation=needs_invitation,
    )  # fmt: skip


def _alike(typed: str, existing: Sequence[WorkplaceLine]) -> Sequence[WorkplaceLine]:
    scored = sorted(((likeness(typed, (one.name,)), one) for one in existing), key=lambda pair: -pair[0])
    return [one for score, one in scored if score >= CLOSE][:5]


def _joined(form: JoinForm, organisation_id: UUID) -> Response:
    with transaction() as uow:
        organisations.join(
            uow,
            actor=current_actor(),
            organisation_id=organisation_id,
            workplace_name=form.workplace_name.data,
            sector=form.sector.data,
            size=form.size.data,
            region=form.region.data,
        )
    flash(_("You are now a contact of %(workplace)s.", workplace=form.workplace_name.data), "success")
    return redirect(url_for("accounts.overview"), 303)


def _page(template: str, form: object, **variables: object) -> Response:
    status = UNPROCESSABLE if getattr(form, "errors", None) else 200
    return make_response(render_template(template, form=form, **variables), status)
