"""The report's first sentences, in forty words at most: the dead, the law, what was done, what the model sees in it."""

from __future__ import annotations

import re
from typing import Any

from foedus.ensemble.figures import whole
from foedus.treaties.words import capital

MOST_WORDS = 40
_HELP = 2  # level of an action from which on it is help, and not talk
_LONGEST_NAME = 8  # words of a treaty's name
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def headline(bundle: dict[str, Any], finding: dict[str, Any] | None) -> str:
    """Return the headline of a report.

    Args:
        bundle: the sections ``meta``, ``arms``, ``law``, ``decision``, ``summary``.
        finding: the one on the provision that the request relied on, if its treaty bound the target.

    """
    dead = next((row for row in bundle["summary"] if row["key"] == "dead"), None)
    first = _reported(dead)
    text = ""
    for short, terse in ((False, False), (True, False), (True, True)):
        law = law_clause(bundle["law"], finding, short=short)
        text = " ".join(filter(None, (first, law, _done(bundle, dead, terse=terse))))
        if len(text.split()) <= MOST_WORDS:
            break
    return text


def law_clause(law: dict[str, Any], finding: dict[str, Any] | None, *, short: bool = False) -> str:
    """Return whether the provision relied on was triggered, and whether it then obliged or only permitted."""
    if finding is None:
        return f"No provision that the request relied on bound {law['target_name']}'s allies."
    name = finding["treaty_name"].partition(" (")[0]
    if short or len(name.split()) > _LONGEST_NAME:
        name = finding["treaty_short"]
    clause = f"{article(finding['article'], short=True)} of the {name}"
    readings = list(finding["readings"].values())
    effect = _effect(finding) or "was triggered"
    if finding["disputed"]:
        yes, still = readings.count("yes"), readings.count("unknown")
        start = f"On {number(yes or still)} of {number(len(readings))} readings, {clause}"
        if yes:
            return f"{start} {effect if finding['status'] == 'yes' else 'was triggered'}."
        return f"{start} stayed open; else not triggered."
    if finding["status"] == "unknown":
        return f"Whether {clause} was triggered is open."
    return f"{capital(clause)} {effect if finding['status'] == 'yes' else 'was not triggered'}."


def article(cited: str, *, short: bool = False) -> str:
    """Return a provision's place in its treaty as prose has it; one that is no number is called a clause.

    >>> article("IV (1948), V (1954)"), article("IV (1948), V (1954)", short=True), article("mutual assistance")
    ('article IV (1948), V (1954)', 'article IV', "the clause 'mutual assistance'")
    """
    if not re.match(r"[0-9IVX]", cited):
        return "the clause relied on" if short else f"the clause '{cited}'"
    return f"article {re.split(r' [(]|[,;]', cited)[0] if short else cited}"


def bound_to_help(finding: dict[str, Any], modality: str) -> list[str]:
    """Return the names of those who must, or may, help under a finding, each once, sorted; the target left out."""
    return sorted(
        {
            duty["bearer_name"]
            for duty in finding["duties"]
            if duty["owed"] == "yes"
            and duty["modality"] == modality
            and duty["level"] >= _HELP
            and not duty["bearer"].startswith("organ:")  # an organ acts or decides; help is what states give
        }
    )


def number(value: int) -> str:
    """Return a count in words up to ten, in digits from there on.

    >>> number(3), number(27)
    ('three', '27')
    """
    return _NUMBERS[value] if 0 <= value < len(_NUMBERS) else f"{value:,}"


def signed(value: int) -> str:
    """Return a difference with its sign (a true minus); none is 0.

    >>> signed(0), signed(1234)
    ('0', '+1,234')
    """
    return f"{value:+,}".replace("-", "−") if value else "0"


def _effect(finding: dict[str, Any]) -> str:
    owing, allowed = bound_to_help(finding, "must"), bound_to_help(finding, "may")
    if owing:
        who = owing[0] if len(owing) == 1 else f"{number(len(owing))} allies"
        return f"obliged {who} to help"
    return "permitted help and obliged nobody" if allowed else ""


def _reported(dead: dict[str, Any] | None) -> str:
    if dead is None:
        return ""
    return f"Reported dead: {dead['reported']}." if dead["claims"] else "No report says how many died."


def _done(bundle: dict[str, Any], dead: dict[str, Any] | None, *, terse: bool) -> str:
    """Return what was done, and what difference the model sees in it."""
    kind, acted = bundle["arms"]["kind"], bundle["decision"].get("acted")
    if kind == "none":
        return "" if acted is None else "Troops were sent." if acted else "No troops were sent."
    if bundle["arms"]["invented"]:
        start = "In this invented crisis troops come;"
    elif kind == "sent":
        start = "Troops were sent;"
    else:
        start = f"No troops were sent; had they come{'' if terse else ' as assumed'},"
    if dead is None:
        return start.rstrip(";").partition("; had")[0] + "."
    low, middle, high = (whole(value) for value in dead["difference"])
    if dead["seen"] is None:
        return f"{start} {bundle['meta']['runs']} runs are too few to show a difference in deaths."
    if not dead["seen"]:
        return f"{start} the model sees no difference in deaths ({signed(low)} to {signed(high)})."
    word = "fewer" if middle < 0 else "more"
    return f"{start} the model has {abs(middle):,} {word} dead ({signed(low)} to {signed(high)})."
