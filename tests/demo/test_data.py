import re
import tomllib
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.domain.capacity import Capacity
from app.domain.origin import Origin
from app.domain.personal_data import contains_cpr_number
from app.domain.steps import STEPS
from app.domain.vocabulary import (
    TAKES_CAPACITY,
    VISIBLE_SOLUTION,
    IntroductionStatus,
    Language,
    Lifecycle,
    OrganisationKind,
    ProblemStatus,
    Reason,
    Region,
    Sector,
    SizeBucket,
    SolutionStatus,
    Stage,
    TargetGroup,
    ValueKind,
    WorkRole,
)
from config.reference.organisations import reference_organisations

DATA = Path(__file__).parents[2] / "app" / "demo" / "data"
Row = dict[str, Any]

PROBLEM_TEXTS = ("situation", "tried", "better", "context")
SOLUTION_TEXTS = ("problem_text", "description", "value_text", "value_known_how", "for_whom", "resources", "core")
SOLUTION_TEXTS_THAT_MAY_BE_EMPTY = ("adaptable", "conditions", "dead_ends", "suppliers", "links", "value_evidence")


def rows(kind: str, where: str) -> list[Row]:
    """Return the tables [[kind]] of every file that matches `where`."""
    return [row for path in sorted(DATA.glob(where)) for row in tomllib.loads(path.read_text("utf-8")).get(kind, [])]


ORGANISATIONS = rows("organisation", "organisations/*.toml")
WORKPLACES = [
    {**workplace, "organisation": organisation["slug"]}
    for organisation in ORGANISATIONS
    for workplace in organisation["workplace"]
]
SOLUTIONS = rows("solution", "solutions/*.toml")
PROBLEMS = rows("problem", "problems/*.toml")
INTRODUCTIONS = rows("introduction", "introductions.toml")
STAFF = rows("consultant", "people.toml") + rows("administrator", "people.toml")
PEOPLE = [workplace["contact"] for workplace in WORKPLACES] + STAFF
SOLUTION_OF = {solution["slug"]: solution for solution in SOLUTIONS}
PROBLEM_OF = {problem["slug"]: problem for problem in PROBLEMS}
WORKPLACE_OF = {workplace["slug"]: workplace for workplace in WORKPLACES}

# The step that leads to a state, when it must say why.
REASON_STEP = {
    "declined_by_adopter": (Lifecycle.INTRODUCTION, "decline_as_adopter"),
    "declined_by_owner": (Lifecycle.INTRODUCTION, "decline_as_owner"),
    "concluded": (Lifecycle.INTRODUCTION, "conclude"),
    "solved": (Lifecycle.PROBLEM, "solve"),
    "withdrawn": (Lifecycle.PROBLEM, "withdraw"),
    "rejected": (Lifecycle.SOLUTION, "reject"),
}


def twice(values: list[str]) -> list[str]:
    """Return what stands more than once."""
    return [value for value, times in Counter(values).items() if times > 1]


def all_text(value: Any) -> list[str]:
    """Return every string inside `value`, however deep."""
    if isinstance(value, str):
        return [value]
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [text for child in children for text in all_text(child)]


EVERYTHING = all_text([ORGANISATIONS, SOLUTIONS, PROBLEMS, INTRODUCTIONS, STAFF])


def test_there_is_as_much_as_the_readme_says() -> None:
    counts = [len(ORGANISATIONS), len(WORKPLACES), len(SOLUTIONS), len(PROBLEMS), len(INTRODUCTIONS)]

    assert counts == [25, 59, 40, 30, 14]
    assert len(STAFF) == 3


def test_slugs_titles_and_addresses_stand_once() -> None:
    records = [*ORGANISATIONS, *WORKPLACES, *SOLUTIONS, *PROBLEMS, *STAFF]

    assert twice([record["slug"] for record in records]) == []
    assert twice([record["title"].casefold() for record in [*SOLUTIONS, *PROBLEMS]]) == []
    assert twice([person["email"] for person in PEOPLE]) == []
    assert twice([person["name"] for person in PEOPLE]) == []
    assert twice([person["phone"] for person in PEOPLE]) == []
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", record["slug"]) for record in records)


