"""How often the doors of accounts may be tried. Counted in a transaction of its own, so that a refusal keeps it."""

from flask import request

from app.store.unit_of_work import UnitOfWork
from app.use_cases.attempts import count_attempt
from app.web.services import services

MINUTE = 60
# A whole municipality may share one address, so an address alone may try more often than one person would.
SIGN_INS_PER_PERSON = 10
SIGN_INS_PER_EMAIL = 30
SIGN_INS_PER_ADDRESS = 60
SIGN_INS_EVERYWHERE = 1200
REGISTRATIONS_PER_ADDRESS = 20
LINKS_PER_ADDRESS = 20
LINKS_PER_EMAIL = 3
VERIFICATIONS_PER_ACCOUNT = 10
SIGN_IN_WINDOW_SECONDS = 10 * MINUTE
LINK_WINDOW_SECONDS = 60 * MINUTE


def _count(uow: UnitOfWork, what: str, by: str, limit: int, window_seconds: int) -> None:
    count_attempt(uow, what=what, by=by, limit=limit, window_seconds=window_seconds)


def _address() -> str:
    return request.remote_addr or ""


def count_sign_in(email: str) -> None:
    """Count one attempt to sign in as `email`. Raises TooManyAttempts.

    Per e-mail and address, so that a stranger who guesses does not lock the owner out; and, further away, per
    e-mail, per address and for everybody.
    """
    with services().database.transaction() as uow:
        _count(uow, "sign-in", f"{email} {_address()}", SIGN_INS_PER_PERSON, SIGN_IN_WINDOW_SECONDS)
        _count(uow, "sign-in-email", email, SIGN_INS_PER_EMAIL, SIGN_IN_WINDOW_SECONDS)
        _count(uow, "sign-in-address", _address(), SIGN_INS_PER_ADDRESS, SIGN_IN_WINDOW_SECONDS)
        _count(uow, "sign-in-all", "", SIGN_INS_EVERYWHERE, SIGN_IN_WINDOW_SECONDS)


def count_registration() -> None:
    """Count one registration from this address. Raises TooManyAttempts."""
    with services().database.transaction() as uow:
        _count(uow, "register", _address(), REGISTRATIONS_PER_ADDRESS, LINK_WINDOW_SECONDS)


def count_link_request(email: str) -> bool:
    """Count one wish for a mailed link; return whether to send it: at most a few an hour to one address.

    Too many for one e-mail are not refused aloud, or the refusal would tell of earlier ones. Raises TooManyAttempts
    for too many from one address.
    """
    with services().database.transaction() as uow:
        _count(uow, "link", _address(), LINKS_PER_ADDRESS, LINK_WINDOW_SECONDS)
        asked = count_attempt(
            uow, what="link-email", by=email, limit=LINKS_PER_ADDRESS, window_seconds=LINK_WINDOW_SECONDS
        )
    return asked <= LINKS_PER_EMAIL


def count_verification(account: str) -> None:
    """Count one password typed at a verification link. Raises TooManyAttempts."""
    with services().database.transaction() as uow:
        _count(uow, "verify", account, VERIFICATIONS_PER_ACCOUNT, SIGN_IN_WINDOW_SECONDS)
