"""Ordered logit with partially pooled effects, fitted by Laplace approximation on a grid of spreads.

log odds of reaching level k or more = x b + u[organisation] + v[crisis] - c[k], with b ~ N(0, 1), c ~ N(0, 3)
with gaps between cut points ~ Gamma(2, 1), u ~ N(0, tau), v ~ N(0, sigma). (tau, sigma) lie on a grid with
half-normal(1) priors and are weighted by the Laplace evidence. The log posterior is concave (Pratt 1981), so Newton
finds its only mode.
References: McCullagh 1980; Gelman and Hill 2007, ch. 14 and 15; Tierney and Kadane 1986.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from foedus.errors import RunError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

LEVELS = 5
TAUS = (0.1, 0.3, 0.6, 1.0, 1.5)
SIGMAS = (0.1, 0.5, 1.0)
_CUT_SPREAD = 3.0
_SLOPE_SPREAD = 1.0


@dataclass(frozen=True, slots=True)
class Fit:
    """Posterior draws: cut points [draw, 4], slopes [draw, predictor], organisations [draw, organisation]."""

    cuts: NDArray[np.float64]
    slopes: NDArray[np.float64]
    effects: NDArray[np.float64]
    tau: NDArray[np.float64]
    sigma: NDArray[np.float64]
    organisations: tuple[str, ...]


def fit(
    x: NDArray[np.float64],
    y: NDArray[np.int64],
    organisations: Sequence[str],
    crises: Sequence[str],
    draws: int,
    seed: int,
) -> Fit:
    """Fit the model.

    Args:
        x: predictors [case, predictor]; NaN (unknown) counts as 0, the centre of a scaled predictor.
        y: levels 0 to 4 [case].
        organisations: of each case.
        crises: of each case; rows of one crisis share an effect.
        draws: posterior draws wanted.
        seed: of the draws.

    Raises:
        RunError: the search for the mode failed.

    """
    names = tuple(sorted(set(organisations)))
    groups = sorted(set(crises))
    design = np.hstack(
        [
            np.nan_to_num(x),
            np.equal.outer(np.array(organisations), np.array(names)).astype(float),
            np.equal.outer(np.array(crises), np.array(groups)).astype(float),
        ]
    )
    slopes = x.shape[1]
    corners = list(product(TAUS, SIGMAS))
    modes, factors, evidence = [], [], []
    start: NDArray[np.float64] | None = None
    for tau, sigma in corners:
        spread = np.concatenate(
            [
                np.full(LEVELS - 1, _CUT_SPREAD),
                np.full(slopes, _SLOPE_SPREAD),
                np.full(len(names), tau),
                np.full(len(groups), sigma),
            ]
        )
        start, precision, height = _mode(design, y, spread, start)
        factor = np.linalg.cholesky(precision)
        modes.append(start)
        factors.append(factor)
        prior = -0.5 * (tau**2 + sigma**2)  # half-normal(1), up to a constant
        evidence.append(height - np.log(np.diag(factor)).sum() - np.log(spread).sum() + prior)
    weights = np.exp(np.array(evidence) - max(evidence))
    rng = np.random.default_rng(seed)
    corner = rng.choice(len(corners), size=draws, p=weights / weights.sum())
    sample = np.array([_draw(rng, modes[k], factors[k]) for k in corner])
    split = np.cumsum([LEVELS - 1, slopes, len(names)])
    cuts, betas, effects, _ = np.split(sample, split, axis=1)
    return Fit(
        cuts,
        betas,
        effects,
        np.array([corners[k][0] for k in corner]),
        np.array([corners[k][1] for k in corner]),
        names,
    )


def predict(fitted: Fit, x: NDArray[np.float64], organisation: str, seed: int) -> NDArray[np.float64]:
    """Return the probability of each level [draw, level] for one new crisis.

    An unknown predictor is drawn from a standard scaled one (N(0, 1/2)), an organisation that the fit has not
    seen from N(0, tau), the new crisis from N(0, sigma): what is not known widens the answer.
    """
    rng = np.random.default_rng(seed)
    count = len(fitted.tau)
    filler = 0.5 * rng.standard_normal((count, len(x)))
    values = np.where(np.isnan(x), filler, x)
    unseen = fitted.tau * rng.standard_normal(count)
    crisis = fitted.sigma * rng.standard_normal(count)
    if organisation in fitted.organisations:
        unseen = fitted.effects[:, fitted.organisations.index(organisation)]
    score = (values * fitted.slopes).sum(axis=1) + unseen + crisis
    above = _logistic(score[:, None] - fitted.cuts)
    edges = np.hstack([np.ones((count, 1)), above, np.zeros((count, 1))])
    probabilities: NDArray[np.float64] = edges[:, :-1] - edges[:, 1:]
    return probabilities


def _mode(
    design: NDArray[np.float64], y: NDArray[np.int64], spread: NDArray[np.float64], start: NDArray[np.float64] | None
) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Return the mode of the log posterior, the precision there, and its height."""
    rows = np.arange(len(y))
    upper = np.zeros((len(y), LEVELS - 1 + design.shape[1]))
    upper[:, LEVELS - 1 :] = -design
    lower = upper.copy()
    has_upper, has_lower = y < LEVELS - 1, y > 0
    upper[rows[has_upper], y[has_upper]] = 1.0
    lower[rows[has_lower], y[has_lower] - 1] = 1.0

    def parts(
        theta: NDArray[np.float64],
    ) -> tuple[float, NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        above = np.where(has_upper, _logistic(upper @ theta), 1.0)
        below = np.where(has_lower, _logistic(lower @ theta), 0.0)
        chance = above - below
        gaps = np.diff(theta[: LEVELS - 1])
        if np.any(chance <= 0.0) or np.any(gaps <= 0.0):
            return -np.inf, above, below, chance
        prior = (np.log(gaps) - gaps).sum() - 0.5 * ((theta / spread) ** 2).sum()
        return float(np.log(chance).sum() + prior), above, below, chance

    theta = np.concatenate([np.array([-1.0, 0.0, 0.5, 1.0]), np.zeros(design.shape[1])]) if start is None else start
    height, above, below, chance = parts(theta)
    for _ in range(100):
        fa, fb = above * (1 - above), below * (1 - below)
        slope_a, slope_b = fa / chance, -fb / chance
        gradient = upper.T @ slope_a + lower.T @ slope_b - theta / spread**2
        curve_a = fa * (1 - 2 * above) / chance - slope_a**2
        curve_b = -fb * (1 - 2 * below) / chance - slope_b**2
        cross = upper.T @ ((-slope_a * slope_b)[:, None] * lower)
        hessian = upper.T @ (curve_a[:, None] * upper) + lower.T @ (curve_b[:, None] * lower) + cross + cross.T
        precision = np.diag(spread**-2.0) - hessian
        gaps = np.diff(theta[: LEVELS - 1])
        for k, gap in enumerate(gaps):  # the Gamma(2, 1) prior of each gap: log gap - gap
            gradient[[k, k + 1]] += np.array([-1.0, 1.0]) * (1.0 / gap - 1.0)
            precision[k : k + 2, k : k + 2] += np.array([[1.0, -1.0], [-1.0, 1.0]]) / gap**2
        step = np.linalg.solve(precision, gradient)
        if float(gradient @ step) < 1e-12:
            return theta, precision, height
        size = 1.0
        while True:
            tried = parts(theta + size * step)
            if tried[0] >= height:
                break
            size /= 2
            if size < 1e-10:
                return theta, precision, height
        theta = theta + size * step
        height, above, below, chance = tried
    raise RunError("the response model did not converge", cure="look for a predictor that separates the cases")


def _draw(rng: np.random.Generator, mode: NDArray[np.float64], factor: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return one draw of the Gaussian around the mode with cut points in order."""
    for _ in range(1000):
        sample: NDArray[np.float64] = mode + np.linalg.solve(factor.T, rng.standard_normal(len(mode)))
        if np.all(np.diff(sample[: LEVELS - 1]) > 0):
            return sample
    raise RunError("the cut points of the response model cannot be told apart", expected="cases on every level")


def _logistic(z: NDArray[np.float64]) -> NDArray[np.float64]:
    value: NDArray[np.float64] = 0.5 * (1.0 + np.tanh(0.5 * z))
    return value
