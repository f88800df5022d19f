"""What backs a forecast: earlier calls, calls like it, and how the model did on them beside the strongest simple rule.

A simple rule is a baseline that learns from other crises. For all calls together constants count as well; for one
organisation they do not, since the best constant can only be told once the answers are known.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from foedus import record
from foedus.forecast.baselines import baselines
from foedus.forecast.folds import before, fits, predictors_of, training
from foedus.forecast.organisations import in_words
from foedus.forecast.predictors import NAMES, matrix
from foedus.forecast.response import ACTED
from foedus.forecast.scores import brier, log_score, paired

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from foedus.forecast.call import Call
    from foedus.forecast.folds import Fits
    from foedus.record import Case

    Array = NDArray[np.float64]

POOLED = "pooled rate"
RULES = (POOLED, "organisation's rate", "request only", "request by adversary", "plain ridge logit")
_ALIKE = ("request", "adversary_is_member", "inside")
_WORDS = {
    ("request", 1.0): "somebody entitled to ask did",
    ("request", 0.0): "nobody entitled to ask did",
    ("adversary_is_member", 1.0): "the adversary is a member",
    ("adversary_is_member", 0.0): "the adversary is no member",
    ("inside", 1.0): "trouble inside a state, and the organisation's law lets it act there",
    ("inside", 0.0): "no trouble inside a state where the organisation's law lets it act",
}
_NO_WORSE = 0.0005


@dataclass(frozen=True, slots=True)
class Skill:
    """Scores of P(act) over the organisation cases; lower is better. Baseline: the pooled rate, held out too.

    ``strongest``: the baseline with the lowest Brier score on the same calls. ``difference`` and
    ``baseline_difference``: the model minus that baseline and minus the pooled rate (see ``score.paired``).
    """

    scheme: str
    n: int
    brier: float
    log_score: float
    baseline_brier: float
    baseline_log_score: float
    strongest: str
    strongest_brier: float
    strongest_log_score: float
    difference: dict[str, float | bool | None]
    baseline_difference: dict[str, float | bool | None]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Standing:
    """What the record holds beside one forecast, as plain data; None = nothing can be said.

    ``earlier_calls``: calls to the organisation that were dated before this one. ``alike``: calls of other crises that
    agree with it in request, adversary and power to act inside. ``skill_organisation`` and the scores of ``alike``
    are None for a record of one's own.
    """

    earlier_calls: dict[str, int] | None
    alike: dict[str, Any]
    skill_organisation: dict[str, Any] | None
    track_record: str

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self)


class _Scored(NamedTuple):
    p: Array
    acted: Array
    rivals: dict[str, Array]
    groups: NDArray[np.str_]


def skill(found: Fits, cases: Sequence[Case]) -> Skill:
    """Score the leave-one-crisis-out forecasts of the organisation cases."""
    return _overall(_score(found, cases))


def shipped_skill() -> Skill:
    """Return the skill on Foedus's own record."""
    return _overall(_shipped())


def standing(call: Call, record_path: record.AnyRecord = None) -> Standing:
    """Return what the record holds beside the forecast of a call.

    Args:
        call: of the record, or a new one.
        record_path: a record of your own, about which no skill is told.

    Raises:
        InputError: the record is not in order.

    """
    known, x = record.open_record(record_path), matrix([call])[0]
    own, rows = training(known.cases), predictors_of(known)
    scored = _shipped() if known.is_own else None
    earlier = None
    if call.is_organisation and call.organisation and call.when:
        earlier = _counts([case for case in before(own, call.when.earliest) if case.organisation == call.organisation])
    alike = _alike(call, x, own, rows, scored)
    of_it = None if scored is None else _of_organisation(call.organisation, own, scored)
    return Standing(earlier, alike, of_it, _text(call, alike, of_it))


def warning(organisation: str, others: Sequence[Case]) -> str | None:
    """Return what a record without a refusal, or without an answer, cannot tell about an organisation, or None."""
    calls = [case for case in others if case.organisation == organisation]
    asked = [case for case in calls if case.request_made]
    if not calls:
        return None
    if not any(case.acted for case in calls):
        return (
            f"the record holds no answer with troops by {in_words(organisation)} (other crises: "
            f"{_of(len(calls), 'call')}): it cannot show when this organisation acts"
        )
    if all(case.acted for case in asked):
        held = f"every request was answered, {len(asked)} of {len(asked)}" if asked else "nobody asked"
        return (
            f"the record holds no refusal by {in_words(organisation)} (other crises: {held}): it cannot show when this "
            "organisation stays away, and the chance may be too high"
        )
    return None


@lru_cache(maxsize=1)
def _shipped() -> _Scored:
    return _score(fits(), record.cases())


def _score(found: Fits, cases: Sequence[Case]) -> _Scored:
    rows = [i for i, case in enumerate(cases) if case.is_organisation]
    own = [cases[i] for i in rows]
    return _Scored(
        found.held_out["crisis"][rows, ACTED:].sum(axis=1),
        np.array([case.acted for case in own], dtype=float),
        baselines(own),
        np.array([case.group for case in own]),
    )


