"""The weekly letter: numbers and one's own titles, nobody else's name, and no letter about nothing."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest

from app.domain.eligibility import WEAK
from app.domain.events import DigestDue
from app.domain.vocabulary import Actor, ProblemStatus, SuggestionStatus
from app.store.matches import Suggestion
from app.store.people import Account
from app.use_cases.digests import Digest, digest_of
from tests.emails.world import TellingWorld


@pytest.fixture
def world(database: str) -> Iterator[TellingWorld]:
    found = TellingWorld(database)
    yield found
    found.database.dispose()


def digest(world: TellingWorld, actor: Actor) -> Digest:
    with world.database.reading() as uow:
        return digest_of(uow, uow.session.get_one(Account, actor.account_id))


def suggest(world: TellingWorld, solution: UUID, **more: object) -> UUID:
    return world.suggestion(world.problem(title="De andres problem"), solution, **more)  # type: ignore[arg-type]


def test_an_owner_hears_how_many_open_problems_each_solution_fits(world: TellingWorld) -> None:
    first, second = world.solution(title="Bookingen"), world.solution(title="Andet")
    for _ in range(3):
        suggest(world, first)
    suggest(world, second)
    assert digest(world, world.owner).fits == [("Andet", 1), ("Bookingen", 3)]
    assert digest(world, world.adopter).is_empty


def test_weak_old_and_decided_suggestions_and_closed_problems_do_not_count(world: TellingWorld) -> None:
    solution = world.solution()
    suggest(world, solution, label=WEAK)
    suggest(world, solution, status=SuggestionStatus.DISMISSED)
    world.suggestion(world.problem(status=ProblemStatus.SOLVED), solution)
    old = suggest(world, solution)
    with world.database.transaction() as uow:
        uow.session.get_one(Suggestion, old).suggested_at = uow.now - timedelta(days=8)
    assert digest(world, world.owner).is_empty


def test_an_adopter_hears_what_was_picked_out_for_its_problems(world: TellingWorld) -> None:
    suggestion = world.suggestion(world.problem(title="Vores"), world.solution(), status=SuggestionStatus.SHORTLISTED)
    with world.database.transaction() as uow:
        uow.session.get_one(Suggestion, suggestion).decided_at = uow.now
    assert digest(world, world.adopter).shortlisted == [("Vores", 1)]


def test_a_consultant_hears_what_waits_and_what_is_overdue(world: TellingWorld) -> None:
    world.problem(status=ProblemStatus.SUBMITTED)
    suggest(world, world.solution())
    assert digest(world, world.consultant).waiting == [("problems", 1), ("suggestions", 1)]
    world.pass_time(days=8)
    assert ("overdue", 1) in digest(world, world.consultant).waiting


def test_the_letter_names_nobody_else_and_nothing_is_no_letter(world: TellingWorld) -> None:
    suggest(world, world.solution(title="Bookingen"))
    with world.database.transaction() as uow:
        for actor in (world.owner, world.adopter):
            assert actor.account_id is not None
            uow.emit(DigestDue(actor.account_id, slot="2026-11-23"))
    (letter,) = world.tell()
    assert (letter.kind, letter.account_id) == ("digest", world.owner.account_id)
    assert "Bookingen: 1 åbent problem" in letter.text
    for hidden in ("De andres problem", "Plejecenter Engen", "Nordby"):
        assert hidden not in letter.text
    assert "/accounts/profile" in str(letter.message["List-Unsubscribe"])


def test_who_has_turned_the_letter_off_meanwhile_gets_none(world: TellingWorld) -> None:
    suggest(world, world.solution())
    with world.database.transaction() as uow:
        assert world.owner.account_id is not None
        uow.emit(DigestDue(world.owner.account_id, slot="2026-11-23"))
        uow.session.get_one(Account, world.owner.account_id).digest_wanted = False
    assert world.tell() == []
