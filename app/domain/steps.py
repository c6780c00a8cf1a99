"""STEPS: the one table of every workflow step, and WAITING: what every state waits for.

A new step is added here and nowhere else. Source of the moves: the lifecycles of the service's design.
"""

from app.domain import events
from app.domain.deadlines import Delay
from app.domain.permissions import any_of, consultant, contact_of_adopter, contact_of_owner, system
from app.domain.vocabulary import IntroductionStatus as I
from app.domain.vocabulary import Lifecycle, Reason, Status, WaitsFor
from app.domain.vocabulary import ProblemStatus as P
from app.domain.vocabulary import SolutionStatus as S
from app.domain.vocabulary import SuggestionStatus as M
from app.domain.workflow import Detour, Guard, Note, Step, Timer, Waiting, Weight, msg

_adopter_side = any_of(contact_of_adopter, consultant)
_owner_side = any_of(contact_of_owner, consultant)
_TEXT_IS_FIT = frozenset({Guard.REQUIRED_FIELDS, Guard.NO_CPR})
_BOTH_ARE_LIVE = frozenset({Guard.PROBLEM_SEEKING, Guard.SOLUTION_PUBLISHED})

_PROBLEM = (
    Step(
        Lifecycle.PROBLEM, "submit", frozenset({P.DRAFT}), P.SUBMITTED, _adopter_side,
        msg("Send to a consultant"), msg("Sent to a consultant"), events.ProblemSubmitted,
        needs=_TEXT_IS_FIT, weight=Weight.PRIMARY,
    ),
    Step(
        Lifecycle.PROBLEM, "take", frozenset({P.SUBMITTED}), P.IN_REVIEW, consultant,
        msg("Start the review"), msg("Review started"), weight=Weight.PRIMARY,
    ),
    Step(
        Lifecycle.PROBLEM, "ask_for_info", frozenset({P.IN_REVIEW}), P.NEEDS_INFO, consultant,
        msg("Ask the workplace a question"), msg("Question to the workplace"), events.ProblemQuestionAsked,
        note=Note.REQUIRED, note_label=msg("What do you need to know?"),
    ),
    Step(
        Lifecycle.PROBLEM, "answer", frozenset({P.NEEDS_INFO}), P.IN_REVIEW, contact_of_adopter,
        msg("Send the answer"), msg("Answer from the workplace"), events.ProblemAnswered,
        note=Note.REQUIRED, note_label=msg("Your answer"), weight=Weight.PRIMARY,
    ),
    Step(
        Lifecycle.PROBLEM, "open", frozenset({P.IN_REVIEW}), P.OPEN, consultant,
        msg("Open and find solutions"), msg("Opened"), events.ProblemOpened,
        needs=_TEXT_IS_FIT | {Guard.SECTOR_AND_CONTEXT}, weight=Weight.PRIMARY,
    ),
    Step(
        Lifecycle.PROBLEM, "merge", frozenset({P.IN_REVIEW, P.OPEN}), P.MERGED, consultant,
        msg("Lay together with another problem"), msg("Laid together with another problem"), events.ProblemMerged,
        needs=frozenset({Guard.TARGET_OPEN}), note=Note.OPTIONAL, note_label=msg("A few words to both workplaces"),
        has_button=False,
    ),
    Step(
        Lifecycle.PROBLEM, "renew", frozenset({P.OPEN}), None, contact_of_adopter,
        msg("Yes, it is still current"), msg("Confirmed as still current"), events.ProblemRenewed,
        restarts=True,
    ),
    Step(
        Lifecycle.PROBLEM, "start_dialogue", frozenset({P.OPEN}), P.IN_DIALOGUE, system,
        msg("Start the dialogue"), msg("Dialogue started"), has_button=False,
    ),
    Step(
        Lifecycle.PROBLEM, "end_dialogue", frozenset({P.IN_DIALOGUE}), P.OPEN, system,
        msg("End the dialogue"), msg("Open again: no dialogue left"), has_button=False,
    ),
    Step(
        Lifecycle.PROBLEM, "solve", frozenset({P.OPEN, P.IN_DIALOGUE}), P.SOLVED, _adopter_side,
        msg("The problem is solved"), msg("Solved"), events.ProblemSolved,
        reasons=(Reason.SOLVED_BY_SOLUTION, Reason.SOLVED_BY_OURSELVES, Reason.NO_LONGER_A_PROBLEM),
        note=Note.OPTIONAL, note_label=msg("What helped?"),
    ),
    Step(
        Lifecycle.PROBLEM, "withdraw",
        frozenset({P.DRAFT, P.SUBMITTED, P.IN_REVIEW, P.NEEDS_INFO, P.OPEN, P.IN_DIALOGUE}), P.WITHDRAWN,
        _adopter_side, msg("Withdraw the problem"), msg("Withdrawn"), events.ProblemWithdrawn,
        reasons=(Reason.NO_LONGER_A_PROBLEM, Reason.SOLVED_BY_OURSELVES, Reason.NO_TIME_NOW, Reason.OTHER),
        note=Note.OPTIONAL, note_label=msg("Anything to add?"), weight=Weight.DANGER,
    ),
    Step(
        Lifecycle.PROBLEM, "expire", frozenset({P.OPEN}), P.EXPIRED, system,
        msg("Close as expired"), msg("Closed: untouched for half a year"), events.ProblemExpired, has_button=False,
    ),
)  # fmt: skip

