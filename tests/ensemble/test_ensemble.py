"""Ensembles: same bits for any workers, honest shares of spread, a store that is whole or absent."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foedus import crisis, ensemble
from foedus.errors import InputError, RunError

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
    ],
)
def test_numbers_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="makes no sense"):
        ensemble.run(REAL, **{"runs": 2, **wrong})


def test_what_is_stored_comes_back(tmp_path: Path) -> None:
    made = ensemble.run(REAL, runs=4, seed=1)
    with ensemble.claim_directory(tmp_path / "run") as draft:
        ensemble.save(made, draft)
    back = ensemble.load(tmp_path / "run")
    assert np.array_equal(back.figures, made.figures)
    assert back.days == made.days
    assert back.parameters.equals(made.parameters)


def test_a_changed_part_is_noticed(tmp_path: Path) -> None:
    with ensemble.claim_directory(tmp_path / "run") as draft:
        ensemble.save(ensemble.run(REAL, runs=2, seed=1), draft)
    part = next((tmp_path / "run" / "parts").iterdir())
    part.write_bytes(part.read_bytes()[:-1] + b"x")
    with pytest.raises(InputError, match="was changed"):
        ensemble.load(tmp_path / "run")


def test_a_foreign_directory_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(InputError, match="did not write"), ensemble.claim_directory(tmp_path):
        pass
    assert (tmp_path / "thesis.txt").read_text() == "mine"


def test_what_a_user_put_into_a_run_is_not_lost(tmp_path: Path) -> None:
    place = tmp_path / "run"
    with ensemble.claim_directory(place) as draft:
        ensemble.save(ensemble.run(REAL, runs=2, seed=1), draft)
    with ensemble.claim_directory(place) as draft:  # a run of ours is replaced
        ensemble.save(ensemble.run(REAL, runs=2, seed=2), draft)
    (place / "parts" / "note.txt").write_text("mine")
    with pytest.raises(InputError, match="did not write") as caught, ensemble.claim_directory(place):
        pass
    assert caught.value.found == "parts/note.txt"
    assert (place / "parts" / "note.txt").read_text() == "mine"


def test_a_country_of_many_places_is_stored_and_comes_back(tmp_path: Path) -> None:
    first = REAL.places[0]
    more = tuple(first.model_copy(update={"code": f"X-{n}", "name": f"Place {n}"}) for n in range(150))
    made = ensemble.run(REAL.model_copy(update={"places": (*REAL.places, *more)}), runs=1, seed=1)
    ensemble.save(made, tmp_path)
    table = pq.read_table(tmp_path / "parts" / "00000.parquet", columns=["place"])
    assert table.column("place").unique().to_pylist() == made.places


def test_an_interrupted_write_leaves_the_earlier_run_whole(tmp_path: Path) -> None:
    place = tmp_path / "run"
    with ensemble.claim_directory(place) as draft:
        (draft / "manifest.json").write_text(json.dumps({"format": "foedus-run/1", "mark": 1}))
    with pytest.raises(KeyboardInterrupt), ensemble.claim_directory(place) as draft:
        (draft / "manifest.json").write_text("half")
        raise KeyboardInterrupt
    assert json.loads((place / "manifest.json").read_text())["mark"] == 1
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_a_place_that_cannot_be_written_is_an_error_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="cannot be written"), ensemble.claim_directory(tmp_path / "file" / "run"):
        pass


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
