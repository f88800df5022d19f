"""`foedus lattice` as a user meets it."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys

import pytest

from foedus.cli import run_cli
from foedus.crisis.lattice import PRESETS


def foedus(line: str) -> int:
    """Run `foedus lattice` with the words of a line."""
    return run_cli(["lattice", *line.split()])


def test_json_is_one_document_with_the_series_and_the_outbursts(capsys: pytest.CaptureFixture[str]) -> None:
    assert foedus("--preset outbursts --size 40x40 --steps 120 --seed 1 --burn 20 --json") == 0
    found = json.loads(capsys.readouterr().out)
    assert {len(found["series"][name]) for name in ("quiet", "active", "jailed")} == {120}
    assert found["series"]["quiet"][0] + found["series"]["active"][0] + found["series"]["jailed"][0] == 1120
    assert found["summary"]["outbursts"]["count"] > 0
    assert found["rules"]["ratio"] == "floor"
    assert foedus("--preset legitimacy-jump --steps 20 --json") == 0
    assert json.loads(capsys.readouterr().out)["parameters"]["jail_max"] == "inf"  # JSON has no infinity


def test_the_summary_names_what_was_played(capsys: pytest.CaptureFixture[str]) -> None:
    assert foedus("--rules mesa-3.5 --ratio floor --officers 0.03 --steps 60") == 0
    shown = capsys.readouterr().out
    assert "40 x 40 sites, 60 steps, seed 0" in shown
    assert "outbursts (more than 50 active)" in shown
    assert foedus("--preset genocide --steps 200 --seed 2") == 0
    assert "one group is gone at step" in capsys.readouterr().out


def test_a_change_after_the_last_step_is_said_not_to_be_reached(capsys: pytest.CaptureFixture[str]) -> None:
    assert foedus("--preset legitimacy-jump --steps 20") == 0
    assert "not reached: legitimacy 0.7 at step 77" in capsys.readouterr().out
    assert foedus("--preset legitimacy-jump --steps 80") == 0
    assert "not reached" not in capsys.readouterr().out


def test_the_list_shows_every_preset_and_switch(capsys: pytest.CaptureFixture[str]) -> None:
    assert foedus("--list") == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in PRESETS)
    assert "--schedule synchronous" in shown
    assert foedus("--list --json") == 0
    assert set(json.loads(capsys.readouterr().out)["presets"]) == set(PRESETS)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("--preset outburst", "did you mean 'outbursts'"),
        ("--size 40", "rows x columns"),
        ("--size 0x40", "a whole number from 5"),
        ("--steps 0", "a whole number from 1"),
        ("--steps many", "not a valid integer"),
        ("--ratio sometimes", "is not one of"),
        ("--legitimacy nan", "a number from 0 to 1"),
        ("--jail-max 0", "a number from 1"),
        ("--change legitimacy", "NAME=VALUE@STEP"),
        ("--change legitimacy=1.2.3@5", "NAME=VALUE@STEP"),
        ("--change mood=0.5@5", "cannot change during a run"),
        ("--rules netlogo-rebelion", "did you mean 'netlogo-rebellion'"),
        ("--play --json", "exclude each other"),
        ("--schedule tiles", "does not have"),
    ],
)
def test_bad_input_ends_with_two_and_a_word_on_how_to_mend_it(
    line: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert foedus(line) == 2
    shown = capsys.readouterr()
    assert message in shown.err
    assert "Traceback" not in shown.err
    assert shown.out == ""


def test_play_without_a_terminal_says_so_and_gives_the_figures(capsys: pytest.CaptureFixture[str]) -> None:
    assert foedus("--play --steps 5") == 0
    shown = capsys.readouterr()
    assert "needs a terminal" in shown.err
    assert "active, mean" in shown.out


def test_play_draws_the_grid_in_a_terminal() -> None:
    main, side = pty.openpty()
    command = [sys.executable, "-c", "from foedus.cli import main; main()"]
    command += ["lattice", "--play", "--steps", "4", "--size", "20x20", "--vision", "3", "--seed", "1"]
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "60", "LINES": "20"}
    done = subprocess.Popen(command, stdin=side, stdout=side, stderr=side, env=environment)
    os.close(side)
    shown = b""
    while True:
        try:
            piece = os.read(main, 65536)
        except OSError:  # the other side is closed
            break
        if not piece:
            break
        shown += piece
    os.close(main)
    assert done.wait(timeout=60) == 0
    text = shown.decode(errors="replace")
    assert "▀" in text
    assert "step 4 of 4" in text
    assert "active, mean" in text
