"""Answers by the link of a mail: GET shows what is asked and changes nothing, POST answers, once.

The link says whose answer it is. It signs nobody in, and the page never shows contact details.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.domain.errors import Conflict, LinkNotValid, NotFound, StepNotPossible
from app.domain.steps import step_named
from app.domain.vocabulary import Actor, IntroductionStatus, Lifecycle, Reason, Role
from app.domain.workflow import Plan, Step
from app.store.catalogue import Problem, Solution
from app.store.people import Account
from app.store.queries.introductions import IntroductionPage, introduction_page
from app.store.unit_of_work import UnitOfWork
from app.use_cases.accounts import actor_for
from app.use_cases.introductions import take_introduction_step
from app.use_cases.links import Link, Purpose, is_used, use_link
from app.use_cases.problems import take_problem_step
from app.use_cases.solutions import take_solution_step
from app.use_cases.subjects import load_visible
from app.web.access import public
from app.web.errors import error_page
from app.web.introductions.forms import step_form
from app.web.language import guard_text
from app.web.once import once
from app.web.services import reading, services, transaction

bp = Blueprint("answers", __name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a link asks: the step behind each answer, and what the page says after each."""

    lifecycle: Lifecycle
    yes: str
    no: str
    after_yes: str
    after_no: str = "no"


