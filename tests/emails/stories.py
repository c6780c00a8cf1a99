"""The stories behind the mails: every mail is brought about by steps that people take, or by time."""

from uuid import UUID, uuid4

from app.domain.events import DigestDue, PasswordChanged, PasswordResetRequested
from app.domain.vocabulary import (
    IntroductionStatus,
    Language,
    Lifecycle,
    ProblemStatus,
    Reason,
    SolutionStatus,
    SuggestionStatus,
)
from app.store.catalogue import Problem
from app.store.matches import Suggestion
from app.store.people import Account, Workplace
from app.use_cases import accounts
from app.use_cases.introductions import express_interest, propose_pause
from app.use_cases.notices import REMINDERS
from app.use_cases.problems import merge_problem
from app.use_cases.solutions import begin_solution, merge_solution
from app.use_cases.timers import run_due_timers
from tests.emails.world import ORIGIN, TellingWorld, Told
from tests.use_cases.introduction_world import World

STEPS_TO: dict[IntroductionStatus, tuple[str, ...]] = {
    IntroductionStatus.DRAFTED: (),
    IntroductionStatus.ASKING_ADOPTER: ("ask_adopter",),
    IntroductionStatus.ASKING_OWNER: ("ask_adopter", "accept_as_adopter"),
    IntroductionStatus.INTRODUCED: ("ask_adopter", "accept_as_adopter", "accept_as_owner"),
}


def live_through_everything(world: TellingWorld) -> list[Told]:
    """Live through every story and return all the mails that it caused."""
    for story in (
        accounts_come_and_change, problems_are_reviewed, problems_end, solutions_are_reviewed, solutions_end,
        introductions_succeed, introductions_fail, the_owner_is_full, an_owner_is_silent, nobody_answers, a_week_passes,
    ):  # fmt: skip
        story(world)
        world.tell()
    return world.told


def accounts_come_and_change(world: TellingWorld) -> None:
    with world.database.transaction() as uow:
        known = uow.session.get_one(Account, world.adopter.account_id)
        fresh = Account(
            email=f"{uuid4().hex[:10]}@example.dk", display_name="Ny Konto", password_hash="x", roles=[],
            language=known.language, created_at=uow.now,
        )  # fmt: skip
        uow.session.add(fresh)
        uow.session.flush()
        accounts.ask_for_verification(uow, email=fresh.email)
        uow.emit(PasswordResetRequested(known.id))
        uow.emit(PasswordChanged(known.id))
        accounts.register(
            uow, email=known.email, display_name="Nogen", password="fire blå heste i regn",
            language=Language.DANISH, work_role=None, wants=set(),
        )  # fmt: skip


def problems_are_reviewed(world: TellingWorld) -> None:
    problem = world.problem(status=ProblemStatus.DRAFT, title="Borgere falder om natten")
    for step, actor, given in (
        ("submit", world.adopter, {}),
        ("take", world.consultant, {}),
        ("ask_for_info", world.consultant, {"note": "Hvor mange falder om ugen?"}),
        ("answer", world.adopter, {"note": "Tre."}),
        ("open", world.consultant, {}),
    ):
        world.problem_step(problem, step, actor, **given)
        world.tell()


def problems_end(world: TellingWorld) -> None:
    other_place, _ = world.place(f"Plejehjemmet Bakken {uuid4().hex[:4]}", f"Bakkeby Kommune {uuid4().hex[:4]}")
    target = world.problem(other_place, title="Fald om natten")
    with world.database.transaction() as uow:
        merge_problem(uow, actor=world.consultant, problem_id=world.problem(), into_id=target)
    world.tell()
    solved = world.problem(title="Madspild")
    world.introduction(solved, world.solution(), *STEPS_TO[IntroductionStatus.INTRODUCED])
    world.problem_step(solved, "solve", reason=Reason.SOLVED_BY_SOLUTION)
    world.tell()
    withdrawn = world.problem(title="Sygefravær")
    introduction = world.introduction(withdrawn, world.solution(), *STEPS_TO[IntroductionStatus.INTRODUCED])
    world.problem_step(withdrawn, "withdraw", reason=Reason.NO_TIME_NOW)
    world.tell()
    world.step(introduction, "conclude", reason=Reason.NOTHING)
    expired = world.problem(title="Papirarbejde")
    world.pass_time(days=181)
    run_due_timers(world.database)
    assert world.read(Problem, expired).status is ProblemStatus.EXPIRED


def solutions_are_reviewed(world: TellingWorld) -> None:
    with world.database.transaction() as uow:
        begin_solution(
            uow, actor=world.consultant, workplace_id=world.owner_place, language=Language.DANISH,
            fields={"title": "Et køleskab, der husker"},
        )  # fmt: skip
    world.tell()
    solution = world.solution(status=SolutionStatus.DRAFT, title="Sansehaven", approved_at=None, **ORIGIN)
    for step, actor, given in (
        ("submit", world.owner, {}),
        ("take", world.consultant, {}),
        ("ask_for_info", world.consultant, {"note": "Hvordan ved I, at det virker?"}),
        ("answer", world.owner, {"note": "Vi har talt."}),
        ("publish", world.consultant, {}),
    ):
        world.solution_step(solution, step, actor, **given)
        world.tell()
    rejected = world.solution(status=SolutionStatus.IN_REVIEW, title="En idé")
    world.solution_step(
        rejected, "reject", world.consultant, reason=Reason.MISSING_ORIGIN, note="Skriv, når den er i brug."
    )


