"""Who hears what of which event: the one table. A new mail is added here, with its words in `app.emails`."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from app.domain.vocabulary import (
    AFTER_CONSENT,
    SEEKING_PROBLEM,
    VISIBLE_SOLUTION,
    IntroductionStatus,
    Lifecycle,
    ProblemStatus,
    SolutionStatus,
    Status,
)
from app.store.people import Account
from app.use_cases.links import Purpose
from app.use_cases.scenes import Scene

P, S, I = ProblemStatus, SolutionStatus, IntroductionStatus  # noqa: E741 - as in the table of steps


class Page(StrEnum):
    """Where the button of a mail leads when it is no link that acts."""

    PROBLEM = "problem"
    SOLUTION = "solution"
    INTRODUCTION = "introduction"
    OVERVIEW = "overview"
    SIGN_IN = "sign_in"


class Audience(StrEnum):
    """Why somebody gets a mail; the mail's footer says it."""

    ACCOUNT = "account"
    CONTACT = "contact"
    CONSULTANT = "consultant"


@dataclass(frozen=True, slots=True)
class Notice:
    """One mail that an event may cause. holds: looked at when it is written and again right before it is sent.

    each: the scenes that it goes out for, when it is not the event's own (a problem's introductions).
    """

    kind: str
    to: Callable[[Scene], list[Account]]
    button: Page | Purpose
    holds: Callable[[Scene], bool] = lambda _scene: True
    audience: Audience = Audience.CONTACT
    each: Callable[[Scene], list[Scene]] = lambda scene: [scene]


def _is(*states: Status) -> Callable[[Scene], bool]:
    return lambda scene: scene.thing.status in states


def _myself(scene: Scene) -> list[Account]:
    return [scene.account] if scene.account is not None else []


def _is_verified(scene: Scene) -> bool:
    return scene.account is not None and scene.account.email_verified_at is not None


def _other_consultants(scene: Scene) -> list[Account]:
    return scene.but_actor(scene.consultants())


def _other_owners(scene: Scene) -> list[Account]:
    return scene.but_actor(scene.owners())


def _was_resumed(scene: Scene) -> bool:
    resumed, published = scene.step_named("resume"), scene.step_named("publish")
    return resumed is not None and (published is None or resumed.at >= published.at)


def _place_became_free(scene: Scene) -> bool:
    return _is(I.ASKING_OWNER)(scene) and scene.last_step is not None and scene.last_step.step == "offer_place"


def _was_sent_once(scene: Scene) -> bool:
    """A draft that nobody has seen is withdrawn in silence."""
    step = scene.step_named("withdraw")
    return _is(P.WITHDRAWN)(scene) and step is not None and step.from_status != P.DRAFT


def _adopter_heard_of_it(scene: Scene) -> bool:
    by_itself = scene.introduction is not None and scene.introduction.asked_by_adopter
    return by_itself or scene.happened.payload.get("asked") in {"adopter", "both"}


def _owner_was_asked(scene: Scene) -> bool:
    return scene.happened.payload.get("asked") == "both" or scene.happened.payload.get("asked_owner") == "yes"


def _still_in_state(scene: Scene) -> bool:
    return scene.thing.status == scene.happened.payload.get("state")


def _wants_digest(scene: Scene) -> bool:
    return scene.account is not None and scene.account.digest_wanted and _is_verified(scene)


def _to_team(kind: str, button: Page, *states: Status) -> Notice:
    return Notice(kind, Scene.team, button, _is(*states), Audience.CONSULTANT)


def _to_consultant(kind: str, button: Page, *states: Status) -> Notice:
    return Notice(kind, _other_consultants, button, _is(*states), Audience.CONSULTANT)


_VERIFY = Notice("verify_email", _myself, Purpose.VERIFY_EMAIL, lambda scene: not _is_verified(scene), Audience.ACCOUNT)
_AFTER_SUBMITTING: tuple[Status, ...] = (P.SUBMITTED, P.IN_REVIEW)
_SOLUTION_SUBMITTED: tuple[Status, ...] = (S.SUBMITTED, S.IN_REVIEW)

