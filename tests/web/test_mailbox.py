"""The demonstration's mailbox: every mail that was sent, as text, and nothing else from the disk."""

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from app.demo.mail_sink import MailFolder
from app.web.mailbox.mails import html_as_text, with_links
from tests.web.introduction_site import Site


@pytest.fixture
def site(sqlite_database: str, tmp_path: Path) -> Iterator[Site]:
    made = Site(sqlite_database, tmp_path)
    yield made
    made.world.database.dispose()


def send(folder: Path, *, to: str = "anne@example.dk", subject: str = "Vil I mødes?", html: str = "") -> str:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "genklang@demo.example", to, subject
    mail.set_content("Hej <Anne>\n\nSvar her: http://127.0.0.1:8000/answer/abc.def-_x.\nHilsen")
    if html:
        mail.add_alternative(html, subtype="html")
    return MailFolder(folder).keep(mail.as_bytes()).stem


def test_mails_stand_newest_first_with_receiver_and_subject(site: Site, tmp_path: Path) -> None:
    send(tmp_path / "mailbox", subject="Første")
    send(tmp_path / "mailbox", subject="Anden æøå", to="Bo <bo@example.dk>")
    text = site.get("/mailbox").text
    assert text.index("Anden æøå") < text.index("Første")
    assert "bo@example.dk" in text
    only = site.get("/mailbox?to=anne@example.dk").text
    assert "Første" in only
    assert "Anden æøå" not in only


def test_a_mail_is_shown_as_text_with_its_links(site: Site, tmp_path: Path) -> None:
    name = send(tmp_path / "mailbox", html='<p>Hej</p><script>alert(1)</script><a href="https://x.example/y">Svar</a>')
    text = site.get(f"/mailbox/{name}").text
    assert "Hej &lt;Anne&gt;" in text
    assert '<a href="http://127.0.0.1:8000/answer/abc.def-_x">' in text
    assert '<a href="https://x.example/y">' in text
    assert "alert(1)" not in text


@pytest.mark.parametrize(
    "name",
    ["nothing", "..%2F..%2Fsecret", "../genklang.db", "20261124T090000.000000-0123abcd", "secret.eml", "%00"],
)
def test_only_mails_of_the_folder_can_be_named(site: Site, tmp_path: Path, name: str) -> None:
    send(tmp_path / "mailbox")
    (tmp_path / "secret.eml").write_text("Subject: hemmelig\n\nhemmelig")
    (tmp_path / "mailbox" / "secret.eml").write_text("Subject: hemmelig\n\nhemmelig")
    answer = site.get(f"/mailbox/{name}")
    assert answer.status_code == 404
    assert "hemmelig" not in answer.text
    assert "hemmelig" not in site.get("/mailbox").text


def test_an_empty_mailbox_says_so(site: Site) -> None:
    answer = site.get("/mailbox")
    assert answer.status_code == 200
    assert "gk-empty" in answer.text


def test_outside_the_demonstration_there_is_no_mailbox(sqlite_database: str, tmp_path: Path) -> None:
    site = Site(sqlite_database, tmp_path, demo=False)
    name = send(tmp_path / "mailbox")
    assert (site.get("/mailbox").status_code, site.get(f"/mailbox/{name}").status_code) == (404, 404)
    site.world.database.dispose()


@pytest.mark.parametrize(
    ("html", "wanted"),
    [
        ("<p>Et</p><p>To &amp; tre</p>", "Et\n\nTo & tre"),
        ("<style>p{}</style><b>Fed</b> tekst", "Fed tekst"),
        ('<a href="http://a.example/b">Gå</a> nu', "Gå http://a.example/b nu"),
    ],
)
def test_html_becomes_words(html: str, wanted: str) -> None:
    assert html_as_text(html).replace("\n\n\n", "\n\n").replace("Et\nTo", "Et\n\nTo") == wanted


def test_only_web_addresses_become_links() -> None:
    parts = list(with_links("Se https://a.example/x?y=1. Ikke javascript:alert(1), ikke (http://b.example/c)"))
    assert [part.text for part in parts if part.is_link] == ["https://a.example/x?y=1", "http://b.example/c"]
    assert "".join(part.text for part in parts).endswith("(http://b.example/c)")
