"""Import of solutions: every good row goes in, every broken one is named, and a second run changes nothing."""

import csv
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from app.cli import main
from app.domain.errors import Conflict
from app.domain.vocabulary import SolutionStatus
from app.store.catalogue import Solution, TextVersion
from app.store.history import DueRow, HistoryEntry
from app.store.outbox import Lane, OutboxMessage
from app.store.people import Organisation, Workplace
from app.store.unit_of_work import UnitOfWork
from app.use_cases import import_solutions
from app.use_cases.import_solutions import Outcome, Report, import_file
from app.use_cases.organisation_names import organisation_named_in
from app.use_cases.solution_rows import FileNotReadable, Row, RowError, read_rows
from app.use_cases.solutions import take_solution_step, write_solution
from config.settings import load
from tests.use_cases.introduction_world import World

GOOD: dict[str, Any] = {
    "_id": "s1",
    "title": "Skærmbesøg i hjemmeplejen",
    "text": "Borgeren får en tablet, og hjælperen kommer på besøg over skærmen.",
    "url": "https://kilde.example/skaerm",
}


@pytest.fixture
def world(database: str) -> Iterator[World]:
    world = World(database)
    yield world
    world.database.dispose()


def _jsonl(folder: Path, *rows: object, name: str = "rows.jsonl") -> Path:
    file = folder / name
    text = "".join((row if isinstance(row, str) else json.dumps(row, ensure_ascii=False)) + "\n" for row in rows)
    file.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return file


def _text(folder: Path, content: str | bytes, name: str = "rows.csv") -> Path:
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


def _import(world: World, file: Path, **options: Any) -> Report:
    rows, _ = read_rows(file)
    return import_file(world.database.transaction, rows=rows, **options)


def _counts(report: Report) -> tuple[int, int, int, int, int]:
    counts = report.counts
    return (
        counts[Outcome.NEW], counts[Outcome.CHANGED], counts[Outcome.UNCHANGED], counts[Outcome.KEPT],
        len(report.errors),
    )  # fmt: skip


def _solutions(world: World) -> list[Solution]:
    with world.database.reading() as uow:
        rows = list(uow.session.scalars(select(Solution).order_by(Solution.title)))
        for row in rows:
            uow.session.expunge(row)
        return rows


def _place(world: World, solution: Solution) -> tuple[str, str]:
    with world.database.reading() as uow:
        workplace = uow.session.get_one(Workplace, solution.workplace_id)
        return uow.session.get_one(Organisation, workplace.organisation_id).name, workplace.name


def _wrong(folder: Path, row: dict[str, Any]) -> RowError:
    ((error,), _) = read_rows(_jsonl(folder, row))
    assert isinstance(error, RowError), error
    return error


def test_a_row_becomes_a_published_solution_that_is_not_proven_with_its_history(world: World, tmp_path: Path) -> None:
    assert _counts(_import(world, _jsonl(tmp_path, GOOD))) == (1, 0, 0, 0, 0)
    (solution,) = _solutions(world)
    assert solution.status is SolutionStatus.PUBLISHED
    assert solution.flagged_not_proven
    assert (solution.title, solution.description) == (GOOD["title"], GOOD["text"])
    assert solution.source_url == GOOD["url"]
    assert (solution.contact_id, solution.approved_at) == (None, None)
    assert _place(world, solution) == ("Ukendt organisation", "Ikke oplyst arbejdsplads")
    with world.database.reading() as uow:
        history = uow.session.scalars(select(HistoryEntry).where(HistoryEntry.subject_id == solution.id)).one()
        assert (history.step, history.to_status, history.actor_id) == ("begin", "published", None)
        assert uow.session.scalars(select(DueRow.name).where(DueRow.subject_id == solution.id)).all() == ["renewal"]
        message = uow.session.scalars(select(OutboxMessage)).one()
        assert (message.name, message.lane) == ("SolutionPublished", Lane.MATCHING)
        assert uow.session.scalars(select(TextVersion.version).where(TextVersion.subject_id == solution.id)).one() == 1


