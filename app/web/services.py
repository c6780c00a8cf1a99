"""What the composition root hands the web process, and how views reach it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import current_app, g

from app.store.unit_of_work import Database, UnitOfWork
from app.use_cases.links import LinkSigner
from app.use_cases.matching import IndexShelf
from app.use_cases.submissions import remember_submission

EXTENSION = "genklang"


@dataclass(frozen=True, slots=True)
class Services:
    """The parts that views use. mailbox: the folder of the demo's mails; None outside the demo."""

    database: Database
    signer: LinkSigner
    shelf: IndexShelf
    database_revision: str
    mailbox: Path | None = None


def services() -> Services:
    """Return the parts that this application was made with."""
    found: Services = current_app.extensions[EXTENSION]
    return found


@contextmanager
def transaction() -> Iterator[UnitOfWork]:
    """Give this request's transaction; the form that is being answered is remembered in it."""
    form = None
    with services().database.transaction() as uow:
        yield uow
        if (form := g.pop("form_sent", None)) is not None:
            remember_submission(uow, form)
    # Only now it is true: the commit may have been refused because the form's twin was quicker.
    if form is not None:
        g.form_remembered = form


@contextmanager
def reading() -> Iterator[UnitOfWork]:
    """Give a unit of work that only reads."""
    with services().database.reading() as uow:
        yield uow
