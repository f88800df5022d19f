"""Random numbers keyed by what they are for, and exact binomials made of them.

A draw depends only on its key (seed, run, hour, place, type, process), never on the order of calls. That gives
the same bits for any number of workers, and counterfactuals that share their dice: where two courses agree,
so do their draws. The mixer is the finaliser of SplitMix64 (Steele, Lea and Flood 2014).

Binomials are exact: inversion for small means, the rejection sampler BTRS for large ones (Hormann 1993,
"The generation of binomial random variates", Journal of Statistical Computation and Simulation 46).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from foedus.crisis.compiled import kernel

if TYPE_CHECKING:
    from foedus.crisis.layout import Counts, Floats

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_M1 = np.uint64(0xBF58476D1CE4E5B9)
_M2 = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S12 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(12)
_TO_UNIT = 1.0 / 4503599627370496.0  # 2 ** -52, so that no uniform rounds to 1
_INVERSION_BELOW = 30.0  # expected; there both ways take about as long
_SIDE_BY_SIDE_BELOW = 60.0  # expected; climbing is cheaper where many climb together
_LONGEST_CLIMB = 250  # steps; the chance of more is below 1e-60
_ONCE = 1.0 / np.maximum(1, np.arange(_LONGEST_CLIMB + 1))  # 1 / x: a product takes less time than a division
_SMALL_POWER = 64  # trials; beyond, the rounding of 1 - p is raised to too high a power
_REJECTION = 1 << 32  # children of a key that only rejection draws from; callers' own have smaller numbers
_NEAR = 20.0  # steps from the mode up to which chances are multiplied
_NEGLIGIBLE = 1e-25  # less than the chance of none where inversion is used: only the upper tail falls below


@kernel
def mix(x: np.uint64) -> np.uint64:
    """Return 64 well-mixed bits of 64 bits (a bijection)."""
    x = (x ^ (x >> _S30)) * _M1
    x = (x ^ (x >> _S27)) * _M2
    return x ^ (x >> _S31)


@kernel
def subkey(key: np.uint64, index: int) -> np.uint64:
    """Return the key of one of many things under ``key``."""
    return mix(key + (np.uint64(index) + np.uint64(1)) * _GOLDEN)


@kernel
def unit(bits: np.uint64) -> float:
    """Return a number strictly between 0 and 1 made of 64 random bits."""
    return (float(bits >> _S12) + 0.5) * _TO_UNIT


@kernel
def uniform(key: np.uint64, counter: int) -> float:
    """Return the ``counter``-th uniform of a key, strictly between 0 and 1."""
    return unit(subkey(key, counter))


@kernel
def binomial(n: int, p: float, key: np.uint64) -> int:
    """Return an exact binomial draw of ``n`` trials with probability ``p``.

    The first number is made of the key's own bits, so the key has to be a ``subkey`` and its parent's ``uniform`` of
    the same index stays unused. Children of the key with numbers below 2 ** 32 are free for other draws.
    """
    if n <= 0 or not p > 0.0:  # also where p is no number
        return 0
    if p >= 1.0:
        return n
    if p > 0.5:
        return n - _binomial_half(n, 1.0 - p, key)
    return _binomial_half(n, p, key)


@kernel
def _binomial_half(n: int, p: float, key: np.uint64) -> int:
    expected = n * p
    if expected >= _INVERSION_BELOW:
        return _by_rejection(n, p, key)
    u = unit(key)
    if u <= 1.0 - expected:  # no more than the chance of none (Bernoulli's inequality); most small draws end here
        return 0
    none = _power(1.0 - p, n) if n <= _SMALL_POWER else math.exp(n * math.log1p(-p))
    return 0 if u <= none else _by_inversion(n, p / (1.0 - p), none, u)


@kernel
def _power(x: float, n: int) -> float:
    result = 1.0
    while n > 0:
        result *= x if n & 1 else 1.0
        x *= x
        n >>= 1
    return result


@kernel
def leavers(n: int, hazard: float, key: np.uint64) -> int:
    """Return how many of ``n`` go when each stays with chance exp(-hazard): an exact binomial draw, keyed as there."""
    if n <= 0 or not hazard > 0.0:
        return 0
    expected = n * hazard  # or less
    if expected >= _INVERSION_BELOW:
        return binomial(n, -math.expm1(-hazard), key)
    u = unit(key)
    if u <= 1.0 - expected:
        return 0
    none = math.exp(-expected)
    return 0 if u <= none else _by_inversion(n, math.expm1(hazard), none, u)


@kernel
def leavers_each(source: Counts, hazard: float, key: np.uint64, work: Floats, who: Counts, out: Counts) -> int:
    """Fill ``out`` [group] with ``leavers`` of every group of ``source`` [group]; return their sum.

    Groups go up their distributions side by side, which a processor does several at once. ``work`` [4, group] and
    ``who`` [group] are scratch.
    """
    u, mass, left, gone = work[0], work[1], work[2], work[3]
    odds, p = math.expm1(hazard), -math.expm1(-hazard)
    total = 0
    climbers = 0
    for g in range(source.size):
        expected = source[g] * hazard
        out[g] = 0
        if expected >= _SIDE_BY_SIDE_BELOW:
            out[g] = binomial(source[g], p, subkey(key, g))
            total += out[g]
        elif expected > 0.0:
            who[climbers] = g
            u[climbers] = unit(subkey(key, g))
            mass[climbers] = math.exp(-expected)
            left[climbers] = source[g] * odds
            gone[climbers] = 0.0
            climbers += 1
    x = 0.0
    climbing = climbers
    while climbing > 0 and x < _LONGEST_CLIMB:  # only rounding leads to the longest
        climbing = 0
        x += 1.0
        once = 1.0 / x
        for j in range(climbers):
            above = u[j] > mass[j]
            u[j] = u[j] - mass[j] if above else 0.0
            gone[j] += 1.0 if above else 0.0
            climbing += above
            mass[j] *= left[j] * once
            left[j] = max(0.0, left[j] - odds)  # nobody is left of a small group that others climb on from
    for j in range(climbers):
        g = who[j]
        out[g] = min(int(gone[j]), source[g])  # only rounding exceeds it
        total += out[g]
    return total


@kernel
def _by_inversion(n: int, odds: float, mass: float, u: float) -> int:
    """Go up the distribution from none, whose chance is ``mass``, until it exceeds ``u``."""
    x = 0
    left = n * odds
    while u > mass > _NEGLIGIBLE and x < _LONGEST_CLIMB:
        u -= mass
        x += 1
        mass *= left * _ONCE[x]
        left -= odds
    return min(x, n)


@kernel
def _log_factorial_tail(k: float) -> float:
    """Return log k! minus its leading Stirling terms, for k >= 0."""
    if k < 10.0:
        return math.lgamma(k + 1.0) - ((k + 0.5) * math.log(k + 1.0) - (k + 1.0) + 0.9189385332046727)
    square = (k + 1.0) * (k + 1.0)
    return (1.0 / 12.0 - (1.0 / 360.0 - 1.0 / 1260.0 / square) / square) / (k + 1.0)


@kernel
def _by_rejection(n: int, p: float, key: np.uint64) -> int:
    variance = n * p * (1.0 - p)
    spread = math.sqrt(variance)
    b = 1.15 + 2.53 * spread
    a = -0.0873 + 0.0248 * b + 0.01 * p
    c = n * p + 0.5
    v_r = 0.92 - 4.2 / b
    counter = _REJECTION
    while True:
        u = uniform(key, counter) - 0.5
        v = uniform(key, counter + 1)
        counter += 2
        us = 0.5 - abs(u)
        k = math.floor((2.0 * a / us + b) * u + c)
        if us >= 0.07 and v <= v_r:
            return int(k)
        if k < 0.0 or k > n:
            continue
        v *= (2.83 + 5.1 / b) * spread / (a / (us * us) + b)
        if _is_below(v, k, n, p, variance):
            return int(k)


@kernel
def _is_below(v: float, k: float, n: int, p: float, variance: float) -> bool:
    """Return whether ``v`` is at most the chance of ``k`` over that of the mode, the cheapest way that decides it."""
    mode = math.floor((n + 1) * p)
    away = abs(k - mode)
    height = math.log(v)
    once = 1.0 / variance
    if away < variance / 2.0 - 1.0:  # bounds of Kachitvichyanukul and Schmeiser (1988), algorithm BTPE
        about = -0.5 * away * away * once
        error = away * once * ((away * (away * (1.0 / 3.0) + 0.625) + 1.0 / 6.0) * once + 0.5)
        if height < about - error:
            return True
        if height > about + error:
            return False
    odds = p / (1.0 - p)
    if away <= _NEAR:
        share = 1.0
        low = min(k, mode)
        for step in range(1, int(away) + 1):
            share *= odds * ((n + 1) / (low + step) - 1.0)
        return v <= share if k > mode else v * share <= 1.0
    return height <= (
        (mode + 0.5) * math.log((mode + 1.0) / (odds * (n - mode + 1.0)))
        + (n + 1.0) * math.log((n - mode + 1.0) / (n - k + 1.0))
        + (k + 0.5) * math.log(odds * (n - k + 1.0) / (k + 1.0))
        + _log_factorial_tail(mode)
        + _log_factorial_tail(n - mode)
        - _log_factorial_tail(k)
        - _log_factorial_tail(n - k)
    )
