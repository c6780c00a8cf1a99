"""Accounts: register, prove the address, sign in and out, set a new password, and change one's profile.

No answer tells whether an address has an account: what is said goes by mail to the address itself.
"""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid5

from sqlalchemy import delete, select, update

from app.domain.errors import LinkNotValid, NotFound, NotPermitted
from app.domain.events import AccountRegistered, PasswordChanged, PasswordResetRequested, RegistrationRepeated
from app.domain.vocabulary import Actor, Language, Role, WorkRole
from app.store.people import Account, Membership, SignIn
from app.store.unit_of_work import UnitOfWork
from app.use_cases import passwords

IDLE_LIMIT = timedelta(minutes=60)
ABSOLUTE_LIMIT = timedelta(hours=12)
TOUCH_EVERY = timedelta(minutes=1)
TOKEN_BYTES = 32
# What people may choose for themselves; the other roles are given by an administrator.
OWN_ROLES = frozenset({Role.ADOPTER, Role.OWNER})


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody who has signed in. is_due_for_touch: the last sign of life is old enough to be written again."""

    actor: Actor
    is_due_for_touch: bool


@dataclass(frozen=True, slots=True)
class Profile:
    """What a person says about herself. wants: the roles that she chose."""

    email: str
    display_name: str
    phone: str
    work_role: WorkRole | None
    language: Language
    digest_wanted: bool
    wants: tuple[Role, ...]


def register(
    uow: UnitOfWork,
    *,
    email: str,
    display_name: str,
    password: str,
    language: Language,
    work_role: WorkRole | None,
    wants: Collection[Role],
) -> None:
    """Make an account that waits for its address to be proved; the mail brings the link.

    email: normalised. For a known address the visible outcome is the same: its owner is told by mail. As long as
    the address is not proved, the last registration counts, and the password typed then opens the link.
    Raises InputMissing for a password that cannot be used.
    """
    passwords.require_usable(password, email=email, field="password")
    password_hash = passwords.hashed(password)
    account = find_by_email(uow, email)
    if account is not None and (account.email_verified_at is not None or account.disabled_at is not None):
        uow.emit(RegistrationRepeated(account.id))
        return
    if account is None:
        account = Account(email=email, created_at=uow.now)
        uow.session.add(account)
    account.display_name = display_name
    account.password_hash = password_hash
    account.language = language
    account.work_role = work_role
    account.roles = _sorted_roles(OWN_ROLES.intersection(wants))
    uow.session.flush()
    uow.emit(AccountRegistered(account.id))


def create_account(
    uow: UnitOfWork,
    *,
    email: str,
    display_name: str,
    password: str,
    roles: Collection[Role],
    language: Language = Language.DANISH,
    work_role: WorkRole | None = None,
    phone: str = "",
) -> Account:
    """Make an account whose address counts as proved: for the operator's commands and for demonstration data.

    An account that exists gets the roles in addition, and keeps everything else. Raises InputMissing.
    """
    account = find_by_email(uow, email)
    if account is not None:
        account.roles = _sorted_roles({*account.roles, *roles})
        return account
    passwords.require_usable(password, email=email, field="password")
    account = Account(
        email=email,
        display_name=display_name,
        phone=phone,
        password_hash=passwords.hashed(password),
        roles=_sorted_roles(roles),
        work_role=work_role,
        language=language,
        email_verified_at=uow.now,
        created_at=uow.now,
    )
    uow.session.add(account)
    uow.session.flush()
    return account


def find_by_email(uow: UnitOfWork, email: str) -> Account | None:
    """Return the account with this normalised address."""
    return uow.session.scalar(select(Account).where(Account.email == email))


def ask_for_verification(uow: UnitOfWork, *, email: str) -> None:
    """Send the link again, if the address belongs to an account that still waits for it."""
    account = find_by_email(uow, email)
    if account is not None and account.email_verified_at is None and account.disabled_at is None:
        uow.emit(AccountRegistered(account.id))


def verify_email(uow: UnitOfWork, *, account_id: UUID, password: str) -> None:
    """Prove the account's address: the mail's link is opened by whoever knows the password.

    The password is asked so that nobody can register somebody else's address with a password of their own and have
    the owner of the address open the account for them. Raises LinkNotValid, NotPermitted (code
    "wrong_password").
    """
    account = uow.session.get(Account, account_id)
    if account is None or account.disabled_at is not None:
        raise LinkNotValid(f"no account {account_id} waits for a proof of its address")
    if not passwords.is_right(account.password_hash, password):
        raise NotPermitted("the password is not the one of the registration", code="wrong_password")
    if account.email_verified_at is None:
        account.email_verified_at = uow.now


def sign_in(uow: UnitOfWork, *, email: str, password: str) -> str:
    """Return a fresh secret for the browser's cookie; only its digest is kept here.

    Raises NotPermitted with the code "wrong_credentials", the same for an unknown address and a wrong password and
    in the same time; and, to whoever knows the password, "email_not_verified" or "account_disabled".
    """
    account = find_by_email(uow, email)
    if not passwords.is_right(account.password_hash if account else None, password) or account is None:
        raise NotPermitted("unknown address or wrong password", code="wrong_credentials")
    if account.disabled_at is not None:
        raise NotPermitted(f"account {account.id} is disabled", code="account_disabled")
    if account.email_verified_at is None:
        raise NotPermitted(f"account {account.id} has not proved its address", code="email_not_verified")
    if passwords.is_outdated(account.password_hash):
        account.password_hash = passwords.hashed(password)
    return begin_sign_in(uow, account_id=account.id)


def begin_sign_in(uow: UnitOfWork, *, account_id: UUID) -> str:
    """Begin a sign-in for somebody whose password was just checked, and return its secret."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    uow.session.add(SignIn(token_digest=digest_of(token), account_id=account_id, created_at=uow.now, seen_at=uow.now))
    return token


