"""Every answer, page or file, tells the browser what it may do with it."""

from pathlib import Path

import pytest
from flask import Flask
from pydantic import SecretStr
from werkzeug.datastructures import Headers

from app.factory import create_app
from config.settings import Settings

PATHS = ("/", "/static/css/genklang.css", "/static/img/mark.svg", "/static/js/genklang.js", "/nowhere", "/static/no")


def headers_at(path: str, base_url: str, url: str, folder: Path) -> Headers:
    with app_at(base_url, url, folder).test_client().get(path) as answer:
        return answer.headers


def app_at(base_url: str, url: str, folder: Path) -> Flask:
    return create_app(Settings(secret_key=SecretStr("k" * 40), database_url=url, var=folder, base_url=base_url))


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_the_policy(path: str, sqlite_database: str, tmp_path: Path) -> None:
    headers = headers_at(path, "http://127.0.0.1", sqlite_database, tmp_path)
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in headers
    assert "Strict-Transport-Security" not in headers


@pytest.mark.parametrize("path", PATHS)
def test_over_https_every_answer_says_so_for_the_future(path: str, sqlite_database: str, tmp_path: Path) -> None:
    headers = headers_at(path, "https://genklang.example.dk", sqlite_database, tmp_path)
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_files_may_be_kept_and_pages_may_not(sqlite_database: str, tmp_path: Path) -> None:
    file, page = (
        headers_at(path, "http://127.0.0.1", sqlite_database, tmp_path)["Cache-Control"]
        for path in ("/static/css/genklang.css", "/overview")
    )
    assert "max-age=3600" in file
    assert page == "no-store"
