"""Links that let one person do one thing once: signed, expiring, single-use. GET shows, POST acts."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

from itsdangerous import BadData, URLSafeSerializer

from app.domain.errors import LinkNotValid
from app.store.safety import UsedLink
from app.store.unit_of_work import UnitOfWork


class Purpose(StrEnum):
    """What a link may be used for; a link of one purpose opens no other door."""

    VERIFY_EMAIL = "verify-email"
    RESET_PASSWORD = "reset-password"  # noqa: S105 - a name, not a password
    ANSWER_AS_ADOPTER = "answer-as-adopter"
    ANSWER_AS_OWNER = "answer-as-owner"
    RENEW_PROBLEM = "renew-problem"
    RENEW_SOLUTION = "renew-solution"
    RECONFIRM = "reconfirm"
    JOIN_WORKPLACE = "join-workplace"


@dataclass(frozen=True, slots=True)
class Link:
    """What a valid link says. subject_id: the thing it is about; account_id: whom it was sent to."""

    purpose: Purpose
    subject_id: UUID
    account_id: UUID
    expires_at: datetime
    token: str


class LinkSigner:
    """Makes and reads the tokens of links. secrets: the oldest first; the last one signs, all are accepted."""

    def __init__(self, secrets: list[str]) -> None:
        self._secrets = secrets

    def sign(
        self, purpose: Purpose, *, subject_id: UUID, account_id: UUID, expires_at: datetime, nonce: str | None = None
    ) -> str:
        """Return a token. nonce: what makes it another than a later one for the same; random when not given.

        expires_at: aware; whole seconds count.
        """
        nonce = nonce or secrets.token_urlsafe(9)
        token = self._serializer(purpose).dumps(
            [subject_id.hex, account_id.hex, int(expires_at.timestamp()), nonce]
        )  # fmt: skip
        return token if isinstance(token, str) else token.decode("ascii")

    def read(self, token: str, *purposes: Purpose, now: datetime) -> Link:
        """Return what `token` says when it was signed for one of `purposes` and has not expired.

        Raises LinkNotValid: code "link_expired", else "link_not_valid" (altered, or for another purpose).
        """
        for purpose in purposes:
            try:
                subject, account, expiry, _nonce = self._serializer(purpose).loads(token)
            except BadData:
                continue
            link = Link(purpose, UUID(hex=subject), UUID(hex=account), datetime.fromtimestamp(expiry, UTC), token)
            if link.expires_at <= now:
                raise LinkNotValid(f"a link for {purpose} expired at {link.expires_at}", code="link_expired")
            return link
        raise LinkNotValid(f"not a link for {' or '.join(purposes)}")

    def _serializer(self, purpose: Purpose) -> URLSafeSerializer:
        return URLSafeSerializer(
            self._secrets,
            salt=f"genklang.link.{purpose}",
            signer_kwargs={"key_derivation": "hmac", "digest_method": staticmethod(hashlib.sha256)},
        )


def is_used(uow: UnitOfWork, *, token: str) -> bool:
    """Whether the link was used before; showing a page does not use it."""
    return uow.session.get(UsedLink, _digest(token)) is not None


def use_link(uow: UnitOfWork, *, token: str) -> None:
    """Use the link up, in the transaction of what it is used for: an act that is undone leaves the link whole.

    Raises LinkNotValid (code "link_used") when it was used before. Of two at the same moment one ends in Conflict.
    """
    if is_used(uow, token=token):
        raise LinkNotValid("the link was used before", code="link_used")
    uow.session.add(UsedLink(token_digest=_digest(token), used_at=uow.now))
    uow.session.flush()


def stable_nonce(*parts: str) -> str:
    """Return a short digest that makes a link's nonce from stable parts, so that the same mail keeps its link."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
