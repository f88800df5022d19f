"""The forecast of one case, and why: analogues, contributions, what would change it, how good we are."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from foedus import record
from foedus.forecast.heldout import HeldOut, held_out, index
from foedus.forecast.predictors import NAMES, PREDICTORS, matrix
from foedus.forecast.score import Skill, skill
from foedus.progress import Listener, silent

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from foedus.record import Case

ACTED = 3
"""Lowest level of the ladder that counts as acted."""
_OTHER_ORGANISATION, _OTHER_TRIGGER = 0.7, 0.5  # distance added where these differ (assumed)


@dataclass(frozen=True, slots=True)
class CaseForecast:
    """Chance of each response for one case, from a fit that never saw its crisis."""

    case: Case
    ladder_draws: NDArray[np.float64]
    contributions: tuple[dict[str, Any], ...]
    analogues: tuple[dict[str, Any], ...]
    skill: Skill

    @property
    def draws(self) -> NDArray[np.float64]:
        """Posterior draws of the chance that the organisation acts [draw]."""
        acted: NDArray[np.float64] = self.ladder_draws[:, ACTED:].sum(axis=1)
        return acted

    @property
    def p_act(self) -> float:
        """Posterior mean of the chance that the organisation acts."""
        return float(self.draws.mean())

    @property
    def interval(self) -> tuple[float, float]:
        """90 % credible interval of that chance."""
        low, high = np.quantile(self.draws, [0.05, 0.95])
        return float(low), float(high)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for ``--json`` and the report."""
        return {
            "case_id": self.case.case_id,
            "organisation": self.case.organisation,
            "p_act": self.p_act,
            "interval": list(self.interval),
            "ladder": self.ladder_draws.mean(axis=0).tolist(),
            "ladder_labels": list(record.LADDER),
            "outcome": record.LADDER[self.case.ladder],
            "acted": int(self.case.acted),
            "comparator": not self.case.is_organisation,
            "contributions": list(self.contributions),
            "analogues": list(self.analogues),
            "skill": self.skill.to_dict(),
        }


def case(case_id: str, record_path: Path | str | None = None, on_event: Listener = silent) -> CaseForecast:
    """Forecast a case of the record from a fit without its crisis.

    Args:
        case_id: of the record.
        record_path: a record of your own; its fits are computed anew (5 to 10 seconds).
        on_event: told of progress.

    Raises:
        InputError: no such case, or the record is not in order.
        RunError: the shipped draws belong to another record.

    """
    everyone = record.cases(record_path)
    wanted = record.find(case_id, everyone)
    found = held_out(record_path, on_event)
    row = index(case_id, found, everyone)
    return CaseForecast(
        wanted,
        found.ladder[row],
        _contributions(wanted, everyone, found, row),
        _analogues(wanted, everyone, found.slopes[row]),
        skill(found, everyone),
    )


def _contributions(wanted: Case, everyone: tuple[Case, ...], found: HeldOut, row: int) -> tuple[dict[str, Any], ...]:
    """Return what each predictor adds to the log odds, against the mean of the cases the fit saw."""
    trained = [c for c in everyone if c.is_organisation and c.group != wanted.group]
    mean = np.nanmean(matrix(trained), axis=0)
    values = matrix([wanted])[0]
    moved = np.where(np.isnan(values), 0.0, (values - mean) * found.slopes[row])
    rows = [
        {"predictor": p.name, "label": p.label, "value": p.words(wanted), "effect": float(effect)}
        for p, effect in zip(PREDICTORS, moved, strict=True)
    ]
    rows.append(
        {
            "predictor": "organisation",
            "label": "the organisation's own habit, as far as other cases show it",
            "value": wanted.organisation,
            "effect": float(found.effects[row]),
        }
    )
    return tuple(sorted(rows, key=lambda item: -abs(item["effect"])))


def _analogues(wanted: Case, everyone: tuple[Case, ...], slopes: NDArray[np.float64]) -> tuple[dict[str, Any], ...]:
    """Return the nearest organisation cases of other crises, nearest first.

    Distance: differences of the predictors weighted by the size of their slopes (at least a quarter, so that
    no predictor is ignored), plus a penalty for another trigger and another organisation.
    """
    weight = np.maximum(np.abs(slopes), 0.25)
    origin = np.nan_to_num(matrix([wanted])[0])
    rows = []
    for other in everyone:
        if other.group == wanted.group or not other.is_organisation:
            continue
        apart = weight * (np.nan_to_num(matrix([other])[0]) - origin)
        distance = float((apart**2).sum())
        distance += _OTHER_TRIGGER**2 * (other.trigger_kind != wanted.trigger_kind)
        distance += _OTHER_ORGANISATION**2 * (other.organisation != wanted.organisation)
        rows.append((math.sqrt(distance), other, apart))
    rows.sort(key=lambda item: (item[0], item[1].case_id))
    return tuple(
        {
            "case_id": other.case_id,
            "title": other.title,
            "organisation": other.organisation,
            "similarity": math.exp(-distance),
            "acted": int(other.acted),
            "outcome": record.LADDER[other.ladder],
            "why": _why(wanted, other, apart),
        }
        for distance, other, apart in rows[:10]
    )


def _why(wanted: Case, other: Case, apart: NDArray[np.float64]) -> str:
    same, differs = [], []
    if wanted.organisation == other.organisation:
        same.append("organisation")
    if wanted.trigger_kind == other.trigger_kind:
        same.append(f"trigger ({wanted.trigger_kind.replace('_', ' ')})")
    else:
        differs.append(f"trigger ({other.trigger_kind.replace('_', ' ')})")
    words = {
        "request": "request",
        "adversary_is_member": "adversary's membership",
        "internal": "",
        "size": "size",
        "era": "era",
    }
    for name, gap in zip(NAMES, apart, strict=True):
        if words[name]:
            (same if abs(gap) < 0.1 else differs).append(words[name])
    return f"same {', '.join(same)}" + (f"; other {', '.join(differs)}" if differs else "")
