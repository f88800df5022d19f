"""The bundle mesa-3.5 against runs of Mesa's own example, banked by ``mesa_bank.py``."""

from __future__ import annotations

import csv
from dataclasses import replace
from typing import Any

import mesa_bank
import numpy as np
import pytest
from scipy import stats

from foedus.crisis import lattice
from foedus.crisis.lattice import BUNDLES, Rules
from foedus.crisis.lattice.outbursts import find

FAMILY = 0.01  # a right engine fails the whole comparison in one of a hundred choices of seeds (Holm over five tests)
SEEDS = range(5000, 5200)


@pytest.fixture(scope="module")
def bank() -> list[dict[str, str]]:
    with mesa_bank.BANK.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _figures(rules: Rules, seeds: range) -> dict[str, Any]:
    runs = lattice.run_many(seeds, rules=rules, steps=mesa_bank.STEPS, burn=mesa_bank.BURN)
    later = [one.series["active"][mesa_bank.BURN :] for one in runs]
    found = [find(series, 50) for series in later]
    return {
        "mean active": [series.mean() for series in later],
        "mean jailed": [one.series["jailed"][mesa_bank.BURN :].mean() for one in runs],
        "outbursts": [one.count for one in found],
        "waits": np.concatenate([one.waits for one in found]),
        "peaks": np.concatenate([one.peaks for one in found]),
    }


def _banked(bank: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "mean active": [float(row["mean_active"]) for row in bank],
        "mean jailed": [float(row["mean_jailed"]) for row in bank],
        "outbursts": [int(row["outbursts"]) for row in bank],
        "waits": [int(wait) for row in bank for wait in row["waits"].split()],
        "peaks": [int(peak) for row in bank for peak in row["peaks"].split()],
    }


def holm(values: dict[str, float]) -> dict[str, float]:
    """Return p values corrected for their number (Holm 1979)."""
    corrected, highest = {}, 0.0
    for rank, (name, value) in enumerate(sorted(values.items(), key=lambda item: item[1])):
        highest = max(highest, min(1.0, (len(values) - rank) * value))
        corrected[name] = highest
    return corrected


def _compare(bank: list[dict[str, str]], rules: Rules, seeds: range = SEEDS) -> dict[str, float]:
    ours, theirs = _figures(rules, seeds), _banked(bank)
    return holm({name: float(stats.ks_2samp(ours[name], theirs[name]).pvalue) for name in ours})


def test_the_bundle_has_the_law_of_mesas_example(bank: list[dict[str, str]]) -> None:
    assert len(bank) >= 200
    corrected = _compare(bank, BUNDLES["mesa-3.5"])
    assert min(corrected.values()) > FAMILY, corrected


@pytest.mark.parametrize("switch", [{"ratio": "floor"}, {"turn": "move-first"}, {"neighbourhood": "circle"}])
def test_the_comparison_notices_one_wrong_switch(bank: list[dict[str, str]], switch: dict[str, str]) -> None:
    assert min(_compare(bank, replace(BUNDLES["mesa-3.5"], **switch), SEEDS[:60]).values()) < 1e-3


def test_mesa_still_plays_what_was_banked(bank: list[dict[str, str]]) -> None:
    mesa = pytest.importorskip("mesa", reason="Mesa is not installed (dependency group 'peers')")
    if mesa.__version__ != mesa_bank.VERSION:
        pytest.skip(f"the bank is for Mesa {mesa_bank.VERSION}, installed is {mesa.__version__}")
    for row in bank[19::70]:  # seeds 20, 90 and 160
        series = mesa_bank.play(int(row["seed"]), mesa_bank.SHORT)
        assert mesa_bank.digest(series, mesa_bank.SHORT) == row["hash_20"]


@pytest.mark.verify
def test_mesa_still_plays_every_step_of_ten_banked_runs(bank: list[dict[str, str]]) -> None:
    for row in bank[100:110]:
        series = mesa_bank.play(int(row["seed"]), mesa_bank.STEPS)
        again = {name: str(value) for name, value in mesa_bank.line(int(row["seed"]), series).items()}
        assert again == row
