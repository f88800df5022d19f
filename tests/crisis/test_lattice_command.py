"""`foedus lattice` as a user meets it."""

from __future__ import annotations

import json
import math
import os
import pty
import re
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from foedus import memory
from foedus.cli import run_cli
from foedus.crisis import lattice
from foedus.crisis.lattice import PRESETS, simulate
from foedus.errors import InputError


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


@pytest.mark.parametrize(
    ("line", "key", "words"),
    [
        ("--jail-max 0", "--jail-max", "--jail-max makes no sense"),
        ("--jail-max 2.5", "--jail-max", "a whole number of steps"),
        ("--outburst-above 0", "--outburst-above", "a whole number from 1"),
        ("--size 3x40", "--size", "--size makes no sense"),
        ("--vision 30", "--size, --vision", "at least 61 x 61"),
        ("--jailed keep --arrest-site step-on", "--arrest-site, --jailed", "use --jailed share or --jailed leave"),
        ("--schedule tiles", "--jailed", "does not have --jailed leave"),
        (
            "--rules mesa-3.5 --schedule tiles --size 99x99 --jail-max inf",
            "--jail-max",
            "cannot do with this --jail-max",
        ),
        ("--groups 2 --self-counted twice", "--self-counted", "no such switch"),
        ("--change officers=0.2@5", "--change", "withdrawn in Model I"),
        ("--change mood=0.5@5", "--change", "cannot change during a run"),
        ("--change officer=0.1@5", "--change", "did you mean 'officers'?"),
        ("--preset=", "--preset", "no preset ''"),
        ("--rules mesa", "--rules", "no bundle"),
    ],
)
def test_errors_name_the_options_of_the_command(
    line: str, key: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert foedus(f"{line} --steps 9") == 2
    said = capsys.readouterr().err
    assert f"key: {key}\n" in said
    assert words in said
    assert "_" not in said


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"switches": ["ratio"]}, "switches"),
        ({"switches": {1: "floor"}}, "1"),
        ({"switches": {"ratio": ["floor"]}}, "ratio"),
        ({"rules": 3}, "rules"),
        ({"rules": {"ratio": "floor"}}, "rules"),
        ({"changes": [1]}, "change"),
        ({"changes": 3}, "change"),
        ({"preset_name": 3}, "preset"),
        ({"preset_name": ["outbursts"]}, "preset"),
        ({"legitimacy": None}, "legitimacy"),
        ({"people_move": "no"}, "people_move"),
        ({"outburst_above": "many"}, "outburst_above"),
        ({"outburst_above": 2.5}, "outburst_above"),
        ({"seed": [1]}, "seed"),
    ],
)
def test_what_is_given_in_python_is_refused_by_key(given: dict[str, Any], key: str) -> None:
    with pytest.raises(InputError) as caught:
        lattice.run(**{"steps": 3, **given})
    assert caught.value.key == key
    assert caught.value.found
    assert caught.value.expected


def test_text_that_looks_like_a_number_is_shown_as_text() -> None:
    for given in ({"vision": "7"}, {"seed": "7"}):
        with pytest.raises(InputError) as caught:
            lattice.run(steps=3, **given)
        assert caught.value.found == "'7'"


@pytest.mark.parametrize(
    "line",
    [
        "--change officers=0.2@900000",
        "--change officers=0.02@9 --change officers=0.03@900000",
        "--rules mesa-3.5 --schedule tiles --size 99x99 --change legitimacy=0.1@900000",
    ],
)
def test_a_change_that_cannot_be_made_is_refused_before_the_first_step(
    line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(simulate.Course, "play", lambda *_: pytest.fail("it plays"))
    assert foedus(f"{line} --steps 900000") == 2
    assert "@900000" not in (said := capsys.readouterr().err)
    assert "from step 900000" in said


@pytest.mark.parametrize("values", [(3, 0.1, 1, 2), ("officers", "x", 1, 2), ("officers", 0.1, 1.5, 2)])
def test_a_change_of_another_kind_is_refused(values: tuple[Any, ...]) -> None:
    with pytest.raises(InputError) as caught:
        lattice.Change(*values)
    assert caught.value.found
    assert caught.value.expected


@pytest.mark.parametrize("term", ["2147483647", "3000000000", "1e300"])
def test_a_term_beyond_what_is_counted_is_refused_and_one_below_is_for_ever(
    capsys: pytest.CaptureFixture[str], term: str
) -> None:
    assert foedus(f"--steps 5 --jail-max {term}") == 2
    shown = capsys.readouterr().err
    assert "--jail-max" in shown
    assert "up to 2147483646, or inf for ever" in shown
    longest, endless = (lattice.run(steps=40, seed=1, jail_max=value) for value in (2147483646, math.inf))
    assert longest.series["jailed"].tolist() == endless.series["jailed"].tolist()


@pytest.mark.parametrize("more", ["", " --groups 2", " --schedule tiles --rules mesa-3.5"])
def test_a_grid_beyond_the_memory_is_refused_with_the_size_it_needs(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, more: str
) -> None:
    monkeypatch.setattr(memory, "available", lambda: 1e7)
    assert foedus("--size 2000x2000 --steps 1" + more) == 2
    shown = capsys.readouterr().err
    assert "does not fit into the memory" in shown
    assert re.search(r"2000 x 2000, which takes about 0\.(028|[34]) GB", shown)


def test_a_grid_for_which_the_system_gives_no_memory_is_refused(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from foedus.crisis.lattice import world

    def refuse(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(world, "SerialWorld", refuse)
    assert foedus("--steps 1") == 2
    assert "does not fit into the memory" in capsys.readouterr().err


@pytest.mark.parametrize("ratio", ["literal", "floor", "round"])
@pytest.mark.parametrize("k", [0.0, -0.0, 5e-324])
def test_where_nobody_fears_arrest_all_who_are_aggrieved_act(ratio: str, k: float) -> None:
    found = lattice.run(steps=3, switches={"ratio": ratio}, k=k, legitimacy=0.0, threshold=0.0, officers=0.0)
    assert found.series["quiet"].tolist() == [0, 0, 0]


@pytest.mark.parametrize("given", [{"seeds": 3}, {"seeds": [1], "workers": "x"}])
def test_many_runs_refuse_what_makes_no_sense(given: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="makes no sense"):
        lattice.run_many(**given, steps=3)


def test_numbers_of_numpy_are_numbers_and_a_result_shows_itself_in_a_line() -> None:
    given = {"legitimacy": np.float32(0.5), "height": np.int64(40), "people_move": np.bool_(True)}
    found = lattice.run(steps=np.int16(3), seed=np.uint8(1), jail_max=np.float64(30), **given)
    plain = lattice.run(steps=3, seed=1, legitimacy=0.5)
    assert found.series["active"].tolist() == plain.series["active"].tolist()
    assert json.dumps(found.to_dict())
    assert lattice.run(steps=3, seed=1, legitimacy=0.5, width=40.0).parameters.width == 40
    assert "outbursts: 40 x 40 sites, 3 steps, seed 1" in repr(found)
    assert len(repr(found)) < 200


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