def test_a_second_run_changes_nothing(world: World, tmp_path: Path) -> None:
    rows = [GOOD, {**GOOD, "_id": "s2", "title": "En anden"}]
    assert _counts(_import(world, _jsonl(tmp_path, *rows))) == (2, 0, 0, 0, 0)
    before = [(one.id, one.revision, one.text_version) for one in _solutions(world)]
    assert _counts(_import(world, _jsonl(tmp_path, *rows))) == (0, 0, 2, 0, 0)
    assert [(one.id, one.revision, one.text_version) for one in _solutions(world)] == before
    with world.database.reading() as uow:
        assert uow.session.scalar(select(func.count()).select_from(OutboxMessage)) == 2


def test_a_changed_row_gets_a_new_version_and_is_matched_anew(world: World, tmp_path: Path) -> None:
    _import(world, _jsonl(tmp_path, GOOD))
    assert _counts(_import(world, _jsonl(tmp_path, {**GOOD, "text": "Nu også om natten."}))) == (0, 1, 0, 0, 0)
    (solution,) = _solutions(world)
    assert (solution.description, solution.text_version) == ("Nu også om natten.", 2)
    with world.database.reading() as uow:
        assert uow.session.scalars(select(OutboxMessage.name).order_by(OutboxMessage.created_at)).all() == [
            "SolutionPublished", "SolutionTextChanged"
        ]  # fmt: skip


def test_what_people_have_written_since_is_never_overwritten(world: World, tmp_path: Path) -> None:
    _import(world, _jsonl(tmp_path, GOOD))
    (solution,) = _solutions(world)
    with world.database.transaction() as uow:
        write_solution(uow, actor=world.consultant, solution_id=solution.id, fields={"description": "Rettet af os"})
    assert _counts(_import(world, _jsonl(tmp_path, GOOD))) == (0, 0, 1, 0, 0)
    assert _counts(_import(world, _jsonl(tmp_path, {**GOOD, "text": "Ny kilde"}))) == (0, 0, 0, 1, 0)
    assert _solutions(world)[0].description == "Rettet af os"


def test_what_was_archived_stays_so(world: World, tmp_path: Path) -> None:
    _import(world, _jsonl(tmp_path, GOOD))
    (solution,) = _solutions(world)
    with world.database.transaction() as uow:
        take_solution_step(uow, actor=world.consultant, solution_id=solution.id, step="archive")
    assert _counts(_import(world, _jsonl(tmp_path, {**GOOD, "text": "Ny kilde"}))) == (0, 0, 0, 1, 0)
    assert _solutions(world)[0].status is SolutionStatus.ARCHIVED


@pytest.mark.parametrize(
    ("row", "organisation", "workplace"),
    [
        ({"organisation": "Viborg Kommune", "workplace": "Hjemmeplejen"}, "Viborg Kommune", "Hjemmeplejen"),
        ({"organisation": "viborg kommune"}, "Viborg Kommune", "Ikke oplyst arbejdsplads"),
        ({"organisation": "Fonden Lykken"}, "Fonden Lykken", "Ikke oplyst arbejdsplads"),
        ({"text": "Aabenraa Kommune tester skærmbesøg."}, "Aabenraa Kommune", "Ikke oplyst arbejdsplads"),
        ({"text": "Odense Kommunes plejehjem bruger det."}, "Odense Kommune", "Ikke oplyst arbejdsplads"),
        ({"title": "Bedre mad i Region Syddanmark"}, "Region Syddanmark", "Ikke oplyst arbejdsplads"),
        ({"text": "Et forsøg på Bornholm og i Odense."}, "Ukendt organisation", "Ikke oplyst arbejdsplads"),
        ({"text": "Xaabenraa Kommunex er noget andet."}, "Ukendt organisation", "Ikke oplyst arbejdsplads"),
    ],
)
def test_the_workplace_is_the_files_else_the_texts_else_the_one_for_unknown(
    world: World, tmp_path: Path, row: dict[str, str], organisation: str, workplace: str
) -> None:
    _import(world, _jsonl(tmp_path, {**GOOD, **row}))
    assert _place(world, _solutions(world)[0]) == (organisation, workplace)


