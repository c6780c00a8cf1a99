"""Writing a solution: choose the workplace, fill in the form, look at similar ones, send."""

from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.domain.errors import Conflict, NotFound, StepNotPossible
from app.domain.vocabulary import VISIBLE_SOLUTION, Language, Lifecycle, SolutionStatus
from app.domain.workflow import Guard
from app.store.queries.problems import WorkplaceChoice, workplaces_to_write_for
from app.store.queries.solutions import SolutionRow, solution_row
from app.use_cases.matching import other_sector, similar_solutions
from app.use_cases.solutions import EDITABLE, begin_solution, write_solution
from app.use_cases.subjects import load_visible, subject_of
from app.web.access import current_actor, signed_in
from app.web.kept_forms import typed_before
from app.web.language import current_language
from app.web.once import once
from app.web.services import reading, services, transaction
from app.web.solutions.area import bp
from app.web.solutions.forms import SolutionForm
from app.web.writing import FORM_REUSED, Answer, on_conflict, wants_to_send


@bp.get("/solutions/new")
@signed_in
def new() -> str:
    """Begin: the form for the only workplace there is, else a choice of workplaces."""
    choices = _workplaces()
    typed = typed_before(current_actor().account_id)
    typed_for = typed.get("workplace", "") if typed is not None else ""
    wanted = request.args.get("workplace") or typed_for or (str(choices[0].id) if len(choices) == 1 else "")
    chosen = _chosen(choices, wanted)
    if chosen is None:
        return render_template(
            "writing/workplace.html",
            heading=_("Describe a solution"),
            question=_("Which workplace has the solution?"),
            action=url_for(".new"),
            choices=choices,
            nothing_chosen="workplace" in request.args,
        )
    data = {"workplace": chosen.id, "sector": chosen.sector, "language": current_language()}
    return _form_page(SolutionForm.of_page(data=data), chosen=chosen)


def _show_new(error: Conflict) -> Answer:
    """The form was sent before with another text: show it again, so that nothing typed is lost."""
    if error.code != "form_reused":
        raise error
    form = SolutionForm()
    form.refuse("", str(FORM_REUSED))
    return _form_page(form, chosen=_chosen(_workplaces(), form.workplace.data)), 422


@bp.post("/solutions/new")
@signed_in
@on_conflict(_show_new)
@once
def create() -> Answer:
    """Save what was typed as a draft."""
    form = SolutionForm()
    form.is_draft = not wants_to_send()
    chosen = _chosen(_workplaces(), form.workplace.data)
    if chosen is None:
        abort(404)
    if not form.validate():
        return _form_page(form, chosen=chosen), 422
    with transaction() as uow:
        solution = begin_solution(
            uow,
            actor=current_actor(),
            workplace_id=chosen.id,
            language=form.language.data or Language.DANISH,
            fields=form.values(),
        )
        solution_id = solution.id
    return _saved(solution_id)


@bp.get("/solutions/<uuid:solution_id>/edit")
@signed_in
def edit(solution_id: UUID) -> str:
    """The form with what is saved."""
    solution = _editable(solution_id)
    return _form_page(SolutionForm.of_page(obj=solution), solution=solution)


def _show_newer(error: Conflict, solution_id: UUID) -> Answer:
    """Somebody else wrote meanwhile: show both texts, and let the writer decide."""
    solution = _editable(solution_id)
    form = SolutionForm()
    if error.code == "form_reused":
        form.refuse("", str(FORM_REUSED))
        form.revision.data = str(solution.revision)
        return _form_page(form, solution=solution), 422
    newer = form.newer_than(solution)
    form.revision.data = str(solution.revision)
    return _form_page(form, solution=solution, newer=newer), 409


@bp.post("/solutions/<uuid:solution_id>/edit")
@signed_in
@on_conflict(_show_newer)
@once
def save(solution_id: UUID) -> Answer:
    """Save the changes."""
    solution = _editable(solution_id)
    form = SolutionForm()
    form.is_draft = solution.status is SolutionStatus.DRAFT and not wants_to_send()
    if not form.validate():
        return _form_page(form, solution=solution), 422
    with transaction() as uow:
        write_solution(
            uow, actor=current_actor(), solution_id=solution_id, fields=form.values(), revision=form.revision_read
        )
    if solution.status is SolutionStatus.DRAFT:
        return _saved(solution_id)
    flash(_("Your changes are saved."), "success")
    return redirect(url_for(".show", solution_id=solution_id), 303)


@bp.get("/solutions/<uuid:solution_id>/send")
@signed_in
def send(solution_id: UUID) -> Answer:
    """Look before sending, whether somebody has described the same already."""
    actor = current_actor()
    solution = _own(solution_id)
    if solution.status is not SolutionStatus.DRAFT:
        return redirect(url_for(".show", solution_id=solution_id))
    with reading() as uow:
        thing = load_visible(uow, actor=actor, lifecycle=Lifecycle.SOLUTION, thing_id=solution_id)
        unmet = subject_of(uow, thing).unmet
        if unmet & {Guard.REQUIRED_FIELDS, Guard.NO_CPR, Guard.ORIGIN_ANSWERED}:
            flash(_("The draft is not ready to be sent yet. Look at the marked fields."), "warning")
            return redirect(url_for(".edit", solution_id=solution_id, check=1))
        text = f"{solution.problem_text}\n\n{solution.description}"
        shelf = services().shelf
        similar = similar_solutions(uow, shelf=shelf, title=solution.title, text=text)
        seems = other_sector(uow, shelf=shelf, title=solution.title, text=text, sector=solution.sector)
    return render_template("solutions/send.html", solution=solution, similar=similar, seems=seems)


def _workplaces() -> list[WorkplaceChoice]:
    with reading() as uow:
        return workplaces_to_write_for(uow, actor=current_actor())


def _chosen(choices: list[WorkplaceChoice], wanted: object) -> WorkplaceChoice | None:
    return next((choice for choice in choices if str(choice.id) == str(wanted)), None)


def _own(solution_id: UUID) -> SolutionRow:
    """Return a solution that the actor may write. Raises NotFound also for a published one of other people."""
    actor = current_actor()
    with reading() as uow:
        solution = solution_row(uow, actor=actor, solution_id=solution_id)
    if not actor.is_consultant and solution.workplace_id not in actor.workplace_ids:
        raise NotFound(f"solution {solution_id} is not this actor's to write")
    return solution


def _editable(solution_id: UUID) -> SolutionRow:
    solution = _own(solution_id)
    if solution.status not in EDITABLE:
        raise StepNotPossible(f"solution {solution_id} is {solution.status}", code="wrong_state")
    return solution


def _form_page(
    form: SolutionForm,
    *,
    solution: SolutionRow | None = None,
    chosen: WorkplaceChoice | None = None,
    newer: dict[str, str] | None = None,
) -> str:
    if request.args.get("check") and request.method == "GET":
        form.check_again()
    return render_template(
        "solutions/form.html",
        form=form,
        solution=solution,
        chosen=chosen,
        newer=newer or {},
        is_draft=solution is None or solution.status is SolutionStatus.DRAFT,
        is_published=solution is not None and solution.status in VISIBLE_SOLUTION,
        with_cpr={field.name for field in form.fields_with_cpr()},
    )


def _saved(solution_id: UUID) -> Response:
    if wants_to_send():
        return redirect(url_for(".send", solution_id=solution_id), 303)
    flash(_("The draft is saved. You can go on whenever you like."), "success")
    return redirect(url_for(".edit", solution_id=solution_id), 303)
