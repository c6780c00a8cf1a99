"""The pages that everybody sees: the front page, the language choice, and what we promise."""

from flask import Blueprint, redirect, render_template, request, session
from werkzeug.wrappers import Response

from app.domain.vocabulary import Language
from app.store.queries.figures import front_figures, latest_solutions
from app.web.access import public
from app.web.language import CHOSEN
from app.web.paths import own_path
from app.web.services import reading

bp = Blueprint("pages", __name__)


@bp.get("/")
@public
def front() -> str:
    """The two doors."""
    with reading() as uow:
        return render_template("pages/front.html", figures=front_figures(uow), latest=latest_solutions(uow, limit=6))


@bp.post("/language")
@public
def choose_language() -> Response:
    """Remember the language in this browser and go back to where the visitor was."""
    chosen = request.form.get("language", "")
    if chosen in set(Language):
        session[CHOSEN] = chosen
    return redirect(own_path(request.form.get("next", "")), 303)


@bp.get("/was")
@public
def accessibility() -> str:
    """The accessibility statement."""
    return render_template("pages/accessibility.html")


@bp.get("/privacy")
@public
def privacy() -> str:
    """How personal data is treated."""
    return render_template("pages/privacy.html")
