"""Why a finding is what it is: the condition tree with every value and the statements behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from foedus.treaties.defaults import presumed_absent
from foedus.treaties.logic import Truth
from foedus.treaties.naming import listed, state_name
from foedus.treaties.terms import vocabulary
from foedus.treaties.words import basis_words, duty_lines, facts_in_words, named_claimant, presumption, said

if TYPE_CHECKING:
    from foedus.treaties.evaluated import Evaluated
    from foedus.treaties.logic import Condition
    from foedus.treaties.view import View

_OPERATORS = {"all": "all of", "any": "any of", "not": "not", "always": "always in force"}


def trace(finding: Evaluated) -> dict[str, Any]:
    """Return the reasoning of one provision as plain data, one branch a reading.

    ``confidence`` says how far the encoded text was read in a source; it is in the root. A branch that is ``presumed``
    is an exception of which nobody said anything, and which counts as absent.
    """
    version, view = finding.version, finding.view
    branches = []
    for name, condition in version.all_readings.items():
        node = _node(condition, view)
        node["label"] = f"reading '{name}'" if version.readings else "text"
        branches.append(node)
    root: dict[str, Any] = {
        "op": "readings",
        "value": str(finding.readings[version.main_reading]),
        "atom": None,
        "label": f"by the {'default reading' if version.readings else 'text'}",
        "confidence": finding.provision.confidence,
        "facts": [],
        "children": branches,
    }
    for label, exception in (("unless", version.unless), ("help ends when", version.terminated_by)):
        if exception is not None:
            node = _node(exception, view) | {"presumed": bool(presumed_absent(exception, view.values))}
            node["label"] = f"{label}: {node['label']}" if node["atom"] else label
            root["children"].append(node)
    for fact in version.requires:
        node = _fact_node(fact, view)
        node["label"] = f"required for the duties: {node['label']}"
        root["children"].append(node)
    return root


def explain_finding(finding: Evaluated) -> list[str]:
    """Return the finding as lines: the answer, the duties as sentences, and the reasons as an indented tree."""
    provision, title = finding.provision, f": {finding.provision.title}" if finding.provision.title else ""
    head = f"{finding.treaty.id} art. {provision.article} ({finding.treaty.short}{title}), "
    head += f"version of {finding.version.start}: {finding.status}"
    if finding.disputed:
        head += f"  (disputed: {', '.join(f'{name} {value}' for name, value in finding.readings.items())})"
    lines = [head]
    if finding.bound is not Truth.YES:
        lines.append(f"  whether {finding.treaty.short} bound the target that day: {finding.bound}")
    if finding.version.says is not None:
        lines.append(f"  says: {finding.version.says}")
    if unchecked := basis_words(finding.basis):
        lines.append(f"  encoded {unchecked}")
    if finding.presuming:
        lines.append(f"  presuming that {presumption(finding.presuming)}")
    lines += [f"  {remark}" for remark in finding.remarks]
    if finding.assumed:
        names = listed(state_name(state) for state in finding.assumed)
        lines.append(f"  assumed, not established, when it came to bind: {names}")
    lines += [f"  {line.sentence}" for line in duty_lines(finding)]
    told: set[str] = set()
    for child in trace(finding)["children"]:
        lines += _lines(child, 1, told)
    if finding.could_change:
        lines.append(f"  could still change the answer: {facts_in_words(finding.could_change)}")
    return lines


def _node(condition: Condition, view: View) -> dict[str, Any]:
    if condition.atom is not None:
        return _fact_node(condition.atom, view) | ({"at": condition.at} if condition.at else {})
    return {
        "op": condition.op,
        "value": str(condition.kleene(lambda atom: view.values.get(atom, Truth.UNKNOWN))),
        "atom": None,
        "label": "always in force" if condition.op == "always" else None,
        "facts": [],
        "children": [_node(child, view) for child in condition.children],
    } | ({"at": condition.at} if condition.at else {})


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
                "claimant_name": None
                if fact.claimant is None
                else named_claimant(view.claimants.get(fact.claimant, fact.claimant)),
                "known_from": str(fact.known_from),
                "source": fact.source,
                "note": fact.note,
            }
            for fact in view.used.get(atom, ())
        ],
        "children": [],
    }


def _lines(node: dict[str, Any], depth: int, told: set[str]) -> list[str]:
    """Return a node and what is under it; the statements on a fact are given where it comes up first."""
    label, atom = node["label"] or "", node["atom"]
    value = "no" if node.get("presumed") else node["value"]
    line = "  " * depth + f"[{value:<7}] "
    if atom:
        fact = vocabulary().facts[atom]
        before = label.removesuffix(fact).removesuffix(": ")
        line += (f"{before}: " if before else "") + f"{fact} ({atom})"
        statements = "; ".join(said(one) for one in node["facts"]) or "nothing stated"
        statements += ", presumed not to be so" if node.get("presumed") else ""
        line += ": as above" if atom in told and node["facts"] else f": {statements}"
        told.add(atom)
    else:
        line += (f"{label}: " if label and label != _OPERATORS[node["op"]] else "") + _OPERATORS[node["op"]]
    return [line, *(item for child in node["children"] for item in _lines(child, depth + 1, told))]
