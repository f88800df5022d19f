"""No page has a barrier that axe calls serious: wide and narrow, light and dark, everything opened."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Page

    from foedus.pipeline import Result

# everything opened, which takes a moment; then two of what is alike are enough, the rest would take a minute
OPEN = """async () => {
  const settled = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  document.querySelectorAll('details').forEach((one) => { one.open = true; });
  await settled();
  for (const one of document.querySelectorAll(':is(tr, li, figure, .panel):nth-of-type(n + 3), .node .node .node')) one.remove();
  await settled();
}"""


@pytest.mark.browser
@pytest.mark.parametrize("kind", ["sent", "assumed", "none"])
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_the_report_has_no_serious_barrier(
    kind: str,
    width: int,
    scheme: str,
    reports: dict[str, Result],
    browser: Browser,
    barriers: Callable[[Page], list[str]],
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(Path(reports[kind].report).resolve().as_uri())
    if kind != "none":
        page.get_by_role("group", name="Which runs").get_by_role("button").last.click()
    page.evaluate(OPEN)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert barriers(page) == []
    page.close()


@pytest.mark.browser
def test_the_test_itself_sees_barriers(browser: Browser, barriers: Callable[[Page], list[str]]) -> None:
    page = browser.new_page()
    chart = "<svg role='img' aria-label='x'><a href='#a'><text>y</text></a></svg>"
    page.set_content(f"<html lang='en'><title>x</title><main>{chart}<img src='data:,'></main></html>")
    assert [line.split(":")[0] for line in barriers(page)] == ["image-alt", "nested-interactive"]
    page.close()
