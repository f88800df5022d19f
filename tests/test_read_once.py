"""Every input of a job is read once, so that no result comes from two versions of a file."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from collections import Counter
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest

import foedus
from foedus import crisis, record
from foedus.cli import run_cli
from foedus.record import reading
from foedus.treaties.load import incident_file

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGED = crisis.load_scenario("kazakhstan-2022")
CASE = "kazakhstan-2022-january"
_COUNTS: list[Counter[Path]] = []  # a hook cannot be taken away again, only left with nothing to count in


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if _COUNTS and event == "open" and isinstance(arguments[0], str | Path) and arguments[1] in ("r", "rb"):
        _COUNTS[0][Path(arguments[0]).absolute()] += 1


@pytest.fixture(scope="module", autouse=True)
def _listening() -> None:
    sys.addaudithook(_hook)


@pytest.fixture
def opened() -> Iterator[Counter[Path]]:
    """Count how often each file is opened for reading; Foedus's own record counts as not yet open."""
    reading._own.cache_clear()
    _COUNTS.append(Counter())
    yield _COUNTS[0]
    _COUNTS.clear()


@pytest.fixture
def mine(tmp_path: Path) -> dict[str, Path]:
    """Return a scenario of one's own, with its own claims, incident and outlines, and a record that alone has its case."""
    folder = Path(shutil.copytree(PACKAGED.directory, tmp_path / "mine"))
    files = {
        "scenario": folder / "scenario.yaml",
        "claims": folder / "claims.csv",
        "incident": folder / "incident.yaml",
        "geometry": folder / "places.geojson",
        "record": tmp_path / "calls.csv",
    }
    shutil.copy(incident_file("kazakhstan-2022"), files["incident"])
    text = files["scenario"].read_text(encoding="utf-8").replace(f"record_case: {CASE}", "record_case: my-case")
    files["scenario"].write_text(text.replace("incident: kazakhstan-2022", "incident: incident.yaml"), encoding="utf-8")
    calls = reading.OWN.read_text(encoding="utf-8")
    files["record"].write_text(calls.replace(CASE, "my-case"), encoding="utf-8")
    return files


def _run(files: dict[str, Path]) -> list[str]:
    return ["run", str(files["scenario"]), "--record", str(files["record"]), "--runs", "2"]


def _times(opened: Counter[Path], files: dict[str, Path]) -> dict[str, int]:
    return {role: opened[path] for role, path in files.items()}


def test_a_run_reads_each_file_of_a_scenario_of_ones_own_once(
    mine: dict[str, Path], tmp_path: Path, opened: Counter[Path]
) -> None:
    assert run_cli([*_run(mine), "--out", str(tmp_path / "run")]) == 0
    assert _times(opened, mine) == dict.fromkeys(mine, 1)
    assert opened[reading.OWN] == 1  # to see whether the record is another one
    opened.clear()
    assert run_cli(["report", str(tmp_path / "run")]) == 0
    assert _times(opened, mine) == dict.fromkeys(mine, 1)


def test_a_run_reads_each_file_of_a_packaged_scenario_once(tmp_path: Path, opened: Counter[Path]) -> None:
    files = PACKAGED.files | {"scenario": crisis.scenario_file("kazakhstan-2022"), "record": reading.OWN}
    files["incident"] = incident_file("kazakhstan-2022")
    assert run_cli(["run", "kazakhstan-2022", "--runs", "2", "--out", str(tmp_path / "run")]) == 0
    assert _times(opened, files) == dict.fromkeys(files, 1)
    opened.clear()
    reading._own.cache_clear()
    assert run_cli(["report", str(tmp_path / "run")]) == 0
    assert _times(opened, files) == dict.fromkeys(files, 1)


