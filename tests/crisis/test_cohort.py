"""The engine: what must hold in every run, whatever the parameters."""

from __future__ import annotations

import numpy as np
import pytest

from foedus import crisis, ensemble
from foedus.crisis import Scenario
from foedus.crisis.parameters import Prior
from foedus.crisis.shape import Event

REAL = crisis.load_scenario("kazakhstan-2022")


def with_priors(scenario: Scenario, **values: float) -> Scenario:
    fixed = {name: Prior(kind="fixed", value=value, origin="test") for name, value in values.items()}
    return scenario.model_copy(update={"parameters": {**scenario.parameters, **fixed}})


@pytest.fixture(scope="module")
def small() -> ensemble.Ensemble:
    return ensemble.run(REAL, runs=6, seed=4, workers=2)


def test_counts_are_whole_never_negative_and_bounded_by_the_people_there(small: ensemble.Ensemble) -> None:
    people = np.array([place.population for place in REAL.places])
    for arm in ensemble.ARMS:
        for variable in ("participants", "dead_civilian", "detained", "wounded_civilian"):
            for place, inhabitants in zip(REAL.places, people, strict=True):
                daily = small.daily(arm, variable, place.code)
                assert daily.min() >= 0
                assert daily.max() <= inhabitants
                assert np.array_equal(daily, np.round(daily))


def test_running_totals_never_fall_and_places_add_up(small: ensemble.Ensemble) -> None:
    for variable in ("dead", "wounded", "detained"):
        whole = small.daily("help", variable)
        assert np.all(np.diff(whole, axis=1) >= 0)
        parts = sum(small.daily("help", variable, place.code) for place in REAL.places)
        assert np.array_equal(whole, parts)


def test_no_trigger_no_crisis() -> None:
    quiet = REAL.model_copy(update={"events": tuple(e for e in REAL.events if e.kind != "trigger")})
    found = ensemble.run(quiet, runs=2, seed=1, workers=1)
    for variable in ("participants", "detained", "dead", "wounded"):
        assert not found.daily("help", variable).any()


def test_help_without_effects_equals_no_help_bit_for_bit() -> None:
    idle = with_priors(REAL, freed_officers=0.0, deterrence=0.0, signal=0.0, foreign_cost=0.0)
    found = ensemble.run(idle, runs=4, seed=2, workers=1)
    for variable in ("participants", "dead", "wounded", "detained", "forces", "sites_held_by_crowd"):
        assert np.array_equal(found.daily("help", variable), found.daily("no_help", variable))
    assert found.daily("help", "alliance_troops").any()


def test_both_arms_are_one_until_the_first_soldier_arrives(small: ensemble.Ensemble) -> None:
    arrival = min(item.arrival for item in REAL.contingents)
    before = sum(day < arrival.date() for day in small.days)
    assert before >= 4
    for variable in ("participants", "dead", "detained", "forces"):
        assert np.array_equal(small.daily("help", variable)[:, :before], small.daily("no_help", variable)[:, :before])


def test_more_deadliness_kills_more_and_more_officers_arrest_more() -> None:
    def total(variable: str, **values: float) -> float:
        return float(
            ensemble.run(with_priors(REAL, **values), runs=6, seed=3, workers=2).daily("help", variable)[:, -1].mean()
        )

    assert total("dead", deadliness=0.04) > total("dead", deadliness=0.002)
    assert total("detained", arrests=0.2) > total("detained", arrests=0.01)


def test_no_name_of_a_country_stands_in_the_engine() -> None:
    from pathlib import Path

    import foedus.crisis

    words = [REAL.target_name, "Almaty", "Tokayev", "CSTO", "Russia", "KAZ"]
    for file in Path(foedus.crisis.__file__).parent.glob("*.py"):
        text = file.read_text(encoding="utf-8")
        assert not [word for word in words if word in text], file.name


def test_an_event_outside_the_scenario_or_in_an_unknown_place_is_refused() -> None:
    data = REAL.model_dump()
    late = Event(kind="trigger", label="late", start=REAL.end, source="test").model_dump()
    with pytest.raises(ValueError, match="outside the scenario's time"):
        Scenario.model_validate({**data, "events": [late]})
    lost = Event(kind="trigger", label="lost", start=REAL.start, places=("KZ-ALX",), source="test").model_dump()
    with pytest.raises(ValueError, match="did you mean 'KZ-AL"):
        Scenario.model_validate({**data, "events": [lost]})
