"""The model's scalar rules, one function each; every engine uses these and nothing else.

Rates are per hour unless they say otherwise. Equations follow the "places, sites, types" model, an extension
of Epstein (2002, PNAS 99 suppl. 3) by awareness through crowds and media, organised security forces, round-ups
after the crowds are gone, and four casualty processes.
"""

from __future__ import annotations

import math

from foedus.crisis.compiled import kernel

EPSTEIN_K = 2.3  # makes the arrest probability .9 when one officer faces one active person
THRESHOLD = 0.1  # net grievance above which a person acts (Epstein 2002)
HOURS = 24.0


@kernel
def saturating(share: float, half: float) -> float:
    """Return a crowd's pull per inhabitant, which saturates beyond ``half``."""
    return share / (1.0 + share / half)


@kernel
def perceived_risk(officers: float, crowd: float, how: int, deterrence: float) -> float:
    """Return the perceived probability of arrest, 0 to 1, raised by a deterrent presence; the person counts too."""
    risk = 1.0 - math.exp(-EPSTEIN_K * rounded(officers / (crowd + 1.0), how))
    return risk + (1.0 - risk) * deterrence


@kernel
def join_probability(grievance: float, risk_aversion: float, risk: float, noise: float) -> float:
    """Return the probability to act; ``noise`` to 0 gives Epstein's sharp threshold."""
    net = grievance - risk_aversion * risk - THRESHOLD
    if noise <= 0.0:
        return 1.0 if net > 0.0 else 0.0
    x = net / noise
    if x > 40.0:
        return 1.0
    if x < -40.0:
        return 0.0
    return 1.0 / (1.0 + math.exp(-x))


@kernel
def arrest_rate(officers: float, crowd: float, per_officer_day: float) -> float:
    """Return arrests per person in the street and hour; officers saturate in thin crowds."""
    if crowd <= 0.0:
        return 0.0
    return per_officer_day / HOURS * officers / (crowd + officers + 1.0)


@kernel
def round_up_rate(officers: float, busy: float, gone_home: float, per_officer_day: float) -> float:
    """Return arrests per former participant and hour by officers who are not facing a crowd."""
    if gone_home <= 0.0:
        return 0.0
    return min(0.2, per_officer_day / HOURS * officers * (1.0 - busy) / gone_home)


@kernel
def clash_intensity(officers: float, violent: float) -> float:
    """Return the size of clashes: half the harmonic mean of both sides, zero if either is absent."""
    total = officers + violent
    return officers * violent / total if total > 0.0 else 0.0


@kernel
def pressure(crowd: float, violent: float, sites_lost: float, split: float) -> float:
    """Return the pressure on a government, zero in a calm country (weights assumed)."""
    return math.log1p(crowd / 1000.0) + math.log1p(violent / 100.0) + 0.5 * sites_lost + split


@kernel
def rounded(ratio: float, how: int) -> float:
    """Return officers per participant as the named reading of Epstein's rule takes it: 0 literal, 1 floor, 2 round."""
    if how == 1:
        return math.floor(ratio)
    if how == 2:
        return math.floor(ratio + 0.5)
    return ratio


@kernel
def ramp(moment: float, start: float, end: float) -> float:
    """Return how much has come at a moment, rising from 0 at the start to 1 at the end."""
    if moment < start:
        return 0.0
    if moment >= end:
        return 1.0
    return (moment - start) / (end - start)