def _overall(scored: _Scored) -> Skill:
    p, acted, rivals, groups = scored
    best = min(rivals, key=lambda name: brier(rivals[name], acted))
    return Skill(
        "leave one crisis out",
        len(p),
        brier(p, acted),
        log_score(p, acted),
        brier(rivals[POOLED], acted),
        log_score(rivals[POOLED], acted),
        best,
        brier(rivals[best], acted),
        log_score(rivals[best], acted),
        paired(p, rivals[best], acted, groups),
        paired(p, rivals[POOLED], acted, groups),
    )


def _of_organisation(organisation: str | None, own: Sequence[Case], scored: _Scored) -> dict[str, Any] | None:
    at = np.array([case.organisation == organisation for case in own])
    if not at.any():
        return None
    p, acted, groups = scored.p[at], scored.acted[at], scored.groups[at]
    rivals = {name: q[at] for name, q in scored.rivals.items()}
    return {
        "organisation": organisation,
        "n": len(p),
        "acted": int(acted.sum()),
        "expected": float(p.sum()),
        "brier": brier(p, acted),
        "baseline_brier": brier(rivals[POOLED], acted),
    } | beside_rules(p, rivals, acted, groups)


def beside_rules(p: Array, rivals: dict[str, Array], acted: Array, groups: NDArray[np.str_]) -> dict[str, Any]:
    """Return the strongest simple rule on some calls, whether the model loses to it, and the paired difference."""
    best = min(RULES, key=lambda name: brier(rivals[name], acted))
    theirs = brier(rivals[best], acted)
    return {
        "strongest": best,
        "strongest_brier": theirs,
        "loses": brier(p, acted) > theirs + _NO_WORSE,
        "difference": paired(p, rivals[best], acted, groups),
    }


def _alike(call: Call, x: Array, own: Sequence[Case], rows: Array, scored: _Scored | None) -> dict[str, Any]:
    columns = [NAMES.index(name) for name in _ALIKE if not np.isnan(x[NAMES.index(name)])]
    groups = np.array([case.group for case in own])
    at = (groups != (call.group or "")) & (rows[:, columns] == x[columns]).all(axis=1)
    like = [case for case, same in zip(own, at, strict=True) if same]
    earlier = before(like, call.when.earliest) if call.when else None
    own_earlier = None if earlier is None else [case for case in earlier if case.organisation == call.organisation]
    scores = (
        {}
        if scored is None or not like
        else {
            "brier": brier(scored.p[at], scored.acted[at]),
            "baseline_brier": brier(scored.rivals[POOLED][at], scored.acted[at]),
            "difference": paired(scored.p[at], scored.rivals[POOLED][at], scored.acted[at], groups[at]),
        }
    )
    return {
        "what": "; ".join(_WORDS[NAMES[i], float(x[i])] for i in columns),
        "n": len(like),
        "acted": sum(case.acted for case in like),
        "earlier": None if earlier is None else _acted(earlier),
        "organisation_earlier": None if own_earlier is None else _acted(own_earlier),
        "brier": None,
        "baseline_brier": None,
        "difference": None,
    } | scores


def _text(call: Call, alike: dict[str, Any], of_it: dict[str, Any] | None) -> str:
    verb = "acted on" if call.request_made is not True else "answered with troops"
    text = f"Calls like it in other crises ({alike['what'] or 'all'}): {alike['acted']} of {alike['n']} {verb}"
    if alike["brier"] is not None:
        text += f"; Brier score of the model there {alike['brier']:.3f}, of the {POOLED} {alike['baseline_brier']:.3f}"
        text += " (a difference that may be chance)" if alike["difference"]["tie"] else ""
    if of_it is None:
        return text + "."
    text += (
        f". Calls to {in_words(of_it['organisation'])}: {of_it['acted']} of {of_it['n']} acted on, "
        f"{of_it['expected']:.1f} expected; Brier score of the model {of_it['brier']:.3f}, of the strongest simple "
        f"rule ({of_it['strongest']}) {of_it['strongest_brier']:.3f}"
    )
    if not of_it["loses"]:
        return text + "."
    text += f": the model loses here by {of_it['difference']['brier']:.3f}"
    if of_it["difference"]["tie"]:
        text += f" (standard error {of_it['difference']['brier_se']:.3f}: it may be chance)"
    return text + "."


def _counts(calls: Sequence[Case]) -> dict[str, int]:
    asked = [case for case in calls if case.request_made]
    return {
        "organisation": len(calls),
        "acted": sum(case.acted for case in calls),
        "requests": len(asked),
        "answered": sum(case.acted for case in asked),
    }


def _acted(calls: Sequence[Case]) -> dict[str, int]:
    return {"n": len(calls), "acted": sum(case.acted for case in calls)}


def _of(count: int, noun: str) -> str:
    return f"{count} {noun}" + ("" if count == 1 else "s")
