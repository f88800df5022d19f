"""A starter for every state of today: its own capital, people and clock, an own reason for the law, and it runs."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

import foedus
from foedus import files, places
from foedus.cli import run_cli
from foedus.crisis import claim_faults, load_scenario, named_faults, starter
from foedus.errors import RunError
from foedus.evidence import load_claims
from foedus.places import clocks, distance_km
from foedus.treaties.edition import up_to_date

DAY = dt.date(2024, 3, 1)


def test_a_new_scenario_of_any_state_has_no_faults(tmp_path: Path) -> None:
    for state in sorted(places.atlas())[::7]:  # all of them take a quarter of a minute
        made = starter.write(tmp_path / state, state, DAY)
        scenario = load_scenario(tmp_path / state)
        assert [*claim_faults(scenario, load_claims(scenario.claims_path)), *named_faults(scenario)] == [], state
        people = sum(place.population for place in scenario.places)
        assert people == pytest.approx(places.population(state, DAY), rel=0.04), state
        assert len(scenario.places) <= 25
        drawn = scenario.outlines()
        assert drawn is not None
        codes = {feature["properties"]["code"] for feature in drawn["features"]}
        bare = {unit.code for unit in places.units(state, DAY) if unit.outline == "none"}
        own = {place.code for place in scenario.places if not place.code.endswith("-rest")}
        assert own <= codes | bare, state
        assert [one.partition(":")[0] for one in made.told] == ["Real", "Invented", "The law"]


@pytest.mark.parametrize(
    ("state", "capital", "offset", "law", "helper"),
    [
        ("FJI", "Central", 12, "Biketawa art. 2 (intervention) allows 15 other states", "AUS"),
        ("FRA", "Île-de-France", 1, "NATO art. 5 (defence) obliges 30 other states", "USA"),
        ("NPL", "Bagmati Province", 5.75, "UN Charter art. 51, the right of self-defence", None),
        ("SGP", "Singapore (SG)", 8, "provides for consultation, which comes nearest", None),
        ("TWN", "Taipei", 8, "No treaty of the library bound Taiwan", None),
        ("KIR", "Gilbert Islands", 12, "Biketawa", "AUS"),
        ("VAT", "Vatican City (VA)", 1, "No treaty of the library bound Vatican City", None),
    ],
)
def test_a_starter_tells_the_law_with_a_reason_and_runs(
    state: str, capital: str, offset: float, law: str, helper: str | None, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    folder = tmp_path / "my-crisis"
    assert run_cli(["scenario", "new", str(folder), "--state", state]) == 0
    said = capsys.readouterr().out
    assert law in said
    text = (folder / "scenario.yaml").read_text(encoding="utf-8")
    for line in said.splitlines():
        if line.startswith(("Real", "Invented", "The law: ")):
            assert line.removeprefix("The law: ") in text.replace("\n# ", " ")  # the file says the same
    scenario = load_scenario(folder)
    assert (scenario.places[0].name, scenario.places[0].utc_offset) == (capital, offset)
    assert [contingent.state for contingent in scenario.contingents] == ([helper] if helper else [])
    assert (scenario.start.hour, scenario.start.utcoffset()) == (0, dt.timedelta(hours=offset))
    result = foedus.run(folder, runs=2, out=tmp_path / "run")
    assert result.ensemble.daily("no_help", "participants").max() > 0


def test_a_starter_for_a_day_after_the_library_says_so_and_names_clauses_as_one_cites_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    later = up_to_date() + dt.timedelta(days=400)
    for state, clauses in (
        ("KAZ", ("CST art. 4 (defence)", "CSTO Charter art. 8 [csto-charter-2002, csto.art8]")),
        ("SGP", ("FPDA, communique para 5 provides",)),
        ("NPL", ("No treaty of the library that bound Nepal",)),
    ):
        for day in (up_to_date(), later):
            folder = tmp_path / f"{state}-{day}".lower()
            assert run_cli(["scenario", "new", str(folder), "--state", state, "--on", str(day)]) == 0
            text = (folder / "scenario.yaml").read_text(encoding="utf-8").replace("\n# ", " ")
            for said in (capsys.readouterr().out, text):
                assert all(clause in said for clause in clauses)
                assert (f"The library was last brought up to date on {up_to_date()}" in said) == (day == later)


@pytest.mark.parametrize("when", ["while it is written", "in the last moment"])
def test_a_file_that_came_meanwhile_is_kept_and_nothing_else_is_left(
    when: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "my-crisis"
    folder.mkdir()  # a new one comes whole
    name = "write_text" if when == "while it is written" else "move_new"
    step = getattr(files, name)

    def late(path: Path, *given: object, **more: object) -> None:
        if path.name == "claims.csv":  # neither the first nor the last of the files
            (folder / "claims.csv").write_text("another's")
        step(path, *given, **more)

    monkeypatch.setattr(files, name, late)
    assert run_cli(["scenario", "new", str(folder), "--state", "LUX"]) == 2
    assert "there is a scenario already; nothing was touched" in capsys.readouterr().err
    assert [path.name for path in folder.iterdir()] == ["claims.csv"]
    assert (folder / "claims.csv").read_text() == "another's"


def test_a_starter_that_fails_takes_back_only_what_is_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, move = tmp_path / "my-crisis", files.move_new
    folder.mkdir()

    def full(draft: Path, target: Path) -> None:
        if target.name == "sources.md":  # an editor has saved the first file anew by then
            (folder / "edited").write_text("mine")
            (folder / "edited").replace(folder / "incident.yaml")
            raise OSError(28, "No space left on device")
        move(draft, target)

    monkeypatch.setattr(files, "move_new", full)
    with pytest.raises(RunError, match="No space left"):
        starter.write(folder, "LUX", dt.date(2024, 3, 1))
    assert [(path.name, path.read_text()) for path in folder.iterdir()] == [("incident.yaml", "mine")]


@pytest.mark.parametrize(("state", "day"), [("SUN", "1985-03-01"), ("GRL", "2024-03-01")])
def test_a_state_without_places_has_invented_ones_and_the_starter_says_so(
    state: str, day: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "my-crisis"
    assert run_cli(["scenario", "new", str(folder), "--state", state, "--on", day]) == 0
    assert "Invented: Foedus knows no places of" in capsys.readouterr().out
    assert run_cli(["scenario", "check", str(folder)]) == 0
    for place in load_scenario(folder).places:
        assert distance_km(place.lon, place.lat, 0, 0) < 100
    assert "knows no places of" in load_scenario(folder).limits[0].text


def test_a_machine_without_time_zones_gets_standard_time_and_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(key: str) -> None:
        raise clocks.ZoneInfoNotFoundError(key)

    summer = dt.date(2024, 7, 1)
    with_table = starter.write(tmp_path / "a", "LUX", summer)
    monkeypatch.setattr(clocks, "ZoneInfo", lost)
    without = starter.write(tmp_path / "b", "LUX", summer)
    assert [load_scenario(tmp_path / name).clock_utc_offset for name in "ab"] == [2, 1]
    assert "but for summer time" in without.told[0]
    assert "but for summer time" not in with_table.told[0]


def test_a_starter_of_an_earlier_day_has_the_units_of_that_day(tmp_path: Path) -> None:
    made = starter.write(tmp_path / "then", "KAZ", dt.date(2022, 1, 5))
    scenario = load_scenario(tmp_path / "then")
    held = {place.code: place.population for place in scenario.places}
    assert {"KZ-VOS", "KZ-KAR", "KZ-ALM"} <= set(held)
    assert held["KZ-75"] == pytest.approx(2_101_485, rel=0.001)
    assert "Bureau of National Statistics" in made.told[0]
    text = (tmp_path / "then" / "scenario.yaml").read_text(encoding="utf-8")
    assert "# official" in text
    assert "# estimated, 80 %: " in text  # Baikonur
    assert scenario.places[0].code == "KZ-71"  # the capital first


def test_the_small_units_of_a_state_of_many_share_a_place_and_the_starter_says_so(tmp_path: Path) -> None:
    made = starter.write(tmp_path / "many", "SVN", DAY)
    scenario = load_scenario(tmp_path / "many")
    assert (len(scenario.places), scenario.places[-1].code) == (25, "SI-rest")
    assert "the 188 smallest as one place" in made.told[0]
    drawn = scenario.outlines()
    assert drawn is not None
    assert len(drawn["features"]) > 200  # all are drawn


def test_a_starter_across_the_antimeridian_keeps_its_map_in_one_piece(tmp_path: Path) -> None:
    starter.write(tmp_path / "fiji", "FJI", DAY)
    drawn = load_scenario(tmp_path / "fiji").outlines()
    assert drawn is not None
    lons = [x for f in drawn["features"] for part in f["geometry"]["coordinates"] for ring in part for x, _ in ring]
    assert 174 < min(lons) < 180 < max(lons) < 184


def test_a_starter_at_the_end_of_the_calendar_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["scenario", "new", str(tmp_path / "late"), "--state", "LUX", "--on"]
    assert run_cli([*arguments, "9999-12-31"]) == 2
    assert "up to 9999-12-21" in capsys.readouterr().err
    assert run_cli([*arguments, "9999-12-21"]) == 0


def test_a_starter_is_told_as_json_and_in_whole_sentences(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_cli(["scenario", "new", str(tmp_path / "new"), "--state", "USA", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert [Path(file).name for file in said["files"]] == [*starter.FILES, starter.OUTLINES]
    assert "units of the United States" in said["told"][0]
    assert load_scenario(tmp_path / "new").places[-1].name == "Rest of the United States"
