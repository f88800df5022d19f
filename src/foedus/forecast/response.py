"""Will it act, and how far will it go? The response ladder in three steps.

First the question that matters, troops or none: a logit with the stated predictors and partially pooled organisations
and crises. Then, given no troops, an ordered logit for nothing, words, or support; given troops, a logit for fewer or
more than a thousand. One ordered logit for the whole ladder would force each predictor to move all steps alike, which
the record contradicts: that the adversary is a member turns silence into words, not into troops.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from foedus.forecast import ordered
from foedus.forecast.call import Call
from foedus.forecast.predictors import PRIOR, matrix
from foedus.shown import brief

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from foedus.forecast.ordered import Fit
    from foedus.record import Case

ACTED = 3
"""Lowest level of the ladder that counts as acted."""
LEVELS = 5
DRAWS = 400
SEED = 20220105
_WEAK = ordered.Prior(np.zeros_like(PRIOR.expected), PRIOR.spread)


@dataclass(frozen=True, slots=True)
class Response:
    """The three fits: troops or none; without troops nothing, words, support; with troops few or many."""

    __repr__ = brief

    act: Fit
    short: Fit
    long: Fit


def learn(cases: Sequence[Case], draws: int = DRAWS, seed: int = SEED) -> Response:
    """Fit the response model to organisation cases (about a third of a second for the whole record).

    Raises:
        RunError: too few cases to learn from.

    """
    x = matrix([Call.of(case) for case in cases])
    y = np.array([case.ladder for case in cases], dtype=np.int64)
    acted = y >= ACTED
    groups = [case.organisation for case in cases], [case.group for case in cases]
    act = ordered.fit(x, acted.astype(np.int64), 2, PRIOR, draws, seed, groups)
    short = ordered.fit(x[~acted], y[~acted], ACTED, _WEAK, draws, seed + 1, donors=act.donors)
    long = ordered.fit(x[acted], y[acted] - ACTED, LEVELS - ACTED, _WEAK, draws, seed + 2, donors=act.donors)
    return Response(act, short, long)


def log_odds(
    fitted: Response, x: NDArray[np.float64], organisation: str | None, seed: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the log odds of troops [draw] for one new crisis, and the predictors with gaps filled [draw, predictor].

    Gaps are filled from a stream of their own: a call and the same call with something unknown share the rest of
    their randomness.
    """
    filled = ordered.fill(x, fitted.act.donors, np.random.default_rng([seed, 1]), len(fitted.act.tau))
    rng = np.random.default_rng(seed)
    return ordered.score(fitted.act, filled, organisation, rng) - fitted.act.cuts[:, 0], filled


def acting(fitted: Response, x: NDArray[np.float64], organisation: str | None, seed: int) -> NDArray[np.float64]:
    """Return the chance of troops [draw] for one new crisis; ``x``: predictors, NaN = unknown."""
    return ordered.logistic(log_odds(fitted, x, organisation, seed)[0])


def ladder(fitted: Response, x: NDArray[np.float64], organisation: str | None, seed: int) -> NDArray[np.float64]:
    """Return the chance of each level [draw, level] for one new crisis; ``x``: predictors, NaN = unknown."""
    odds, filled = log_odds(fitted, x, organisation, seed)
    return spread_over_levels(fitted, ordered.logistic(odds), filled)


def spread_over_levels(fitted: Response, p: NDArray[np.float64], filled: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the chance of each level [draw, level], given the chance of troops [draw] and the predictors."""
    short, long = (
        ordered.chances(np.einsum("ij,ij->i", filled, part.slopes), part.cuts) for part in (fitted.short, fitted.long)
    )
    return np.hstack([short * (1.0 - p[:, None]), long * p[:, None]])


def seed_of(name: str) -> int:
    """Return the seed of a case's own draws."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big")
