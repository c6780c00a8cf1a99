"""Pages about introductions: the list, one introduction with its steps, and a pair picked by hand."""

import logging
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.domain.errors import StepNotPossible
from app.domain.permissions import Action, allowed
from app.domain.steps import step_named
from app.domain.vocabulary import Actor, IntroductionStatus, Lifecycle
from app.domain.workflow import Step
from app.store.catalogue import Problem
from app.store.queries.introductions import (
    Contact,
    Group,
    IntroductionPage,
    contacts_of,
    introduction_page,
    introductions_of,
    solutions_to_pick,
)
from app.store.queries.place_names import places
from app.store.unit_of_work import UnitOfWork
from app.use_cases.introductions import introduce_by_hand, take_introduction_step, write_words
from app.use_cases.steps import possible_steps
from app.use_cases.subjects import load_visible, subject_of
from app.web.access import consultant_only, current_actor, signed_in
from app.web.introductions import suggestions
from app.web.introductions.area import bp
from app.web.introductions.forms import PickForm, Sent, WordsForm, buttons, kept_step, step_form
from app.web.introductions.guidance import next_step_of, stages
from app.web.introductions.words import happened, status_for, text_side
from app.web.kept_forms import typed_before
from app.web.language import guard_text, step_text
from app.web.once import once
from app.web.services import reading, transaction

__all__ = ["bp", "suggestions"]
log = logging.getLogger(__name__)
BEFORE_ANSWER = frozenset(
    {IntroductionStatus.DRAFTED, IntroductionStatus.ASKING_ADOPTER, IntroductionStatus.WAITLISTED}
)
SHOWN_SOLUTIONS = 20


@bp.get("/introductions")
@signed_in
def index() -> str:
    """The introductions that this person may know of."""
    group: Group = "closed" if request.args.get("group") == "closed" else "open"
    page = request.args.get("page", 1, type=int)
    with reading() as uow:
        found = introductions_of(uow, actor=current_actor(), group=group, page=page)
    return render_template("introductions/index.html", found=found, group=group, status_for=status_for)


@bp.get("/introductions/<uuid:introduction_id>")
@signed_in
def show(introduction_id: UUID) -> str:
    """One introduction: where it stands, whom we wait for, and what this person can do."""
    kept = kept_step(typed_before(current_actor().account_id), Lifecycle.INTRODUCTION)
    return _page(introduction_id, sent=kept)


@bp.post("/introductions/<uuid:introduction_id>/words")
@consultant_only
@once
def save_words(introduction_id: UUID) -> Response | tuple[str, int]:
    """Change what the consultant says when asking."""
    form = WordsForm()
    if not form.validate():
        return _page(introduction_id, words=form), 422
    try:
        with transaction() as uow:
            write_words(
                uow,
                actor=current_actor(),
                introduction_id=introduction_id,
                words_to_adopter=form.words_to_adopter.data,
                words_to_owner=form.words_to_owner.data,
            )
    except StepNotPossible as error:
        return _page(introduction_id, words=form, refusal=guard_text(error.code)), 409
    flash(_("Your words are saved."), "success")
    return redirect(url_for(".show", introduction_id=introduction_id), 303)


@bp.post("/introductions/<uuid:introduction_id>/<step>")
@signed_in
@once
def take_step(introduction_id: UUID, step: str) -> Response | tuple[str, int]:
    """Take a workflow step; a refusal shows the page again with what was typed."""
    entry = step_named(Lifecycle.INTRODUCTION, step)
    if entry is None or not entry.has_button:
        abort(404)
    form = step_form(entry, request.form)
    if not form.validate():
        return _page(introduction_id, sent=Sent(step, form)), 422
    try:
        with transaction() as uow:
            planned = take_introduction_step(
                uow,
                actor=current_actor(),
                introduction_id=introduction_id,
                step=step,
                reason=form.reason.data if "reason" in form else None,
                note=form.note.data if "note" in form else "",
            )
    except StepNotPossible as error:
        return _page(introduction_id, sent=Sent(step, form), refusal=guard_text(error.code)), 409
    if not planned.repeated:
        flash(_said(entry, planned.to_status), "success")
    return redirect(url_for(".show", introduction_id=introduction_id), 303)


@bp.get("/problems/<uuid:problem_id>/introduce")
@consultant_only
def pick(problem_id: UUID) -> str:
    """Pick a published solution for a problem by hand."""
    return _pick_page(problem_id, PickForm.of_page())


