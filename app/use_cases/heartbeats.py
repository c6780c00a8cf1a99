"""Signs of life, the pause of the mail lane, and jobs that run once a slot: small facts that workers share."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import delete, select, update

from app.store.outbox import HandledMessage
from app.store.safety import Heartbeat
from app.store.unit_of_work import UnitOfWork

WORKER = "worker"
MAIL_PAUSE = "mail_pause"
# While the mail server is away it is asked this often.
PAUSE = timedelta(seconds=30)


def beat(uow: UnitOfWork, part: str) -> None:
    """Note that `part` is alive now, by the database's clock."""
    _put(uow, part, uow.database_now())


def beats(uow: UnitOfWork) -> dict[str, datetime]:
    """Return the last sign of life of every part."""
    return {row.part: row.beat_at for row in uow.session.execute(select(Heartbeat.part, Heartbeat.beat_at))}


@dataclass(frozen=True, slots=True)
class MailLane:
    """Whether mails may be sent now. is_probe: the lane is paused, and this caller alone tries one mail."""

    is_open: bool
    is_probe: bool = False


def enter_mail_lane(uow: UnitOfWork) -> MailLane:
    """Ask to send mails. Of all workers, one per pause gets a paused lane, to see whether the server is back."""
    now = uow.database_now()
    until = uow.session.scalar(select(Heartbeat.beat_at).where(Heartbeat.part == MAIL_PAUSE))
    if until is None:
        return MailLane(is_open=True)
    won = uow.session.execute(
        update(Heartbeat)
        .where(Heartbeat.part == MAIL_PAUSE, Heartbeat.beat_at <= now)
        .values(beat_at=now + PAUSE)
        .execution_options(synchronize_session=False)
    )
    return MailLane(is_open=won.rowcount == 1, is_probe=True)  # type: ignore[attr-defined]


def mail_lane_is_paused(uow: UnitOfWork) -> bool:
    """Whether the mail server was away and it is not yet time to try again."""
    until = uow.session.scalar(select(Heartbeat.beat_at).where(Heartbeat.part == MAIL_PAUSE))
    return until is not None and until > uow.database_now()


def pause_mail_lane(uow: UnitOfWork) -> None:
    """The mail server cannot be reached: nobody tries before the pause is over."""
    _put(uow, MAIL_PAUSE, uow.database_now() + PAUSE)


def resume_mail_lane(uow: UnitOfWork) -> None:
    """The mail server is back."""
    uow.session.execute(delete(Heartbeat).where(Heartbeat.part == MAIL_PAUSE))


def take_slot(uow: UnitOfWork, *, job: str, slot: str) -> bool:
    """Whether the job's run for `slot` (a date, a week) is this caller's; False when it was taken before.

    Of two at the same moment one ends in Conflict.
    """
    key = (_slot_id(job, slot), job)
    if uow.session.get(HandledMessage, key) is not None:
        return False
    uow.session.add(HandledMessage(message_id=key[0], handler=job, at=uow.now))
    uow.session.flush()
    return True


def _slot_id(job: str, slot: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"genklang:{job}:{slot}")


def _put(uow: UnitOfWork, part: str, moment: datetime) -> None:
    row = uow.session.get(Heartbeat, part)
    if row is None:
        uow.session.add(Heartbeat(part=part, beat_at=moment))
    else:
        row.beat_at = moment
    uow.session.flush()
