"""The report opens from a file, asks for nothing, and shows what it was given."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import foedus
from foedus import report

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from foedus.pipeline import Result


@pytest.mark.browser
def test_the_page_opens_from_file_without_console_errors_or_requests(made: Result, browser: Browser) -> None:
    page = browser.new_page()
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    address = Path(made.report).resolve().as_uri()
    page.goto(address)
    page.get_by_role("heading", name="Human cost: reported and simulated").wait_for()
    assert made.bundle["verdict"]["sentence"] in page.inner_text("body")
    for title in ("The law: who was bound", "The decision: would they act?", "The course", "Evidence", "Limits"):
        assert page.get_by_role("heading", name=title).first.is_visible()
    page.get_by_role("button", name="Play").click()
    page.wait_for_timeout(300)
    assert page.locator("svg").count() > 5
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert said == []
    assert [url for url in asked if url != address] == []
    page.close()


@pytest.mark.browser
def test_the_page_tells_who_computed_it_from_who_wrote_it(made: Result, browser: Browser, tmp_path: Path) -> None:
    meta = made.bundle["meta"] | {"versions": {"foedus": "9.8.7"}}
    page = browser.new_page()
    page.goto(report.write(made.bundle | {"meta": meta}, tmp_path / "report.html").as_uri())
    page.get_by_text("Fingerprints of the inputs, and versions").click()
    table = page.locator("table", has_text="page written by")
    assert table.locator("tr", has_text="foedus").inner_text().split() == ["foedus", "9.8.7", foedus.__version__]
    assert table.locator("tr", has_text="numpy").inner_text().split() == [
        "numpy",
        "not",
        "recorded",
        meta["written_by"]["numpy"],
    ]
    page.close()


def test_without_scripts_the_verdict_and_the_table_can_still_be_read(made: Result) -> None:
    html = Path(made.report).read_text(encoding="utf-8")
    assert "<noscript>" in html
    outside = html[html.index("<noscript>") : html.index("</noscript>")]
    assert "238" in outside
    assert "default-src 'none'" in html


def test_an_article_cannot_inject_markup(tmp_path: Path) -> None:
    from foedus.report.html import embed

    assert "<" not in embed({"title": "</script><script>alert(1)</script>"})


def test_whole_numbers_reach_the_page_whole() -> None:
    from foedus.report.html import embed

    assert embed([327738.0, 327738.4, 1234.45, 12.0, -2819.6]) == "[327738,327738,1234,12,-2820]"
    assert embed([0.123456, 104.97531]) == "[0.12346,104.98]"


def test_reported_human_cost_that_no_engine_simulates_is_shown(made: Result) -> None:
    rows = {row["label"]: row for row in made.bundle["beside_the_model"]}
    custody = rows["dead from torture in custody"]
    assert custody["value"] == "6"
    assert "Prosecutor General" in custody["according_to"]
