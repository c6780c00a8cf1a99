"""From "open" to suggestions on the page: web, worker and broker running, 10,000 solutions published.

Prints the median and the 95th percentile in seconds, beside what one page of the same service costs, so that a slow
machine can be told from a slow service. Goal: p95 under 3 s. Run by `make bench`; SOLUTIONS and PROBLEMS: the size.
"""

import http.cookiejar
import os
import re
import statistics
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from app.domain.vocabulary import Actor, Language, OrganisationKind, Role, Sector, SolutionStatus
from app.store.catalogue import Problem, Solution
from app.store.migrate import upgrade
from app.store.people import Account, Membership, Organisation, Workplace
from app.store.unit_of_work import Database, UnitOfWork
from app.use_cases.passwords import hashed
from app.use_cases.problems import begin_problem, take_problem_step
from tests.bench.texts import texts
from tests.journeys.service import running_service, wait_until
from tests.servers.programs import start_valkey
from tests.servers.smtp import SmtpSink

SOLUTIONS = int(os.environ.get("SOLUTIONS", "10000"))
PROBLEMS = int(os.environ.get("PROBLEMS", "30"))
PASSWORD = "a-long-password-for-measuring"
CONSULTANT = "consultant@bench.example"
GOAL_SECONDS = 3.0


class Visitor:
    """Somebody with a browser, without the browser."""

    def __init__(self, url: str) -> None:
        self.url = url
        jar = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))

    def get(self, path: str) -> tuple[int, str]:
        """Return status and body."""
        with self._opener.open(self.url + path, timeout=30) as answer:
            return answer.status, answer.read().decode()

    def post(self, page: str, path: str, **fields: str) -> str:
        """Send a form whose hidden fields stand on `page`, and return the page that follows."""
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.get(page)[1])
        assert token is not None, f"no form on {page}"
        body = urllib.parse.urlencode({"csrf_token": token[1], **fields}).encode()
        with self._opener.open(self.url + path, body, timeout=30) as answer:
            return str(answer.read().decode())


def seed(database: Database) -> list[UUID]:
    """Put the solutions, a consultant and reviewed problems into the database; return the problems' ids."""
    with database.transaction() as uow:
        owner = Organisation(name="Ejer Kommune", kind=OrganisationKind.KOMMUNE, created_at=uow.now)
        adopter = Organisation(name="Modtager Kommune", kind=OrganisationKind.KOMMUNE, created_at=uow.now)
        uow.session.add_all([owner, adopter])
        uow.session.flush()
        homes = [
            Workplace(organisation_id=body.id, name="Afdeling", sector=Sector.OTHER, created_at=uow.now)
            for body in (owner, adopter)
        ]
        consultant = Account(
            email=CONSULTANT, display_name="Konsulent", password_hash=hashed(PASSWORD),
            roles=[Role.CONSULTANT.value], email_verified_at=uow.now, created_at=uow.now,
        )  # fmt: skip
        uow.session.add_all([*homes, consultant])
        uow.session.flush()
        for number, text in enumerate(texts(SOLUTIONS)):
            words = text.split()
            uow.session.add(
                Solution(
                    status=SolutionStatus.PUBLISHED, workplace_id=homes[0].id, title=" ".join(words[:8])[:150],
                    problem_text=" ".join(words[8:40]), description=" ".join(words[40:]), sector=Sector.OTHER,
                    target_groups=[], value_kinds=[], text_changed_at=uow.now, created_at=uow.now,
                    source_key=f"bench-{number}", published_at=uow.now,
                )
            )  # fmt: skip
        reviewer = Actor(consultant.id, frozenset({Role.CONSULTANT}))
        problems = [_reviewed_problem(uow, reviewer, homes[1].id, text) for text in texts(PROBLEMS, seed=11)]
        uow.session.add(Membership(account_id=consultant.id, workplace_id=homes[1].id, created_at=uow.now))
    return problems


def _reviewed_problem(uow: UnitOfWork, reviewer: Actor, workplace_id: UUID, text: str) -> UUID:
    words = text.split()
    fifth = max(len(words) // 5, 1)
    fields = {
        "title": " ".join(words[:8])[:150], "situation": " ".join(words[:fifth]),
        "tried": " ".join(words[fifth : 2 * fifth]), "better": " ".join(words[2 * fifth : 3 * fifth]),
        "context": " ".join(words[3 * fifth :]), "sector": Sector.OTHER,
    }  # fmt: skip
    problem: Problem = begin_problem(
        uow, actor=reviewer, workplace_id=workplace_id, language=Language.DANISH, fields=fields
    )
    for step in ("submit", "take"):
        take_problem_step(uow, actor=reviewer, problem_id=problem.id, step=step)
    return problem.id


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name, SmtpSink() as sink:
        folder = Path(name)
        url = f"sqlite:///{folder / 'bench.db'}"
        upgrade(url)
        problems = seed(Database(url))
        (folder / "broker").mkdir()
        broker = start_valkey(folder / "broker")
        try:
            with running_service(folder, database_url=url, broker_url=broker.url, sink=sink) as service:
                # The worker reads the catalogue when it starts, as after every restart; problems come later.
                wait_until((folder / "index" / "problems" / "current.json").exists, "the worker's indexes")
                visitor = Visitor(service.url)
                visitor.post("/accounts/sign-in", "/accounts/sign-in", email=CONSULTANT, password=PASSWORD)
                seconds, pages = measure(visitor, service.database, problems)
        finally:
            broker.stop()
    show(seconds, pages)


def measure(visitor: Visitor, database: Database, problems: list[UUID]) -> tuple[list[float], list[float]]:
    """Open each problem and wait for its suggestions; return those times and the times of a plain page."""
    seconds, pages = [], []
    for problem_id in problems:
        started = time.perf_counter()
        visitor.get("/solutions")
        pages.append(time.perf_counter() - started)
        page = f"/problems/{problem_id}"
        started = time.perf_counter()
        visitor.post(page, f"{page}/open")
        while visitor.get(f"{page}/suggestions")[0] != 200:  # 204: not yet
            time.sleep(0.05)
        seconds.append(time.perf_counter() - started)
    with database.reading() as uow:
        unmatched = [row for row in uow.session.scalars(select(Problem)) if not row.matched_version]
    assert not unmatched, f"{len(unmatched)} problems were not matched"
    return seconds, pages


def show(seconds: list[float], pages: list[float]) -> None:
    """Print the figures."""
    p95 = statistics.quantiles(seconds, n=20)[-1]
    print(f"from 'open' to suggestions on the page, {SOLUTIONS} solutions, {len(seconds)} problems, SQLite + Valkey")
    print(f"  first {seconds[0]:.2f} s, median {statistics.median(seconds):.2f} s, ", end="")
    print(f"p95 {p95:.2f} s (goal: under {GOAL_SECONDS} s)")
    print(f"  anchor: the catalogue page takes {statistics.median(pages):.3f} s (median)")


if __name__ == "__main__":
    main()