_UNPUBLISHED: frozenset[Status] = frozenset({S.DRAFT, S.SUBMITTED, S.IN_REVIEW, S.NEEDS_INFO})
_SOLUTION = (
    Step(
        Lifecycle.SOLUTION, "submit", frozenset({S.DRAFT}), S.SUBMITTED, _owner_side,
        msg("Send to a consultant"), msg("Sent to a consultant"), events.SolutionSubmitted,
        needs=_TEXT_IS_FIT | {Guard.ORIGIN_ANSWERED}, weight=Weight.PRIMARY,
    ),
    Step(
        Lifecycle.SOLUTION, "approve", _UNPUBLISHED, None, contact_of_owner,
        msg("We approve the text"), msg("Text approved by the owner"),
    ),
    Step(
        Lifecycle.SOLUTION, "take", frozenset({S.SUBMITTED}), S.IN_REVIEW, consultant,
        msg("Start the review"), msg("Review started"), weight=Weight.PRIMARY,
    ),
    Step(
        Lifecycle.SOLUTION, "ask_for_info", frozenset({S.IN_REVIEW}), S.NEEDS_INFO, consultant,
        msg("Ask the workplace a question"), msg("Question to the workplace"), events.SolutionQuestionAsked,
        note=Note.REQUIRED, note_label=msg("What do you need to know?"),
    ),
    Step(
        Lifecycle.SOLUTION, "answer", frozenset({S.NEEDS_INFO}), S.IN_REVIEW, contact_of_owner,
        msg("Send the answer"), msg("Answer from the workplace"), events.SolutionAnswered,
        note=Note.REQUIRED, note_label=msg("Your answer"), weight=Weight.PRIMARY,
    ),
    Step(
        Lifecycle.SOLUTION, "publish", frozenset({S.IN_REVIEW}), S.PUBLISHED, consultant,
        msg("Publish"), msg("Published"), events.SolutionPublished,
        needs=_TEXT_IS_FIT | {Guard.OWNER_APPROVED, Guard.PROVEN_OR_FLAGGED}, weight=Weight.PRIMARY,
    ),
    Step(
        Lifecycle.SOLUTION, "reject", frozenset({S.IN_REVIEW}), S.REJECTED, consultant,
        msg("Reject"), msg("Rejected"), events.SolutionRejected,
        reasons=(Reason.NOT_A_SOLUTION, Reason.MISSING_ORIGIN, Reason.DUPLICATE, Reason.OTHER),
        note=Note.REQUIRED, note_label=msg("What would change it?"), weight=Weight.DANGER,
    ),
    Step(
        Lifecycle.SOLUTION, "revise", frozenset({S.REJECTED}), S.DRAFT, contact_of_owner,
        msg("Write it anew"), msg("Taken up again by the owner"),
    ),
    Step(
        Lifecycle.SOLUTION, "pause", frozenset({S.PUBLISHED}), S.PAUSED, _owner_side,
        msg("Pause"), msg("Paused"), events.SolutionPaused,
        note=Note.OPTIONAL, note_label=msg("A few words about the pause"),
    ),
    Step(
        Lifecycle.SOLUTION, "resume", frozenset({S.PAUSED}), S.PUBLISHED, any_of(contact_of_owner, consultant, system),
        msg("End the pause"), msg("Published again after a pause"), events.SolutionPublished, weight=Weight.PRIMARY,
        needs=frozenset({Guard.NO_CPR, Guard.OWNER_APPROVED, Guard.PROVEN_OR_FLAGGED}),
    ),
    Step(
        Lifecycle.SOLUTION, "ask_renewal", frozenset({S.PUBLISHED}), S.NEEDS_RENEWAL, system,
        msg("Ask for a renewal"), msg("Asked: is it still right?"), events.SolutionRenewalAsked, has_button=False,
    ),
    Step(
        Lifecycle.SOLUTION, "renew", frozenset({S.NEEDS_RENEWAL}), S.PUBLISHED, contact_of_owner,
        msg("Yes, it is still right"), msg("Confirmed as still right"), weight=Weight.PRIMARY,
    ),
    Step(
        Lifecycle.SOLUTION, "review_again", frozenset({S.PUBLISHED, S.NEEDS_RENEWAL}), S.IN_REVIEW, system,
        msg("Review again"), msg("Changed so much that it is reviewed again"), events.SolutionSubmitted,
        has_button=False,
    ),
    Step(
        Lifecycle.SOLUTION, "archive", frozenset({S.PUBLISHED, S.NEEDS_RENEWAL, S.PAUSED}), S.ARCHIVED,
        any_of(contact_of_owner, consultant, system), msg("Archive"), msg("Archived"), events.SolutionArchived,
        needs=frozenset({Guard.NO_OPEN_INTRODUCTIONS}), note=Note.OPTIONAL,
        note_label=msg("Why is it no longer offered?"), weight=Weight.DANGER,
    ),
    Step(
        Lifecycle.SOLUTION, "merge", frozenset({S.PUBLISHED}), S.MERGED, consultant,
        msg("Lay together with another solution"), msg("Laid together with another solution"),
        events.SolutionArchived, needs=frozenset({Guard.TARGET_OPEN, Guard.NO_OPEN_INTRODUCTIONS}),
        note=Note.OPTIONAL, note_label=msg("A few words to the owner"), has_button=False,
    ),
)  # fmt: skip

