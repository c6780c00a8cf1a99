"""What the matcher knows about words here: the library's groups, and what consultants of this place make of them."""

import hashlib
import logging
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select

from app.domain.errors import Conflict, NotFound, NotPermitted
from app.domain.events import KnowledgeChanged, KnowledgeTried, ProblemMatchWanted
from app.domain.knowledge import WordGroup, check_group
from app.domain.vocabulary import SEEKING_PROBLEM, Actor, GroupKind
from app.store.catalogue import Problem
from app.store.knowledge import KnowledgeGroup, KnowledgePreview, KnowledgeVersion
from app.store.outbox import Lane
from app.store.unit_of_work import UnitOfWork
from matching import Group, Knowledge, shipped

log = logging.getLogger(__name__)

PREVIEWS_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class KnownGroup:
    """One group as consultants see it.

    id: of a group of this installation, None for one of the library as it came; key: of the library's group, "" for
    one that was written here; revision: for the guard against stale writes, 0 where nothing was written yet.
    """

    id: UUID | None
    key: str
    group: WordGroup
    is_active: bool
    revision: int
    changed_at: datetime | None


def require_consultant(actor: Actor) -> None:
    """Raise NotPermitted for everybody who may not teach the matcher."""
    if not (actor.is_consultant or actor.is_administrator):
        raise NotPermitted("only consultants teach the matcher")


def key_of(group: Group) -> str:
    """Return the key of a group of the library: the same as long as its words are."""
    return hashlib.sha256(repr((group.words, group.lay, group.field, group.kind)).encode()).hexdigest()[:16]


def stamp(uow: UnitOfWork) -> tuple[int, datetime | None]:
    """Return what changes with every change of this installation's groups; one small query."""
    row = uow.session.execute(select(func.sum(KnowledgeGroup.revision), func.max(KnowledgeGroup.changed_at))).one()
    return int(row[0] or 0), row[1]


def in_force(uow: UnitOfWork) -> Knowledge:
    """Return what the matcher knows now: exactly the library's knowledge where nothing was written here."""
    return _knowledge(_rows(uow))


def would_be_in_force(uow: UnitOfWork, draft: dict[str, Any]) -> Knowledge:
    """Return what the matcher would know if the group of a preview were saved."""
    rows = _rows(uow)
    tried = [row for row in rows if str(row.id) == draft["id"] or (draft["key"] and row.stands_for == draft["key"])]
    # What a row stands for stays replaced while the draft is in its place.
    replaced = {draft["key"], *(row.stands_for for row in tried)} - {"", None}
    rest = [row for row in rows if row not in tried]
    return _knowledge(rest, replaced=replaced, more=[_group_of(plain_group(draft))])


def list_groups(uow: UnitOfWork, *, search: str = "", field: str = "") -> list[KnownGroup]:
    """Return the groups that hold `search` and belong to `field`: those written here first, the newest on top."""
    rows = _rows(uow)
    replaced = {row.stands_for for row in rows}
    written = [_known(row) for row in sorted(rows, key=lambda row: row.changed_at, reverse=True)]
    came = [_came(group) for key, group in _library().items() if key not in replaced]
    wanted = search.lower().strip()
    return [
        known
        for known in (*written, *came)
        if (not field or known.group.field == field)
        and (not wanted or any(wanted in word for word in (*known.group.words, *known.group.lay)))
    ]


def group_by_id(uow: UnitOfWork, group_id: UUID) -> KnownGroup:
    """Return a group of this installation. Raises NotFound."""
    row = uow.session.get(KnowledgeGroup, group_id)
    if row is None:
        raise NotFound(f"no group {group_id}")
    return _known(row)


def group_by_key(uow: UnitOfWork, key: str) -> KnownGroup:
    """Return a group of the library, or what it was changed to here. Raises NotFound."""
    row = uow.session.scalar(select(KnowledgeGroup).where(KnowledgeGroup.stands_for == key))
    return _known(row) if row is not None else _came(_shipped(key))


