"""Every button leads to a page that there is: the addresses in mails are those of the web's own map."""

from pathlib import Path
from uuid import UUID

import pytest
from werkzeug.exceptions import NotFound

from app.factory import create_app
from app.use_cases.notify import LINK_PATHS, PAGE_PATHS, PROFILE_PATH
from config.settings import Settings

ID = UUID(int=7)
PATHS = [
    *(path.format(problem=ID, solution=ID, introduction=ID) for path in PAGE_PATHS.values()),
    *(path.format(token="abc.def") for path in LINK_PATHS.values()),
    PROFILE_PATH,
]


@pytest.fixture(scope="module")
def endpoint_of(tmp_path_factory: pytest.TempPathFactory) -> object:
    var: Path = tmp_path_factory.mktemp("var")
    settings = Settings(secret_key="x" * 40, database_url=f"sqlite:///{var / 'x.db'}", var=var)  # type: ignore[arg-type]
    return create_app(settings).url_map.bind("genklang.example").match


@pytest.mark.parametrize("path", PATHS)
def test_a_button_leads_to_a_page(endpoint_of: object, path: str) -> None:
    assert callable(endpoint_of)
    endpoint_of(path, method="GET")


def test_a_button_that_leads_nowhere_would_be_found(endpoint_of: object) -> None:
    assert callable(endpoint_of)
    with pytest.raises(NotFound):
        endpoint_of(f"/problemer/{ID}", method="GET")
