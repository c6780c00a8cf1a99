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
    Reason,
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
from app.use_cases.introductions import express_interest, introduce_by_hand, take_introduction_step
from app.use_cases.passwords import hashed
from app.use_cases.problems import begin_problem, take_problem_step
from app.use_cases.solutions import begin_solution, take_solution_step

DATA = Path(__file__).parent / "data"
LONG_AGO = timedelta(days=700)
BETWEEN_MOVES = timedelta(hours=20)
NOT_FIELDS = frozenset(
    {
        "slug", "workplace", "status", "days_ago", "language", "decision_in_days", "note", "reason", "question", "fits",
        "solved_by", "flagged_not_proven", "paused_until",
    }
)  # fmt: skip
# So many moves make a problem open or a solution published; introductions come before the moves after that.
PROBLEM_LIVE_AFTER = SOLUTION_LIVE_AFTER = 3
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
        solutions, problems = list(_records("solutions", "solution")), list(_records("problems", "problem"))
        introductions = sorted(_records("introductions", "introduction"), key=_age, reverse=True)
        earliest = _earliest(introductions)
        for record in solutions:
            _begin_solution(demo, record, earliest)
        for record in problems:
            _begin_problem(demo, record, earliest)
        for record in introductions:
            _introduction(demo, record)
        for record in solutions:
            _end_solution(demo, record)
        for record in problems:
            _end_problem(demo, record)
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
    password_hash = hashed(DEMO_PASSWORD)
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
        language=Language(person.get("language", "da")),
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


def _earliest(introductions: list[dict[str, Any]]) -> dict[str, float]:
    """Return for each problem and solution how many days ago it must have been live for its introductions."""
    earliest: dict[str, float] = {}
    for record in introductions:
        began = _age(record) + (len(INTRODUCTION_PATHS[record["status"]]) + 2) * BETWEEN_MOVES / timedelta(days=1)
        for slug in (record["problem"], record["solution"]):
            earliest[slug] = max(began, earliest.get(slug, 0.0))
    return earliest


def _start_clock(demo: Demo, record: dict[str, Any], path: tuple[Move, ...], earliest: dict[str, float]) -> None:
    """Put the clock so that the record's last move falls `days_ago`, or early enough for its introductions."""
    live_for = max(float(_age(record)), earliest.get(record["slug"], 0.0))
    demo.clock.now = demo.today - timedelta(days=live_for) - len(path) * BETWEEN_MOVES


def _begin_solution(demo: Demo, record: dict[str, Any], earliest: dict[str, float]) -> None:
    owner = demo.contacts[record["workplace"]]
    path = SOLUTION_PATHS[record["status"]]
    _start_clock(demo, record, path, earliest)
    with demo.database.transaction() as uow:
        made = begin_solution(
            uow,
            actor=owner,
            workplace_id=demo.workplaces[record["workplace"]],
            language=Language(record.get("language", "da")),
            fields=_fields(demo, record),
        )
    demo.solutions[record["slug"]] = made.id
    _move_solution(demo, record, path[:SOLUTION_LIVE_AFTER])


def _end_solution(demo: Demo, record: dict[str, Any]) -> None:
    rest = SOLUTION_PATHS[record["status"]][SOLUTION_LIVE_AFTER:]
    demo.clock.now = demo.today - timedelta(days=_age(record))
    _move_solution(demo, record, rest)


def _move_solution(demo: Demo, record: dict[str, Any], path: tuple[Move, ...]) -> None:
    for move in path:
        with demo.database.transaction() as uow:
            take_solution_step(
                uow,
                actor=_who(demo, move, owner=demo.contacts[record["workplace"]]),
                solution_id=demo.solutions[record["slug"]],
                step=move.step,
                reason=_reason(record, move),
                note=_words(record, move),
                not_proven=record.get("flagged_not_proven", False),
                paused_until=record.get("paused_until"),
            )
        _later(demo)


