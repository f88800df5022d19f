"""The law for the report: findings with their reasoning, and the same clause seen by different eyes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from foedus.crisis import open_scenario
from foedus.dates import day_in_words
from foedus.errors import InputError
from foedus.report.headline import article
from foedus.treaties import obligations, vocabulary
from foedus.treaties.naming import capital
from foedus.treaties.summary import approvals_at_home

if TYPE_CHECKING:
    from foedus.crisis import AnyScenario, Loaded, Scenario
    from foedus.crisis.shape import Perspective
    from foedus.treaties import Obligations


def section(source: AnyScenario) -> dict[str, Any]:
    """Return the findings on a scenario's legal question and the answer from each of its perspectives.

    Raises:
        InputError: the incident or the provision named by the scenario does not exist.

    """
    loaded = open_scenario(source)
    scenario, asked = loaded.scenario, loaded.scenario.law
    found = obligations(scenario.target, asked.on, loaded.incident)
    finding = _relied_on(scenario, found)
    data = found.to_dict()
    actions = vocabulary().actions
    for item, one in zip(data["findings"], found.findings, strict=True):
        item["treaty_short"] = one.treaty.short
        item["cited"] = article(one.provision.article)
        _with_facts(item["trace"])
        for duty in item["duties"]:
            duty["help"] = actions[duty["action"]].help and duty["bearer"] != scenario.target
    return {
        "target": scenario.target,
        "target_name": scenario.target_name,
        "on": data["on"],
        "known_by": data["known_by"],
        "relied_on": f"{finding['treaty']}:{finding['provision']}" if finding else f"{asked.treaty}:{asked.provision}",
        "findings": data["findings"],
        "unchecked": sum(item["confidence_text"] is not None for item in data["findings"]),
        "conflicts": data["conflicts"],
        "approvals": [{"state_name": capital(name), "body": body} for name, body in approvals_at_home(found).items()],
        "perspectives": [_perspective(loaded, number) for number in range(len(asked.perspectives))],
    }


def _with_facts(node: dict[str, Any]) -> None:
    """Let a node that holds a fact under a label of its own, such as a reading's name, tell both."""
    if node.get("atom"):
        fact = vocabulary().facts[node["atom"]]
        if fact not in (node["label"] or ""):
            node["label"] = f"{node['label']}: {fact}" if node["label"] else fact
    for child in node.get("children") or ():
        _with_facts(child)


def _perspective(loaded: Loaded, number: int) -> dict[str, Any]:
    scenario = loaded.scenario
    view = scenario.law.perspectives[number]
    found = obligations(
        scenario.target,
        view.on or scenario.law.on,
        loaded.incident,
        known_by=view.known_by,
        according_to=view.according_to,
    )
    finding = _relied_on(scenario, found)
    known = [fact for fact in found.incident.facts if view.known_by is None or fact.known_from <= view.known_by]
    label = _label(view, assumed=any(fact.basis == "assumed" for fact in known))
    if finding is None:
        return {"label": label, "status": "no", "readings": {}}
    return {"label": label, "status": finding["status"], "readings": finding["readings"]}


def _label(view: Perspective, *, assumed: bool) -> str:
    """Return the scenario's label, but for a view that leaves out what became known later and takes nobody's word.

    Claims stay open there: it holds what was observed (or is assumed), whatever the scenario calls it.
    """
    if view.known_by is None or view.according_to is not None:
        return view.label
    law = "" if view.on is None else f", under the law of {day_in_words(view.on)}"
    seen = "observed or is assumed" if assumed else "observed"
    return f"what was {seen} by {day_in_words(view.known_by)}{law}"


def _relied_on(scenario: Scenario, found: Obligations) -> dict[str, Any] | None:
    """Return the finding on the provision relied on, or None if its treaty did not bind the target that day."""
    try:
        return found[scenario.law.treaty].provision(scenario.law.provision).to_dict()
    except InputError:
        if len(found[scenario.law.treaty]):
            raise
        return None
