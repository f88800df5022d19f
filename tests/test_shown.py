"""What the public functions return can be looked at: no object prints more than a screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from foedus import crisis, evidence, forecast, record, treaties
from foedus.shown import brief

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SCREEN = 2_000
REPORT = "Almaty, 5 January 2022. Police said 12 people were killed and 300 injured.\n" * 40


def found() -> treaties.Obligations:
    return treaties.obligations("KAZ", "2022-01-05", "kazakhstan-2022")


def claims(folder: Path) -> list[evidence.Claim]:
    (folder / "report.txt").write_text(REPORT, encoding="utf-8")
    return evidence.extract(evidence.load(folder / "report.txt"))


OBJECTS: dict[str, Callable[[Path], Any]] = {
    "obligations": lambda _: found(),
    "findings": lambda _: found()["csto"],
    "finding": lambda _: found()["csto"].provision("4"),
    "view": lambda _: found()["csto"].provision("4").view,
    "treaty": lambda _: treaties.library()["un-charter-1945"],
    "library": lambda _: treaties.library(),
    "sources": lambda _: treaties.sources(),
    "vocabulary": lambda _: treaties.vocabulary(),
    "incident": lambda _: treaties.load_incident("kazakhstan-2022"),
    "allies": lambda _: treaties.allies("KAZ", "2022-01-05"),
    "timeline": lambda _: treaties.timeline("csto"),
    "council": lambda _: treaties.council("csto", treaties.Positions(proposal="x", positions={}), "2022-01-06"),
    "cases": lambda _: record.cases(),
    "case": lambda _: record.cases()[0],
    "forecast": lambda _: forecast.case("kazakhstan-2022-january"),
    "fits": lambda _: forecast.fits(),
    "scenario": lambda _: crisis.load_scenario("kazakhstan-2022"),
    "document": lambda folder: claims(folder) and evidence.load(folder / "report.txt"),
    "claims": claims,
    "reconciliation": lambda folder: evidence.reconcile(claims(folder)),
    "scores": lambda folder: evidence.score(claims(folder), claims(folder)),
    "evidence vocabulary": lambda _: evidence.vocabulary(),
}


@pytest.mark.parametrize("name", OBJECTS)
def test_an_object_prints_as_less_than_a_screen(name: str, tmp_path: Path) -> None:
    shown = repr(OBJECTS[name](tmp_path))
    assert max(len(shown), len(str(OBJECTS[name](tmp_path)))) < SCREEN
    assert " object at 0x" not in shown


def test_found_prints_its_bottom_line() -> None:
    shown = repr(found())
    assert "Kazakhstan on 2022-01-05" in shown
    assert "Must: Armenia, Belarus, Kyrgyzstan, Russia and Tajikistan must give" in shown
    assert all(len(line) <= 80 for line in shown.splitlines())


def test_a_brief_object_names_what_it_holds_and_leaves_out_what_is_empty() -> None:
    shown = brief(treaties.load_incident("kazakhstan-2022"))
    assert shown.startswith("Incident(name='kazakhstan-2022', title='Kazakhstan, January 2022', target='KAZ'")
    assert "recorded_until" not in shown


def test_rows_that_print_briefly_are_lists_and_tuples_all_the_same() -> None:
    allies, cases = treaties.allies("KAZ", "2022-01-05"), record.cases()
    assert allies == list(allies)
    assert cases == tuple(cases)
    assert repr(cases).startswith(f"<{len(cases)} items>")