def test_many_rows_of_one_organisation_share_its_workplace(world: World, tmp_path: Path) -> None:
    rows = [{**GOOD, "_id": str(number), "organisation": "Viborg Kommune"} for number in range(7)]
    _import(world, _jsonl(tmp_path, *rows), chunk=3)
    assert len({one.workplace_id for one in _solutions(world)}) == 1


def test_the_first_named_organisation_counts_and_a_longer_name_is_not_cut() -> None:
    assert organisation_named_in("Aarhus Kommune lærer af Odense Kommune") is not None
    found = organisation_named_in("", "Det begyndte i Odense Kommune og kom til Aarhus Kommune")
    assert found is not None
    assert found.name == "Odense Kommune"
    assert organisation_named_in("Kommunen og regionen") is None


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"title": ""}, "title", "missing"),
        ({"title": None}, "title", "missing"),
        ({"text": " \n "}, "description", "missing"),
        ({"title": "x" * 151}, "title", "150"),
        ({"text": "x" * 20_001}, "text", "20000"),
        ({"title": ["liste"]}, "title", "text is expected"),
        ({"title": True}, "title", "text is expected"),
        ({"url": "javascript:alert(1)"}, "url", "https://"),
        ({"url": "ftp://kilde.example"}, "url", "https://"),
        ({"url": "https://"}, "url", "https://"),
        ({"sector": "astrology"}, "sector", "elderly_care"),
        ({"language": "kl"}, "language", "da"),
        ({"target_groups": ["children", "martians"]}, "target_groups", "martians"),
        ({"target_groups": {"a": 1}}, "target_groups", "text is expected"),
        ({"year_in_use": "sidste år"}, "year_in_use", "year"),
        ({"year_in_use": 1066}, "year_in_use", "year"),
        ({"developed_on": "31-02-2024"}, "developed_on", "2026-11-24"),
        ({"evaluated": "måske"}, "evaluated", "yes or no"),
        ({"text": "Borgeren 010190-1234 var glad"}, "description", "CPR"),
        ({"title": "Sagen om 0101901234"}, "title", "CPR"),
        ({"dead_ends": "cpr 010190 1234"}, "dead_ends", "CPR"),
        ({"description": "en anden"}, "description", "twice"),
    ],
)
def test_a_wrong_field_is_named(tmp_path: Path, change: dict[str, Any], field: str, says: str) -> None:
    error = _wrong(tmp_path, {**GOOD, **change})
    assert (error.line, error.field) == (1, field)
    assert says in error.message


def test_every_field_of_the_form_can_be_given(tmp_path: Path) -> None:
    row = {
        **GOOD, "problem": "Tid", "sector": "health", "language": "en", "target_groups": "elderly | patients",
        "value_kinds": ["quality"], "year_in_use": 2023, "evaluated": "ja", "stage": "evaluated",
        "developed_on": "2022-01-31", "core": "Kernen", "links": "https://a.example\nhttps://b.example",
    }  # fmt: skip
    ((read,), unknown) = read_rows(_jsonl(tmp_path, {**row, "farve": "blå"}))
    assert isinstance(read, Row)
    assert unknown == ["farve"]
    assert read.fields["problem_text"] == "Tid"
    assert read.fields["target_groups"] == ["elderly", "patients"]
    assert (read.fields["evaluated"], read.fields["year_in_use"]) == (True, 2023)
    assert read.fields["links"].count("\n") == 1


def test_html_formulas_and_control_characters_stay_text(tmp_path: Path) -> None:
    row = json.dumps({**GOOD, "title": "=1+1 <b>fed</b>\u0000", "text": "linje\r\nlinje\ud800 \u202eomvendt"})
    ((read,), _) = read_rows(_jsonl(tmp_path, row))
    assert isinstance(read, Row)
    assert read.fields["title"] == "=1+1 <b>fed</b>"
    assert read.fields["description"] == "linje\nlinje omvendt"


