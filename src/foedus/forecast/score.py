"""Scores of probability forecasts: Brier, log, ranked probability, calibration, and the skill beside a forecast."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from foedus.forecast.folds import Fits
    from foedus.record import Case


@dataclass(frozen=True, slots=True)
class Skill:
    """Scores of P(act) over the organisation cases; lower is better. Baseline: the pooled rate, held out too."""

    scheme: str
    n: int
    brier: float
    log_score: float
    baseline_brier: float
    baseline_log_score: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self)


def brier(p: NDArray[np.float64], acted: NDArray[np.float64]) -> float:
    """Mean squared error of a chance (Brier 1950)."""
    return float(np.mean((p - acted) ** 2))


def log_score(p: NDArray[np.float64], acted: NDArray[np.float64]) -> float:
    """Mean negative log chance given to what happened (Good 1952); chances are kept a millionth away from 0 and 1."""
    kept = np.clip(p, 1e-6, 1 - 1e-6)
    return float(-np.mean(np.log(np.where(acted > 0.5, kept, 1.0 - kept))))


def ranked_probability(ladder: NDArray[np.float64], level: NDArray[np.int64]) -> float:
    """Mean ranked probability score of an ordered forecast [case, level], divided by levels - 1 (Epstein 1969)."""
    below = np.cumsum(ladder, axis=1)[:, :-1]
    happened = level[:, None] <= np.arange(below.shape[1])
    return float(np.mean(np.sum((below - happened) ** 2, axis=1)) / below.shape[1])


def left_out_rates(cases: Sequence[Case]) -> NDArray[np.float64]:
    """Return for each case the share of acted among the cases of other crises [case]."""
    acted = np.array([case.acted for case in cases], dtype=float)
    groups = np.array([case.group for case in cases])
    rates: NDArray[np.float64] = np.array([acted[groups != group].mean() for group in groups])
    return rates


def skill(found: Fits, cases: Sequence[Case]) -> Skill:
    """Score the leave-one-crisis-out forecasts of the organisation cases."""
    rows = [i for i, case in enumerate(cases) if case.is_organisation]
    own = [cases[i] for i in rows]
    acted = np.array([case.acted for case in own], dtype=float)
    p = found.held_out["crisis"][rows, 3:].sum(axis=1)
    rate = left_out_rates(own)
    return Skill(
        "leave one crisis out",
        len(rows),
        brier(p, acted),
        log_score(p, acted),
        brier(rate, acted),
        log_score(rate, acted),
    )
