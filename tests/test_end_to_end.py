"""The main job from files to report, and proof that nothing in the report is painted on."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

import foedus
from foedus import crisis, pipeline, treaties
from foedus.cli import run_cli
from foedus.ensemble.figures import whole
from foedus.ensemble.manifest import sealed
from foedus.errors import FoedusWarning, InputError
from foedus.record.reading import OWN

REAL = crisis.load_scenario("kazakhstan-2022")
RUNS = 8


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return foedus.run(REAL, runs=RUNS, out=tmp_path_factory.mktemp("base") / "run").bundle


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A copy of the scenario with its own incident file, as a user would make it."""
    folder = tmp_path / "scenario"
    shutil.copytree(REAL.directory, folder)
    incident = Path(treaties.__file__).parent / "incidents" / "kazakhstan-2022.yaml"
    shutil.copy(incident, folder / "incident.yaml")
    edit(folder / "scenario.yaml", "incident: kazakhstan-2022", "incident: incident.yaml")
    return folder


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(old) >= 1, old
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def report_of(folder: Path, out: Path, **options: Any) -> dict[str, Any]:
    return foedus.run(folder, runs=RUNS, out=out, **options).bundle


def test_an_unchanged_copy_gives_the_same_report(base: dict[str, Any], own: Path, tmp_path: Path) -> None:
    copied = report_of(own, tmp_path / "run")
    assert base["meta"]["command"] == f"foedus run kazakhstan-2022 --runs {RUNS} --seed 0"
    for section in ("verdict", "summary", "spread", "decision", "course", "evidence", "parameters"):
        assert copied[section] == base[section], section


def test_one_fact_changes_the_verdict(base: dict[str, Any], own: Path, tmp_path: Path) -> None:
    file = own / "incident.yaml"
    yaml = YAML()
    data = yaml.load(file)
    data["facts"] = [f for f in data["facts"] if f["fact"] != "act.armed_attack" or f["basis"] != "observed"]
    yaml.dump(data, file)
    changed = report_of(own, tmp_path / "run")
    assert "On one of three readings, article 4" in base["verdict"]["sentence"]
    assert changed["verdict"]["sentence"] != base["verdict"]["sentence"]
    assert changed["law"]["findings"] != base["law"]["findings"]
    assert changed["summary"] == base["summary"]


def test_one_row_of_the_record_changes_the_forecast(base: dict[str, Any], own: Path, tmp_path: Path) -> None:
    record = tmp_path / "record.csv"
    shutil.copy(OWN, record)
    edit(record, "consensus,2010-06-14,refused,0,,,", "consensus,2010-06-14,force_deployed,1,RUS,RUS;KAZ,2000")
    changed = report_of(own, tmp_path / "run", record_path=record)
    assert changed["decision"]["p_act"] > base["decision"]["p_act"] + 0.02
    assert changed["verdict"]["points"] != base["verdict"]["points"]
    assert changed["meta"]["hashes"]["record"] != base["meta"]["hashes"]["record"]


def test_one_claim_changes_table_and_chart(base: dict[str, Any], own: Path, tmp_path: Path) -> None:
    file = own / "claims.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    (row,) = [n for n, line in enumerate(lines) if line.startswith("f49,")]
    lines[row] = lines[row].replace(",19,19,", ",29,29,")
    file.write_text("\n".join(lines), encoding="utf-8")
    changed = report_of(own, tmp_path / "run")
    reported = {r["key"]: r["reported"] for r in changed["summary"]}
    assert {r["key"]: r["reported"] for r in base["summary"]}["dead_security"] == "19"
    assert reported["dead_security"] == "29"
    assert changed["course"]["reported"]["dead_security"] != base["course"]["reported"]["dead_security"]


def test_one_prior_changes_the_course(base: dict[str, Any], own: Path, tmp_path: Path) -> None:
    edit(
        own / "scenario.yaml",
        "deadliness: {kind: log_uniform, low: 0.014,",
        "deadliness: {kind: log_uniform, low: 0.036,",
    )
    changed = report_of(own, tmp_path / "run")
    dead = {r["key"]: r for r in changed["summary"]}["dead"]
    assert dead["help"][1] > {r["key"]: r for r in base["summary"]}["dead"]["help"][1]
    assert changed["parameters"] != base["parameters"]


