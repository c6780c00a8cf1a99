"""The indexes of this process, kept in step with the database, which is the truth."""

import json
import logging
import shutil
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from app.domain.vocabulary import SEEKING_PROBLEM, VISIBLE_SOLUTION
from app.store.catalogue import Problem, Solution
from app.store.people import Organisation, Workplace
from app.store.unit_of_work import UnitOfWork
from app.use_cases.documents import problem_document, solution_document
from app.use_cases.knowledge import in_force, stamp
from app.use_cases.matcher_versions import version_in_force, weights_in_force
from matching import (
    Configuration,
    Document,
    Embedder,
    FolderEmbedder,
    GenerationError,
    Index,
    Knowledge,
    Match,
    shipped,
)
from matching.recognition import recognise

log = logging.getLogger(__name__)

# Writers that overlap commit out of order: what was read last is read again this far back.
OVERLAP = timedelta(minutes=2)
# A delta of this share of the index (and at least so many documents) is merged into a new generation.
MERGE_SHARE, MERGE_LEAST = 0.05, 200
CURRENT = "current.json"
# An index that could not be built anew is tried again after this long; the last good one answers meanwhile.
TRY_AGAIN_AFTER = timedelta(minutes=1)
# Another process may be about to open the generation that was current until now.
OLD_KEPT = 2


@dataclass(frozen=True, slots=True)
class Recipe:
    """What makes a ranking beside the texts: the weights and the knowledge in force."""

    configuration: Configuration
    knowledge: Knowledge

    @property
    def digest(self) -> str:
        """What changes with either of them."""
        return self.configuration.digest(self.knowledge.digest)


@dataclass(slots=True)
class _Kept:
    """One index with what it knows: the text version of each document, and how far the database was read."""

    index: Index
    recipe: Recipe
    versions: dict[str, int] = field(default_factory=dict)
    read_until: datetime | None = None
    changed: int = 0
    rest_until: datetime | None = None


