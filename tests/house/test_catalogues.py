"""Every text that people read has a Danish translation, with the same values in it."""

import ast
import re
import subprocess
from collections.abc import Iterable
from io import StringIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from tests.house.source import ROOT, Source, sources

DANISH = ROOT / "app/web/translations/da/LC_MESSAGES/messages.po"
VALUE = re.compile(r"%\((\w+)\)[sd]|%[sd]")


def texts(value: str | tuple[str, ...] | list[str] | None) -> list[str]:
    return [value] if isinstance(value, str) else list(value or [""])


def faults(catalogue: Catalog) -> list[str]:
    """Return what is wrong with a catalogue: untranslated, unsure, or with other values than the original."""
    found = []
    for message in catalogue:
        if not message.id:
            continue
        name = texts(message.id)[0]
        translations = texts(message.string)
        if not all(translations):
            found.append(f"untranslated: {name}")
        elif message.fuzzy:
            found.append(f"fuzzy: {name}")
        elif any(set(VALUE.findall(text)) - set(VALUE.findall("".join(texts(message.id)))) for text in translations):
            found.append(f"another value: {name}")
    return found


def test_the_danish_catalogue_is_complete() -> None:
    assert faults(read_po(StringIO(DANISH.read_text()))) == []


def test_the_danish_catalogue_has_every_text_of_code_and_pages(tmp_path: Path) -> None:
    template = tmp_path / "messages.pot"
    subprocess.run(["sh", "tools/extract_messages.sh", template], cwd=ROOT, check=True)
    used = {texts(message.id)[0] for message in read_po(StringIO(template.read_text())) if message.id}
    known = {texts(message.id)[0] for message in read_po(StringIO(DANISH.read_text())) if message.id}
    assert len(used) > 0
    assert used - known == set(), "make messages, then translate"
    assert known - used == set(), "make messages"


TRANSLATES = frozenset({"_", "_l", "gettext", "ngettext", "lazy_gettext", "lazy_ngettext", "msg"})


def texts_in_code(files: Iterable[Source]) -> set[str]:
    """Return the texts that code hands to a translating function, whatever name it goes by there."""
    return {
        node.args[0].value
        for file in files
        for node in ast.walk(ast.parse(file.text))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in TRANSLATES
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }


def test_no_text_of_the_code_is_overlooked_when_texts_are_collected() -> None:
    known = {texts(message.id)[0] for message in read_po(StringIO(DANISH.read_text())) if message.id}
    assert texts_in_code(sources("app/")) - known == set()


def test_a_text_that_is_overlooked_would_be_found() -> None:
    planted = Source(
        "app/web/forms.py", 'name = field(_l("Your name"), hint=ngettext("%(num)s day", "%(num)s days", 2))'
    )
    assert texts_in_code([planted]) == {"Your name", "%(num)s day"}


@pytest.mark.parametrize(
    ("planted", "fault"),
    [
        ('msgid "Save"\nmsgstr ""\n', "untranslated: Save"),
        ('#, fuzzy\nmsgid "Save"\nmsgstr "Gem"\n', "fuzzy: Save"),
        ('msgid "%(count)s days"\nmsgstr "%(antal)s dage"\n', "another value: %(count)s days"),
        ('msgid "one"\nmsgid_plural "%(num)s"\nmsgstr[0] "en"\nmsgstr[1] ""\n', "untranslated: one"),
    ],
)
def test_a_fault_in_a_catalogue_would_be_found(planted: str, fault: str) -> None:
    assert faults(read_po(StringIO(planted))) == [fault]


def test_a_good_catalogue_has_no_fault() -> None:
    assert faults(read_po(StringIO('msgid "%(count)s days"\nmsgstr "%(count)s dage"\n'))) == []
