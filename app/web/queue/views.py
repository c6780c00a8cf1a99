"""The consultants' queue: everything that waits, in the order in which it is due."""

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _

from app.store.queries.queue import Filter, Kind, QueueRow, fresh_suggestions, queue_page
from app.web.access import consultant_only, current_actor
from app.web.services import reading

bp = Blueprint("queue", __name__)
SHOWN_PROBLEMS = 12


@bp.get("/queue")
@consultant_only
def index() -> str:
    """What waits, for whom, since when and until when."""
    asked = request.args.get("show", "")
    wanted = Filter(asked) if asked in set(Filter) else Filter.ALL
    page = request.args.get("page", 1, type=int)
    with reading() as uow:
        found = queue_page(uow, actor=current_actor(), wanted=wanted, page=page)
        fresh = fresh_suggestions(uow, limit=SHOWN_PROBLEMS)
    names = {
        Filter.ALL: _("Everything"),
        Filter.MINE: _("Mine"),
        Filter.FOR_CONSULTANT: _("Waits for a consultant"),
        Filter.OVERDUE: _("Overdue"),
    }
    choices = [
        (name, url_for(".index", show=one.value if one is not Filter.ALL else None), one is wanted, found.counts[one])
        for one, name in names.items()
    ]
    return render_template(
        "queue/index.html", found=found, choices=choices, wanted=wanted, fresh=fresh,
        kind_name=kind_name, address=address,
    )  # fmt: skip


def kind_name(kind: Kind) -> str:
    """Return what a row is about."""
    names = {
        Kind.PROBLEM: _("Problem"),
        Kind.SOLUTION: _("Solution"),
        Kind.SHORTLISTED: _("Shortlisted suggestion"),
        Kind.INTRODUCTION: _("Introduction"),
        Kind.INTEREST: _("Expression of interest"),
    }
    return names[kind]


def address(row: QueueRow) -> str:
    """Return the page where the row is dealt with."""
    match row.kind:
        case Kind.PROBLEM:
            return url_for("problems.show", problem_id=row.id)
        case Kind.SOLUTION:
            return url_for("solutions.show", solution_id=row.id)
        case Kind.SHORTLISTED:
            return url_for("introductions.suggestion", suggestion_id=row.id)
        case Kind.INTRODUCTION | Kind.INTEREST:
            return url_for("introductions.show", introduction_id=row.id)
