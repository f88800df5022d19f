"""How good the held-out times are: days to the first arrival, and days until the mission ended."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from foedus import record
from foedus.forecast import exit as leaving
from foedus.forecast import loglogistic, timing
from foedus.progress import Listener, silent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from foedus.record import Case

    Array = NDArray[np.float64]

_SHORTEST = np.log(0.25)  # log days given to an arrival within the hour


@dataclass(frozen=True, slots=True)
class TimeSkill:
    """Scores of held-out times; lower is better.

    ``crps`` and ``interval_score`` (80 %) are means in log days, the latter's ``coverage`` is the share inside.
    Baselines, held out too: the times of all other crises, and those of the same kind of helper.
    """

    rows: str
    n: int
    crps: float
    crps_pooled: float
    crps_kind: float
    interval_score: float
    interval_score_pooled: float
    interval_score_kind: float
    coverage: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self)


def timing_skill(record_path: record.AnyRecord = None, on_event: Listener = silent) -> tuple[TimeSkill, ...]:
    """Score days to the first arrival, leave one crisis out: all rows, organisations, comparators."""
    known = record.open_record(record_path)
    cases, (ids, curves) = known.cases, timing.held_out(known, on_event)
    rows = timing.rows(cases)
    observed = np.array([_middle(*(timing.waited(case) or (0.0, 0.0))) for case in rows])
    found = np.array([curves[ids.index(case.case_id)] for case in rows])
    scored = _scores(rows, observed, found)
    own = np.array([timing.kind_of(case.organisation) == "organisation" for case in rows])
    return tuple(
        _skill(name, scored[keep])
        for name, keep in (("all", np.full(len(rows), True)), ("organisations", own), ("comparators", ~own))
    )


def exit_skill(
    record_path: record.AnyRecord = None, on_event: Listener = silent
) -> tuple[TimeSkill, tuple[dict[str, Any], ...]]:
    """Score lengths of missions, leave one crisis out.

    Returns:
        Scores of the missions whose end is known; and for each horizon the Brier score of "gone by then" against the
        share among the other crises, over the missions of which it is known.

    """
    opened = record.open_record(record_path)
    cases, (ids, curves) = opened.cases, leaving.held_out(opened, on_event)
    coded = leaving.missions()
    spans = {
        case.case_id: span
        for case in leaving.rows(cases)
        if (span := leaving.stayed(case, coded.get(case.case_id, leaving.Mission()))) is not None
    }
    rows = [case for case in cases if np.isfinite(spans.get(case.case_id, (0.0, np.inf))[1])]
    observed = np.array([_middle(*spans[case.case_id]) for case in rows])
    found = np.array([curves[ids.index(case.case_id)] for case in rows])
    by_horizon = []
    for name, days in leaving.HORIZONS.items():
        known = [
            case for case in leaving.rows(cases) if spans[case.case_id][1] <= days or spans[case.case_id][0] >= days
        ]
        gone = np.array([spans[case.case_id][1] <= days for case in known], dtype=float)
        said = np.array([loglogistic.reached(curves[ids.index(case.case_id)], days) for case in known])
        groups = np.array([case.group for case in known])
        rate = np.array([gone[groups != group].mean() for group in groups])
        by_horizon.append(
            {
                "horizon": name,
                "n": len(known),
                "gone": float(gone.mean()),
                "brier": float(((said - gone) ** 2).mean()),
                "brier_pooled": float(((rate - gone) ** 2).mean()),
            }
        )
    return _skill("missions whose end is known", _scores(rows, observed, found)), tuple(by_horizon)


def _middle(low: float, high: float) -> float:
    return float(max(_SHORTEST, np.log((low + high) / 2)))


def _scores(rows: Sequence[Case], observed: Array, curves: Array) -> Array:
    """Return scores [row, (crps, pooled, kind, interval score, pooled, kind, inside)]."""
    groups = np.array([case.group for case in rows])
    kinds = np.array([timing.kind_of(case.organisation) for case in rows])
    found = []
    for i, value in enumerate(observed):
        others = [observed[(groups != groups[i]) & keep] for keep in (np.full(len(rows), True), kinds == kinds[i])]
        steps = [(np.sort(other)[:, None] <= loglogistic.GRID).mean(axis=0) for other in others]
        low, high = (np.log(loglogistic.quantile(curves[i], p)) for p in (0.1, 0.9))
        spans = [(low, high), *(np.quantile(other, [0.1, 0.9]) for other in others)]
        found.append(
            [loglogistic.crps(curve, value) for curve in (curves[i], *steps)]
            + [loglogistic.interval_score(a, b, value) for a, b in spans]
            + [float(low <= value <= high)]
        )
    return np.array(found)


def _skill(name: str, scored: Array) -> TimeSkill:
    return TimeSkill(name, len(scored), *(float(scored[:, column].mean()) for column in range(7)))
