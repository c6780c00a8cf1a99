"""Verbs about introductions: both sides are asked, the owner last, and only then do they get in touch."""

from uuid import UUID

from sqlalchemy import func, select

from app.domain.errors import Conflict, NotFound, NotPermitted, StepNotPossible
from app.domain.events import InterestExpressed, PauseProposed
from app.domain.permissions import contact_of_adopter
from app.domain.vocabulary import (
    AFTER_CONSENT,
    SEEKING_PROBLEM,
    VISIBLE_SOLUTION,
    Actor,
    IntroductionStatus,
    Lifecycle,
    ProblemStatus,
    Reason,
    SuggestionStatus,
)
from app.domain.workflow import Plan
from app.store.catalogue import Problem, Solution
from app.store.introductions import Introduction
from app.store.matches import Suggestion
from app.store.unit_of_work import UnitOfWork
from app.use_cases.judgements import INTRODUCED, SPREAD, judge_pair
from app.use_cases.steps import begin, take_as_system, take_step
from app.use_cases.subjects import BEFORE_INTRODUCED, OPEN_INTRODUCTIONS, contact_of, load, load_visible, subject_of

UNANSWERED_UNTIL_PAUSE = 3


def introduce_from_suggestion(
    uow: UnitOfWork, *, actor: Actor, suggestion_id: UUID, words_to_adopter: str = "", words_to_owner: str = ""
) -> Introduction:
    """Prepare an introduction from a shortlisted suggestion; a second one from the same is refused.

    Raises NotPermitted, StepNotPossible (not shortlisted, or a side no longer live), Conflict.
    """
    if not actor.is_consultant:
        raise NotPermitted("only consultants introduce")
    pair = uow.session.execute(
        select(Suggestion.problem_id, Suggestion.solution_id).where(Suggestion.id == suggestion_id)
    ).one_or_none()
    if pair is None:
        raise NotFound(f"no suggestion {suggestion_id}")
    load(uow, Lifecycle.PROBLEM, pair.problem_id)
    load(uow, Lifecycle.SOLUTION, pair.solution_id)
    suggestion = load(uow, Lifecycle.SUGGESTION, suggestion_id)
    assert isinstance(suggestion, Suggestion)  # noqa: S101 - the lifecycle says so
    if suggestion.status is SuggestionStatus.USED:
        raise Conflict("an introduction was already made from this suggestion", code="already_used")
    if suggestion.status is not SuggestionStatus.SHORTLISTED:
        raise StepNotPossible(f"suggestion {suggestion_id} is {suggestion.status}", code="wrong_state")
    take_as_system(uow, thing=suggestion, step="use")
    return _begin(
        uow,
        actor=actor,
        problem_id=suggestion.problem_id,
        solution_id=suggestion.solution_id,
        suggestion_id=suggestion.id,
        words_to_adopter=words_to_adopter,
        words_to_owner=words_to_owner,
    )


def introduce_by_hand(
    uow: UnitOfWork,
    *,
    actor: Actor,
    problem_id: UUID,
    solution_id: UUID,
    words_to_adopter: str = "",
    words_to_owner: str = "",
) -> Introduction:
    """Prepare an introduction that the matcher did not suggest. Raises as `introduce_from_suggestion` does."""
    if not actor.is_consultant:
        raise NotPermitted("only consultants introduce")
    return _begin(
        uow,
        actor=actor,
        problem_id=problem_id,
        solution_id=solution_id,
        words_to_adopter=words_to_adopter,
        words_to_owner=words_to_owner,
    )


def express_interest(uow: UnitOfWork, *, actor: Actor, problem_id: UUID, solution_id: UUID, words: str) -> Introduction:
    """An adopter asks to meet the owner of a published solution; a consultant takes it from there.

    The adopter has thereby said yes for its own side.
    """
    problem = load_visible(uow, actor=actor, lifecycle=Lifecycle.PROBLEM, thing_id=problem_id)
    if not contact_of_adopter(actor, subject_of(uow, problem)):
        raise NotPermitted("only the workplace with the problem can ask")
    # A consultant may be preparing the same pair, which the adopter cannot know: her words join it.
    introduction = _being_prepared(uow, problem_id, solution_id) or _begin(
        uow, actor=actor, problem_id=problem_id, solution_id=solution_id
    )
    introduction.interest = words.strip()
    introduction.asked_by_adopter = True
    introduction.adopter_yes_at = uow.now
    introduction.adopter_contact_id = actor.account_id
    uow.emit(InterestExpressed(introduction.id))
    return introduction


