"""The record's cases and the design's: facts in, the finding that the law should give out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from foedus import record
from foedus.treaties import Truth, bound_on, library, obligations
from foedus.treaties.incident import Fact, Incident

FOLDER = Path(__file__).parent / "cases"


def read(name: str) -> list[dict[str, Any]]:
    return list(YAML(typ="safe").load(FOLDER / name))


CASES = [*read("record.yaml"), *read("design.yaml"), *read("others.yaml")]


def word(value: Any) -> Truth:
    return Truth({True: "yes", False: "no"}.get(value, value))


def incident(case: dict[str, Any]) -> Incident:
    facts = [
        Fact(fact=name, value=value, basis="observed", known_from=case["on"], source="coded by hand")
        for value in (Truth.YES, Truth.NO)
        for name in case[str(value)]
    ]
    return Incident(name=case["case"], title=case["case"], target=case["target"], date=case["on"], facts=tuple(facts))


@pytest.mark.parametrize("case", CASES, ids=[f"{c['case']}-{c['treaty']}" for c in CASES])
def test_the_law_gives_the_finding_argued_beforehand(case: dict[str, Any]) -> None:
    if "bound" in case["expect"]:
        assert bound_on(library()[case["treaty"]], case["target"], case["on"]) is word(case["expect"]["bound"])
        return
    found = obligations(case["target"], case["on"], incident(case), treaty=case["treaty"])[case["treaty"]]
    for provision, expected in case["expect"].items():
        finding = found.provision(provision)
        if isinstance(expected, dict):
            assert finding.readings == {name: word(value) for name, value in expected.items()}, provision
        else:
            assert finding.status is word(expected), provision
    for provision, expected in case.get("bearers", {}).items():
        owing = {d.bearer for d in found.provision(provision).duties if d.owed is Truth.YES and d.level > 0}
        assert owing == set(expected)


def test_every_organisation_case_whose_treaty_is_encoded_is_here() -> None:
    encoded = {
        "nato", "oas", "arab-league", "csto", "warsaw-pact", "ecowas", "seato", "anzus", "cento", "gcc", "cis", "eu",
        "western-union", "weu", "pif", "sadc", "au", "eccas",
    }  # fmt: skip
    wanted = {case.case_id for case in record.cases() if case.organisation in encoded}
    assert wanted - {case["case"] for case in CASES} == {"kazakhstan-2022-january"}  # has a file of its own
