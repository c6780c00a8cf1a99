"""What is installed is what pyproject.toml asks for, pinned; the tests run with the versions of the service."""

import re
import tomllib

from tests.house.source import ROOT

PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^\s;\\]+)", re.MULTILINE)
NAME = re.compile(r"^[A-Za-z0-9._-]+")


def pins(lock: str) -> dict[str, str]:
    return dict(PIN.findall(lock))


def unpinned(wanted: list[str], lock: dict[str, str]) -> set[str]:
    names = {re.sub(r"[-_.]+", "-", found.group()).lower() for line in wanted if (found := NAME.match(line))}
    return names - set(lock)


def test_every_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    run = pins((ROOT / "requirements/run.lock").read_text())
    test = pins((ROOT / "requirements/test.lock").read_text())
    extras = project["optional-dependencies"]
    assert unpinned(project["dependencies"] + extras["run"], run) == set(), "make lock"
    assert unpinned(extras["test"], test) == set(), "make lock"


def test_an_unpinned_dependency_would_be_found() -> None:
    assert unpinned(["Flask>=3", "celery[redis]==5.6.3", "nothing_pinned"], pins("flask==3.1\ncelery==5.6.3 \\\n")) == {
        "nothing-pinned"
    }


def test_the_tests_run_with_the_versions_of_the_service() -> None:
    run = pins((ROOT / "requirements/run.lock").read_text())
    test = pins((ROOT / "requirements/test.lock").read_text())
    assert {name: (version, test.get(name)) for name, version in run.items() if test.get(name) != version} == {}
