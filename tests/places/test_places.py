"""Units by day, people with their interval, names in any spelling, airfields; and what is wrong is told with a cure."""

from __future__ import annotations

import csv
import datetime as dt
import math
import re
import subprocess
import sys

import pytest

from foedus import places
from foedus.errors import InputError

JANUARY = "2022-01-05"


def test_units_of_a_day_are_those_of_its_division() -> None:
    then = {unit.code: unit for unit in places.units("KAZ", JANUARY)}
    today = {unit.code: unit for unit in places.units("KAZ")}
    assert set(then) - set(today) == {"KZ-ALM", "KZ-KAR", "KZ-VOS"}
    assert set(today) - set(then) == {"KZ-10", "KZ-19", "KZ-33", "KZ-35", "KZ-62", "KZ-63"}
    former = then["KZ-VOS"]
    assert (former.until, former.heirs) == (dt.date(2022, 6, 8), ("KZ.15", "KZ.12510143"))
    assert former.outline == "exact"
    drawn = {feature["properties"]["code"] for feature in places.outlines("KAZ", JANUARY)["features"]}
    assert drawn == set(then)
    assert {u.unit for u in places.units("ETH", "2022-01-01")} >= {"ET.SI", "ET.SW", "ET.54-2023"}
    for name, day in (("BHR", "2011-02-14"), ("IND", "2013-01-01"), ("ETH", "2019-01-01"), ("IDN", "2022-08-01")):
        held = places.units(name, day)
        assert abs(sum(unit.population for unit in held) / places.population(name, day) - 1) < 1e-6, name
        assert {f["properties"]["unit"] for f in places.outlines(name, day)["features"]} == {u.unit for u in held}


def test_official_figures_stand_before_estimates_and_are_carried_with_a_wider_interval() -> None:
    almaty = places.find("KAZ", "KZ-75", "2022-01-01", kind="unit")
    assert almaty.population == almaty.population_low == almaty.population_high == 2_101_485
    assert "Bureau of National Statistics" in (almaty.population_source or "")
    later = places.find("KAZ", "KZ-75", "2025-01-01", kind="unit")
    assert later.population_low < later.population < later.population_high
    assert "carried to 2025-01-01" in (later.population_source or "")
    estimate = places.find("NER", "Agadez", kind="unit")
    assert estimate.population_source is None
    assert estimate.population_day == dt.date(2025, 7, 1)


def test_estimates_of_a_state_with_official_figures_are_as_good_as_the_page_on_places_says() -> None:
    from foedus.places.tables import lines

    counted = {unit.unit: unit.population for unit in places.units("KAZ", "2023-01-01")}
    guess = {row["unit"]: row for row in lines("units.tsv", "KZ") if not row["until"]}
    both = [unit for unit in guess if unit != "KZ.08"]  # Baikonur is counted with its region
    total, guessed = sum(counted[u] for u in both), sum(int(guess[u]["population"]) for u in both)
    shares = {u: (counted[u] / total, int(guess[u]["population"]) / guessed) for u in both}
    misplaced = sum(abs(official - ours) for official, ours in shares.values()) / 2
    assert misplaced < 0.14
    inside = [abs(math.log(ours / official)) < math.log(int(guess[u]["high"]) / int(guess[u]["population"]))
              for u, (official, ours) in shares.items()]  # fmt: skip
    assert sum(inside) / len(inside) >= 0.7


def test_people_of_a_state_are_known_from_1950_to_2030() -> None:
    assert places.population("KAZ", "2022-01-01") == pytest.approx(19.5e6, rel=0.03)
    assert places.population("KAZ", "1950-07-01") < places.population("KAZ", "1960-07-01")
    for day in ("1950-06-01", "2031-01-01"):
        with pytest.raises(InputError, match="no figures on population cover this day"):
            places.units("FRA", day)


