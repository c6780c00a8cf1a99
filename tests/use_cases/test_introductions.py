"""Introductions: both sides are asked, the owner last, and contact details appear exactly when both have said yes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import select

from app.domain.errors import Conflict, DomainError, NotFound, NotPermitted, StepNotPossible
from app.domain.vocabulary import (
    Actor,
    ProblemStatus,
    Reason,
    SolutionStatus,
    SuggestionStatus,
)
from app.domain.vocabulary import IntroductionStatus as Status
from app.store.catalogue import Problem, Solution
from app.store.history import HistoryEntry
from app.store.introductions import Introduction
from app.store.matches import Suggestion
from app.store.outbox import OutboxMessage
from app.store.people import Account, Membership
from app.store.queries.introductions import contacts_of, introduction_page, introductions_of
from app.use_cases.introductions import (
    express_interest,
    introduce_by_hand,
    introduce_from_suggestion,
    offer_free_places,
    write_words,
)
from app.use_cases.problems import take_problem_step
from tests.servers import databases
from tests.use_cases.introduction_world import World


@pytest.fixture
def world(database: str) -> Iterator[World]:
    made = World(database)
    yield made
    made.database.dispose()


def events(world: World, subject_id: UUID) -> list[str]:
    with world.database.reading() as uow:
        rows = uow.session.scalars(select(OutboxMessage).order_by(OutboxMessage.created_at, OutboxMessage.id)).all()
        return [row.name for row in rows if row.payload["subject_id"] == str(subject_id)]


def test_the_whole_way_ends_with_contact_details_for_both_sides(world: World) -> None:
    introduction_id = world.introduction(None, None, "ask_adopter", "accept_as_adopter", "accept_as_owner")
    for actor in (world.adopter, world.owner, world.consultant):
        with world.database.reading() as uow:
            adopter, owner = contacts_of(uow, actor=actor, introduction_id=introduction_id)
        assert (adopter.name, owner.name) == ("Kontakt Plejecenter Engen", "Kontakt Hjemmeplejen Syd")
        assert adopter.email.endswith("@example.dk")
        assert owner.phone == "+45 00 00 12 34"
        assert adopter.workplace == "Plejecenter Engen, Nordby Kommune"
    stored = world.read(Introduction, introduction_id)
    assert world.read(Problem, stored.problem_id).status is ProblemStatus.IN_DIALOGUE
    assert events(world, introduction_id) == ["AdopterAsked", "OwnerAsked", "IntroductionMade"]


@pytest.mark.parametrize(
    "steps",
    [
        (),
        ("ask_adopter",),
        ("ask_adopter", "accept_as_adopter"),
    ],
)
def test_contact_details_are_refused_before_both_have_said_yes(world: World, steps: tuple[str, ...]) -> None:
    introduction_id = world.introduction(None, None, *steps)
    for actor in (world.adopter, world.owner, world.consultant):
        with world.database.reading() as uow, pytest.raises((NotPermitted, NotFound)):
            contacts_of(uow, actor=actor, introduction_id=introduction_id)


def test_the_owner_knows_nothing_of_it_before_being_asked(world: World) -> None:
    introduction_id = world.introduction(None, None, "ask_adopter")
    with world.database.reading() as uow:
        with pytest.raises(NotFound):
            introduction_page(uow, actor=world.owner, introduction_id=introduction_id)
        assert introductions_of(uow, actor=world.owner, group="open", page=1).total == 0
    world.step(introduction_id, "accept_as_adopter")
    with world.database.reading() as uow:
        page = introduction_page(uow, actor=world.owner, introduction_id=introduction_id)
        assert introductions_of(uow, actor=world.owner, group="open", page=1).total == 1
    assert page.adopter == "Plejecenter Engen, Nordby Kommune"
    assert page.words_to_owner == "Ord til løsningsejeren"
    assert page.words_to_adopter == ""


def test_the_adopter_knows_nothing_of_what_was_prepared_and_cancelled(world: World) -> None:
    introduction_id = world.introduction()
    for _ in range(2):
        with world.database.reading() as uow:
            with pytest.raises(NotFound):
                introduction_page(uow, actor=world.adopter, introduction_id=introduction_id)
            assert introductions_of(uow, actor=world.adopter, group="open", page=1).total == 0
            assert introductions_of(uow, actor=world.adopter, group="closed", page=1).total == 0
        if world.status(introduction_id) is Status.DRAFTED:
            world.step(introduction_id, "cancel", note="Alligevel ikke")


def test_an_expired_question_to_the_adopter_never_reaches_the_owner(world: World) -> None:
    introduction_id = world.introduction(None, None, "ask_adopter")
    world.step(introduction_id, "expire")
    with world.database.reading() as uow, pytest.raises(NotFound):
        introduction_page(uow, actor=world.owner, introduction_id=introduction_id)
    with world.database.reading() as uow:
        wanted = select(OutboxMessage.payload).where(OutboxMessage.name == "IntroductionExpired")
        payload = uow.session.scalars(wanted).one()
    assert payload["asked_owner"] == ""


def test_a_reason_for_no_reaches_the_consultant_and_not_the_other_side(world: World) -> None:
    introduction_id = world.introduction(None, None, "ask_adopter", "accept_as_adopter")
    world.step(introduction_id, "decline_as_owner", reason=Reason.NO_TIME_NOW, note="Vi har travlt")
    pages = {}
    for name, actor in {"adopter": world.adopter, "owner": world.owner, "consultant": world.consultant}.items():
        with world.database.reading() as uow:
            pages[name] = introduction_page(uow, actor=actor, introduction_id=introduction_id)
    said = {name: "".join(line.note for line in page.history) for name, page in pages.items()}
    assert said == {"adopter": "", "owner": "Vi har travlt", "consultant": "Vi har travlt"}
    assert {name: page.reason for name, page in pages.items()} == {
        "adopter": None, "owner": Reason.NO_TIME_NOW, "consultant": Reason.NO_TIME_NOW,
    }  # fmt: skip
    assert not any("Hjemmeplejen" in line.name for line in pages["adopter"].history), "a name before consent"


def test_a_contact_who_has_left_is_replaced_by_a_colleague(world: World) -> None:
    colleague = world.person("Kollega", workplace_id=world.owner_place)
    introduction_id = world.introduction(None, None, "ask_adopter", "accept_as_adopter", "accept_as_owner")
    with world.database.transaction() as uow:
        uow.session.get_one(Account, world.owner.account_id).disabled_at = world.now
    with world.database.reading() as uow:
        _, owner = contacts_of(uow, actor=colleague, introduction_id=introduction_id)
    assert owner.name == "Kollega"
    with world.database.transaction() as uow:
        for membership in uow.session.scalars(
            select(Membership).where(Membership.workplace_id == world.owner_place)
        ):  # fmt: skip
            uow.session.delete(membership)
    with world.database.reading() as uow:
        _, nobody = contacts_of(uow, actor=world.consultant, introduction_id=introduction_id)
    assert (nobody.name, nobody.email) == ("", "")


def test_the_same_answer_twice_changes_nothing(world: World) -> None:
    introduction_id = world.introduction(None, None, "ask_adopter", "accept_as_adopter")
    world.step(introduction_id, "accept_as_adopter")
    with world.database.reading() as uow:
        taken = uow.session.scalars(select(HistoryEntry.step).where(HistoryEntry.subject_id == introduction_id)).all()
    assert taken.count("accept_as_adopter") == 1
    assert events(world, introduction_id).count("OwnerAsked") == 1


def test_an_interest_is_a_yes_and_the_adopter_is_not_asked_again(world: World) -> None:
    problem_id, solution_id = world.problem(), world.solution()
    with world.database.transaction() as uow:
        introduction_id = express_interest(
            uow, actor=world.adopter, problem_id=problem_id, solution_id=solution_id, words="Vi vil gerne se det"
        ).id
    with world.database.reading() as uow:
        page = introduction_page(uow, actor=world.adopter, introduction_id=introduction_id)
    assert (page.status, page.interest) == (Status.DRAFTED, "Vi vil gerne se det")
    world.step(introduction_id, "ask_owner")
    assert world.status(introduction_id) is Status.ASKING_OWNER
    for actor, refusal in ((world.owner, NotFound), (world.consultant, NotPermitted)):
        with world.database.transaction() as uow, pytest.raises(refusal):
            express_interest(uow, actor=actor, problem_id=problem_id, solution_id=solution_id, words="")


def test_the_owner_is_not_asked_before_an_adopter_who_did_not_ask(world: World) -> None:
    with pytest.raises(StepNotPossible) as refused:
        world.introduction(None, None, "ask_owner")
    assert refused.value.code == "asked_by_adopter"


@pytest.mark.parametrize("side", ["problem", "solution"])
def test_both_must_be_live_when_introduced(world: World, side: str) -> None:
    problem_id = world.problem(status=ProblemStatus.IN_REVIEW) if side == "problem" else world.problem()
    solution_id = world.solution(status=SolutionStatus.PAUSED) if side == "solution" else world.solution()
    with pytest.raises(StepNotPossible):
        world.introduction(problem_id, solution_id)


def test_guards_hold_at_the_moment_of_the_yes(world: World) -> None:
    """A solution that was paused after the question cannot be introduced any more."""
    introduction_id = world.introduction(None, None, "ask_adopter", "accept_as_adopter")
    with world.database.transaction() as uow:
        solution = uow.session.get_one(Solution, world.read(Introduction, introduction_id).solution_id)
        solution.status = SolutionStatus.PAUSED
    with pytest.raises(StepNotPossible) as refused:
        world.step(introduction_id, "accept_as_owner")
    assert refused.value.code == "solution_published"
    assert world.status(introduction_id) is Status.ASKING_OWNER


def test_a_withdrawn_problem_cancels_what_was_under_way(world: World) -> None:
    problem_id = world.problem()
    asked = world.introduction(problem_id, world.solution(), "ask_adopter", "accept_as_adopter")
    made = world.introduction(problem_id, world.solution(), "ask_adopter", "accept_as_adopter", "accept_as_owner")
    with world.database.transaction() as uow:
        take_problem_step(uow, actor=world.adopter, problem_id=problem_id, step="withdraw", reason=Reason.OTHER)
    assert world.status(asked) is Status.CANCELLED
    assert world.status(made) is Status.INTRODUCED, "people who talk already are left in peace"


def test_the_problem_is_open_again_when_no_dialogue_is_left(world: World) -> None:
    problem_id = world.problem()
    way = ("ask_adopter", "accept_as_adopter", "accept_as_owner")
    first = world.introduction(problem_id, world.solution(), *way)
    second = world.introduction(problem_id, world.solution(), *way)
    world.step(first, "conclude", reason=Reason.NOTHING)
    assert world.read(Problem, problem_id).status is ProblemStatus.IN_DIALOGUE
    world.step(second, "conclude", reason=Reason.INSPIRATION_ONLY)
    assert world.read(Problem, problem_id).status is ProblemStatus.OPEN


def test_one_introduction_for_each_suggestion_and_one_open_for_each_pair(world: World) -> None:
    problem_id, solution_id = world.problem(), world.solution()
    suggestion_id = world.suggestion(problem_id, solution_id, status=SuggestionStatus.SHORTLISTED)
    with world.database.transaction() as uow:
        introduce_from_suggestion(uow, actor=world.consultant, suggestion_id=suggestion_id)
    assert world.read(Suggestion, suggestion_id).status is SuggestionStatus.USED
    with world.database.transaction() as uow, pytest.raises(Conflict):
        introduce_from_suggestion(uow, actor=world.consultant, suggestion_id=suggestion_id)
    with world.database.transaction() as uow, pytest.raises(Conflict):
        introduce_by_hand(uow, actor=world.consultant, problem_id=problem_id, solution_id=solution_id)


def test_only_a_shortlisted_suggestion_is_introduced_and_only_by_consultants(world: World) -> None:
    suggestion_id = world.suggestion(world.problem(), world.solution())
    with world.database.transaction() as uow, pytest.raises(StepNotPossible):
        introduce_from_suggestion(uow, actor=world.consultant, suggestion_id=suggestion_id)
    with world.database.transaction() as uow, pytest.raises(NotPermitted):
        introduce_from_suggestion(uow, actor=world.adopter, suggestion_id=suggestion_id)
    with world.database.transaction() as uow, pytest.raises(NotFound):
        introduce_from_suggestion(uow, actor=world.consultant, suggestion_id=uuid4())


def test_a_workplace_is_not_introduced_to_itself(world: World) -> None:
    with pytest.raises(StepNotPossible) as refused:
        world.introduction(world.problem(), world.solution(world.adopter_place))
    assert refused.value.code == "same_workplace"


def test_words_change_until_the_side_has_been_asked(world: World) -> None:
    introduction_id = world.introduction(None, None, "ask_adopter")

    def write(actor: Actor, to_adopter: str, to_owner: str) -> None:
        with world.database.transaction() as uow:
            write_words(
                uow, actor=actor, introduction_id=introduction_id,
                words_to_adopter=to_adopter, words_to_owner=to_owner,
            )  # fmt: skip

    with pytest.raises(StepNotPossible):
        write(world.consultant, "For sent", "Nye ord")
    write(world.consultant, "Ord til genbrugeren", " Nye ord ")
    stored = world.read(Introduction, introduction_id)
    assert (stored.words_to_adopter, stored.words_to_owner) == ("Ord til genbrugeren", "Nye ord")
    with pytest.raises(NotPermitted):
        write(world.adopter, "", "")


class ConsentMachine(RuleBasedStateMachine):
    """Anybody tries anything at any time: contact details are visible exactly when both sides have said yes."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.world = World(url)
        self.consents: dict[UUID, set[str]] = {}
        self.over: set[UUID] = set()
        _, self.outsider = self.world.place("Udenforstående", f"Kommune {uuid4().hex[:6]}")

    def teardown(self) -> None:
        self.world.database.dispose()

    def actors(self) -> dict[str, Actor]:
        return {
            "adopter": self.world.adopter, "owner": self.world.owner, "outsider": self.outsider,
            "consultant": self.world.consultant,
        }  # fmt: skip

    @precondition(lambda self: len(self.consents) < 3)
    @rule(interest=st.booleans())
    def prepare(self, *, interest: bool) -> None:
        problem_id, solution_id = self.world.problem(), self.world.solution()
        if interest:
            with self.world.database.transaction() as uow:
                made = express_interest(
                    uow, actor=self.world.adopter, problem_id=problem_id, solution_id=solution_id, words="Ja"
                )
                self.consents[made.id] = {"adopter"}
        else:
            self.consents[self.world.introduction(problem_id, solution_id)] = set()

    @precondition(lambda self: bool(self.consents))
    @rule(
        place=st.integers(0, 2),
        who=st.sampled_from(["adopter", "owner", "outsider", "consultant", "system"]),
        step=st.sampled_from(
            [
                "ask_adopter", "ask_owner", "accept_as_adopter", "accept_as_owner", "decline_as_adopter",
                "decline_as_owner", "cancel", "expire", "offer_place", "reconfirm", "start_dialogue", "conclude",
            ]
        ),
        reason=st.sampled_from([Reason.NO_TIME_NOW, Reason.NOTHING]),
    )  # fmt: skip
    def take(self, place: int, who: str, step: str, reason: Reason) -> None:
        introduction_id = sorted(self.consents)[place % len(self.consents)]
        actor = Actor(None, is_system=True) if who == "system" else self.actors()[who]
        before = self.world.status(introduction_id)
        try:
            self.world.step(introduction_id, step, actor, reason=reason, note="ord")
        except DomainError:
            assert self.world.status(introduction_id) is before, "a refusal changed something"
            return
        after = self.world.status(introduction_id)
        if before is not after and step == "accept_as_adopter":
            assert who == "adopter"
            self.consents[introduction_id].add("adopter")
        if before is not after and step == "accept_as_owner":
            assert who == "owner"
            self.consents[introduction_id].add("owner")

    @precondition(lambda self: bool(self.consents))
    @rule(days=st.integers(1, 40))
    def wait(self, days: int) -> None:
        self.world.pass_time(days=days)
        with self.world.database.transaction() as uow:
            offer_free_places(uow, introduction_id=min(self.consents))

    @invariant()
    def contacts_are_visible_exactly_after_both_consents(self) -> None:
        for introduction_id, given in self.consents.items():
            for who, actor in self.actors().items():
                with self.world.database.reading() as uow:
                    try:
                        contacts_of(uow, actor=actor, introduction_id=introduction_id)
                        seen = True
                    except (NotPermitted, NotFound):
                        seen = False
                assert seen == (given == {"adopter", "owner"} and who != "outsider"), (who, given)

    @invariant()
    def the_owner_sees_nothing_before_the_adopter_has_said_yes(self) -> None:
        for introduction_id, given in self.consents.items():
            if "adopter" in given:
                continue
            with self.world.database.reading() as uow, pytest.raises(NotFound):
                introduction_page(uow, actor=self.world.owner, introduction_id=introduction_id)

    @invariant()
    def capacity_is_never_passed(self) -> None:
        with self.world.database.reading() as uow:
            states: list[Any] = list(
                uow.session.scalars(
                    select(Introduction.status).where(Introduction.owner_workplace_id == self.world.owner_place)
                )
            )
        assert sum(state in {Status.ASKING_OWNER, Status.INTRODUCED, Status.IN_DIALOGUE} for state in states) <= 2


def test_consent_holds_whatever_people_try(tmp_path: Path) -> None:
    class Machine(ConsentMachine):
        def __init__(self) -> None:
            super().__init__(databases.sqlite_copy(tmp_path))

    Machine.TestCase.settings = settings(
        max_examples=12, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
    )
    case = Machine.TestCase()
    case.runTest()
