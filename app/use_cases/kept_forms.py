"""What somebody typed when the sign-in ran out: kept for the account, shown again, then forgotten."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from app.store.people import KeptForm
from app.store.unit_of_work import UnitOfWork

KEPT_FOR = timedelta(hours=24)


def keep(uow: UnitOfWork, *, account_id: UUID, path: str, fields: dict[str, Any]) -> None:
    """Keep the typed fields for this account and page, in place of what was kept before."""
    forget(uow, account_id=account_id, path=path)
    uow.session.add(KeptForm(account_id=account_id, path=path, fields=fields, created_at=uow.now))


def kept_fields(uow: UnitOfWork, *, account_id: UUID, path: str) -> dict[str, Any] | None:
    """Return what is kept for this account and page; None when nothing is."""
    kept = uow.session.scalar(
        select(KeptForm).where(
            KeptForm.account_id == account_id, KeptForm.path == path, KeptForm.created_at > uow.now - KEPT_FOR
        )
    )
    return None if kept is None else kept.fields


def forget(uow: UnitOfWork, *, account_id: UUID, path: str) -> None:
    """Forget what is kept: it has been sent."""
    uow.session.execute(delete(KeptForm).where(KeptForm.account_id == account_id, KeptForm.path == path))
