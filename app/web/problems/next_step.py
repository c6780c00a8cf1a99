"""The one thing to do now, for the box at the top of a problem's page."""

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext

from app.domain.vocabulary import Actor, ProblemStatus
from app.domain.workflow import Step, msg
from app.store.queries.problems import ProblemRow


@dataclass(frozen=True, slots=True)
class NextStep:
    """What the box says, and where its button leads; without an address it has no button."""

    title: str
    text: str
    label: str = ""
    url: str = ""


# What the workplace reads in each state: heading, text, button, and where the button leads.
_WORKPLACE: dict[ProblemStatus, tuple[str, str, str, str]] = {
    ProblemStatus.DRAFT: (
        msg("Finish the draft and send it"), msg("Only you, your colleagues and our consultants can see it."),
        msg("Go on writing"), "edit",
    ),
    ProblemStatus.SUBMITTED: (
        msg("You need not do anything now"),
        msg("A consultant reads your text, and we write to you as soon as there is news."), "", "",
    ),
    ProblemStatus.IN_REVIEW: (
        msg("You need not do anything now"),
        msg("A consultant reads your text, and we write to you as soon as there is news."), "", "",
    ),
    ProblemStatus.NEEDS_INFO: (
        msg("Answer the consultant's question"),
        msg("You find the question under “What has happened”. A few lines are enough."),
        msg("Write the answer"), "#step-answer",
    ),
    ProblemStatus.OPEN: (
        msg("We are looking for workplaces that have solved it"),
        msg("What a consultant picks for you is shown on this page. You may also look for yourselves."),
        msg("Look through the solutions"), "solutions",
    ),
    ProblemStatus.IN_DIALOGUE: (
        msg("Go on with the dialogue"), msg("Tell us when the problem is solved."), msg("See my overview"), "overview",
    ),
    ProblemStatus.EXPIRED: (
        msg("Is it a problem again?"), msg("Describe it anew. You can copy your old text from this page."),
        msg("Describe a problem"), "new",
    ),
    ProblemStatus.WITHDRAWN: (
        msg("Is it a problem again?"), msg("Describe it anew. You can copy your old text from this page."),
        msg("Describe a problem"), "new",
    ),
}  # fmt: skip
_CONSULTANT: dict[ProblemStatus, tuple[str, str, str, str]] = {
    ProblemStatus.DRAFT: (
        msg("Finish the draft and send it"), msg("The workplace can see it and write on it too."),
        msg("Go on writing"), "edit",
    ),
    ProblemStatus.SUBMITTED: (
        msg("Start the review"), msg("The workplace has been promised a first answer within two working days."),
        msg("See what can be done"), "#steps",
    ),
    ProblemStatus.IN_REVIEW: (
        msg("Open the problem, or ask the workplace"),
        msg("Once it is open, the matcher looks for solutions straight away."),
        msg("See what can be done"), "#steps",
    ),
    ProblemStatus.OPEN: (
        msg("Go through the suggestions"),
        msg("Shortlist what fits, dismiss what does not, and introduce the two workplaces to each other."),
        msg("See the suggestions"), "#suggestions",
    ),
    ProblemStatus.IN_DIALOGUE: (
        msg("Go through the suggestions"),
        msg("Shortlist what fits, dismiss what does not, and introduce the two workplaces to each other."),
        msg("See the suggestions"), "#suggestions",
    ),
}  # fmt: skip


def next_step(actor: Actor, problem: ProblemRow, steps: list[Step]) -> NextStep | None:
    """Return what the reader of the page should do, or what happens without it; None when all is done."""
    is_guest = actor.is_consultant and problem.workplace_id not in actor.workplace_ids
    words = (_CONSULTANT if is_guest else _WORKPLACE).get(problem.status)
    if words is None:
        return None
    title, text, label, place = words
    if place.startswith("#step-") and place.removeprefix("#step-") not in {step.name for step in steps}:
        place = ""
    return NextStep(gettext(title), gettext(text), gettext(label) if label else "", _address(place, problem))


def _address(place: str, problem: ProblemRow) -> str:
    match place:
        case "edit":
            return url_for("problems.edit", problem_id=problem.id)
        case "solutions":
            return url_for("solutions.index", sector=problem.sector)
        case "overview":
            return url_for("accounts.overview")
        case "new":
            return url_for("problems.new")
        case _:
            return place
