"""The report opens from a file, asks for nothing, and shows what it was given."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

import foedus
from foedus import report
from foedus.crisis import outlines

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


@pytest.mark.browser
def test_a_country_on_both_sides_of_the_antimeridian_is_one_on_the_map(
    made: Result, browser: Browser, tmp_path: Path
) -> None:
    def square(west: float, south: float) -> list[list[float]]:
        return [[west, south], [west + 2, south], [west + 2, south + 2], [west, south + 2], [west, south]]

    areas = [{"type": "Polygon", "coordinates": [square(*corner)]} for corner in ((178, -18), (-180, -18), (-178, -20))]
    features = [{"type": "Feature", "properties": {}, "geometry": area} for area in areas]
    file = tmp_path / "places.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    course = made.bundle["course"]
    lons = [178.5, -178.5, *(179 + i / 20 for i in range(len(course["places"]) - 2))]
    places = [place | {"lon": lon, "lat": -17} for place, lon in zip(course["places"], lons, strict=True)]
    drawn = outlines.read(file.read_bytes(), file, [SimpleNamespace(**place) for place in places])
    page = browser.new_page()
    for geometry in (drawn, None):
        bundle = made.bundle | {"geometry": geometry, "course": course | {"places": places}}
        page.goto(report.write(bundle, tmp_path / "report.html").as_uri())
        picture = page.locator("svg.map").first
        picture.wait_for()
        whole = picture.evaluate("map => map.viewBox.baseVal.width")
        seats = picture.locator("circle.seat").evaluate_all("all => all.map(one => one.cx.baseVal.value)")
        assert all(0 <= x <= whole for x in seats)
        assert max(seats) - min(seats) > 0.2 * whole
        boxes = picture.locator("path.outline").evaluate_all("all => all.map(one => one.getBBox().width / 6)")
        if geometry:
            one, two, three = boxes  # 2 of the 6 degrees each, and none the whole world around it
            assert one == pytest.approx(two, rel=0.01) == pytest.approx(three, rel=0.01)
            assert 0.2 * whole / 6 < one < whole / 6
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
