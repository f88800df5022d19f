"""Stacking finds the better forecast; the mechanical council obeys its rule and knows nothing of the outcome."""

import json

import numpy as np
import pytest

from foedus import record
from foedus.cli import run_cli
from foedus.forecast.stacking import _carried, best_weight, p_pass


def test_the_weight_goes_to_the_forecast_that_knows_more():
    rng = np.random.default_rng(1)
    truth = rng.uniform(0.05, 0.95, 4000)
    y = (rng.random(4000) < truth).astype(float)
    noise = np.clip(rng.uniform(0.05, 0.95, 4000), 0.05, 0.95)
    assert best_weight(truth, noise, y) > 0.9
    assert best_weight(noise, truth, y) < 0.1
    assert best_weight(truth[:0], noise[:0], y[:0]) == pytest.approx(0.5)  # nothing seen: the prior's middle


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("consensus", [1, 0, 0]),
        ("unanimity", [1, 0, 0]),
        ("two_thirds", [1, 1, 0]),
        ("majority", [1, 1, 0]),
        ("none", [1, 1, 0]),
    ],
)
def test_votes_are_counted_by_the_rule_of_the_record(rule, expected):
    agrees = np.array([[1, 1, 1], [1, 1, 0], [1, 0, 0]], dtype=bool)
    position = np.array([[90, 10, 10], [50, 0, 0], [10, 99, 99.0]])
    assert _carried(rule, agrees, position, np.array([3.0, 1, 1])).tolist() == [bool(value) for value in expected]


def test_the_council_does_not_look_at_what_was_known_only_afterwards():
    case = record.find("kyrgyzstan-2010-osh", record.cases())
    changed = case.model_copy(
        update={"outcome": "force_deployed", "acted": True, "contributors_iso3": ("RUS",), "troops_deployed": 5000}
    )
    assert p_pass(case) == p_pass(changed)
    assert p_pass(record.find("mali-2013-serval", record.cases())) is None


def test_a_record_with_too_few_answered_calls_is_refused(tmp_path, capsys):
    lines = record.load.__globals__["OWN"].read_text(encoding="utf-8").splitlines()
    small = tmp_path / "small.csv"
    small.write_text("\n".join([lines[0], *(line for line in lines if line.startswith("belarus-2020"))]) + "\n")
    for command in ("days", "stay", "contributors"):
        for arguments in ([command], [command, "belarus-2020-election-protests"]):
            assert run_cli(["forecast", *arguments, "--record", str(small)]) == 2
            assert "too few cases" in capsys.readouterr().err


def test_the_command_says_that_the_council_adds_nothing(capsys):
    assert run_cli(["forecast", "stack", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["n"] == 86
    assert data["interval"][0] < 0 < data["weight"] <= 1