def test_sentences_and_tables_say_the_same_whole_numbers(base: dict[str, Any]) -> None:
    assert [whole(value) for value in (238.5, 239.49, 0.5, -0.5, -2.5)] == [239, 239, 1, 0, -2]
    dead = {row["key"]: row for row in base["summary"]}["dead"]
    low, middle, high = dead["help"]
    assert all(value == whole(value) for row in base["summary"] for value in (*row["help"], *row["difference"]))
    assert f"{middle:,.0f} in the middle run, {low:,.0f} to {high:,.0f}" in " ".join(base["verdict"]["points"])


def test_json_prints_events_and_nothing_else(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "run"
    assert run_cli(["run", "kazakhstan-2022", "--runs", "4", "--out", str(out), "--json"]) == 0
    events = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert events[-1]["kind"] == "result"
    assert Path(events[-1]["data"]["report"]) == out / "report.html"
    stages = [event["stage"] for event in events]
    assert [s for s in ("forecast", "simulate", "store", "report", "run") if s in stages] == list(dict.fromkeys(stages))


def test_the_summary_shows_intervals_beside_reports_and_ends_with_the_path(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    assert run_cli(["run", "kazakhstan-2022", "--runs", "4", "--out", str(out)]) == 0
    text = capsys.readouterr().out
    assert text.rstrip().endswith(str(out / "report.html"))
    assert "238" in text
    assert "chance" in text
    assert "+0" not in text
    assert run_cli(["report", str(out)]) == 0


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (["run", "kazakstan-2022"], 2, "did you mean 'kazakhstan-2022'"),
        (["run", "kazakhstan-2022", "--runs", "0"], 2, "makes no sense"),
        (["run", "kazakhstan-2022", "--runs", "many"], 2, "not a valid integer"),
        (["obligations", "KAS", "--on", "2022-01-05", "--facts", "kazakhstan-2022"], 2, "KAZ"),
        (["obligations", "FRA", "--on", "1890-01-05", "--facts", "kazakhstan-2022"], 2, "outside what"),
        (["obligations", "KAZ", "--on", "tomorrow", "--facts", "kazakhstan-2022"], 2, "not a date"),
        (["forecast", "case", "kazakhstan-2022"], 2, "unknown case"),
        (["evidence", "reconcile", "nothing.csv"], 2, "no such file"),
        (["report", "nowhere"], 2, "not a Foedus run"),
        (["rnu"], 2, "did you mean 'run'"),
    ],
)
def test_bad_input_is_answered_in_words(
    arguments: list[str], code: int, word: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert run_cli(arguments) == code
    captured = capsys.readouterr()
    assert word in captured.err
    assert "Traceback" not in captured.err
    assert list(tmp_path.iterdir()) == []


def test_malformed_yaml_names_file_line_and_key(own: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(own / "scenario.yaml", "officers_per_1000: 2.2", "officers_per_1000: many")
    assert run_cli(["run", str(own), "--out", str(tmp_path / "run")]) == 2
    message = capsys.readouterr().err
    lines = (own / "scenario.yaml").read_text(encoding="utf-8").splitlines()
    number = next(n for n, line in enumerate(lines, 1) if line.startswith("officers_per_1000"))
    assert f"scenario.yaml:{number}" in message
    assert "officers_per_1000" in message
    assert not (tmp_path / "run").exists()


def test_a_foreign_directory_is_refused_before_any_work(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    assert run_cli(["run", "kazakhstan-2022", "--out", str(tmp_path)]) == 2
    assert "nothing was touched" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_an_unwritable_place_is_a_failure_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert run_cli(["run", "kazakhstan-2022", "--out", str(tmp_path / "file" / "run")]) == 1
    assert "cannot be written" in capsys.readouterr().err


def test_a_scenario_file_of_another_name_is_run_reported_and_compared(
    own: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = (own / "scenario.yaml").rename(own / "crisis.yaml")
    for out in ("a", "b"):
        assert run_cli(["run", str(file), "--runs", "2", "--out", str(tmp_path / out)]) == 0
    assert run_cli(["report", str(tmp_path / "a")]) == 0
    assert run_cli(["compare", str(tmp_path / "a"), str(tmp_path / "b")]) == 0
    capsys.readouterr()
    edit(file, "treaty: cst-1992", "treaty: cst-1993")
    assert run_cli(["run", str(file), "--runs", "2", "--out", str(tmp_path / "a")]) == 2
    assert f"{file}:" in capsys.readouterr().err
    assert run_cli(["report", str(tmp_path / "a")]) == 0  # from the run's own copy
    said = capsys.readouterr().err
    assert said.startswith("warning: ")
    assert f"({file})" in said


def test_a_report_written_again_keeps_the_record_that_the_run_had(own: Path, tmp_path: Path) -> None:
    record = tmp_path / "record.csv"
    shutil.copy(OWN, record)
    made = foedus.run(own, runs=2, out=tmp_path / "run", record_path=record, mode="free", step_hours=0.5)
    again = "foedus run scenario/scenario.yaml --runs 2 --seed 0 --mode free --step 0.5 --record record.csv"
    assert made.bundle["meta"]["command"] == again
    before = made.report.read_bytes()
    assert pipeline.rewrite(made.directory).read_bytes() == before
    edit(record, "RUS;BLR;ARM;TJK;KGZ,2030", "RUS;BLR;ARM;TJK;KGZ,2031")
    with pytest.warns(FoedusWarning, match="the record was changed since this run"):
        pipeline.rewrite(made.directory)
    assert made.report.read_bytes() == before
    record.unlink()
    with pytest.warns(FoedusWarning, match=r"the record is not where it was \(../record.csv\)"):
        pipeline.rewrite(made.directory)
    assert made.report.read_bytes() == before
    manifest = json.loads((made.directory / "manifest.json").read_text())
    del manifest["tables"]["inputs/record.csv"], manifest["sha256"]  # as in a run of the first version
    manifest |= {"format": "foedus-run/2", "record": str(record)}
    (made.directory / "manifest.json").write_text(json.dumps(manifest))
    with (
        pytest.warns(FoedusWarning, match="has format 2, in which the manifest has no hash"),
        pytest.raises(InputError, match="the record is not where it was") as caught,
    ):
        pipeline.rewrite(made.directory)
    assert (caught.value.key, caught.value.found) == ("record", str(record))
    assert caught.value.cure == "put it back, or run the scenario again"
    assert made.report.read_bytes() == before


def data_of(page: Path) -> dict[str, Any]:
    found = re.search(
        r'<script[^>]*type="application/json"[^>]*>(.*?)</script>', page.read_text(encoding="utf-8"), re.DOTALL
    )
    assert found is not None
    data: dict[str, Any] = json.loads(found.group(1))
    return data


def test_a_report_of_a_run_whose_scenario_is_gone_says_the_same_and_what_computed_it(own: Path, tmp_path: Path) -> None:
    made = foedus.run(own, runs=2, out=tmp_path / "run")
    before = data_of(made.report)
    own.rename(tmp_path / "elsewhere")
    file = made.directory / "manifest.json"
    manifest = json.loads(file.read_text())
    file.write_text(json.dumps(sealed(manifest | {"versions": manifest["versions"] | {"foedus": "9.8.7"}})))
    with pytest.warns(FoedusWarning, match="the scenario is not where it was run"):
        pipeline.rewrite(made.directory)
    after = data_of(made.report)
    meta, earlier = after.pop("meta"), before.pop("meta")
    assert after == before
    assert meta["version"] == meta["versions"]["foedus"] == "9.8.7"
    assert meta["written_by"]["foedus"] == foedus.__version__
    assert earlier["versions"] == earlier["written_by"]
    assert "foedus.ensemble.load(RUN).scenario" in meta["command"]
    with pytest.warns(FoedusWarning):
        scenario = foedus.ensemble.load(made.directory).scenario
    again = foedus.run(scenario, runs=2, out=tmp_path / "again")
    assert again.bundle["summary"] == made.bundle["summary"]


def test_claims_that_changed_since_the_run_are_shown_as_they_are_and_that_is_said(own: Path, tmp_path: Path) -> None:
    made = foedus.run(own, runs=1, out=tmp_path / "run")
    edit(own / "claims.csv", ",19,19,", ",29,29,")
    with pytest.warns(FoedusWarning, match="the claims changed since this run"):
        pipeline.rewrite(made.directory)
    assert {row["key"]: row["reported"] for row in data_of(made.report)["summary"]}["dead_security"] == "29"


def test_a_report_names_a_packaged_scenario_wherever_it_lies_unless_a_file_of_it_differs(tmp_path: Path) -> None:
    def command(scenario: str | Path | crisis.Scenario) -> str:
        return str(foedus.run(scenario, runs=1, out=tmp_path / "run").bundle["meta"]["command"])

    (tmp_path / "link").symlink_to(REAL.directory)
    copy = Path(shutil.copytree(REAL.directory, tmp_path / "copy"))
    named = "foedus run kazakhstan-2022 --runs 1 --seed 0"
    assert command(tmp_path / "link") == command(copy) == named
    edit(copy / "claims.csv", ",19,19,", ",29,29,")
    assert command(copy) == "foedus run copy/scenario.yaml --runs 1 --seed 0"
    changed = REAL.model_copy(update={"officers_per_1000": 9.0})
    assert command(changed).startswith("foedus.run(scenario, runs=1, seed=0) in Python")


def test_a_record_that_would_not_be_read_is_refused(
    own: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = own / "scenario.yaml"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join(line for line in lines if not line.startswith("record_case:")), encoding="utf-8")
    assert run_cli(["run", str(own), "--record", str(tmp_path / "none.csv"), "--out", str(tmp_path / "run")]) == 2
    said = capsys.readouterr().err
    assert f"{file}: the scenario names no case of the record" in said
    assert "leave the record (--record) out" in said
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("options", "key"),
    [({"out": 3}, "out"), ({"out": ""}, "out"), ({"record_path": 3}, "record_path"), ({"engine": None}, "engine")],
)
def test_what_is_given_in_python_is_refused_by_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: dict[str, Any], key: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as caught:
        foedus.run(REAL, runs=2, **options)
    assert caught.value.key == key
    assert caught.value.found
    assert list(tmp_path.iterdir()) == []


def test_a_result_shows_itself_in_a_line_and_compares_only_with_its_kind(tmp_path: Path) -> None:
    made = foedus.run(REAL, runs=2, out=tmp_path / "run")
    assert len(repr(made)) < 600 + len(str(tmp_path))
    assert "kazakhstan-2022: 2 runs" in repr(made)
    assert made.compare(made).paired
    with pytest.raises(InputError, match="'other' cannot be used"):
        made.compare("x")


def test_errors_name_the_options_of_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_cli(["run", "kazakhstan-2022", "--step", "7", "--out", str(tmp_path / "run")]) == 2
    assert "key: --step" in capsys.readouterr().err


@pytest.mark.parametrize(("name", "code"), [("SIGINT", 1), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_an_interrupted_run_leaves_nothing_and_says_so(tmp_path: Path, name: str, code: int) -> None:
    import signal
    import time

    out = tmp_path / "run"
    # a suite that was started in the background of a script, or by nohup, hands an ignored signal down
    program = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "signal.signal(signal.SIGHUP, signal.SIG_DFL); import foedus.cli; foedus.cli.main()"
    )
    job = subprocess.Popen(
        [sys.executable, "-c", program, "run", "kazakhstan-2022", "--runs", "5000", "--out", str(out), "--json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert job.stdout is not None
    for line in job.stdout:
        if '"progress", "stage": "simulate"' in line:
            break
    time.sleep(0.2)
    job.send_signal(getattr(signal, name))
    try:
        _, errors = job.communicate(timeout=120)
    finally:
        if job.poll() is None:
            job.kill()
            job.communicate()
    assert job.returncode == code
    assert "interrupted" in errors
    assert "Traceback" not in errors
    assert list(tmp_path.iterdir()) == []
