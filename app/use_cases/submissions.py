"""A form sent twice makes one record: each carries a one-time key, remembered with the change it made."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from app.domain.errors import Conflict
from app.store.safety import Submission
from app.store.unit_of_work import UnitOfWork

KEPT_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class SentForm:
    """One form as it was sent. key: from the page; body_digest: SHA-256 of what was typed."""

    key: UUID
    body_digest: str
    account_id: UUID | None


def earlier_answer(uow: UnitOfWork, form: SentForm) -> str | None:
    """Return the path that the same form led to before; None when it is new.

    Raises Conflict (code "form_reused") when the key came with another text or from somebody else.
    """
    earlier = uow.session.get(Submission, form.key)
    if earlier is None:
        return None
    if (earlier.body_digest, earlier.account_id) != (form.body_digest, form.account_id):
        raise Conflict("this form was already sent with another content", code="form_reused")
    return earlier.answer


def remember_submission(uow: UnitOfWork, form: SentForm) -> None:
    """Remember `form` in the transaction of the change it made."""
    uow.session.add(Submission(key=form.key, account_id=form.account_id, body_digest=form.body_digest, at=uow.now))


def remember_answer(uow: UnitOfWork, form: SentForm, *, answer: str) -> None:
    """Remember where `form` led to."""
    if (submission := uow.session.get(Submission, form.key)) is not None:
        submission.answer = answer