def save_group(
    uow: UnitOfWork, *, actor: Actor, group: WordGroup, group_id: UUID | None = None, key: str = "", revision: int = 0
) -> UUID:
    """Write a group, change one of this installation (group_id) or one of the library (key); return its id.

    revision: as it was read. Raises InputMissing (at the field), NotFound, and Conflict (code "group_changed") when
    somebody else was quicker.
    """
    require_consultant(actor)
    row = _row(uow, group_id, key)
    check_group(group, standing=_standing(row, key))
    if row is None:
        row = _new_row(uow, actor, key, group)
    else:
        if row.revision != revision:
            raise Conflict("somebody else has changed this group", code="group_changed")
        row.words, row.lay, row.field, row.kind = list(group.words), list(group.lay), group.field, group.kind.value
        row.note, row.is_active = group.note, True
    return _changed(uow, actor, row)


def switch_group(
    uow: UnitOfWork, *, actor: Actor, is_active: bool, group_id: UUID | None = None, key: str = ""
) -> UUID:
    """Put a group out of force or in force again; return its id. Raises NotFound."""
    require_consultant(actor)
    row = _row(uow, group_id, key)
    if row is None:
        row = _new_row(uow, actor, key, _came(_shipped(key)).group)
    if row.is_active == is_active and row.revision:
        return row.id
    row.is_active = is_active
    return _changed(uow, actor, row)


def others_with(uow: UnitOfWork, group: WordGroup, *, but: UUID | None, key: str) -> list[str]:
    """Return the words of a group that stand in other groups in force as well: allowed, but worth a thought."""
    own = {*group.words, *group.lay}
    found: dict[str, None] = {}
    for known in list_groups(uow):
        if known.is_active and known.id != (but or 0) and (not key or known.key != key):
            found.update(dict.fromkeys(own & {*known.group.words, *known.group.lay}))
    return sorted(found)


def unheard(group: WordGroup) -> list[str]:
    """Return the words of a group that the matcher cannot use: allowed, but they lead nowhere."""
    return Knowledge([_group_of(group)]).unheard


def try_group(
    uow: UnitOfWork, *, actor: Actor, group: WordGroup, group_id: UUID | None, key: str, revision: int = 0
) -> UUID:
    """Ask the workers what a group would change; return the id of the preview. Raises InputMissing and NotFound.

    revision: as it was read. It is kept with the draft, for what happens meanwhile has not been seen when it is saved.
    """
    require_consultant(actor)
    check_group(group, standing=_standing(_row(uow, group_id, key), key))
    if actor.account_id is None:
        raise NotPermitted("a preview belongs to somebody")
    draft = {**asdict(group), "words": list(group.words), "lay": list(group.lay), "kind": group.kind.value}
    draft |= {"id": str(group_id) if group_id else "", "key": key, "revision": revision}
    preview = KnowledgePreview(asked_by_id=actor.account_id, asked_at=uow.now, draft=draft, result=None)
    uow.session.add(preview)
    uow.session.flush()
    uow.emit(KnowledgeTried(preview.id), lane=Lane.MATCHING)
    return preview.id


def preview_of(uow: UnitOfWork, *, actor: Actor, preview_id: UUID) -> KnowledgePreview:
    """Return a preview. Raises NotFound where there is none, or where it is somebody else's."""
    preview = uow.session.get(KnowledgePreview, preview_id)
    if preview is None or preview.asked_by_id != actor.account_id:
        raise NotFound(f"no preview {preview_id}")
    return preview


def plain_group(draft: dict[str, Any]) -> WordGroup:
    """Return the group that a preview was asked for."""
    return WordGroup(
        tuple(draft["words"]), tuple(draft["lay"]), draft["field"], GroupKind(draft["kind"]), draft["note"]
    )


def want_matches(uow: UnitOfWork) -> int:
    """Let every problem that seeks be matched again, each as a message of its own; return how many."""
    seeking = uow.session.scalars(select(Problem.id).where(Problem.status.in_(SEEKING_PROBLEM))).all()
    for problem_id in seeking:
        uow.emit(ProblemMatchWanted(problem_id), lane=Lane.MATCHING)
    return len(seeking)