@bp.post("/problems/<uuid:problem_id>/introduce")
@consultant_only
@once
def introduce_picked(problem_id: UUID) -> Response | tuple[str, int]:
    """Prepare an introduction with the picked solution."""
    form = PickForm()
    form.solution_id.choices = _offered(form.solution_id.data)
    if not form.validate():
        return _pick_page(problem_id, form), 422
    try:
        with transaction() as uow:
            introduction = introduce_by_hand(
                uow,
                actor=current_actor(),
                problem_id=problem_id,
                solution_id=UUID(form.solution_id.data),
                words_to_adopter=form.words_to_adopter.data,
                words_to_owner=form.words_to_owner.data,
            )
            introduction_id = introduction.id
    except StepNotPossible as error:
        form.refuse("solution_id", guard_text(error.code))
        return _pick_page(problem_id, form), 409
    flash(_("The introduction is prepared. Nobody has been asked yet."), "success")
    return redirect(url_for(".show", introduction_id=introduction_id), 303)


def _page(introduction_id: UUID, *, sent: Sent | None = None, words: WordsForm | None = None, refusal: str = "") -> str:
    actor = current_actor()
    with reading() as uow:
        page = introduction_page(uow, actor=actor, introduction_id=introduction_id)
        thing = load_visible(uow, actor=actor, lifecycle=Lifecycle.INTRODUCTION, thing_id=introduction_id)
        steps = [step for step in possible_steps(uow, actor=actor, thing=thing) if _makes_sense(step, page)]
        contacts = _contacts(uow, actor, introduction_id)
    can_write = page.viewer == "consultant" and page.status in BEFORE_ANSWER
    if can_write and words is None:
        words = WordsForm(
            formdata=None, data={"words_to_adopter": page.words_to_adopter, "words_to_owner": page.words_to_owner}
        )
    return render_template(
        "introductions/show.html",
        page=page,
        steps=buttons(steps, sent=sent),
        status_text=status_for(page.status, page.viewer),
        sides=[text_side(page.problem), text_side(page.solution)],
        stages=stages(page),
        next=next_step_of(page),
        contacts=contacts,
        history=[happened(line, page.viewer) for line in page.history],
        words=words if can_write else None,
        refusal=refusal,
    )


def _contacts(uow: UnitOfWork, actor: Actor, introduction_id: UUID) -> tuple[Contact, Contact] | None:
    """Return both contacts when both sides have said yes; who looked is logged, the details are not."""
    thing = load_visible(uow, actor=actor, lifecycle=Lifecycle.INTRODUCTION, thing_id=introduction_id)
    if not allowed(Action.SEE_CONTACTS, actor, subject_of(uow, thing)):
        return None
    log.info("contacts of introduction %s shown to account %s", introduction_id, actor.account_id)
    return contacts_of(uow, actor=actor, introduction_id=introduction_id)


def _makes_sense(step: Step, page: IntroductionPage) -> bool:
    """The adopter who asked for it herself is not asked again, and the owner is not asked before her."""
    if step.name == "ask_adopter":
        return not page.asked_by_adopter
    return step.name != "ask_owner" or page.asked_by_adopter


def _said(step: Step, to_status: object) -> str:
    if to_status is IntroductionStatus.WAITLISTED and step.name != "reconfirm":
        return _("Thank you. The workplace is busy right now, so you are on the waiting list.")
    if to_status is IntroductionStatus.INTRODUCED:
        return _("You are introduced. The contact details are on this page.")
    return step_text(step.done) + "."


def _offered(sent: str) -> list[tuple[str, str]]:
    """Return the sent id as the only choice when it is one; whether it may be picked is for the use case to say."""
    try:
        return [(str(UUID(sent)), "")]
    except ValueError:
        return []


def _pick_page(problem_id: UUID, form: PickForm) -> str:
    words = request.args.get("q", "")[:100]
    with reading() as uow:
        problem = load_visible(uow, actor=current_actor(), lifecycle=Lifecycle.PROBLEM, thing_id=problem_id)
        assert isinstance(problem, Problem)  # noqa: S101 - the lifecycle says so
        title, (workplace,) = problem.title, places(uow, [problem.workplace_id])
        found = solutions_to_pick(uow, problem_id=problem_id, words=words, limit=SHOWN_SOLUTIONS)
    form.solution_id.choices = [(str(one.id), one.title) for one in found]
    return render_template(
        "introductions/pick.html",
        problem_id=problem_id, title=title, workplace=workplace, form=form, found=found, words=words,
    )  # fmt: skip