NOTICES: dict[str, tuple[Lifecycle | None, tuple[Notice, ...]]] = {
    "AccountRegistered": (None, (_VERIFY,)),
    "RegistrationRepeated": (
        None,
        (_VERIFY, Notice("already_registered", _myself, Page.SIGN_IN, _is_verified, Audience.ACCOUNT)),
    ),
    "PasswordResetRequested": (
        None, (Notice("reset_password", _myself, Purpose.RESET_PASSWORD, audience=Audience.ACCOUNT),),
    ),
    "PasswordChanged": (None, (Notice("password_changed", _myself, Page.SIGN_IN, audience=Audience.ACCOUNT),)),
    "DigestDue": (None, (Notice("digest", _myself, Page.OVERVIEW, _wants_digest),)),
    # problems
    "ProblemSubmitted": (
        Lifecycle.PROBLEM,
        (
            Notice("problem_received", Scene.adopters, Page.PROBLEM, _is(*_AFTER_SUBMITTING)),
            _to_team("problem_to_review", Page.PROBLEM, P.SUBMITTED),
        ),
    ),
    "ProblemQuestionAsked": (
        Lifecycle.PROBLEM, (Notice("problem_question", Scene.adopters, Page.PROBLEM, _is(P.NEEDS_INFO)),),
    ),
    "ProblemAnswered": (Lifecycle.PROBLEM, (_to_consultant("problem_answered", Page.PROBLEM, P.IN_REVIEW),)),
    "ProblemOpened": (
        Lifecycle.PROBLEM, (Notice("problem_opened", Scene.adopters, Page.PROBLEM, _is(*SEEKING_PROBLEM)),),
    ),
    "ProblemMerged": (
        Lifecycle.PROBLEM,
        (
            Notice("problem_merged", Scene.adopters, Page.PROBLEM, _is(P.MERGED)),
            Notice("problem_joined", Scene.adopters, Page.PROBLEM, _is(*SEEKING_PROBLEM), each=Scene.joined_with),
        ),
    ),
    "ProblemSolved": (
        Lifecycle.PROBLEM,
        (
            _to_consultant("problem_solved", Page.PROBLEM, P.SOLVED),
            Notice(
                "problem_solved_owner", Scene.owners, Page.INTRODUCTION, _is(I.INTRODUCED, I.IN_DIALOGUE),
                each=Scene.introductions,
            ),
        ),
    ),
    "ProblemWithdrawn": (
        Lifecycle.PROBLEM,
        (
            Notice("problem_withdrawn", _other_consultants, Page.PROBLEM, _was_sent_once, Audience.CONSULTANT),
            Notice(
                "problem_withdrawn_owner", Scene.owners, Page.INTRODUCTION,
                _is(I.ASKING_OWNER, I.INTRODUCED, I.IN_DIALOGUE), each=Scene.introductions,
            ),
        ),
    ),
    "ProblemExpired": (Lifecycle.PROBLEM, (Notice("problem_expired", Scene.adopters, Page.PROBLEM, _is(P.EXPIRED)),)),
    # solutions
    "SolutionWrittenOnBehalf": (
        Lifecycle.SOLUTION,
        (
            Notice(
                "solution_on_behalf", _other_owners, Page.SOLUTION,
                lambda scene: scene.solution is not None and scene.solution.approved_at is None,
            ),
        ),
    ),
    "SolutionSubmitted": (
        Lifecycle.SOLUTION,
        (
            Notice("solution_received", Scene.owners, Page.SOLUTION, _is(*_SOLUTION_SUBMITTED)),
            _to_team("solution_to_review", Page.SOLUTION, S.SUBMITTED),
        ),
    ),
    "SolutionQuestionAsked": (
        Lifecycle.SOLUTION, (Notice("solution_question", Scene.owners, Page.SOLUTION, _is(S.NEEDS_INFO)),),
    ),
    "SolutionAnswered": (Lifecycle.SOLUTION, (_to_consultant("solution_answered", Page.SOLUTION, S.IN_REVIEW),)),
    "SolutionPublished": (
        Lifecycle.SOLUTION,
        (
            Notice(
                "solution_published", Scene.owners, Page.SOLUTION,
                lambda scene: _is(*VISIBLE_SOLUTION)(scene) and not _was_resumed(scene),
            ),
            Notice(
                "solution_resumed", _other_owners, Page.SOLUTION,
                lambda scene: _is(*VISIBLE_SOLUTION)(scene) and _was_resumed(scene),
            ),
        ),
    ),
    "SolutionRejected": (
        Lifecycle.SOLUTION, (Notice("solution_rejected", Scene.owners, Page.SOLUTION, _is(S.REJECTED)),),
    ),
    "SolutionPaused": (
        Lifecycle.SOLUTION,
        (
            Notice(
                "waitlist_paused", Scene.adopters, Page.INTRODUCTION,
                lambda scene: _is(I.WAITLISTED)(scene) and scene.solution is not None
                and scene.solution.status is S.PAUSED,
                each=Scene.waiting_introductions,
            ),
        ),
    ),
    "SolutionRenewalAsked": (
        Lifecycle.SOLUTION, (Notice("solution_renewal", Scene.owners, Purpose.RENEW_SOLUTION, _is(S.NEEDS_RENEWAL)),),
    ),
    "PauseProposed": (
        Lifecycle.SOLUTION, (Notice("pause_proposed", Scene.owners, Page.SOLUTION, _is(S.PUBLISHED, S.NEEDS_RENEWAL)),),
    ),
    "SolutionArchived": (
        Lifecycle.SOLUTION,
        (
            Notice("solution_archived", _other_owners, Page.SOLUTION, _is(S.ARCHIVED)),
            Notice("solution_merged", _other_owners, Page.SOLUTION, _is(S.MERGED)),
        ),
    ),
    # introductions
    "InterestExpressed": (
        Lifecycle.INTRODUCTION, (_to_consultant("interest_expressed", Page.INTRODUCTION, I.DRAFTED),),
    ),
    "AdopterAsked": (
        Lifecycle.INTRODUCTION,
        (Notice("adopter_asked", Scene.adopters, Purpose.ANSWER_AS_ADOPTER, _is(I.ASKING_ADOPTER)),),
    ),
    "OwnerAsked": (
        Lifecycle.INTRODUCTION,
        (
            Notice("owner_asked", Scene.owners, Purpose.ANSWER_AS_OWNER, _is(I.ASKING_OWNER)),
            Notice("place_free", Scene.adopters, Page.INTRODUCTION, _place_became_free),
        ),
    ),
    "IntroductionWaitlisted": (
        Lifecycle.INTRODUCTION, (Notice("waitlisted", Scene.adopters, Page.INTRODUCTION, _is(I.WAITLISTED)),),
    ),
    "IntroductionMade": (
        Lifecycle.INTRODUCTION,
        (
            Notice("introduced_adopter", Scene.adopters, Page.INTRODUCTION, _is(*AFTER_CONSENT)),
            Notice("introduced_owner", Scene.owners, Page.INTRODUCTION, _is(*AFTER_CONSENT)),
            _to_consultant("introduced_consultant", Page.INTRODUCTION, *AFTER_CONSENT),
        ),
    ),
    "AdopterDeclined": (
        Lifecycle.INTRODUCTION, (_to_consultant("adopter_declined", Page.INTRODUCTION, I.DECLINED_BY_ADOPTER),),
    ),
    "OwnerDeclined": (
        Lifecycle.INTRODUCTION,
        (
            _to_consultant("owner_declined", Page.INTRODUCTION, I.DECLINED_BY_OWNER),
            Notice("owner_declined_adopter", Scene.adopters, Page.PROBLEM, _is(I.DECLINED_BY_OWNER)),
        ),
    ),
    "IntroductionExpired": (
        Lifecycle.INTRODUCTION,
        (
            Notice("expired_adopter", Scene.adopters, Page.PROBLEM, _is(I.EXPIRED)),
            Notice(
                "expired_owner", Scene.owners, Page.SOLUTION,
                lambda scene: _is(I.EXPIRED)(scene) and _owner_was_asked(scene),
            ),
            _to_consultant("expired_consultant", Page.INTRODUCTION, I.EXPIRED),
        ),
    ),
    "IntroductionCancelled": (
        Lifecycle.INTRODUCTION,
        (
            Notice("cancelled_adopter", Scene.adopters, Page.PROBLEM, _adopter_heard_of_it),
            Notice("cancelled_owner", Scene.owners, Page.SOLUTION, _owner_was_asked),
        ),
    ),
    "DialogueStarted": (
        Lifecycle.INTRODUCTION, (_to_consultant("dialogue_started", Page.INTRODUCTION, I.IN_DIALOGUE),),
    ),
    "ConclusionProposed": (
        Lifecycle.INTRODUCTION,
        (_to_consultant("conclusion_proposed", Page.INTRODUCTION, I.INTRODUCED, I.IN_DIALOGUE),),
    ),
    "IntroductionConcluded": (
        Lifecycle.INTRODUCTION,
        (
            Notice(
                "concluded", lambda scene: [*scene.adopters(), *scene.owners()], Page.INTRODUCTION, _is(I.CONCLUDED)
            ),
        ),
    ),
}  # fmt: skip