_DISMISS_REASONS = (
    Reason.OTHER_PROBLEM, Reason.OTHER_SECTOR, Reason.OTHER_TARGET_GROUP, Reason.TOO_LITTLE_BASIS,
    Reason.NOT_PROVEN, Reason.ALREADY_KNOWN, Reason.OTHER,
)  # fmt: skip
_SUGGESTION = (
    Step(
        Lifecycle.SUGGESTION, "shortlist", frozenset({M.SUGGESTED}), M.SHORTLISTED, consultant,
        msg("Shortlist"), msg("Shortlisted"), needs=_BOTH_ARE_LIVE, weight=Weight.PRIMARY,
    ),
    Step(
        Lifecycle.SUGGESTION, "dismiss", frozenset({M.SUGGESTED, M.SHORTLISTED}), M.DISMISSED, consultant,
        msg("Dismiss"), msg("Dismissed"),
        reasons=_DISMISS_REASONS, note=Note.OPTIONAL, note_label=msg("What should the next reader know?"),
    ),
    Step(
        Lifecycle.SUGGESTION, "decline", frozenset({M.SHORTLISTED}), M.DISMISSED, contact_of_adopter,
        msg("Not for us"), msg("Dismissed by the adopter"),
        reasons=_DISMISS_REASONS, note=Note.OPTIONAL, note_label=msg("Why does it not fit?"),
    ),
    Step(
        Lifecycle.SUGGESTION, "reconsider", frozenset({M.DISMISSED}), M.SUGGESTED, consultant,
        msg("Take it up again"), msg("Taken up again"), needs=_BOTH_ARE_LIVE,
    ),
    Step(
        Lifecycle.SUGGESTION, "use", frozenset({M.SUGGESTED, M.SHORTLISTED}), M.USED, system,
        msg("Use"), msg("An introduction was made from it"), has_button=False,
    ),
    Step(
        Lifecycle.SUGGESTION, "supersede", frozenset({M.SUGGESTED}), M.SUPERSEDED, system,
        msg("Supersede"), msg("Replaced after a change of text"), has_button=False,
    ),
    Step(
        Lifecycle.SUGGESTION, "expire", frozenset({M.SUGGESTED, M.SHORTLISTED}), M.EXPIRED, system,
        msg("Expire"), msg("Expired"), has_button=False,
    ),
)  # fmt: skip

