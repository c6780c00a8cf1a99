"""What the import contracts cannot see: where commits stand, who rings Celery, what a web process loads, sizes."""

import ast
import subprocess
import sys
from collections.abc import Iterable

import pytest

from tests.house.source import ROOT, Source, calls_of, sources

LONGEST_FILE_LINES = 400
LONGEST_FUNCTION_LINES = 60
# about 90 MB and a second for each process
NOT_FOR_WEB = ["sklearn", "scipy", "numba", "celery", "workers"]


def commits(files: Iterable[Source]) -> list[str]:
    return [place for file in files for place in calls_of(file, "commit")]


def test_commit_stands_once_in_the_project() -> None:
    found = commits(sources("app/", "workers/"))
    assert len(found) == 1, found
    assert found[0].startswith("app/store/unit_of_work.py:")


def test_a_second_commit_would_be_found() -> None:
    planted = Source("app/web/views.py", "def save(session):\n    session.commit()\n")
    assert commits([planted]) == ["app/web/views.py:2"]


def filled_packages(files: Iterable[Source]) -> list[str]:
    return [file.path for file in files if file.path.endswith("__init__.py") and file.text]


def test_packages_are_empty() -> None:
    """An import through a package's file is one that the import contracts do not see."""
    assert filled_packages(sources("app/", "workers/", "config/", "tests/")) == []


def test_a_filled_package_would_be_found() -> None:
    assert filled_packages([Source("app/__init__.py", "from app import store\n")]) == ["app/__init__.py"]


def loaded_by_importing(module: str) -> set[str]:
    program = f"import {module}, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True)
    return set(done.stdout.split()) & set(NOT_FOR_WEB)


def test_a_web_process_loads_neither_matcher_libraries_nor_celery() -> None:
    assert loaded_by_importing("app.factory") == set()


def test_a_loaded_matcher_library_would_be_found() -> None:
    assert "sklearn" in loaded_by_importing("sklearn")


def rings(files: Iterable[Source]) -> list[str]:
    return [place for file in files for place in calls_of(file, "delay", "apply_async", "send_task", "signature")]


def test_the_service_never_rings_celery() -> None:
    """The outbox is the way: what is in it is not lost."""
    assert rings(sources("app/")) == []


@pytest.mark.parametrize("call", ["send_mails.delay()", "send_mails.apply_async(countdown=9)", "app.send_task('x')"])
def test_a_ring_would_be_found(call: str) -> None:
    assert rings([Source("app/use_cases/notify.py", f"{call}\n")]) == ["app/use_cases/notify.py:1"]


def too_long(files: Iterable[Source]) -> list[str]:
    found = []
    for file in files:
        lines = len(file.text.splitlines())
        if lines > LONGEST_FILE_LINES and "/migrations/versions/" not in file.path:
            found.append(f"{file.path}: {lines} lines")
        found += [
            f"{file.place(node.lineno)}: {node.name} has {node.end_lineno - node.lineno + 1} lines"
            for node in ast.walk(file.tree())
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
            and "/migrations/versions/" not in file.path
            and node.end_lineno is not None
            and node.end_lineno - node.lineno >= LONGEST_FUNCTION_LINES
        ]
    return found


def test_files_and_functions_are_short() -> None:
    assert too_long(sources("app/", "matching/", "workers/", "config/", "tests/")) == []


def test_a_long_file_and_a_long_function_would_be_found() -> None:
    body = "    pass\n" * LONGEST_FILE_LINES
    assert too_long([Source("app/long.py", f"def long() -> None:\n{body}")]) == [
        "app/long.py: 401 lines",
        "app/long.py:1: long has 401 lines",
    ]
