"""Hooks of pytest: the run's keeper lives as long as pytest does, and the summary tells which servers the tests met."""

import subprocess

import pytest

from tests.servers import client

KEEPER = pytest.StashKey[subprocess.Popen[bytes]]()


def pytest_configure(config: pytest.Config) -> None:
    # processes of pytest-xdist use the keeper of the process that started them
    if not hasattr(config, "workerinput"):
        config.stash[KEEPER] = client.start_keeper()
        # the folders of tmp_path go with the rest
        config.option.basetemp = config.option.basetemp or client.run_folder() / "tmp"


def pytest_unconfigure(config: pytest.Config) -> None:
    if KEEPER in config.stash:
        client.stop_keeper(config.stash[KEEPER])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    report = client.ask({"report": True})
    terminalreporter.section("servers that the tests met")
    for name, version, origin in report["met"]:
        terminalreporter.line(f"{name} {version} ({origin})")
    for remedy in report["missing"]:
        terminalreporter.line(f"MISSING: {remedy}", red=True)
    if not report["met"] and not report["missing"]:
        terminalreporter.line("none was asked for")
