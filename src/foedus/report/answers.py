"""Would they act? The forecast's figures in sentences: which question each answers, and how good it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from foedus.ensemble.figures import whole
from foedus.forecast.organisations import in_words
from foedus.report.headline import number
from foedus.treaties.naming import capital, listed

if TYPE_CHECKING:
    from foedus.forecast import CaseForecast

_NEAREST = 3


def section(forecast: CaseForecast, precedent: dict[str, Any] | None) -> dict[str, str]:
    """Return ``three_answers``, ``skill_text`` and ``nearest_text``; each may be empty."""
    data = forecast.to_dict()
    name = in_words(data["organisation"]) if data["organisation"] else ""
    return {
        "three_answers": three_answers(data, precedent, name),
        "skill_text": skill_text(data, name),
        "nearest_text": nearest_text(data["analogues_then"]),
    }


def three_answers(data: dict[str, Any], precedent: dict[str, Any] | None, organisation: str) -> str:
    """Return in one sentence which chance answers which question, and then the plain counts."""
    who = organisation or "the organisation asked"
    answers = []
    if data["p_act_then"] is not None:
        chance = _chance(data["p_act_then"], data["interval_then"])
        answers.append(f"from earlier calls alone, {who} had a chance of {chance} of sending troops")
    chance = _chance(data["p_act"], data["interval"])
    everything = "from all other crises of the record, later ones included,"
    answers.append(f"{everything} it has {chance}" if answers else f"{everything} {who} has {chance} of sending troops")
    if precedent is not None:
        answers.append(
            f"and for an average request to it the record of that day gave {whole(100 * precedent['before'])} %"
        )
    if len(answers) == 1:
        text = f"{capital(answers[0])}."
    else:
        text = f"The {number(len(answers))} figures answer different questions: {'; '.join(answers)}."
    return text + _counted(data["earlier_calls"], data["alike"]["earlier"])


def _counted(earlier: dict[str, int] | None, alike: dict[str, int] | None) -> str:
    if earlier is None:
        return ""
    if not earlier["organisation"]:
        text = " The record holds no earlier call to it"
    else:
        asked = (
            f"{earlier['answered']} of {_calls(earlier['requests'], 'request')}"
            if earlier["requests"]
            else "no request"
        )
        text = (
            f" In plain counts, it acted on {earlier['acted']} of {_calls(earlier['organisation'], 'earlier call')} "
            f"({asked})"
        )
    if alike and alike["n"]:
        text += f"; of {_calls(alike['n'], 'earlier call')} like this one to any organisation, {alike['acted']} "
        text += "was acted on" if alike["acted"] == 1 else "were acted on"
    return f"{text}."


def skill_text(data: dict[str, Any], organisation: str) -> str:
    """Return how good such forecasts are beside the strongest simple rule, and where the model loses."""
    skill, own = data["skill"], data["skill_organisation"]
    if skill is None:
        return ""
    text = (
        f"Skill: over {skill['n']} calls, each forecast without its own crisis, the model's Brier score is "
        f"{skill['brier']:.3f} (lower is better); the strongest simple rule, {skill['strongest']}, has "
        f"{skill['strongest_brier']:.3f}{_verdict(skill['brier'], skill['strongest_brier'], skill['difference'])}."
    )
    if own is None:
        return text
    text += f" On {'the ' if own['n'] > 1 else ''}{_calls(own['n'], 'call')} to {organisation} the model "
    if own["loses"]:
        text += f"loses: {own['brier']:.3f} against {own['strongest_brier']:.3f} for the rule '{own['strongest']}'"
    else:
        text += f"has {own['brier']:.3f} against {own['strongest_brier']:.3f} for the rule '{own['strongest']}'"
    text += "" if own["difference"]["tie"] is False else ", a difference that may be chance"
    return f"{text}; it expected {own['expected']:.1f} answers with troops, and {own['acted']} came."


def nearest_text(analogues: list[dict[str, Any]]) -> str:
    """Return the nearest calls made before, and how many of them the organisations acted on."""
    nearest = analogues[:_NEAREST]
    if not nearest:
        return ""
    sent = sum(bool(case["acted"]) for case in nearest)
    titles = [case["title"] for case in nearest]
    verb = "call in the record is" if len(nearest) == 1 else "calls in the record are"
    return f"The nearest earlier {verb} {listed(titles)}; the organisation acted on {sent} of {len(nearest)}."


def _chance(p: float, interval: list[float] | None) -> str:
    text = f"{whole(100 * p)} %"
    return (
        text
        if interval is None
        else f"{text} (90 % interval {whole(100 * interval[0])} to {whole(100 * interval[1])} %)"
    )


def _verdict(ours: float, theirs: float, difference: dict[str, Any]) -> str:
    if difference["tie"]:
        return ": a tie"
    return ": the model is ahead" if ours < theirs else ": the rule is ahead"


def _calls(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
