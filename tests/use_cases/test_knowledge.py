import errno
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import delete, select

from app.domain.errors import Conflict, InputMissing, NotFound, NotPermitted
from app.domain.knowledge import WordGroup, check_group, members
from app.domain.vocabulary import GroupKind, SuggestionStatus
from app.store.knowledge import KnowledgePreview
from app.store.matches import Suggestion
from app.store.outbox import OutboxMessage
from app.store.queries.knowledge import history_of_group
from app.use_cases import knowledge
from app.use_cases.knowledge_previews import keep_result, work_out
from app.use_cases.matching import IndexShelf, match_problem
from app.use_cases.suggestions import take_suggestion_step
from matching import shipped
from tests.use_cases.introduction_world import World

# Two made-up words that no other text shares: only a group can let them meet.
SNURRE = WordGroup(words=("snurredims", "drejetingest"), note="Sådan siger de i Vestby.")


@pytest.fixture
def world(database: str) -> Iterator[World]:
    made = World(database)
    yield made
    made.database.dispose()


def save(world: World, group: WordGroup, **where: object) -> UUID:
    with world.database.transaction() as uow:
        return knowledge.save_group(uow, actor=world.consultant, group=group, **where)  # type: ignore[arg-type]


def suggested(world: World, shelf: IndexShelf, problem_id: UUID) -> set[UUID]:
    """Return the solutions that are suggested because words met."""
    with world.database.transaction() as uow:
        match_problem(uow, shelf=shelf, problem_id=problem_id)
    with world.database.reading() as uow:
        found = uow.session.scalars(select(Suggestion).where(Suggestion.problem_id == problem_id)).all()
        return {one.solution_id for one in found if one.explanation["terms"]}


def strange_pair(world: World) -> tuple[UUID, UUID]:
    place, _ = world.place("Rådhuset", "Østby Kommune")
    world.solution(place, title="Madspild i kantinen", problem_text="Maden bliver smidt ud.", description="Vi vejer.")
    solution = world.solution(
        place, title="Drejetingest", problem_text="Drejetingest går i stykker.", description="Vi smører drejetingest."
    )
    problem = world.problem(
        title="Snurredims", situation="Vores snurredims og snurredims driller.", tried="", better="", context=""
    )
    return problem, solution


def test_without_own_groups_the_knowledge_is_the_librarys(world: World) -> None:
    with world.database.reading() as uow:
        assert knowledge.in_force(uow) is shipped()
        assert knowledge.stamp(uow) == (0, None)


def test_an_own_group_lets_two_words_meet_and_switched_off_no_more(world: World, tmp_path: Path) -> None:
    problem, solution = strange_pair(world)
    shelf = IndexShelf(tmp_path / "index")
    assert solution not in suggested(world, shelf, problem)
    group_id = save(world, SNURRE)
    assert solution in suggested(world, shelf, problem)
    assert solution in suggested(world, IndexShelf(tmp_path / "index"), problem), "another process opens what is there"
    with world.database.transaction() as uow:
        knowledge.switch_group(uow, actor=world.consultant, is_active=False, group_id=group_id)
        uow.session.execute(delete(Suggestion))
    assert solution not in suggested(world, shelf, problem)
    with world.database.reading() as uow:
        assert knowledge.in_force(uow).digest == shipped().digest


def test_a_web_process_goes_on_with_what_it_has_until_a_worker_has_published(world: World, tmp_path: Path) -> None:
    problem, solution = strange_pair(world)
    web, worker = IndexShelf(tmp_path / "index", builds=False), IndexShelf(tmp_path / "index")
    assert solution not in suggested(world, web, problem)
    save(world, SNURRE)
    assert solution not in suggested(world, web, problem)
    assert solution in suggested(world, worker, problem)
    with world.database.transaction() as uow:
        uow.session.execute(delete(Suggestion))
    assert solution in suggested(world, web, problem)


