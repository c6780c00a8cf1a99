"""Fill an empty database with the demo's workplaces, problems, solutions and introductions.

Nothing is put into a table by hand that a person could have done: the demo lives its life through the use cases,
with a clock that stands in the past, so that histories, deadlines and waiting lists are real.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update

from app.demo.logins import DEMO_PASSWORD
from app.demo.paths import INTRODUCTION_PATHS, PROBLEM_PATHS, SOLUTION_PATHS, Move
from app.domain.danish import sort_key
from app.domain.vocabulary import (
    SYSTEM,
    Actor,
    IntroductionStatus,
    Language,
    OrganisationKind,
    Region,
    Role,
    Sector,
    SizeBucket,
    Stage,
    WorkRole,
)
from app.store.catalogue import Problem, Solution
from app.store.introductions import Introduction
from app.store.outbox import Delivery, Lane, OutboxMessage
from app.store.people import Account, Membership, Organisation, Workplace
from app.store.unit_of_work import Database, UnitOfWork, utc_now
from app.use_cases.accounts import hash_password
from app.use_cases.introductions import express_interest, introduce_by_hand, take_introduction_step
from app.use_cases.problems import begin_problem, take_problem_step
from app.use_cases.solutions import begin_solution, take_solution_step

DATA = Path(__file__).parent / "data"
LONG_AGO = timedelta(days=700)
BETWEEN_MOVES = timedelta(hours=20)
NOT_FIELDS = frozenset({"slug", "workplace", "status", "days_ago", "language", "decision_in_days", "approved", "note"})
WORDS: dict[str, Any] = {"sector": Sector, "stage": Stage, "wish_work_role": WorkRole, "size": SizeBucket}


@dataclass(slots=True)
class Clock:
    """A clock that stands where it is put."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        """Return where it stands."""
        return self.now


@dataclass(slots=True)
class Demo:
    """What the loader has made so far, by slug."""

    database: Database
    clock: Clock
    today: datetime
    workplaces: dict[str, UUID] = field(default_factory=dict)
    contacts: dict[str, Actor] = field(default_factory=dict)
    staff: dict[str, Actor] = field(default_factory=dict)
    problems: dict[str, UUID] = field(default_factory=dict)
    solutions: dict[str, UUID] = field(default_factory=dict)

    @property
    def consultant(self) -> Actor:
        """Return the consultant who does the demo's reviews."""
        return next(actor for actor in self.staff.values() if actor.is_consultant)


def load_demo(database_url: str, *, today: datetime | None = None) -> bool:
    """Fill the database; return False and change nothing when it holds accounts already. today: aware UTC."""
    clock = Clock()
    demo = Demo(Database(database_url, clock=clock), clock, today or utc_now())
    try:
        with demo.database.reading() as uow:
            if uow.session.scalar(select(func.count()).select_from(Account)):
                return False
        demo.clock.now = demo.today - LONG_AGO
        with demo.database.transaction() as uow:
            _people(uow, demo)
        for record in sorted(_records("solutions", "solution"), key=_age, reverse=True):
            _solution(demo, record)
        for record in sorted(_records("problems", "problem"), key=_age, reverse=True):
            _problem(demo, record)
        for record in sorted(_records("introductions", "introduction"), key=_age, reverse=True):
            _introduction(demo, record)
        demo.clock.now = demo.today
        with demo.database.transaction() as uow:
            _forget_old_notices(uow)
    finally:
        demo.database.dispose()
    return True


def _records(name: str, kind: str) -> Iterator[dict[str, Any]]:
    """Yield the records of one kind, from the file or the files in the folder of this name."""
    place = DATA / name
    files = sorted(place.glob("*.toml")) if place.is_dir() else [DATA / f"{name}.toml"]
    for file in files:
        yield from tomllib.loads(file.read_text(encoding="utf-8")).get(kind, [])


def _age(record: dict[str, Any]) -> int:
    return int(record.get("days_ago", 0))


