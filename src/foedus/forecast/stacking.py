"""Does a council add to the response forecast? Stacked on log score inside the outer folds; see docs/bargaining.md.

Nobody has coded positions for past calls, so the council is mechanical: it uses capability, distance, the request and
the decision rule, nothing that was known only afterwards.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from foedus import record
from foedus.forecast import burden
from foedus.forecast.call import Call
from foedus.forecast.scores import brier, log_score
from foedus.progress import Event, Listener, silent
from foedus.record.capability import nearness, shares

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from foedus.record import Case

    Array = NDArray[np.float64]

_DRAWS, _SEED = 400, 20220111
_WIDE = 20.0
_FORCE_FROM = 40.0
_SALIENCE = {"border": 1.0, "near": 0.6, "far": 0.3}
_WEIGHTS = np.linspace(0.0, 1.0, 101)


@dataclass(frozen=True, slots=True)
class Stacked:
    """Scores over the organisation cases whose members are known, leave one crisis out; lower is better.

    ``weight``: mean weight of the response forecast; ``gain``: log score of the response less that of the stack, with
    the 90 % bootstrap interval by crisis.
    """

    n: int
    brier_response: float
    brier_council: float
    brier_stacked: float
    log_response: float
    log_council: float
    log_stacked: float
    weight: float
    gain: float
    interval: tuple[float, float]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self)


def p_pass(case: Case, record_path: record.AnyRecord = None) -> float | None:
    """Return the chance that a mechanical council passes help with troops, or None if its members are not known.

    A member that is the adversary has a seat and wants nothing done; one that is suspended has none.
    """
    helpers = {member.state: member for member in burden.contributors(case, record_path)}
    if not helpers:
        return None
    capability = shares(case.organisation, case.crisis_start.earliest.year)
    against = sorted(Call.of(case).adversary_states & set(capability) - {case.target_iso3})
    states = [*helpers, *against, *([case.target_iso3] if case.target_iso3 in capability else [])]
    target = np.array([state == case.target_iso3 for state in states])
    wishes = {state: 100 * member.p_participates for state, member in helpers.items()} | dict.fromkeys(against, 0.0)
    wishes[case.target_iso3] = 80.0 if case.request_made else 40.0
    middle = np.array([wishes[state] for state in states])
    salience = np.array(
        [1.0 if at else _SALIENCE[nearness(s, case.target_iso3)] for s, at in zip(states, target, strict=True)]
    )
    rng = np.random.default_rng(_SEED)
    shape = (_DRAWS, len(states))
    position = np.clip(middle + rng.uniform(-_WIDE, _WIDE, shape), 0, 100)
    cost = rng.random(shape) * (60.0 if case.request_made else 20.0) * salience
    weight = np.array([capability[state] for state in states]) * salience
    level = (position @ weight) / weight.sum()
    agrees = position + cost >= np.abs(level[:, None] - position)
    chance = float(np.mean((level >= _FORCE_FROM) & _carried(case.decision_rule, agrees, position, weight)))
    return min(max(chance, 0.01), 0.99)


def stacked(record_path: record.AnyRecord = None, on_event: Listener = silent) -> Stacked:
    """Score response, council and their stack."""
    from foedus.forecast.explained import case as forecast_case

    known = record.open_record(record_path)
    rows = [case for case in known.cases if case.is_organisation]
    response, council, acted, groups = [], [], [], []
    for done, case in enumerate(rows):
        passing = p_pass(case, known)
        on_event(Event("progress", "council", done + 1, len(rows)))
        if passing is None:
            continue
        response.append(forecast_case(case.case_id, known).p_act)
        council.append(passing)
        acted.append(float(case.acted))
        groups.append(case.group)
    p, q, y, g = np.array(response), np.array(council), np.array(acted), np.array(groups)
    weight = np.array([best_weight(p[g != group], q[g != group], y[g != group]) for group in g])
    mixed = weight * p + (1 - weight) * q
    gains = _losses(p, y) - _losses(mixed, y)
    rng, names = np.random.default_rng(_SEED), np.unique(g)
    means = []
    for _ in range(2000):
        picked = rng.choice(names, len(names))
        means.append(np.concatenate([gains[g == name] for name in picked]).mean())
    low, high = np.quantile(means, [0.05, 0.95])
    return Stacked(
        len(y), brier(p, y), brier(q, y), brier(mixed, y), log_score(p, y), log_score(q, y), log_score(mixed, y),
        float(weight.mean()), float(gains.mean()), (float(low), float(high)),
    )  # fmt: skip


def best_weight(p: Array, q: Array, y: Array) -> float:
    """Return the weight of ``p`` in w p + (1 - w) q with the best log score under a Beta(2, 2) prior."""
    mixed = np.outer(_WEIGHTS, p) + np.outer(1 - _WEIGHTS, q)
    with np.errstate(divide="ignore"):
        prior = np.log(_WEIGHTS) + np.log(1 - _WEIGHTS)
    return float(_WEIGHTS[int((prior - _losses(mixed, y).sum(axis=1)).argmax())])


def _losses(p: Array, y: Array) -> Array:
    return np.asarray(-np.log(np.where(y > 0.5, p, 1 - p)))


def _carried(rule: str, agrees: NDArray[np.bool_], position: Array, weight: Array) -> NDArray[np.bool_]:
    """Return for each draw whether the members that agree are enough."""
    n = agrees.shape[1]
    if rule in ("consensus", "unanimity"):
        return np.asarray(agrees.all(axis=1))
    if rule == "two_thirds":
        return np.asarray(agrees.sum(axis=1) >= math.ceil(2 * n / 3))
    if rule == "majority":
        return np.asarray(2 * agrees.sum(axis=1) > n)
    largest = int(weight.argmax())
    return np.asarray(position[:, largest] >= _FORCE_FROM)
