"""What problems and solutions share when they are written: fields, versions, and what the matcher must see."""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from app.domain.errors import InputMissing
from app.domain.vocabulary import Actor
from app.store.catalogue import Problem, Solution, TextVersion
from app.store.unit_of_work import UnitOfWork
from app.use_cases.subjects import lifecycle_of

# The words of these fields reach the matcher; a change of another field is no new text.
MATCHED_FIELDS = frozenset(
    {
        "title", "situation", "tried", "better", "context", "problem_text", "description", "for_whom", "value_text",
        "core", "conditions", "sector", "target_groups", "language",
        "size", "region", "wish_work_role",
    }
)  # fmt: skip


def write_fields(uow: UnitOfWork, *, actor: Actor, text: Problem | Solution, fields: Mapping[str, Any]) -> bool:
    """Put `fields` into `text`; return whether words changed that the matcher reads.

    A new text version is kept when they did. Raises InputMissing for a field that the table does not have.
    """
    changed = [name for name, value in fields.items() if _differs(text, name, value)]
    for name in changed:
        setattr(text, name, fields[name])
    if not MATCHED_FIELDS.intersection(changed):
        return False
    text.text_version += 1
    text.text_changed_at = uow.now
    keep_version(uow, actor=actor, text=text)
    return True


def differs(text: Problem | Solution, fields: Mapping[str, Any]) -> bool:
    """Whether writing `fields` would change anything. Raises InputMissing for a field that the table does not have."""
    return any(_differs(text, name, value) for name, value in fields.items())


def keep_version(uow: UnitOfWork, *, actor: Actor, text: Problem | Solution) -> None:
    """Keep the present wording as a version of its own."""
    uow.session.flush()
    uow.session.add(
        TextVersion(
            lifecycle=lifecycle_of(text),
            subject_id=text.id,
            version=text.text_version,
            fields=snapshot(text, MATCHED_FIELDS),
            written_by_id=actor.account_id,
            written_at=uow.now,
        )
    )


def snapshot(text: Problem | Solution, names: Iterable[str]) -> dict[str, Any]:
    """Return the named fields that `text` has, ready for JSON."""
    return {name: _plain(getattr(text, name)) for name in sorted(names) if hasattr(text, name)}


def snapshot_of(fields: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """Return the named ones of `fields` as `snapshot` would keep them."""
    wanted = frozenset(names)
    return {name: _plain(value) for name, value in fields.items() if name in wanted}


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, StrEnum) else value


def _differs(text: Problem | Solution, name: str, value: object) -> bool:
    if not hasattr(text, name):
        raise InputMissing(f"there is no field {name}", field=name)
    return bool(getattr(text, name) != value)