def digest_of(token: str) -> str:
    """Return the SHA-256 of a secret, as it is stored."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def sign_out(uow: UnitOfWork, *, token: str) -> None:
    """End this sign-in; the secret opens nothing any more."""
    uow.session.execute(delete(SignIn).where(SignIn.token_digest == digest_of(token)))


def end_all_sign_ins(uow: UnitOfWork, *, account_id: UUID) -> None:
    """Sign the account out everywhere."""
    uow.session.execute(delete(SignIn).where(SignIn.account_id == account_id))


def signed_in_actor(uow: UnitOfWork, *, token: str) -> SignedIn | None:
    """Return who holds this secret; None when it is unknown, ended, idle for 60 minutes or older than 12 hours."""
    found = uow.session.execute(
        select(SignIn, Account)
        .join(Account, Account.id == SignIn.account_id)
        .where(SignIn.token_digest == digest_of(token))
    ).one_or_none()
    if found is None:
        return None
    row, account = found
    if (
        account.disabled_at is not None
        or uow.now - row.seen_at >= IDLE_LIMIT
        or uow.now - row.created_at >= ABSOLUTE_LIMIT
    ):
        return None
    return SignedIn(actor_for(uow, account), is_due_for_touch=uow.now - row.seen_at >= TOUCH_EVERY)


def actor_for(uow: UnitOfWork, account: Account) -> Actor:
    """Return the account as somebody who acts, with the roles and workplaces that it has now."""
    workplaces = uow.session.scalars(select(Membership.workplace_id).where(Membership.account_id == account.id))
    return Actor(
        account_id=account.id,
        roles=frozenset(Role(role) for role in account.roles),
        workplace_ids=frozenset(workplaces),
        display_name=account.display_name,
        language=account.language,
    )


def touch(uow: UnitOfWork, *, token: str) -> None:
    """Remember that this sign-in was used just now."""
    uow.session.execute(update(SignIn).where(SignIn.token_digest == digest_of(token)).values(seen_at=uow.now))


def forget_ended_sign_ins(uow: UnitOfWork) -> None:
    """Remove the rows of sign-ins that have run out."""
    uow.session.execute(
        delete(SignIn).where((SignIn.seen_at <= uow.now - IDLE_LIMIT) | (SignIn.created_at <= uow.now - ABSOLUTE_LIMIT))
    )


def request_reset(uow: UnitOfWork, *, email: str) -> None:
    """Send a link for choosing a new password, if the address has an account. The visible outcome is the same."""
    account = find_by_email(uow, email)
    if account is not None and account.disabled_at is None:
        uow.emit(PasswordResetRequested(account.id))


def reset_subject(account: Account) -> UUID:
    """Return what a reset link is about: it changes with the password, so that older links then open nothing."""
    return uuid5(account.id, account.password_hash)


def reset_password(uow: UnitOfWork, *, account_id: UUID, password: str) -> None:
    """Set a new password, sign the account out everywhere, and tell its owner by mail.

    The link has proved the address as well. Raises LinkNotValid, InputMissing.
    """
    account = uow.session.get(Account, account_id)
    if account is None or account.disabled_at is not None:
        raise LinkNotValid(f"no account {account_id} can have a new password")
    passwords.require_usable(password, email=account.email, field="password")
    account.password_hash = passwords.hashed(password)
    account.email_verified_at = account.email_verified_at or uow.now
    end_all_sign_ins(uow, account_id=account.id)
    uow.emit(PasswordChanged(account.id))


def change_profile(
    uow: UnitOfWork,
    *,
    actor: Actor,
    display_name: str,
    phone: str,
    work_role: WorkRole | None,
    language: Language,
    wants: Collection[Role],
    digest_wanted: bool,
) -> None:
    """Change what a person says about herself. The roles that an administrator gives stay as they are."""
    account = _own_account(uow, actor)
    account.display_name = display_name
    account.phone = phone
    account.work_role = work_role
    account.language = language
    account.digest_wanted = digest_wanted
    account.roles = _sorted_roles({*OWN_ROLES.intersection(wants), *(set(account.roles) - OWN_ROLES)})


def profile_of(uow: UnitOfWork, *, actor: Actor) -> Profile:
    """Return the actor's own profile. Raises NotFound for the system and for visitors."""
    account = _own_account(uow, actor)
    return Profile(
        email=account.email,
        display_name=account.display_name,
        phone=account.phone,
        work_role=account.work_role,
        language=account.language,
        digest_wanted=account.digest_wanted,
        wants=tuple(Role(role) for role in account.roles if role in OWN_ROLES),
    )


def _own_account(uow: UnitOfWork, actor: Actor) -> Account:
    account = uow.session.get(Account, actor.account_id) if actor.account_id else None
    if account is None:
        raise NotFound("this actor has no account")
    return account


def _sorted_roles(roles: Collection[Role | str]) -> list[str]:
    return sorted({Role(role).value for role in roles})
