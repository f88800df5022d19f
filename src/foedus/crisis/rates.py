"""The model's scalar rules, one function each; every engine uses these and nothing else.

Rates are per hour unless they say otherwise. Equations follow the "places, sites, types" model, an extension
of Epstein (2002, PNAS 99 suppl. 3) by awareness through crowds and media, organised security forces, round-ups
after the crowds are gone, and four casualty processes.
"""

from __future__ import annotations

import math

from numba import njit

EPSTEIN_K = 2.3  # makes the arrest probability .9 when one officer faces one active person
THRESHOLD = 0.1  # net grievance above which a person acts (Epstein 2002)
HOURS = 24.0


@njit(cache=True, inline="always")
def saturating(share: float, half: float) -> float:
    """Return a crowd's pull per inhabitant, which saturates beyond ``half``."""
    return share / (1.0 + share / half)


@njit(cache=True, inline="always")
def perceived_risk(officers: float, crowd: float, deterrence: float) -> float:
    """Return the perceived probability of arrest, 0 to 1, raised by a deterrent presence."""
    risk = 1.0 - math.exp(-EPSTEIN_K * officers / (crowd + 1.0))
    return risk + (1.0 - risk) * deterrence


@njit(cache=True, inline="always")
def join_probability(grievance: float, risk_aversion: float, risk: float, noise: float) -> float:
    """Return the probability to act; ``noise`` to 0 gives Epstein's sharp threshold."""
    x = (grievance - risk_aversion * risk - THRESHOLD) / noise
    if x > 40.0:
        return 1.0
    if x < -40.0:
        return 0.0
    return 1.0 / (1.0 + math.exp(-x))


@njit(cache=True, inline="always")
def arrest_rate(officers: float, crowd: float, per_officer_day: float) -> float:
    """Return arrests per person in the street and hour; officers saturate in thin crowds."""
    if crowd <= 0.0:
        return 0.0
    return per_officer_day / HOURS * officers / (crowd + officers + 1.0)


@njit(cache=True, inline="always")
def round_up_rate(officers: float, busy: float, gone_home: float, per_officer_day: float) -> float:
    """Return arrests per former participant and hour by officers who are not facing a crowd."""
    if gone_home <= 0.0:
        return 0.0
    return min(0.2, per_officer_day / HOURS * officers * (1.0 - busy) / gone_home)


@njit(cache=True, inline="always")
def clash_intensity(officers: float, violent: float) -> float:
    """Return the size of clashes: half the harmonic mean of both sides, zero if either is absent."""
    total = officers + violent
    return officers * violent / total if total > 0.0 else 0.0
