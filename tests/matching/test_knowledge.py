"""The knowledge that ships with the library: whole, in form, and of every field of work."""

from collections import Counter
from importlib.resources import files

from app.domain.vocabulary import Sector
from matching.meanings import Group, Knowledge, read_groups

CHAPTERS = {
    file.name.removesuffix(".toml"): read_groups(file.read_text(encoding="utf-8"))
    for file in (files("matching") / "knowledge").iterdir()
    if file.name.endswith(".toml")
}
GROUPS = [group for groups in CHAPTERS.values() for group in groups]


def test_there_are_enough_groups_and_every_field_has_its_chapter() -> None:
    assert len(GROUPS) >= 300
    assert set(CHAPTERS) == {sector.value for sector in Sector} - {"other"}
    assert {name: len(groups) for name, groups in CHAPTERS.items() if len(groups) < 20} == {}


def test_a_chapter_is_about_its_own_field() -> None:
    assert [(name, group) for name, groups in CHAPTERS.items() for group in groups if group.field != name] == []


def test_every_group_says_one_thing_in_several_ways() -> None:
    assert [group.words for group in GROUPS if len(group.words) + len(group.lay) < 2] == []
    assert [
        group.words for group in GROUPS if len({*group.words, *group.lay}) < len(group.words) + len(group.lay)
    ] == []
    assert {group.kind for group in GROUPS} <= {"same", "near", "lay"}
    assert [word for group in GROUPS for word in group.words if word != word.lower() or len(word.split()) > 5] == []


def test_no_word_means_everything() -> None:
    counted = Counter(word for group in GROUPS for word in {*group.words, *group.lay})
    assert [word for word, count in counted.items() if count > 4] == []


def test_what_can_never_be_met_is_said() -> None:
    members = ("og", "den der dut", "natlige tilsyn", "skærmbesøg", "1813")
    assert Knowledge([Group(members)]).unheard == ["og", "den der dut"]
