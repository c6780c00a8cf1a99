"""What an administrator does: who has an account, which roles they hold, and who may sign in."""

import logging
from uuid import UUID

from sqlalchemy import func, select

from app.domain.errors import NotFound, NotPermitted, StepNotPossible
from app.domain.vocabulary import Actor, Role
from app.store.people import Account
from app.store.unit_of_work import UnitOfWork
from app.use_cases.accounts import end_all_sign_ins

log = logging.getLogger(__name__)


def require_administrator(actor: Actor) -> None:
    """Raise NotPermitted for everybody else."""
    if not actor.is_administrator:
        raise NotPermitted("only administrators manage accounts")


def give_role(uow: UnitOfWork, *, actor: Actor, account_id: UUID, role: Role) -> None:
    """Give an account a role. It signs in anew, so that a secret from before carries no new powers."""
    account = _managed(uow, actor, account_id)
    if role not in account.roles:
        account.roles = sorted({*account.roles, role.value})
        end_all_sign_ins(uow, account_id=account_id)
        _tell(actor, account_id, f"role {role} given")


def take_role(uow: UnitOfWork, *, actor: Actor, account_id: UUID, role: Role) -> None:
    """Take a role from an account. Raises StepNotPossible (code "last_administrator") for the last one."""
    account = _managed(uow, actor, account_id)
    if role not in account.roles:
        return
    if role is Role.ADMINISTRATOR:
        _require_another_administrator(uow, account)
    account.roles = sorted(set(account.roles) - {role.value})
    end_all_sign_ins(uow, account_id=account_id)
    _tell(actor, account_id, f"role {role} taken")


def disable(uow: UnitOfWork, *, actor: Actor, account_id: UUID) -> None:
    """Close an account: it is cut off at its next request. Raises StepNotPossible for the last administrator."""
    account = _managed(uow, actor, account_id)
    if account.disabled_at is not None:
        return
    if Role.ADMINISTRATOR in account.roles:
        _require_another_administrator(uow, account)
    account.disabled_at = uow.now
    end_all_sign_ins(uow, account_id=account_id)
    _tell(actor, account_id, "disabled")


def enable(uow: UnitOfWork, *, actor: Actor, account_id: UUID) -> None:
    """Open a closed account again."""
    account = _managed(uow, actor, account_id)
    if account.disabled_at is not None:
        account.disabled_at = None
        _tell(actor, account_id, "enabled")


def accounts_count(uow: UnitOfWork) -> int:
    """Return how many accounts there are."""
    return uow.session.scalar(select(func.count()).select_from(Account)) or 0


def _managed(uow: UnitOfWork, actor: Actor, account_id: UUID) -> Account:
    require_administrator(actor)
    account = uow.session.get(Account, account_id, with_for_update=True)
    if account is None:
        raise NotFound(f"no account {account_id}")
    return account


def _require_another_administrator(uow: UnitOfWork, account: Account) -> None:
    # Locked in one order, so that two administrators cannot remove each other at the same moment.
    open_accounts = uow.session.scalars(
        select(Account).where(Account.disabled_at.is_(None)).order_by(Account.id).with_for_update()
    )
    others = [one for one in open_accounts if Role.ADMINISTRATOR in one.roles and one.id != account.id]
    if not others:
        raise StepNotPossible("the last administrator stays", code="last_administrator")


def _tell(actor: Actor, account_id: UUID, what: str) -> None:
    log.info("account %s", what, extra={"actor_id": str(actor.account_id), "account_id": str(account_id)})