def take_introduction_step(
    uow: UnitOfWork, *, actor: Actor, introduction_id: UUID, step: str, reason: Reason | None = None, note: str = ""
) -> Plan:
    """Take a workflow step with an introduction, and what follows for the problem and the two consents."""
    introduction = _load(uow, introduction_id)
    planned = take_step(uow, actor=actor, thing=introduction, step=step, reason=reason, note=note)
    if planned.repeated:
        return planned
    if reason is not None and planned.step.leads_to is not None:  # a proposal decides nothing
        introduction.reason = reason
    if step == "accept_as_adopter":
        introduction.adopter_yes_at = uow.now
        introduction.adopter_contact_id = actor.account_id
    if step == "accept_as_owner":
        introduction.owner_yes_at = uow.now
        introduction.owner_contact_id = actor.account_id
    if step == "conclude" and reason is Reason.ADOPTION_STARTED:
        _judge(uow, actor, introduction, SPREAD, step, reason)
    _note_what_was_asked(uow, introduction, actor)
    _keep_problem_in_step(uow, introduction)
    return planned


def write_words(
    uow: UnitOfWork, *, actor: Actor, introduction_id: UUID, words_to_adopter: str, words_to_owner: str
) -> None:
    """Change what the consultant says when asking, as long as the side in question has not been asked."""
    if not actor.is_consultant:
        raise NotPermitted("only consultants write the words of an introduction")
    introduction = _load(uow, introduction_id)
    for side, asked_at, words in (
        ("adopter", introduction.asked_adopter_at, words_to_adopter.strip()),
        ("owner", introduction.asked_owner_at, words_to_owner.strip()),
    ):
        name = f"words_to_{side}"
        if asked_at is not None and words != getattr(introduction, name):
            raise StepNotPossible(f"the {side} was asked with the words of then", code="wrong_state")
        setattr(introduction, name, words)


def offer_free_places(uow: UnitOfWork, *, introduction_id: UUID) -> list[UUID]:
    """A place may have become free at this introduction's owner: ask it about those who waited longest.

    Returns the introductions that moved on.
    """
    left = uow.session.get_one(Introduction, introduction_id)
    return offer_places_at(uow, workplace_id=left.owner_workplace_id)


def offer_places_of_solution(uow: UnitOfWork, *, solution_id: UUID) -> list[UUID]:
    """A solution is offered (again): ask its owner about those who waited longest."""
    return offer_places_at(uow, workplace_id=uow.session.get_one(Solution, solution_id).workplace_id)


def owners_with_waiting_list(uow: UnitOfWork) -> list[UUID]:
    """Return the workplaces at which somebody waits for a place."""
    waiting = select(Introduction.owner_workplace_id).where(Introduction.status == IntroductionStatus.WAITLISTED)
    return sorted(set(uow.session.scalars(waiting)))


def offer_places_at(uow: UnitOfWork, *, workplace_id: UUID) -> list[UUID]:
    """Ask the owner about those who waited longest, as far as it has places; return who moved on.

    Those whose adopter must confirm first, or whose problem is no longer open, are passed over.
    """
    waiting = lock_waiting(uow, workplace_id)
    moved: list[UUID] = []
    for introduction in waiting:
        try:
            take_as_system(uow, thing=introduction, step="offer_place")
        except StepNotPossible:
            continue
        _note_what_was_asked(uow, introduction, None)
        moved.append(introduction.id)
    return moved


