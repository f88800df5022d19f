"""Hashes of what must have the same bits on every machine; run as a program, it prints them as JSON.

python tests/crisis/bits.py given       what the engines are given, and fits to made-up cases
python tests/crisis/bits.py played      and what comes out: ensembles, lattice, forecasts
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import sys
from typing import Any

import numpy as np
from small_countries import inputs_of, parameters, play, three_places

from foedus import crisis, ensemble
from foedus.cli import run_cli
from foedus.crisis import lattice
from foedus.crisis.inputs import Inputs, compile_inputs
from foedus.crisis.lattice import BUNDLES
from foedus.crisis.lattice.theory import limits
from foedus.crisis.parameters import draw
from foedus.forecast import loglogistic, ordered

SCENARIOS = ("bahrain-2011", "kazakhstan-2022", "kyrgyzstan-2010")
TILES: dict[str, Any] = {"rules": "mesa-3.5", "switches": {"schedule": "tiles"}, "height": 100, "width": 100}
FORECASTS = (
    "forecast case kazakhstan-2022-january",
    "forecast days kazakhstan-2022-january",
    "forecast contributors kazakhstan-2022-january",
    "forecast stay kazakhstan-2022-january",
    "forecast council kazakhstan-2022",
    "forecast score",
)


def bits(*arrays: Any) -> str:
    """Return a hash of arrays: their kinds, shapes and bytes."""
    digest = hashlib.sha256()
    for array in map(np.ascontiguousarray, arrays):
        digest.update(f"{array.dtype} {array.shape} ".encode() + array.tobytes())
    return digest.hexdigest()[:16]


def world_bits(inputs: Inputs) -> str:
    return bits(*inputs.world)


def given() -> dict[str, str]:
    """Return the hash of what the engines are given, by scenario."""
    scenarios = {name: crisis.load_scenario(name) for name in SCENARIOS}
    found = {name: world_bits(compile_inputs(scenario)) for name, scenario in scenarios.items()}
    found |= {f"{name}, 15 min": world_bits(compile_inputs(s, step_hours=0.25)) for name, s in scenarios.items()}
    found |= {f"{name}, draws": bits(draw(s.priors, 0, range(3))) for name, s in scenarios.items()}
    hardship, aversion = np.random.Generator(np.random.Philox(1)).random((2, 10_000))
    rules = {name: limits(hardship, aversion, BUNDLES[name], lattice.Parameters()) for name in BUNDLES}
    return found | {f"limits of {name}": bits(found) for name, found in rules.items()} | fitted()


def small() -> dict[str, str]:
    """Return hashes of a made-up country and of two lattices, a second's work once all is compiled."""
    inputs = inputs_of(three_places().model_copy(update={"contingents": ()}))
    found = {"inputs": world_bits(inputs)}
    found |= {engine: bits(play(engine, inputs, parameters(), 2)[1]) for engine in ("cohort", "agents")}
    runs = {"lattice": lattice.run("outbursts", steps=60, seed=1), "tiles": lattice.run(steps=10, seed=1, **TILES)}
    return found | {name: bits(*run.series.values()) for name, run in runs.items()}


def fitted() -> dict[str, str]:
    """Return hashes of the forecasts' two kinds of fit to made-up cases, to five decimals: linear algebra varies beyond."""
    x = np.random.Generator(np.random.Philox(2)).random((40, 3))
    y = (x @ [2.0, 1.0, -1.0] + x[::-1, 0] > 1.2).astype(np.int64)
    groups = [f"organisation {i % 4}" for i in range(40)], [f"crisis {i // 3}" for i in range(40)]
    by_case = ordered.fit(x, y, 2, ordered.Prior(np.zeros(3), np.ones(3)), 60, 1, groups)
    design = loglogistic.Design(x, np.zeros(3), np.ones(3))
    times = loglogistic.Times(np.log(1.0 + x[:, 1]), np.log(2.0 + x[:, 0] + x[:, 1]), design)
    by_time = loglogistic.fit(times, (0.0, 1.0), 60, 1)
    parts = {  # the sampler multiplies differences of a last digit by a hundred thousand
        "logit": (by_case.cuts, by_case.slopes, by_case.effects, by_case.tau, by_case.sigma),
        "times": (by_time.location, by_time.scale, by_time.tau),
    }
    shown = {name: " ".join(f"{x:.5f}" for part in found for x in part.ravel()) for name, found in parts.items()}
    return {name: hashlib.sha256(text.encode()).hexdigest()[:16] for name, text in shown.items()}


def played() -> dict[str, str]:
    """Return hashes of both engines, every preset and bundle of the lattice, and the forecasts as JSON."""
    found = small()
    for name in SCENARIOS:
        for mode in ("hindcast", "free"):
            found[f"{name}, {mode}"] = bits(ensemble.run(crisis.load_scenario(name), runs=4, seed=3, mode=mode).figures)
    one_by_one = ensemble.run(crisis.load_scenario("kyrgyzstan-2010"), runs=1, seed=3, engine="agents")
    found["agents, whole"] = bits(one_by_one.figures)
    for name in lattice.PRESETS:
        found[name] = bits(*lattice.run(name, steps=60, seed=5).series.values())
    for name in BUNDLES:
        found[name] = bits(*lattice.run("outbursts", rules=name, steps=200, seed=5).series.values())
    for line in FORECASTS:
        shown = io.StringIO()
        with contextlib.redirect_stdout(shown):
            assert run_cli([*line.split(), "--json"]) == 0
        found[line] = hashlib.sha256(shown.getvalue().encode()).hexdigest()[:16]
    return found


if __name__ == "__main__":
    print(json.dumps({"given": given, "played": lambda: given() | played()}[sys.argv[1]](), indent=1))  # noqa: T201