def test_codes_are_words_of_the_glossary() -> None:
    for organisation in ORGANISATIONS:
        OrganisationKind(organisation["kind"])
        Region(organisation["region"])
    for workplace in WORKPLACES:
        Sector(workplace["sector"])
        SizeBucket(workplace["size"])
    for person in PEOPLE:
        WorkRole(person["work_role"])
    for record in [*SOLUTIONS, *PROBLEMS]:
        Sector(record["sector"])
        Language(record.get("language", "da"))
        assert record["target_groups"]
        assert set(record["target_groups"]) <= set(TargetGroup), record["slug"]
    for solution in SOLUTIONS:
        assert solution["value_kinds"]
        assert set(solution["value_kinds"]) <= set(ValueKind), solution["slug"]
    for problem in PROBLEMS:
        assert "wish_work_role" not in problem or WorkRole(problem["wish_work_role"])


def test_only_known_fields_are_used() -> None:
    plain = {
        "slug",
        "workplace",
        "status",
        "days_ago",
        "language",
        "title",
        "sector",
        "target_groups",
        "reason",
        "note",
    }
    of_problem = {"fits", "solved_by", "question", "decision_by_days", "systems", "give_in_return", "who_decides"}
    of_solution = {
        "stage",
        "value_kinds",
        "year_in_use",
        "evaluated",
        "developed_on",
        "implemented_on",
        "value_shown_on",
    }
    others = {"flagged_not_proven", "paused_until", "question"}
    texts = {*SOLUTION_TEXTS, *SOLUTION_TEXTS_THAT_MAY_BE_EMPTY}

    assert set().union(*PROBLEMS) == plain | of_problem | set(PROBLEM_TEXTS) | {"wish_work_role"}
    assert set().union(*SOLUTIONS) == plain | of_solution | others | texts


def test_every_state_is_shown() -> None:
    assert {problem["status"] for problem in PROBLEMS} == set(ProblemStatus) - {ProblemStatus.MERGED}
    assert {solution["status"] for solution in SOLUTIONS} == set(SolutionStatus) - {SolutionStatus.MERGED}
    assert {introduction["status"] for introduction in INTRODUCTIONS} == set(IntroductionStatus)
    assert {solution["stage"] for solution in SOLUTIONS} == set(Stage)
    assert {solution["sector"] for solution in SOLUTIONS} == set(Sector)
    assert {group for solution in SOLUTIONS for group in solution["target_groups"]} == set(TargetGroup)
    assert {kind for solution in SOLUTIONS for kind in solution["value_kinds"]} == set(ValueKind)
    assert {organisation["kind"] for organisation in ORGANISATIONS} == set(OrganisationKind)
    assert {organisation["region"] for organisation in ORGANISATIONS} == set(Region)
    assert {person["work_role"] for person in PEOPLE} == set(WorkRole)


def test_most_are_published_and_open() -> None:
    assert sum(solution["status"] == "published" for solution in SOLUTIONS) > len(SOLUTIONS) / 2
    assert sum(problem["status"] == "open" for problem in PROBLEMS) > len(PROBLEMS) / 2


def test_what_is_said_about_the_origin_is_complete() -> None:
    for solution in SOLUTIONS:
        origin = Origin(
            Stage(solution["stage"]),
            solution.get("developed_on"),
            solution.get("implemented_on"),
            solution.get("value_shown_on"),
            solution["value_evidence"],
        )
        flagged = solution.get("flagged_not_proven", False)

        assert origin.is_answered, (solution["slug"], origin.missing())
        if solution["status"] in VISIBLE_SOLUTION:
            assert origin.is_proven or flagged, solution["slug"]
        assert not (origin.is_proven and flagged), solution["slug"]


