"""How far an introduction is, and what the one who looks at it can do next."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from flask_babel import gettext as _

from app.domain.vocabulary import IntroductionStatus as Status
from app.store.queries.introductions import OPEN, IntroductionPage


@dataclass(frozen=True, slots=True)
class Stage:
    """One of the three stages of an introduction. state: done, current, ahead or stopped."""

    text: str
    at: datetime | None
    state: Literal["done", "current", "ahead", "stopped"]


def stages(page: IntroductionPage) -> list[Stage]:
    """Return how far the introduction is: adopter asked, owner asked, introduced."""
    reached = [
        (_("The adopter says yes"), page.adopter_yes_at),
        (_("The solution owner says yes"), page.introduced_at),
        (_("You can reach each other") if page.viewer != "consultant" else _("Introduced"), page.introduced_at),
    ]
    is_over = page.status not in OPEN
    found: list[Stage] = []
    for text, at in reached:
        if at is not None:
            found.append(Stage(text, at, "done"))
        elif any(stage.state in ("current", "stopped") for stage in found):
            found.append(Stage(text, None, "ahead"))
        else:
            found.append(Stage(text, None, "stopped" if is_over else "current"))
    return found


@dataclass(frozen=True, slots=True)
class NextStep:
    """What the viewer can do now, or what happens without the viewer."""

    title: str
    text: str


def next_step_of(page: IntroductionPage) -> NextStep:
    """Return what the viewer should know about the next move."""
    if page.viewer == "consultant":
        found = _for_consultant(page)
    else:
        found = _for_adopter(page.status) if page.viewer == "adopter" else _for_owner(page.status)
    return NextStep(*found)


def _for_consultant(page: IntroductionPage) -> tuple[str, str]:
    if page.status is Status.DRAFTED and page.asked_by_adopter:
        return _("The adopter has asked for this"), _("Read the interest, and ask the solution owner.")
    remind = _("Reminders go out by themselves. A call often helps.")
    texts = {
        Status.DRAFTED: (
            _("Write a few words, and ask"),
            _("The adopter is asked first. The owner hears of it after a yes."),
        ),
        Status.ASKING_ADOPTER: (_("The adopter answers"), remind),
        Status.ASKING_OWNER: (_("The solution owner answers"), remind),
        Status.WAITLISTED: (
            _("It waits for a free place"),
            _("The owner is asked by itself when a place becomes free."),
        ),
        Status.INTRODUCED: (_("They have each other's details"), _("Ask in two weeks whether they talk.")),
        Status.IN_DIALOGUE: (_("They are talking"), _("Conclude it when you know what came of it.")),
    }
    over = (_("This introduction is over"), _("The history below says what happened."))
    return texts.get(page.status, over)


def _for_adopter(status: Status) -> tuple[str, str]:
    texts = {
        Status.DRAFTED: (
            _("A consultant looks at your wish"),
            _("You hear from us as soon as the owner has been asked."),
        ),
        Status.ASKING_ADOPTER: (
            _("Do you want to meet them?"),
            _(
                "If you say yes, we ask the workplace with the solution. "
                "You see each other's contact details when they have said yes too."
            ),
        ),
        Status.ASKING_OWNER: (
            _("We have asked the workplace with the solution"),
            _("You do not need to do anything. You hear from us when they have answered."),
        ),
        Status.WAITLISTED: (
            _("You are on the waiting list"),
            _("The workplace helps others right now. We ask them when they have time for you."),
        ),
        Status.DECLINED_BY_OWNER: (
            _("No contact this time"),
            _("Your consultant looks for other workplaces that have solved the same."),
        ),
        **_together(),
    }
    return texts.get(status, (_("This introduction is over"), _("Your consultant still helps you with your problem.")))


def _for_owner(status: Status) -> tuple[str, str]:
    texts = {
        Status.ASKING_OWNER: (
            _("May we put you in touch?"),
            _(
                "If you say yes, you see each other's contact details at once. "
                "If you say no, the adopter hears it from us, in friendly words and without your reason."
            ),
        ),
        **_together(),
    }
    return texts.get(status, (_("This introduction is over"), _("Thank you for looking at it.")))


def _together() -> dict[Status, tuple[str, str]]:
    return {
        Status.INTRODUCED: (
            _("Write or call"),
            _("Agree on a first talk. Their contact details are on this page."),
        ),
        Status.IN_DIALOGUE: (_("You are talking"), _("Tell your consultant how it goes.")),
    }
