"""What has happened, in the past tense. The payload is ids and codes only, never a text or an address."""

from dataclasses import asdict, dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to one thing. subject_id: that thing's id."""

    subject_id: UUID

    @property
    def name(self) -> str:
        """The event's stable name, as stored."""
        return type(self).__name__

    def payload(self) -> dict[str, str]:
        """Return the fields as strings, for a JSON column."""
        return {key: "" if value is None else str(value) for key, value in asdict(self).items()}


# accounts
@dataclass(frozen=True, slots=True)
class AccountRegistered(Event):
    """A new account waits for its e-mail to be verified."""


@dataclass(frozen=True, slots=True)
class RegistrationRepeated(Event):
    """Somebody registered with an address that already has an account."""


@dataclass(frozen=True, slots=True)
class PasswordResetRequested(Event):
    """Somebody asked to set a new password for this account."""


@dataclass(frozen=True, slots=True)
class PasswordChanged(Event):
    """The account's password was changed."""


# problems
@dataclass(frozen=True, slots=True)
class ProblemSubmitted(Event):
    """The adopter sent a problem for review."""


@dataclass(frozen=True, slots=True)
class ProblemQuestionAsked(Event):
    """The consultant needs to know more before the problem can open."""


@dataclass(frozen=True, slots=True)
class ProblemAnswered(Event):
    """The adopter answered the consultant's question."""


@dataclass(frozen=True, slots=True)
class ProblemOpened(Event):
    """The problem is open: match it with solutions."""


@dataclass(frozen=True, slots=True)
class ProblemTextChanged(Event):
    """An open problem's text changed: match it again."""


@dataclass(frozen=True, slots=True)
class ProblemRenewed(Event):
    """The adopter says that the problem is still current."""


@dataclass(frozen=True, slots=True)
class ProblemMerged(Event):
    """The problem was laid together with another."""


@dataclass(frozen=True, slots=True)
class ProblemSolved(Event):
    """The adopter has what it needs."""


@dataclass(frozen=True, slots=True)
class ProblemWithdrawn(Event):
    """The problem is no longer asked."""


@dataclass(frozen=True, slots=True)
class ProblemExpired(Event):
    """Nobody touched the problem for half a year."""


# solutions
@dataclass(frozen=True, slots=True)
class SolutionWrittenOnBehalf(Event):
    """A consultant wrote a solution for an owner, who is asked to approve the text."""


@dataclass(frozen=True, slots=True)
class SolutionSubmitted(Event):
    """The owner sent a solution for review."""


@dataclass(frozen=True, slots=True)
class SolutionQuestionAsked(Event):
    """The consultant needs to know more before the solution can be published."""


@dataclass(frozen=True, slots=True)
class SolutionAnswered(Event):
    """The owner answered the consultant's question."""


@dataclass(frozen=True, slots=True)
class SolutionPublished(Event):
    """The solution is published: match it with open problems."""


@dataclass(frozen=True, slots=True)
class SolutionTextChanged(Event):
    """A published solution's text changed: match it again."""


@dataclass(frozen=True, slots=True)
class SolutionRejected(Event):
    """The solution cannot be published as it is."""


@dataclass(frozen=True, slots=True)
class SolutionPaused(Event):
    """The solution takes no new introductions for a while."""


@dataclass(frozen=True, slots=True)
class SolutionRenewalAsked(Event):
    """A year has passed: the owner is asked whether the solution is still right."""


@dataclass(frozen=True, slots=True)
class SolutionArchived(Event):
    """The solution is no longer offered."""


# introductions
@dataclass(frozen=True, slots=True)
class InterestExpressed(Event):
    """An adopter asked to meet the owner of a solution."""


@dataclass(frozen=True, slots=True)
class AdopterAsked(Event):
    """The adopter is asked whether it wants the introduction."""


@dataclass(frozen=True, slots=True)
class OwnerAsked(Event):
    """The owner is asked whether it wants the introduction."""


@dataclass(frozen=True, slots=True)
class IntroductionWaitlisted(Event):
    """The owner is full: the introduction waits for a place."""


@dataclass(frozen=True, slots=True)
class AdopterReconfirmed(Event):
    """An adopter on the waiting list still wants the introduction."""


@dataclass(frozen=True, slots=True)
class IntroductionMade(Event):
    """Both sides said yes and see each other's contact details."""


@dataclass(frozen=True, slots=True)
class AdopterDeclined(Event):
    """The adopter said no."""


@dataclass(frozen=True, slots=True)
class OwnerDeclined(Event):
    """The owner said no."""


@dataclass(frozen=True, slots=True)
class IntroductionExpired(Event):
    """Nobody answered in time. asked_owner: "yes" when the owner had been asked too."""

    asked_owner: str = ""


@dataclass(frozen=True, slots=True)
class IntroductionCancelled(Event):
    """The consultant took the introduction back. asked: whom it had reached ("", "adopter", "both")."""

    asked: str = ""


@dataclass(frozen=True, slots=True)
class DialogueStarted(Event):
    """One side says that they are talking."""


@dataclass(frozen=True, slots=True)
class ConclusionProposed(Event):
    """One side says what came of it and that it may be concluded."""


@dataclass(frozen=True, slots=True)
class PauseProposed(Event):
    """The owner has left three introductions in a row unanswered: perhaps this solution should rest."""


@dataclass(frozen=True, slots=True)
class IntroductionConcluded(Event):
    """The dialogue has ended, with what came of it."""


# time
@dataclass(frozen=True, slots=True)
class ReminderDue(Event):
    """A waiting state has lasted so long that somebody should hear of it.

    lifecycle, state: what waits; timer: the timer's name in the workflow.
    """

    lifecycle: str = ""
    state: str = ""
    timer: str = ""


@dataclass(frozen=True, slots=True)
class DigestDue(Event):
    """It is time to tell one account what has gathered. subject_id: the account."""

    slot: str = ""


# the matcher's knowledge
@dataclass(frozen=True, slots=True)
class KnowledgeChanged(Event):
    """A group of words was written, changed or switched: what it means for open problems is to be found out."""


@dataclass(frozen=True, slots=True)
class KnowledgeTried(Event):
    """A consultant wants to see what a group of words would change."""


@dataclass(frozen=True, slots=True)
class ProblemMatchWanted(Event):
    """An open problem is to be matched again, though its text is as it was."""