def propose_pause(uow: UnitOfWork, *, introduction_id: UUID) -> bool:
    """Propose a pause to an owner that has let its last three introductions expire; return whether it was proposed.

    An adopter who did not answer counts against nobody, and one answer begins the count anew.
    """
    expired = uow.session.get_one(Introduction, introduction_id)
    if expired.asked_owner_at is None:
        return False
    endings = list(
        uow.session.scalars(
            select(Introduction.status)
            .where(
                Introduction.owner_workplace_id == expired.owner_workplace_id,
                Introduction.asked_owner_at.is_not(None),
                Introduction.status.not_in([IntroductionStatus.ASKING_OWNER, IntroductionStatus.CANCELLED]),
            )
            .order_by(Introduction.waiting_since.desc(), Introduction.id)
        )
    )
    unanswered = next((n for n, end in enumerate(endings) if end is not IntroductionStatus.EXPIRED), len(endings))
    if unanswered == 0 or unanswered % UNANSWERED_UNTIL_PAUSE:
        return False
    uow.emit(PauseProposed(expired.solution_id))
    return True


def _judge(
    uow: UnitOfWork, actor: Actor, introduction: Introduction, gain: int, step: str, reason: Reason | None
) -> None:
    judge_pair(
        uow, actor=actor, problem_id=introduction.problem_id, solution_id=introduction.solution_id, gain=gain,
        step=step, reason=reason,
    )  # fmt: skip


def _load(uow: UnitOfWork, introduction_id: UUID) -> Introduction:
    introduction = load(uow, Lifecycle.INTRODUCTION, introduction_id)
    assert isinstance(introduction, Introduction)  # noqa: S101 - the lifecycle says so
    return introduction


def lock_waiting(uow: UnitOfWork, owner_workplace_id: UUID) -> list[Introduction]:
    """Return who waits for a place at this owner, locked, in the order in which they said yes."""
    on_list = select(Introduction).where(
        Introduction.owner_workplace_id == owner_workplace_id, Introduction.status == IntroductionStatus.WAITLISTED
    )
    problem_ids = uow.session.scalars(on_list.with_only_columns(Introduction.problem_id)).all()
    fresh = {"populate_existing": True}
    uow.session.scalars(
        select(Problem).where(Problem.id.in_(problem_ids)).order_by(Problem.id).with_for_update(key_share=True),
        execution_options=fresh,
    ).all()
    locked = uow.session.scalars(
        on_list.where(Introduction.problem_id.in_(problem_ids))
        .order_by(Introduction.id)
        .with_for_update(key_share=True),
        execution_options=fresh,
    ).all()
    return sorted(locked, key=lambda one: (one.adopter_yes_at or one.created_at, one.id))


def _begin(
    uow: UnitOfWork,
    *,
    actor: Actor,
    problem_id: UUID,
    solution_id: UUID,
    suggestion_id: UUID | None = None,
    words_to_adopter: str = "",
    words_to_owner: str = "",
) -> Introduction:
    problem = load(uow, Lifecycle.PROBLEM, problem_id)
    solution = load(uow, Lifecycle.SOLUTION, solution_id)
    assert isinstance(problem, Problem)  # noqa: S101
    assert isinstance(solution, Solution)  # noqa: S101
    if problem.status not in SEEKING_PROBLEM:
        raise StepNotPossible("the problem is not open", code="problem_seeking")
    if solution.status not in VISIBLE_SOLUTION:
        raise StepNotPossible("the solution is not published", code="solution_published")
    if problem.workplace_id == solution.workplace_id:
        raise StepNotPossible("problem and solution belong to the same workplace", code="same_workplace")
    if _open_pair(uow, problem_id, solution_id):
        raise Conflict("these two are already being introduced", code="already_used")
    suggestion_id = suggestion_id or _use_suggestion(uow, problem_id, solution_id)
    adopter = contact_of(uow, problem.workplace_id, problem.contact_id)
    owner = contact_of(uow, solution.workplace_id, solution.contact_id)
    introduction = Introduction(
        problem_id=problem_id,
        solution_id=solution_id,
        suggestion_id=suggestion_id,
        adopter_workplace_id=problem.workplace_id,
        owner_workplace_id=solution.workplace_id,
        adopter_contact_id=adopter.id if adopter else None,
        owner_contact_id=owner.id if owner else None,
        consultant_id=actor.account_id if actor.is_consultant else problem.taken_by_id,
        status=IntroductionStatus.DRAFTED,
        words_to_adopter=words_to_adopter.strip(),
        words_to_owner=words_to_owner.strip(),
        created_at=uow.now,
    )
    uow.session.add(introduction)
    _judge(uow, actor, introduction, INTRODUCED, "introduce", None)
    begin(uow, actor=actor, thing=introduction)
    return introduction


