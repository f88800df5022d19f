"""Gauss-Legendre points and weights on 0 to 1, correctly rounded, so that every machine has the same bits.

Numerical libraries differ in the last digits of these numbers from version to version. The simulation is a chain of
thresholds: a last digit decides a few draws, and the runs of one seed part.
"""

from __future__ import annotations

import decimal
import math
from decimal import Decimal
from functools import cache

_DIGITS = 40  # more than twice those of a double
_NEAR = Decimal(10) ** -(_DIGITS - 5)  # two steps that are this close are the same root


@cache
def gauss_legendre(size: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the points, from small to large, and the weights, which add up to 1.

    >>> gauss_legendre(2)
    ((0.2113248654051871, 0.7886751345948129), (0.5, 0.5))
    """
    points, weights = [], []
    with decimal.localcontext(prec=_DIGITS):
        for i in range(size):
            x = Decimal(-math.cos(math.pi * (i + 0.75) / (size + 0.5)))  # near the root; its digits do not matter
            step = Decimal(1)
            while abs(step) > _NEAR:
                value, slope = _legendre(size, x)
                step = value / slope
                x -= step
            slope = _legendre(size, x)[1]
            points.append(float((x + 1) / 2))
            weights.append(float(1 / ((1 - x * x) * slope * slope)))
    return tuple(points), tuple(weights)


def _legendre(size: int, x: Decimal) -> tuple[Decimal, Decimal]:
    """Return the Legendre polynomial of a degree and its derivative, inside -1 to 1."""
    before, value = Decimal(1), x
    for n in range(1, size):
        before, value = value, ((2 * n + 1) * x * value - n * before) / (n + 1)
    return value, size * (before - x * value) / (1 - x * x)
