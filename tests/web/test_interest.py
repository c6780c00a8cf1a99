"""What an adopter reads when the wish to meet somebody could not be sent: only what is true."""

from pathlib import Path

import pytest

from app.domain.errors import Conflict
from app.web.solutions import interest
from tests.use_cases.introduction_world import World
from tests.web.text_pages import Visitor, make_app, text_of


def test_only_who_has_asked_before_is_told_so(
    sqlite_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(sqlite_database)
    adopter = Visitor(make_app(world, tmp_path), world, world.adopter)
    path, problem_id = f"/solutions/{world.solution()}/interest", world.problem()
    fields = {"problem": str(problem_id), "words": "Vi vil gerne høre, hvordan I gjorde"}

    def conflict(*_args: object, **_fields: object) -> None:
        raise Conflict("the same thing was changed by somebody else at the same time")

    with monkeypatch.context() as while_it_lasts:
        while_it_lasts.setattr(interest, "express_interest", conflict)
        refused = adopter.post(path, fields)
    assert refused.status_code == 409
    assert "already asked" not in refused.text
    assert "at the same moment, so this was not sent" in text_of(refused.text)
    assert fields["words"] in refused.text
    assert adopter.post(path, fields).status_code == 303
    twice = adopter.post(path, fields)
    assert twice.status_code == 409
    assert "already asked about this one" in text_of(twice.text)
    world.database.dispose()
