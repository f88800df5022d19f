"""The record's cases, the design's, and every clause limb by limb: facts in, the finding that the law should give out."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from ruamel.yaml import YAML

from foedus import record
from foedus.states import known_codes
from foedus.treaties import Truth, evaluate, incident_names, load_incident
from foedus.treaties.incident import Fact, Incident
from foedus.treaties.terms import vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).parent / "cases"


def read(name: str) -> Iterator[dict[str, Any]]:
    """Yield the cases of a file; ``each`` and ``needs`` are written out (see the head of limbs.yaml)."""
    for case in YAML(typ="safe", pure=True).load(FOLDER / name):
        limbs = case.get("each") or case.get("needs") or []
        if "needs" in case:
            yield case | {"yes": [*case["yes"], *limbs]}
        for limb in limbs:
            others = [other for other in limbs if other != limb]
            more = {"yes": [limb], "no": others} if "each" in case else {"yes": others, "no": [limb]}
            lists = {name: [*case[name], *more[name]] for name in ("yes", "no")}
            own = case | lists | {"case": f"{case['case']}-{limb}"}
            yield own if "each" in case else own | {"expect": case["without"], "duties": {}}
        if not limbs:
            yield case


CASES = [case for file in sorted(FOLDER.glob("*.yaml")) for case in read(file.name)]


def word(value: Any) -> Truth:
    return Truth({True: "yes", False: "no"}.get(value, value))


@cache
def loaded(name: str) -> Incident:
    return load_incident(name)


def incident(case: dict[str, Any]) -> Incident:
    if "incident" in case:
        return loaded(case["incident"])
    facts = [
        Fact(fact=name, value=value, basis="observed", known_from=case["on"], source="coded by hand")
        for value in (Truth.YES, Truth.NO)
        for name in case[str(value)]
    ]
    return Incident(name=case["case"], title=case["case"], target=case["target"], date=case["on"], facts=tuple(facts))


def mistakes(case: dict[str, Any]) -> list[str]:
    """Return what the engine answers otherwise than the case expects."""
    options = {name: case[name] for name in ("according_to", "known_by") if name in case}
    found = evaluate.obligations(case["target"], case["on"], incident(case), treaty=case["treaty"], **options)
    if "bound" in case["expect"]:
        bound = {finding.bound for finding in found.findings} or {Truth.NO}
        return [] if bound == {word(case["expect"]["bound"])} else [f"bound: {bound}"]
    wrong = []
    findings = {finding.provision.id: finding for finding in found.findings}
    for provision, expected in case["expect"].items():
        finding = findings.get(provision)
        if finding is None:
            wrong.append(f"{provision}: not in force")
        elif isinstance(expected, dict):
            if finding.readings != {name: word(value) for name, value in expected.items()}:
                wrong.append(f"{provision}: {finding.readings}")
        elif finding.status is not word(expected):
            wrong.append(f"{provision}: {finding.status}")
    if not findings.keys() >= {*case.get("duties", {}), *case.get("bearers", {})}:
        return wrong or ["a provision whose duties are expected is not in force"]
    for provision, expected in case.get("duties", {}).items():
        duties = {f"{d.modality} {d.action}" for d in findings[provision].duties if d.owed is Truth.YES}
        if duties != set(expected):
            wrong.append(f"{provision} obliges to: {sorted(duties)}")
    for provision, expected in case.get("bearers", {}).items():
        owing = {d.bearer for d in findings[provision].duties if d.owed is Truth.YES and d.level > 0}
        if owing != set(expected):
            wrong.append(f"{provision} binds: {sorted(owing)}")
    return wrong


@pytest.mark.parametrize("case", CASES, ids=[f"{c['case']}-{c['treaty']}" for c in CASES])
def test_the_law_gives_the_finding_argued_beforehand(case: dict[str, Any]) -> None:
    assert mistakes(case) == [], case["why"]


def test_every_organisation_case_whose_treaty_is_encoded_is_here() -> None:
    encoded = {
        "nato", "oas", "arab-league", "csto", "warsaw-pact", "ecowas", "seato", "anzus", "cento", "gcc", "cis", "eu",
        "western-union", "weu", "pif", "sadc", "au", "eccas", "un",
    }  # fmt: skip
    wanted = {case.case_id for case in record.cases() if case.organisation in encoded}
    assert wanted - {case["case"] for case in CASES} == {"kazakhstan-2022-january"}  # has a file of its own
    assert wanted - set(incident_names()) == {"kazakhstan-2022-january"}


def test_an_incident_names_as_attackers_the_states_that_the_record_has_as_adversaries() -> None:
    rows = {case.case_id: case for case in record.cases()}
    for name in set(incident_names()) & set(rows):
        found = loaded(name)
        words = re.findall(r"\b[A-Z]{3}\b", re.sub(r"\(.*?\)|FJI army", "", rows[name].adversary))
        assert set(found.attackers) == set(words) & known_codes(), name


def test_an_attacker_bears_no_duty_to_help_and_keeps_its_others() -> None:
    actions, kept = vocabulary().actions, set()
    for name in incident_names():
        found = evaluate.obligations(loaded(name).target, loaded(name).date, loaded(name))
        of_attackers = {
            (duty.modality, duty.action)
            for finding in found.findings
            for duty in finding.duties
            if duty.bearer in loaded(name).attackers
        }
        assert not [action for modality, action in of_attackers if actions[action].help and modality != "must_not"], (
            name
        )
        kept |= of_attackers
    assert {("must", "consult"), ("must", "settle_peacefully"), ("must_not", "use_force")} <= kept


def test_every_incident_file_is_in_order_and_says_where_its_facts_come_from() -> None:
    for name in incident_names():
        found = load_incident(name)
        assert found.name == name
        assert all(fact.source for fact in found.facts)
