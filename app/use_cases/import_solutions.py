"""Import solutions from a file's rows: new ones are published as not proven, changed ones get a new version.

What is imported was collected from public sources: nobody at the workplace has answered for it yet, and nothing
that people have written later is overwritten.
"""

import csv
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from app.domain.errors import Conflict
from app.domain.events import SolutionPublished, SolutionTextChanged
from app.domain.vocabulary import (
    SYSTEM,
    VISIBLE_SOLUTION,
    Language,
    Lifecycle,
    OrganisationKind,
    Region,
    SolutionStatus,
)
from app.store.catalogue import Solution, TextVersion
from app.store.outbox import Lane
from app.store.people import Organisation, Workplace
from app.store.unit_of_work import UnitOfWork
from app.use_cases import suggestions
from app.use_cases.organisation_names import organisation_named_in, reference_named
from app.use_cases.solution_rows import Row, RowError
from app.use_cases.solutions import EDITABLE
from app.use_cases.steps import begin
from app.use_cases.texts import MATCHED_FIELDS, keep_version, snapshot_of, write_fields

UNKNOWN_ORGANISATION = "Ukendt organisation"
UNKNOWN_WORKPLACE = "Ikke oplyst arbejdsplads"
CHUNK = 100

Transaction = Callable[[], AbstractContextManager[UnitOfWork]]


class Outcome(StrEnum):
    """What became of a row. kept: people have edited the solution since, so it was left alone."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    KEPT = "kept"


@dataclass(slots=True)
class Report:
    """What an import did. errors: the rows that were left out, in the file's order."""

    counts: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))
    errors: list[RowError] = field(default_factory=list)

    def add(self, outcomes: Iterable[Outcome]) -> None:
        """Count what became of some rows."""
        for outcome in outcomes:
            self.counts[outcome] += 1


class _Undo(Exception):  # noqa: N818
    """Ends a transaction of a dry run, so that nothing is kept."""


def import_file(
    transaction: Transaction,
    *,
    rows: Sequence[Row | RowError],
    all_or_nothing: bool = False,
    dry_run: bool = False,
    chunk: int = CHUNK,
    progress: Callable[[int], None] = lambda _done: None,
) -> Report:
    """Import `rows` in transactions of `chunk` rows; a row that cannot be taken is reported, the others go in.

    all_or_nothing: one transaction for all, and none at all when a row is wrong. dry_run: everything is tried and
    undone. progress: told how many rows were dealt with since it was last told.
    """
    good, errors = _without_repeats(rows)
    report = Report(errors=errors)
    progress(len(errors))
    if all_or_nothing and errors:
        return report
    size = max(1, len(good)) if all_or_nothing else chunk
    for start in range(0, len(good), size):
        part = good[start : start + size]
        try:
            report.add(_one_transaction(transaction, part, dry_run=dry_run))
        except Conflict:
            if all_or_nothing:
                raise
            _one_by_one(transaction, part, report, dry_run=dry_run)
        progress(len(part))
    report.errors.sort(key=lambda error: error.line)
    return report


def write_report(path: Path, errors: Iterable[RowError]) -> None:
    """Write the rows that were left out as CSV. No cell begins like a formula, whatever the file had in it."""
    with path.open("w", encoding="utf-8-sig", newline="") as opened:
        writer = csv.writer(opened, delimiter=";")
        writer.writerow(("line", "field", "message"))
        writer.writerows((error.line, _harmless(error.field), _harmless(error.message)) for error in errors)


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def _without_repeats(rows: Sequence[Row | RowError]) -> tuple[list[Row], list[RowError]]:
    good: dict[str, Row] = {}
    errors: list[RowError] = []
    for row in rows:
        if isinstance(row, RowError):
            errors.append(row)
        elif (first := good.setdefault(row.source_key, row)) is not row:
            errors.append(RowError(row.line, "", f"this is the same solution as in line {first.line}"))
    return list(good.values()), errors


def _one_transaction(transaction: Transaction, rows: Sequence[Row], *, dry_run: bool) -> list[Outcome]:
    outcomes: list[Outcome] = []
    with suppress(_Undo), transaction() as uow:
        outcomes = import_rows(uow, rows=rows)
        if dry_run:
            raise _Undo
    return outcomes


def _one_by_one(transaction: Transaction, rows: Sequence[Row], report: Report, *, dry_run: bool) -> None:
    """Somebody else changed something in the same moment: take the rows alone, so that one does not stop the others."""
    for row in rows:
        try:
            report.add(_one_transaction(transaction, [row], dry_run=dry_run))
        except Conflict:
            report.errors.append(RowError(row.line, "", "somebody else changed it at the same time: import it again"))


def import_rows(uow: UnitOfWork, *, rows: Sequence[Row]) -> list[Outcome]:
    """Import rows in this transaction; return what became of each, in their order."""
    keys = [row.source_key for row in rows]
    known = {
        solution.source_key: solution
        for solution in uow.session.scalars(
            select(Solution).where(Solution.source_key.in_(keys)).with_for_update().order_by(Solution.id)
        )
    }
    versions = _versions(uow, [solution.id for solution in known.values()])
    places = _Places(uow)
    outcomes = []
    for row in rows:
        solution = known.get(row.source_key)
        if solution is None:
            _publish(uow, row, places.workplace_of(row))
            outcomes.append(Outcome.NEW)
        else:
            outcomes.append(_renew(uow, row, solution, versions.get(solution.id, [])))
    return outcomes


