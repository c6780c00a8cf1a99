"""Tell people what happened: from an event to the mails that it causes, each rendered once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from app.domain.deadlines import danish_date
from app.domain.vocabulary import Language, Lifecycle
from app.emails.message import message_bytes, message_id_of
from app.emails.render import render
from app.emails.words import reason_in
from app.store.history import HistoryEntry
from app.store.outbox import Mail, OutboxMessage
from app.store.people import Account
from app.store.unit_of_work import UnitOfWork
from app.use_cases.accounts import reset_subject
from app.use_cases.digests import digest_of
from app.use_cases.links import LinkSigner, Purpose, stable_nonce
from app.use_cases.notices import NOTICES, REMINDERS, Notice, Page
from app.use_cases.scenes import Happened, Scene, place_name, scene_of
from app.use_cases.steps import lifecycle_named

VERIFY_WITHIN = timedelta(days=7)
RESET_WITHIN = timedelta(hours=1)
# Where a state has no end of its own, a link that acts lives this long.
LINK_LIVES = timedelta(days=30)
RENEWAL_LIVES = timedelta(days=60)

PAGE_PATHS: dict[Page, str] = {
    Page.PROBLEM: "/problems/{problem}",
    Page.SOLUTION: "/solutions/{solution}",
    Page.INTRODUCTION: "/introductions/{introduction}",
    Page.OVERVIEW: "/overview",
    Page.SIGN_IN: "/accounts/sign-in",
}
LINK_PATHS: dict[Purpose, str] = {
    Purpose.VERIFY_EMAIL: "/accounts/verify/{token}",
    Purpose.RESET_PASSWORD: "/accounts/reset/{token}",
    Purpose.ANSWER_AS_ADOPTER: "/answer/{token}",
    Purpose.ANSWER_AS_OWNER: "/answer/{token}",
    Purpose.RENEW_PROBLEM: "/answer/{token}",
    Purpose.RENEW_SOLUTION: "/answer/{token}",
    Purpose.RECONFIRM: "/answer/{token}",
}
PROFILE_PATH = "/accounts/profile"
DIGEST = "digest"


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What every mail shares. base_url: where people reach the service; mail_from: whom mails come from."""

    base_url: str
    mail_from: str
    signer: LinkSigner


def notify(uow: UnitOfWork, *, letterhead: Letterhead, happened: Happened) -> list[UUID]:
    """Write the mails that an event causes into the database; return their ids.

    The present state is read anew: what no longer holds is not told. Nobody is told the same twice.
    Raises LookupError for an event that has no entry in the table of notices.
    """
    lifecycle, notices = _notices_for(happened)
    scene = scene_of(uow, happened, lifecycle=lifecycle)
    if scene is None:
        return []
    told = [
        _write(each, notice, account, letterhead)
        for notice in notices
        for each in notice.each(scene)
        if notice.holds(each)
        for account in notice.to(each)
        if account.disabled_at is None
    ]
    return [mail.id for mail in told if mail is not None]


def still_holds(uow: UnitOfWork, mail: Mail) -> bool:
    """Whether a mail that waits to be sent is still true: looked at right before it is sent.

    Not when the receiver's account was closed, the link in it has run out, or things have moved on.
    """
    account = uow.session.get(Account, mail.account_id)
    if account is None or account.disabled_at is not None:
        return False
    message = uow.session.get(OutboxMessage, UUID(mail.key.split(":")[0]))
    if message is None:
        return True
    happened = happened_of(message)
    lifecycle, notices = _notices_for(happened)
    scene = scene_of(uow, happened, lifecycle=lifecycle)
    notice = next((notice for notice in notices if notice.kind == mail.kind), None)
    if scene is None or notice is None:
        return False
    if notice.button is Purpose.RESET_PASSWORD and mail.created_at + RESET_WITHIN <= uow.now:
        return False
    return any(notice.holds(each) for each in notice.each(scene))


def happened_of(message: OutboxMessage) -> Happened:
    """Return what a message of the outbox tells."""
    return Happened(message.id, message.name, dict(message.payload), message.created_at)


def _notices_for(happened: Happened) -> tuple[Lifecycle | None, tuple[Notice, ...]]:
    if happened.name != "ReminderDue":
        return NOTICES[happened.name]
    lifecycle = lifecycle_named(happened.payload["lifecycle"])
    by_state = {str(state): timers for state, timers in REMINDERS[lifecycle].items()}
    return lifecycle, by_state[happened.payload["state"]][happened.payload["timer"]]


def _write(scene: Scene, notice: Notice, account: Account, letterhead: Letterhead) -> Mail | None:
    uow = scene.uow
    key = f"{scene.happened.id}:{notice.kind}:{account.id}"
    if uow.session.scalar(select(Mail.id).where(Mail.key == key)) is not None:
        return None
    facts = _facts(scene, notice, account, letterhead, key)
    if notice.kind == DIGEST:
        digest = digest_of(uow, account)
        if digest.is_empty:
            return None
        facts |= {"shortlisted": digest.shortlisted, "fits": digest.fits, "waiting": digest.waiting}
    message_id = message_id_of(key, sender=letterhead.mail_from)
    mail = Mail(
        key=key,
        kind=notice.kind,
        account_id=account.id,
        message_id=message_id,
        mime=message_bytes(
            render(notice.kind, account.language, facts),
            sender=letterhead.mail_from,
            receiver_name=account.display_name,
            receiver_email=account.email,
            message_id=message_id,
            date=uow.now,
            unsubscribe_url=letterhead.base_url + PROFILE_PATH if notice.kind == DIGEST else None,
        ),
        next_at=uow.now,
        created_at=uow.now,
    )
    uow.session.add(mail)
    uow.session.flush()
    return mail


