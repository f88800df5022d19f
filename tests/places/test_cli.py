"""``foedus places``: a table with its marks and sources, JSON, a map, and errors that help."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from foedus import places
from foedus.cli import run_cli


def _said(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert run_cli(["places", *arguments]) == 0
    return capsys.readouterr().out


def test_the_table_marks_estimates_and_approximate_outlines_and_names_the_sources(
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = _said(["Kazakhstan"], capsys)
    for words in ("KZ-75", "2,161,797", "~", "approximate", "UAAA 16 km", "Bureau of National Statistics", "Sources: "):
        assert words in said
    assert "~2,161,797" not in said  # an official figure is no estimate
    assert " ".join(places.credits().split()) in " ".join(said.split())
    assert "GeoNames lists it under Ukraine, Natural Earth draws it" in " ".join(_said(["UKR"], capsys).split())


def test_json_has_the_units_of_a_day_with_towns_and_airfields(capsys: pytest.CaptureFixture[str]) -> None:
    data = json.loads(_said(["KAZ", "--on", "2022-01-05", "--towns", "--airports", "--json"], capsys))
    units = {unit["code"]: unit for unit in data["units"]}
    assert units["KZ-VOS"]["until"] == "2022-06-08"
    assert units["KZ-75"]["next_runway"]["2400"]["code"] == "UAAA"
    assert {"Almaty", "Astana"} <= {town["name"] for town in data["towns"]}
    assert any(field["runway_m"] is None for field in data["airports"])
    assert data["capital"]["name"] == "Astana"
    assert "Natural Earth" in data["credits"]


def test_the_lists_say_what_is_not_known(capsys: pytest.CaptureFixture[str]) -> None:
    said = _said(["TUV", "--towns", "--airports"], capsys)
    assert "none known" in said
    assert "unknown" in said
    assert "Funafuti" in said


def test_the_map_is_a_drawing_with_its_sources_and_dashes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drawn = tmp_path / "map.svg"
    _said(["KAZ", "--map", str(drawn)], capsys)
    root = ET.fromstring(drawn.read_text(encoding="utf-8"))  # noqa: S314 - our own
    kinds = [one.get("class") for one in root.iter("{http://www.w3.org/2000/svg}path")]
    assert kinds.count("approximate") == 8
    assert len(kinds) == 21
    text = " ".join(one.text or "" for one in root.iter("{http://www.w3.org/2000/svg}text"))
    assert places.MAP_CREDIT in text
    assert "Dashed: approximate" in text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["Kazakhstn"], "did you mean 'Kazakhstan'"),
        (["SUN"], "no places of the Soviet Union are known"),
        (["KAZ", "--on", "soon"], "soon"),
        (["KAZ", "--on", "1985-01-01"], "no state had the code 'KAZ'"),
        (["FRA", "--on", "2040-01-01"], "a day from 1950-07-01 to 2030-07-01"),
        ([""], "no state has the code or name ''"),
    ],
)
def test_what_cannot_be_shown_is_told(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_cli(["places", *arguments]) == 2
    assert words in capsys.readouterr().err


def test_a_map_overwrites_no_file_of_another_kind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("mine")
    assert run_cli(["places", "LUX", "--map", str(notes)]) == 2
    assert notes.read_text() == "mine"


def test_a_map_that_cannot_be_written_is_named_and_one_town_is_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_cli(["places", "LUX", "--map", "/proc/nowhere/map.svg"]) == 2
    said = capsys.readouterr().err
    assert "map.svg: the map cannot be written" in said
    assert ".lock" not in said
    said = _said(["VAT", "--towns"], capsys)
    assert "1 town " in said
    assert "1 towns" not in said
