"""How far the step and the grid of types move the results, with the tolerances that the docs state."""

from __future__ import annotations

import importlib

import numpy as np
import pytest
from small_countries import REAL

from foedus.crisis.inputs import compile_inputs
from foedus.crisis.layout import VARIABLES
from foedus.crisis.parameters import DTYPE, NAMES, draw

SETS, RUNS = 20, 24
STEP_TOLERANCE = 0.10  # of mean deaths, when the step is halved
TYPE_TOLERANCE = 0.05  # of mean deaths, when the types are four times as many
HARM = ("dead_civilian", "dead_security", "wounded_civilian", "detained_crowd", "participants")


def means(
    step_hours: float = 1.0, levels: tuple[int, int] = (8, 8), *, equal_parts: bool = False, runs: int = RUNS
) -> dict[str, float]:
    """Return means over 20 draws from the scenario's priors, each played so often, without the alliance."""
    scenario = REAL.model_copy(update={"contingents": ()})
    inputs = compile_inputs(scenario, levels, step_hours=step_hours)
    world = inputs.world
    if equal_parts:  # types in the middle of equal parts, instead of Gauss points
        hardship, aversion = ((np.arange(n) + 0.5) / n for n in levels)
        world = world._replace(
            hardship=np.repeat(hardship, levels[1]),
            aversion=np.tile(aversion, levels[0]),
            share=np.full(levels[0] * levels[1], 1 / (levels[0] * levels[1])),
        )
    drawn = draw(scenario.priors, 7, range(SETS))
    records = np.ascontiguousarray(np.repeat(drawn, runs, axis=0)).view(DTYPE)[:, 0]
    assert records.dtype.names == NAMES
    out = np.zeros((len(records), 2, len(inputs.days), len(scenario.places), len(VARIABLES)))
    starts = np.zeros((len(records), 2, len(inputs.measures)))
    simulate = importlib.import_module("foedus.crisis.cohort").simulate
    simulate(11, 0, records, world, inputs.plan, out, starts, np.zeros((0,) * 5, np.int64))
    totals = out[:, 0].sum(axis=(0, 1, 2)) / len(records)
    found = {name: float(totals[VARIABLES.index(name)]) for name in HARM}
    return found | {"dead": found["dead_civilian"] + found["dead_security"]}


@pytest.mark.verify
def test_halving_the_step_changes_mean_deaths_by_less_than_the_stated_tolerance() -> None:
    hourly, half = means(), means(0.5)
    print({"1 h": hourly, "30 min": half, "3 h": means(3.0)})  # noqa: T201 - figures for docs/verification.md
    assert half["dead"] == pytest.approx(hourly["dead"], rel=STEP_TOLERANCE)


@pytest.mark.verify
def test_more_types_change_nothing_beyond_the_stated_tolerance() -> None:
    few, many = means(), means(levels=(16, 16))
    print({"64 types": few, "256 types": many})  # noqa: T201 - figures for docs/verification.md
    assert many["dead"] == pytest.approx(few["dead"], rel=TYPE_TOLERANCE)


@pytest.mark.verify
def test_gauss_points_stand_for_all_people_where_as_many_equal_parts_do_not() -> None:
    runs = 8
    few = means(equal_parts=True, runs=runs)
    more, most = (means(levels=levels, equal_parts=True, runs=runs) for levels in ((16, 16), (16, 32)))
    points = means(runs=runs)
    print({"8 x 8 equal": few, "16 x 16": more, "16 x 32": most, "8 x 8 points": points})  # noqa: T201 - figures for docs/verification.md
    assert few["dead"] < (1 - TYPE_TOLERANCE) * most["dead"]
    assert points["dead"] == pytest.approx(most["dead"], rel=TYPE_TOLERANCE)
