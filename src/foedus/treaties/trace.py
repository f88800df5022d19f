"""Why a finding is what it is: the condition tree with every value and the statements behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from foedus.treaties.load import vocabulary
from foedus.treaties.logic import Truth

if TYPE_CHECKING:
    from collections.abc import Mapping

    from foedus.treaties.findings import Finding
    from foedus.treaties.logic import Condition
    from foedus.treaties.model import Version
    from foedus.treaties.view import View

WORDS = {"must": "must", "may": "may", "must_not": "prohibition"}
"""Modalities in prose; actions that are prohibitions are named by what they ask for, as refrain_force."""
_MEMORY = {"memory": "from memory", "mixed": "partly from memory"}
_ATTRIBUTIONS = {"observed": "observed", "assumed": "assumed"}


def trace(version: Version, view: View, readings: Mapping[str, Truth], confidence: str) -> dict[str, Any]:
    """Return the reasoning of one provision as plain data, one branch a reading.

    ``confidence`` says how far the encoded text was read in a source; it stands in the root.
    """
    branches = []
    for name, condition in version.all_readings.items():
        node = _node(condition, view)
        node["label"] = f"reading '{name}'" if version.readings else "text"
        branches.append(node)
    root: dict[str, Any] = {
        "op": "readings",
        "value": str(readings[version.main_reading]),
        "atom": None,
        "label": f"by the {'default reading' if version.readings else 'text'}",
        "confidence": confidence,
        "facts": [],
        "children": branches,
    }
    if version.unless is not None:
        node = _node(version.unless, view)
        node["label"] = "unless"
        root["children"].append(node)
    for fact in version.requires:
        node = _fact_node(fact, view)
        node["label"] = f"required for the duties: {node['label']}"
        root["children"].append(node)
    return root


def explain_finding(finding: Finding) -> list[str]:
    """Return the finding as lines of an indented tree."""
    readings = ", ".join(f"{name}: {value}" for name, value in finding.readings.items())
    head = (
        f"{finding.treaty.id} art. {finding.provision.article}, version of {finding.version.start} -> {finding.status}"
        + (f"  (disputed: {readings})" if finding.disputed else "")
    )
    lines = [head]
    if finding.bound is not Truth.YES:
        lines.append(f"  whether {finding.treaty.short} bound the target that day: {finding.bound}")
    if finding.provision.confidence != "seen":
        lines.append(f"  encoded {_MEMORY[finding.provision.confidence]}, not checked against the text")
    if finding.assumed:
        lines.append(f"  assumed, not established, when it came to bind: {', '.join(finding.assumed)}")
    for child in trace(finding.version, finding.view, finding.readings, finding.provision.confidence)["children"]:
        lines += _lines(child, 1)
    for modality, action, owed, bearers in _grouped(finding):
        level = vocabulary().actions[action].level
        lines.append(f"  {WORDS[modality]} {action} (level {level}): {', '.join(bearers)}, owed: {owed}")
    if finding.could_change:
        lines.append("  could still change the answer: " + ", ".join(finding.could_change))
    return lines


def _grouped(finding: Finding) -> list[tuple[str, str, str, list[str]]]:
    groups: dict[tuple[str, str, str], list[str]] = {}
    for duty in finding.duties:
        state = f" ({duty.state}{f', due by {duty.due}' if duty.due else ''})" if duty.state else ""
        groups.setdefault((duty.modality, duty.action, str(duty.owed)), []).append(duty.bearer + state)
    return [(modality, action, owed, bearers) for (modality, action, owed), bearers in groups.items()]


def _node(condition: Condition, view: View) -> dict[str, Any]:
    if condition.atom is not None:
        return _fact_node(condition.atom, view)
    return {
        "op": condition.op,
        "value": str(condition.kleene(lambda atom: view.values.get(atom, Truth.UNKNOWN))),
        "atom": None,
        "label": "always in force" if condition.op == "always" else None,
        "facts": [],
        "children": [_node(child, view) for child in condition.children],
    }


def _fact_node(atom: str, view: View) -> dict[str, Any]:
    return {
        "op": "fact",
        "value": str(view.values.get(atom, Truth.UNKNOWN)),
        "atom": atom,
        "label": vocabulary().facts[atom],
        "facts": [
            {
                "value": str(fact.value),
                "basis": fact.basis,
                "claimant": fact.claimant,
                "known_from": str(fact.known_from),
                "source": fact.source,
                "note": fact.note,
            }
            for fact in view.used.get(atom, ())
        ],
        "children": [],
    }


def _lines(node: dict[str, Any], depth: int) -> list[str]:
    name = node["atom"] or node["label"] or node["op"]
    if node["label"] and not node["atom"] and node["op"] in ("all", "any", "not"):
        name = f"{node['label']}: {node['op']}"
    if node["atom"] and str(node["label"]).startswith("required"):
        name = f"required for the duties: {node['atom']}"
    elif node["atom"] and node["label"] and str(node["label"]).startswith("reading"):
        name = f"{node['label']}: {node['atom']}"
    said = "; ".join(_said(fact) for fact in node["facts"]) if node["op"] == "fact" else ""
    if node["op"] == "fact" and not said:
        said = "nothing stated"
    line = "  " * depth + f"[{node['value']:<7}] {name}" + (f"  <- {said}" if said else "")
    return [line, *(item for child in node["children"] for item in _lines(child, depth + 1))]


def _said(fact: dict[str, Any]) -> str:
    who = f"claimed by {fact['claimant']}" if fact["basis"] == "claimed" else _ATTRIBUTIONS[fact["basis"]]
    return f"{fact['value']}, {who} from {fact['known_from']}"
