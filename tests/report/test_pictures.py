"""The pictures of the report: one arm at a time, its difference on a scale of its own, readable on every paper."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from foedus import crisis, ensemble
from foedus.report import course

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from foedus.pipeline import Result


def opened(browser: Browser, made: Result, width: int = 1280) -> Page:
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(Path(made.report).resolve().as_uri())
    page.locator("#course figure").first.wait_for()
    return page


@pytest.fixture(scope="module")
def runs() -> ensemble.Ensemble:
    return ensemble.run(crisis.load_scenario("kyrgyzstan-2010"), runs=7, seed=3)


def test_the_difference_is_taken_within_each_run_and_not_between_the_arms(runs: ensemble.Ensemble) -> None:
    section = course.section(runs, places=[], events=[], reported={})
    for name, found in section["difference"].items():
        pairs = runs.daily("help", name) - runs.daily("no_help", name)
        assert found["q95"] == pytest.approx(pairs.max(axis=0)), name  # of few draws the greatest
    arms = section["national"]
    apart = np.subtract(arms["help"]["forces"]["q95"], arms["no_help"]["forces"]["q95"])
    assert section["difference"]["forces"]["q95"] != pytest.approx(apart)


def test_each_single_run_has_a_draw_of_its_own(runs: ensemble.Ensemble) -> None:
    shown = course.section(runs, places=[], events=[], reported={})["single_runs"]["help"]["dead"]
    assert list(runs.drawn["draw"]) == [0, 0, 1, 1, 2, 2, 3]
    assert shown == runs.daily("help", "dead")[[0, 2, 4, 6]].tolist()


@pytest.mark.browser
@pytest.mark.parametrize("kind", ["sent", "assumed"])
def test_only_the_arm_that_happened_is_drawn_solid(kind: str, reports: dict[str, Result], browser: Browser) -> None:
    page = opened(browser, reports[kind])
    arms = reports[kind].bundle["arms"]
    for single in (False, True):
        if single:
            page.get_by_role("button", name="Single runs").click()
        for number, arm in enumerate(arms["names"]):
            page.get_by_role("group", name="Which runs").get_by_role("button").nth(number).click()
            lines = page.locator("#course figure .plot .middle")
            dashes = lines.evaluate_all("(lines) => lines.map((line) => line.getAttribute('stroke-dasharray'))")
            assert len(dashes) == len(course.QUANTITIES)
            assert all((dash is None) == (arm["key"] == arms["actual"]) for dash in dashes), (arm, dashes)
            hypothetical = "hypothetical" in page.locator("#course [role=status]").first.inner_text()
            assert hypothetical == (arm["key"] != arms["actual"])
    page.close()


@pytest.mark.browser
def test_where_there_is_no_help_there_is_one_arm_and_no_difference(
    reports: dict[str, Result], browser: Browser
) -> None:
    page = opened(browser, reports["none"])
    assert page.get_by_role("group", name="Which runs").count() == 0
    assert page.get_by_text("same dice").count() == page.locator("#cost").get_by_text("same dice").count()
    assert page.locator("#course [stroke-dasharray='6 4']").count() == 0
    page.close()


@pytest.mark.browser
def test_every_reported_figure_of_a_chart_is_in_the_table_below_it(made: Result, browser: Browser) -> None:
    page = opened(browser, made)
    figure = page.locator("#course figure").first
    claims = [mark["claim"] for mark in made.bundle["course"]["reported"]["dead"]]
    drawn = figure.locator(".marks a").evaluate_all("(marks) => marks.map((mark) => mark.getAttribute('href'))")
    assert sorted(drawn) == sorted(f"#claim-{claim}" for claim in claims)
    figure.locator(".marks a").last.click()
    assert page.evaluate("location.hash") == drawn[-1]
    figure.locator("summary").click()
    assert sorted(figure.locator("details a").all_inner_texts()) == sorted(claims)
    assert figure.locator("tbody tr").count() == len(made.bundle["course"]["days"])
    page.close()


@pytest.mark.browser
def test_the_map_opens_on_the_busiest_day_and_its_letters_keep_their_size_on_a_phone(
    reports: dict[str, Result], browser: Browser
) -> None:
    page = opened(browser, reports["assumed"], width=390)
    shown = reports["assumed"].bundle["course"]
    people = shown["national"]["no_help"]["participants"]["q50"]
    busiest = shown["days"][people.index(max(people))]
    assert page.get_by_role("slider").input_value() == str(shown["days"].index(busiest))
    scales = page.locator("#course svg[role=img]").evaluate_all(
        "(all) => all.filter((svg) => svg.checkVisibility()).map((svg) => svg.getScreenCTM().a)"
    )
    assert len(scales) > 4
    assert min(scales) > 0.95
    page.close()


@pytest.mark.browser
def test_paper_keeps_bars_and_every_claim_and_loses_the_controls(made: Result, browser: Browser) -> None:
    page = opened(browser, made)
    page.emulate_media(media="print", color_scheme="dark")
    bar = page.locator("#decision .track span").first
    assert bar.evaluate("(bar) => getComputedStyle(bar).printColorAdjust") == "exact"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    claims = page.get_by_role("region", name="Claims")
    assert claims.evaluate("(area) => area.scrollHeight <= area.clientHeight + 1")
    assert claims.locator("tbody tr").count() == len(made.bundle["evidence"]["claims"])
    controls = page.locator("button, input, select")
    assert controls.evaluate_all("(all) => all.filter((one) => one.checkVisibility())") == []
    page.close()
