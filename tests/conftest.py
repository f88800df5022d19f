"""Shared fixtures: the external data, a real browser, and a word on what was skipped."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

settings.register_profile("foedus", derandomize=True, deadline=None)
settings.load_profile("foedus")

ROOT = Path(__file__).parents[1]
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def external_data() -> Path:
    """Folder of the external data sets (``FOEDUS_DATA``); the test is skipped where there is none."""
    place = Path(os.environ.get("FOEDUS_DATA", ROOT.parent / "shared" / "data"))
    if not place.is_dir():
        pytest.skip("no external data here (set FOEDUS_DATA to its folder)")
    return place


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start the installed Chromium; skip without one, fail where continuous integration demands it."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next((found for name in names if (found := shutil.which(name))), None)
    if path is None:
        message = "no Chromium on this machine (install the package 'chromium')"
        if os.environ.get("FOEDUS_REQUIRE_CHROMIUM"):
            pytest.fail(message)
        pytest.skip(message)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        try:
            yield chromium
        finally:
            chromium.close()


@pytest.fixture
def barriers() -> Callable[[Page], list[str]]:
    """Return a function that lists what axe finds serious or critical in a page, and where."""
    from axe_playwright_python.sync_playwright import Axe

    def look(page: Page) -> list[str]:
        return [
            f"{rule['id']}: {node['html'][:120]}"
            for rule in Axe().run(page).response["violations"]
            if rule["impact"] in ("serious", "critical")
            for node in rule["nodes"]
        ]

    return look


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one line how many tests were skipped, and why."""
    reasons: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        reason = reason.removeprefix("Skipped: ")
        reasons[reason] = reasons.get(reason, 0) + 1
    total = sum(reasons.values())
    why = "; ".join(f"{count} x {reason}" for reason, count in reasons.items())
    terminalreporter.write_line(f"skipped: {total}" + (f" ({why})" if total else ""))
