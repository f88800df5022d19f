"""Patterns that the literature reports, as the country model shows them, and where it shows them.

Each comparison is one-sided over independent runs; the differences asked for are at least four standard errors, so
a correct engine fails one test in about 30,000 seeds; the seeds are fixed.
"""

from __future__ import annotations

import numpy as np
import pytest
import small_countries as small

from foedus.crisis.layout import STATES, VARIABLES

RUNS = 400
TOWN = small.place("A", 4000, officers=12.0, sites=2)
MILD = {
    "deadliness": 0.05, "security_wounded": 0.1, "exhaustion": 0.05, "loyalty_loss": 0.0, "escalation": 0.05,
    "repression_cost": 1.0, "price_shock": 0.3, "legitimacy": 0.6, "severity": 0.0,
}  # fmt: skip


def person_hours(scenario, **changes: float) -> dict[str, np.ndarray]:
    """Return peaceful, violent and all person-hours in the street, one number a run."""
    values = small.parameters(**{**MILD, **changes})
    _, _, seen = small.play("cohort", small.inputs_of(scenario), values, RUNS, trace=True)
    hours = seen[:, 0].sum(axis=(1, 2))
    peaceful, violent = hours[:, STATES.index("active")], hours[:, STATES.index("violent")]
    return {"peaceful": peaceful, "violent": violent, "all": peaceful + violent}


def more(one: np.ndarray, two: np.ndarray) -> bool:
    """Return whether the mean of ``two`` is larger by four standard errors."""
    error = np.sqrt(one.var(ddof=1) / one.size + two.var(ddof=1) / two.size)
    return bool(two.mean() - one.mean() > 4 * error)


def protest(*others):
    return small.country((TOWN,), (small.event("trigger", 6, 12, 10), *others), days=4)


def test_more_repression_of_peaceful_protest_lowers_it_and_raises_violence() -> None:
    """Lichbach 1987, first proposition."""
    soft = person_hours(protest(), arrests=0.05, escalation_repression=30)
    hard = person_hours(protest(), arrests=2.0, escalation_repression=30)
    assert more(hard["peaceful"], soft["peaceful"])
    assert more(soft["violent"], hard["violent"])


def test_whether_repression_lowers_dissent_depends_on_accommodation() -> None:
    """Lichbach 1987, second proposition: the sign of the net effect turns where demands are met."""
    costly = {"escalation_repression": 3.0, "repression_cost": 45.0, "concession_effect": 1.0}
    met = protest(small.event("concession", 8, 96))
    unmet = [person_hours(protest(), arrests=rate, **costly)["all"] for rate in (0.1, 2.0)]
    granted = [person_hours(met, arrests=rate, **costly)["all"] for rate in (0.1, 2.0)]
    # both courses of a run share their dice, so the differences within runs are what is tested
    assert more(np.zeros(RUNS), unmet[1] - unmet[0])
    assert more(granted[1] - granted[0], np.zeros(RUNS))


@pytest.mark.parametrize("cost", [1.0, 30.0])
def test_an_inconsistent_policy_raises_dissent_over_a_consistent_one_of_the_same_mean(cost: float) -> None:
    """Lichbach 1987, third proposition: concession and repression by turns, against half of each every day."""
    days = range(8)
    calls = tuple(small.event("trigger", 24 * d + 8, 24 * d + 12, 5) for d in days)
    turns = tuple(small.event("lethal" if d % 2 else "concession", 24 * d, 24 * d + 24) for d in days)
    steady = tuple(small.event(kind, 24 * d, 24 * d + 24, 0.5) for d in days for kind in ("lethal", "concession"))
    policy = {
        "arrests": 0.2, "escalation_repression": 3.0, "repression_cost": cost, "concession_effect": 0.5,
        "severity": 2.0, "deadliness": 1.0, "lethal_order": 5.0, "anger_days": 30.0, "legitimacy_return": 0.05,
    }  # fmt: skip
    one, two = (
        person_hours(small.country((TOWN,), (*calls, *others), days=8), **policy)["all"] for others in (steady, turns)
    )
    assert more(one, two)


def test_a_larger_city_needs_more_officers_a_head_because_they_have_more_places_to_guard() -> None:
    """Fonoberova et al. 2012: at the same officers a head, the city with more sites sees the larger crowd a head.

    With one site each, size alone changes little: the model's risk depends on officers per participant.
    """

    def peak(people: int, sites: int, officers_per_1000: float) -> np.ndarray:
        city = small.place("A", people, officers=people * officers_per_1000 / 1000, sites=sites)
        scenario = small.country((city,), (small.event("trigger", 6, 12, 1),), days=3)
        values = small.parameters(**{**MILD, "arrests": 0.1, "saturation": 0.02, "escalation_repression": 1.0})
        _, out, _ = small.play("cohort", small.inputs_of(scenario), values, RUNS)
        return out[:, 0, :, 0, VARIABLES.index("crowd_peak")].max(axis=1) / people * 1000

    town, city, same = peak(100_000, 1, 4), peak(800_000, 8, 4), peak(800_000, 1, 4)
    assert more(town, city)
    assert abs(same.mean() - town.mean()) < 0.2 * town.mean()
    assert not more(town, peak(800_000, 8, 6))  # half as many officers again, and it is no larger
