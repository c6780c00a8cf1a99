"""An adopter asks to meet the owner of a published solution; a consultant takes it from there."""

from uuid import UUID

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from app.domain.errors import Conflict, StepNotPossible
from app.domain.vocabulary import VISIBLE_SOLUTION
from app.store.queries.problems import open_problems_of
from app.store.queries.solutions import SolutionRow, solution_row
from app.use_cases.introductions import express_interest
from app.web.access import current_actor, signed_in
from app.web.language import guard_text
from app.web.once import once
from app.web.services import reading, transaction
from app.web.solutions.area import bp
from app.web.solutions.forms import InterestForm
from app.web.writing import FORM_REUSED, Answer, as_id, on_conflict


@bp.get("/solutions/<uuid:solution_id>/interest")
@signed_in
def ask(solution_id: UUID) -> str:
    """The form: which problem, and half a page."""
    return _page(solution_id, InterestForm.of_page())


def _show_again(error: Conflict, solution_id: UUID) -> Answer:
    """Show the form again, with what was typed, and say what was in the way."""
    texts = {
        "form_reused": str(FORM_REUSED),
        "already_used": _("You have already asked about this one. A consultant is working on it."),
    }
    changed = _("Somebody changed something at the same moment, so this was not sent. Look it over and send it again.")
    page = _page(solution_id, InterestForm(), refused=texts.get(error.code, changed))
    return page, 422 if error.code == "form_reused" else 409


@bp.post("/solutions/<uuid:solution_id>/interest")
@signed_in
@on_conflict(_show_again)
@once
def express(solution_id: UUID) -> Answer:
    """Send it to a consultant."""
    form = InterestForm()
    _offer(form)
    if not form.validate():
        return _page(solution_id, form), 422
    problem_id = as_id(form.problem.data)
    if problem_id is None:
        abort(404)
    try:
        with transaction() as uow:
            solution_row(uow, actor=current_actor(), solution_id=solution_id)
            express_interest(
                uow, actor=current_actor(), problem_id=problem_id, solution_id=solution_id, words=form.words.data
            )
    except StepNotPossible as error:
        return _page(solution_id, form, refused=guard_text(error.code)), 409
    flash(_("Thank you. A consultant reads it and asks the workplace if it has time. You hear from us."), "success")
    return redirect(url_for("problems.show", problem_id=problem_id), 303)


def _offer(form: InterestForm) -> list[tuple[str, str]]:
    with reading() as uow:
        mine = open_problems_of(uow, actor=current_actor())
    choices = [(str(one.id), one.title) for one in mine]
    form.problem.choices = choices
    return choices


def _page(solution_id: UUID, form: InterestForm, *, refused: str = "") -> str:
    with reading() as uow:
        solution = solution_row(uow, actor=current_actor(), solution_id=solution_id)
    choices = _offer(form)
    if len(choices) == 1 and not form.problem.data:
        form.problem.data = choices[0][0]
    return render_template(
        "solutions/interest.html", form=form, solution=solution, refused=refused, is_possible=_is_possible(solution)
    )


def _is_possible(solution: SolutionRow) -> bool:
    return solution.status in VISIBLE_SOLUTION and solution.workplace_id not in current_actor().workplace_ids