def solutions_end(world: TellingWorld) -> None:
    place, owner = world.place(f"Køkkenet {uuid4().hex[:4]}", f"Madby Kommune {uuid4().hex[:4]}", at_a_time=1)
    paused = world.solution(place, title="Mindre madspild", **ORIGIN)
    for _ in range(2):
        world.introduction(world.problem(), paused, *STEPS_TO[IntroductionStatus.ASKING_OWNER])
    world.tell()
    world.solution_step(paused, "pause", owner)
    world.tell()
    world.solution_step(paused, "resume", world.consultant)
    world.tell()
    world.solution_step(world.solution(title="Gammel løsning"), "archive", world.consultant)
    with world.database.transaction() as uow:
        merge_solution(
            uow, actor=world.consultant, solution_id=world.solution(title="Beskrevet to gange"),
            into_id=world.solution(title="Den fælles"),
        )  # fmt: skip
    world.solution(world.place(f"Museet {uuid4().hex[:4]}", f"Kunstby {uuid4().hex[:4]}")[0], title="Et år gammel")
    world.pass_time(days=366)
    run_due_timers(world.database)


def introductions_succeed(world: TellingWorld) -> None:
    with world.database.transaction() as uow:
        express_interest(
            uow, actor=world.adopter, problem_id=world.problem(), solution_id=world.solution(), words="Vi vil gerne."
        )
    world.tell()
    introduction = world.introduction(None, roomy_solution(world))
    for step, given in (
        ("ask_adopter", {}), ("accept_as_adopter", {}), ("accept_as_owner", {}), ("start_dialogue", {}),
        ("propose_conclusion", {"reason": Reason.ADOPTION_STARTED}),
        ("conclude", {"reason": Reason.ADOPTION_STARTED}),
    ):  # fmt: skip
        world.step(introduction, step, None, **given)
        world.tell()


def introductions_fail(world: TellingWorld) -> None:
    for steps, last, given in (
        (("ask_adopter",), "decline_as_adopter", {"reason": Reason.NO_TIME_NOW}),
        (("ask_adopter", "accept_as_adopter"), "decline_as_owner", {"reason": Reason.NOT_OUR_EXPERTISE}),
        (("ask_adopter",), "expire", {}),
        (("ask_adopter", "accept_as_adopter"), "expire", {}),
        (("ask_adopter", "accept_as_adopter"), "cancel", {"note": "Opgaven er flyttet."}),
    ):
        introduction = world.introduction(None, roomy_solution(world), *steps)
        world.tell()
        world.step(introduction, last, **given)
        world.tell()


def an_owner_is_silent(world: TellingWorld) -> None:
    solution = roomy_solution(world)
    for _ in range(3):
        introduction = world.introduction(world.problem(), solution, "ask_adopter", "accept_as_adopter")
        world.step(introduction, "expire")
    with world.database.transaction() as uow:
        assert propose_pause(uow, introduction_id=introduction)
    world.tell()


def the_owner_is_full(world: TellingWorld) -> None:
    place, _ = world.place(f"Den travle {uuid4().hex[:4]}", f"Travlby {uuid4().hex[:4]}", at_a_time=1)
    solution = world.solution(place, title="Alle vil have den")
    world.introduction(world.problem(), solution, *STEPS_TO[IntroductionStatus.ASKING_OWNER])
    waiting = world.introduction(world.problem(), solution, *STEPS_TO[IntroductionStatus.ASKING_OWNER])
    assert world.status(waiting) is IntroductionStatus.WAITLISTED
    world.tell()
    world.remind(Lifecycle.INTRODUCTION, IntroductionStatus.WAITLISTED, "reconfirm", waiting)
    world.tell()
    with world.database.transaction() as uow:
        uow.session.get_one(Workplace, place).capacity_at_a_time = 2
    world.step(waiting, "offer_place", world.consultant)


def nobody_answers(world: TellingWorld) -> None:
    """Every reminder of the workflow, each with a thing in its state."""
    for lifecycle, states in REMINDERS.items():
        for state, timers in states.items():
            if state is IntroductionStatus.WAITLISTED:
                continue  # told in the story of the full owner
            thing_id = _thing_in(world, lifecycle, state)
            for timer in timers:
                world.remind(lifecycle, state, timer, thing_id)
                world.tell()


def a_week_passes(world: TellingWorld) -> None:
    for status in (SuggestionStatus.SUGGESTED, SuggestionStatus.SHORTLISTED):
        suggestion = world.suggestion(world.problem(title="Ventetid"), world.solution(title="Bookingen"), status=status)
        with world.database.transaction() as uow:
            uow.session.get_one(Suggestion, suggestion).decided_at = uow.now
    with world.database.transaction() as uow:
        for actor in (world.adopter, world.owner, world.consultant):
            assert actor.account_id is not None
            uow.emit(DigestDue(actor.account_id, slot="2026-11-30"))


def roomy_solution(world: World) -> UUID:
    """Return a published solution of an owner who has never been asked."""
    place, _ = world.place(f"Deler {uuid4().hex[:4]}", f"Deleby {uuid4().hex[:4]}")
    return world.solution(place)


def _thing_in(world: TellingWorld, lifecycle: Lifecycle, state: object) -> UUID:
    if lifecycle is Lifecycle.PROBLEM:
        return world.problem(status=state)
    if lifecycle is Lifecycle.SOLUTION:
        return world.solution(status=state)
    assert isinstance(state, IntroductionStatus)
    return world.introduction(None, roomy_solution(world), *STEPS_TO[state])