def _publish(uow: UnitOfWork, row: Row, workplace_id: UUID) -> None:
    """Begin a solution that is published as not proven, with its history, its timer and its event."""
    solution = Solution(
        **{"language": Language.DANISH, "target_groups": [], "value_kinds": [], **row.fields},
        id=uuid4(),
        status=SolutionStatus.PUBLISHED,
        workplace_id=workplace_id,
        flagged_not_proven=True,
        source_key=row.source_key,
        text_version=1,
        text_changed_at=uow.now,
        created_at=uow.now,
        published_at=uow.now,
    )
    uow.session.add(solution)
    begin(uow, actor=SYSTEM, thing=solution)
    keep_version(uow, actor=SYSTEM, text=solution)
    uow.emit(SolutionPublished(solution.id), lane=Lane.MATCHING)


def _renew(uow: UnitOfWork, row: Row, solution: Solution, versions: list[TextVersion]) -> Outcome:
    """Take over what the source has changed, unless people have written on the solution since."""
    if versions and versions[-1].written_by_id is not None:
        imported = next((version for version in reversed(versions) if version.written_by_id is None), versions[0])
        given = snapshot_of(row.fields, MATCHED_FIELDS)
        same = all(imported.fields.get(name) == value for name, value in given.items())
        return Outcome.UNCHANGED if same else Outcome.KEPT
    different = {name: value for name, value in row.fields.items() if getattr(solution, name) != value}
    if not different:
        return Outcome.UNCHANGED
    if solution.status not in EDITABLE:
        return Outcome.KEPT
    has_new_text = write_fields(uow, actor=SYSTEM, text=solution, fields=different)
    if has_new_text and solution.status in VISIBLE_SOLUTION:
        suggestions.supersede_for_solution(uow, solution=solution)
        uow.emit(SolutionTextChanged(solution.id), lane=Lane.MATCHING)
    return Outcome.CHANGED


def _versions(uow: UnitOfWork, solution_ids: Sequence[UUID]) -> dict[UUID, list[TextVersion]]:
    found: dict[UUID, list[TextVersion]] = {}
    for version in uow.session.scalars(
        select(TextVersion)
        .where(TextVersion.lifecycle == Lifecycle.SOLUTION, TextVersion.subject_id.in_(solution_ids))
        .order_by(TextVersion.version)
    ):
        found.setdefault(version.subject_id, []).append(version)
    return found


class _Places:
    """The organisations and workplaces of one transaction; what is missing is founded."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow
        self._organisations: dict[str, Organisation] = {}
        for organisation in uow.session.scalars(select(Organisation).order_by(Organisation.id)):
            for name in (organisation.name, *organisation.aliases):
                self._organisations.setdefault(name.casefold(), organisation)
        self._workplaces: dict[tuple[UUID, str], UUID] = {}

    def workplace_of(self, row: Row) -> UUID:
        """Return the workplace of a row: as the file says, else recognised in the text, else the one for unknown."""
        organisation = self._organisation_of(row)
        name = row.workplace or UNKNOWN_WORKPLACE
        key = (organisation.id, name.casefold())
        if key not in self._workplaces:
            self._workplaces[key] = self._workplace(organisation.id, name)
        return self._workplaces[key]

    def _organisation_of(self, row: Row) -> Organisation:
        if row.organisation:
            return self._organisation(row.organisation)
        named = organisation_named_in(row.fields["title"], row.fields["description"])
        return self._organisation(named.name if named else UNKNOWN_ORGANISATION)

    def _organisation(self, name: str) -> Organisation:
        known = self._organisations.get(name.casefold())
        if known is not None:
            return known
        facts: dict[str, Any] = {"name": name, "kind": OrganisationKind.OTHER, "region": None, "aliases": []}
        if (reference := reference_named(name)) is not None:
            facts = {
                "name": reference.name, "kind": OrganisationKind(reference.kind), "aliases": list(reference.aliases),
                "region": Region(reference.region) if reference.region else None, "cvr": reference.cvr or None,
            }  # fmt: skip
        organisation = self._organisations.get(facts["name"].casefold())
        if organisation is None:
            organisation = Organisation(**facts, created_at=self._uow.now)
            self._uow.session.add(organisation)
            self._uow.session.flush()
        for one in (name, organisation.name, *organisation.aliases):
            self._organisations.setdefault(one.casefold(), organisation)
        return organisation

    def _workplace(self, organisation_id: UUID, name: str) -> UUID:
        known = self._uow.session.execute(
            select(Workplace.id, Workplace.name).where(Workplace.organisation_id == organisation_id)
        ).all()
        found = next((row_id for row_id, known_name in known if known_name.casefold() == name.casefold()), None)
        if found is not None:
            return found
        workplace = Workplace(organisation_id=organisation_id, name=name, created_at=self._uow.now)
        self._uow.session.add(workplace)
        self._uow.session.flush()
        return workplace.id
