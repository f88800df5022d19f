"""What makes no sense is refused in words, before anything is computed."""

from __future__ import annotations

import math

import pytest
from pydantic import ValidationError
from small_countries import REAL

from foedus import ensemble
from foedus.crisis import Scenario, claim_faults, named_faults
from foedus.crisis.inputs import compile_inputs
from foedus.crisis.parameters import Prior
from foedus.crisis.rules import Rule, compile_expression
from foedus.crisis.shape import Prediction
from foedus.errors import InputError
from foedus.evidence import load_claims


def changed(**update: object) -> dict[str, object]:
    return {**REAL.model_dump(), **update}


HELP = REAL.contingents[0].model_dump()


def place(**update: object) -> dict[str, object]:
    first, *rest = (p.model_dump() for p in REAL.places)
    return changed(places=[{**first, **update}, *rest])


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (place(population=-5), "greater than 0"),
        (place(population=10**12), "less than or equal"),
        (place(shock=1.5), "less than or equal to 1"),
        (place(lon=math.nan), "finite"),
        (place(officers=-1.0), "greater than or equal to 0"),
        (place(sites=("square", "moon_base")), "moon_base|should be"),
        (changed(parameters={"legitimacy": {"kind": "fixed", "value": 1.2, "origin": "test"}}), "leaves its range"),
        (changed(parameters={"legitimacy": {"kind": "fixed", "value": math.nan, "origin": "test"}}), "finite"),
        (changed(parameters={"legitimicy": {"kind": "fixed", "value": 0.5, "origin": "test"}}), "'legitimacy'"),
        (changed(parameters={"force_scale": {"kind": "fixed", "value": 1e300, "origin": "test"}}), "leaves its range"),
        (changed(contingents=[{**HELP, "places": {"KZ-ALA": 1e308, "KZ-AST": 1e308}}]), "less than or equal"),
        (changed(places=[]), "at least 1"),
        (changed(directory="elsewhere"), "not permitted"),
        (changed(clock_utc_offset=math.nan), "finite"),
    ],
)
def test_a_scenario_that_makes_no_sense_is_refused(data: dict[str, object], word: str) -> None:
    with pytest.raises(ValidationError, match=word):
        Scenario.model_validate(data)


def test_a_scenario_is_read_back_from_what_a_run_keeps_of_it() -> None:
    assert Scenario.model_validate_json(REAL.model_dump_json()).sha256() == REAL.sha256()
    assert REAL.model_copy(deep=True).sha256() == REAL.sha256()


def test_a_scenario_changed_in_python_has_faults_without_a_line_of_its_file() -> None:
    law = REAL.law.model_copy(update={"treaty": "cst-1993"})
    prediction = Prediction(used=("k99",), note="x")
    changed = REAL.model_copy(update={"law": law, "prediction": prediction})
    (fault,) = named_faults(changed)
    assert (fault.file, fault.line, fault.key) == (None, None, "law.treaty")
    assert "changed in Python" in fault.message
    (fault,) = claim_faults(changed, [])
    assert (fault.file, fault.line, fault.key) == (None, None, "prediction.used")


@pytest.mark.parametrize(
    ("event", "name", "slip"),
    [
        ("Kyrgyzstan 2010", "kyrgyzstan-2010", True),
        ("kyrgizstan-2010", "kyrgyzstan-2010", False),
        ("homs-2012", "hama-2012", False),
        ("kyrgyzstan-2010-04", "kyrgyzstan-2010", False),
        ("kyrgyzstan-2010", "kyrgyzstan-2010-a", False),
        ("kyrgyzstan-2011", "kyrgyzstan-2010", False),
        ("iran-2011", "iraq-2011", False),
        ("north-korea-2010", "south-korea-2010", False),
        ("hungary-1956-oct", "hungary-1956-nov", False),
    ],
)
def test_a_claim_is_refused_only_for_the_capitals_and_separators_of_its_crisis(
    event: str, name: str, slip: bool
) -> None:
    claims = load_claims(REAL.claims_path)[:1]
    scenario = REAL.model_copy(update={"name": name, "prediction": None})
    found = claim_faults(scenario, [claim.model_copy(update={"event": event}) for claim in claims])
    assert [fault.key for fault in found] == ["event"] * slip


def test_a_place_without_neighbours_is_a_country_of_its_own() -> None:
    alone = REAL.model_copy(update={"places": REAL.places[:1], "events": (), "contingents": ()})
    assert compile_inputs(alone).world.coupling.tolist() == [[0.0]]


@pytest.mark.parametrize(
    "wrong",
    [
        {"step_hours": 0.0}, {"step_hours": 7.0}, {"step_hours": math.nan}, {"step_hours": -1.0}, {"mode": "fre"},
        {"engine": "agent"}, {"runs": 0},
    ],
)  # fmt: skip
def test_a_method_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(InputError) as caught:
        ensemble.run(REAL, **{"runs": 2, **wrong})
    assert "expected" in str(caught.value)


@pytest.mark.parametrize("order", ["lethal", "shutdown", "emergency", "armed", "arrests", "round_ups"])
def test_no_rule_can_order_force(order: str) -> None:
    with pytest.raises(ValidationError, match="only as an event that was recorded"):
        Rule(when="crowd > 10", do=order, label="x")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("crwd > 3", "did you mean 'crowd'"),
        ("crowd >", "neither a date"),
        ("__import__('os')", "not an expression"),
        ("crowd.real > 1", "not an expression"),
        ("1 < crowd < 2", "not an expression"),
        ("crowd > True", "compare with a number"),
        (" + ".join(["crowd"] * 100), "too long"),
        ("crowd > " + "9" * 400, "too large"),
        ("crowd > 1e999", "too large"),
        ("1276200000", "nothing that changes"),
        ("1 < 2", "nothing that changes"),
        ("crowd > " + "9" * 5000, "too long"),
        ("crowd > " + "-" * 3000 + "1", "too long"),
        ("crowd > " + "-" * 400 + "1", "too long"),
        ("(" * 3000 + "crowd" + ")" * 3000, "too long"),
        ("(" * 240 + "crowd" + ")" * 240, "neither a date|nested too deeply"),
    ],
)
def test_an_expression_that_cannot_be_read_is_refused(text: str, word: str) -> None:
    with pytest.raises(ValueError, match=word):
        compile_expression(text)


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ({"kind": "fixed", "low": 1}, "value"),
        ({"kind": "uniform", "value": 1}, "low"),
        ({"kind": "uniform", "low": 2, "high": 1}, "low"),
        ({"kind": "log_uniform", "low": 0, "high": 1}, "low"),
    ],
)
def test_a_prior_that_is_none_says_at_which_key_and_how_to_mend_it(wrong: dict[str, object], key: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Prior.model_validate({**wrong, "origin": "test"})
    (fault,) = caught.value.errors()
    assert fault["loc"] == (key,)
    assert fault["ctx"]["cure"]


@pytest.mark.parametrize("name", ["noise", "pool", "bystanders"])
def test_a_prior_outside_the_range_of_its_parameter_is_refused(name: str) -> None:
    prior = Prior(kind="uniform", low=-0.5, high=2.0, origin="test")
    with pytest.raises(ValidationError, match="leaves its range"):
        Scenario.model_validate(changed(parameters={name: prior.model_dump()}))
