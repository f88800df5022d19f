"""How much of the spread of an outcome is chance, and how much is assumption."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from foedus.ensemble.runs import Arm, Runs


@dataclass(frozen=True, slots=True)
class Spread:
    """Shares of a total's variance, summing to 1: between runs of one draw, and between draws."""

    chance: float
    assumption: float


def spread(ensemble: Runs, variable: str, arm: Arm = "help") -> Spread | None:
    """Split the variance of log(1 + total) by the law of total variance.

    Chance is the mean variance among runs that share their parameters, assumption the rest. Logarithms,
    because the totals spread over orders of magnitude and a few huge runs would decide alone.
    Returns None where there are too few runs, or no spread at all.
    """
    totals = np.log1p(ensemble.total(arm, variable))
    full = ensemble.runs // ensemble.replicates
    if full < 2:
        return None
    groups = totals[: full * ensemble.replicates].reshape(full, ensemble.replicates)
    whole = float(groups.var(ddof=1))
    if whole <= 0.0:
        return None
    chance = min(1.0, float(groups.var(axis=1, ddof=1).mean()) / whole)
    return Spread(chance, 1.0 - chance)
