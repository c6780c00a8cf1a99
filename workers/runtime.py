"""What a worker process works with, made once per process."""

import logging
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import UUID

from app.store.unit_of_work import Database
from app.use_cases.links import LinkSigner
from app.use_cases.matching import IndexShelf, use_compiled
from app.use_cases.notify import Letterhead
from config.settings import Settings, load
from workers.mailer import Mailer

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Runtime:
    """The parts of one process. var: where it keeps files of its own; model: the folder of an embedding model."""

    database: Database
    letterhead: Letterhead
    mailer: Mailer
    var: Path
    model: Path | None = None

    @cached_property
    def shelf(self) -> IndexShelf:
        """The indexes of the matcher, opened or built when they are first asked for."""
        return IndexShelf(self.var / "index", model=self.model)

    @cached_property
    def worked_out(self) -> dict[UUID, dict[str, Any]]:
        """Previews that were worked out and not kept yet."""
        return {}

    def warm_up(self) -> None:
        """Compile the matcher's sums and open or build the indexes, so that the first problem does not wait for them.

        Whatever goes wrong is logged and tried again by the first text that is matched.
        """
        try:
            use_compiled()
            for for_problem in (True, False):
                with self.database.reading() as uow:
                    self.shelf.prepare(uow, for_problem=for_problem)
        except Exception:
            log.exception("the indexes could not be made ready ahead of time")


def make_runtime(settings: Settings) -> Runtime:
    """Put the parts together from `settings`; connects to nothing yet."""
    return Runtime(
        database=Database(settings.database_url),
        letterhead=Letterhead(settings.base_url, settings.mail_from, LinkSigner(settings.secrets)),
        mailer=Mailer(settings.smtp_url, sender=settings.mail_from),
        var=settings.var,
        model=settings.embedding_model,
    )


# By process id: a forked child finds none and makes its own. Its parent's stays referenced, so that no connection
# is closed, or talked over, in the child.
_of_process: dict[int, Runtime] = {}


def runtime() -> Runtime:
    """Return this process' runtime, made at the first call."""
    if os.getpid() not in _of_process:
        _of_process[os.getpid()] = make_runtime(load())
    return _of_process[os.getpid()]
