"""How good the held-out forecasts of contributors are: who took part, and who led."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from foedus import record
from foedus.forecast import burden, shipped
from foedus.forecast.scores import brier, log_score
from foedus.progress import Event, Listener, silent
from foedus.record.capability import nearness, shares


@dataclass(frozen=True, slots=True)
class BurdenSkill:
    """Scores over members of acted cases, leave one crisis out; lower is better.

    Baselines of taking part, held out too: the pooled rate, and the rate among other members of the same quarter of
    capability shares. ``lead_log_score``: of the state that led among those that took part, against capability shares
    and against equal chances.
    """

    cases: int
    n: int
    brier: float
    log_score: float
    brier_pooled: float
    log_score_pooled: float
    brier_capability: float
    log_score_capability: float
    lead_cases: int
    lead_log_score: float
    lead_log_score_capability: float
    lead_log_score_equal: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self)


def burden_skill(record_path: record.AnyRecord = None, on_event: Listener = silent) -> BurdenSkill:
    """Score the held-out forecasts of who takes part and who leads."""
    known = record.open_record(record_path)
    cases = burden.rows(known.cases)
    said, took, size, group = [], [], [], []
    shipped.enough(len(cases), "named contributors")
    for done, case in enumerate(cases):
        on_event(Event("progress", "contributors", done + 1, len(cases)))
        for member in burden.contributors(case, known):
            said.append(member.p_participates)
            took.append(float(member.state in case.contributors_iso3))
            size.append(member.capability)
            group.append(case.group)
    p, y, groups = np.clip(np.array(said), 1e-3, 1 - 1e-3), np.array(took), np.array(group)
    quarter = np.searchsorted(np.quantile(size, [0.25, 0.5, 0.75]), size)
    pooled = np.array([y[groups != g].mean() for g in groups])
    alike = np.array([y[(groups != g) & (quarter == q)].mean() for g, q in zip(groups, quarter, strict=True)])
    alike = np.clip(alike, 1e-3, 1 - 1e-3)
    model, capability, equal = [], [], []
    for case in cases:
        choice = burden.led(case)
        if choice is None:
            continue
        states, leader = choice
        held = burden.lead_weights([other for other in cases if other.group != case.group])
        members = shares(case.organisation, case.crisis_start.earliest.year)
        own = np.array([members[state] for state in states])
        touching = np.array([nearness(state, case.target_iso3) == "border" for state in states], dtype=float)
        score = np.outer(held[0], np.log(own)) + np.outer(held[1], touching)
        chance = np.exp(score - np.logaddexp.reduce(score, axis=1, keepdims=True)).mean(axis=0)
        model.append(-np.log(chance[leader]))
        capability.append(-np.log(own[leader] / own.sum()))
        equal.append(np.log(len(states)))
    return BurdenSkill(
        len(cases),
        len(y),
        brier(p, y),
        log_score(p, y),
        brier(pooled, y),
        log_score(pooled, y),
        brier(alike, y),
        log_score(alike, y),
        len(model),
        float(np.mean(model)),
        float(np.mean(capability)),
        float(np.mean(equal)),
    )
