"""Ensembles: same bits for any workers, honest shares of spread."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foedus import crisis, ensemble
from foedus.crisis.contingents import draw_sizes
from foedus.errors import InputError

REAL = crisis.load_scenario("kazakhstan-2022")


def test_one_and_two_workers_give_the_same_bits_and_a_prefix_stays_a_prefix() -> None:
    one = ensemble.run(REAL, runs=10, seed=11, workers=1)
    two = ensemble.run(REAL, runs=10, seed=11, workers=2)
    short = ensemble.run(REAL, runs=6, seed=11, workers=2)
    assert one.figures.tobytes() == two.figures.tobytes()
    assert one.figures[:6].tobytes() == short.figures.tobytes()
    assert ensemble.run(REAL, runs=6, seed=12, workers=2).figures.tobytes() != short.figures.tobytes()


def test_a_new_process_goes_on_with_the_same_bits() -> None:
    code = (
        "import hashlib; from foedus import crisis, ensemble; "
        "made = ensemble.run(crisis.load_scenario('kyrgyzstan-2010'), runs=5, seed=11, workers=3); "
        "print(hashlib.sha256(made.figures.tobytes()).hexdigest())"
    )
    here = ensemble.run(crisis.load_scenario("kyrgyzstan-2010"), runs=5, seed=11, workers=1)
    there = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert there.stdout.split()[-1] == hashlib.sha256(here.figures.tobytes()).hexdigest()


@pytest.mark.parametrize(
    "wrong",
    [
        {"runs": 0},
        {"runs": 10**9},
        {"seed": -1},
        {"workers": 0},
        {"runs": "x"},
        {"seed": 1.5},
        {"runs": True},
        {"step_hours": "1"},
        {"step_hours": True},
        {"step_hours": 10**400},
    ],
)
def test_numbers_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="makes no sense"):
        ensemble.run(REAL, **{"runs": 2, **wrong})


@pytest.mark.parametrize(
    ("wrong", "key", "found"),
    [
        ({"engine": None}, "engine", "None"),
        ({"engine": "cohorts"}, "engine", "'cohorts'"),
        ({"mode": 3}, "mode", "3"),
        ({"scenario": "bahrain-2011"}, "scenario", "'bahrain-2011'"),
    ],
)
def test_what_is_given_in_python_is_refused_by_key(wrong: dict[str, Any], key: str, found: str) -> None:
    with pytest.raises(InputError) as caught:
        ensemble.run(**{"scenario": REAL, "runs": 2, **wrong})
    assert (caught.value.key, caught.value.found) == (key, found)
    assert caught.value.expected


def test_numbers_of_numpy_are_numbers(tmp_path: Path) -> None:
    made = ensemble.run(REAL, runs=np.int64(2), seed=np.uint8(3), workers=np.int16(1), step_hours=np.float32(0.5))
    assert made.figures.tobytes() == ensemble.run(REAL, runs=2, seed=3, step_hours=0.5).figures.tobytes()
    assert ensemble.save(made, tmp_path)["seed"] == 3


@settings(max_examples=25)
@given(st.floats(0, 3), st.floats(0, 3), st.integers(0, 2**32 - 1))
def test_shares_of_spread_follow_the_law_of_total_variance(between: float, within: float, seed: int) -> None:
    """Synthetic runs with known variances: the estimate lies within sampling error of the truth."""
    if between + within < 0.1:
        return
    rng = np.random.default_rng(seed)
    draws = 4000
    logs = np.repeat(rng.normal(0, between, draws), 2) + rng.normal(0, within, 2 * draws)

    class Made:
        runs, replicates = 2 * draws, 2

        def total(self, arm: str, variable: str) -> np.ndarray:
            return np.expm1(logs)

    found = ensemble.spread(Made(), "dead")
    assert found is not None
    truth = within**2 / (within**2 + between**2)
    assert found.chance == pytest.approx(truth, abs=0.1)
    assert found.chance + found.assumption == pytest.approx(1)


def test_a_contingent_is_drawn_from_its_interval_once_a_draw() -> None:
    """Both arms and both runs of a draw have the same soldiers; fixed intervals stay fixed; nothing else moves."""
    wide = REAL.model_copy(
        update={"contingents": tuple(c.model_copy(update={"soldiers": (900, 1100)}) for c in REAL.contingents)}
    )
    made = ensemble.run(wide, runs=12, seed=3, workers=2)
    there = made.daily("help", "alliance_troops").max(axis=1)
    assert len(np.unique(there)) == 6
    assert np.array_equal(there[::2], there[1::2])
    sizes = draw_sizes(wide.contingents, 3, made.drawn["draw"].tolist())
    assert there == pytest.approx(sizes.sum(axis=1))
    assert len(np.unique(sizes[0])) > 1  # contingents do not move together
    fixed = REAL.model_copy(update={"contingents": wide.contingents[1:]})
    assert np.array_equal(draw_sizes(fixed.contingents, 3, range(6)), sizes[::2, 1:])  # one less moves no other


def test_sizes_of_contingents_reach_both_ends_and_keep_their_place_in_a_larger_interval() -> None:
    few = [c.model_copy(update={"soldiers": (5, 8)}) for c in REAL.contingents[:2]]
    sizes = draw_sizes(few, 0, range(400))
    assert set(sizes.ravel()) == {5, 6, 7, 8}
    assert min(np.bincount(sizes[:, 0])[5:]) > 70  # of 400; each whole number is as likely
    assert abs(np.corrcoef(sizes.T)[0, 1]) < 0.2
    twice = [c.model_copy(update={"soldiers": (10_000, 16_000)}) for c in few]
    assert np.corrcoef(draw_sizes(twice, 0, range(400))[:, 0], sizes[:, 0])[0, 1] > 0.95
    again = [few[0], few[0], few[1]]  # a second contingent of the same state has a size of its own
    sizes_again = draw_sizes(again, 0, range(400))
    assert np.array_equal(sizes_again[:, [0, 2]], sizes)
    assert (sizes_again[:, 0] != sizes_again[:, 1]).mean() > 0.5
    same = [c.model_copy(update={"soldiers": (70, 70)}) for c in few]
    assert (draw_sizes(same, 0, range(9)) == 70).all()