@pytest.mark.parametrize(
    ("state", "name", "found"),
    [
        ("Kazakhstan", "kz.02", "Almaty"),
        ("kz", "KZ-ALA", "Almaty"),
        ("KAZ", "Восточно-Казахстанская область", "East Kazakhstan"),
        ("KAZ", "Мангистауская область", "Mangystau"),
        ("TUR", "sirnak", "Şırnak"),
        ("DEU", "thuringen", "Thuringia"),
        ("FRA", "ILE DE FRANCE", "Île-de-France"),
        ("SYR", "حلب", "Aleppo"),
        ("KGZ", "Osh Region", "Osh Region"),
        ("KGZ", "osh", "Osh Region"),
    ],
)
def test_a_unit_is_found_in_any_spelling(state: str, name: str, found: str) -> None:
    assert places.find(state, name, kind="unit").name == found


def test_towns_are_found_by_name_and_alias_and_units_come_first() -> None:
    assert places.find("KAZ", "Алма-Ата", kind="town").name == "Almaty"
    assert places.find("UKR", "kiew", kind="town").name == "Kyiv"
    assert places.find("KAZ", "Zhanaozen").population > 50_000
    assert isinstance(places.find("KAZ", "Almaty"), places.Unit)
    assert places.find("KAZ", "Altay", kind="town").timezone == "Asia/Almaty"


def test_an_unknown_name_is_told_with_the_nearest_ones() -> None:
    for call, words in (
        (lambda: places.find("KAZ", "Almatty"), "did you mean 'Almaty'"),
        (lambda: places.find("KAZ", ""), "foedus places KAZ --towns"),
        (lambda: places.units("Kazakhstn"), "did you mean 'Kazakhstan'"),
        (lambda: places.units("SUN"), "no places of the Soviet Union are known"),
        (lambda: places.units("SSD", "2005-01-01"), "no state had the code 'SSD' on 2005-01-01"),
        (lambda: places.units("KAZ", "yesterday"), "yesterday"),
    ):
        with pytest.raises(InputError) as told:
            call()
        assert words in str(told.value)


def test_nothing_known_of_a_runway_is_none_and_not_no() -> None:
    fields = places.airports("KAZ")
    assert any(field.runway_m is None for field in fields)
    assert all(field.paved_runway_m is None or field.paved_runway_m >= 1 for field in fields)
    assert all((field.paved_runway_m or 0) <= (field.runway_m or 0) for field in fields)
    near = places.nearest_airport("KAZ", 76.93, 43.24, 2400)
    assert near is not None
    assert (near[0].code, near[0].paved_runway_m) == ("UAAA", 4500)
    assert near[1] < 25
    assert places.nearest_airport("VAT", 12.45, 41.9) is None


def test_crimea_and_its_airfields_are_listed_under_ukraine_with_a_note() -> None:
    crimea = places.find("UKR", "Crimea", kind="unit")
    assert "Natural Earth draws it under Russia" in crimea.note
    assert any(field.unit == crimea.unit for field in places.airports("UKR"))
    assert not any("Crimea" in unit.name for unit in places.units("RUS"))


def test_clocks_follow_the_history_of_their_zone() -> None:
    almaty = places.find("KAZ", "KZ-75", kind="unit")
    assert (almaty.utc_offset(dt.date(2022, 1, 5)), almaty.utc_offset(dt.date(2025, 1, 5))) == (6, 5)
    assert len(places.find("USA", "Indiana", kind="unit").timezones) > 1


def test_every_official_figure_and_note_belongs_to_a_place_that_exists() -> None:
    from foedus.csvfile import data_rows
    from foedus.places.tables import lines

    units = {row["unit"] for row in lines("units.tsv")}
    assert {row["unit"] for row in data_rows("foedus.places", "data/official.csv")} <= units
    assert {row["place"] for row in data_rows("foedus.places", "data/notes.csv")} <= units | set(places.atlas())
    towns = {row["id"] for row in lines("towns.tsv")}
    assert {row["seat"] for row in lines("units.tsv") if row["seat"]} <= towns
    assert {row["unit"] for table in ("towns.tsv", "airports.tsv") for row in lines(table)} <= units


