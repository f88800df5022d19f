"""The course of the crisis for the report: fans over time, medians by place, single runs, the summary table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from foedus.ensemble.figures import FEWEST_DRAWS, inside, levels, parts_of, whole
from foedus.report.quantities import QUANTITIES, Quantity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from foedus.ensemble import Arm, Ensemble

ARMS: tuple[Arm, ...] = ("help", "no_help")
SINGLE_RUNS = 30
_LEVELS = {"q05": 0.05, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q95": 0.95}


def section(
    ensemble: Ensemble,
    *,
    places: Sequence[dict[str, Any]],
    events: Sequence[dict[str, str]],
    reported: dict[str, list[dict[str, Any]]],
) -> dict[str, Any]:
    """Return the charts' data: quantiles [day], medians [place][day], a few single runs [run][day].

    ``difference`` holds the quantiles of help less no help within each run, whose arms share their dice. Single
    runs are the first of each draw of the parameters: two of them differ in assumptions as well as in luck.
    """
    national = {arm: {q.variable: ensemble.daily(arm, q.variable) for q in QUANTITIES} for arm in ARMS}
    by_place = {
        arm: {
            q.variable: [
                np.median(ensemble.daily(arm, q.variable, place=place["code"]), axis=0).tolist() for place in places
            ]
            for q in QUANTITIES
        }
        for arm in ARMS
    }
    shown = np.unique(ensemble.drawn["draw"], return_index=True)[1][:SINGLE_RUNS]
    return {
        "inside": inside(ensemble.draws, ensemble.runs),
        "days": [str(day) for day in ensemble.days],
        "variables": [{"key": q.variable, "label": q.label, "unit": q.unit, "by_place": True} for q in QUANTITIES],
        "national": {
            arm: {name: quantiles(values, ensemble.draws) for name, values in series.items()}
            for arm, series in national.items()
        },
        "difference": {
            name: quantiles(values - national["no_help"][name], ensemble.draws)
            for name, values in national["help"].items()
        },
        "places": list(places),
        "by_place": by_place,
        "single_runs": {
            arm: {name: values[shown].tolist() for name, values in series.items()} for arm, series in national.items()
        },
        "events": list(events),
        "reported": reported,
    }


def quantiles(values: NDArray[np.float64], draws: int) -> dict[str, list[float]]:
    """Return the 5, 25, 50, 75 and 95 % quantiles over runs; ``values`` is [run, day].

    Of few draws the outer ones are the least and the greatest.
    """
    low, _, high = levels(draws)
    return {
        name: np.quantile(values, level, axis=0).tolist()
        for name, level in (_LEVELS | {"q05": low, "q95": high}).items()
    }


def one_number(quantity: Quantity, daily: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return one number a run: the last day of a cumulative series, the highest day of a daily one."""
    return daily.max(axis=1) if quantity.kind == "peak" else daily[:, -1]


def summary(ensemble: Ensemble, reported: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Return one row a quantity: reported, with help, without, the paired difference.

    ``inside`` says whether reports and the arm that stands for what happened overlap on the day of the reports
    (``as_of``, where it is before the end); ``tuned``, that the priors were
    tuned to the report; ``seen``, whether the difference lies on one side of nothing in 90 of 100 runs (None: too few
    draws to tell); ``counts``, in how many runs there are fewer, as many, and more with help.

    Args:
        ensemble: the runs.
        reported: per claim quantity ``text``, ``low``, ``high`` (None = open), ``claims`` and their last ``day``.

    """
    rows = []
    draws = ensemble.draws
    for quantity in QUANTITIES:
        if quantity.kind == "level":
            continue
        with_help, without = (one_number(quantity, ensemble.daily(arm, quantity.variable)) for arm in ARMS)
        difference = with_help - without
        said = reported.get(quantity.claim or "")
        low, _, high = _interval(_then(ensemble, quantity, said), draws)
        least, _, most = change = _interval(difference, draws)
        fewer, more = float(np.mean(difference < 0)), float(np.mean(difference > 0))
        parts, of = parts_of([fewer, 1.0 - fewer - more, more], ensemble.runs)
        rows.append(
            {
                "key": quantity.variable,
                "label": quantity.label,
                "reported": said["text"] if said else "no report",
                "claims": said["claims"] if said else [],
                "as_of": str(said["day"]) if said and _before_end(ensemble, said) else None,
                "tuned": bool(said) and quantity.claim in ensemble.scenario.tuned_to,
                "help": _interval(with_help, draws),
                "no_help": _interval(without, draws),
                "difference": change,
                "seen": None if draws < FEWEST_DRAWS else least > 0 or most < 0,
                "fewer_with_help": fewer,
                "more_with_help": more,
                "counts": dict(zip(("fewer", "same", "more"), parts, strict=True)) | {"of": of},
                "inside": _overlap(said, low, high) if said else None,
            }
        )
    return rows


def _before_end(ensemble: Ensemble, said: dict[str, Any]) -> bool:
    return bool(ensemble.days[0] <= said["day"] < ensemble.days[-1])


def _then(ensemble: Ensemble, quantity: Quantity, said: dict[str, Any] | None) -> NDArray[np.float64]:
    """Return what the runs of the arm that stands for what happened say about the day of the report."""
    daily = ensemble.daily(ensemble.actual_arm, quantity.variable)
    if said is None or quantity.kind == "peak" or not _before_end(ensemble, said):
        return one_number(quantity, daily)
    return daily[:, (said["day"] - ensemble.days[0]).days]


def _interval(values: NDArray[np.float64], draws: int) -> list[float]:
    """Return the 5, 50 and 95 % points in whole people, so that page, sentence and command line say the same number.

    Of few draws: the least, the middle and the greatest.
    """
    return [float(whole(x)) for x in np.quantile(values, levels(draws))]


def _overlap(said: dict[str, Any], low: float, high: float) -> bool:
    said_low = -np.inf if said["low"] is None else said["low"]
    said_high = np.inf if said["high"] is None else said["high"]
    return bool(said_low <= high and said_high >= low)