def _people(uow: UnitOfWork, demo: Demo) -> None:
    password_hash = hash_password(DEMO_PASSWORD)
    for organisation in sorted(_records("organisations", "organisation"), key=lambda row: sort_key(row["name"])):
        made = Organisation(
            name=organisation["name"],
            kind=OrganisationKind(organisation["kind"]),
            region=Region(organisation["region"]) if organisation.get("region") else None,
            aliases=organisation.get("aliases", []),
            created_at=uow.now,
        )
        uow.session.add(made)
        uow.session.flush()
        for workplace in organisation["workplace"]:
            _workplace(uow, demo, made, workplace, password_hash)
    staff = tomllib.loads((DATA / "people.toml").read_text(encoding="utf-8"))
    for role in (Role.CONSULTANT, Role.ADMINISTRATOR):
        for person in staff[role.value]:
            account = _account(uow, person, [role], password_hash)
            demo.staff[person["slug"]] = Actor(account.id, frozenset({role}), display_name=account.display_name)


def _workplace(
    uow: UnitOfWork, demo: Demo, organisation: Organisation, record: dict[str, Any], password_hash: str
) -> None:
    capacity = record.get("capacity", {})
    workplace = Workplace(
        organisation_id=organisation.id,
        name=record["name"],
        sector=Sector(record["sector"]),
        size=SizeBucket(record["size"]),
        region=organisation.region,
        capacity_at_a_time=capacity.get("at_a_time", 2),
        capacity_per_quarter=capacity.get("per_quarter", 6),
        created_at=uow.now,
    )
    uow.session.add(workplace)
    uow.session.flush()
    contact = record["contact"]
    roles = [role for role in (Role.ADOPTER, Role.OWNER) if contact[role.value]]
    account = _account(uow, contact, roles, password_hash)
    uow.session.add(Membership(account_id=account.id, workplace_id=workplace.id, created_at=uow.now))
    demo.workplaces[record["slug"]] = workplace.id
    demo.contacts[record["slug"]] = Actor(
        account.id, frozenset(roles), frozenset({workplace.id}), display_name=account.display_name
    )


def _account(uow: UnitOfWork, person: dict[str, Any], roles: list[Role], password_hash: str) -> Account:
    account = Account(
        email=person["email"],
        display_name=person["name"],
        phone=person.get("phone", ""),
        password_hash=password_hash,
        roles=[role.value for role in roles],
        work_role=WorkRole(person["work_role"]),
        language=Language.DANISH,
        email_verified_at=uow.now,
        created_at=uow.now,
    )
    uow.session.add(account)
    uow.session.flush()
    return account


def _fields(demo: Demo, record: dict[str, Any]) -> dict[str, Any]:
    fields = {name: value for name, value in record.items() if name not in NOT_FIELDS}
    fields = {name: value.strip() if isinstance(value, str) else value for name, value in fields.items()}
    for name, words in WORDS.items():
        if fields.get(name):
            fields[name] = words(fields[name])
    if "decision_in_days" in record:
        fields["decision_by"] = (demo.today + timedelta(days=record["decision_in_days"])).date()
    return fields


def _solution(demo: Demo, record: dict[str, Any]) -> None:
    owner = demo.contacts[record["workplace"]]
    demo.clock.now = demo.today - timedelta(days=_age(record))
    with demo.database.transaction() as uow:
        made = begin_solution(
            uow,
            actor=owner,
            workplace_id=demo.workplaces[record["workplace"]],
            language=Language(record.get("language", "da")),
            fields=_fields(demo, record),
        )
    demo.solutions[record["slug"]] = made.id
    not_proven = made.stage not in {Stage.VALUE_SHOWN, Stage.EVALUATED, Stage.SPREAD}
    for move in SOLUTION_PATHS[record["status"]]:
        with demo.database.transaction() as uow:
            take_solution_step(
                uow, actor=_who(demo, move, owner=owner), solution_id=made.id, step=move.step, reason=move.reason,
                note=move.note, not_proven=not_proven,
            )  # fmt: skip
        _later(demo)


