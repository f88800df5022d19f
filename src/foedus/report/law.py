"""The law for the report: findings with their reasoning, and the same clause seen by different eyes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from foedus.dates import day_in_words
from foedus.errors import InputError
from foedus.report.headline import article
from foedus.states import name_of
from foedus.treaties import obligations, vocabulary, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from foedus.crisis import Scenario
    from foedus.crisis.scenario import Perspective
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
    known = vocabulary()
    for item, one in zip(data["findings"], found.findings, strict=True):
        item["could_change_text"] = [known.facts[fact] for fact in item["could_change"]]
        item["treaty_short"] = one.treaty.short
        item["cited"] = article(one.provision.article)
        item["from_memory"] = words.confidence_words(one.provision.confidence)
        item["lines"] = [
            {"sentence": line.sentence, "answer": line.answer, "level": line.level} for line in words.duty_lines(one)
        ]
        for duty in item["duties"]:
            duty["bearer_name"] = words.bearer_name(one.treaty, duty["bearer"])
            duty["action_text"] = known.actions[duty["action"]].text
    return {
        "target": scenario.target,
        "target_name": scenario.target_name,
        "on": data["on"],
        "known_by": data["known_by"],
        "relied_on": f"{finding['treaty']}:{finding['provision']}" if finding else f"{asked.treaty}:{asked.provision}",
        "findings": data["findings"],
        "from_memory": sum(item["from_memory"] is not None for item in data["findings"]),
        "conflicts": data["conflicts"],
        "approvals": _approvals(data["findings"]),
        "perspectives": [_perspective(scenario, number) for number in range(len(asked.perspectives))],
    }


def _approvals(findings: Sequence[dict[str, Any]]) -> list[dict[str, str]]:
    """Return whose approval at home each state needs that may have to send forces."""
    needed = {
        duty["bearer"]: duty["home"]
        for finding in findings
        for duty in finding["duties"]
        if duty["home"] and duty["owed"] != "no"
    }
    return [{"state": state, "state_name": name_of(state), "body": body} for state, body in sorted(needed.items())]


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
    label = _label(view)
    if finding is None:
        return {"label": label, "status": "no", "readings": {}}
    return {"label": label, "status": finding["status"], "readings": finding["readings"]}


def _label(view: Perspective) -> str:
    """Return the scenario's label, but for a view that leaves out what became known later and takes nobody's word.

    Claims stay open there: it holds what was observed, whatever the scenario calls it.
    """
    if view.known_by is None or view.according_to is not None:
        return view.label
    law = "" if view.on is None else f", under the law of {day_in_words(view.on)}"
    return f"what was observed by {day_in_words(view.known_by)}{law}"


def _relied_on(scenario: Scenario, found: Obligations) -> dict[str, Any] | None:
    """Return the finding on the provision relied on, or None if its treaty did not bind the target that day."""
    try:
        return found[scenario.law.treaty].provision(scenario.law.provision).to_dict()
    except InputError:
        if len(found[scenario.law.treaty]):
            raise
        return None
