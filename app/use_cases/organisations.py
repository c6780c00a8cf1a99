"""Organisations and workplaces: find the one that is meant, join it, found a new one, and say what it can take."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from sqlalchemy import exists, select

from app.domain.danish import sort_key
from app.domain.errors import InputMissing, LinkNotValid, NotFound, NotPermitted
from app.domain.plain_text import one_line
from app.domain.vocabulary import Actor, OrganisationKind, Region, Sector, SizeBucket
from app.store.catalogue import Problem, Solution
from app.store.people import Account, Membership, Organisation, Workplace
from app.store.unit_of_work import UnitOfWork
from app.use_cases import introductions
from app.use_cases.accounts import actor_for
from app.use_cases.alike_names import likeness
from app.use_cases.subjects import LOCK
from config.reference.organisations import cvr_is_valid

CLOSE = 0.82
WORTH_SHOWING = 0.5
MOST_AT_A_TIME = 50
MOST_PER_QUARTER = 200
# Addresses here say nothing about where somebody works.
_FREE_MAIL = frozenset(
    """
    gmail.com googlemail.com hotmail.com hotmail.dk outlook.com outlook.dk live.dk live.com msn.com icloud.com me.com
    yahoo.com yahoo.dk mail.dk mail.com gmx.com proton.me protonmail.com jubii.dk ofir.dk stofanet.dk tdcadsl.dk
    youmail.dk webspeed.dk fastmail.com
    """.split()  # noqa: SIM905 - a list of this length reads better as text
)


class KnownOrganisation(Protocol):
    """One row of the reference list. kind, region: values of the vocabulary; cvr: empty when not surely known."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def kind(self) -> str: ...  # noqa: D102
    @property
    def region(self) -> str: ...  # noqa: D102
    @property
    def cvr(self) -> str: ...  # noqa: D102
    @property
    def aliases(self) -> tuple[str, ...]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Alike:
    """An organisation that may be meant. score: from 0 to 1; is_close: so alike that one should ask."""

    id: UUID
    name: str
    kind: OrganisationKind
    region: Region | None
    score: float
    is_close: bool


@dataclass(frozen=True, slots=True)
class OrganisationFacts:
    """What a page tells of an organisation."""

    id: UUID
    name: str
    kind: OrganisationKind
    region: Region | None


@dataclass(frozen=True, slots=True)
class WorkplaceLine:
    """A workplace in a list. has_members: somebody is a contact there already."""

    id: UUID
    name: str
    organisation: str
    has_members: bool


def find_alike(uow: UnitOfWork, *, typed: str, limit: int = 8) -> list[Alike]:
    """Return the organisations that `typed` may mean, the best first, equals in Danish order.

    Names and aliases of the whole table are compared: about 1 ms for 170 organisations.
    """
    rows = uow.session.execute(
        select(Organisation.id, Organisation.name, Organisation.kind, Organisation.region, Organisation.aliases)
    )
    scored = [(likeness(typed, (row.name, *row.aliases)), row) for row in rows]
    best = sorted(
        (pair for pair in scored if pair[0] >= WORTH_SHOWING), key=lambda pair: (-pair[0], sort_key(pair[1].name))
    )
    return [Alike(row.id, row.name, row.kind, row.region, score, score >= CLOSE) for score, row in best[:limit]]


def organisation_of(uow: UnitOfWork, *, organisation_id: UUID) -> OrganisationFacts:
    """Return what is known of the organisation. Raises NotFound."""
    organisation = uow.session.get(Organisation, organisation_id)
    if organisation is None:
        raise NotFound(f"no organisation {organisation_id}")
    return OrganisationFacts(organisation.id, organisation.name, organisation.kind, organisation.region)


def workplaces_in(uow: UnitOfWork, *, organisation_id: UUID) -> list[WorkplaceLine]:
    """Return the organisation's workplaces in Danish order."""
    return _lines(uow, organisation_id=organisation_id)


def workplaces_of(uow: UnitOfWork, *, actor: Actor) -> list[WorkplaceLine]:
    """Return the actor's own workplaces in Danish order."""
    return _lines(uow, only=actor.workplace_ids)


def _lines(
    uow: UnitOfWork, *, organisation_id: UUID | None = None, only: frozenset[UUID] | None = None
) -> list[WorkplaceLine]:
    found = select(
        Workplace.id,
        Workplace.name,
        Organisation.name.label("organisation"),
        exists().where(Membership.workplace_id == Workplace.id).label("has_members"),
    ).join(Organisation, Organisation.id == Workplace.organisation_id)
    if organisation_id is not None:
        found = found.where(Workplace.organisation_id == organisation_id)
    if only is not None:
        found = found.where(Workplace.id.in_(only))
    lines = [WorkplaceLine(*row) for row in uow.session.execute(found)]
    return sorted(lines, key=lambda line: (sort_key(line.organisation), sort_key(line.name)))