def test_the_dates_of_an_origin_follow_each_other() -> None:
    for solution in SOLUTIONS:
        steps = [solution.get(name) for name in ("developed_on", "implemented_on", "value_shown_on")]
        dates = [step for step in steps if isinstance(step, date)]

        assert dates == sorted(dates), solution["slug"]
        if "implemented_on" in solution:
            assert solution["implemented_on"].year == solution["year_in_use"], solution["slug"]
        if solution["stage"] == Stage.IDEA:
            assert "year_in_use" not in solution, solution["slug"]


def test_what_is_evaluated_says_so() -> None:
    assert all(solution["evaluated"] for solution in SOLUTIONS if solution["stage"] in {"evaluated", "spread"})


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem["slug"])
def test_a_problem_is_told_in_full(problem: Row) -> None:
    assert 15 <= len(problem["title"]) <= 100
    assert all(problem[name].strip() for name in PROBLEM_TEXTS)
    assert 20 <= len(problem["situation"].split()) <= 120
    assert problem["fits"]


@pytest.mark.parametrize("solution", SOLUTIONS, ids=lambda solution: solution["slug"])
def test_a_solution_is_told_in_full(solution: Row) -> None:
    assert 15 <= len(solution["title"]) <= 100
    assert all(solution[name].strip() for name in SOLUTION_TEXTS)
    assert all(isinstance(solution[name], str) for name in SOLUTION_TEXTS_THAT_MAY_BE_EMPTY)
    assert 100 <= len(solution["description"].split()) <= 200


def test_references_lead_somewhere() -> None:
    consultants = {person["slug"] for person in rows("consultant", "people.toml")}

    assert {record["workplace"] for record in [*SOLUTIONS, *PROBLEMS]} <= set(WORKPLACE_OF)
    assert {fit for problem in PROBLEMS for fit in problem["fits"]} <= set(SOLUTION_OF)
    assert {problem["solved_by"] for problem in PROBLEMS if "solved_by" in problem} <= set(SOLUTION_OF)
    assert {introduction["problem"] for introduction in INTRODUCTIONS} <= set(PROBLEM_OF)
    assert {introduction["solution"] for introduction in INTRODUCTIONS} <= set(SOLUTION_OF)
    assert {introduction["consultant"] for introduction in INTRODUCTIONS} <= consultants


def test_every_workplace_has_something_to_show_and_a_contact_who_may_show_it() -> None:
    owners = {solution["workplace"] for solution in SOLUTIONS}
    adopters = {problem["workplace"] for problem in PROBLEMS}

    assert owners | adopters == set(WORKPLACE_OF)
    assert all(WORKPLACE_OF[slug]["contact"]["owner"] for slug in owners)
    assert all(WORKPLACE_OF[slug]["contact"]["adopter"] for slug in adopters)


def test_an_open_problem_has_a_solution_that_may_be_suggested() -> None:
    for problem in PROBLEMS:
        fits = [SOLUTION_OF[slug] for slug in problem["fits"]]

        assert len(fits) <= 3
        assert all(fit["workplace"] != problem["workplace"] for fit in fits), problem["slug"]
        if problem["status"] == "open":
            assert any(fit["status"] in VISIBLE_SOLUTION for fit in fits), problem["slug"]


def test_some_solutions_fit_nothing_and_are_look_alikes() -> None:
    fitting = {slug for problem in PROBLEMS for slug in problem["fits"]}

    assert len([s for s in SOLUTIONS if s["status"] == "published" and s["slug"] not in fitting]) >= 3


def test_each_reason_is_one_that_its_step_takes() -> None:
    for record in [*INTRODUCTIONS, *PROBLEMS, *SOLUTIONS]:
        step = REASON_STEP.get(record["status"])
        if step is None:
            assert "reason" not in record, record
        else:
            assert Reason(record["reason"]) in STEPS[step].reasons, record


