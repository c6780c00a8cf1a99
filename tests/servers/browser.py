"""The browser of the tests: Chromium, the system's or the one inside the npm package @sparticuz/chromium."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.servers import client
from tests.servers.programs import only_bundled

ROOT = Path(__file__).parents[2]
PACKAGED = ROOT / "node_modules" / ".chromium"
ARGUMENTS = ["--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update"]


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """Give a headless Chromium; fails the test, with the remedy, where there is none."""
    program, packaged = _find()
    environment: dict[str, str | float | bool] = {**os.environ}
    if packaged:
        environment |= {"LD_LIBRARY_PATH": str(PACKAGED / "lib"), "FONTCONFIG_FILE": str(PACKAGED / "fonts.conf")}
    # Chromium's sandbox needs a helper program that the package lacks, and refuses root
    sandbox = [] if os.geteuid() != 0 and not packaged else ["--no-sandbox"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, env=environment, args=[*ARGUMENTS, *sandbox], chromium_sandbox=not sandbox
        )
        origin = "npm package @sparticuz/chromium" if packaged else f"system, {program}"
        client.tell_met("Chromium", browser.version, origin)
        yield browser
        browser.close()


def axe_script() -> str:
    """Return the script of axe-core; a page evaluates it, since the pages' own rules forbid foreign scripts."""
    script = ROOT / "node_modules" / "axe-core" / "axe.min.js"
    if not script.exists():
        client.report_missing("browser", "axe-core is not here: make setup-test")
    return script.read_text()


def _find() -> tuple[Path, bool]:
    if not only_bundled():
        for name in ("chromium", "chromium-browser", "google-chrome"):
            program = shutil.which(name)
            if program:
                return Path(program), False
    if not (PACKAGED / "chromium").exists():
        client.report_missing("browser", "Chromium is not here: make setup-test, or apt-get install chromium")
    return PACKAGED / "chromium", True
