"""Scores of probability forecasts: Brier, log, ranked probability, and how much two forecasts differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from foedus.record import Case


def brier(p: NDArray[np.float64], acted: NDArray[np.float64]) -> float:
    """Mean squared error of a chance (Brier 1950)."""
    return float(_squared(p, acted).mean())


def log_score(p: NDArray[np.float64], acted: NDArray[np.float64]) -> float:
    """Mean negative log chance given to what happened (Good 1952); chances are kept a millionth away from 0 and 1."""
    return float(_surprise(p, acted).mean())


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


def paired(
    p: NDArray[np.float64], q: NDArray[np.float64], acted: NDArray[np.float64], groups: NDArray[np.str_]
) -> dict[str, float | bool | None]:
    """Return how much two forecasts of the same calls differ, with standard errors over crises.

    Returns:
        ``brier`` and ``log_score``: mean loss of ``p`` minus that of ``q``; ``brier_se`` and ``log_score_se``: their
        standard errors, rows of one crisis taken together; ``tie``: whether the 90 % interval of the Brier difference
        includes 0. The last three are None where there is one crisis only.

    """
    found: dict[str, float | bool | None] = {}
    for name, loss in (("brier", _squared), ("log_score", _surprise)):
        gap = loss(p, acted) - loss(q, acted)
        found |= {name: float(gap.mean()), f"{name}_se": _standard_error(gap, groups)}
    difference, error = found["brier"], found["brier_se"]
    tie = None if difference is None or error is None else bool(abs(difference) <= 1.645 * error)
    return found | {"tie": tie}


def _squared(p: NDArray[np.float64], acted: NDArray[np.float64]) -> NDArray[np.float64]:
    loss: NDArray[np.float64] = (p - acted) ** 2
    return loss


def _surprise(p: NDArray[np.float64], acted: NDArray[np.float64]) -> NDArray[np.float64]:
    kept = np.clip(p, 1e-6, 1 - 1e-6)
    loss: NDArray[np.float64] = -np.log(np.where(acted > 0.5, kept, 1.0 - kept))
    return loss


def _standard_error(gap: NDArray[np.float64], groups: NDArray[np.str_]) -> float | None:
    """Return the standard error of a mean whose rows are drawn by crisis, or None for a single crisis."""
    names, index = np.unique(groups, return_inverse=True)
    if len(names) < 2:
        return None
    sums = np.bincount(index, weights=gap - gap.mean())
    return float(np.sqrt(len(names) / (len(names) - 1) * (sums**2).sum()) / len(gap))