def test_a_group_of_the_library_can_be_changed_and_switched_off(world: World) -> None:
    came = shipped().groups[3]
    key = knowledge.key_of(came)
    with world.database.transaction() as uow:
        knowledge.switch_group(uow, actor=world.consultant, is_active=False, key=key)
    with world.database.reading() as uow:
        known = knowledge.in_force(uow)
        assert came not in known.groups
        assert len(known.groups) == len(shipped().groups) - 1
        row = knowledge.group_by_key(uow, key)
        assert not row.is_active
        assert row.group.words == came.words
    changed = WordGroup((*came.words, "snurredims"), came.lay, came.field)
    save(world, changed, key=key, revision=row.revision)
    with world.database.reading() as uow:
        words = [group.words for group in knowledge.in_force(uow).groups]
        assert (*came.words, "snurredims") in words
        assert came.words not in words


def test_a_change_lets_open_problems_be_matched_again(world: World) -> None:
    problem, _ = strange_pair(world)
    save(world, SNURRE)
    with world.database.transaction() as uow:
        assert knowledge.want_matches(uow) == 1
    with world.database.reading() as uow:
        told = [(row.name, row.payload["subject_id"]) for row in uow.session.scalars(select(OutboxMessage))]
    assert ("ProblemMatchWanted", str(problem)) in told
    assert "KnowledgeChanged" in {name for name, _ in told}


def test_of_two_who_change_a_group_the_second_hears_of_it(world: World) -> None:
    group_id = save(world, SNURRE)
    save(world, replace(SNURRE, words=("snurredims", "rundtenom")), group_id=group_id, revision=1)
    with pytest.raises(Conflict) as refused:
        save(world, replace(SNURRE, words=("snurredims", "kringle")), group_id=group_id, revision=1)
    assert refused.value.code == "group_changed"
    with world.database.reading() as uow:
        assert knowledge.group_by_id(uow, group_id).group.words == ("snurredims", "rundtenom")


def test_who_made_what_of_a_group_stays_readable(world: World) -> None:
    group_id = save(world, SNURRE)
    with world.database.transaction() as uow:
        knowledge.save_group(
            uow, actor=world.other_consultant, group=replace(SNURRE, words=("snurredims", "rundtenom")),
            group_id=group_id, revision=1,
        )  # fmt: skip
        knowledge.switch_group(uow, actor=world.consultant, is_active=False, group_id=group_id)
    with world.database.reading() as uow:
        lines = history_of_group(uow, group_id)
    assert [(line.words, line.who, line.is_active) for line in lines] == [
        (("snurredims", "rundtenom"), "Konsulent", False),
        (("snurredims", "rundtenom"), "Anden Konsulent", True),
        (SNURRE.words, "Konsulent", True),
    ]


def test_only_consultants_teach_the_matcher(world: World) -> None:
    with world.database.transaction() as uow:
        for actor in (world.adopter, world.owner):
            with pytest.raises(NotPermitted):
                knowledge.save_group(uow, actor=actor, group=SNURRE)
            with pytest.raises(NotPermitted):
                knowledge.switch_group(uow, actor=actor, is_active=False, key=knowledge.key_of(shipped().groups[0]))
            with pytest.raises(NotPermitted):
                knowledge.try_group(uow, actor=actor, group=SNURRE, group_id=None, key="")


@pytest.mark.parametrize(
    ("group", "field", "code"),
    [
        (WordGroup(("snurredims",)), "words", "group_too_small"),
        (WordGroup((), ("dims", "dut")), "words", "group_without_words"),
        (WordGroup(tuple(f"dims{n}" for n in range(31))), "words", "group_too_large"),
        (WordGroup(("dims", "x")), "words", "group_word_length"),
        (WordGroup(("dims", "d" * 61)), "words", "group_word_length"),
        (WordGroup(("dims", "en to tre fire fem")), "words", "group_phrase_length"),
        (WordGroup(("dims", "dut"), ("112",)), "lay", "group_no_letters"),
        (WordGroup(("dims", "dut"), ("dut",)), "lay", "group_word_twice"),
        (WordGroup(("dims", "dut", "dims")), "words", "group_word_twice"),
        (WordGroup(("dims", "dut"), field="space_travel"), "field", "group_field"),
    ],
)
def test_what_a_group_cannot_be_is_told_at_its_field(world: World, group: WordGroup, field: str, code: str) -> None:
    with pytest.raises(InputMissing) as refused:
        save(world, group)
    assert (refused.value.field, refused.value.code) == (field, code)


