"""Banks runs of Mesa's own civil violence example: ``python tests/crisis/mesa_bank.py [SEEDS]`` (resumes; about an hour).

The bank, ``mesa-3.3.1.csv`` beside this file, holds one line a seed: figures of steps 51 to 150 and hashes of the
series (quiet, active, arrested after each step) of the first 20 and of all 150 steps. The example's methods that look
around are replaced by shorter ones with the same outcome and the same draws, three times as fast; the test that
compares hashes runs the example as it came.
"""

from __future__ import annotations

import csv
import gc
import hashlib
import math
import sys
from pathlib import Path
from typing import Any

import numpy as np

from foedus.crisis.lattice.outbursts import find

VERSION = "3.3.1"
BANK = Path(__file__).with_name(f"mesa-{VERSION}.csv")
STEPS, BURN, SHORT = 150, 50, 20
SETTINGS = {
    "width": 40,
    "height": 40,
    "citizen_density": 0.7,
    "cop_density": 0.04,
    "citizen_vision": 7,
    "cop_vision": 7,
    "legitimacy": 0.82,
    "max_jail_term": 30,
    "active_threshold": 0.1,
    "arrest_prob_constant": 2.3,
    "movement": True,
    "max_iters": 10**9,
}


def play(seed: int, steps: int) -> np.ndarray:
    """Return quiet, active, arrested at the start and after each step of Mesa's example, [step + 1, 3]."""
    from mesa.examples.advanced.epstein_civil_violence.model import EpsteinCivilViolence

    model = EpsteinCivilViolence(seed=seed, **SETTINGS)
    model.datacollector.collect = lambda _model: None  # it would keep a copy of everybody, every step
    series = [(model.QUIET, model.ACTIVE, model.ARRESTED)]
    for _ in range(steps):
        model.step()
        series.append((model.QUIET, model.ACTIVE, model.ARRESTED))
    return np.array(series, dtype=np.int16)


def digest(series: np.ndarray, steps: int) -> str:
    """Return the hash of the series up to a step."""
    return hashlib.sha256(np.ascontiguousarray(series[: steps + 1], dtype="<i2").tobytes()).hexdigest()[:16]


def line(seed: int, series: np.ndarray) -> dict[str, Any]:
    """Return what the bank keeps of a run."""
    later = series[BURN + 1 : STEPS + 1].astype(int)
    found = find(later[:, 1], 50)
    return {
        "seed": seed,
        "citizens": int(series[0].sum()),
        "hash_20": digest(series, SHORT),
        "hash_150": digest(series, STEPS),
        "mean_active": round(float(later[:, 1].mean()), 4),
        "mean_jailed": round(float(later[:, 2].mean()), 4),
        "outbursts": found.count,
        "waits": " ".join(map(str, found.waits)),
        "peaks": " ".join(map(str, found.peaks)),
    }


def _look_faster() -> None:
    from mesa.examples.advanced.epstein_civil_violence import agents

    def update_neighbors(self: Any) -> None:
        self.neighborhood = self.cell.get_neighborhood(radius=self.vision)
        cells = self.neighborhood._cells
        self.neighbors = [one for here in cells.values() for one in here]
        self.empty_neighbors = [cell for cell, here in cells.items() if not here]

    def update_estimated_arrest_probability(self: Any) -> None:
        cop, is_active, cops, actives = agents.Cop, agents.CitizenState.ACTIVE, 0, 1
        for one in self.neighbors:
            if one.__class__ is cop:
                cops += 1
            elif one.state is is_active:
                actives += 1
        self.arrest_probability = 1 - math.exp(-1 * self.arrest_prob_constant * round(cops / actives))

    agents.EpsteinAgent.update_neighbors = update_neighbors
    agents.Citizen.update_estimated_arrest_probability = update_estimated_arrest_probability


def main(seeds: int = 200) -> None:
    """Bank the seeds from 1 on that are not in the bank yet."""
    from mesa import __version__
    from mesa.discrete_space.cell import Cell

    if __version__ != VERSION:
        sys.exit(f"this bank is for Mesa {VERSION}, installed is {__version__}")
    _look_faster()
    done = set()
    if BANK.exists():
        with BANK.open(encoding="utf-8") as file:
            done = {int(row["seed"]) for row in csv.DictReader(file)}
    for seed in sorted(set(range(1, seeds + 1)) - done):
        gc.disable()
        row = line(seed, play(seed, STEPS))
        new = not BANK.exists()
        with BANK.open("a", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(row), lineterminator="\n")
            if new:
                writer.writeheader()
            writer.writerow(row)
        gc.enable()
        Cell.get_neighborhood.cache_clear()  # the caches of all models so far would stay
        Cell._neighborhood.cache_clear()
        gc.collect()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
