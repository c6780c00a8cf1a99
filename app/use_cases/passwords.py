"""Passwords as they are kept: argon2id, the same time for every answer, a few at a time."""

from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.domain.errors import InputMissing
from app.domain.passwords import why_refused

# OWASP's Password Storage Cheat Sheet: 19 MiB, two passes, one lane. A higher number here renews the
# hashes one by one as people sign in.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, hash_len=32, salt_len=16)
# A crowd that signs in at once waits in line instead of taking all processors from the rest of the service.
_AT_A_TIME = BoundedSemaphore(2)


def require_usable(password: str, *, email: str, field: str) -> None:
    """Raise InputMissing (code "password_too_short", ..._long or ..._common) for a password that cannot be used."""
    if refusal := why_refused(password, email=email):
        raise InputMissing(f"the password is {refusal}", field=field, code=f"password_{refusal}")


def hashed(password: str) -> str:
    """Return what is stored of `password`."""
    with _AT_A_TIME:
        return _HASHER.hash(password.encode("utf-8", "surrogatepass"))


def is_right(stored: str | None, password: str) -> bool:
    """Whether `password` is the one that `stored` was made of. Without an account it takes just as long to say no."""
    with _AT_A_TIME:
        try:
            _HASHER.verify(stored or _nobodys_hash(), password.encode("utf-8", "surrogatepass"))
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None


def is_outdated(stored: str) -> bool:
    """Whether `stored` was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(stored)


@cache
def _nobodys_hash() -> str:
    return _HASHER.hash(b"nobody has this password, and it opens nothing")
