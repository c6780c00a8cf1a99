"""One solution: the public page, and for its owner and consultants what can be done."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.domain.errors import InputMissing, NotFound, StepNotPossible
from app.domain.steps import step_named
from app.domain.vocabulary import VISIBLE_SOLUTION, Lifecycle, SolutionStatus, TargetGroup, ValueKind
from app.domain.web_address import is_web_address
from app.domain.workflow import Plan
from app.store.people import Workplace
from app.store.queries.history import history_of
from app.store.queries.problems import open_problems_of
from app.store.queries.solutions import SolutionRow, merged_into, solution_row
from app.store.unit_of_work import UnitOfWork
from app.use_cases.solutions import EDITABLE, take_solution_step
from app.use_cases.steps import possible_steps
from app.use_cases.subjects import load_of, load_visible
from app.web.access import current_actor, public, signed_in
from app.web.kept_forms import typed_before
from app.web.language import guard_text, label, step_text
from app.web.once import once
from app.web.services import reading, transaction
from app.web.solutions.area import bp
from app.web.solutions.forms import PauseForm
from app.web.solutions.next_step import next_step
from app.web.writing import Answer, StepInput, kept_step, told


@dataclass(frozen=True, slots=True)
class Room:
    """How many introductions the owner's workplace takes, and how many it has. per_quarter counts 91 days."""

    at_a_time: int
    open_now: int
    per_quarter: int
    this_quarter: int


@bp.get("/solutions/<uuid:solution_id>")
@public
def show(solution_id: UUID) -> Answer:
    """A published solution for everybody; others for their workplace and consultants; a merged one leads on."""
    with reading() as uow:
        target = merged_into(uow, solution_id=solution_id)
    if target is not None:
        return redirect(url_for(".show", solution_id=target))
    return _page(solution_id, sent=kept_step(typed_before(current_actor().account_id), Lifecycle.SOLUTION))


@bp.post("/solutions/<uuid:solution_id>/<step>")
@signed_in
@once
def take_step(solution_id: UUID, step: str) -> Answer:
    """Take a workflow step; a refusal shows the page again with what was typed."""
    entry = step_named(Lifecycle.SOLUTION, step)
    if entry is None or not entry.has_button:
        abort(404)
    sent = StepInput.of_request(entry)
    paused_until = _paused_until(sent) if step == "pause" else None
    if not sent.check():
        return _page(solution_id, sent=sent), 422
    try:
        with transaction() as uow:
            planned = take_solution_step(
                uow,
                actor=current_actor(),
                solution_id=solution_id,
                step=step,
                reason=sent.reason,
                note=sent.note,
                not_proven=step == "publish" and request.form.get("not_proven") == "1",
                paused_until=paused_until,
            )
    except InputMissing as error:
        sent.refuse(error.field)
        return _page(solution_id, sent=sent), 422
    except StepNotPossible as error:
        sent.errors[""] = guard_text(error.code)
        return _page(solution_id, sent=sent), 409
    return _taken(solution_id, planned)


def _paused_until(sent: StepInput) -> date | None:
    form = PauseForm()
    if not form.validate():
        sent.errors["paused_until"] = " ".join(map(str, form.paused_until.errors))
        return None
    day: date | None = form.paused_until.data
    return day


def _taken(solution_id: UUID, planned: Plan) -> Response:
    if planned.to_status is SolutionStatus.SUBMITTED and planned.step.name == "submit" and not planned.repeated:
        flash(_("Thank you. A consultant reads it and answers you within two working days."), "success")
    elif not planned.repeated:
        flash(step_text(planned.step.done) + ".", "success")
    return redirect(url_for(".show", solution_id=solution_id), 303)


def _page(solution_id: UUID, *, sent: StepInput | None = None) -> str:
    actor = current_actor()
    with reading() as uow:
        solution = solution_row(uow, actor=actor, solution_id=solution_id)
        is_owner = solution.workplace_id in actor.workplace_ids
        steps, history = [], []
        if is_owner or actor.is_consultant:
            thing = load_visible(uow, actor=actor, lifecycle=Lifecycle.SOLUTION, thing_id=solution_id)
            steps = possible_steps(uow, actor=actor, thing=thing)
            history = history_of(uow, actor=actor, lifecycle=Lifecycle.SOLUTION, subject_id=solution_id)
        room = _room(uow, solution) if is_owner or actor.is_consultant else None
        may_ask = not is_owner and actor.is_signed_in and bool(open_problems_of(uow, actor=actor))
    if solution.approved_at is not None:
        steps = [step for step in steps if step.name != "approve"]
    return render_template(
        "solutions/show.html",
        solution=solution,
        is_owner=is_owner,
        is_inside=is_owner or actor.is_consultant,
        is_visible=solution.status in VISIBLE_SOLUTION,
        may_edit=(is_owner or actor.is_consultant) and solution.status in EDITABLE,
        may_ask=may_ask and solution.status in VISIBLE_SOLUTION,
        steps=steps,
        sent=sent,
        typed=request.form if sent else {},
        url_of_step=lambda step: url_for(".take_step", solution_id=solution_id, step=step),
        reason_text=label,
        target_groups=[label(TargetGroup(group)) for group in solution.target_groups],
        value_kinds=[label(ValueKind(kind)) for kind in solution.value_kinds],
        links=[(line, is_web_address(line)) for line in solution.links.splitlines() if line.strip()],
        has_source=is_web_address(solution.source_url),
        room=room,
        next_step=next_step(actor, solution, steps, may_ask=may_ask),
        history=[told(Lifecycle.SOLUTION, line) for line in history],
    )


def _room(uow: UnitOfWork, solution: SolutionRow) -> Room:
    workplace = uow.session.get(Workplace, solution.workplace_id)
    if workplace is None:
        raise NotFound(f"no workplace {solution.workplace_id}")
    load = load_of(uow, workplace.id)
    return Room(workplace.capacity_at_a_time, load.open_now, workplace.capacity_per_quarter, load.this_quarter)
