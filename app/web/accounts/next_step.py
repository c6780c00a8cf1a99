"""The one thing to do now, for the top of my overview."""

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from app.domain.vocabulary import Actor, IntroductionStatus, Lifecycle, ProblemStatus
from app.store.queries.people import Line, Overview


@dataclass(frozen=True, slots=True)
class NextStep:
    """What the box at the top of a page says, and where its button leads."""

    title: str
    text: str
    label: str
    url: str


def url_of(line: Line) -> str:
    """Return the page of one problem, solution or introduction."""
    match line.lifecycle:
        case Lifecycle.PROBLEM:
            return url_for("problems.show", problem_id=line.id)
        case Lifecycle.SOLUTION:
            return url_for("solutions.show", solution_id=line.id)
        case _:
            return url_for("introductions.show", introduction_id=line.id)


def next_step(actor: Actor, mine: Overview) -> NextStep | None:
    """Return what the actor should do first; None when nothing waits."""
    if not actor.workplace_ids:
        return _without_workplace(actor)
    if mine.waiting_for_me:
        return _waiting(mine.waiting_for_me[0])
    if mine.is_empty:
        return _first(actor)
    return None


def _without_workplace(actor: Actor) -> NextStep | None:
    if actor.is_consultant:
        return NextStep(
            _("See what waits for you"), _("The queue shows everything that needs a consultant, by due date."),
            _("Go to the queue"), url_for("queue.index"),
        )  # fmt: skip
    if actor.is_administrator:
        return None
    return NextStep(
        _("Find your workplace"),
        _("Problems and solutions belong to a workplace, so that they stay when people move on. It takes a minute."),
        _("Find my workplace"),
        url_for("organisations.join"),
    )


def _waiting(line: Line) -> NextStep:
    title = line.title or _("Without a title")
    if line.lifecycle is Lifecycle.INTRODUCTION:
        is_owner = line.status is IntroductionStatus.ASKING_OWNER
        question = (
            _("%(workplace)s would like to talk with you about a problem that you may know.", workplace=line.other_side)
            if is_owner
            else _("A consultant has found a solution that may fit your problem.")
        )
        return NextStep(_("Answer: do you want to be put in touch?"), question, _("See and answer"), url_of(line))
    if line.status == ProblemStatus.DRAFT:
        return NextStep(_("Finish your draft"), title, _("Go on writing"), url_of(line))
    if line.status == ProblemStatus.NEEDS_INFO:
        return NextStep(_("A consultant has a question for you"), title, _("See the question"), url_of(line))
    return NextStep(_("Look at this one"), title, _("See it"), url_of(line))


def _first(actor: Actor) -> NextStep:
    if actor.is_owner and not actor.is_adopter:
        return NextStep(
            _("Tell of your first solution"),
            _("Others can use what you have learned. A consultant looks at the text before anybody else sees it."),
            _("Describe a solution"), url_for("solutions.new"),
        )  # fmt: skip
    return NextStep(
        _("Describe your first problem"),
        _("Five questions are enough. We look for workplaces that have solved it, and a consultant helps you on."),
        _("Describe a problem"), url_for("problems.new"),
    )  # fmt: skip