def create_organisation(
    uow: UnitOfWork, *, actor: Actor, name: str, kind: OrganisationKind, region: Region | None, cvr: str = ""
) -> UUID:
    """Found an organisation that is not in the list yet, and return its id.

    The form looks for a close one first (`find_alike`). cvr: 8 digits, spaces allowed, or empty. Raises
    NotPermitted for visitors, and InputMissing with the code "cvr_not_valid", "cvr_taken" or "organisation_exists".
    """
    if not actor.is_signed_in:
        raise NotPermitted("only people who have signed in found organisations")
    name, cvr = one_line(name), "".join(cvr.split())
    if not name:
        raise InputMissing("an organisation needs a name", field="name")
    if cvr and not cvr_is_valid(cvr):
        raise InputMissing(f"{cvr!r} is no CVR number", field="cvr", code="cvr_not_valid")
    # Compared here: SQLite's lower() leaves Æ, Ø and Å as they are.
    if name.casefold() in {known.casefold() for known in uow.session.scalars(select(Organisation.name))}:
        raise InputMissing("there is an organisation of this name", field="name", code="organisation_exists")
    if cvr and uow.session.scalar(select(Organisation.id).where(Organisation.cvr == cvr)):
        raise InputMissing("another organisation has this CVR number", field="cvr", code="cvr_taken")
    organisation = Organisation(name=name, kind=kind, region=region, cvr=cvr or None, aliases=[], created_at=uow.now)
    uow.session.add(organisation)
    uow.session.flush()
    return organisation.id


def join(
    uow: UnitOfWork,
    *,
    actor: Actor,
    organisation_id: UUID,
    workplace_name: str,
    sector: Sector | None,
    size: SizeBucket | None,
    region: Region | None,
) -> UUID:
    """Make the actor a contact of the workplace of this name, founding it when it is new; return its id.

    What a workplace has written is its members' business: into one that has members or texts already come only
    people whose address is at the same place as a member's (see `may_walk_in`), others by a member's invitation.
    Raises NotFound, InputMissing, NotPermitted (code "needs_invitation").
    """
    account = _acting_account(uow, actor)
    organisation = organisation_of(uow, organisation_id=organisation_id)
    name = one_line(workplace_name)
    if not name:
        raise InputMissing("a workplace needs a name", field="workplace_name")
    same_place = select(Workplace).where(Workplace.organisation_id == organisation.id)
    workplace = next((one for one in uow.session.scalars(same_place) if one.name.casefold() == name.casefold()), None)
    if workplace is None:
        workplace = Workplace(
            organisation_id=organisation.id,
            name=name,
            sector=sector,
            size=size,
            region=region or organisation.region,
            created_at=uow.now,
        )
        uow.session.add(workplace)
        uow.session.flush()
    elif not may_walk_in(uow, account=account, workplace_id=workplace.id):
        raise NotPermitted(f"workplace {workplace.id} invites its members", code="needs_invitation")
    _add_member(uow, account_id=account.id, workplace_id=workplace.id)
    return workplace.id


def may_walk_in(uow: UnitOfWork, *, account: Account, workplace_id: UUID) -> bool:
    """Whether this account may become a contact of an existing workplace without being invited."""
    members = uow.session.scalars(
        select(Account)
        .join(Membership, Membership.account_id == Account.id)
        .where(Membership.workplace_id == workplace_id)
    ).all()
    if any(member.id == account.id for member in members):
        return True
    if not members:
        return not _has_texts(uow, workplace_id)
    domain = account.email.rpartition("@")[2]
    return domain not in _FREE_MAIL and any(
        member.email.rpartition("@")[2] == domain and member.email_verified_at and not member.disabled_at
        for member in members
    )


def _has_texts(uow: UnitOfWork, workplace_id: UUID) -> bool:
    return any(
        uow.session.scalar(select(table.id).where(table.workplace_id == workplace_id).limit(1))
        for table in (Problem, Solution)
    )


def may_invite(actor: Actor, workplace_id: UUID) -> bool:
    """Whether the actor may invite somebody to the workplace: members, and those who run the service."""
    return workplace_id in actor.workplace_ids or actor.is_consultant or actor.is_administrator