def _use_suggestion(uow: UnitOfWork, problem_id: UUID, solution_id: UUID) -> UUID | None:
    """The pair is being introduced: a live suggestion of it is used up. Return its id."""
    suggestion = uow.session.scalar(
        select(Suggestion)
        .where(
            Suggestion.problem_id == problem_id,
            Suggestion.solution_id == solution_id,
            Suggestion.status.in_((SuggestionStatus.SUGGESTED, SuggestionStatus.SHORTLISTED)),
        )
        .with_for_update(key_share=True),
        execution_options={"populate_existing": True},
    )
    if suggestion is None:
        return None
    take_as_system(uow, thing=suggestion, step="use")
    taken = uow.session.scalar(select(Introduction.id).where(Introduction.suggestion_id == suggestion.id))
    return None if taken else suggestion.id


def _being_prepared(uow: UnitOfWork, problem_id: UUID, solution_id: UUID) -> Introduction | None:
    load(uow, Lifecycle.PROBLEM, problem_id)
    drafted = uow.session.scalar(
        select(Introduction.id).where(
            Introduction.problem_id == problem_id,
            Introduction.solution_id == solution_id,
            Introduction.status == IntroductionStatus.DRAFTED,
            Introduction.asked_by_adopter.is_(False),
        )
    )
    return None if drafted is None else _load(uow, drafted)


def cancel_for_problem(uow: UnitOfWork, *, problem: Problem, reason: Reason) -> None:
    """The problem is no longer asked: introductions that have not been made yet are cancelled."""
    waiting = uow.session.scalars(
        select(Introduction)
        .where(Introduction.problem_id == problem.id, Introduction.status.in_(BEFORE_INTRODUCED))
        .order_by(Introduction.owner_workplace_id, Introduction.id)  # each step locks the owner's workplace
    ).all()
    for introduction in waiting:
        take_as_system(uow, thing=introduction, step="cancel", reason=reason)


def _open_pair(uow: UnitOfWork, problem_id: UUID, solution_id: UUID) -> bool:
    return bool(
        uow.session.scalar(
            select(func.count())
            .select_from(Introduction)
            .where(
                Introduction.problem_id == problem_id,
                Introduction.solution_id == solution_id,
                Introduction.status.in_(OPEN_INTRODUCTIONS),
            )
        )
    )


def _note_what_was_asked(uow: UnitOfWork, introduction: Introduction, actor: Actor | None) -> None:
    if introduction.status is IntroductionStatus.ASKING_ADOPTER and introduction.asked_adopter_at is None:
        introduction.asked_adopter_at = uow.now
    if introduction.status is IntroductionStatus.ASKING_OWNER and introduction.asked_owner_at is None:
        introduction.asked_owner_at = uow.now
    if introduction.status is IntroductionStatus.INTRODUCED and introduction.introduced_at is None:
        introduction.introduced_at = uow.now
    if actor is not None and actor.is_consultant and introduction.consultant_id is None:
        introduction.consultant_id = actor.account_id
    uow.session.flush()


def _keep_problem_in_step(uow: UnitOfWork, introduction: Introduction) -> None:
    """The problem is in dialogue while one of its introductions is, and open again when none is left."""
    problem = load(uow, Lifecycle.PROBLEM, introduction.problem_id)
    assert isinstance(problem, Problem)  # noqa: S101
    if introduction.status is IntroductionStatus.INTRODUCED and problem.status is ProblemStatus.OPEN:
        take_as_system(uow, thing=problem, step="start_dialogue")
    if introduction.status is IntroductionStatus.CONCLUDED and problem.status is ProblemStatus.IN_DIALOGUE:
        talking = uow.session.scalar(
            select(func.count())
            .select_from(Introduction)
            .where(
                Introduction.problem_id == problem.id,
                Introduction.status.in_(AFTER_CONSENT - {IntroductionStatus.CONCLUDED}),
            )
        )
        if not talking:
            take_as_system(uow, thing=problem, step="end_dialogue")