def test_what_must_be_said_in_words_is_said() -> None:
    assert all(i["note"] for i in INTRODUCTIONS if i["status"] == "cancelled")
    assert all(solution["note"] for solution in SOLUTIONS if solution["status"] == "rejected")
    assert all("question" in record for record in [*SOLUTIONS, *PROBLEMS] if record["status"] == "needs_info")
    assert all("paused_until" in solution for solution in SOLUTIONS if solution["status"] == "paused")
    assert all(i["interest"] for i in INTRODUCTIONS if i.get("asked_by_adopter"))


def test_introductions_agree_with_the_states_of_both_sides() -> None:
    live = {IntroductionStatus.INTRODUCED, IntroductionStatus.IN_DIALOGUE}
    in_dialogue = {introduction["problem"] for introduction in INTRODUCTIONS if introduction["status"] in live}

    assert in_dialogue == {problem["slug"] for problem in PROBLEMS if problem["status"] == "in_dialogue"}
    for introduction in INTRODUCTIONS:
        problem, solution = PROBLEM_OF[introduction["problem"]], SOLUTION_OF[introduction["solution"]]
        assert problem["workplace"] != solution["workplace"]
        assert solution["status"] in VISIBLE_SOLUTION
        if problem["status"] == "solved":
            assert problem["solved_by"] == solution["slug"]
            assert introduction["days_ago"] >= problem["days_ago"]
        else:
            assert introduction["days_ago"] <= problem["days_ago"]
            assert introduction["days_ago"] <= solution["days_ago"]
    assert twice([f"{i['problem']} {i['solution']}" for i in INTRODUCTIONS]) == []


def test_nobody_is_over_capacity_and_only_a_full_owner_has_a_waiting_list() -> None:
    taken = Counter(
        SOLUTION_OF[introduction["solution"]]["workplace"]
        for introduction in INTRODUCTIONS
        if introduction["status"] in TAKES_CAPACITY
    )
    waiting = {SOLUTION_OF[i["solution"]]["workplace"] for i in INTRODUCTIONS if i["status"] == "waitlisted"}
    limit = {slug: w.get("capacity", {}).get("at_a_time", Capacity().at_a_time) for slug, w in WORKPLACE_OF.items()}

    assert all(count <= limit[slug] for slug, count in taken.items())
    assert {slug for slug, count in taken.items() if count == limit[slug]} == waiting == {"birkeaa-sygepleje"}


def test_two_problems_and_two_solutions_are_in_english_from_one_workplace() -> None:
    for records in (SOLUTIONS, PROBLEMS):
        english = [record for record in records if record.get("language") == "en"]
        assert len(english) == 2
        assert {WORKPLACE_OF[record["workplace"]]["organisation"] for record in english} == {"tidewater"}


def test_no_invented_organisation_is_a_real_one() -> None:
    real = {name.casefold() for organisation in reference_organisations() for name in organisation.names}

    assert [o["name"] for o in ORGANISATIONS if o["name"].casefold() in real] == []


def test_addresses_and_numbers_can_reach_nobody() -> None:
    assert all(re.fullmatch(r"[a-z.]+@[a-z]+\.example", person["email"]) for person in PEOPLE)
    assert all(re.fullmatch(r"00 00 00 \d\d", person["phone"]) for person in PEOPLE)
    assert [word for text in EVERYTHING for word in re.findall(r"\S+@\S+", text) if not word.endswith(".example")] == []
    hosts = [host for text in EVERYTHING for host in re.findall(r"https?://([^/\s]+)", text)]
    assert [host for host in hosts if not host.endswith(".example")] == []


def test_nothing_looks_like_a_cpr_number() -> None:
    assert [text for text in EVERYTHING if contains_cpr_number(text)] == []


def test_texts_are_clean() -> None:
    untidy = re.compile(r"[\t\u00a0]|  |\.\.|\s,|<[a-z]|lorem|TODO|XXX")

    assert [text for text in EVERYTHING if untidy.search(text)] == []