def test_what_the_library_says_at_length_may_stay_and_nothing_else(world: World) -> None:
    came = next(group for group in shipped().groups if any(len(phrase.split()) > 4 for phrase in group.lay))
    key = knowledge.key_of(came)
    more = WordGroup((*came.words, "snurredims"), came.lay, came.field, GroupKind(came.kind))
    group_id = save(world, more, key=key)
    save(world, replace(more, lay=()), group_id=group_id, revision=1)
    save(world, more, group_id=group_id, revision=2)
    with pytest.raises(InputMissing) as refused:
        save(world, replace(more, lay=(*came.lay, "en to tre fire fem")), group_id=group_id, revision=3)
    assert refused.value.code == "group_phrase_length"
    with pytest.raises(InputMissing):
        save(world, WordGroup(came.words, came.lay))


def test_every_group_of_the_library_can_be_saved_as_it_is(world: World) -> None:
    with world.database.reading() as uow:
        for known in knowledge.list_groups(uow):
            check_group(known.group, standing=knowledge.standing_words(known))
            assert members("\n".join(known.group.words)) == known.group.words, "it comes out of the form as it went in"
            assert members("\n".join(known.group.lay)) == known.group.lay


def test_unknown_groups_are_not_found(world: World) -> None:
    solution_id = world.solution()
    with world.database.transaction() as uow:
        with pytest.raises(NotFound):
            knowledge.group_by_key(uow, "nothing")
        with pytest.raises(NotFound):
            knowledge.save_group(uow, actor=world.consultant, group=SNURRE, key="nothing")
        with pytest.raises(NotFound):
            knowledge.switch_group(uow, actor=world.consultant, is_active=False, group_id=solution_id)


def test_words_are_read_from_lines_and_commas_each_once() -> None:
    assert members(" Snurredims\ndrejetingest, snurredims;;\n  Et  par ord ") == (
        "snurredims", "drejetingest", "et par ord",
    )  # fmt: skip


def test_groups_are_found_by_word_and_by_field(world: World) -> None:
    save(world, SNURRE)
    with world.database.reading() as uow:
        assert [known.group.words for known in knowledge.list_groups(uow, search="SNURRE")] == [SNURRE.words]
        fields = {known.group.field for known in knowledge.list_groups(uow, field="elderly_care")}
        assert fields == {"elderly_care"}
        assert knowledge.list_groups(uow)[0].group.words == SNURRE.words
        shared = knowledge.others_with(uow, WordGroup(("snurredims", "rundtenom")), but=None, key="")
        assert shared == ["snurredims"]


def test_a_preview_finds_what_would_change_and_changes_nothing(world: World) -> None:
    problem, solution = strange_pair(world)
    other = world.problem(
        title="Madspild", situation="Maden i kantinen bliver smidt ud.", tried="", better="", context=""
    )
    with world.database.transaction() as uow:
        preview_id = knowledge.try_group(uow, actor=world.consultant, group=SNURRE, group_id=None, key="")
    with world.database.reading() as uow:
        assert knowledge.preview_of(uow, actor=world.consultant, preview_id=preview_id).result is None
        found = work_out(uow, preview_id)
        assert knowledge.in_force(uow) is shipped()
    assert found is not None
    assert found["problems"] == 2
    changes = {change["problem"]: change for change in found["changes"]}
    assert set(changes) == {str(problem)}, f"nothing changes for {other}"
    met = {name: by_words for name, _, by_words in changes[str(problem)]["before"]}
    assert not met[str(solution)]
    assert changes[str(problem)]["after"][0][::2] == [str(solution), True]
    with world.database.transaction() as uow:
        keep_result(uow, preview_id, found)
    with world.database.reading() as uow:
        kept = knowledge.preview_of(uow, actor=world.consultant, preview_id=preview_id)
        assert kept.result == found
        assert knowledge.plain_group(kept.draft) == SNURRE
        with pytest.raises(NotFound):
            knowledge.preview_of(uow, actor=world.adopter, preview_id=preview_id)