def _facts(scene: Scene, notice: Notice, account: Account, letterhead: Letterhead, key: str) -> dict[str, object]:
    """Return all that words may use. No name, address or phone of anybody but the receiver is among it."""
    expires_at = _expiry(scene, notice)
    url, due = _url(scene, notice, account, letterhead, key, expires_at), expires_at
    facts: dict[str, object] = {
        "name": account.display_name,
        "audience": notice.audience.value,
        "url": url,
        "due": danish_date(due),
        "asked_owner": scene.happened.payload.get("asked_owner") == "yes",
    }
    return facts if scene.account is not None else facts | _facts_of_things(scene, notice, account.language)


def _facts_of_things(scene: Scene, notice: Notice, language: Language) -> dict[str, object]:
    uow, thing, introduction = scene.uow, scene.thing, scene.introduction
    problem, solution = scene.problem, scene.solution
    closes_at = scene.ends_at("expire") or scene.ends_at("archive")
    adopter_id = introduction.adopter_workplace_id if introduction else problem.workplace_id if problem else None
    owner_id = introduction.owner_workplace_id if introduction else solution.workplace_id if solution else None
    adopter = place_name(uow, adopter_id) if adopter_id else ""
    owner = place_name(uow, owner_id) if owner_id else ""
    words = ""
    if introduction is not None:
        asks_owner = notice.button is Purpose.ANSWER_AS_OWNER
        words = introduction.words_to_owner if asks_owner else introduction.words_to_adopter
    step = _telling_step(scene)
    return {
        "problem": problem.title if problem else "",
        "solution": solution.title if solution else "",
        "title": solution.title if solution else problem.title if problem else "",
        "place": adopter or owner,
        "adopter": adopter,
        "owner": owner,
        "joined": _title_of_target(scene),
        "due": danish_date(thing.due_at) if thing.due_at else None,
        "closes_on": danish_date(closes_at) if closes_at else None,
        "words": bool(words.strip()),
        "reason": reason_in(language, step.reason) if step and step.reason else "",
        "question": step.note if step else "",
    }


def _telling_step(scene: Scene) -> HistoryEntry | None:
    """Return the step whose reason or note the mail repeats."""
    for name in _TELLING_STEPS.get(scene.happened.name, ()):
        if (step := scene.step_named(name)) is not None:
            return step
    return None


_TELLING_STEPS: dict[str, tuple[str, ...]] = {
    "ProblemQuestionAsked": ("ask_for_info",),
    "SolutionQuestionAsked": ("ask_for_info",),
    "ReminderDue": ("ask_for_info",),
    "SolutionRejected": ("reject",),
    "ProblemSolved": ("solve",),
    "ProblemWithdrawn": ("withdraw",),
    "AdopterDeclined": ("decline_as_adopter",),
    "OwnerDeclined": ("decline_as_owner",),
    "IntroductionConcluded": ("conclude",),
}


def _title_of_target(scene: Scene) -> str:
    solution = scene.solution
    if scene.introduction is not None or solution is None or solution.merged_into_id is None:
        return ""
    target = scene.uow.session.get(type(solution), solution.merged_into_id)
    return target.title if target else ""


def _expiry(scene: Scene, notice: Notice) -> datetime:
    """Return until when the mail's link acts: as long as the answer is waited for."""
    now = scene.uow.now
    match notice.button:
        case Purpose.VERIFY_EMAIL:
            return now + VERIFY_WITHIN
        case Purpose.RESET_PASSWORD:
            return now + RESET_WITHIN
        case Purpose.ANSWER_AS_ADOPTER | Purpose.ANSWER_AS_OWNER:
            return scene.thing.due_at or now + LINK_LIVES
        case Purpose.RENEW_PROBLEM:
            return scene.ends_at("expire") or now + LINK_LIVES
        case Purpose.RENEW_SOLUTION:
            return scene.ends_at("archive") or now + RENEWAL_LIVES
        case _:
            return now + LINK_LIVES


def _url(scene: Scene, notice: Notice, account: Account, letterhead: Letterhead, key: str, expires_at: datetime) -> str:
    if isinstance(notice.button, Page):
        ids = {
            "problem": scene.problem.id if scene.problem else "",
            "solution": scene.solution.id if scene.solution else "",
            "introduction": scene.introduction.id if scene.introduction else "",
        }
        return letterhead.base_url + PAGE_PATHS[notice.button].format(**ids)
    if scene.account is None:
        subject_id = scene.thing.id
    else:
        resets = notice.button is Purpose.RESET_PASSWORD
        subject_id = reset_subject(scene.account) if resets else scene.account.id
    token = letterhead.signer.sign(
        notice.button, subject_id=subject_id, account_id=account.id, expires_at=expires_at, nonce=stable_nonce(key)
    )
    return letterhead.base_url + LINK_PATHS[notice.button].format(token=token)