@pytest.mark.parametrize("row", ["{ikke json", "[1, 2]", '"tekst"', "null", "[" * 100_000])
def test_a_line_that_is_no_object_is_named_and_the_others_go_in(world: World, tmp_path: Path, row: str) -> None:
    report = _import(world, _jsonl(tmp_path, GOOD, row, "", {**GOOD, "_id": "s2"}))
    assert _counts(report) == (2, 0, 0, 0, 1)
    assert report.errors[0].line == 2


def test_the_same_solution_twice_in_a_file_is_named(world: World, tmp_path: Path) -> None:
    report = _import(world, _jsonl(tmp_path, GOOD, {**GOOD, "text": "En anden tekst"}))
    assert _counts(report) == (1, 0, 0, 0, 1)
    assert (report.errors[0].line, "line 1" in report.errors[0].message) == (2, True)


@pytest.mark.parametrize("delimiter", [";", ","])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_csv_is_read_with_either_delimiter_and_with_or_without_a_mark(
    world: World, tmp_path: Path, delimiter: str, mark: str
) -> None:
    lines = [["title", "text", "url"], ["Æblegrød; med fløde, tak", "Første linje\nanden linje", "https://a.example"]]
    content = mark + "\r\n".join(delimiter.join(f'"{cell}"' for cell in line) for line in lines)
    assert _counts(_import(world, _text(tmp_path, content))) == (1, 0, 0, 0, 0)
    (solution,) = _solutions(world)
    assert (solution.title, solution.description) == ("Æblegrød; med fløde, tak", "Første linje\nanden linje")


def test_a_broken_csv_row_is_named_by_line_and_the_others_go_in(world: World, tmp_path: Path) -> None:
    content = (
        "title;text\n"  # 1
        "Den første;God tekst\n"  # 2
        "For;mange;celler\n"  # 3
        '"Et citationstegn, der aldrig lukkes;Tekst\n'  # 4
        "Den anden;God tekst\n"  # 5
        '"Over\nflere linjer";God tekst\n'  # 6 and 7
        "\n"  # 8
        "Kun én celle\n"  # 9
        "Den sidste;God tekst"  # 10
    )
    report = _import(world, _text(tmp_path, content))
    assert [error.line for error in report.errors] == [3, 4, 9]
    assert [one.title for one in _solutions(world)] == ["Den anden", "Den første", "Den sidste", "Over flere linjer"]


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        ("title;text\nSkærmbesøg;Tekst".encode("latin-1"), "a.csv", "line 2 holds the byte 0xe6"),
        ("title;text\n".encode("utf-16"), "a.csv", "not in UTF-8"),
        (b"", "a.csv", "is empty"),
        (b"navn;tekst\na;b", "a.csv", "title"),
        (b"title;title;text\na;b;c", "a.csv", "each once"),
        (b"title;text;description\na;b;c", "a.csv", "each once"),
        (b"not gzip", "a.jsonl.gz", "cannot be read"),
        (gzip.compress(b"x" * 100, mtime=0)[:20], "a.jsonl.gz", "cannot be read"),
        (b"{}", "a.xlsx", "must end in"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, content: bytes, name: str, says: str) -> None:
    with pytest.raises(FileNotReadable) as refusal:
        read_rows(_text(tmp_path, content, name))
    assert says in str(refusal.value)


def test_all_or_nothing_imports_nothing_when_one_row_is_wrong(world: World, tmp_path: Path) -> None:
    file = _jsonl(tmp_path, GOOD, {**GOOD, "_id": "s2", "title": ""})
    assert _counts(_import(world, file, all_or_nothing=True)) == (0, 0, 0, 0, 1)
    assert not _solutions(world)
    good = _jsonl(tmp_path, *({**GOOD, "_id": str(number)} for number in range(5)))
    assert _counts(_import(world, good, all_or_nothing=True, chunk=2)) == (5, 0, 0, 0, 0)


