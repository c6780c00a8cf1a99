"""The project's own files, as the house rules read them."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
VENDORED = "app/web/static/vendor/"


@dataclass(frozen=True)
class Source:
    """One file: its path below the project's folder, and its text. Rules take these, so a test can plant a bad one."""

    path: str
    text: str

    def tree(self) -> ast.Module:
        """Return the syntax tree of a Python file."""
        return ast.parse(self.text, self.path)

    def place(self, line: int) -> str:
        """Return what a finding names."""
        return f"{self.path}:{line}"


def sources(*folders: str, endings: tuple[str, ...] = (".py",)) -> list[Source]:
    """Return our own committed files in `folders` ("" is everywhere) with one of `endings`, read from the work tree."""
    return [
        Source(path, (ROOT / path).read_text())
        for path in _committed()
        if path.endswith(endings) and path.startswith(folders) and not path.startswith(VENDORED)
    ]


def text_files() -> Iterator[Source]:
    """Give every committed file of ours that is text."""
    for path in _committed():
        if path.startswith(VENDORED):
            continue
        try:
            yield Source(path, (ROOT / path).read_text())
        except UnicodeDecodeError:
            continue


@cache
def _committed() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True)
    return sorted(path for path in listed.stdout.split("\0") if path and (ROOT / path).is_file())


def calls_of(source: Source, *names: str) -> list[str]:
    """Return the places where a method or function of one of `names` is called."""
    return [
        source.place(node.lineno)
        for node in ast.walk(source.tree())
        if isinstance(node, ast.Call) and _called_name(node.func) in names
    ]


def _called_name(function: ast.expr) -> str | None:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else None