class IndexShelf:
    """Published solutions and open problems, each in an index of its own; safe to use from several threads.

    folder: where generations are published, shared by all processes of this machine. A process that finds a
    generation there opens it and adds what has changed since; without one it builds from the database.
    builds: whether new knowledge lets this process build anew. A web process goes on with what it has until a
    worker has published. model: the folder of an embedding model, None = words and characters decide alone.
    """

    def __init__(self, folder: Path, *, builds: bool = True, model: Path | None = None) -> None:
        self._folder = folder
        self._builds = builds
        self._model = model
        self._lock = threading.Lock()
        self._kept: dict[str, _Kept] = {}
        self._recipe: tuple[object, Recipe] = (None, Recipe(Configuration(), shipped()))

    @cached_property
    def _embedder(self) -> Embedder | None:
        return FolderEmbedder(self._model) if self._model else None

    def rank_solutions(
        self, uow: UnitOfWork, query: Document, *, limit: int, excluding: Collection[str]
    ) -> tuple[list[Match], str]:
        """Return the best published solutions for `query`, and which matcher said so."""
        return self._rank(uow, "solutions", Solution, solution_document, query, limit, excluding)

    def rank_problems(
        self, uow: UnitOfWork, query: Document, *, limit: int, excluding: Collection[str]
    ) -> tuple[list[Match], str]:
        """Return the open problems nearest to `query`, and which matcher said so."""
        return self._rank(uow, "problems", Problem, problem_document, query, limit, excluding)

    def recognise(self, uow: UnitOfWork, query: Document, *, key: str) -> str:
        """Return what the published solutions nearest to `query` are said to be about, "" where they do not agree."""
        with self._lock:
            return recognise(self._refreshed(uow, "solutions", Solution, solution_document).index, query, key=key)

    def prepare(self, uow: UnitOfWork, *, for_problem: bool) -> None:
        """Bring the index that a problem (else a solution) is ranked in up to date; a unit that only reads will do.

        Workers do this first, so that a first build does not keep SQLite's one writer waiting.
        """
        with self._lock:
            if for_problem:
                self._refreshed(uow, "solutions", Solution, solution_document)
            else:
                self._refreshed(uow, "problems", Problem, problem_document)

    def _rank(
        self,
        uow: UnitOfWork,
        name: str,
        table: type[Problem | Solution],
        read: Callable[..., Document],
        query: Document,
        limit: int,
        excluding: Collection[str],
    ) -> tuple[list[Match], str]:
        with self._lock:
            kept = self._refreshed(uow, name, table, read)
            about = kept.index.about()
            matcher = f"{about.algorithm} {about.version} {about.configuration} {about.generation}"
            return kept.index.rank(query, limit=limit, excluding=frozenset(excluding)), matcher

    def _refreshed(
        self, uow: UnitOfWork, name: str, table: type[Problem | Solution], read: Callable[..., Document]
    ) -> _Kept:
        known = self._known(uow)
        kept = self._kept.get(name)
        is_old = kept is None or kept.recipe.digest != known.digest
        if is_old and (opened := self._opened(name, known)) is not None:
            self._reconcile(uow, opened, table, read)
            kept, is_old = opened, False
        if kept is None:
            kept = self._built(uow, name, table, read, known)
        elif (is_old and self._builds) or kept.changed > max(MERGE_LEAST, MERGE_SHARE * len(kept.index)):
            kept = self._built_anew(uow, name, table, read, known, kept)
        else:
            self._catch_up(uow, kept, table, read)
        self._kept[name] = kept
        return kept

    def _known(self, uow: UnitOfWork) -> Recipe:
        """Return what is in force, made anew only when a group or the version of the weights has changed."""
        now = (stamp(uow), version_in_force(uow))
        if self._recipe[0] != now:
            self._recipe = (now, Recipe(weights_in_force(uow), in_force(uow)))
        return self._recipe[1]

    def _built_anew(
        self,
        uow: UnitOfWork,
        name: str,
        table: type[Problem | Solution],
        read: Callable[..., Document],
        known: Recipe,
        last: _Kept,
    ) -> _Kept:
        """Return a new index, or the last good one, brought up to date, while none can be built (a full disk)."""
        if last.rest_until is None or uow.now >= last.rest_until:
            try:
                return self._built(uow, name, table, read, known)
            except Exception:
                log.exception("index of %s could not be built anew; the last one answers", name)
                last.rest_until = uow.now + TRY_AGAIN_AFTER
        self._catch_up(uow, last, table, read)
        return last

    def _built(
        self,
        uow: UnitOfWork,
        name: str,
        table: type[Problem | Solution],
        read: Callable[..., Document],
        known: Recipe,
    ) -> _Kept:
        # Held until the documents are made: each text asks the session for its workplace and organisation.
        around = [*uow.session.scalars(select(Workplace)), *uow.session.scalars(select(Organisation))]
        texts: list[Any] = list(uow.session.scalars(select(table).where(table.status.in_(_live(table)))).all())
        index = Index.build(
            [read(uow, text) for text in texts],
            configuration=known.configuration,
            knowledge=known.knowledge,
            embedder=self._embedder,
        )
        del around
        kept = _Kept(index, known, {str(text.id): text.text_version for text in texts}, read_until=uow.now)
        return self._published(name, kept)

    def _reconcile(
        self, uow: UnitOfWork, kept: _Kept, table: type[Problem | Solution], read: Callable[..., Document]
    ) -> None:
        """Make an opened generation hold exactly what the database holds, whoever published it and when."""
        rows = uow.session.execute(select(table.id, table.text_version).where(table.status.in_(_live(table))))
        truth = {str(text_id): version for text_id, version in rows}
        for document_id in kept.versions.keys() - truth.keys():
            kept.index.remove(document_id)
        stale = {name for name, version in truth.items() if kept.versions.get(name) != version}
        for document_id in sorted(stale):
            kept.index.add(read(uow, uow.session.get_one(table, UUID(document_id))))
        kept.changed += len(stale) + len(kept.versions.keys() - truth.keys())
        kept.versions, kept.read_until = truth, uow.now

    def _catch_up(
        self, uow: UnitOfWork, kept: _Kept, table: type[Problem | Solution], read: Callable[..., Document]
    ) -> None:
        since = (kept.read_until or uow.now) - OVERLAP
        columns = select(table.id, table.status, table.text_version).where(table.text_changed_at >= since)
        live = _live(table)
        for text_id, status, version in uow.session.execute(columns).all():
            document_id = str(text_id)
            if status not in live:
                if kept.versions.pop(document_id, None) is not None:
                    kept.index.remove(document_id)
                    kept.changed += 1
            elif kept.versions.get(document_id) != version:
                kept.index.add(read(uow, uow.session.get_one(table, text_id)))
                kept.versions[document_id] = version
                kept.changed += 1
        kept.read_until = uow.now

    def _published(self, name: str, kept: _Kept) -> _Kept:
        """Publish the index for all processes of this machine, and go on with the shared, memory-mapped copy."""
        folder = self._folder / name
        folder.mkdir(parents=True, exist_ok=True)
        generation = folder / f"generation-{uuid4().hex}"
        kept.index.publish(generation)
        note = {
            "generation": generation.name,
            "versions": kept.versions,
            "read_until": kept.read_until.isoformat() if kept.read_until else None,
        }
        fresh = folder / f"{generation.name}.json"
        fresh.write_text(json.dumps(note), encoding="utf-8")
        fresh.replace(folder / CURRENT)
        _remove_old(folder, generation.name)
        kept.index = Index.open(
            generation,
            configuration=kept.recipe.configuration,
            knowledge=kept.recipe.knowledge,
            embedder=self._embedder,
        )
        return kept

    def _opened(self, name: str, known: Recipe) -> _Kept | None:
        """Open the generation that another process has published; None when there is none that can be used."""
        folder = self._folder / name
        try:
            note = json.loads((folder / CURRENT).read_text(encoding="utf-8"))
            index = Index.open(
                folder / note["generation"],
                configuration=known.configuration,
                knowledge=known.knowledge,
                embedder=self._embedder,
            )
            return _Kept(index, known, dict(note["versions"]), datetime.fromisoformat(note["read_until"]))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, GenerationError) as error:
            log.warning("generation of %s cannot be used, building anew: %s", name, error)
            return None


def _live(table: type[Problem | Solution]) -> frozenset[Any]:
    return frozenset(SEEKING_PROBLEM) if table is Problem else frozenset(VISIBLE_SOLUTION)


def _remove_old(folder: Path, current: str) -> None:
    """Remove generations that nobody opens any more; processes that have one mapped keep it until they close it."""
    others = [path for path in folder.glob("generation-*") if path.is_dir() and path.name != current]
    for path in sorted(others, key=lambda path: path.stat().st_mtime)[:-OLD_KEPT]:
        shutil.rmtree(path, ignore_errors=True)