def _reminder(kind: str, to: Callable[[Scene], list[Account]], button: Page | Purpose) -> tuple[Notice, ...]:
    return (Notice(kind, to, button, _still_in_state),)


def _review(page: Page) -> dict[str, tuple[Notice, ...]]:
    return {
        "reminder": (Notice("review_reminder", Scene.consultants, page, _still_in_state, Audience.CONSULTANT),),
        "overdue": (Notice("review_overdue", Scene.team, page, _still_in_state, Audience.CONSULTANT),),
    }


def _twice(kind: str, to: Callable[[Scene], list[Account]], button: Page | Purpose) -> dict[str, tuple[Notice, ...]]:
    return {name: _reminder(kind, to, button) for name in ("reminder", "second_reminder")}


_STILL_CURRENT = _reminder("still_current", Scene.adopters, Purpose.RENEW_PROBLEM)

# Per lifecycle, state and timer of the workflow. Timers that take a step have their event's notices instead.
REMINDERS: dict[Lifecycle, dict[Status, dict[str, tuple[Notice, ...]]]] = {
    Lifecycle.PROBLEM: {
        P.DRAFT: {"untouched": _reminder("draft_untouched_problem", Scene.writers, Page.PROBLEM)},
        P.SUBMITTED: _review(Page.PROBLEM),
        P.IN_REVIEW: _review(Page.PROBLEM),
        P.NEEDS_INFO: _twice("problem_question_reminder", Scene.adopters, Page.PROBLEM),
        P.OPEN: dict.fromkeys(("still_current", "still_current_90", "still_current_150"), _STILL_CURRENT),
    },
    Lifecycle.SOLUTION: {
        S.DRAFT: {"untouched": _reminder("draft_untouched_solution", Scene.writers, Page.SOLUTION)},
        S.SUBMITTED: _review(Page.SOLUTION),
        S.IN_REVIEW: _review(Page.SOLUTION),
        S.NEEDS_INFO: _twice("solution_question_reminder", Scene.owners, Page.SOLUTION),
        S.NEEDS_RENEWAL: _twice("solution_renewal_reminder", Scene.owners, Purpose.RENEW_SOLUTION),
    },
    Lifecycle.INTRODUCTION: {
        I.DRAFTED: _review(Page.INTRODUCTION),
        I.ASKING_ADOPTER: _twice("adopter_reminder", Scene.adopters, Purpose.ANSWER_AS_ADOPTER),
        I.ASKING_OWNER: _twice("owner_reminder", Scene.owners, Purpose.ANSWER_AS_OWNER),
        I.WAITLISTED: {"reconfirm": _reminder("reconfirm", Scene.adopters, Purpose.RECONFIRM)},
        I.INTRODUCED: {
            "check_in": (
                *_reminder("check_in_adopter", Scene.adopters, Page.INTRODUCTION),
                *_reminder("check_in_owner", Scene.owners, Page.INTRODUCTION),
            )
        },
    },
}