def _begin_problem(demo: Demo, record: dict[str, Any], earliest: dict[str, float]) -> None:
    adopter = demo.contacts[record["workplace"]]
    path = PROBLEM_PATHS[record["status"]]
    _start_clock(demo, record, path, earliest)
    with demo.database.transaction() as uow:
        made = begin_problem(
            uow,
            actor=adopter,
            workplace_id=demo.workplaces[record["workplace"]],
            language=Language(record.get("language", "da")),
            fields=_fields(demo, record),
        )
    demo.problems[record["slug"]] = made.id
    _move_problem(demo, record, path[:PROBLEM_LIVE_AFTER])


def _end_problem(demo: Demo, record: dict[str, Any]) -> None:
    rest = PROBLEM_PATHS[record["status"]][PROBLEM_LIVE_AFTER:]
    demo.clock.now = demo.today - timedelta(days=_age(record))
    _move_problem(demo, record, rest)
    if "solved_by" in record:
        with demo.database.transaction() as uow:
            uow.session.get_one(Problem, demo.problems[record["slug"]]).solved_by_id = demo.solutions[
                record["solved_by"]
            ]


def _move_problem(demo: Demo, record: dict[str, Any], path: tuple[Move, ...]) -> None:
    for move in path:
        with demo.database.transaction() as uow:
            take_problem_step(
                uow,
                actor=_who(demo, move, adopter=demo.contacts[record["workplace"]]),
                problem_id=demo.problems[record["slug"]],
                step=move.step,
                reason=_reason(record, move),
                note=_words(record, move),
            )
        _later(demo)


def _reason(record: dict[str, Any], move: Move) -> Reason | None:
    """Return the record's own reason for a step that takes one, else the usual one."""
    return Reason(record["reason"]) if move.reason is not None and "reason" in record else move.reason


def _words(record: dict[str, Any], move: Move) -> str:
    """Return the record's own words for a step that takes some, else the usual ones."""
    if not move.note:
        return ""
    own = record.get("question") if move.step == "ask_for_info" else record.get("note")
    return str(own or move.note).strip()


def _introduction(demo: Demo, record: dict[str, Any]) -> None:
    problem_id, solution_id = demo.problems[record["problem"]], demo.solutions[record["solution"]]
    adopter, owner = _sides(demo, problem_id, solution_id)
    consultant = demo.staff[record["consultant"]]
    path = _path_of(record)
    demo.clock.now = demo.today - timedelta(days=_age(record)) - len(path) * BETWEEN_MOVES
    with demo.database.transaction() as uow:
        if record.get("asked_by_adopter"):
            made = express_interest(
                uow, actor=adopter, problem_id=problem_id, solution_id=solution_id, words=record["interest"]
            )
        else:
            made = introduce_by_hand(uow, actor=consultant, problem_id=problem_id, solution_id=solution_id)
        made.words_to_adopter = record.get("words_to_adopter", "").strip()
        made.words_to_owner = record.get("words_to_owner", "").strip()
    people = {"consultant": consultant, "system": SYSTEM, "adopter": adopter, "owner": owner}
    for move in path:
        _later(demo)
        with demo.database.transaction() as uow:
            take_introduction_step(
                uow,
                actor=people[move.who],
                introduction_id=made.id,
                step=move.step,
                reason=_reason(record, move),
                note=str(record.get("note", move.note) if move is path[-1] else move.note).strip(),
            )
    with demo.database.reading() as uow:
        status = uow.session.get_one(Introduction, made.id).status
    if status != record["status"]:
        raise ValueError(f"{record['problem']} and {record['solution']} came to {status}, not {record['status']}")


def _path_of(record: dict[str, Any]) -> tuple[Move, ...]:
    """Return the moves to the record's state; an adopter who asked herself is not asked again."""
    path = INTRODUCTION_PATHS[record["status"]]
    if not record.get("asked_by_adopter"):
        return path
    own_way = [Move("consultant", "ask_owner") if move.step == "accept_as_adopter" else move for move in path]
    return tuple(move for move in own_way if move.step != "ask_adopter")


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
