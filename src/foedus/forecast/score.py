"""How good the held-out forecasts were: the page a sceptic opens first."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from foedus.forecast.heldout import HeldOut
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
    """Mean negative log chance given to what happened (Good 1952)."""
    return float(-np.mean(np.log(np.where(acted > 0.5, p, 1.0 - p))))


def skill(found: HeldOut, cases: Sequence[Case]) -> Skill:
    """Score the leave-one-crisis-out forecasts of the organisation cases."""
    rows = [i for i, case in enumerate(cases) if case.is_organisation]
    acted = np.array([cases[i].acted for i in rows], dtype=float)
    p = found.ladder[rows, :, 3:].sum(axis=2).mean(axis=1)
    rate = found.rates[rows]
    return Skill(
        "leave one crisis out",
        len(rows),
        brier(p, acted),
        log_score(p, acted),
        brier(rate, acted),
        log_score(rate, acted),
    )