def test_a_preview_of_a_changed_group_of_the_library_leaves_its_former_words_out(world: World) -> None:
    came = shipped().groups[3]
    group_id = save(world, WordGroup((*came.words, "snurredims")), key=knowledge.key_of(came))
    tried = WordGroup(("snurredims", "drejetingest"))
    with world.database.transaction() as uow:
        preview_id = knowledge.try_group(uow, actor=world.consultant, group=tried, group_id=group_id, key="")
    with world.database.reading() as uow:
        draft = knowledge.preview_of(uow, actor=world.consultant, preview_id=preview_id).draft
        groups = knowledge.would_be_in_force(uow, draft).groups
    assert came not in groups
    assert len(groups) == len(shipped().groups)
    assert groups[-1].words == tried.words


def test_what_only_a_group_had_suggested_goes_with_it_and_decisions_stay(world: World, tmp_path: Path) -> None:
    near = world.solution()
    solution = world.solution(
        title="Drejetingest", problem_text="Drejetingest går i stykker, og kringelkrog er dyr.",
        description="Vi smører drejetingest og kringelkrog.", for_whom="Alle", value_text="",
    )  # fmt: skip
    problem = world.problem(
        title="Snurredims og rundtenom driller",
        situation="Personalet går natlige tilsyn hos borgere, der bliver vækket. Snurredims og rundtenom hjælper ikke.",
    )
    shelf = IndexShelf(tmp_path / "index")
    save(world, WordGroup(("rundtenom", "kringelkrog")))
    group_id = save(world, SNURRE)

    def matched_again() -> dict[UUID, SuggestionStatus]:
        with world.database.transaction() as uow:
            match_problem(uow, shelf=shelf, problem_id=problem, replaces=True)
        with world.database.reading() as uow:
            rows = uow.session.scalars(select(Suggestion).where(Suggestion.problem_id == problem))
            return {row.solution_id: row.status for row in rows}

    def switch(*, on: bool) -> None:
        with world.database.transaction() as uow:
            knowledge.switch_group(uow, actor=world.consultant, is_active=on, group_id=group_id)

    both = {solution: SuggestionStatus.SUGGESTED, near: SuggestionStatus.SUGGESTED}
    assert matched_again() == both
    switch(on=False)
    assert matched_again() == both | {solution: SuggestionStatus.SUPERSEDED}
    switch(on=True)
    assert matched_again() == both, "it comes back with the group"
    with world.database.transaction() as uow:
        shortlisted = uow.session.scalars(select(Suggestion.id).where(Suggestion.solution_id == solution)).one()
        take_suggestion_step(uow, actor=world.consultant, suggestion_id=shortlisted, step="shortlist")
    switch(on=False)
    assert matched_again() == both | {solution: SuggestionStatus.SHORTLISTED}


def test_the_last_good_index_answers_while_a_new_one_cannot_be_built(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    problem, solution = strange_pair(world)
    shelf = IndexShelf(tmp_path / "index")
    assert solution not in suggested(world, shelf, problem)
    save(world, SNURRE)

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "no space left")

    with monkeypatch.context() as broken:
        broken.setattr("app.use_cases.shelf.Index.publish", full)
        assert solution not in suggested(world, shelf, problem)
        assert "could not be built anew" in caplog.text
    world.pass_time(minutes=2)
    assert solution in suggested(world, shelf, problem)


def test_previews_are_forgotten_after_a_day(world: World) -> None:
    with world.database.transaction() as uow:
        knowledge.try_group(uow, actor=world.consultant, group=SNURRE, group_id=None, key="")
    world.now += timedelta(days=1, minutes=1)
    with world.database.transaction() as uow:
        knowledge.forget_previews(uow)
    with world.database.reading() as uow:
        assert uow.session.scalars(select(KnowledgePreview)).all() == []


def test_near_groups_count_less_than_same_ones(world: World) -> None:
    save(world, replace(SNURRE, kind=GroupKind.NEAR))
    with world.database.reading() as uow:
        assert knowledge.in_force(uow).groups[-1].kind == "near"
