"""The one thing to do now, for the box at the top of a solution's page."""

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext

from app.domain.vocabulary import VISIBLE_SOLUTION, Actor, SolutionStatus
from app.domain.workflow import Step, msg
from app.store.queries.solutions import SolutionRow


@dataclass(frozen=True, slots=True)
class NextStep:
    """What the box says, and where its button leads; without an address it has no button."""

    title: str
    text: str
    label: str = ""
    url: str = ""


_NOTHING = (
    msg("You need not do anything now"),
    msg("A consultant reads your text, and we write to you as soon as there is news."), "", "",
)  # fmt: skip
# What the owner's workplace reads in each state: heading, text, button, and where the button leads.
_OWNER: dict[SolutionStatus, tuple[str, str, str, str]] = {
    SolutionStatus.DRAFT: (
        msg("Finish the draft and send it"), msg("Only you, your colleagues and our consultants can see it."),
        msg("Go on writing"), "edit",
    ),
    SolutionStatus.SUBMITTED: _NOTHING,
    SolutionStatus.IN_REVIEW: _NOTHING,
    SolutionStatus.NEEDS_INFO: (
        msg("Answer the consultant's question"),
        msg("You find the question under “What has happened”. A few lines are enough."),
        msg("Write the answer"), "#step-answer",
    ),
    SolutionStatus.NEEDS_RENEWAL: (
        msg("Is the text still right?"), msg("A year has passed. One click is enough when nothing has changed."),
        msg("See what can be done"), "#steps",
    ),
    SolutionStatus.REJECTED: (
        msg("Would you like to write it anew?"), msg("You find the reason under “What has happened”."),
        msg("See what can be done"), "#steps",
    ),
    SolutionStatus.PAUSED: (
        msg("The solution is on pause"), msg("Nobody new is introduced to you until you end the pause."),
        msg("See what can be done"), "#steps",
    ),
}  # fmt: skip
_APPROVE = (
    msg("Read the text and approve it"),
    msg("A consultant has written it for you. It is published only when you have approved it."),
    msg("See what can be done"), "#steps",
)  # fmt: skip
_CONSULTANT: dict[SolutionStatus, tuple[str, str, str, str]] = {
    SolutionStatus.DRAFT: (
        msg("Finish the draft and send it"), msg("The workplace can see it, and is asked to approve the text."),
        msg("Go on writing"), "edit",
    ),
    SolutionStatus.SUBMITTED: (
        msg("Start the review"), msg("The workplace has been promised a first answer within two working days."),
        msg("See what can be done"), "#steps",
    ),
    SolutionStatus.IN_REVIEW: (
        msg("Publish it, or ask the workplace"),
        msg("Once it is published, the matcher looks for problems that it may help straight away."),
        msg("See what can be done"), "#steps",
    ),
    SolutionStatus.PUBLISHED: (
        msg("See which open problems it may help"), msg("The matcher holds it together with every open problem."),
        msg("See the problems"), "problems",
    ),
}  # fmt: skip


def next_step(actor: Actor, solution: SolutionRow, steps: list[Step], *, may_ask: bool) -> NextStep | None:
    """Return what the reader should do. may_ask: the reader has an open problem and could meet the owner."""
    words = _words(actor, solution, may_ask=may_ask)
    if words is None:
        return None
    title, text, label, place = words
    if place.startswith("#step-") and place.removeprefix("#step-") not in {step.name for step in steps}:
        place = ""
    return NextStep(gettext(title), gettext(text), gettext(label) if label else "", _address(place, solution))


def _words(actor: Actor, solution: SolutionRow, *, may_ask: bool) -> tuple[str, str, str, str] | None:
    if solution.workplace_id in actor.workplace_ids:
        unpublished = {SolutionStatus.DRAFT, SolutionStatus.SUBMITTED, SolutionStatus.IN_REVIEW}
        if solution.is_on_behalf and solution.approved_at is None and solution.status in unpublished:
            return _APPROVE
        return _OWNER.get(solution.status)
    if actor.is_consultant:
        return _CONSULTANT.get(solution.status)
    if solution.status not in VISIBLE_SOLUTION:
        return None
    if may_ask:
        return (
            msg("Would you like to hear how they did it?"),
            msg("Write half a page. A consultant takes it from there, and asks whether the workplace has time."),
            msg("We would like to meet them"), "interest",
        )  # fmt: skip
    return (
        msg("Do you have the same problem?"),
        msg("Describe it in five minutes. A consultant can then put you in touch with the workplace behind this."),
        msg("Describe your problem"), "new_problem",
    )  # fmt: skip


def _address(place: str, solution: SolutionRow) -> str:
    match place:
        case "edit":
            return url_for("solutions.edit", solution_id=solution.id)
        case "interest":
            return url_for("solutions.ask", solution_id=solution.id)
        case "problems":
            return url_for("introductions.of_solution", solution_id=solution.id)
        case "new_problem":
            return url_for("problems.new")
        case _:
            return place
