"""Every answer, page or file, tells the browser what it may do with it."""

from pathlib import Path

import pytest
from flask import Flask
from pydantic import SecretStr

from app.factory import create_app
from config.settings import Settings

PATHS = ("/", "/static/css/genklang.css", "/static/img/mark.svg", "/static/js/genklang.js", "/nowhere", "/static/no")


def app_at(base_url: str, url: str, folder: Path) -> Flask:
    return create_app(Settings(secret_key=SecretStr("k" * 40), database_url=url, var=folder, base_url=base_url))


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_the_policy(path: str, sqlite_database: str, tmp_path: Path) -> None:
    answer = app_at("http://127.0.0.1", sqlite_database, tmp_path).test_client().get(path)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert "Strict-Transport-Security" not in answer.headers


@pytest.mark.parametrize("path", PATHS)
def test_over_https_every_answer_says_so_for_the_future(path: str, sqlite_database: str, tmp_path: Path) -> None:
    answer = app_at("https://genklang.example.dk", sqlite_database, tmp_path).test_client().get(path)
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_files_may_be_kept_and_pages_may_not(sqlite_database: str, tmp_path: Path) -> None:
    client = app_at("http://127.0.0.1", sqlite_database, tmp_path).test_client()
    assert "max-age=3600" in client.get("/static/css/genklang.css").headers["Cache-Control"]
    assert client.get("/overview").headers["Cache-Control"] == "no-store"
