"""Stored runs outlive their writer: other formats, other models of scenarios, edited manifests, files that are odd."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest

from foedus import crisis, ensemble
from foedus.cli import run_cli
from foedus.ensemble import formats
from foedus.ensemble.manifest import read, sealed
from foedus.errors import FoedusWarning, InputError

REAL = crisis.load_scenario("kazakhstan-2022")
HERE = Path(__file__).parent
EARLIER = {2: HERE / "first_version" / "run", 3: HERE / "format_3" / "run"}


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a run with its report, as the command line stores it."""
    place = tmp_path_factory.mktemp("stored") / "run"
    assert run_cli(["run", "kazakhstan-2022", "--runs", "2", "--out", str(place)]) == 0
    return place


@pytest.fixture
def run(stored: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(stored, tmp_path / "run"))


def said_of(place: Path) -> list[str]:
    """Return the warnings that opening a run gives."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        ensemble.load(place)
    return [str(one.message) for one in caught]


def edit(place: Path, *, seal: bool = False, **values: object) -> None:
    data = json.loads((place / "manifest.json").read_text()) | values
    (place / "manifest.json").write_text(json.dumps(sealed(data) if seal else data))


def test_every_file_of_a_run_is_listed_with_its_hash(run: Path) -> None:
    manifest = read(run)
    there = {path.relative_to(run).as_posix() for path in run.rglob("*") if path.is_file()}
    assert there == {"manifest.json", *manifest.parts, *manifest.tables}
    assert {"report.html", "scenario.json", "inputs/claims.csv", "inputs/outlines.json"} <= there
    assert said_of(run) == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("seed", 7), ("versions", {"foedus": "9.8.7"}), ("format", "foedus-run/2"), ("replicates", 1), ("note", "mine"),
        ("sha256", "0" * 64), ("sha256", None), ("sha256", 3),
    ],
)  # fmt: skip
def test_an_edited_manifest_is_refused(run: Path, key: str, value: object, capsys: pytest.CaptureFixture[str]) -> None:
    edit(run, **{key: value})
    for line in (["report", str(run)], ["compare", str(run), str(run)]):
        assert run_cli(line) == 2
        said = capsys.readouterr().err
        assert "the manifest of this run was changed after the run wrote it" in said
        assert str(run / "manifest.json") in said


def test_a_manifest_without_its_hash_is_refused(run: Path) -> None:
    data = json.loads((run / "manifest.json").read_text())
    del data["sha256"]
    (run / "manifest.json").write_text(json.dumps(data))
    with pytest.raises(InputError, match="was changed after") as caught:
        ensemble.load(run)
    assert caught.value.found == "no such key"


def test_other_spaces_and_another_order_are_no_edit(run: Path) -> None:
    data = json.loads((run / "manifest.json").read_text())
    (run / "manifest.json").write_text(json.dumps(dict(reversed(data.items())), indent=3))
    assert said_of(run) == []


def test_files_that_do_not_belong_and_files_that_are_gone_are_told(run: Path) -> None:
    (run / "parts" / "00001.parquet").write_bytes((run / "parts" / "00000.parquet").read_bytes())
    (run / "notes.txt").write_text("mine")
    (run / "inputs" / "claims.csv").unlink()
    (run / ".report.html.lock").touch()  # of a report that is being written
    found = said_of(run)
    assert len(found) == 2
    assert "not written by the run, and ignored: notes.txt, parts/00001.parquet" in found[0]
    assert "gone from the run: inputs/claims.csv" in found[1]


def test_a_report_that_is_gone_is_written_again_and_listed(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (run / "report.html").unlink()
    assert "'foedus report' writes it again" in said_of(run)[0]
    assert run_cli(["report", str(run)]) == 0
    capsys.readouterr()
    assert said_of(run) == []


def test_a_report_written_again_tells_both_versions_and_leaves_the_manifest_as_it_was(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    writer = json.loads((run / "manifest.json").read_text())["versions"]
    edit(run, seal=True, versions={**writer, "foedus": "0.0.9"})
    before = (run / "manifest.json").read_bytes()
    assert run_cli(["report", str(run)]) == 0
    assert capsys.readouterr().err == ""
    assert (run / "manifest.json").read_bytes() == before
    text = (run / "report.html").read_text(encoding="utf-8")
    assert '"foedus":"0.0.9"' in text  # what computed it, beside what wrote the page
    assert f'"written_by":{{"foedus":"{writer["foedus"]}"' in text
    assert said_of(run) == []


@pytest.mark.parametrize("edit_as", ["a word", "the end", "another page"])
def test_a_report_that_was_changed_by_hand_is_replaced_only_when_asked(
    run: Path, capsys: pytest.CaptureFixture[str], edit_as: str
) -> None:
    page = run / "report.html"
    written = page.read_text(encoding="utf-8")
    mine = {
        "a word": written.replace("Kazakhstan", "Qazaqstan", 1), "the end": written + "mine\n", "another page": "mine",
    }[edit_as]  # fmt: skip
    page.write_text(mine, encoding="utf-8")
    for line in (["report", str(run)], ["run", "kazakhstan-2022", "--runs", "2", "--out", str(run)]):
        assert run_cli(line) == 2
        said = capsys.readouterr().err
        assert "was changed after Foedus wrote it" in said
        assert str(page) in said
        assert ("--force" if line[0] == "report" else "--out") in said
        assert page.read_text(encoding="utf-8") == mine
    assert run_cli(["report", str(run), "--force"]) == 0
    assert page.read_text(encoding="utf-8") == written
    assert run_cli(["report", str(run)]) == 0  # its own page is no obstacle
    assert run_cli(["run", "kazakhstan-2022", "--runs", "2", "--out", str(run)]) == 0


def test_a_report_of_the_first_version_is_replaced_as_before(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(HERE / "first_version", tmp_path, dirs_exist_ok=True)
    edit(tmp_path / "run", scenario_directory=str(tmp_path / "valdoria"))
    (tmp_path / "run" / "report.html").write_text("<!doctype html> of the first version, without a seal")
    assert run_cli(["report", str(tmp_path / "run")]) == 0
    capsys.readouterr()
    assert "of the first version" not in (tmp_path / "run" / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("number", EARLIER)
def test_runs_of_each_format_open_and_give_the_same_figures(number: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FoedusWarning)
        found, first = ensemble.load(EARLIER[number]), ensemble.load(EARLIER[2])
    assert read(EARLIER[number]).number == number
    assert found.figures.tobytes() == first.figures.tobytes()


def test_a_run_far_from_its_scenario_still_knows_where_its_claims_were_read() -> None:
    with pytest.warns(FoedusWarning, match="the scenario is not where it was run"):
        kept = ensemble.load(EARLIER[3]).scenario
    notes = (HERE / "first_version" / "valdoria" / "sources.md").read_bytes()
    assert (kept.directory / "sources.md").read_bytes() == notes


def test_there_is_a_run_of_each_format_beside_the_tests() -> None:
    assert sorted(EARLIER) == list(range(formats.FIRST, formats.today() + 1))


def test_a_run_opens_after_keys_were_renamed_added_and_removed(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Play a later version: the next format renames a key of each file, adds one, and drops one."""
    old, now = json.loads((run / "scenario.json").read_text()), json.loads((run / "manifest.json").read_text())

    def manifest(data: dict[str, Any]) -> dict[str, Any]:
        rest = {key: value for key, value in data.items() if key != "dice"}
        return rest | {"seed": data["dice"]}

    def scenario(data: dict[str, Any]) -> dict[str, Any]:
        rest = {key: value for key, value in data.items() if key not in {"headline", "weather"}}
        return rest | {"title": data["headline"]}

    monkeypatch.setattr(formats, "STEPS", [*formats.STEPS, formats.Step(manifest, scenario)])
    del old["title"]
    content = json.dumps(old | {"headline": "Then", "weather": "cold"})
    (run / "scenario.json").write_text(content)
    seed = now.pop("seed")
    tables = now["tables"] | {"scenario.json": hashlib.sha256(content.encode()).hexdigest()}
    (run / "manifest.json").write_text(json.dumps(sealed(now | {"dice": seed, "tables": tables})))
    assert formats.today() == 4
    with pytest.warns(FoedusWarning, match="the scenario was changed since this run"):
        back = ensemble.load(run)
    assert (back.scenario.title, back.seed) == ("Then", seed)


