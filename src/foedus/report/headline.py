"""The report's first sentences, in forty words at most: the dead, the law, what was done, what the model sees in it."""

from __future__ import annotations

import re
from typing import Any

from foedus.ensemble.figures import whole
from foedus.treaties.naming import capital

MOST_WORDS = 40
_LONGEST_NAME = 8  # words of a treaty's name
# what a short name ends in that takes an article
_KIND = re.compile(
    r"(treaty|pact|charter|protocol|agreement|arrangements?|mechanism|act|declaration|state)$", re.IGNORECASE
)
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
    for form, terse in ((0, False), (1, False), (1, True), (2, True)):
        law = law_clause(bundle["law"], finding, form)
        text = " ".join(filter(None, (first, law, _done(bundle, dead, terse=terse))))
        if len(text.split()) <= MOST_WORDS:
            break
    return text


def law_clause(law: dict[str, Any], finding: dict[str, Any] | None, form: int = 0) -> str:
    """Return whether the provision relied on was triggered, and whether it then obliged or only permitted.

    ``form``: 0 with the treaty's name, 1 with its short name, 2 without either.
    """
    if finding is None:
        return f"The treaty that the request relied on did not bind {law['target_name']}'s allies."
    clause = f"{article(finding['article'], short=True)} {_of_treaty(finding, form)}".replace(" on of ", " on in ")
    clause = clause.replace("clause relied on in the treaty relied on", "clause relied on")
    readings = list(finding["readings"].values())
    effect = _effect(finding, form)
    if finding["disputed"]:
        yes, still = readings.count("yes"), readings.count("unknown")
        some = f"{number(yes or still)} of {number(len(readings))} readings"
        if yes:
            return f"On {some}, {clause} {effect if finding['status'] == 'yes' else 'was triggered'}."
        return f"{capital(clause)} stays open on {some}{' and is triggered on none' if form < 2 else ''}."
    if finding["status"] == "unknown":
        return f"Whether {clause} was triggered is open."
    return f"{capital(clause)} {effect if finding['status'] == 'yes' else 'was not triggered'}."


def _of_treaty(finding: dict[str, Any], form: int) -> str:
    name = finding["treaty_name"].partition(" (")[0].partition(", article")[0]
    if form == 2:
        return "of the treaty relied on"
    if form == 0 and len(name.split()) <= _LONGEST_NAME:
        return f"of the {name}"
    short = finding["treaty_short"].partition(" / ")[0]
    if _KIND.search(short):
        return f"of the {short}"
    return f"of the {short} treaty" if "-" in short else f"of {short}"


def article(cited: str, *, short: bool = False) -> str:
    """Return a provision's place in its treaty as prose has it; one that is no number is called a clause.

    >>> article("IV (1948), V (1954)"), article("IV (1948), V (1954)", short=True), article("mutual assistance")
    ('articles IV (1948), V (1954)', 'article IV', "the clause 'mutual assistance'")
    >>> article("28-29"), article("2-3, 16", short=True), article("4(j)")
    ('articles 28-29', 'articles 2-3, 16', 'article 4(j)')
    """
    if not re.match(r"[0-9IVX]", cited):
        return "the clause relied on" if short else f"the clause '{cited}'"
    if short and re.search(r" \(|;", cited):
        cited = re.split(r" \(|[,;]", cited)[0]
    several = re.search(r"[0-9IVX)]\s*(-|–|,|and)\s*[0-9IVX]", cited)
    return f"article{'s' if several else ''} {cited}"


def bound_to_help(finding: dict[str, Any], modality: str) -> list[str]:
    """Return the names of those who must, or may, help under a finding, each once, sorted; the target left out."""
    return sorted(
        {
            duty["bearer_name"]
            for duty in finding["duties"]
            if duty["help"]
            and duty["owed"] == "yes"
            and duty["modality"] == modality
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


def _effect(finding: dict[str, Any], form: int) -> str:
    """Return what a clause that was triggered did: help first; if it is about none, what it is about, or no more."""
    owing, allowed = bound_to_help(finding, "must"), bound_to_help(finding, "may")
    if owing:
        return f"obliged {_allies(owing)} to help"
    if allowed:
        return f"permitted {_allies(allowed)} to help and obliged none"
    lines = [line for line in finding["lines"] if line["answer"] in {"owed", "permitted", "barred", "not decided"}]
    if not lines or form:
        return "was triggered"
    strongest = max(lines, key=lambda line: int(line["level"]))
    if strongest["answer"] == "not decided":
        return "was triggered, and its organ had decided nothing"
    who = strongest["bearer_names"]
    return f"was triggered: {who[0] if len(who) == 1 else f'{number(len(who))} states'} {strongest['act']}"


def _allies(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{number(len(names))} allies"


def _reported(dead: dict[str, Any] | None) -> str:
    if dead is None:
        return ""
    tuned = " (priors tuned to it)" if dead["tuned"] else ""
    return f"Reported dead: {dead['reported']}{tuned}." if dead["claims"] else "No report says how many died."


def too_few(bundle: dict[str, Any]) -> str:
    """Return that there are too few draws of the parameters, in words."""
    draws = bundle["meta"]["draws"]
    return f"{number(draws)} draw{' of the parameters is' if draws == 1 else 's of the parameters are'} too few"


def _done(bundle: dict[str, Any], dead: dict[str, Any] | None, *, terse: bool) -> str:
    """Return what was done, and what difference the model sees in it."""
    kind, acted = bundle["arms"]["kind"], bundle["decision"].get("acted")
    if kind == "none":
        return "" if acted is None else f"The organisation sent {'' if acted else 'no '}troops."
    sent = kind == "sent"
    start = f"{'Troops' if sent else 'No troops'} {'come' if bundle['arms']['invented'] else 'were sent'}"
    if bundle["arms"]["invented"]:
        start = f"In this invented crisis {start[0].lower()}{start[1:]}"
    if dead is None:
        return f"{start}."
    low, middle, high = (whole(value) for value in dead["difference"])
    had = "" if sent else " had they come" if terse else " had they come as assumed"
    if dead["seen"] is None:
        change = "to show a difference in deaths" if sent else "to show what they would have changed"
        return f"{start}; {too_few(bundle)} {change}."
    span = f"({signed(low)} to {signed(high)})"
    if not dead["seen"]:
        return f"{start}; the model sees no clear difference in deaths{had} {span}."
    return f"{start}; the model has {abs(middle):,} {'fewer' if middle < 0 else 'more'} dead{had} {span}."
