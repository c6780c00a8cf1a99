"""Pages about match suggestions: the list on a problem's page, and one pair side by side with its steps."""

from collections.abc import Callable
from uuid import UUID

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.domain.errors import StepNotPossible
from app.domain.labels import REASON_LABELS
from app.domain.steps import step_named
from app.domain.vocabulary import Lifecycle, SuggestionStatus
from app.domain.workflow import Step
from app.store.queries.suggestions import (
    SuggestionPair,
    matching_state,
    problem_of_suggestion,
    problems_for_solution,
    suggestion_pair,
    suggestions_of_problem,
)
from app.use_cases.introductions import introduce_from_suggestion
from app.use_cases.steps import possible_steps
from app.use_cases.subjects import load_visible
from app.use_cases.suggestions import take_suggestion_step
from app.web.access import consultant_only, current_actor, signed_in
from app.web.introductions.area import bp
from app.web.introductions.forms import Sent, WordsForm, buttons, kept_step, step_form
from app.web.introductions.words import differ_text, field_name, fit_text, met_words, text_side
from app.web.kept_forms import typed_before
from app.web.language import guard_text, step_text
from app.web.once import once
from app.web.services import reading, transaction

# For the list that the problems' pages include as well.
bp.add_app_template_filter(fit_text)
bp.add_app_template_filter(differ_text)
bp.add_app_template_filter(met_words)
bp.add_app_template_filter(field_name)


@bp.app_template_global()
def step_address(kind: str, thing_id: UUID) -> Callable[[str], str]:
    """Return a function from a step's name to the address that its form is sent to."""
    if kind == "suggestion":
        return lambda step: url_for("introductions.take_suggestion", suggestion_id=thing_id, step=step)
    return lambda step: url_for("introductions.take_step", introduction_id=thing_id, step=step)


@bp.app_template_global()
def dismiss_reasons() -> list[tuple[str, str]]:
    """Return the reasons for dismissing a suggestion, for its form."""
    step = step_named(Lifecycle.SUGGESTION, "dismiss")
    return [(reason.value, _(REASON_LABELS[reason])) for reason in (step.reasons if step else ())]


@bp.get("/problems/<uuid:problem_id>/suggestions")
@signed_in
def of_problem(problem_id: UUID) -> Response:
    """The list alone, for the script on the problem's page: 204 as long as the matcher is at work."""
    with reading() as uow:
        rows = suggestions_of_problem(uow, actor=current_actor(), problem_id=problem_id)
        state = matching_state(uow, problem_id=problem_id)
    if state == "pending":
        return make_response("", 204)
    return make_response(
        render_template(
            "introductions/_suggestion_list.html", suggestions=rows, matching_state=state, problem={"id": problem_id}
        )
    )


@bp.get("/solutions/<uuid:solution_id>/suggestions")
@consultant_only
def of_solution(solution_id: UUID) -> str:
    """The open problems that a solution may help."""
    with reading() as uow:
        title, rows = problems_for_solution(uow, actor=current_actor(), solution_id=solution_id)
    return render_template("introductions/of_solution.html", title=title, rows=rows, solution_id=solution_id)


@bp.get("/suggestions/<uuid:suggestion_id>")
@signed_in
def suggestion(suggestion_id: UUID) -> str:
    """Both texts side by side, why they were held together, and what can be decided."""
    kept = kept_step(typed_before(current_actor().account_id), Lifecycle.SUGGESTION)
    return _page(suggestion_id, sent=kept)


@bp.post("/suggestions/<uuid:suggestion_id>/introduce")
@consultant_only
@once
def introduce(suggestion_id: UUID) -> Response | tuple[str, int]:
    """Prepare an introduction from a shortlisted suggestion."""
    form = WordsForm()
    if not form.validate():
        return _page(suggestion_id, words=form), 422
    try:
        with transaction() as uow:
            introduction = introduce_from_suggestion(
                uow,
                actor=current_actor(),
                suggestion_id=suggestion_id,
                words_to_adopter=form.words_to_adopter.data,
                words_to_owner=form.words_to_owner.data,
            )
            introduction_id = introduction.id
    except StepNotPossible as error:
        return _page(suggestion_id, words=form, refusal=guard_text(error.code)), 409
    flash(_("The introduction is prepared. Nobody has been asked yet."), "success")
    return redirect(url_for(".show", introduction_id=introduction_id), 303)


@bp.post("/suggestions/<uuid:suggestion_id>/<step>")
@signed_in
@once
def take_suggestion(suggestion_id: UUID, step: str) -> Response | tuple[str, int]:
    """Shortlist, dismiss or take up again; a refusal shows the page again with what was typed."""
    entry = step_named(Lifecycle.SUGGESTION, step)
    if entry is None or not entry.has_button:
        abort(404)
    form = step_form(entry, request.form)
    if not form.validate():
        return _page(suggestion_id, sent=Sent(step, form)), 422
    try:
        with transaction() as uow:
            planned = take_suggestion_step(
                uow,
                actor=current_actor(),
                suggestion_id=suggestion_id,
                step=step,
                reason=form.reason.data if "reason" in form else None,
                note=form.note.data if "note" in form else "",
            )
    except StepNotPossible as error:
        return _page(suggestion_id, sent=Sent(step, form), refusal=guard_text(error.code)), 409
    if not planned.repeated:
        flash(step_text(entry.done) + ".", "success")
    return redirect(_after(entry, suggestion_id), 303)


def _after(step: Step, suggestion_id: UUID) -> str:
    """Shortlisted: on to the words of the introduction. Said no: back to the problem, where the others are."""
    if step.name in {"shortlist", "reconsider"}:
        return url_for(".suggestion", suggestion_id=suggestion_id)
    with reading() as uow:
        problem_id = problem_of_suggestion(uow, suggestion_id=suggestion_id)
    return url_for("problems.show", problem_id=problem_id)


def _page(suggestion_id: UUID, *, sent: Sent | None = None, words: WordsForm | None = None, refusal: str = "") -> str:
    actor = current_actor()
    with reading() as uow:
        pair = suggestion_pair(uow, actor=actor, suggestion_id=suggestion_id)
        thing = load_visible(uow, actor=actor, lifecycle=Lifecycle.SUGGESTION, thing_id=suggestion_id)
        steps = possible_steps(uow, actor=actor, thing=thing)
    can_introduce = actor.is_consultant and pair.row.status is SuggestionStatus.SHORTLISTED
    if can_introduce and words is None:
        words = WordsForm(formdata=typed_before(actor.account_id))
    problem_words, solution_words = _met(pair)
    return render_template(
        "introductions/suggestion.html",
        pair=pair,
        sides=[text_side(pair.problem, problem_words), text_side(pair.solution, solution_words)],
        steps=buttons(steps, sent=sent),
        words=words if can_introduce else None,
        refusal=refusal,
    )


def _met(pair: SuggestionPair) -> tuple[list[str], list[str]]:
    words = pair.row.words
    return [word.problem_word for word in words], [word.solution_word for word in words]
