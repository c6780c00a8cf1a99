"""Nothing of a machine, a registry or a real person gets into the repository, and no secret."""

import re
from collections.abc import Iterable

import pytest
from detect_secrets.core.scan import scan_line
from detect_secrets.settings import transient_settings

from tests.house.source import Source, text_files

# written so that this file does not hold what it looks for
MACHINE = re.compile(r"/wo(?:r)k/\w|/ro(?:o)t/\w|/ho(?:m)e/\w|/Us(?:e)rs/\w")
REGISTRY = re.compile(r"py(?:p)i\.org|np(?:m)js\.org|python(?:h)osted\.org|index(?:-)url")
MAIL_ADDRESS = re.compile(r"[\w.+-]+@((?:[\w-]+\.)+[a-z]{2,})\b", re.IGNORECASE)
RESERVED_DOMAIN = re.compile(r"(?:^|\.)(?:example\.(?:dk|com|org|net)|example|test|invalid|localhost)$", re.IGNORECASE)
# keys, tokens and passwords in addresses; words such as "password" are everywhere in a service with a sign-in
SECRET_KINDS = [
    "AWSKeyDetector",
    "BasicAuthDetector",
    "GitHubTokenDetector",
    "GitLabTokenDetector",
    "JwtTokenDetector",
    "NpmDetector",
    "PrivateKeyDetector",
    "PypiTokenDetector",
    "SendGridDetector",
    "SlackDetector",
    "StripeDetector",
]
# what stands for a password in texts and tests that show an address with one
PLACEHOLDERS = {"password", "secret", "p%3Aa%2Fs%40s"}


def matches(files: Iterable[Source], pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{file.place(number)} {found.group()!r}"
        for file in files
        for number, line in enumerate(file.text.splitlines(), 1)
        for found in pattern.finditer(line)
    ]


def test_no_path_of_a_machine_and_no_registry() -> None:
    files = list(text_files())
    assert matches(files, MACHINE) == []
    assert matches(files, REGISTRY) == []


@pytest.mark.parametrize("planted", ["/wo" + "rk/main/app", "see /ho" + "me/anna/notes"])
def test_a_path_of_a_machine_would_be_found(planted: str) -> None:
    assert len(matches([Source("README.md", planted)], MACHINE)) == 1


@pytest.mark.parametrize("planted", ["https://py" + "pi.org/simple", "--index-" + "url x"])
def test_a_registry_would_be_found(planted: str) -> None:
    assert len(matches([Source("requirements/run.lock", planted)], REGISTRY)) == 1


def real_addresses(files: Iterable[Source]) -> list[str]:
    """Return mail addresses that may belong to somebody."""
    return [
        f"{file.place(number)} {found.group()}"
        for file in files
        for number, line in enumerate(file.text.splitlines(), 1)
        for found in MAIL_ADDRESS.finditer(line)
        if not RESERVED_DOMAIN.search(found.group(1))
    ]


def test_mail_addresses_belong_to_nobody() -> None:
    assert real_addresses(text_files()) == []


def test_a_real_address_would_be_found() -> None:
    planted = [Source("app/demo/people.py", "x = 'anna@example.dk'\ny = 'anna@" + "kommune.dk'\n")]
    assert real_addresses(planted) == ["app/demo/people.py:2 anna@" + "kommune.dk"]


def secrets(files: Iterable[Source]) -> list[str]:
    with transient_settings({"plugins_used": [{"name": name} for name in SECRET_KINDS]}):
        return [
            f"{file.place(number)} {found.type}"
            for file in files
            for number, line in enumerate(file.text.splitlines(), 1)
            for found in scan_line(line)
            if found.secret_value not in PLACEHOLDERS
        ]


def test_no_secret_is_committed() -> None:
    assert secrets(file for file in text_files() if not file.path.endswith((".lock", "-lock.json"))) == []


@pytest.mark.parametrize(
    "planted",
    [
        "-----BEGIN RSA " + "PRIVATE KEY-----",
        "broker = 'redis://user:" + "sommer2026@10.0.0.1/0'",
        "token = 'ghp_" + "a1B2" * 9 + "'",
    ],
)
def test_a_secret_would_be_found(planted: str) -> None:
    assert len(secrets([Source("config/settings.py", planted)])) == 1