_ASKED_AND_WAITING: frozenset[Status] = frozenset({I.ASKING_ADOPTER, I.ASKING_OWNER})
_DECLINE_REASONS = (
    Reason.NO_TIME_NOW, Reason.NOT_OUR_EXPERTISE, Reason.OTHER_IS_BETTER, Reason.ALREADY_IN_CONTACT, Reason.OTHER,
)  # fmt: skip
_TO_WAITLIST = Detour(Guard.OWNER_HAS_PLACE, I.WAITLISTED, events.IntroductionWaitlisted)
_INTRODUCTION = (
    Step(
        Lifecycle.INTRODUCTION, "ask_adopter", frozenset({I.DRAFTED}), I.ASKING_ADOPTER, consultant,
        msg("Ask the adopter"), msg("Adopter asked"), events.AdopterAsked,
        needs=_BOTH_ARE_LIVE | {Guard.ADOPTER_HAS_CONTACT, Guard.OWNER_HAS_CONTACT}, weight=Weight.PRIMARY,
    ),
    Step(
        Lifecycle.INTRODUCTION, "ask_owner", frozenset({I.DRAFTED}), I.ASKING_OWNER, consultant,
        msg("Ask the owner (the adopter asked for this herself)"), msg("Owner asked at the adopter's wish"),
        events.OwnerAsked, detour=_TO_WAITLIST,
        needs=_BOTH_ARE_LIVE | {Guard.ADOPTER_HAS_CONTACT, Guard.OWNER_HAS_CONTACT, Guard.ASKED_BY_ADOPTER},
        weight=Weight.PRIMARY,
    ),
    Step(
        Lifecycle.INTRODUCTION, "accept_as_adopter", frozenset({I.ASKING_ADOPTER}), I.ASKING_OWNER,
        contact_of_adopter, msg("Yes, put us in touch"), msg("Adopter said yes"), events.OwnerAsked,
        needs=_BOTH_ARE_LIVE | {Guard.OWNER_HAS_CONTACT}, detour=_TO_WAITLIST, weight=Weight.PRIMARY,
    ),
    Step(
        Lifecycle.INTRODUCTION, "decline_as_adopter", frozenset({I.ASKING_ADOPTER, I.WAITLISTED}),
        I.DECLINED_BY_ADOPTER, contact_of_adopter, msg("No, thank you"), msg("Adopter said no"),
        events.AdopterDeclined,
        reasons=(
            Reason.NO_TIME_NOW, Reason.NOT_RELEVANT_ANYMORE, Reason.OTHER_IS_BETTER, Reason.ALREADY_IN_CONTACT,
            Reason.OTHER,
        ),
        note=Note.OPTIONAL, note_label=msg("Anything the consultant should know?"),
    ),
    Step(
        Lifecycle.INTRODUCTION, "reconfirm", frozenset({I.WAITLISTED}), None, contact_of_adopter,
        msg("Yes, we still want it"), msg("Adopter still wants it"), events.AdopterReconfirmed,
        weight=Weight.PRIMARY, restarts=True,
    ),
    Step(
        Lifecycle.INTRODUCTION, "offer_place", frozenset({I.WAITLISTED}), I.ASKING_OWNER,
        any_of(consultant, system), msg("Ask the owner now"), msg("A place became free: owner asked"),
        events.OwnerAsked, needs=_BOTH_ARE_LIVE | {Guard.OWNER_HAS_PLACE, Guard.ADOPTER_RECONFIRMED},
    ),
    Step(
        Lifecycle.INTRODUCTION, "accept_as_owner", frozenset({I.ASKING_OWNER}), I.INTRODUCED, contact_of_owner,
        msg("Yes, put us in touch"), msg("Owner said yes: introduced"), events.IntroductionMade,
        needs=_BOTH_ARE_LIVE | {Guard.WITHIN_CAPACITY}, weight=Weight.PRIMARY,
    ),
    Step(
        Lifecycle.INTRODUCTION, "decline_as_owner", frozenset({I.ASKING_OWNER}), I.DECLINED_BY_OWNER,
        contact_of_owner, msg("No, thank you"), msg("Owner said no"), events.OwnerDeclined,
        reasons=_DECLINE_REASONS, note=Note.OPTIONAL, note_label=msg("Anything the consultant should know?"),
    ),
    Step(
        Lifecycle.INTRODUCTION, "expire", _ASKED_AND_WAITING, I.EXPIRED, system,
        msg("Expire"), msg("No answer in time"), events.IntroductionExpired, has_button=False,
    ),
    Step(
        Lifecycle.INTRODUCTION, "start_dialogue", frozenset({I.INTRODUCED}), I.IN_DIALOGUE,
        any_of(contact_of_adopter, contact_of_owner), msg("We are talking"), msg("Dialogue started"),
        events.DialogueStarted, weight=Weight.PRIMARY,
    ),
    Step(
        Lifecycle.INTRODUCTION, "propose_conclusion", frozenset({I.INTRODUCED, I.IN_DIALOGUE}), None,
        any_of(contact_of_adopter, contact_of_owner), msg("We are done: tell the consultant"),
        msg("Proposed to conclude"), events.ConclusionProposed,
        reasons=(Reason.ADOPTION_STARTED, Reason.INSPIRATION_ONLY, Reason.NOTHING),
        note=Note.OPTIONAL, note_label=msg("What came of it?"),
    ),
    Step(
        Lifecycle.INTRODUCTION, "conclude", frozenset({I.INTRODUCED, I.IN_DIALOGUE}), I.CONCLUDED, consultant,
        msg("Conclude"), msg("Concluded"), events.IntroductionConcluded,
        reasons=(Reason.ADOPTION_STARTED, Reason.INSPIRATION_ONLY, Reason.NOTHING),
        note=Note.OPTIONAL, note_label=msg("What came of it?"),
    ),
    Step(
        Lifecycle.INTRODUCTION, "cancel", frozenset({I.DRAFTED, I.WAITLISTED}) | _ASKED_AND_WAITING, I.CANCELLED,
        any_of(consultant, system), msg("Cancel the introduction"), msg("Cancelled"), events.IntroductionCancelled,
        note=Note.REQUIRED, note_label=msg("Why?"), weight=Weight.DANGER,
    ),
)  # fmt: skip