def test_a_run_whose_scenario_would_be_refused_today_opens_as_it_was(run: Path) -> None:
    said = json.loads((run / "scenario.json").read_text())
    said["end"] = said["start"]  # a later version may demand more of what fits together
    content = json.dumps(said)
    (run / "scenario.json").write_text(content)
    tables = json.loads((run / "manifest.json").read_text())["tables"]
    edit(run, seal=True, tables=tables | {"scenario.json": hashlib.sha256(content.encode()).hexdigest()})
    with pytest.warns(FoedusWarning, match="the run's own copy"):
        assert ensemble.load(run).scenario.end == ensemble.load(run).scenario.start


def test_a_run_opens_in_a_folder_that_cannot_be_written(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in (*run.rglob("*"), run):
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        assert said_of(run) == []
        assert run_cli(["compare", str(run), str(run)]) == 0
        if os.geteuid():  # root may write everywhere
            assert run_cli(["report", str(run)]) == 2
            assert "the report cannot be written" in capsys.readouterr().err
    finally:
        for path in (run, *run.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)


def test_no_stored_byte_names_the_user_the_machine_or_a_folder_of_theirs(tmp_path: Path) -> None:
    home = tmp_path / "homes" / "ottokar-of-nowhere"
    mine = home / "secret-work" / "mine"
    shutil.copytree(REAL.directory, mine)
    (mine / "scenario.yaml").write_text((mine / "scenario.yaml").read_text().replace("title: ", "title: My ", 1))
    names = dict.fromkeys(("USER", "LOGNAME", "USERNAME"), "ottokar-of-nowhere")
    places = {
        "HOME": str(home),
        "USERPROFILE": str(home),
        "XDG_CACHE_HOME": os.environ.get("XDG_CACHE_HOME", str(home)),
    }
    code = "import sys; from foedus.cli import run_cli; sys.exit(run_cli(sys.argv[1:]))"
    line = ["run", str(mine), "--runs", "2", "--out", str(home / "secret-runs" / "run")]
    done = subprocess.run(
        [sys.executable, "-c", code, *line],
        env=os.environ | names | places,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    stored = [path for path in (home / "secret-runs" / "run").rglob("*") if path.is_file()]
    assert len(stored) > 8
    told = [b"ottokar", b"secret-runs", str(tmp_path).encode(), str(Path(sys.prefix)).encode()]
    if len(socket.gethostname()) > 8:
        told.append(socket.gethostname().encode())
    for path in stored:
        content = path.read_bytes()
        assert not [one for one in told if one in content], path
