"""The fixtures for everything that runs outside the test process. None starts before a test asks for it."""

import os
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest
import redis
from playwright.sync_api import Browser

from tests.servers import browser as browsers
from tests.servers import client, databases
from tests.servers.smtp import SmtpSink


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """Address of the run's PostgreSQL, its maintenance database `postgres`. Tests that want tables take `database`."""
    return client.server_url("postgres")


@pytest.fixture
def postgres_database() -> Iterator[str]:
    """Address of a PostgreSQL database of the test's own: all tables, no rows."""
    with databases.postgres_copy() as url:
        yield url


@pytest.fixture
def sqlite_database(tmp_path: Path) -> str:
    """Address of a SQLite database of the test's own: all tables, no rows."""
    return databases.sqlite_copy(tmp_path)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Run the test on both databases: the address of one with all tables and no rows."""
    if request.param == "sqlite":
        yield databases.sqlite_copy(tmp_path)
    else:
        with databases.postgres_copy() as url:
            yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def blank_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Run the test on both databases: the address of one without tables, for tests of the migrations."""
    if request.param == "sqlite":
        yield databases.sqlite_copy(tmp_path, migrated=False)
    else:
        with databases.postgres_copy(migrated=False) as url:
            yield url


@pytest.fixture
def redis_url() -> str:
    """Address, as Celery takes it, of an empty Redis database."""
    return empty_broker("redis")


@pytest.fixture
def valkey_url() -> str:
    """Address, as Celery takes it, of an empty Valkey database."""
    return empty_broker("valkey")


@pytest.fixture(params=["redis", "valkey"])
def broker_url(request: pytest.FixtureRequest) -> str:
    """Run the test on both brokers: the address of an empty one."""
    return empty_broker(request.param)


@pytest.fixture
def smtp_sink() -> Iterator[SmtpSink]:
    """A mail server that keeps what it gets; see SmtpSink: `url`, `mails`, `wait_for(2)`, `refuse_with = "451 ..."`."""
    with SmtpSink() as sink:
        client.tell_met("SMTP sink", version("aiosmtpd"), "package aiosmtpd")
        yield sink


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium, driven by playwright: `browser.new_page()`."""
    with browsers.running_chromium() as running:
        yield running


@pytest.fixture(scope="session")
def axe_source() -> str:
    """The script of axe-core: `page.evaluate(axe_source)`, then `page.evaluate("axe.run()")`."""
    return browsers.axe_script()


def empty_broker(name: str) -> str:
    """Return the address of an empty database of the run's `redis` or `valkey`."""
    # each process of pytest-xdist has a numbered database of its own: gw0, gw1, ...
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    url = client.server_url(name)
    with redis.Redis(unix_socket_path=url.removeprefix("redis+socket://"), db=number) as connection:
        connection.flushdb()
    return f"{url}?virtual_host={number}"
