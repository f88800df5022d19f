"""The engines against a plain, slow retelling of the model, and against each other.

Every comparison is a two-sample Kolmogorov-Smirnov test of each quantity, corrected for the number of quantities
(Bonferroni). Counts have ties, which makes the tests stricter about rejecting, so the stated rates are upper bounds.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import numpy as np
import pytest
import slow_model
import small_countries as small
from scipy import stats

if TYPE_CHECKING:
    from foedus.crisis import Scenario

QUANTITIES = (*slow_model.EVENTS, "peak")
# a correct engine fails one whole comparison in a thousand seeds; the seeds are fixed
LEVEL = 1e-3


# the effects of help, strong enough to be seen in a small country
STRONG = {"signal": 1.0, "stand_aside": 0.9, "foreign_cost": 0.5}
EFFECTS = ("freed_officers", "deterrence", "signal", "foreign_cost")


def helped_by_thousands() -> Scenario:
    """The three places with 3,000 foreign soldiers, who come while the elite is split everywhere."""
    scenario = small.three_places()
    (helper,) = scenario.contingents
    events = (*(e for e in scenario.events if e.kind != "split"), small.event("split", 14, 60))
    many = helper.model_copy(update={"soldiers": (3000, 3000)})
    return scenario.model_copy(update={"events": events, "contingents": (many,)})


COUNTRIES: dict[str, tuple[Scenario, dict[str, float]]] = {
    "one place": (small.one_place(160), {}),
    "three places": (small.three_places(), {}),
    "helped by thousands": (helped_by_thousands(), STRONG),
}


@functools.cache
def told(name: str, runs: int, arm: int) -> dict[str, np.ndarray]:
    scenario, changes = COUNTRIES[name]
    inputs, values = small.inputs_of(scenario), small.parameters(**changes)
    rows = [slow_model.run(inputs.world, inputs.plan, values, help_comes=arm == 0, seed=n) for n in range(runs)]
    return {
        name: np.array([peak if name == "peak" else totals[name] for totals, peak, _ in rows]) for name in QUANTITIES
    }


def p_values(one: dict[str, np.ndarray], two: dict[str, np.ndarray]) -> dict[str, float]:
    return {name: stats.ks_2samp(one[name], two[name]).pvalue for name in QUANTITIES}


def assert_same_law(one: dict[str, np.ndarray], two: dict[str, np.ndarray], needed: tuple[str, ...]) -> None:
    worst = p_values(one, two)
    for name in needed:
        assert one[name].std() > 0, f"{name} never varies: nothing is tested"
    low = min(worst, key=worst.__getitem__)
    assert worst[low] > LEVEL / len(QUANTITIES), (low, worst, one[low].mean(), two[low].mean())


@pytest.mark.parametrize("engine", ["agents", "cohort"])
def test_an_engine_has_the_law_of_the_slow_retelling_in_one_place(engine: str) -> None:
    scenario, values = small.one_place(160), small.parameters()
    fast, _, _ = small.play(engine, small.inputs_of(scenario), values, 2000, trace=True)
    slow = told("one place", 60, 0)
    assert_same_law({n: v[:, 0] for n, v in fast.items()}, slow, ("participants", "detained_crowd", "peak"))


@pytest.mark.verify
@pytest.mark.parametrize("engine", ["agents", "cohort"])
@pytest.mark.parametrize("arm", [0, 1])
def test_an_engine_has_the_law_of_the_slow_retelling_with_everything_on(engine: str, arm: int) -> None:
    scenario, values = small.three_places(), small.parameters()
    fast, _, _ = small.play(engine, small.inputs_of(scenario), values, 3000, trace=True)
    slow = told("three places", 600, arm)
    assert_same_law({n: v[:, arm] for n, v in fast.items()}, slow, QUANTITIES)


@pytest.mark.parametrize("engine", ["agents", "cohort"])
def test_an_engine_has_the_law_of_the_slow_retelling_where_help_weighs(engine: str) -> None:
    inputs, values = small.inputs_of(helped_by_thousands()), small.parameters(**STRONG)
    fast, _, _ = small.play(engine, inputs, values, 3000, trace=True)
    assert_same_law({n: v[:, 0] for n, v in fast.items()}, told("helped by thousands", 300, 0), QUANTITIES)


@pytest.mark.parametrize("effect", EFFECTS)
def test_that_comparison_notices_when_an_effect_of_help_is_missing(effect: str) -> None:
    inputs, values = small.inputs_of(helped_by_thousands()), small.parameters(**{**STRONG, effect: 0.0})
    fast, _, _ = small.play("cohort", inputs, values, 3000, trace=True)
    low = min(p_values({n: v[:, 0] for n, v in fast.items()}, told("helped by thousands", 300, 0)).values())
    assert low < LEVEL / len(QUANTITIES)


@pytest.mark.parametrize("arm", [0, 1])
def test_counting_people_has_the_law_of_following_each(arm: int) -> None:
    """Shutdown, elite split, round-ups and the alliance's arrival are all in this country."""
    inputs, values = small.inputs_of(small.three_places()), small.parameters()
    counted, _, _ = small.play("cohort", inputs, values, 600, trace=True, seed=5)
    followed, _, _ = small.play("agents", inputs, values, 600, trace=True, seed=6)
    assert_same_law({n: v[:, arm] for n, v in counted.items()}, {n: v[:, arm] for n, v in followed.items()}, QUANTITIES)


@pytest.mark.verify
@pytest.mark.parametrize("without", ["nothing", "shutdown", "split", "emergency", "contingents"])
def test_counting_has_the_law_of_following_over_many_runs(without: str) -> None:
    scenario = small.three_places(2.0)
    if without == "contingents":
        scenario = scenario.model_copy(update={"contingents": ()})
    kept = tuple(e for e in scenario.events if e.kind != without)
    inputs, values = small.inputs_of(scenario.model_copy(update={"events": kept})), small.parameters()
    counted, _, _ = small.play("cohort", inputs, values, 2500, trace=True, seed=15)
    followed, _, _ = small.play("agents", inputs, values, 2500, trace=True, seed=16)
    for arm in (0, 1):
        needed = ("participants", "detained_crowd", "dead_civilian", "peak")
        assert_same_law({n: v[:, arm] for n, v in counted.items()}, {n: v[:, arm] for n, v in followed.items()}, needed)
