"""Random numbers keyed by what they are for, and exact binomials made of them.

A draw depends only on its key (seed, run, hour, place, type, process), never on the order of calls. That gives
the same bits for any number of workers, and counterfactuals that share their dice: where two courses agree,
so do their draws. The mixer is the finaliser of SplitMix64 (Steele, Lea and Flood 2014).

Binomials are exact: inversion for small means, the rejection sampler BTRS for large ones (Hormann 1993,
"The generation of binomial random variates", Journal of Statistical Computation and Simulation 46).
"""

from __future__ import annotations

import math

import numpy as np

from foedus.crisis.compiled import kernel

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_M1 = np.uint64(0xBF58476D1CE4E5B9)
_M2 = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
_TO_UNIT = 1.0 / 9007199254740992.0  # 2 ** -53
_INVERSION_BELOW = 10.0


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
def uniform(key: np.uint64, counter: int) -> float:
    """Return the ``counter``-th uniform of a key, strictly between 0 and 1."""
    bits = mix(key + (np.uint64(counter) + np.uint64(1)) * _GOLDEN)
    return (float(bits >> _S11) + 0.5) * _TO_UNIT


@kernel
def binomial(n: int, p: float, key: np.uint64) -> int:
    """Return an exact binomial draw of ``n`` trials with probability ``p``."""
    if n <= 0 or not p > 0.0:  # also where p is no number
        return 0
    if p >= 1.0:
        return n
    if p > 0.5:
        return n - _binomial_half(n, 1.0 - p, key)
    return _binomial_half(n, p, key)


@kernel
def _binomial_half(n: int, p: float, key: np.uint64) -> int:
    if n * p < _INVERSION_BELOW:
        return _by_inversion(n, p, key)
    return _by_rejection(n, p, key)


@kernel
def _by_inversion(n: int, p: float, key: np.uint64) -> int:
    odds = p / (1.0 - p)
    if n < 8:  # a few multiplications are cheaper than a logarithm
        mass = 1.0
        for _ in range(n):
            mass *= 1.0 - p
    else:
        mass = math.exp(n * math.log1p(-p))
    u = uniform(key, 0)
    x = 0
    while u > mass:
        u -= mass
        x += 1
        if x > n:  # only rounding leads here
            return n
        mass *= odds * (n - x + 1) / x
        if mass < 1e-300 and x > n * p:
            return x
    return x


@kernel
def _log_factorial_tail(k: float) -> float:
    """Return log k! minus its leading Stirling terms, for k >= 0."""
    if k < 10.0:
        return math.lgamma(k + 1.0) - ((k + 0.5) * math.log(k + 1.0) - (k + 1.0) + 0.9189385332046727)
    square = (k + 1.0) * (k + 1.0)
    return (1.0 / 12.0 - (1.0 / 360.0 - 1.0 / 1260.0 / square) / square) / (k + 1.0)


@kernel
def _by_rejection(n: int, p: float, key: np.uint64) -> int:
    spread = math.sqrt(n * p * (1.0 - p))
    b = 1.15 + 2.53 * spread
    a = -0.0873 + 0.0248 * b + 0.01 * p
    c = n * p + 0.5
    v_r = 0.92 - 4.2 / b
    alpha = (2.83 + 5.1 / b) * spread
    odds = p / (1.0 - p)
    mode = math.floor((n + 1) * p)
    counter = 0
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
        v = math.log(v * alpha / (a / (us * us) + b))
        bound = (
            (mode + 0.5) * math.log((mode + 1.0) / (odds * (n - mode + 1.0)))
            + (n + 1.0) * math.log((n - mode + 1.0) / (n - k + 1.0))
            + (k + 0.5) * math.log(odds * (n - k + 1.0) / (k + 1.0))
            + _log_factorial_tail(mode)
            + _log_factorial_tail(n - mode)
            - _log_factorial_tail(k)
            - _log_factorial_tail(n - k)
        )
        if v <= bound:
            return int(k)
