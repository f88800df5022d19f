"""How figures are written in a line or a table."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

_HUNDRED = 100
FEWEST_DRAWS = 19  # a further draw lies between the least and the greatest of n with chance (n - 1) / (n + 1): .9 at 19


def levels(draws: int) -> tuple[float, float, float]:
    """Return the quantiles between which 90 of 100 runs lie, and the middle; of few draws the least and greatest."""
    return (0.0, 0.5, 1.0) if draws < FEWEST_DRAWS else (0.05, 0.5, 0.95)


def inside(draws: int, runs: int) -> str:
    """Return in words which runs lie between the outer ones of ``levels``.

    >>> inside(100, 200), inside(2, 4)
    ('90 of 100 runs', 'all 4 runs')
    """
    if draws >= FEWEST_DRAWS:
        return "90 of 100 runs"
    return "the one run" if runs == 1 else f"all {runs} runs"


def interval(values: Any, sign: str = "", decimals: int = 0, *, draws: int) -> str:
    """Return the middle of some figures and where 90 of 100 lie, or all of them if they come from few draws.

    >>> interval([0, 10, 1200], "+", draws=100), interval([0, 10, 1200], draws=3)
    ('+10 (+1 to +1,081)', '10 (0 to 1,200)')
    """
    low, middle, high = (figure(float(x), sign, decimals) for x in np.quantile(values, levels(draws)))
    return f"{middle} ({low} to {high})"


def whole(value: float) -> int:
    """Return the nearest whole number, halves upwards (as the page's own script rounds)."""
    return math.floor(value + 0.5)


def figure(value: float, sign: str = "", decimals: int = 0) -> str:
    """Return a number for a table; nothing is neither more nor less.

    >>> [figure(x, "+") for x in (1234.4, 0.2, -0.2, -3)]
    ['+1,234', '0', '0', '-3']
    """
    rounded = (float(whole(value)) if decimals == 0 else round(value, decimals)) + 0.0  # no negative zero
    return f"{rounded:{sign if rounded else ''},.{decimals}f}"


def of_runs(share: float, runs: int) -> str:
    """Return a share of the runs in words: of 100 where there are so many, else of those that there are.

    >>> of_runs(0.755, 200), of_runs(0.001, 1000), of_runs(0.75, 4)
    ('76 of 100', 'fewer than 1 of 100', '3 of 4')
    """
    if runs < _HUNDRED:
        return f"{whole(share * runs)} of {runs}"
    of_hundred = whole(_HUNDRED * share)
    return f"{of_hundred or ('0' if share <= 0 else 'fewer than 1')} of 100"


def parts_of(shares: Sequence[float], runs: int) -> tuple[list[int], int]:
    """Return shares that sum to 1 as whole numbers of runs that sum to ``of``: 100, or all runs if there are fewer.

    >>> parts_of([0.335, 0.33, 0.335], 200)
    ([34, 33, 33], 100)
    """
    of = min(runs, _HUNDRED)
    exact = [share * of for share in shares]
    parts = [math.floor(one + 1e-9) for one in exact]
    by_remainder = sorted(range(len(parts)), key=lambda i: parts[i] - exact[i])
    for i in by_remainder[: of - sum(parts)]:
        parts[i] += 1
    return parts, of
