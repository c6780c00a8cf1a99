"""One problem: where it stands, whom we wait for, its texts, its suggestions, and what can be done."""

from uuid import UUID

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.domain.errors import InputMissing, StepNotPossible
from app.domain.steps import step_named
from app.domain.vocabulary import Lifecycle, ProblemStatus, TargetGroup
from app.domain.workflow import Plan
from app.store.queries.history import history_of
from app.store.queries.problems import problem_row
from app.store.queries.suggestions import matching_state, suggestions_of_problem
from app.use_cases.problems import EDITABLE, take_problem_step
from app.use_cases.steps import possible_steps
from app.use_cases.subjects import load_visible
from app.web.access import current_actor, signed_in
from app.web.kept_forms import typed_before
from app.web.language import guard_text, label, step_text
from app.web.once import once
from app.web.problems.area import bp
from app.web.problems.next_step import next_step
from app.web.services import reading, transaction
from app.web.writing import Answer, StepInput, kept_step, told


@bp.get("/problems/<uuid:problem_id>")
@signed_in
def show(problem_id: UUID) -> str:
    """The problem's page, for its workplace and for consultants."""
    return _page(problem_id, sent=kept_step(typed_before(current_actor().account_id), Lifecycle.PROBLEM))


@bp.post("/problems/<uuid:problem_id>/<step>")
@signed_in
@once
def take_step(problem_id: UUID, step: str) -> Answer:
    """Take a workflow step; a refusal shows the page again with what was typed."""
    entry = step_named(Lifecycle.PROBLEM, step)
    if entry is None or not entry.has_button:
        abort(404)
    sent = StepInput.of_request(entry)
    if not sent.check():
        return _page(problem_id, sent=sent), 422
    try:
        with transaction() as uow:
            planned = take_problem_step(
                uow, actor=current_actor(), problem_id=problem_id, step=step, reason=sent.reason, note=sent.note
            )
    except InputMissing as error:
        sent.refuse(error.field)
        return _page(problem_id, sent=sent), 422
    except StepNotPossible as error:
        sent.errors[""] = guard_text(error.code)
        return _page(problem_id, sent=sent), 409
    return _taken(problem_id, planned)


def _taken(problem_id: UUID, planned: Plan) -> Response:
    if planned.to_status is ProblemStatus.SUBMITTED and not planned.repeated:
        flash(_("Thank you. A consultant reads it and answers you within two working days."), "success")
    elif not planned.repeated:
        flash(step_text(planned.step.done) + ".", "success")
    return redirect(url_for(".show", problem_id=problem_id), 303)


def _page(problem_id: UUID, *, sent: StepInput | None = None) -> str:
    actor = current_actor()
    with reading() as uow:
        problem = problem_row(uow, actor=actor, problem_id=problem_id)
        thing = load_visible(uow, actor=actor, lifecycle=Lifecycle.PROBLEM, thing_id=problem_id)
        steps = possible_steps(uow, actor=actor, thing=thing)
        history = history_of(uow, actor=actor, lifecycle=Lifecycle.PROBLEM, subject_id=problem_id)
        suggestions = suggestions_of_problem(uow, actor=actor, problem_id=problem_id)
        state = matching_state(uow, problem_id=problem_id)
    return render_template(
        "problems/show.html",
        problem=problem,
        steps=steps,
        sent=sent,
        may_edit=problem.status in EDITABLE,
        is_mine=problem.workplace_id in actor.workplace_ids,
        next_step=next_step(actor, problem, steps),
        history=[told(Lifecycle.PROBLEM, line) for line in history],
        target_groups=[label(TargetGroup(group)) for group in problem.target_groups],
        url_of_step=lambda step: url_for(".take_step", problem_id=problem_id, step=step),
        reason_text=label,
        suggestions=suggestions,
        matching_state=state,
    )