ASKED = {
    Purpose.ANSWER_AS_ADOPTER: Asked(
        Lifecycle.INTRODUCTION, "accept_as_adopter", "decline_as_adopter", "yes_of_adopter"
    ),
    Purpose.ANSWER_AS_OWNER: Asked(Lifecycle.INTRODUCTION, "accept_as_owner", "decline_as_owner", "yes_of_owner"),
    Purpose.RECONFIRM: Asked(Lifecycle.INTRODUCTION, "reconfirm", "decline_as_adopter", "still_waiting"),
    Purpose.RENEW_PROBLEM: Asked(Lifecycle.PROBLEM, "renew", "withdraw", "renewed", "ended"),
    Purpose.RENEW_SOLUTION: Asked(Lifecycle.SOLUTION, "renew", "archive", "renewed", "ended"),
}


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it stands now. introduction: as the asked side sees it; title: of the problem or solution."""

    link: Link
    asked: Asked
    actor: Actor
    title: str
    is_open: bool
    introduction: IntroductionPage | None

    @property
    def no_step(self) -> Step:
        """The step behind a no."""
        return _step(self.asked.lifecycle, self.asked.no)


@bp.get("/answer/<token>")
@public
def show(token: str) -> Response | tuple[str, int]:
    """What is asked. Whoever opens it, as often as they like, has changed nothing."""
    with reading() as uow:
        try:
            question = _question(uow, token)
        except LinkNotValid as error:
            return _not_valid(error)
    if not question.is_open:
        return _moved_on(question.link.purpose)
    return make_response(_page(question, step_form(question.no_step)))


@bp.post("/answer/<token>")
@public
@once
def answer(token: str) -> Response | tuple[str, int]:
    """Answer for the account that the link was sent to, and use the link up."""
    with reading() as uow:
        try:
            question = _question(uow, token)
        except LinkNotValid as error:
            return _not_valid(error)
    says_yes = {"yes": True, "no": False}.get(request.form.get("answer", ""))
    if says_yes is None:
        abort(400)
    form = step_form(question.no_step, request.form)
    if not says_yes and not form.validate():
        return _page(question, form), 422
    try:
        with transaction() as uow:
            planned = _act(uow, token, says_yes=says_yes, form=form)
    except LinkNotValid as error:
        return _not_valid(error)
    except Conflict:
        return _moved_on(question.link.purpose)
    except StepNotPossible as error:
        return _moved_on(question.link.purpose, guard_text(error.code))
    after = question.asked.after_yes if says_yes else question.asked.after_no
    if planned.to_status is IntroductionStatus.WAITLISTED and after == "yes_of_adopter":
        after = "waitlisted"
    return redirect(url_for(".thanks", after=after), 303)


@bp.get("/answers/<after>")
@public
def thanks(after: str) -> str:
    """What happens now. Says nothing about whom or what was answered."""
    words = _after(after)
    if words is None:
        abort(404)
    return render_template("introductions/thanks.html", title=words[0], text=words[1], signs_in=after == "yes_of_owner")


def _act(uow: UnitOfWork, token: str, *, says_yes: bool, form: Any) -> Plan:  # noqa: ANN401 - a step's form
    """Take the step as the account of the link, all guards asked again, and use the link up with it."""
    question = _question(uow, token)
    use_link(uow, token=token)
    given: dict[str, Any] = {"uow": uow, "actor": question.actor, "step": question.asked.yes}
    if not says_yes:
        reason: Reason | None = form.reason.data if "reason" in form else None
        given |= {"step": question.asked.no, "reason": reason, "note": form.note.data if "note" in form else ""}
    take: dict[Lifecycle, Callable[..., Plan]] = {
        Lifecycle.INTRODUCTION: take_introduction_step,
        Lifecycle.PROBLEM: take_problem_step,
        Lifecycle.SOLUTION: take_solution_step,
    }
    given[f"{question.asked.lifecycle}_id"] = question.link.subject_id
    return take[question.asked.lifecycle](given.pop("uow"), **given)


def _question(uow: UnitOfWork, token: str) -> Question:
    """Return what the link asks.

    Raises LinkNotValid: the link is altered, expired or used, or its account no longer speaks for the workplace.
    """
    link = services().signer.read(token, *ASKED, now=uow.now)
    if is_used(uow, token=token):
        raise LinkNotValid("the link was used before", code="link_used")
    asked = ASKED[link.purpose]
    actor = _actor(uow, link)
    try:
        title, workplace_id, status, introduction = _subject(uow, link, asked, actor)
    except NotFound as error:
        raise LinkNotValid(f"account {link.account_id} may not know of {link.subject_id} any more") from error
    if workplace_id not in actor.workplace_ids:
        raise LinkNotValid(f"account {link.account_id} does not speak for workplace {workplace_id}")
    is_open = status in _step(asked.lifecycle, asked.yes).starts_from
    return Question(link, asked, actor, title, is_open, introduction)


def _actor(uow: UnitOfWork, link: Link) -> Actor:
    account = uow.session.get(Account, link.account_id)
    if account is None or account.disabled_at is not None or account.email_verified_at is None:
        raise LinkNotValid(f"account {link.account_id} is not active")
    actor = actor_for(uow, account)
    # The link is for the workplace's answer: what the person may do besides does not count here.
    return replace(actor, roles=actor.roles - {Role.CONSULTANT, Role.ADMINISTRATOR})


def _subject(
    uow: UnitOfWork, link: Link, asked: Asked, actor: Actor
) -> tuple[str, UUID | None, object, IntroductionPage | None]:
    """Return the title, the workplace that is asked, the state, and the introduction where it is one."""
    if asked.lifecycle is Lifecycle.INTRODUCTION:
        side = "owner" if link.purpose is Purpose.ANSWER_AS_OWNER else "adopter"
        return _introduction(uow, link, actor, side)
    thing = load_visible(uow, actor=actor, lifecycle=asked.lifecycle, thing_id=link.subject_id)
    assert isinstance(thing, Problem | Solution)  # noqa: S101 - the lifecycle says so
    return thing.title, thing.workplace_id, thing.status, None


def _introduction(
    uow: UnitOfWork, link: Link, actor: Actor, side: str
) -> tuple[str, UUID | None, object, IntroductionPage]:
    page = introduction_page(uow, actor=actor, introduction_id=link.subject_id)
    asked_side = page.owner_workplace_id if side == "owner" else page.adopter_workplace_id
    return page.problem.title, asked_side, page.status, page


def _step(lifecycle: Lifecycle, name: str) -> Step:
    step = step_named(lifecycle, name)
    assert step is not None  # noqa: S101 - a test walks through ASKED
    return step


def _page(question: Question, form: Any) -> str:  # noqa: ANN401 - a step's form
    is_owner = question.link.purpose is Purpose.ANSWER_AS_OWNER
    return render_template(
        "introductions/answer.html",
        question=question,
        page=question.introduction,
        form=form,
        is_owner=is_owner,
        purpose=question.link.purpose.value,
        texts=_texts(question.link.purpose),
    )


def _texts(purpose: Purpose) -> tuple[str, str, str]:
    """Return heading, yes and no of a question."""
    yes, no = _("Yes, put us in touch"), _("No, thank you")
    texts = {
        Purpose.ANSWER_AS_ADOPTER: (_("Do you want to meet them?"), yes, no),
        Purpose.ANSWER_AS_OWNER: (_("May we put you in touch?"), yes, no),
        Purpose.RECONFIRM: (_("Do you still want to wait?"), _("Yes, we still want it"), no),
        Purpose.RENEW_PROBLEM: (_("Is the problem still current?"), _("Yes, it is still current"), _("No, close it")),
        Purpose.RENEW_SOLUTION: (_("Is the solution still right?"), _("Yes, it is still right"), _("No, archive it")),
    }
    return texts[purpose]


def _after(after: str) -> tuple[str, str] | None:
    texts = {
        "yes_of_adopter": (
            _("Thank you. We ask the workplace now"),
            _("You hear from us when they have answered. You do not need to do anything."),
        ),
        "waitlisted": (
            _("Thank you. You are on the waiting list"),
            _("The workplace helps others right now. We ask them when they have time for you."),
        ),
        "yes_of_owner": (
            _("Thank you. You are introduced"),
            _("Sign in to see whom you meet and how to reach them."),
        ),
        "still_waiting": (_("Thank you. You keep your place"), _("You hear from us when there is news.")),
        "renewed": (_("Thank you. Now we know that it still holds"), _("You do not need to do anything else.")),
        "ended": (_("Thank you. It is closed"), _("Sign in if you want to take it up again.")),
        "no": (
            _("Thank you for your answer"),
            _("Your consultant reads the reason. The other workplace does not."),
        ),
    }
    return texts.get(after)


def _not_valid(error: LinkNotValid) -> Response:
    if error.code == "link_used":
        return error_page(410, text=_("You have already answered with this link. Sign in to see where things stand."))
    if error.code == "link_expired":
        return error_page(410, text=_("The link is too old. Sign in to answer, or write to your consultant."))
    return error_page(410, text=_("The link is not whole, or not for you any more. Copy all of it from the mail."))


def _moved_on(purpose: Purpose, text: str = "") -> Response:
    if purpose in (Purpose.ANSWER_AS_ADOPTER, Purpose.ANSWER_AS_OWNER) and not text:
        text = _("This is no longer asked: it has been answered or taken back. Sign in to see where things stand.")
    return error_page(409, text=text or _("This is no longer asked. Sign in to see where things stand."))
