"""What can be said without a simulation: each person's limit, the share that acts, where crowds settle.

A person with hardship H and risk aversion R is active if H (1 - L) - R P > T. The arrest probability P rises with
the ratio C / A of officers to active people in sight, so the whole rule is one number a person: active if C / A
stays below its *limit*.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from foedus.crisis.lattice.switches import Parameters, Rules

_HALF = 1e-9  # lets an exact half through where it is rounded down; C / A has no other value that near
_CAUGHT = 0.99  # the arrest probability of the "step" rule


def limits(
    hardship: NDArray[np.float64], aversion: NDArray[np.float64], rules: Rules, parameters: Parameters
) -> NDArray[np.float64]:
    """Return each person's limit: active if and only if C < limit * A, with A at least 1.

    0 is never, infinity always. ``hardship`` and ``aversion`` are arrays of one shape, from 0 to 1.
    """
    net = hardship * (1.0 - parameters.legitimacy) - parameters.threshold
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):  # a limit may be infinite
        bearable = net / aversion  # the arrest probability that is just too high
        if rules.probability == "step":
            return np.where(net <= 0.0, 0.0, np.where(net > _CAUGHT * aversion, np.inf, 1.0))
        ratio = -_log1p(-bearable) / parameters.k if parameters.k > 0 else np.full_like(net, np.inf)
        if rules.ratio != "literal":
            ratio = np.ceil(ratio)  # a whole ratio is below x if and only if it is below x rounded up
        if rules.ratio == "round":
            ratio = ratio - 0.5 + np.where(ratio % 2 == 1, _HALF, 0.0)
    return np.where(net <= 0.0, 0.0, np.where(bearable >= 1.0, np.inf, ratio))


def _log1p(values: NDArray[np.float64]) -> NDArray[np.float64]:
    from foedus.crisis.lattice.serial import take_log1p

    found = np.array(values, dtype=np.float64)  # a copy
    take_log1p(found.reshape(-1))
    return found


def rounded(ratio: float, how: str) -> float:
    """Return the ratio as a switch wants it: literal, floor or round (halves to the even number).

    >>> rounded(2.5, "round"), rounded(2.5, "floor"), rounded(2.5, "literal")
    (2.0, 2.0, 2.5)
    """
    if how == "floor":
        return float(math.floor(ratio))
    return float(round(ratio)) if how == "round" else ratio


def active_share(arrest_probability: float, legitimacy: float, threshold: float = 0.1) -> float:
    """Return the share of people who are active when all see the same arrest probability.

    With a = T / (1 - L) and b = P / (1 - L): 1 - a - b / 2 if b <= 1 - a, else (1 - a)^2 / (2 b), 0 if a >= 1;
    hardship and risk aversion are independent and uniform on (0, 1).

    >>> round(active_share(0.1, 0.82), 6), round(active_share(0.9, 0.89), 6)
    (0.177778, 0.000505)
    """
    if not (0.0 <= arrest_probability <= 1.0 and 0.0 <= legitimacy <= 1.0):
        raise ValueError("the probability of arrest and legitimacy go from 0 to 1")
    if legitimacy >= 1.0:
        return 1.0 if threshold < 0.0 else 0.0
    a = threshold / (1.0 - legitimacy)
    b = arrest_probability / (1.0 - legitimacy)
    if a >= 1.0:
        return 0.0
    if a < 0.0:
        raise ValueError("the closed form holds for thresholds from 0")
    return 1.0 - a - b / 2.0 if b <= 1.0 - a else (1.0 - a) ** 2 / (2.0 * b)


def fixed_points(
    people: int, officers: int, legitimacy: float, ratio: str, in_sight: float = 148 / 1600, k: float = 2.3
) -> list[tuple[int, bool]]:
    """Return the crowds n at which a mixed population would stay, as (n, stable), from small to large.

    Everybody sees the share ``in_sight`` of all sites (148 of 1,600: a circle of vision 7 on 40 x 40), hence
    C = officers * in_sight and A = 1 + n * in_sight, and n is a fixed point of N F(P(n)). One stable crowd means
    calm; two with an unstable one between them mean outbursts: what exceeds the unstable crowd grows to the large
    one. Rounding makes N F(P(n)) jump: a jump across n counts as the unstable point.

    >>> fixed_points(1120, 64, 0.82, "literal")
    [(20, True)]
    """

    def drift(n: int) -> float:
        seen = rounded(officers * in_sight / (1.0 + n * in_sight), ratio)
        return people * active_share(-math.expm1(-k * seen), legitimacy) - n

    found: list[tuple[int, bool]] = []
    for n in range(people):
        here, there = drift(n), drift(n + 1)
        if here >= 0.0 > there:
            found.append((n, True))
        elif here < 0.0 <= there:
            found.append((n, False))
    return found
