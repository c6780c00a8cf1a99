"""How the matcher does on what people decided, and which version of its weights is in use."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.store.queries.judgements import labels_of_judgements, matcher_versions, months_of_judgements
from app.use_cases.matcher_versions import switch_on
from app.web.access import administrator_only, current_actor
from app.web.administration.blueprint import bp
from app.web.services import reading, transaction


@bp.get("/matcher")
@administrator_only
def matcher() -> str:
    """Figures by month and by label, and the versions."""
    with reading() as uow:
        return render_template(
            "administration/matcher.html", months=months_of_judgements(uow), labels=labels_of_judgements(uow),
            versions=matcher_versions(uow),
        )  # fmt: skip


@bp.post("/matcher/versions/<int:number>/on")
@administrator_only
def switch_version(number: int) -> Response:
    """Use a version from now on."""
    with transaction() as uow:
        switch_on(uow, actor=current_actor(), number=number)
    flash(_("Done. The open problems are now matched again."), "success")
    return redirect(url_for(".matcher"), 303)
