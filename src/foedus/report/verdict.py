"""The report's first sentences, made from its own numbers: who owed what, would they act, what help changed."""

from __future__ import annotations

from typing import Any

from foedus.report.quantities import whole

_ANSWERS = {
    "yes": "was triggered",
    "no": "was not triggered",
    "unknown": "was triggered only if facts that were open that day are accepted",
}
_TRUTH = {"yes": "triggered", "no": "not triggered", "unknown": "open"}


def write(bundle: dict[str, Any], kept_out: float = 0.0) -> dict[str, Any]:
    """Return ``sentence``, ``kept_out`` (why help cannot land in some runs; may be empty), ``points``, ``caveat``.

    Args:
        bundle: the sections ``meta``, ``arms``, ``law``, ``decision``, ``summary``, ``beside_the_model``.
        kept_out: share of runs in which soldiers were due and none could land.

    """
    law, decision, rows = bundle["law"], bundle["decision"], {row["key"]: row for row in bundle["summary"]}
    finding = relied_on(law)
    parts = [_law_sentence(law, finding), _decision_sentence(decision), _cost_sentence(rows, bundle["arms"])]
    sentence = " ".join(filter(None, parts))
    points, nobody_lands = _points(finding, decision, rows, bundle), _kept_out(kept_out)
    return {
        "sentence": sentence,
        "kept_out": nobody_lands,
        "points": [*points[:1], *filter(None, [nobody_lands]), *points[1:]],  # human cost first
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
        others = sorted({_TRUTH[truth] for truth in finding["readings"].values() if truth != finding["status"]})
        text += f" on one reading, and {' or '.join(others)} on another"
    owing = sorted({d["bearer_name"] for d in finding["duties"] if d["owed"] == "yes" and d["level"] >= 2})
    if owing:
        text += f"; {_listed(owing)} then owed help"
    return text + "."


def _decision_sentence(decision: dict[str, Any]) -> str:
    if decision["p_act"] is None:
        return "The record holds no such case, so there is no forecast of the answer."
    low, high = (whole(100 * bound) for bound in decision["interval"])
    answer = "This one was." if decision["acted"] else "This one was not."
    return (
        f"About {whole(100 * decision['p_act'])} of 100 calls like it are answered with troops "
        f"(90 % interval {low} to {high}). {answer}"
    )


def _cost_sentence(rows: dict[str, dict[str, Any]], arms: dict[str, Any]) -> str:
    dead = rows.get("dead")
    if dead is None or arms["kind"] == "none":
        return ""
    low, middle, high = (whole(value) for value in dead["difference"])
    fewer, more = (whole(100 * dead[key]) for key in ("fewer_with_help", "more_with_help"))
    sent = arms["kind"] == "sent"
    start = "In the simulation the help that was sent" if sent else "Had help come as assumed, it"
    verb = "changes" if sent else "would, in the simulation, have changed"
    return (
        f"{start} {verb} the number of dead by {_signed(middle)} in the middle run ({_signed(low)} to {_signed(high)} "
        f"in 90 of 100; fewer dead in {fewer}, more in {more} of 100 runs), under assumptions that no report can test."
    )


def _signed(value: int) -> str:
    return f"{value:+,}".replace("-", "−") if value else "0"


def _kept_out(share: float) -> str:
    """Return the reason why help changes nothing in some runs: nobody can land at an airport that a crowd holds."""
    if share <= 0.0:
        return ""
    return (
        f"In {whole(100 * share) or 'fewer than 1'} of 100 runs not one soldier lands, because a crowd holds the "
        "airports of the places they were meant for until the end; there help makes no difference. The model knows "
        "no other way in for a place that has an airport."
    )


def _points(
    finding: dict[str, Any] | None, decision: dict[str, Any], rows: dict[str, dict[str, Any]], bundle: dict[str, Any]
) -> list[str]:
    points = []
    dead, arms = rows.get("dead"), bundle["arms"]
    if dead is not None:
        low, middle, high = (whole(value) for value in dead[arms["actual"]])
        points.append(
            f"Dead: {dead['reported']} reported; simulated {arms['names'][0]['short']}: {middle:,} in the middle run, "
            f"{low:,} to {high:,} in 90 of 100."
            + (" The report lies outside the model's range." if dead["inside"] is False else "")
        )
    if bundle["beside_the_model"]:
        listed = "; ".join(f"{row['value']} {row['label']}" for row in bundle["beside_the_model"])
        points.append(f"Reported, and not in the model: {listed}.")
    if finding is not None and finding["could_change"]:
        points.append(f"The legal answer still hangs on: {'; '.join(finding['could_change_text'][:3])}.")
    if finding is not None and finding["status"] != "yes":
        points += _other_ways(finding, bundle["law"]["findings"])
    nearest = decision["analogues"][:3]
    if nearest:
        sent = sum(bool(case["acted"]) for case in nearest)
        names = _listed([case["title"] for case in nearest])
        points.append(f"The nearest calls in the record are {names}; troops went in {sent} of {len(nearest)}.")
    known = decision.get("precedent")
    if known is not None:
        name = known["organisation"].upper()
        points.append(
            f"Precedent: before this call, members of {name} could expect troops for about "
            f"{whole(100 * known['before'])} of 100 requests of the kinds that {name} has had; after it, for about "
            f"{whole(100 * known['after'])}."
        )
    return points


def _other_ways(finding: dict[str, Any], findings: list[dict[str, Any]]) -> list[str]:
    """Return which other provisions were triggered and would have let, or made, the allies send forces."""
    ways = []
    for other in findings:
        strong = [d for d in other["duties"] if d["level"] >= 3 and d["modality"] in {"may", "must"}]
        if other["status"] == "yes" and strong and other["provision"] != finding["provision"]:
            verb = "obliges to" if any(d["modality"] == "must" for d in strong) else "allows"
            ways.append(f"article {other['article']} of the {other['treaty_name']} ({verb} it)")
    return [f"Forces could still have been sent under {_listed(ways)}."] if ways else []


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
