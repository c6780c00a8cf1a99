"""Workplaces, people, problems and solutions for tests about suggestions and introductions, with a clock to move."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import Any
from uuid import UUID, uuid4

from app.domain.vocabulary import (
    SYSTEM,
    Actor,
    IntroductionStatus,
    Language,
    OrganisationKind,
    ProblemStatus,
    Region,
    Role,
    Sector,
    SizeBucket,
    SolutionStatus,
    Stage,
    SuggestionStatus,
    WorkRole,
)
from app.store.catalogue import Problem, Solution
from app.store.introductions import Introduction
from app.store.matches import Suggestion
from app.store.people import Account, Membership, Organisation, Workplace
from app.store.unit_of_work import Database, UnitOfWork
from app.use_cases.introductions import introduce_by_hand, take_introduction_step
from app.use_cases.steps import begin
from app.use_cases.texts import keep_version

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
EXPLANATION: dict[str, Any] = {
    "terms": [{"problem_word": "natlige tilsyn", "solution_word": "skærmbesøg", "share": 0.6}],
    "fits": [{"name": "sector", "problem": ["elderly_care"], "solution": ["elderly_care"]}],
    "differs": [{"name": "size", "problem": ["20_99"], "solution": ["500_plus"]}],
}


class World:
    """A database with a clock of its own, and short ways to put things into it."""

    def __init__(self, url: str) -> None:
        self.now = MONDAY
        self.database = Database(url, clock=self._tick)
        self.members: dict[UUID, Actor] = {}
        self.consultant = self.person("Konsulent", roles=(Role.CONSULTANT,))
        self.other_consultant = self.person("Anden Konsulent", roles=(Role.CONSULTANT,))
        self.adopter_place, self.adopter = self.place("Plejecenter Engen", "Nordby Kommune")
        self.owner_place, self.owner = self.place("Hjemmeplejen Syd", "Sydby Kommune")

    def _tick(self) -> datetime:
        """No two transactions happen at the same moment."""
        self.now += timedelta(milliseconds=1)
        return self.now

    def pass_time(self, **length: float) -> None:
        """Move the clock: days=31, hours=2."""
        self.now += timedelta(**length)

    def person(
        self, name: str, *, roles: tuple[Role, ...] = (Role.ADOPTER, Role.OWNER), workplace_id: UUID | None = None
    ) -> Actor:
        with self.database.transaction() as uow:
            account = Account(
                email=f"{uuid4().hex[:10]}@example.dk", display_name=name, phone="+45 00 00 12 34",
                password_hash="x", roles=[role.value for role in roles], work_role=WorkRole.LEADER,
                language=Language.DANISH, email_verified_at=self.now, created_at=self.now,
            )  # fmt: skip
            uow.session.add(account)
            uow.session.flush()
            if workplace_id:
                uow.session.add(
                    Membership(account_id=account.id, workplace_id=workplace_id, created_at=self.now)
                )  # fmt: skip
            workplaces = frozenset({workplace_id} if workplace_id else ())
            actor = Actor(account.id, frozenset(roles), workplaces, account.display_name)
            if workplace_id:
                self.members.setdefault(workplace_id, actor)
            return actor

    def place(self, name: str, organisation: str, *, at_a_time: int = 2, per_quarter: int = 6) -> tuple[UUID, Actor]:
        """Return a new workplace in a new organisation, and its contact."""
        with self.database.transaction() as uow:
            parent = Organisation(
                name=organisation, kind=OrganisationKind.KOMMUNE, region=Region.MIDTJYLLAND, aliases=[],
                created_at=self.now,
            )  # fmt: skip
            uow.session.add(parent)
            uow.session.flush()
            workplace = Workplace(
                organisation_id=parent.id, name=name, sector=Sector.ELDERLY_CARE, size=SizeBucket.FROM_20,
                region=Region.MIDTJYLLAND, capacity_at_a_time=at_a_time, capacity_per_quarter=per_quarter,
                created_at=self.now,
            )  # fmt: skip
            uow.session.add(workplace)
            uow.session.flush()
            workplace_id = workplace.id
        return workplace_id, self.person(f"Kontakt {name}", workplace_id=workplace_id)

    def problem(self, workplace_id: UUID | None = None, **fields: Any) -> UUID:
        """Return a problem that is open unless `status` says otherwise."""
        given: dict[str, Any] = {
            "status": ProblemStatus.OPEN,
            "workplace_id": workplace_id or self.adopter_place,
            "title": "Natlige tilsyn vækker borgerne",
            "situation": "Personalet går natlige tilsyn hos borgere, der bliver vækket og er trætte om dagen.",
            "tried": "Vi har prøvet færre tilsyn.",
            "better": "Borgerne sover, og vi ved, at de er trygge.",
            "context": "Plejecenter med 40 boliger.",
            "sector": Sector.ELDERLY_CARE,
        } | fields
        return self._text(Problem, given)

    def solution(self, workplace_id: UUID | None = None, **fields: Any) -> UUID:
        """Return a solution that is published unless `status` says otherwise."""
        given: dict[str, Any] = {
            "status": SolutionStatus.PUBLISHED,
            "workplace_id": workplace_id or self.owner_place,
            "title": "Skærmbesøg om natten",
            "problem_text": "Natlige tilsyn vækker borgerne og tager tid fra personalet.",
            "description": "Tilsyn sker over en skærm, når borgeren ønsker det. Borgerne sover hele natten.",
            "for_whom": "Borgere i hjemmeplejen",
            "value_text": "Færre forstyrrelser",
            "value_kinds": ["quality"],
            "year_in_use": 2022,
            "stage": Stage.VALUE_SHOWN,
            "sector": Sector.ELDERLY_CARE,
            "published_at": self.now,
            "approved_at": self.now,
        } | fields
        return self._text(Solution, given)

    def _text(self, table: Any, given: dict[str, Any]) -> UUID:
        with self.database.transaction() as uow:
            text = table(text_changed_at=self.now, created_at=self.now, language=Language.DANISH, **given)
            uow.session.add(text)
            begin(uow, actor=SYSTEM, thing=text)
            keep_version(uow, actor=SYSTEM, text=text)
            text_id: UUID = text.id
            return text_id

    def suggestion(
        self, problem_id: UUID, solution_id: UUID, *, status: SuggestionStatus = SuggestionStatus.SUGGESTED,
        label: str = "strong", score: float = 0.62, explanation: dict[str, Any] | None = None,
    ) -> UUID:  # fmt: skip
        with self.database.transaction() as uow:
            suggestion = Suggestion(
                problem_id=problem_id, solution_id=solution_id, status=status, score=score, label=label,
                explanation=explanation or EXPLANATION, matcher="terms 1 abc", problem_text_version=1,
                solution_text_version=1, suggested_at=self.now,
            )  # fmt: skip
            uow.session.add(suggestion)
            begin(uow, actor=SYSTEM, thing=suggestion)
            return suggestion.id

    def introduction(self, problem_id: UUID | None = None, solution_id: UUID | None = None, *steps: str) -> UUID:
        """Return an introduction prepared by hand, moved on by `steps` of whoever may take them."""
        problem_id, solution_id = problem_id or self.problem(), solution_id or self.solution()
        with self.database.transaction() as uow:
            introduction = introduce_by_hand(
                uow, actor=self.consultant, problem_id=problem_id, solution_id=solution_id,
                words_to_adopter="Ord til genbrugeren", words_to_owner="Ord til løsningsejeren",
            )  # fmt: skip
            introduction_id = introduction.id
        for step in steps:
            self.step(introduction_id, step)
        return introduction_id

    def step(self, introduction_id: UUID, step: str, actor: Actor | None = None, **given: Any) -> None:
        """Take a step with an introduction as the one whose step it is, unless `actor` says otherwise."""
        with self.database.transaction() as uow:
            take_introduction_step(
                uow,
                actor=actor or self._whose(uow, introduction_id, step),
                introduction_id=introduction_id,
                step=step,
                **given,
            )

    def _whose(self, uow: UnitOfWork, introduction_id: UUID, step: str) -> Actor:
        introduction = uow.session.get_one(Introduction, introduction_id)
        if step == "expire":
            return SYSTEM
        if step.endswith("as_adopter") or step == "reconfirm":
            return self.members[introduction.adopter_workplace_id]
        if step.endswith("as_owner") or step in {"start_dialogue", "propose_conclusion"}:
            return self.members[introduction.owner_workplace_id]
        return self.consultant

    def status(self, introduction_id: UUID) -> IntroductionStatus:
        return IntroductionStatus(self.read(Introduction, introduction_id).status)

    def read(self, table: Any, thing_id: UUID) -> Any:
        """Return a row as it stands in the database now."""
        with self.database.reading() as uow:
            row = uow.session.get_one(table, thing_id)
            uow.session.expunge(row)
            return row


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run `acts` in threads that start at one barrier; return what each returned or raised, in order."""
    barrier = Barrier(len(acts))
    outcomes: list[Any] = [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        barrier.wait(timeout=30)
        try:
            outcomes[place] = act()
        except Exception as error:  # noqa: BLE001 - the outcome is what the test looks at
            outcomes[place] = error

    threads = [Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return outcomes