def forget_previews(uow: UnitOfWork) -> None:
    """Delete previews that nobody looks at any more."""
    old = delete(KnowledgePreview).where(KnowledgePreview.asked_at < uow.now - PREVIEWS_KEPT)
    uow.session.execute(old.execution_options(synchronize_session=False))


def _rows(uow: UnitOfWork) -> list[KnowledgeGroup]:
    return list(uow.session.scalars(select(KnowledgeGroup).order_by(KnowledgeGroup.written_at, KnowledgeGroup.id)))


def _row(uow: UnitOfWork, group_id: UUID | None, key: str) -> KnowledgeGroup | None:
    if group_id is not None:
        row = uow.session.get(KnowledgeGroup, group_id)
        if row is None:
            raise NotFound(f"no group {group_id}")
        return row
    return uow.session.scalar(select(KnowledgeGroup).where(KnowledgeGroup.stands_for == key)) if key else None


def _new_row(uow: UnitOfWork, actor: Actor, key: str, group: WordGroup) -> KnowledgeGroup:
    row = KnowledgeGroup(
        stands_for=key or None, words=list(group.words), lay=list(group.lay), field=group.field,
        kind=group.kind.value, note=group.note, is_active=True, written_by_id=actor.account_id, written_at=uow.now,
        changed_at=uow.now,
    )  # fmt: skip
    uow.session.add(row)
    return row


def _changed(uow: UnitOfWork, actor: Actor, row: KnowledgeGroup) -> UUID:
    row.changed_by_id, row.changed_at = actor.account_id, uow.now
    uow.session.flush()
    fields = {name: getattr(row, name) for name in ("words", "lay", "field", "kind", "note", "is_active")}
    uow.session.add(
        KnowledgeVersion(
            group_id=row.id, revision=row.revision, fields=fields, written_by_id=actor.account_id, written_at=uow.now
        )
    )
    uow.emit(KnowledgeChanged(row.id), lane=Lane.MATCHING)
    log.info("group of words changed", extra={"actor_id": str(actor.account_id), "group_id": str(row.id)})
    return row.id


def _knowledge(
    rows: Iterable[KnowledgeGroup], *, replaced: set[str | None] | None = None, more: Iterable[Group] = ()
) -> Knowledge:
    rows, more = list(rows), list(more)
    if not rows and not more:
        return shipped()
    gone = {row.stands_for for row in rows} | (replaced or set())
    came = [group for key, group in _library().items() if key not in gone]
    return Knowledge([*came, *(_group_of(_known(row).group) for row in rows if row.is_active), *more])


def standing_words(known: KnownGroup) -> frozenset[str]:
    """Return the words that a group has, or had as it came: whoever changes it need not shorten them."""
    came = _library().get(known.key, known.group)
    return frozenset((*known.group.words, *known.group.lay, *came.words, *came.lay))


def _standing(row: KnowledgeGroup | None, key: str) -> frozenset[str]:
    if row is not None:
        return standing_words(_known(row))
    return standing_words(_came(_shipped(key))) if key else frozenset()


def _shipped(key: str) -> Group:
    if key not in _library():
        raise NotFound(f"no group {key} in the library")
    return _library()[key]


@lru_cache(maxsize=1)
def _library() -> dict[str, Group]:
    """Return the groups that came with the service by their keys, in their order."""
    return {key_of(group): group for group in shipped().groups}


def _group_of(group: WordGroup) -> Group:
    return Group(group.words, group.lay, group.field, group.kind.value)


def _known(row: KnowledgeGroup) -> KnownGroup:
    group = WordGroup(tuple(row.words), tuple(row.lay), row.field, GroupKind(row.kind), row.note)
    return KnownGroup(row.id, row.stands_for or "", group, row.is_active, row.revision, row.changed_at)


def _came(group: Group) -> KnownGroup:
    words = WordGroup(group.words, group.lay, group.field, GroupKind(group.kind))
    return KnownGroup(None, key_of(group), words, is_active=True, revision=0, changed_at=None)