def test_reading_places_loads_no_heavy_library() -> None:
    program = (
        "import sys; from foedus import places; places.units('KAZ'); places.outlines('FJI'); places.find('KAZ', 'Oral')\n"
        "loaded = [m for m in 'numpy pandas pydantic rich ruamel shapely'.split() if m in sys.modules]\n"
        "assert not loaded, loaded"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_tables_are_plain_tab_separated_text() -> None:
    from importlib import resources

    for name in ("states", "units", "towns", "airports", "timezones"):
        text = (resources.files("foedus.places") / "data" / f"{name}.tsv").read_text(encoding="utf-8")
        assert "\r" not in text
        rows = list(csv.reader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)) if name == "states" else []
        assert len({len(row) for row in rows}) <= 1


def test_no_interval_leaves_its_figure_or_its_state() -> None:
    for name in ("NRU", "VAT", "SGP", "ESP", "KAZ", "FJI", "MLT", "PLW"):
        for day in (None, "1994-12-01", "2029-01-01"):
            held = places.units(name, day)
            for unit in held:
                everyone = places.population(name, unit.population_day)
                assert unit.population_low <= unit.population <= unit.population_high, unit
                assert unit.population_high <= max(everyone, unit.population), unit
            if len(held) == 1:
                assert held[0].population_low == held[0].population_high


def test_an_old_official_figure_is_not_todays() -> None:
    for unit in places.units("FJI"):
        assert unit.population_day == dt.date(2025, 7, 1)
        assert unit.population_low < unit.population < unit.population_high
    assert "carried to 2025-07-01" in (places.find("FJI", "FJ-C", kind="unit").population_source or "")
    almaty = places.find("KAZ", "KZ-75", kind="unit")
    assert almaty.population_low == almaty.population == 2_161_797


@pytest.mark.parametrize(
    "spot", [("a", 1.0), (1.0, float("nan")), (None, 1.0), (1.0, 91), (10**400, 1), (float("inf"), 1.0)]
)
def test_a_spot_that_is_none_is_refused(spot) -> None:
    with pytest.raises(InputError, match="is not a number that it can be"):
        places.nearest_airport("KAZ", *spot)
    for call in (lambda: places.find("KAZ", None), lambda: places.state(398), lambda: places.state(None)):
        with pytest.raises(InputError):
            call()


def test_people_of_whom_nothing_is_known_are_not_none(capsys: pytest.CaptureFixture[str]) -> None:
    from foedus.cli import run_cli

    bare = [(state, unit) for state in places.atlas() for unit in places.units(state) if not unit.population]
    for state, unit in bare:
        assert not unit.people_known
        assert unit.population_high == places.population(state, unit.population_day), unit
    assert run_cli(["places", "MHL"]) == 0
    said = capsys.readouterr().out
    assert "~0" not in said
    assert ("not known" in said) == any(state == "MHL" for state, _ in bare)


@pytest.mark.parametrize(
    ("name", "day"),
    [("Sovet Union", None), ("Arruba", None), ("RUS", "1980-01-01"), ("CZE", "1980-01-01"), ("Francce", None)],
)
def test_only_what_would_be_accepted_is_suggested(name: str, day: str | None) -> None:
    with pytest.raises(InputError) as error:
        places.state(name, day)
    for hint in re.findall("'(.*?)'", error.value.cure or ""):
        assert places.state(hint, day)


def test_only_a_unit_that_would_be_found_is_suggested() -> None:
    for state in ("JPN", "MLT", "TTO"):
        for unit in places.units(state)[::9]:
            with pytest.raises(InputError) as error:
                places.find(state, f"{unit.name}xx", kind="unit")
            for hint in re.findall("'([^']*)'", error.value.cure or ""):
                assert places.find(state, hint, kind="unit")
