"""Precedent: what each call taught about an organisation, and that the future is never known."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from foedus import record
from foedus.cli import run_cli
from foedus.errors import InputError
from foedus.forecast.precedent import precedent
from foedus.forecast.svg import precedent_plot


def test_january_2022_raised_what_members_of_the_csto_could_expect() -> None:
    found = precedent("csto")
    assert len(found.calls) == 10
    last = found.calls[-1]
    assert last.case_id == "kazakhstan-2022-january"
    assert last.p_before is not None
    assert last.p_after is not None
    assert last.p_after > last.p_before + 0.02
    assert found.curve[-1].after == last.case_id
    assert found.curve[-1].p_act == pytest.approx(last.p_after)


def test_refusals_lower_and_answers_raise_what_can_be_expected() -> None:
    """Only where the organisation's call stands alone on its day and nobody else's moves the fit with it."""
    moved = {True: [], False: []}
    for name in ("csto", "oas", "ecowas", "nato"):
        for mark in precedent(name).calls:
            if mark.p_before is not None and mark.p_after is not None and mark.request:
                moved[mark.acted].append(mark.p_after - mark.p_before)
    assert sum(moved[True]) / len(moved[True]) > 0 > sum(moved[False]) / len(moved[False])


def test_the_estimate_before_a_call_does_not_know_its_outcome() -> None:
    dates = [mark.on for mark in precedent("nato").calls]
    assert dates == sorted(dates)
    early = precedent("oas").calls
    assert early[0].p_before is None  # too few earlier calls by anybody


def test_the_plot_marks_every_call() -> None:
    import xml.etree.ElementTree as ET

    found = precedent("csto")
    root = ET.fromstring(precedent_plot(found))  # noqa: S314 (our own drawing)
    circles = [node for node in root.iter() if node.tag.endswith("circle")]
    assert len(circles) == 10
    assert sum(node.get("fill") != "none" for node in circles) == 1


@pytest.mark.parametrize("paper", ["#ffffff", "#14181d"])
def test_every_colour_of_the_plot_can_be_told_from_light_and_from_dark_paper(paper: str) -> None:
    drawing = precedent_plot(precedent("csto"))
    colours = set(re.findall(r'(?:fill|stroke)="([^"]+)"', drawing)) - {"none", "currentColor"}
    assert len(colours) == 2
    for colour in colours:
        light, dark = sorted((_luminance(colour), _luminance(paper)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 3, colour  # WCAG 2.2, 1.4.11: graphical objects


def _luminance(colour: str) -> float:
    """Return the relative luminance of a colour such as #14181d (WCAG 2.2)."""
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_an_organisation_of_which_too_little_was_known_is_drawn_without_a_line() -> None:
    found = precedent("oas")
    unknown = replace(found, curve=(), calls=found.calls[:2])
    drawing = precedent_plot(unknown)
    assert drawing.count("<circle") == 2
    assert "<polygon" not in drawing


def test_the_command_prints_json_draws_and_refuses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drawing = tmp_path / "csto.svg"
    assert run_cli(["record", "reliability", "csto", "--json", "--plot", str(drawing)]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["organisation"] == "csto"
    assert drawing.read_text(encoding="utf-8").startswith("<svg")
    assert run_cli(["record", "reliability", "cstoo"]) == 2
    assert "did you mean 'csto'" in capsys.readouterr().err
    with pytest.raises(InputError):
        precedent(next(iter(record.COMPARATORS)))
