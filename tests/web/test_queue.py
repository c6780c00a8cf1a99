"""The queue: everything that waits, the first due first, in the right colour, with few questions to the database."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from app.domain.deadlines import working_days_between
from app.domain.vocabulary import ProblemStatus, SolutionStatus, SuggestionStatus
from app.store.queries.queue import (
    OVERDUE_AFTER_WORKING_DAYS,
    PAGE_LENGTH,
    Filter,
    Kind,
    QueuePage,
    fresh_suggestions,
    overdue_before,
    queue_page,
    urgency_of,
)
from app.use_cases.introductions import express_interest
from tests.web.introduction_site import Site


@pytest.fixture
def site(database: str, tmp_path: Path) -> Iterator[Site]:
    made = Site(database, tmp_path)
    yield made
    made.world.database.dispose()


def queue(site: Site, wanted: Filter = Filter.ALL, page: int = 1) -> QueuePage:
    with site.world.database.reading() as uow:
        return queue_page(uow, actor=site.world.consultant, wanted=wanted, page=page)


def fill(site: Site) -> None:
    """Put one of each kind that waits into the database, and some of what does not."""
    world = site.world
    world.problem(title="Indsendt", status=ProblemStatus.SUBMITTED)
    world.problem(title="Spurgt", status=ProblemStatus.NEEDS_INFO)
    world.solution(title="Til gennemgang", status=SolutionStatus.IN_REVIEW)
    world.solution(title="Til fornyelse", status=SolutionStatus.NEEDS_RENEWAL)
    world.suggestion(world.problem(), world.solution(), status=SuggestionStatus.SHORTLISTED)
    world.suggestion(world.problem(), world.solution())
    world.introduction(None, None, "ask_adopter")
    problem_id, solution_id = world.problem(), world.solution()
    with world.database.transaction() as uow:
        express_interest(uow, actor=world.adopter, problem_id=problem_id, solution_id=solution_id, words="Ja")


def test_everything_that_waits_is_there_once_and_nothing_else(site: Site) -> None:
    fill(site)
    found = queue(site)
    assert sorted(row.kind for row in found.rows) == sorted(
        [
            Kind.PROBLEM, Kind.PROBLEM, Kind.SOLUTION, Kind.SOLUTION, Kind.SHORTLISTED, Kind.INTRODUCTION,
            Kind.INTEREST,
        ]
    )  # fmt: skip
    due = [row.due_at for row in found.rows if row.due_at]
    assert due == sorted(due)
    assert found.counts[Filter.ALL] == len(found.rows)


def test_filters_count_and_show_the_same(site: Site) -> None:
    fill(site)
    site.world.pass_time(days=9)
    site.world.problem(title="Ny", status=ProblemStatus.SUBMITTED)
    for wanted in Filter:
        found = queue(site, wanted)
        assert found.counts[wanted] == len(found.rows), wanted
    overdue = queue(site, Filter.OVERDUE)
    assert "Ny" not in [row.title for row in overdue.rows]
    assert {row.urgency for row in overdue.rows} == {"overdue"}
    assert {row.waits_for for row in queue(site, Filter.FOR_CONSULTANT).rows} == {"consultant"}
    mine = queue(site, Filter.MINE)
    assert {row.kind for row in mine.rows} == {Kind.INTRODUCTION}


@pytest.mark.parametrize(
    ("days", "wanted"),
    [(0, "in_time"), (3, "in_time"), (4, "reminder"), (7, "reminder"), (8, "overdue"), (30, "overdue")],
)
def test_colours_follow_working_days(site: Site, days: int, wanted: str) -> None:
    """The clock of these tests begins on a Monday: 4 days later is Friday, 8 days later Tuesday of the next week."""
    site.world.problem(status=ProblemStatus.SUBMITTED)
    site.world.pass_time(days=days)
    assert queue(site).rows[0].urgency == wanted
    words = {"in_time": "In time", "reminder": "Soon due", "overdue": "Overdue"}
    assert f"<span>{words[wanted]}</span>" in site.get("/queue", site.world.consultant).text


MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


@given(now=MOMENTS, ago=st.timedeltas(timedelta(0), timedelta(days=25)))
def test_the_database_counts_as_overdue_exactly_what_the_rule_does(now: datetime, ago: timedelta) -> None:
    since = now - ago
    is_overdue = working_days_between(since, now) >= OVERDUE_AFTER_WORKING_DAYS
    assert (since < overdue_before(now)) is is_overdue
    assert (urgency_of(working_days_between(since, now)) == "overdue") is is_overdue


def test_pages_hold_all_rows_in_order_without_a_gap(site: Site) -> None:
    for number in range(PAGE_LENGTH + 3):
        site.world.problem(title=f"Problem {number}", status=ProblemStatus.SUBMITTED)
        site.world.solution(title=f"Løsning {number}", status=SolutionStatus.SUBMITTED)
    pages = [queue(site, page=number) for number in (1, 2, 3)]
    ids = [row.id for found in pages for row in found.rows]
    assert [len(found.rows) for found in pages] == [PAGE_LENGTH, PAGE_LENGTH, 6]
    assert len(set(ids)) == 2 * (PAGE_LENGTH + 3)
    assert pages[0].pages == 3
    assert queue(site, page=99).page == 3


def test_the_number_of_questions_does_not_grow_with_the_rows(site: Site) -> None:
    asked: list[str] = []
    engine = site.world.database._reading
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    counts = []
    for _ in range(2):
        fill(site)
        asked.clear()
        queue(site)
        with site.world.database.reading() as uow:
            fresh_suggestions(uow, limit=12)
        counts.append(len([one for one in asked if one.lstrip().upper().startswith("SELECT")]))
    assert counts[0] == counts[1] <= 11


def test_new_suggestions_are_counted_for_each_problem_with_the_strongest(site: Site) -> None:
    world = site.world
    one, other = world.problem(title="Et"), world.problem(title="Andet")
    for label in ("weak_basis", "strong", "possible"):
        world.suggestion(one, world.solution(), label=label)
    world.suggestion(other, world.solution(), label="weak_basis")
    world.suggestion(other, world.solution(), status=SuggestionStatus.DISMISSED)
    with world.database.reading() as uow:
        rows = fresh_suggestions(uow, limit=5)
    assert [(row.title, row.count, row.label) for row in rows] == [("Et", 3, "strong"), ("Andet", 1, "weak_basis")]
    text = site.get("/queue", world.consultant).text
    assert "3 new suggestions" in text
    assert "1 new suggestion<" in text


def test_only_consultants_have_a_queue(site: Site) -> None:
    assert site.get("/queue").status_code == 401
    for actor in (site.world.adopter, site.world.owner):
        assert site.get("/queue", actor).status_code == 404
    assert "Nothing waits here" in site.get("/queue?show=mine", site.world.consultant).text
    assert site.get("/queue?show=nonsense&page=-4", site.world.consultant).status_code == 200
