"""What the commands write: whole or untouched, and never over what somebody may have corrected by hand."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from foedus import files
from foedus.cli import run_cli
from foedus.crisis import load_scenario
from foedus.evidence import load_claims, write_claims
from foedus.treaties import load_incident

CLAIMS = load_scenario("kazakhstan-2022").claims_path
REPORT = "Almaty, 5 January 2022\n\nTwelve people were killed in Almaty. Some 300 were injured.\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "report.txt").write_text(REPORT)
    return tmp_path


EXTRACT = ["evidence", "extract", "report.txt", "--event", "kazakhstan-2022", "--out", "out.yaml"]
INCIDENT = ["evidence", "incident", "kazakhstan-2022", "--target", "KAZ", "--out", "out.yaml"]
BOTH = pytest.mark.parametrize("command", [EXTRACT, INCIDENT])


@BOTH
def test_a_file_corrected_by_hand_is_replaced_only_by_force(
    here: Path, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    out = here / "out.yaml"
    assert run_cli(command) == run_cli(command) == 0
    made = out.read_bytes()
    corrected = made.replace(b"Almaty", b"Taraz") + (b"# by hand\n" if command is INCIDENT else b"")
    out.write_bytes(corrected)
    assert run_cli(command) == 2
    assert "--force" in capsys.readouterr().err
    assert out.read_bytes() == corrected
    assert run_cli([*command, "--force"]) == 0
    assert out.read_bytes() == made
    out.write_bytes(b"")
    assert run_cli(command) == 0
    assert sorted(path.name for path in here.iterdir()) == ["out.yaml", "report.txt"]


def test_an_incident_that_nobody_changed_is_made_anew(here: Path) -> None:
    assert run_cli(INCIDENT) == 0
    first = load_incident(here / "out.yaml")
    fewer = [claim for claim in load_claims(CLAIMS) if claim.speaker or not claim.statement]
    (here / "fewer.csv").write_text(write_claims(fewer), encoding="utf-8")
    assert run_cli([*INCIDENT[:2], "fewer.csv", *INCIDENT[3:]]) == 0
    assert len(load_incident(here / "out.yaml").facts) < len(first.facts)


def _full(*_: Any, **__: Any) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def _stop(*_: Any, **__: Any) -> None:
    raise KeyboardInterrupt


@BOTH
@pytest.mark.parametrize(("failure", "said"), [(_full, "No space left"), (_stop, f"interrupted; {files.UNTOUCHED}")])
@pytest.mark.parametrize("earlier", [True, False])
def test_a_write_that_fails_leaves_what_was_there(
    here: Path, command: list[str], failure: Callable[..., None], said: str, earlier: bool,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    if earlier:
        (here / "out.yaml").write_text("by hand")
    before = sorted(path.name for path in here.iterdir())
    monkeypatch.setattr(files.os, "fsync", failure)
    assert run_cli([*command, "--force"]) in (1, 2)
    assert said in capsys.readouterr().err
    assert sorted(path.name for path in here.iterdir()) == before
    assert not earlier or (here / "out.yaml").read_text() == "by hand"


def test_a_report_is_never_overwritten_by_its_claims(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("report.txt", "./report.txt"):
        assert run_cli(["evidence", "extract", "report.txt", "--out", name, "--force"]) == 2
    assert "overwrite one of the reports" in capsys.readouterr().err
    assert (here / "report.txt").read_text() == REPORT


def test_a_page_takes_the_place_of_a_page_only(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["evidence", "reconcile", "kazakhstan-2022", "--html"]
    assert run_cli([*command, "page.html"]) == run_cli([*command, "page.html"]) == 0
    assert run_cli([*command, "report.txt"]) == 2
    assert "a file of another kind" in capsys.readouterr().err
    assert (here / "report.txt").read_text() == REPORT


@pytest.mark.parametrize("failure", [_full, _stop])
@pytest.mark.parametrize("step", ["write_text", "move_new"])
def test_a_scenario_is_begun_whole_or_not_at_all(
    here: Path, failure: Callable[..., None], step: str, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    counted: list[Any] = []
    real = getattr(files, step)

    def third(*given: Any, **more: Any) -> Any:
        counted.append(given)
        return failure() if len(counted) == 3 else real(*given, **more)

    monkeypatch.setattr(files, step, third)
    (here / "there").mkdir()
    (here / "there" / "mine.txt").write_text("mine")
    for place in ("deep/in/new",) * (step == "write_text") + ("there",):  # a new folder is moved in one step
        counted.clear()
        assert run_cli(["scenario", "new", place, "--state", "LUX"]) == 1
        assert (files.UNTOUCHED in capsys.readouterr().err) == (failure is _stop)
    assert sorted(path.name for path in here.rglob("*")) == ["mine.txt", "report.txt", "there"]
    monkeypatch.undo()
    monkeypatch.chdir(here)
    assert run_cli(["scenario", "new", "there", "--state", "LUX"]) == 0
    assert len(list((here / "there").iterdir())) == 6


def test_what_a_killed_process_left_of_a_scenario_is_completed_and_what_another_left_is_kept(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["scenario", "new", "there", "--state", "LUX"]
    assert run_cli(command) == 0
    whole = {path.name: path.read_bytes() for path in (here / "there").iterdir()}
    assert run_cli(command) == 2
    for name in ("scenario.yaml", "claims.csv"):  # the scenario itself comes last
        (here / "there" / name).unlink()
    assert run_cli([*command[:-1], "FRA"]) == 2
    assert run_cli(command) == 0
    assert {path.name: path.read_bytes() for path in (here / "there").iterdir()} == whole


def test_a_page_that_was_changed_by_hand_is_not_overwritten(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["evidence", "reconcile", "kazakhstan-2022", "--html", "page.html"]
    assert run_cli(command) == 0
    page = here / "page.html"
    changed = page.read_text(encoding="utf-8").replace("</h1>", ", corrected</h1>", 1)
    page.write_text(changed, encoding="utf-8")
    assert run_cli(command) == 2
    assert "changed by hand; it was not touched" in capsys.readouterr().err
    assert page.read_text(encoding="utf-8") == changed
    page.write_text(changed.rpartition("<!-- as it was made")[0], encoding="utf-8")  # an earlier version's has no seal
    assert run_cli(command) == 0


@pytest.mark.parametrize(
    ("command", "name"),
    [("treaties pages .", "index.md"), ("scenario pages .", "odd.md"), ("forecast score --page notes.md", "notes.md")],
)
def test_generated_pages_never_replace_a_page_of_another_kind(
    here: Path, command: str, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / name).write_text("# My notes\n")
    assert run_cli(command.split()) == 2
    assert "nothing was written" in capsys.readouterr().err
    assert sorted(path.name for path in here.iterdir()) == sorted([name, "report.txt"])
    (here / name).unlink()
    assert run_cli(command.split()) == run_cli(command.split()) == 0


@pytest.mark.skipif(not Path("/dev/fd").is_dir(), reason="this system names no open files")
def test_an_incident_goes_into_a_pipe_of_the_shell(here: Path) -> None:
    source, sink = os.pipe()
    try:
        assert run_cli(["evidence", "incident", "kazakhstan-2022", "--target", "KAZ", "--out", f"/dev/fd/{sink}"]) == 0
        assert os.read(source, 30) == b"# Made from reviewed claims; c"
    finally:
        os.close(source)
        os.close(sink)


def test_nothing_is_said_about_files_where_none_are_written(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("foedus.treaties.obligations", _stop)
    assert run_cli(["obligations", "KAZ", "--on", "2022-01-05", "--facts", "kazakhstan-2022"]) == 1
    assert capsys.readouterr().err.strip() == "error: interrupted"
