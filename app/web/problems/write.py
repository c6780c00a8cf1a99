"""Writing a problem: choose the workplace, fill in the form, look at similar ones, send."""

from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.domain.errors import Conflict, StepNotPossible
from app.domain.vocabulary import Language, Lifecycle, ProblemStatus
from app.domain.workflow import Guard
from app.store.queries.problems import ProblemRow, WorkplaceChoice, problem_row, workplaces_to_write_for
from app.use_cases.matching import other_sector, similar_solutions, workplaces_with_similar_problem
from app.use_cases.problems import EDITABLE, begin_problem, write_problem
from app.use_cases.subjects import load_visible, subject_of
from app.web.access import current_actor, signed_in
from app.web.kept_forms import typed_before
from app.web.language import current_language
from app.web.once import once
from app.web.problems.area import bp
from app.web.problems.forms import ProblemForm
from app.web.services import reading, services, transaction
from app.web.writing import FORM_REUSED, Answer, on_conflict, wants_to_send


@bp.get("/problems/new")
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
            heading=_("Describe a problem"),
            question=_("Which workplace has the problem?"),
            action=url_for(".new"),
            choices=choices,
            nothing_chosen="workplace" in request.args,
        )
    form = ProblemForm.of_page(
        data={
            "workplace": chosen.id, "sector": chosen.sector, "size": chosen.size, "region": chosen.region,
            "language": current_language(),
        }
    )  # fmt: skip
    return _form_page(form, chosen=chosen)


def _show_new(error: Conflict) -> Answer:
    """The form was sent before with another text: show it again, so that nothing typed is lost."""
    if error.code != "form_reused":
        raise error
    form = ProblemForm()
    form.refuse("", str(FORM_REUSED))
    return _form_page(form, chosen=_chosen(_workplaces(), form.workplace.data)), 422


@bp.post("/problems/new")
@signed_in
@on_conflict(_show_new)
@once
def create() -> Answer:
    """Save what was typed as a draft."""
    form = ProblemForm()
    form.is_draft = not wants_to_send()
    chosen = _chosen(_workplaces(), form.workplace.data)
    if chosen is None:
        abort(404)
    if not form.validate():
        return _form_page(form, chosen=chosen), 422
    with transaction() as uow:
        problem = begin_problem(
            uow,
            actor=current_actor(),
            workplace_id=chosen.id,
            language=form.language.data or Language.DANISH,
            fields=form.values(),
        )
        problem_id = problem.id
    return _saved(problem_id)


@bp.get("/problems/<uuid:problem_id>/edit")
@signed_in
def edit(problem_id: UUID) -> str:
    """The form with what is saved."""
    problem = _editable(problem_id)
    return _form_page(ProblemForm.of_page(obj=problem), problem=problem)


def _show_newer(error: Conflict, problem_id: UUID) -> Answer:
    """Somebody else wrote meanwhile: show both texts, and let the writer decide."""
    problem = _editable(problem_id)
    form = ProblemForm()
    if error.code == "form_reused":
        form.refuse("", str(FORM_REUSED))
        form.revision.data = str(problem.revision)
        return _form_page(form, problem=problem), 422
    newer = form.newer_than(problem)
    form.revision.data = str(problem.revision)
    return _form_page(form, problem=problem, newer=newer), 409


@bp.post("/problems/<uuid:problem_id>/edit")
@signed_in
@on_conflict(_show_newer)
@once
def save(problem_id: UUID) -> Answer:
    """Save the changes."""
    problem = _editable(problem_id)
    form = ProblemForm()
    form.is_draft = problem.status is ProblemStatus.DRAFT and not wants_to_send()
    if not form.validate():
        return _form_page(form, problem=problem), 422
    with transaction() as uow:
        write_problem(
            uow, actor=current_actor(), problem_id=problem_id, fields=form.values(), revision=form.revision_read
        )
    if problem.status is ProblemStatus.DRAFT:
        return _saved(problem_id)
    flash(_("Your changes are saved."), "success")
    return redirect(url_for(".show", problem_id=problem_id), 303)


@bp.get("/problems/<uuid:problem_id>/send")
@signed_in
def send(problem_id: UUID) -> Answer:
    """Look before sending: what others have solved already, and how many have the same problem."""
    actor = current_actor()
    with reading() as uow:
        problem = problem_row(uow, actor=actor, problem_id=problem_id)
        if problem.status is not ProblemStatus.DRAFT:
            return redirect(url_for(".show", problem_id=problem_id))
        thing = load_visible(uow, actor=actor, lifecycle=Lifecycle.PROBLEM, thing_id=problem_id)
        if subject_of(uow, thing).unmet & {Guard.REQUIRED_FIELDS, Guard.NO_CPR}:
            flash(_("The draft is not ready to be sent yet. Look at the marked fields."), "warning")
            return redirect(url_for(".edit", problem_id=problem_id, check=1))
        text = f"{problem.situation}\n\n{problem.better}"
        shelf = services().shelf
        similar = similar_solutions(uow, shelf=shelf, title=problem.title, text=text)
        others = workplaces_with_similar_problem(
            uow, shelf=shelf, title=problem.title, text=text, workplace_id=problem.workplace_id
        )
        seems = other_sector(uow, shelf=shelf, title=problem.title, text=text, sector=problem.sector)
    return render_template("problems/send.html", problem=problem, similar=similar, others=others, seems=seems)


def _workplaces() -> list[WorkplaceChoice]:
    with reading() as uow:
        return workplaces_to_write_for(uow, actor=current_actor())


def _chosen(choices: list[WorkplaceChoice], wanted: object) -> WorkplaceChoice | None:
    return next((choice for choice in choices if str(choice.id) == str(wanted)), None)


def _editable(problem_id: UUID) -> ProblemRow:
    with reading() as uow:
        problem = problem_row(uow, actor=current_actor(), problem_id=problem_id)
    if problem.status not in EDITABLE:
        raise StepNotPossible(f"problem {problem_id} is {problem.status}", code="wrong_state")
    return problem


def _form_page(
    form: ProblemForm,
    *,
    problem: ProblemRow | None = None,
    chosen: WorkplaceChoice | None = None,
    newer: dict[str, str] | None = None,
) -> str:
    if request.args.get("check") and request.method == "GET":
        form.check_again()
    return render_template(
        "problems/form.html",
        form=form,
        problem=problem,
        chosen=chosen,
        newer=newer or {},
        is_draft=problem is None or problem.status is ProblemStatus.DRAFT,
        with_cpr={field.name for field in form.fields_with_cpr()},
    )


def _saved(problem_id: UUID) -> Response:
    if wants_to_send():
        return redirect(url_for(".send", problem_id=problem_id), 303)
    flash(_("The draft is saved. You can go on whenever you like."), "success")
    return redirect(url_for(".edit", problem_id=problem_id), 303)