def test_a_dry_run_says_what_would_be_and_changes_nothing(world: World, tmp_path: Path) -> None:
    _import(world, _jsonl(tmp_path, GOOD))
    file = _jsonl(tmp_path, {**GOOD, "text": "Ny"}, {**GOOD, "_id": "s2", "organisation": "Ny Fond"})
    assert _counts(_import(world, file, dry_run=True)) == (1, 1, 0, 0, 0)
    assert [one.description for one in _solutions(world)] == [GOOD["text"]]
    with world.database.reading() as uow:
        assert not uow.session.scalars(select(Organisation).where(Organisation.name == "Ny Fond")).all()


def test_one_row_that_meets_somebody_else_does_not_stop_its_chunk(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = import_solutions.import_rows

    def collide(uow: UnitOfWork, *, rows: list[Row]) -> list[Outcome]:
        if any(row.fields["title"] == "Ramt" for row in rows):
            raise Conflict("somebody else was quicker")
        return real(uow, rows=rows)

    monkeypatch.setattr(import_solutions, "import_rows", collide)
    rows = [{**GOOD, "_id": str(number), "title": "Ramt" if number == 3 else f"Nr. {number}"} for number in range(6)]
    told: list[int] = []
    report = _import(world, _jsonl(tmp_path, *rows), progress=told.append)
    assert _counts(report) == (5, 0, 0, 0, 1)
    assert report.errors[0].line == 4
    assert sum(told) == 6


def _run(world: World, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Result:
    monkeypatch.setenv("GENKLANG_DATABASE_URL", world.database.url)
    monkeypatch.setenv("GENKLANG_SECRET_KEY", "k" * 40)
    load.cache_clear()
    try:
        return CliRunner().invoke(main, ["import", "solutions", *arguments])
    finally:
        load.cache_clear()


def test_the_command_counts_names_what_was_left_out_and_ends_with_one(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = _jsonl(tmp_path, GOOD, {**GOOD, "_id": "s2", "sector": "=HYPERLINK()"}, {**GOOD, "_id": "s3", "farve": "1"})
    report = tmp_path / "left-out.csv"
    done = _run(world, monkeypatch, str(file), "--report", str(report))
    assert done.exit_code == 1
    assert "2 new, 0 changed, 0 unchanged, 0 kept, 1 left out." in done.output
    assert "line 2, sector:" in done.output
    assert "farve" in done.output
    with report.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.reader(opened, delimiter=";"))
    assert rows[0] == ["line", "field", "message"]
    assert rows[1][:2] == ["2", "sector"]
    again = _run(world, monkeypatch, str(_jsonl(tmp_path, GOOD)))
    assert (again.exit_code, "1 unchanged" in again.output) == (0, True)


def test_the_command_refuses_a_file_in_another_encoding_without_a_trace(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = _run(world, monkeypatch, str(_text(tmp_path, "title;text\næ;ø".encode("latin-1"))))
    assert done.exit_code == 1
    assert "UTF-8" in done.output
    assert "Traceback" not in done.output


def test_a_report_holds_no_formulas(tmp_path: Path) -> None:
    file = tmp_path / "report.csv"
    import_solutions.write_report(file, [RowError(1, name, name) for name in ("=1", "+1", "-1", "@x", "\tx", "fine")])
    cells = [line.split(";")[1] for line in file.read_text("utf-8-sig").splitlines()[1:]]
    assert cells == ["'=1", "'+1", "'-1", "'@x", "'\tx", "fine"]


def test_a_thousand_rows_go_in_and_a_second_run_finds_them_all(world: World, tmp_path: Path) -> None:
    rows = [{**GOOD, "_id": str(number), "title": f"Løsning {number}"} for number in range(1000)]
    file = _jsonl(tmp_path, *rows, name="rows.jsonl.gz")
    assert _counts(_import(world, file)) == (1000, 0, 0, 0, 0)
    assert _counts(_import(world, file)) == (0, 0, 1000, 0, 0)