def join_by_invitation(uow: UnitOfWork, *, actor: Actor, workplace_id: UUID, invited_by: UUID) -> None:
    """Make the actor a contact of the workplace; the door has checked the invitation's link.

    invited_by: who made the link. An invitation from somebody who might no longer invite is void.
    Raises NotFound, LinkNotValid.
    """
    account = _acting_account(uow, actor)
    workplace_of(uow, workplace_id=workplace_id)
    inviting = uow.session.get(Account, invited_by)
    if inviting is None or inviting.disabled_at or not may_invite(actor_for(uow, inviting), workplace_id):
        raise LinkNotValid(f"account {invited_by} does not invite to {workplace_id} any more")
    _add_member(uow, account_id=account.id, workplace_id=workplace_id)


def leave(uow: UnitOfWork, *, actor: Actor, workplace_id: UUID) -> None:
    """End the actor's membership; the workplace keeps everything that was written. Raises NotFound."""
    membership = uow.session.get(Membership, (actor.account_id, workplace_id)) if actor.account_id else None
    if membership is None:
        raise NotFound(f"the actor is no member of {workplace_id}")
    uow.session.delete(membership)


def workplace_of(uow: UnitOfWork, *, workplace_id: UUID) -> WorkplaceLine:
    """Return the workplace's names. Raises NotFound."""
    lines = _lines(uow, only=frozenset({workplace_id}))
    if not lines:
        raise NotFound(f"no workplace {workplace_id}")
    return lines[0]


def change_workplace(
    uow: UnitOfWork,
    *,
    actor: Actor,
    workplace_id: UUID,
    sector: Sector | None,
    size: SizeBucket | None,
    region: Region | None,
    at_a_time: int,
    per_quarter: int,
) -> None:
    """Change what is known of a workplace and how many introductions it takes as an owner.

    at_a_time: open at once; per_quarter: begun in 91 days; 0 closes the door for now. Raises NotFound,
    NotPermitted, InputMissing.
    """
    if workplace_id not in actor.workplace_ids and not actor.is_consultant:
        raise NotPermitted("only members and consultants change a workplace")
    if not 0 <= at_a_time <= MOST_AT_A_TIME:
        raise InputMissing(f"at_a_time {at_a_time} is out of range", field="at_a_time")
    if not 0 <= per_quarter <= MOST_PER_QUARTER:
        raise InputMissing(f"per_quarter {per_quarter} is out of range", field="per_quarter")
    introductions.lock_waiting(uow, workplace_id)  # before the workplace, as everywhere
    workplace = uow.session.get(Workplace, workplace_id, with_for_update=LOCK, populate_existing=True)
    if workplace is None:
        raise NotFound(f"no workplace {workplace_id}")
    workplace.sector, workplace.size, workplace.region = sector, size, region
    workplace.capacity_at_a_time, workplace.capacity_per_quarter = at_a_time, per_quarter
    uow.session.flush()
    # More room may mean that somebody on the waiting list can be asked right away.
    introductions.offer_places_at(uow, workplace_id=workplace_id)


def load_reference(uow: UnitOfWork, *, rows: Iterable[KnownOrganisation]) -> tuple[int, int]:
    """Bring the reference list into the table and return how many organisations are new and how many changed.

    A row is the same organisation when the CVR number or the name is; a second run changes nothing.
    """
    known = uow.session.scalars(select(Organisation)).all()
    by_cvr = {one.cvr: one for one in known if one.cvr}
    by_name = {one.name.casefold(): one for one in known}
    new = changed = 0
    for row in rows:
        facts = {
            "name": row.name, "kind": OrganisationKind(row.kind), "region": Region(row.region) if row.region else None,
            "aliases": list(row.aliases),
        } | ({"cvr": row.cvr} if row.cvr else {})  # fmt: skip
        organisation = by_cvr.get(row.cvr) or by_name.get(row.name.casefold())
        if organisation is None:
            uow.session.add(Organisation(**facts, created_at=uow.now))
            new += 1
            continue
        different = {name: value for name, value in facts.items() if getattr(organisation, name) != value}
        for name, value in different.items():
            setattr(organisation, name, value)
        changed += bool(different)
    return new, changed


def _acting_account(uow: UnitOfWork, actor: Actor) -> Account:
    account = uow.session.get(Account, actor.account_id) if actor.account_id else None
    if account is None:
        raise NotPermitted("only people who have signed in join workplaces")
    return account


def _add_member(uow: UnitOfWork, *, account_id: UUID, workplace_id: UUID) -> None:
    if uow.session.get(Membership, (account_id, workplace_id)) is None:
        uow.session.add(Membership(account_id=account_id, workplace_id=workplace_id, created_at=uow.now))
        uow.session.flush()
