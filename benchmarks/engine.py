"""Speed of the country engines, against the limits that were set for them: ``python benchmarks/engine.py [--quick]``.

Processor time where one core is meant (other work on the machine hardly touches it), wall time where a user waits.
"""

from __future__ import annotations

import importlib
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from foedus.crisis import Scenario

QUICK = "--quick" in sys.argv
SCENARIO = "kazakhstan-2022"


def row(name: str, value: float, unit: str, limit: float | None = None) -> None:
    """Print one figure beside its limit."""
    against = "" if limit is None else f"   limit {limit:8.1f}   {value / limit:5.2f} of it"
    print(f"{name:66} {value:9.2f} {unit:3}{against}", flush=True)


def single(scenario: Scenario, engine: str, runs: int) -> float:
    """Return processor seconds a run in one arm, on one core, compiled beforehand: the best of three goes."""
    from foedus.crisis.inputs import compile_inputs
    from foedus.crisis.layout import VARIABLES
    from foedus.crisis.parameters import DTYPE, draw

    inputs = compile_inputs(scenario.model_copy(update={"contingents": ()}))
    records = np.ascontiguousarray(draw(scenario.priors, 3, range(runs))).view(DTYPE)[:, 0]
    simulate = importlib.import_module(f"foedus.crisis.{engine}").simulate
    nothing = np.zeros((0,) * 5, dtype=np.int64)

    def play(count: int) -> float:
        out = np.zeros((count, 2, len(inputs.days), len(scenario.places), len(VARIABLES)))
        starts = np.zeros((count, 2, len(inputs.measures)))
        begin = time.process_time()
        simulate(5, 0, records[:count], inputs.world, inputs.plan, out, starts, nothing)
        return time.process_time() - begin

    play(1)
    return min(play(runs) for _ in range(3)) / runs


def scaled(scenario: Scenario, people: float) -> Scenario:
    """Return the scenario with its places' populations scaled to a total."""
    factor = people / sum(place.population for place in scenario.places)
    places = tuple(
        place.model_copy(update={"population": max(1, round(place.population * factor))}) for place in scenario.places
    )
    return scenario.model_copy(update={"places": places})


def cold() -> float:
    """Return processor seconds of importing and compiling the cohort engine with an empty cache."""
    program = (
        "import time; from foedus import crisis, ensemble; s = crisis.load_scenario('" + SCENARIO + "');"
        "t = time.process_time(); ensemble.run(s, runs=1, workers=1); print(time.process_time() - t)"
    )
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-c", program], env={**os.environ, "NUMBA_CACHE_DIR": folder}, capture_output=True,
            text=True, check=True,
        )  # fmt: skip
    return float(done.stdout)


def warm() -> tuple[float, float]:
    """Return wall and processor seconds of a whole ``foedus run`` of two runs, everything compiled: best of three.

    As after a plain install: there is no SciPy, which the test tools bring and Numba imports where it finds it.
    """
    program = "import sys; sys.modules['scipy'] = None; from foedus.cli import main; main()"
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    found = []
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", program, "run", SCENARIO, "--runs", "2", "--out", f"{folder}/run"]
        for _ in range(4):  # the first compiles, and fills the caches
            used, begin = os.times(), time.perf_counter()
            subprocess.run(command, env=environment, capture_output=True, check=True)
            wall, now = time.perf_counter() - begin, os.times()
            found.append((wall, now.children_user + now.children_system - used.children_user - used.children_system))
    return min(wall for wall, _ in found[1:]), min(used for _, used in found[1:])


def main() -> None:
    """Print each figure beside its limit."""
    from foedus import crisis, ensemble

    scenario = crisis.load_scenario(SCENARIO)
    row("first compilation of the cohort engine (processor time)", cold(), "s")
    for kind, seconds in zip(("wall", "processor"), warm(), strict=True):
        row(f"a whole `foedus run` of two runs, all compiled ({kind} time, best of 3)", seconds, "s", 3)
    row(
        f"cohort, {SCENARIO}, 1 h, one arm, one core", 1000 * single(scenario, "cohort", 20 if QUICK else 100), "ms", 50
    )
    print("\ncost of the cohort engine against population (the same crisis a head)")
    for people in (1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12):  # the limit ends at 1e9; the rest shows the bound
        cost = single(scaled(scenario, people), "cohort", 20 if QUICK or people > 1e9 else 60)
        row(f"  {people:,.0f} people", 1000 * cost, "ms")
    print()
    pairs = 100 if QUICK else 1000
    begin, used = time.perf_counter(), time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        found = ensemble.run(scenario, runs=pairs)
        ensemble.save(found, Path(folder))
    row(f"{pairs} paired runs, {os.cpu_count()} cores, with the store (wall time)", time.perf_counter() - begin, "s",
        60 * pairs / 1000)  # fmt: skip
    row("  of that, processor time of both cores", time.process_time() - used, "s")
    ensemble.run(scenario, runs=1, workers=1, engine="agents")  # compiles it
    begin = time.process_time()
    mid = ensemble.run(scenario, runs=4 if QUICK else 20, workers=1, engine="agents")
    row("agents, the same scenario, a pair (processor time)", (time.process_time() - begin) / mid.runs, "s", 60)
    whole = {"pool": crisis.parameters.Prior(kind="fixed", value=1.0, origin="benchmark")}
    everybody = scenario.model_copy(update={"parameters": {**scenario.parameters, **whole}})
    before = time.process_time()
    found = ensemble.run(everybody, runs=2, workers=1, engine="agents")
    people = sum(place.population for place in scenario.places)
    peak = found.total("help", "crowd_peak").max()
    row(f"agents, all {people:,} people as individuals, a pair", (time.process_time() - before) / 2, "s", 60)
    print(f"  (largest crowd of a day in these runs: {peak:,.0f})")
    row("  most memory of the process", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3, "MB", 1000)


if __name__ == "__main__":
    main()