@pytest.mark.parametrize(
    ("command", "read"),
    [
        (["scenario", "show", "{scenario}"], {"scenario"}),
        (
            ["scenario", "check", "{scenario}", "--record", "{record}"],
            {"scenario", "claims", "incident", "geometry", "record"},
        ),
        (["evidence", "reconcile", "{claims}"], {"claims"}),
        (["obligations", "KAZ", "--on", "2022-01-05", "--facts", "{incident}"], {"incident"}),
        (["record", "check", "{record}"], {"record"}),
        (["record", "show", "my-case", "--record", "{record}"], {"record"}),
        (["forecast", "case", "my-case", "--record", "{record}"], {"record"}),
        (["forecast", "days", "my-case", "--record", "{record}"], {"record"}),
        (["forecast", "contributors", "my-case", "--record", "{record}"], {"record"}),
        (["forecast", "stay", "my-case", "--record", "{record}"], {"record"}),
        (["forecast", "new", "--organisation", "csto", "--target", "KGZ", "--trigger", "domestic_unrest",
          "--record", "{record}"], {"record"}),
    ],
    ids=lambda value: " ".join(value[:2]) if isinstance(value, list) else "",
)  # fmt: skip
def test_a_command_reads_a_file_that_it_is_given_once(
    mine: dict[str, Path], opened: Counter[Path], command: list[str], read: set[str]
) -> None:
    assert run_cli([word.format(**mine) for word in command]) == 0
    assert _times(opened, mine) == {role: int(role in read) for role in mine}


def test_a_file_that_changes_during_a_run_changes_nothing_of_the_run(mine: dict[str, Path], tmp_path: Path) -> None:
    first = {role: path.read_bytes() for role, path in mine.items()}

    def spoil(event: object) -> None:
        for path in mine.values():
            path.write_text("somebody else's\n", encoding="utf-8")

    place = tmp_path / "run"
    made = foedus.run(mine["scenario"].parent, record_path=mine["record"], runs=2, out=place, on_event=spoil)
    kept = {role: (place / "inputs" / name).read_bytes() for role, name in (
        ("claims", "claims.csv"), ("incident", "incident.yaml"), ("geometry", "outlines.json"), ("record", "record.csv"),
    )}  # fmt: skip
    assert kept == {role: first[role] for role in kept}
    manifest = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
    digests = {role: hashlib.sha256(content).hexdigest() for role, content in first.items()}
    assert manifest["tables"]["inputs/claims.csv"] == digests["claims"]
    assert manifest["record_sha256"] == digests["record"]
    assert manifest["scenario_sha256"] == made.ensemble.scenario.sha256()
    assert made.bundle["meta"]["hashes"] == {
        "claims": digests["claims"], "record": digests["record"], "scenario": manifest["scenario_sha256"],
    }  # fmt: skip
    assert len(made.bundle["evidence"]["claims"]) == len(crisis.open_scenario("kazakhstan-2022").claims)


def test_what_is_open_is_taken_as_it_is(mine: dict[str, Path], tmp_path: Path, opened: Counter[Path]) -> None:
    loaded, known = crisis.open_scenario(mine["scenario"]), record.open_record(mine["record"])
    assert (loaded.scenario.name, loaded.file) == (PACKAGED.name, mine["scenario"])
    assert crisis.open_scenario(loaded) is loaded
    assert record.open_record(known) is known
    foedus.run(loaded, record_path=known, runs=2, out=tmp_path / "run")
    assert _times(opened, mine) == dict.fromkeys(mine, 1)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with a name here")
def test_a_record_may_come_through_a_pipe_which_can_be_read_but_once(
    mine: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = Thread(target=lambda: pipe.write_bytes(mine["record"].read_bytes()), daemon=True)
    writer.start()
    assert run_cli(["forecast", "days", "my-case", "--record", str(pipe)]) == 0
    writer.join(timeout=10)
    assert "my-case: if troops come" in capsys.readouterr().out


def test_a_scenario_keeps_the_file_that_it_was_read_from_until_it_is_changed_in_python(mine: dict[str, Path]) -> None:
    scenario = crisis.load_scenario(mine["scenario"])
    mine["scenario"].unlink()
    assert scenario.file == mine["scenario"]
    assert scenario.model_copy(update={"title": "Mine"}).file is None


def test_a_record_is_foedus_s_own_if_it_says_the_same(mine: dict[str, Path], tmp_path: Path) -> None:
    copy = tmp_path / "copy.csv"
    copy.write_bytes(reading.OWN.read_bytes().replace(b"\n", b"\r\n"))
    own = record.open_record()
    assert record.open_record(copy) == own
    assert record.open_record(copy).is_own
    assert own.is_own
    assert not record.open_record(mine["record"]).is_own
    assert record.open_record(mine["record"]) != own