def _problem(demo: Demo, record: dict[str, Any]) -> None:
    adopter = demo.contacts[record["workplace"]]
    demo.clock.now = demo.today - timedelta(days=_age(record))
    with demo.database.transaction() as uow:
        made = begin_problem(
            uow,
            actor=adopter,
            workplace_id=demo.workplaces[record["workplace"]],
            language=Language(record.get("language", "da")),
            fields=_fields(demo, record),
        )
    demo.problems[record["slug"]] = made.id
    for move in PROBLEM_PATHS[record["status"]]:
        with demo.database.transaction() as uow:
            take_problem_step(
                uow, actor=_who(demo, move, adopter=adopter), problem_id=made.id, step=move.step,
                reason=move.reason, note=move.note,
            )  # fmt: skip
        _later(demo)


def _introduction(demo: Demo, record: dict[str, Any]) -> None:
    problem_id, solution_id = demo.problems[record["problem"]], demo.solutions[record["solution"]]
    adopter, owner = _sides(demo, problem_id, solution_id)
    demo.clock.now = demo.today - timedelta(days=_age(record))
    with demo.database.transaction() as uow:
        if record.get("interest"):
            made = express_interest(
                uow, actor=adopter, problem_id=problem_id, solution_id=solution_id, words=record["interest"]
            )
        else:
            made = introduce_by_hand(uow, actor=demo.consultant, problem_id=problem_id, solution_id=solution_id)
        made.words_to_adopter = record.get("words_to_adopter", "").strip()
        made.words_to_owner = record.get("words_to_owner", "").strip()
    for move in INTRODUCTION_PATHS[record["status"]]:
        if made.asked_by_adopter and move.step == "ask_adopter":
            continue
        step = "ask_owner" if made.asked_by_adopter and move.step == "accept_as_adopter" else move.step
        actor = demo.consultant if step == "ask_owner" else _who(demo, move, adopter=adopter, owner=owner)
        with demo.database.transaction() as uow:
            take_introduction_step(
                uow, actor=actor, introduction_id=made.id, step=step, reason=record.get("reason") or move.reason,
                note=record.get("note", "").strip() or move.note,
            )  # fmt: skip
        _later(demo)


def _sides(demo: Demo, problem_id: UUID, solution_id: UUID) -> tuple[Actor, Actor]:
    with demo.database.reading() as uow:
        adopter_workplace = uow.session.get_one(Problem, problem_id).workplace_id
        owner_workplace = uow.session.get_one(Solution, solution_id).workplace_id
    by_workplace = {next(iter(actor.workplace_ids)): actor for actor in demo.contacts.values()}
    return by_workplace[adopter_workplace], by_workplace[owner_workplace]


def _who(demo: Demo, move: Move, **sides: Actor) -> Actor:
    return {"consultant": demo.consultant, "system": SYSTEM, **sides}[move.who]


def _later(demo: Demo) -> None:
    """Let a while pass, but never into the future."""
    demo.clock.now = min(demo.clock.now + BETWEEN_MOVES, demo.today)


def _forget_old_notices(uow: UnitOfWork) -> None:
    """Nobody is told today of what happened long ago; only questions that still wait for an answer go out."""
    asking = {IntroductionStatus.ASKING_ADOPTER: "AdopterAsked", IntroductionStatus.ASKING_OWNER: "OwnerAsked"}
    waiting = uow.session.execute(
        select(Introduction.id, Introduction.status).where(Introduction.status.in_(asking))
    ).all()
    wanted = {(str(introduction_id), asking[status]) for introduction_id, status in waiting}
    notices = uow.session.scalars(select(OutboxMessage).where(OutboxMessage.lane == Lane.NOTICES)).all()
    old = [row.id for row in notices if (row.payload["subject_id"], row.name) not in wanted]
    uow.session.execute(
        update(OutboxMessage).where(OutboxMessage.id.in_(old)).values(state=Delivery.DONE, done_at=uow.now)
    )
