"""On a day on which a state's territory was another one, no unit of today is passed off as one of the day."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from foedus import places
from foedus.cli import run_cli
from foedus.crisis import load_scenario
from foedus.csvfile import data_rows
from foedus.errors import InputError
from foedus.states import exists


@pytest.mark.parametrize(
    ("state", "last_day", "what"),
    [
        ("DEU", "1990-10-02", "East Germany"), ("YEM", "1990-05-21", "South Yemen"), ("PAK", "1971-12-15", "Bangladesh"),
        ("SDN", "2011-07-08", "South Sudan"), ("ETH", "1993-05-23", "Eritrea"), ("IDN", "1999-10-24", "East Timor"),
        ("SRB", "2008-02-16", "Kosovo"), ("MYS", "1965-08-08", "Singapore"), ("TZA", "1964-04-25", "Zanzibar"),
        ("JPN", "1972-05-14", "Okinawa"), ("FRA", "1962-07-04", "Algeria"), ("IND", "1961-12-18", "Goa"),
    ],
)  # fmt: skip
def test_the_table_the_map_and_the_starter_say_that_the_territory_was_another(
    state: str, last_day: str, what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drawn = tmp_path / "map.svg"
    assert run_cli(["places", state, "--on", last_day, "--map", str(drawn)]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert f"Territory: on {last_day}, " in said
    assert what in said
    assert f"today's territory, not that of {last_day}" in drawn.read_text(encoding="utf-8")
    assert run_cli(["scenario", "new", str(tmp_path / "new"), "--state", state, "--on", last_day]) == 0
    said = capsys.readouterr().out
    assert "today's territory of " in said
    assert f"which differs from that of the day: {places.territory(state, last_day).then}" in said
    assert "differs from that of the day" in load_scenario(tmp_path / "new").limits[0].text
    later = dt.date.fromisoformat(last_day) + dt.timedelta(days=1)
    assert what not in (places.territory(state, later) or ("",))[0]


def test_a_code_that_meant_another_state_gets_no_places_of_today(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_cli(["scenario", "new", str(tmp_path / "new"), "--state", "VNM", "--on", "1970-01-01"]) == 0
    said = capsys.readouterr().out
    assert "Invented: Foedus knows no places of Vietnam on this day" in said
    assert "the code meant the Republic of Vietnam" in said
    assert run_cli(["places", "VNM", "--on", "1970-01-01", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["territory"]["another"] is True


def test_a_map_names_the_division_of_a_day_only_where_it_is_known(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for state, day, title in (
        ("KAZ", "2022-01-05", "division of 2022-01-05"),
        ("FRA", "1999-01-01", "today's division"),
    ):
        drawn = tmp_path / f"{state}.svg"
        assert run_cli(["places", state, "--on", day, "--map", str(drawn)]) == 0
        assert title in drawn.read_text(encoding="utf-8")


def test_a_day_without_figures_on_people_keeps_the_places(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_cli(["scenario", "new", str(tmp_path / "new"), "--state", "FRA", "--on", "1948-03-01"]) == 0
    assert "People are those of 1950-07-01, the nearest day with figures" in capsys.readouterr().out
    assert load_scenario(tmp_path / "new").places[0].name == "Île-de-France"
    assert run_cli(["places", "FRA", "--on", "1948-03-01"]) == 2
    assert "only the people are missing" in capsys.readouterr().err


def test_a_name_means_the_state_of_the_day() -> None:
    with pytest.raises(InputError, match="no places of the Soviet Union are known") as error:
        places.units("Russia", "1980-01-01")
    assert "'Russia', which means SUN on 1980-01-01" in str(error.value)
    with pytest.raises(InputError, match="several states are called 'Vietnam' on 1965-01-01"):
        places.state("Vietnam", "1965-01-01")
    assert places.state("Vietnam", "1980-01-01").iso3 == "VNM"


def test_every_change_of_territory_is_one_of_a_state_that_existed() -> None:
    for row in data_rows("foedus.places", "data/territories.csv"):
        until = dt.date.fromisoformat(row["until"])
        assert row["state"] in places.atlas()
        assert exists(row["state"], until - dt.timedelta(days=1)), row
        assert row["then"], row
        assert row["source"], row
        assert not row["from"] or dt.date.fromisoformat(row["from"]) < until
