"""The scenarios as files: three crises through one engine, faults in words, a starter that runs, a predictive check."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import foedus
from foedus import crisis, ensemble, places, treaties
from foedus.cli import run_cli
from foedus.evidence import load_claims
from foedus.evidence.check import check_locators
from foedus.report import prediction
from foedus.report.bundle import _kept_out

NEW = ("bahrain-2011", "kyrgyzstan-2010")
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("runs")
    return {name: foedus.run(name, runs=8, out=folder / name) for name in NEW}


def test_a_scenario_of_another_alliance_and_clock_runs_end_to_end(made: dict[str, Any]) -> None:
    bundle = made["bahrain-2011"].bundle
    assert made["bahrain-2011"].report.is_file()
    assert bundle["course"]["days"][0] == "2011-02-14"
    assert bundle["course"]["days"][-1] == "2011-04-15"
    rows = {row["key"]: row for row in bundle["summary"]}
    assert rows["dead"]["reported"] == "35"
    assert rows["dead_security"]["reported"] == "5"
    assert bundle["arms"]["kind"] == "sent"
    assert "On one of three readings, article 2" in bundle["verdict"]["sentence"]
    assert "Troops were sent;" in bundle["verdict"]["sentence"]
    assert any("was triggered on one of three readings, not triggered on two" in p for p in bundle["verdict"]["points"])
    assert any("torture in custody" in item["label"] for item in bundle["beside_the_model"])


def test_where_help_was_refused_the_report_says_what_was_and_what_is_only_assumed(made: dict[str, Any]) -> None:
    result = made["kyrgyzstan-2010"]
    bundle = result.bundle
    assert bundle["arms"]["kind"] == "assumed"
    assert [arm["key"] for arm in bundle["arms"]["names"]] == ["no_help", "help"]
    sentence = bundle["verdict"]["sentence"]
    assert "was not triggered" in sentence
    assert (
        "No troops were sent; four draws of the parameters are too few to show what they would have changed."
        in sentence
    )
    assert any("article 3 of the Agreement on the peacekeeping" in point for point in bundle["verdict"]["points"])
    beside = {item["label"]: item["value"] for item in bundle["beside_the_model"]}
    assert beside["displaced inside the country"] == "300,000"
    assert all(item["hypothetical"] for item in bundle["decision"]["contingents"])
    html = result.report.read_text(encoding="utf-8")
    outside = html[html.index("<noscript>") : html.index("</noscript>")]
    assert "had help come" in outside
    # where a crowd holds the airports to the end nobody lands, and the report says in how many runs
    kept_out = (result.ensemble.daily("help", "alliance_troops").max(axis=1) == 0).mean()
    assert 0 < kept_out < 1
    assert bundle["verdict"]["points"][1].startswith(f"In {round(8 * kept_out)} of 8 runs not one soldier lands")
    # no airport is to blame where the soldiers were not to stay for an hour
    osh = result.ensemble.scenario
    (helper,) = osh.contingents
    brief = helper.model_copy(update={"complete": helper.arrival, "departure": helper.arrival, "gone": helper.arrival})
    assert _kept_out(ensemble.run(osh.model_copy(update={"contingents": (brief,)}), runs=4)) == 0
    # the arm that is compared with reports is the one without help
    actual = result.ensemble.daily("no_help", "dead")[:, -1]
    row = next(row for row in bundle["summary"] if row["key"] == "dead")
    assert row["inside"] == bool(np.quantile(actual, 0.05) <= 470 <= np.quantile(actual, 0.95))


@pytest.mark.parametrize("name", crisis.scenario_names())
def test_every_scenario_has_ten_dated_claims_with_a_source(name: str) -> None:
    scenario = crisis.load_scenario(name)
    claims = [claim for claim in load_claims(scenario.claims_path) if claim.event == name]
    assert len([claim for claim in claims if claim.as_of and claim.document and claim.title]) >= 10
    assert crisis.claim_faults(scenario, claims) == []


@pytest.mark.parametrize("name", crisis.scenario_names())
def test_every_scenario_passes_its_own_check(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_cli(["scenario", "check", name]) == 0
    assert "no faults" in capsys.readouterr().out


def test_check_tells_which_claims_are_on_another_event(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    claims = own / "claims.csv"
    text = claims.read_text(encoding="utf-8")
    claims.write_text(text.replace(",kyrgyzstan-2010,", ",kyrgizstan-2010,", 2), encoding="utf-8")
    assert run_cli(["scenario", "check", str(own)]) == 0
    assert "2 on 'kyrgizstan-2010'" in capsys.readouterr().out


@pytest.mark.parametrize("name", NEW)
def test_claims_point_at_what_was_read_and_memory_says_that_it_is_memory(name: str) -> None:
    scenario = crisis.load_scenario(name)
    sources = scenario.directory / "sources.md"
    claims = load_claims(scenario.claims_path)
    assert {found.state for found in check_locators(claims, [sources])} == {"ok"}
    paragraphs = [line for line in sources.read_text(encoding="utf-8").splitlines() if line.strip()]
    for claim in claims:
        above = [p for p in paragraphs[: claim.paragraph] if p.startswith(("Read in", "From memory"))]
        assert claim.note.startswith("memory") == above[-1].startswith("From memory"), claim.claim_id


def test_no_name_of_a_scenario_stands_in_the_code_of_engine_ensemble_or_report() -> None:
    words = set()
    for name in crisis.scenario_names():
        scenario = crisis.load_scenario(name)
        words |= {scenario.target_name, scenario.target, name}
        words |= {item.state for item in scenario.contingents} | {place.name for place in scenario.places}
        words |= {treaties.library()[scenario.law.treaty].family.upper(), scenario.law.treaty}
    words |= {"Russia", "Saudi", "Tokayev", "Otunbayeva", "Peninsula Shield", "Osh"}
    found = re.compile(r"\b(" + "|".join(map(re.escape, sorted(words))) + r")\b")
    source = ROOT / "src" / "foedus"
    files = [f for room in ("crisis", "ensemble", "report") for f in (source / room).glob("*.py")]
    files += [source / "pipeline.py", *(ROOT / "frontend" / "src").iterdir()]
    assert len(files) > 30
    for file in files:
        code = re.sub(r"^ *(>>>|\.\.\.) .*$", "", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
        hits = set(found.findall(code))
        assert not hits, f"{file.name}: {hits}"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    shutil.copytree(crisis.load_scenario("kyrgyzstan-2010").directory, folder)
    file = folder / "scenario.yaml"  # outlines of their own are what some tests bring
    file.write_text(file.read_text(encoding="utf-8").replace("geometry: places.geojson\n", ""), encoding="utf-8")
    (folder / "places.geojson").unlink()
    return folder


# what is broken: in which file, what becomes what; then the key and words that the message must hold
BROKEN = [
    ("scenario.yaml", "population: 258111", "population: -5", "places.0.population", "more than 0"),
    ("scenario.yaml", "population: 258111", "population: 99999999999", "places.0.population", "at most 2,000,000,000"),
    ("scenario.yaml", "population: 258111", "population: .nan", "places.0.population", "number"),
    ("scenario.yaml", "lon: 72.8, lat: 40.53", "lon: -72.8, lat: 40.53", "places.0", "no neighbour"),
    ("scenario.yaml", "lon: 72.8, lat: 40.53", "lon: .nan, lat: 40.53", "places.0.lon", "number"),
    ("scenario.yaml", "shock: 1.0", "shock: 1.4", "places.0.shock", "at most 1"),
    ("scenario.yaml", "code: KG-O,", "code: KG-GO,", "places.1.code", "share one code"),
    ("scenario.yaml", "start: \"2010-06-10T20:00:00+06:00\"", "start: \"2010-06-09T20:00:00+06:00\"", "events.0.start", "before it starts"),
    ("scenario.yaml", "start: \"2010-06-10T20:00:00+06:00\"", "start: \"2010-06-10T20:00:00\"", "events.0.start", "with its offset"),
    ("scenario.yaml", "places: [KG-GO], size: 10", "places: [KG-G], size: 10", "events.0.places", "did you mean 'KG-GO'"),
    ("scenario.yaml", "size: 0.5, source: \"RFE/RL, June", "size: 1.5, source: \"RFE/RL, June", "events.4.size", "between 0 and 1"),
    ("scenario.yaml", "  deadliness: {", "  deadlines: {", "parameters.deadlines", "did you mean 'deadliness'"),
    ("scenario.yaml", "low: 0.45, high: 0.75", "low: 0.45, high: 1.75", "parameters.legitimacy", "within 0 to 1"),
    ("scenario.yaml", "low: 0.45, high: 0.75", "low: .inf, high: 0.75", "parameters.legitimacy.low", "finite"),
    ("scenario.yaml", "end: 2010-06-26T00:00:00", "end: 2010-06-01T00:00:00", "end", "ends before it starts"),
    ("scenario.yaml", "used: [k50, k51]", "used: [k50, k99]", "prediction.used", "claim_id"),
    ("scenario.yaml", "record_case: kyrgyzstan-2010-osh", "record_case: kyrgyzstan-2010-os", "record_case", "kyrgyzstan-2010-osh"),
    ("scenario.yaml", "size: 6, source", "size: 6000, source", "events.1.size", "at most 1,000"),
    ("scenario.yaml", "size: 2500", "size: 1e12", "events.9.size", "at most 10,000,000"),
    ("scenario.yaml", "officers_per_1000: 2\n", "officers_per_1000: 2000\n", "officers_per_1000", "at most 1,000"),
    ("scenario.yaml", "sites: [square, city_hall, police, airport, power]", "sites: [airport, airport]", "places.0.sites", "one airport"),
    ("scenario.yaml", "sites: 5, shock: 0.7}", "sites: 0, shock: 0.7}", "places.1.sites", "at least 1"),
    ("scenario.yaml", "city_hall, police, airport, power]", "city_hal]", "places.0.sites.1", "'city_hall'"),
    ("scenario.yaml", "treaty: cst-1992", "treaty: cst-1993", "law.treaty", "cst-1992"),
    ("scenario.yaml", 'provision: "4"', 'provision: "44"', "law.provision", "no finding on provision"),
    ("scenario.yaml", "KG-GO: 0.6, KG-O: 0.2, KG-J: 0.2", "", "contingents.0.places", "at least one entry"),
    ("scenario.yaml", "state: RUS", "state: RUX", "contingents.0.state", "did you mean"),
    ("scenario.yaml", "soldiers: [1500, 2500]", "soldiers: [2500, 1500]", "contingents.0.soldiers", "lower number first"),
    ("scenario.yaml", "complete: \"2010-06-15", "complete: \"2010-06-11", "contingents.0.complete", "not before"),
    ("scenario.yaml", "target: KGZ", "target: KGX", "target", "'KGZ'"),
    ("scenario.yaml", "name: Chuy region", "name: Bishkek", "places.5.name", "a name of its own"),
    ("scenario.yaml", "name: kyrgyzstan-2010", "name: ../../elsewhere", "name", "letters, digits, dots"),
    ("scenario.yaml", "population: 258111", "population: many", "places.0.population", "a whole number"),
    ("scenario.yaml", "start: \"2010-06-10T20:00:00+06:00\"", "start: soon", "events.0.start", "a time with its offset"),
    ("claims.csv", "Osh city and region", "Oshh city and region", "place", "did you mean 'Osh city and region'"),
    ("claims.csv", ",470,470,", ",nan,470,", "low", "finite"),
    ("claims.csv", ",470,470,", ",-470,470,", "low", "from 0 to 10,000,000,000"),
    ("claims.csv", ",470,470,", ",470,1e30,", "high", "from 0 to 10,000,000,000"),
    ("claims.csv", ",470,470,", ",2010-06-12,,", "low", "expected a number"),
    ("claims.csv", ",2010-06-12,2010-06-12,", ",2010,2010,", "low", "a day such as 2022-01-05"),
    ("claims.csv", "kyrgyzstan-2010", "Kyrgyzstan 2010", "event", "did you mean 'kyrgyzstan-2010'"),
    ("claims.csv", ",status,note", ",status,status", "status", "appears twice"),
    ("scenario.yaml", "population: 258111", "population: true", "places.0.population", "write a number"),
    ("scenario.yaml", "shock: 1.0", "shock: true", "places.0.shock", "true and false are not numbers"),
    ("scenario.yaml", "sites: 5, shock: 0.7}", "sites: true, shock: 0.7}", "places.1.sites", "true and false are not numbers"),
    ("scenario.yaml", "soldiers: [1500, 2500]", "soldiers: [true, 2500]", "contingents.0.soldiers.0", "true and false are not numbers"),
    ("scenario.yaml", "low: 0.45, high: 0.75", "low: false, high: 0.75", "parameters.legitimacy.low", "true and false are not numbers"),
    ("scenario.yaml", "treaty: cst-1992", "treaty: nowhere.yaml", "law.treaty", "no such file"),
    ("scenario.yaml", "population: 258111", "population: 2.5", "places.0.population", "write a whole number"),
    ("scenario.yaml", "lat: 40.53", "lat: 91", "places.0.lat", "write a number that is at least -90 and at most 90"),
    ("scenario.yaml", "KG-GO: 0.6, KG-O", "KG-GO: -1, KG-O", "contingents.0.places.KG-GO", "more than 0 and at most 1,000,000"),
    ("scenario.yaml", "population: 258111,", "population: 258111, officers: 258112,", "places.0.officers", "more officers than inhabitants"),
    ("scenario.yaml", "  on: 2010-06-12", "  on: 0", "law.on", "write a date, such as 2022-01-05"),
    ("scenario.yaml", "  on: 2010-06-12", "  on: soon", "law.on", "write a day, such as 2022-01-05"),
    ("scenario.yaml", "  on: 2010-06-12", "  on: 1980-01-01", "law.on", "not yet signed"),
    ("scenario.yaml", "  on: 2010-06-12", "  on: 2999-01-01", "law.on", "later than the end of the scenario"),
    ("scenario.yaml", "on: 2012-12-19", "on: 1900-01-01", "law.perspectives.3.on", "outside what the treaty library covers"),
    ("scenario.yaml", 'start: "2010-06-10T20:00:00+06:00"', "start: 1276200000", "events.0.start", "a number is not a date"),
    ("scenario.yaml", 'start: "2010-06-10T20:00:00+06:00"', 'start: "1276200000"', "events.0.start", "a number is not a date"),
    ("scenario.yaml", 'start: "2010-06-12T11:00:00+06:00"', 'start: "2010-06-14T11:00:00+06:00"', "events.10.start", "after the first troops"),
    ("scenario.yaml", "according_to: government", "according_to: goverment", "law.perspectives.1.according_to", "'government'"),
    ("scenario.yaml", "incident: kyrgyzstan-2010-osh", "incident: kazakhstan-2022", "law.incident", "an incident of KGZ"),
    ("scenario.yaml", "incident: kyrgyzstan-2010-osh", "incident: nowhere.yaml", "law.incident", "does not exist"),
    ("scenario.yaml", "incident: kyrgyzstan-2010-osh", "incident: ..2022", "law.incident", "does not exist"),
    ("scenario.yaml", "incident: kyrgyzstan-2010-osh", "incident: ../vocabulary", "law.incident", "unknown incident"),
    ("scenario.yaml", "incident: kyrgyzstan-2010-osh", "incident: " + "L" * 300, "law.incident", "unknown incident"),
    ("scenario.yaml", "claims: claims.csv", "claims: nowhere.csv", "claims", "does not exist"),
    ("scenario.yaml", "record_case: kyrgyzstan-2010-osh", "geometry: nowhere.json", "geometry", "does not exist"),
    ("scenario.yaml", "record_case: kyrgyzstan-2010-osh", "directory: elsewhere", "directory", "unknown key"),
    ("scenario.yaml", "city and region: null", "city and region: null, Bishkek: KG-GO", "also_named.Bishkek", "already"),
    ("scenario.yaml", "city and region: null", "city and region: null, KG-O: KG-GO", "also_named.KG-O", "already"),
    ("scenario.yaml", "state: RUS", "state: KGZ", "contingents.0.state", "any state but KGZ"),
    ("scenario.yaml", "target: KGZ", "null: KGZ", "null", "text before the colon"),
    ("scenario.yaml", "target: KGZ", "? [a, b]\n: KGZ", "('a', 'b')", "text before the colon"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "key", "words"), BROKEN, ids=[f"{b[3]}-{b[4][:14]}" for b in BROKEN])
def test_check_says_file_line_key_found_and_what_is_expected(
    own: Path, file: str, old: str, new: str, key: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (own / file).read_text(encoding="utf-8")
    assert old in text
    (own / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    assert run_cli(["scenario", "check", str(own), "--json"]) == 2
    faults = json.loads(capsys.readouterr().out)
    fault = next(f for f in faults if f["key"] == key)
    assert words in " ".join(str(value) for value in fault.values() if value)
    number = text[: text.index(old)].count("\n") + 1
    assert fault["file"].endswith(file)
    # an entry's own line, or the first line of the list that it stands in
    assert fault["line"] in {number, number - 1} or file == "claims.csv"
    assert fault["cure"]
    assert run_cli(["run", str(own), "--runs", "1", "--out", str(own / "run")]) == 2
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    assert file in said.err
    assert not (own / "run").exists()


AREA = [[[70, 40], [75, 40], [75, 43], [70, 40]]]


def geojson(kind: str = "Polygon", rings: object = AREA) -> str:
    area = {"type": "Feature", "properties": {}, "geometry": {"type": kind, "coordinates": rings}}
    return json.dumps({"type": "FeatureCollection", "features": [area]})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not valid JSON"),
        ("[" * 100_000, "cannot be read"),
        ("[NaN]", "NaN is not a number"),
        ("[]", "no outlines"),
        ('{"type": "FeatureCollection", "features": []}', "no outlines"),
        ('{"type": "FeatureCollection", "features": [3]}', "not an area"),
        ('{"type": "FeatureCollection", "features": [{"geometry": null}]}', "no outlines"),
        (geojson("Point", [70, 40]), "no outlines"),
        (geojson("polygon"), "not an area"),
        (geojson("GeometryCollection"), "not an area"),
        (geojson(rings=[]), "not an area"),
        (geojson(rings=[AREA[0][:3]]), "3 positions"),
        (geojson(rings=[[*AREA[0][:3], [70, 400], AREA[0][0]]]), "not an area"),
        (geojson(rings=[[*AREA[0][:3], [70, True], AREA[0][0]]]), "not an area"),
        (geojson("MultiPolygon"), "not an area"),
        (geojson(rings=[[[lat, lon] for lon, lat in AREA[0]]]), "lon first, then lat"),
    ],
)
def test_outlines_that_cannot_be_drawn_are_refused_before_the_run(
    own: Path, text: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = own / "scenario.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "geometry: places.geojson\n", encoding="utf-8")
    (own / "places.geojson").write_text(text, encoding="utf-8")
    for command in (["scenario", "check", str(own)], ["run", str(own), "--out", str(own / "run")]):
        assert run_cli(command) == 2
        said = capsys.readouterr().err
        assert words in said
        assert "places.geojson" in said
        assert "expected" in said


def test_outlines_around_the_places_are_taken_without_points_and_what_has_no_place(own: Path) -> None:
    file = own / "scenario.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "geometry: places.geojson\n", encoding="utf-8")
    data = json.loads(geojson("MultiPolygon", [AREA]))
    point = {"type": "Point", "coordinates": [72, 41]}
    data["features"] += [{"type": "Feature", "properties": {}, "geometry": other} for other in (point, None)]
    (own / "places.geojson").write_text(json.dumps(data), encoding="utf-8")
    assert run_cli(["scenario", "check", str(own)]) == 0
    drawn = crisis.load_scenario(own).outlines()
    assert drawn is not None
    assert [one["geometry"]["type"] for one in drawn["features"]] == ["MultiPolygon"]


def test_outlines_are_turned_as_maps_need_them_whatever_program_wrote_them(own: Path) -> None:
    file = own / "scenario.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "geometry: places.geojson\n", encoding="utf-8")
    hole = [[72, 40.5], [73, 40.5], [73, 41], [72, 40.5]]  # against the clock
    drawn = []
    for rings in ([AREA[0], hole], [AREA[0][::-1], hole], [AREA[0], hole[::-1]]):
        (own / "places.geojson").write_text(geojson(rings=rings), encoding="utf-8")
        read = crisis.load_scenario(own).outlines()
        assert read is not None
        drawn.append(read["features"][0]["geometry"]["coordinates"])
    assert drawn == [[AREA[0][::-1], hole]] * 3


def test_packaged_outlines_are_those_of_the_places_and_name_their_source() -> None:
    for name, state, day, without in (
        ("kazakhstan-2022", "KAZ", "2022-01-05", set()),
        ("bahrain-2011", "BHR", "2011-02-14", set()),
        ("kyrgyzstan-2010", "KGZ", "2010-06-10", {"KG-GO"}),  # Osh city, which no source draws
    ):
        scenario = crisis.load_scenario(name)
        drawn = scenario.outlines()
        assert drawn is not None
        assert "Natural Earth" in drawn["credit"]
        ours = {f["properties"]["unit"]: f["geometry"] for f in places.outlines(state, day)["features"]}
        for feature in drawn["features"]:
            unit = places.find(state, feature["properties"]["code"], day, kind="unit")
            assert feature["geometry"] == ours[unit.unit]
        assert {place.code for place in scenario.places} - {
            f["properties"]["code"] for f in drawn["features"]
        } == without


def test_faults_name_the_file_of_the_scenario_whatever_its_name(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (own / "scenario.yaml").read_text(encoding="utf-8")
    (own / "scenario.yaml").unlink()
    (own / "other.yaml").write_text(text.replace("used: [k50, k51]", "used: [k50, k99]"), encoding="utf-8")
    assert run_cli(["scenario", "check", str(own / "other.yaml"), "--json"]) == 2
    (fault,) = json.loads(capsys.readouterr().out)
    assert (Path(fault["file"]).name, fault["key"]) == ("other.yaml", "prediction.used")
    assert fault["line"]


@pytest.mark.parametrize(
    ("old", "new", "key", "words"),
    [
        ("claimant: government", "claimant: goverment", "facts.2.claimant", "did you mean 'government'"),
        ("basis: claimed, claimant: government", "basis: claimed", "facts.2.claimant", "add or leave out 'claimant'"),
        ("known_from: 2024-03-01", "known_from: true", "facts.0.known_from", "not a date"),
        ("target: LUX", "target: BEL", "law.incident", "an incident of LUX"),
        ("facts:\n", "location: {lat: true, lon: 6, source: x}\nfacts:\n", "location.lat", "write a number"),
        ("fact: act.internal_unrest", "fact: act.internal_unrst", "facts.0.fact", "did you mean"),
    ],
)
def test_faults_of_the_incident_beside_a_scenario_have_their_key_and_a_cure(
    tmp_path: Path, old: str, new: str, key: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "my-crisis"
    assert run_cli(["scenario", "new", str(folder), "--state", "LUX"]) == 0
    text = (folder / "incident.yaml").read_text(encoding="utf-8")
    assert old in text
    (folder / "incident.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    capsys.readouterr()
    assert run_cli(["scenario", "check", str(folder), "--json"]) == 2
    (fault,) = json.loads(capsys.readouterr().out)
    assert fault["key"] == key
    assert fault["line"]
    assert words in f"{fault['message']} {fault['expected']} {fault['cure']}"


def test_claims_of_another_year_or_crisis_may_stand_beside(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = (own / "claims.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    others = [lines[n].replace("kyrgyzstan-2010", name) for n, name in ((1, "kyrgyzstan-2005"), (2, "csto"))]
    (own / "claims.csv").write_text("".join([lines[0], *others, *lines[3:]]), encoding="utf-8")
    assert run_cli(["scenario", "check", str(own)]) == 0
    assert "no faults" in capsys.readouterr().out


@pytest.mark.parametrize("where", ["file/my-crisis", "file/deep/my-crisis", "shut/my-crisis"])
def test_a_place_where_no_scenario_can_be_written_is_an_error_in_words(
    where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    if where.startswith("shut"):  # as for a folder that may not be read; the tests may run as one who may read all

        def shut(_: Path) -> bool:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(Path, "exists", shut)
    assert run_cli(["scenario", "new", str(tmp_path / where), "--state", "LUX"]) == 2  # a place that is wrong as named
    assert "name another place" in capsys.readouterr().err


def test_check_lists_every_fault_at_once(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (own / "scenario.yaml").read_text(encoding="utf-8")
    text = (
        text.replace("population: 258111", "population: 0")
        .replace("shock: 1.0", "shock: 2")
        .replace("lat: 42.87", "lat: 95")
    )
    (own / "scenario.yaml").write_text(text, encoding="utf-8")
    assert run_cli(["scenario", "check", str(own)]) == 2
    assert capsys.readouterr().err.count("error: ") == 3


def test_contingents_that_came_and_hypothetical_ones_do_not_mix() -> None:
    scenario = crisis.load_scenario("bahrain-2011")
    data = scenario.model_dump()
    data["contingents"][1]["hypothetical"] = True
    with pytest.raises(ValueError, match="not both"):
        crisis.Scenario.model_validate(data)


def test_show_tells_the_rules_of_a_what_if(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules = "rules:\n  - {when: dead > 2, do: concession, size: 0.8, label: the government gives in}\n"
    with (own / "scenario.yaml").open("a", encoding="utf-8") as file:
        file.write(rules)
    assert run_cli(["scenario", "show", str(own)]) == 0
    shown = capsys.readouterr().out
    assert "dead > 2" in shown
    assert "the government gives in" in shown


@pytest.mark.parametrize("state", ["Luxembourg", "CHE"])
def test_a_new_scenario_is_valid_and_runs(state: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "my-crisis"
    assert run_cli(["scenario", "new", str(folder), "--state", state]) == 0
    assert run_cli(["scenario", "check", str(folder)]) == 0
    assert "no faults" in capsys.readouterr().out
    result = foedus.run(folder, runs=2, out=tmp_path / "run")
    assert result.bundle["decision"]["p_act"] is None
    assert result.ensemble.daily("help", "participants").max() > 0
    assert run_cli(["scenario", "new", str(folder), "--state", state]) == 2  # never overwrites
    assert "nothing was touched" in capsys.readouterr().err


def test_pages_that_cannot_be_written_are_an_error_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    assert run_cli(["scenario", "pages", str(tmp_path / "file")]) == 2
    assert "name another place" in capsys.readouterr().err
    assert (tmp_path / "file").read_text(encoding="utf-8") == "in the way"


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["scenario", "new", "x", "--state", "LXU"], "did you mean 'LUX'"),
        (["scenario", "new", "x", "--state", "Luxemborg"], "did you mean 'Luxembourg'"),
        (["scenario", "new", "bad name", "--state", "LUX"], "cannot name"),
        (["scenario", "new", "bahrain-2011", "--state", "LUX"], "comes with Foedus"),
        (["scenario", "new", "x", "--state", "LUX", "--on", "1700-01-01"], "no state had"),
        (["scenario", "predict", "kazakhstan-2022"], "no test"),
        (["scenario", "predict", "bahrain-2011", "--runs", "0"], "makes no sense"),
        (["scenario", "predict", "bahrain-2011", "--priors", "nowhere"], "unknown scenario"),
        (["scenario", "check", "nowhere"], "unknown scenario"),
        (["run", "x" * 5000], "unknown scenario"),
    ],
)
def test_wrong_commands_are_answered_in_words(
    arguments: list[str], word: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run_cli(arguments) == 2
    assert word in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_the_predictive_check_counts_what_it_says(made: dict[str, Any]) -> None:
    runs = made["bahrain-2011"].ensemble
    found = prediction.check(runs)
    ids = {row.claim for row in found.rows}
    assert ids
    assert not ids & set(runs.scenario.prediction.used)
    claims = {claim.claim_id: claim for claim in load_claims(runs.scenario.claims_path)}
    assert all(not claims[name].qualifier and claims[name].status == "current" for name in ids)
    (row,) = (row for row in found.rows if row.claim == "b01")
    day = [str(d) for d in runs.days].index("2011-04-15")
    dead = runs.daily("help", "dead")[:, day]
    assert row.ninety == pytest.approx(tuple(np.quantile(dead, [0.05, 0.95])))
    assert row.inside_ninety == bool(row.ninety[0] <= 35 <= row.ninety[1])
    assert row.below == pytest.approx(np.mean(dead < 35))
    assert found.coverage() == pytest.approx(np.mean([r.inside_ninety for r in found.rows]))


def test_an_impossible_report_is_a_miss(tmp_path: Path) -> None:
    folder = tmp_path / "own"
    shutil.copytree(crisis.load_scenario("bahrain-2011").directory, folder)
    file = folder / "claims.csv"
    text = file.read_text(encoding="utf-8")
    assert ",35,35," in text
    file.write_text(text.replace(",35,35,", ",400000,400000,", 1), encoding="utf-8")
    runs = ensemble.run(crisis.load_scenario(folder), runs=4, seed=0)
    rows = {row.claim: row for row in prediction.check(runs).rows}
    assert rows["b01"].inside_ninety is False
    assert rows["b01"].below == 1.0
    # four runs come from two draws of the parameters, and the sentence says what that is worth
    assert "this says nothing" in prediction.check(runs).sentence()


def test_borrowed_priors_are_the_lenders() -> None:
    own, lender = (crisis.load_scenario(name) for name in ("bahrain-2011", "kazakhstan-2022"))
    assert prediction.borrow(own, lender).priors["arrests"] == lender.priors["arrests"]
    assert prediction.borrow(own, None).parameters == {}
    assert prediction.borrow(own, None).events == own.events


def test_the_committed_pages_are_what_the_code_makes() -> None:
    from foedus.crisis.pages import pages

    for name, text in pages().items():
        assert (ROOT / "docs" / name).read_text(encoding="utf-8") == text, f"run: foedus scenario pages docs ({name})"
    table = pages()["parameters.md"]
    assert all(f"| `{name}` |" in table for name in foedus.crisis.parameters.NAMES)
