"""The report's first page, made from its own numbers: a headline, and what a reader should know beside it."""

from __future__ import annotations

from typing import Any

from foedus.ensemble.figures import of_runs, whole
from foedus.report.headline import article, bound_to_help, headline, number, signed, too_few
from foedus.treaties.naming import capital, listed

_TRUTH = {"yes": "triggered", "no": "not triggered", "unknown": "open"}
_MOST_NAMED = 8
_FORCE = 3  # level of an action from which on armed force is possible


def write(bundle: dict[str, Any], kept_out: float = 0.0) -> dict[str, Any]:
    """Return ``sentence``, ``kept_out`` (why help cannot land in some runs; may be empty), ``points``, ``caveat``.

    Args:
        bundle: the sections ``meta``, ``arms``, ``law``, ``decision``, ``summary``, ``beside_the_model``.
        kept_out: share of runs in which soldiers were due and none could land.

    """
    finding = relied_on(bundle["law"])
    dead = next((row for row in bundle["summary"] if row["key"] == "dead"), None)
    nobody_lands = _kept_out(kept_out, bundle["meta"]["runs"])
    points = [  # human cost first
        _dead(dead, bundle),
        nobody_lands,
        _difference(dead, bundle),
        beside_sentence(bundle["beside_the_model"]),
        *_law(finding, bundle["law"]),
        *_decision(bundle["decision"]),
    ]
    return {
        "sentence": headline(bundle, finding),
        "kept_out": nobody_lands,
        "points": [point for point in points if point],
        "caveat": bundle["meta"]["caveat"],
    }


def relied_on(law: dict[str, Any]) -> dict[str, Any] | None:
    """Return the finding on the provision that the request relied on, if its treaty bound the target."""
    for finding in law["findings"]:
        if f"{finding['treaty']}:{finding['provision']}" == law["relied_on"]:
            return dict(finding)
    return None


def _dead(dead: dict[str, Any] | None, bundle: dict[str, Any]) -> str:
    if dead is None:
        return ""
    arms, inside = bundle["arms"], bundle["meta"]["inside"]
    low, middle, high = (whole(value) for value in dead[arms["actual"]])
    said = f"{dead['reported']} reported" if dead["claims"] else "no report gives a figure"
    if dead["tuned"]:
        said += ", to which the priors were tuned by hand, so that agreement is no test"
    text = (
        f"Dead: {said}; simulated {arms['names'][0]['short']}: {middle:,} in the middle run, {low:,} to {high:,} in "
        f"{inside}."
    )
    return text + (" The report lies outside the model's range." if dead["inside"] is False else "")


def _difference(dead: dict[str, Any] | None, bundle: dict[str, Any]) -> str:
    if dead is None or bundle["arms"]["kind"] == "none":
        return ""
    low, middle, high = (whole(value) for value in dead["difference"])
    counts, assumed = dead["counts"], bundle["arms"]["kind"] == "assumed"
    verdict = {
        None: f"{capital(too_few(bundle))} to tell a difference.",
        False: "The model sees no clear difference, and no report can test that.",
        True: "The difference follows from assumptions that no report can test.",
    }[dead["seen"]]
    return (
        f"Deaths {'with the help assumed' if assumed else 'with help'} minus deaths without it, same dice: "
        f"{signed(middle)} in the middle run ({signed(low)} to {signed(high)} in {bundle['meta']['inside']}); fewer in "
        f"{counts['fewer']}, as many in {counts['same']} and more in {counts['more']} of {counts['of']} runs. "
        f"{verdict}"
    )


def _kept_out(share: float, runs: int) -> str:
    """Return the reason why help changes nothing in some runs: nobody can land at an airport that a crowd holds."""
    if share <= 0.0:
        return ""
    return (
        f"In {of_runs(share, runs)} runs not one soldier lands, because a crowd holds the airports of the places they "
        "were meant for until the end; there help makes no difference. The model knows no other way in for a place "
        "that has an airport."
    )


def beside_sentence(rows: list[dict[str, Any]]) -> str:
    """Return the human cost that is reported and in no run; may be empty."""
    listed = "; ".join(f"{row['value']} {row['label']}" for row in rows)
    return f"Reported, and not in the model: {listed}." if listed else ""


def _law(finding: dict[str, Any] | None, law: dict[str, Any]) -> list[str]:
    if finding is None:
        return [f"The treaty that the request relied on did not bind {law['target_name']}'s allies on {law['on']}."]
    points = [_answer(finding)]
    if finding["could_change"]:
        points.append(f"The legal answer still hangs on: {'; '.join(finding['could_change_text'][:3])}.")
    if finding["status"] != "yes":
        points.append(_other_ways(finding, law["findings"]))
    return points


def _answer(finding: dict[str, Any]) -> str:
    text = f"Law: {article(finding['article'])} of the {finding['treaty_name']} was {_truth(finding)}"
    owing, allowed = bound_to_help(finding, "must"), bound_to_help(finding, "may")
    first = "So read, " if finding["disputed"] else ""
    if owing:
        text += f". {capital(first + _named(owing))} {'' if first else 'then '}owed help"
    if allowed:
        text += f"; {_named(allowed)} might" if owing else f". {capital(first + _named(allowed))} might"
        text += " help without owing it"
    if finding["status"] == "yes" and not owing and not allowed:
        told = sorted(finding["lines"], key=lambda line: -int(line["level"]))[:2]
        text += "".join(f". {line['sentence'].removesuffix('.')}" for line in told)
    return text + _memory(finding, ". The article is encoded ") + "."


def _truth(finding: dict[str, Any]) -> str:
    """Return the answer in words, with how many readings give it and each other one."""
    if not finding["disputed"]:
        return _TRUTH[finding["status"]] if finding["status"] != "unknown" else "open on the facts"
    readings = list(finding["readings"].values())
    counts = {truth: readings.count(truth) for truth in ("yes", "unknown", "no") if truth in readings}
    main = finding["status"]
    parts = [f"{_TRUTH[main]} on {number(counts.pop(main))} of {number(len(readings))} readings"]
    rest = [
        f"{_TRUTH[truth]} on {'the other' if len(readings) == 2 else number(count)}" for truth, count in counts.items()
    ]
    return ", ".join(parts + rest)


def _memory(finding: dict[str, Any], before: str) -> str:
    return before + finding["confidence_text"] if finding["confidence_text"] else ""


def _named(bearers: list[str]) -> str:
    return listed(bearers) if len(bearers) <= _MOST_NAMED else f"{number(len(bearers))} states"


def _other_ways(finding: dict[str, Any], findings: list[dict[str, Any]]) -> str:
    """Return which other provisions were triggered and would have let, or made, the allies send forces."""
    ways = []
    for other in findings:
        strong = [
            duty
            for duty in other["duties"]
            if duty["help"] and duty["level"] >= _FORCE and duty["answer"] in {"owed", "permitted", "not decided"}
        ]
        if other["status"] == "yes" and strong and other["provision"] != finding["provision"]:
            said = {duty["answer"] for duty in strong}
            how = "a duty" if "owed" in said else "a permission" if "permitted" in said else "had its organ so decided"
            where = f"{article(other['article'])} of the {other['treaty_name']}"
            ways.append(f"{where} ({how}{_memory(other, '; encoded ')})")
    return f"Other law on sending forces was triggered: {listed(ways)}." if ways else ""


def _decision(decision: dict[str, Any]) -> list[str]:
    if decision["p_act"] is None:
        return ["The record holds no such case, so there is no forecast of the answer."]
    return [decision["three_answers"], decision["skill_text"], decision["nearest_text"]]
