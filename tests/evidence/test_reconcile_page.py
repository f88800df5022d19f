"""The page of a reconciliation: every bound leads to its claims, nothing is fetched, nothing is injected."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from foedus.cli import cli
from foedus.crisis import load_scenario
from foedus.evidence import load_claims, reconcile
from foedus.evidence.page import render

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Browser, Page

CLAIMS = load_claims(load_scenario("kazakhstan-2022").claims_path)


def test_every_link_has_its_target_and_every_claim_its_row() -> None:
    html = render(CLAIMS, reconcile(CLAIMS))
    targets = set(re.findall(r'id="([^"]+)"', html))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= targets
    assert {f"claim-{claim.claim_id}" for claim in CLAIMS if claim.status != "rejected"} <= targets


def test_what_a_report_says_is_text() -> None:
    nasty = [claim.model_copy(update={"speaker": "<script>alert(1)</script>", "title": "<b>"}) for claim in CLAIMS[:5]]
    html = render(nasty, reconcile(nasty))
    assert "<script" not in html
    assert "<b>" not in html


@pytest.mark.browser
def test_the_page_opens_from_file_and_plots_the_dead_over_time(tmp_path: Path, browser: Browser) -> None:
    file = tmp_path / "page.html"
    made = CliRunner().invoke(cli, ["evidence", "reconcile", "kazakhstan-2022", "--html", str(file)])
    assert made.exit_code == 0, made.output
    page = browser.new_page()
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    plot = page.get_by_role("img", name="Dead, Kazakhstan, over time; the table below holds the same")
    assert plot.locator("circle").count() >= 8
    assert plot.locator("g.faint").count() >= 4  # disowned, echoed
    page.locator("#conflicts ~ .conflict a").first.click()
    assert page.locator("tr:target").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert (said, asked) == ([], [file.as_uri()])
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(1280, "dark"), (390, "light")])
def test_the_page_follows_the_colour_scheme_and_has_no_serious_barrier(
    width: int, scheme: str, tmp_path: Path, browser: Browser, barriers: Callable[[Page], list[str]]
) -> None:
    some = CLAIMS[:25]
    file = tmp_path / "page.html"
    file.write_text(render(some, reconcile(some)), encoding="utf-8")
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(file.as_uri())
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (ground == "rgb(255, 255, 255)") == (scheme == "light")
    assert page.locator(".scroll").evaluate("(area) => area.scrollWidth > area.clientWidth") == (width == 390)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert barriers(page) == []
    page.close()