STEPS: dict[tuple[Lifecycle, str], Step] = {
    (step.lifecycle, step.name): step for step in (*_PROBLEM, *_SOLUTION, *_SUGGESTION, *_INTRODUCTION)
}

_REVIEW = Waiting(
    WaitsFor.CONSULTANT, Delay(working_days=2),
    (Timer("reminder", Delay(working_days=4)), Timer("overdue", Delay(working_days=6))),
)  # fmt: skip
_ANSWER_TIMERS = (
    Timer("reminder", Delay(working_days=4)),
    Timer("second_reminder", Delay(working_days=8)),
    Timer("expire", Delay(working_days=10), step="expire"),
)
_INFO_TIMERS = (Timer("reminder", Delay(days=7)), Timer("second_reminder", Delay(days=21)))
_DRAFT = Waiting(timers=(Timer("untouched", Delay(days=30)),))

WAITING: dict[Lifecycle, dict[Status, Waiting]] = {
    Lifecycle.PROBLEM: {
        P.DRAFT: _DRAFT,
        P.SUBMITTED: _REVIEW,
        P.IN_REVIEW: _REVIEW,
        P.NEEDS_INFO: Waiting(WaitsFor.ADOPTER, Delay(days=7), _INFO_TIMERS),
        P.OPEN: Waiting(
            timers=(
                Timer("still_current", Delay(days=30)),
                Timer("still_current_90", Delay(days=90)),
                Timer("still_current_150", Delay(days=150)),
                Timer("expire", Delay(days=180), step="expire"),
            )
        ),
    },
    Lifecycle.SOLUTION: {
        S.DRAFT: _DRAFT,
        S.SUBMITTED: _REVIEW,
        S.IN_REVIEW: _REVIEW,
        S.NEEDS_INFO: Waiting(WaitsFor.OWNER, Delay(days=7), _INFO_TIMERS),
        S.PUBLISHED: Waiting(timers=(Timer("renewal", Delay(days=365), step="ask_renewal"),)),
        S.NEEDS_RENEWAL: Waiting(
            WaitsFor.OWNER, Delay(days=30),
            (
                Timer("reminder", Delay(days=14)),
                Timer("second_reminder", Delay(days=30)),
                Timer("archive", Delay(days=60), step="archive"),
            ),
        ),
    },
    Lifecycle.SUGGESTION: {
        M.SUGGESTED: Waiting(timers=(Timer("expire", Delay(days=60), step="expire"),)),
        M.SHORTLISTED: Waiting(
            WaitsFor.CONSULTANT, Delay(working_days=2), (Timer("expire", Delay(days=60), step="expire"),)
        ),
    },
    Lifecycle.INTRODUCTION: {
        I.DRAFTED: _REVIEW,
        I.ASKING_ADOPTER: Waiting(WaitsFor.ADOPTER, Delay(working_days=10), _ANSWER_TIMERS),
        I.ASKING_OWNER: Waiting(WaitsFor.OWNER, Delay(working_days=10), _ANSWER_TIMERS),
        I.WAITLISTED: Waiting(WaitsFor.PLACE, None, (Timer("reconfirm", Delay(days=30)),)),
        I.INTRODUCED: Waiting(timers=(Timer("check_in", Delay(days=14)),)),
    },
}  # fmt: skip


def step_named(lifecycle: Lifecycle, name: str) -> Step | None:
    """Return the step of this name, or None when there is none."""
    return STEPS.get((lifecycle, name))


def steps_of(lifecycle: Lifecycle) -> tuple[Step, ...]:
    """Return the steps of one lifecycle in the order in which their buttons stand."""
    return tuple(step for step in STEPS.values() if step.lifecycle is lifecycle)
