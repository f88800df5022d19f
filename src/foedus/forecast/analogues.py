"""The nearest calls of the record: what is alike, what differs, and what came of them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from foedus import record
from foedus.forecast.folds import call_date
from foedus.forecast.predictors import NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from foedus.dates import DateInterval
    from foedus.forecast.call import Call

_OTHER_ORGANISATION, _OTHER_TRIGGER = 0.7, 0.5  # distance added where these differ (assumed)
_LEAST_WEIGHT = 0.25
_SHORT = {
    "request": "request",
    "adversary_is_member": "adversary's membership",
    "covered": "reach of the treaty",
    "size": "size",
    "inside": "power to act inside",
    "alone": "ability to act alone",
    "era": "era",
}


def nearest(
    call: Call,
    x: NDArray[np.float64],
    cases: Sequence[record.Case],
    rows: NDArray[np.float64],
    slopes: NDArray[np.float64],
    count: int,
) -> tuple[dict[str, Any], ...]:
    """Return the organisation cases that are nearest to a call, nearest first; ties go by name.

    Distance: differences of the predictors weighted by the size of their slopes (at least a quarter, so that
    no predictor is ignored), plus a penalty for another trigger and another organisation.

    Args:
        call: to be compared.
        x: its predictors [predictor].
        cases: to choose from.
        rows: their predictors [case, predictor].
        slopes: weights of the predictors [predictor].
        count: at most so many.

    """
    order = sorted(range(len(cases)), key=lambda i: cases[i].case_id)
    cases, rows = [cases[i] for i in order], rows[order]
    apart = np.nan_to_num(np.maximum(np.abs(slopes), _LEAST_WEIGHT) * (rows - x))  # an unknown value is no difference
    distance = (apart**2).sum(axis=1)
    distance += _OTHER_TRIGGER**2 * np.array([case.trigger_kind != call.trigger_kind for case in cases], dtype=float)
    distance += _OTHER_ORGANISATION**2 * np.array([case.organisation != call.organisation for case in cases])
    return tuple(
        {
            "case_id": cases[i].case_id,
            "title": cases[i].title,
            "organisation": cases[i].organisation,
            "on": as_known(call_date(cases[i])),
            "similarity": math.exp(-math.sqrt(distance[i])),
            "acted": int(cases[i].acted),
            "outcome": record.LADDER[cases[i].ladder],
            "why": _why(call, cases[i], apart[i]),
        }
        for i in np.argsort(distance, kind="stable")[:count]
    )


def as_known(date: DateInterval) -> str:
    """Return a date as exactly as it is known: ``2022-01-05``, ``2010-04`` or ``1998``; else its first day."""
    first, last = date.earliest, date.latest
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31) and first.year == last.year:
        return str(first.year)
    whole_month = first.day == 1 and (last - first).days >= 27 and (first.year, first.month) == (last.year, last.month)
    return f"{first:%Y-%m}" if whole_month else str(first)


def _why(call: Call, other: record.Case, apart: NDArray[np.float64]) -> str:
    same, differs = [], []
    if call.organisation == other.organisation:
        same.append("organisation")
    if call.trigger_kind == other.trigger_kind:
        same.append(f"trigger ({other.trigger_kind.replace('_', ' ')})")
    else:
        differs.append(f"trigger ({other.trigger_kind.replace('_', ' ')})")
    for name, gap in zip(NAMES, apart, strict=True):
        if name in _SHORT:
            (same if abs(gap) < 0.1 else differs).append(_SHORT[name])
    return f"same {', '.join(same)}" + (f"; other {', '.join(differs)}" if differs else "")
