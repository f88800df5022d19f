"""Outbursts in a series of active people: when, how long, how large, how far apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, slots=True)
class Outbursts:
    """Outbursts of one series: runs of consecutive steps with more than ``level`` active people.

    One that is under way at the first step is left out; one that is under way at the last is counted, but its
    length, peak and activation are not known. A wait is the number of steps between two outbursts.
    """

    level: int
    steps: int
    starts: NDArray[np.int64]
    lengths: NDArray[np.int64]
    peaks: NDArray[np.int64]
    activations: NDArray[np.int64]
    waits: NDArray[np.int64]

    @property
    def count(self) -> int:
        """Outbursts that began."""
        return len(self.starts)

    @property
    def per_thousand(self) -> float:
        """Outbursts that began, per thousand steps."""
        return 1000.0 * self.count / self.steps if self.steps else 0.0

    def summary(self) -> dict[str, Any]:
        """Return the figures as plain data; means that nothing stands behind are None."""
        return {
            "level": self.level,
            "count": self.count,
            "per_thousand_steps": round(self.per_thousand, 2),
            "mean_wait": _mean(self.waits),
            "mean_length": _mean(self.lengths),
            "mean_peak": _mean(self.peaks),
            "highest_peak": int(self.peaks.max()) if len(self.peaks) else None,
            "mean_activation": _mean(self.activations),
        }


def find(active: ArrayLike, level: int) -> Outbursts:
    """Return the outbursts in a series of active people, one value a step.

    >>> found = find([0, 60, 70, 0, 0, 90, 0, 55], 50)
    >>> found.count, found.peaks.tolist(), found.activations.tolist(), found.waits.tolist()
    (3, [70, 90], [130, 90], [2, 1])
    """
    series = np.asarray(active, dtype=np.int64)
    above = series > level
    edges = np.diff(np.concatenate([[False], above, [False]]).astype(np.int8))
    first, after = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    waits = first[1:] - after[:-1]
    known = (first > 0) & (after < len(series))
    pieces = [series[i:j] for i, j in zip(first[known], after[known], strict=True)]
    return Outbursts(
        level=level,
        steps=len(series),
        starts=first[first > 0],
        lengths=(after - first)[known],
        peaks=np.array([piece.max() for piece in pieces], dtype=np.int64),
        activations=np.array([piece.sum() for piece in pieces], dtype=np.int64),
        waits=waits,
    )


def _mean(values: NDArray[np.int64]) -> float | None:
    return round(float(values.mean()), 2) if len(values) else None
