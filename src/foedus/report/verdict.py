"""The report's first sentences, made from its own numbers: who owed what, would they act, what help changed."""

from __future__ import annotations

from typing import Any

_ANSWERS = {
    "yes": "was triggered",
    "no": "was not triggered",
    "unknown": "was triggered only if facts that were open that day are accepted",
}


def write(bundle: dict[str, Any]) -> dict[str, Any]:
    """Return ``sentence``, ``points`` and ``caveat``.

    Args:
        bundle: the sections ``meta``, ``law``, ``decision`` and ``summary`` of the report.

    """
    law, decision, rows = bundle["law"], bundle["decision"], {row["key"]: row for row in bundle["summary"]}
    finding = relied_on(law)
    sentence = " ".join([_law_sentence(law, finding), _decision_sentence(decision), _cost_sentence(rows)])
    return {
        "sentence": sentence,
        "points": _points(finding, decision, rows),
        "caveat": bundle["meta"]["caveat"],
    }


def relied_on(law: dict[str, Any]) -> dict[str, Any] | None:
    """Return the finding on the provision that the request relied on, if its treaty bound the target."""
    for finding in law["findings"]:
        if f"{finding['treaty']}:{finding['provision']}" == law["relied_on"]:
            return dict(finding)
    return None


def _law_sentence(law: dict[str, Any], finding: dict[str, Any] | None) -> str:
    if finding is None:
        return f"No treaty provision that the request relied on bound {law['target_name']}'s allies on {law['on']}."
    clause = f"Article {finding['article']} of the {finding['treaty_name']}"
    text = f"{clause} {_ANSWERS[finding['status']]}"
    if finding["disputed"]:
        others = sorted({truth for truth in finding["readings"].values() if truth != finding["status"]})
        text += f" on one reading, and stays {' or '.join(others)} on others"
    owing = sorted({d["bearer_name"] for d in finding["duties"] if d["owed"] == "yes" and d["level"] >= 2})
    if owing:
        text += f"; {_listed(owing)} then owed help"
    return text + "."


def _decision_sentence(decision: dict[str, Any]) -> str:
    if decision["p_act"] is None:
        return "The record holds no such case, so there is no forecast of the answer."
    low, high = (round(100 * bound) for bound in decision["interval"])
    return (
        f"About {round(100 * decision['p_act'])} of 100 calls like it are answered with troops "
        f"(90 % interval {low} to {high})."
    )


def _cost_sentence(rows: dict[str, dict[str, Any]]) -> str:
    dead = rows.get("dead")
    if dead is None:
        return ""
    low, middle, high = (round(value) for value in dead["difference"])
    return (
        f"Help as assumed changes the number of dead by {middle:+,} in the middle run ({low:+,} to {high:+,} in 90 of "
        "100), under assumptions that no report can test."
    )


def _points(finding: dict[str, Any] | None, decision: dict[str, Any], rows: dict[str, dict[str, Any]]) -> list[str]:
    points = []
    dead = rows.get("dead")
    if dead is not None:
        low, middle, high = (round(value) for value in dead["help"])
        points.append(
            f"Dead: {dead['reported']} reported; {middle:,} in the middle run with help, "
            f"between {low:,} and {high:,} in 90 of 100 runs."
        )
    if finding is not None and finding["could_change"]:
        points.append(f"The legal answer still hangs on: {'; '.join(finding['could_change_text'][:3])}.")
    nearest = decision["analogues"][:3]
    if nearest:
        sent = sum(bool(case["acted"]) for case in nearest)
        names = _listed([case["title"] for case in nearest])
        points.append(f"The nearest calls in the record are {names}; troops went in {sent} of {len(nearest)}.")
    return points


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
