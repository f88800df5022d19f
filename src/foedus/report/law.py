"""The law for the report: findings with their reasoning, and the same clause seen by different eyes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from foedus.errors import InputError
from foedus.states import name_of
from foedus.treaties import obligations, vocabulary

if TYPE_CHECKING:
    from foedus.crisis import Scenario
    from foedus.treaties import Obligations


def section(scenario: Scenario) -> dict[str, Any]:
    """Return the findings on the scenario's legal question and the answer from each of its perspectives.

    Raises:
        InputError: the incident or the provision named by the scenario does not exist.

    """
    asked = scenario.law
    found = obligations(scenario.target, asked.on, scenario.incident)
    finding = _relied_on(scenario, found)
    data = found.to_dict()
    words = vocabulary()
    for item in data["findings"]:
        item["could_change_text"] = [words.facts[fact] for fact in item["could_change"]]
        for duty in item["duties"]:
            duty["bearer_name"] = name_of(duty["bearer"])
            duty["action_text"] = words.actions[duty["action"]].text
    return {
        "target": scenario.target,
        "target_name": scenario.target_name,
        "on": data["on"],
        "known_by": data["known_by"],
        "relied_on": f"{finding['treaty']}:{finding['provision']}" if finding else f"{asked.treaty}:{asked.provision}",
        "findings": data["findings"],
        "conflicts": data["conflicts"],
        "perspectives": [_perspective(scenario, number) for number in range(len(asked.perspectives))],
    }


def _perspective(scenario: Scenario, number: int) -> dict[str, Any]:
    view = scenario.law.perspectives[number]
    found = obligations(
        scenario.target,
        view.on or scenario.law.on,
        scenario.incident,
        known_by=view.known_by,
        according_to=view.according_to,
    )
    finding = _relied_on(scenario, found)
    if finding is None:
        return {"label": view.label, "status": "no", "readings": {}}
    return {"label": view.label, "status": finding["status"], "readings": finding["readings"]}


def _relied_on(scenario: Scenario, found: Obligations) -> dict[str, Any] | None:
    """Return the finding on the provision relied on, or None if its treaty did not bind the target that day."""
    try:
        return found[scenario.law.treaty].provision(scenario.law.provision).to_dict()
    except InputError:
        if len(found[scenario.law.treaty]):
            raise
        return None
