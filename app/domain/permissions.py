"""Who may do what: named predicates, and POLICY for everything that is not a workflow step."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from app.domain.vocabulary import (
    AFTER_CONSENT,
    VISIBLE_SOLUTION,
    Actor,
    IntroductionStatus,
    Lifecycle,
    Status,
    SuggestionStatus,
)

# The adopter sees what a consultant has picked out, not everything that the matcher found.
SHOWN_TO_ADOPTER = frozenset({SuggestionStatus.SHORTLISTED, SuggestionStatus.USED})
# An introduction in one of these states may never have reached the adopter.
PERHAPS_NOT_ASKED = frozenset({IntroductionStatus.DRAFTED, IntroductionStatus.CANCELLED})


@dataclass(frozen=True, slots=True)
class Subject:
    """The facts about one thing that permissions and the workflow look at.

    adopter_workplace_id, owner_workplace_id: whose problem and whose solution is involved; None where there is
    no such side. unmet: the guards that do not hold right now (see `app.domain.workflow.Guard`).
    adopter_was_asked: the introduction has reached the adopter, who was asked or asked for it itself.
    """

    lifecycle: Lifecycle
    status: Status
    id: UUID
    adopter_workplace_id: UUID | None = None
    owner_workplace_id: UUID | None = None
    unmet: frozenset[str] = frozenset()
    owner_was_asked: bool = False
    adopter_was_asked: bool = False


Rule = Callable[[Actor, Subject], bool]


def consultant(actor: Actor, subject: Subject) -> bool:  # noqa: ARG001 - every rule takes both
    """The actor is a consultant."""
    return actor.is_consultant


def administrator(actor: Actor, subject: Subject) -> bool:  # noqa: ARG001
    """The actor is an administrator."""
    return actor.is_administrator


def system(actor: Actor, subject: Subject) -> bool:  # noqa: ARG001
    """The service itself acts: time has passed, or a move follows from another."""
    return actor.is_system


def contact_of_adopter(actor: Actor, subject: Subject) -> bool:
    """The actor belongs to the workplace that has the problem."""
    return subject.adopter_workplace_id in actor.workplace_ids


def contact_of_owner(actor: Actor, subject: Subject) -> bool:
    """The actor belongs to the workplace that has the solution."""
    return subject.owner_workplace_id in actor.workplace_ids


def any_of(*rules: Rule) -> Rule:
    """Return a rule that holds when one of `rules` does."""

    def one_holds(actor: Actor, subject: Subject) -> bool:
        return any(rule(actor, subject) for rule in rules)

    one_holds.__name__ = " or ".join(rule.__name__ for rule in rules)
    return one_holds


def _may_see(actor: Actor, subject: Subject) -> bool:
    """Whether the actor may know that the thing exists."""
    if actor.is_consultant or actor.is_system:
        return True
    match subject.lifecycle:
        case Lifecycle.PROBLEM:
            return contact_of_adopter(actor, subject)
        case Lifecycle.SOLUTION:
            return subject.status in VISIBLE_SOLUTION or contact_of_owner(actor, subject)
        case Lifecycle.SUGGESTION:
            return subject.status in SHOWN_TO_ADOPTER and contact_of_adopter(actor, subject)
        case Lifecycle.INTRODUCTION:
            reached_adopter = subject.adopter_was_asked or subject.status not in PERHAPS_NOT_ASKED
            return (reached_adopter and contact_of_adopter(actor, subject)) or (
                subject.owner_was_asked and contact_of_owner(actor, subject)
            )


def _may_see_contacts(actor: Actor, subject: Subject) -> bool:
    """Both sides have said yes, and the actor is one of the two or a consultant."""
    return subject.status in AFTER_CONSENT and (
        actor.is_consultant or contact_of_adopter(actor, subject) or contact_of_owner(actor, subject)
    )


class Action(StrEnum):
    """What a person can do besides taking a workflow step."""

    SEE = "see"
    EDIT = "edit"
    SEE_CONTACTS = "see_contacts"
    SEE_HISTORY = "see_history"


def _side(actor: Actor, subject: Subject) -> bool:
    return contact_of_adopter(actor, subject) or contact_of_owner(actor, subject)


POLICY: dict[Action, Rule] = {
    Action.SEE: _may_see,
    Action.EDIT: any_of(_side, consultant),
    Action.SEE_CONTACTS: _may_see_contacts,
    Action.SEE_HISTORY: any_of(_side, consultant),
}


def allowed(action: Action, actor: Actor, subject: Subject) -> bool:
    """Whether `actor` may do `action` with `subject` now."""
    return POLICY[action](actor, subject)
