"""Logit for two or more ordered levels with partially pooled effects, by Laplace approximation on a grid of spreads.

log odds of reaching level k or more = x b + u[organisation] + v[crisis] - c[k], with b ~ N(expected, spread),
c ~ N(0, 3) with gaps between cut points ~ Gamma(2, 1), u ~ N(0, tau), v ~ N(0, sigma). (tau, sigma) lie on a grid
with half-normal(0.5) priors and are weighted by the Laplace evidence. The log posterior is concave (Pratt 1981), so
Newton finds its only mode. Unknown predictors are imputed several times from cases alike in what is known, the outcome
included, and the fits to each completed record are mixed (multiple imputation, Rubin 1987).
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

TAUS = (0.1, 0.3, 0.6, 1.0)
SIGMAS = (0.1, 0.4, 0.8)
FILLINGS = 6
CUT_SPREAD = 3.0
HALF_NORMAL = 0.5
_FEWEST_DONORS = 5
_OUTCOME_WEIGHT = 4.0  # donors ended alike: two levels apart on the ladder is e^4 times less often
_WIDTHS = np.outer(np.gradient(TAUS), np.gradient(SIGMAS)).ravel()  # a corner stands for its cell of the grid


@dataclass(frozen=True, slots=True)
class Prior:
    """Normal priors of the slopes: means and standard deviations [predictor]."""

    expected: NDArray[np.float64]
    spread: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Fit:
    """Posterior draws, and the complete rows [case, predictor] from which unknown predictors are drawn.

    ``cuts`` [draw, levels - 1], ``slopes`` [draw, predictor], ``effects`` [draw, organisation], ``tau`` and
    ``sigma`` [draw]; the last three are empty or 0 in a fit without effects.
    """

    cuts: NDArray[np.float64]
    slopes: NDArray[np.float64]
    effects: NDArray[np.float64]
    tau: NDArray[np.float64]
    sigma: NDArray[np.float64]
    organisations: tuple[str, ...]
    donors: NDArray[np.float64]


def fit(
    x: NDArray[np.float64],
    y: NDArray[np.int64],
    levels: int,
    prior: Prior,
    draws: int,
    seed: int,
    groups: tuple[Sequence[str], Sequence[str]] | None = None,
    donors: NDArray[np.float64] | None = None,
) -> Fit:
    """Fit the model.

    Args:
        x: predictors [case, predictor]; NaN = unknown.
        y: levels [case], 0 to ``levels`` - 1.
        levels: how many there are; 2 is a plain logit.
        prior: of the slopes.
        draws: posterior draws wanted.
        seed: of the draws.
        groups: organisation and crisis of each case, whose effects are partially pooled; None = no such effects.
        donors: complete rows from which unknown predictors are drawn (default: those of ``x``).

    Raises:
        RunError: the search for the mode failed, or no row is complete.

    """
    rng = np.random.default_rng(seed)
    donors = x[~np.isnan(x).any(axis=1)] if donors is None else donors
    if not len(donors):
        raise RunError("no case of the record has all predictors", cure="add cases with a known target and date")
    organisations, crises = groups or ((), ())
    names = tuple(sorted(set(organisations)))
    effects = indicators(organisations, crises) if groups else np.empty((len(y), 0))
    slopes, crisis_count, cuts = x.shape[1], effects.shape[1] - len(names), levels - 1
    mean = np.concatenate([np.zeros(cuts), prior.expected, np.zeros(effects.shape[1])])
    grid = list(product(TAUS, SIGMAS)) if groups else [(0.0, 0.0)]
    widths = np.log(_WIDTHS) if groups else np.zeros(1)
    modes, factors, weights, corners = [], [], [], []
    start: NDArray[np.float64] | None = None
    for _ in range(FILLINGS if np.isnan(x).any() else 1):
        design = np.hstack([completed(x, y / cuts, donors, rng), effects])
        evidence = []
        for (tau, sigma), width in zip(grid, widths, strict=True):
            parts = [np.full(cuts, CUT_SPREAD), prior.spread, np.full(len(names), tau), np.full(crisis_count, sigma)]
            spread = np.concatenate(parts)
            start, precision, height = mode(design, y, levels, mean, spread, start)
            factor = np.linalg.cholesky(precision)
            modes.append(start)
            factors.append(factor)
            corners.append((tau, sigma))
            half_normal = -0.5 * (tau**2 + sigma**2) / HALF_NORMAL**2
            evidence.append(height - np.log(np.diag(factor)).sum() - np.log(spread).sum() + half_normal + width)
        share = np.exp(np.array(evidence) - max(evidence))
        weights.append(share / share.sum())
    chosen = np.sort(rng.choice(len(modes), size=draws, p=np.concatenate(weights) / len(weights)))
    sample = np.vstack([_draw(rng, modes[k], factors[k], cuts, int((chosen == k).sum())) for k in np.unique(chosen)])
    order = rng.permutation(draws)
    drawn_cuts, betas, habits, _ = np.split(sample[order], np.cumsum([cuts, slopes, len(names)]), axis=1)
    spreads = np.array([corners[k] for k in chosen[order]])
    return Fit(drawn_cuts, betas, habits, spreads[:, 0], spreads[:, 1], names, donors)


def completed(
    x: NDArray[np.float64], outcome: NDArray[np.float64], donors: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.float64]:
    """Return the predictors with every gap filled from a case alike, the outcome (0 to 1) included.

    Without the outcome, filling in would pull the slopes towards 0 (Little 1992). Where fewer than five cases are
    complete, other donors serve, of which only the predictors are known.
    """
    whole = ~np.isnan(x).any(axis=1)
    if whole.sum() >= _FEWEST_DONORS:
        wide = np.column_stack([x, _OUTCOME_WEIGHT * outcome])
        return np.array([fill(row, wide[whole], rng, 1)[0] for row in wide])[:, :-1]
    return np.array([fill(row, donors, rng, 1)[0] for row in x]).reshape(x.shape)


def indicators(organisations: Sequence[str], crises: Sequence[str]) -> NDArray[np.float64]:
    """Return which organisation and which crisis a case belongs to [case, organisation + crisis], sorted by name."""
    columns = [np.equal.outer(np.array(of), np.array(sorted(set(of)))) for of in (organisations, crises)]
    return np.hstack(columns).astype(float)


def fill(
    x: NDArray[np.float64], donors: NDArray[np.float64], rng: np.random.Generator, count: int
) -> NDArray[np.float64]:
    """Return ``count`` copies of a row, its unknown predictors drawn together from cases alike in the known ones.

    A donor's weight is exp(-d^2) with d the distance over the known predictors (hot deck; Andridge and Little 2010).
    """
    unknown = np.isnan(x)
    if not unknown.any():
        return np.broadcast_to(x, (count, len(x)))
    filled = np.tile(x, (count, 1))
    apart = ((donors[:, ~unknown] - x[~unknown]) ** 2).sum(axis=1)
    weights = np.exp(apart.min() - apart)
    chosen = rng.choice(len(donors), size=count, p=weights / weights.sum())
    filled[:, unknown] = donors[np.ix_(chosen, unknown)]
    return filled


def score(
    fitted: Fit, filled: NDArray[np.float64], organisation: str | None, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Return the log odds [draw] of one new crisis, before the cut points.

    An organisation that the fit has not seen is drawn from N(0, tau), the new crisis from N(0, sigma): what is not
    known widens the answer. ``filled``: predictors [draw, predictor] without gaps (see ``fill``).
    """
    count = len(fitted.tau)
    total: NDArray[np.float64] = np.einsum("ij,ij->i", filled, fitted.slopes)
    total += fitted.sigma * rng.standard_normal(count)
    stranger = fitted.tau * rng.standard_normal(count)
    known = organisation in fitted.organisations
    return total + (fitted.effects[:, fitted.organisations.index(organisation or "")] if known else stranger)


def chances(total: NDArray[np.float64], cuts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the probability of each level [draw, level] from log odds [draw] and cut points [draw, level - 1]."""
    above = logistic(total[:, None] - cuts)
    probabilities = np.empty((len(total), cuts.shape[1] + 1))
    probabilities[:, 0] = 1.0 - above[:, 0]
    probabilities[:, 1:-1] = above[:, :-1] - above[:, 1:]
    probabilities[:, -1] = above[:, -1]
    return probabilities


def mode(
    design: NDArray[np.float64],
    y: NDArray[np.int64],
    levels: int,
    mean: NDArray[np.float64],
    spread: NDArray[np.float64],
    start: NDArray[np.float64] | None,
) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Return the mode of the log posterior, the precision there, and its height."""
    rows, cuts = np.arange(len(y)), levels - 1
    upper = np.zeros((len(y), cuts + design.shape[1]))
    upper[:, cuts:] = -design
    lower = upper.copy()
    has_upper, has_lower = y < cuts, y > 0
    upper[rows[has_upper], y[has_upper]] = 1.0
    lower[rows[has_lower], y[has_lower] - 1] = 1.0

    def parts(
        theta: NDArray[np.float64],
    ) -> tuple[float, NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        above = np.where(has_upper, logistic(upper @ theta), 1.0)
        below = np.where(has_lower, logistic(lower @ theta), 0.0)
        chance = above - below
        gaps = np.diff(theta[:cuts])
        if np.any(chance <= 0.0) or np.any(gaps <= 0.0):
            return -np.inf, above, below, chance
        prior = (np.log(gaps) - gaps).sum() - 0.5 * (((theta - mean) / spread) ** 2).sum()
        return float(np.log(chance).sum() + prior), above, below, chance

    theta = np.concatenate([0.5 * np.arange(cuts), mean[cuts:]]) if start is None else start
    height, above, below, chance = parts(theta)
    for _ in range(100):
        fa, fb = above * (1 - above), below * (1 - below)
        slope_a, slope_b = fa / chance, -fb / chance
        gradient = upper.T @ slope_a + lower.T @ slope_b - (theta - mean) / spread**2
        curve_a = fa * (1 - 2 * above) / chance - slope_a**2
        curve_b = -fb * (1 - 2 * below) / chance - slope_b**2
        cross = upper.T @ ((-slope_a * slope_b)[:, None] * lower)
        hessian = upper.T @ (curve_a[:, None] * upper) + lower.T @ (curve_b[:, None] * lower) + cross + cross.T
        precision = np.diag(spread**-2.0) - hessian
        gaps = np.diff(theta[:cuts])
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


def _draw(
    rng: np.random.Generator, centre: NDArray[np.float64], factor: NDArray[np.float64], cuts: int, count: int
) -> NDArray[np.float64]:
    """Return draws [count, parameter] of the Gaussian around a mode, with cut points in order."""
    kept = np.empty((0, len(centre)))
    for _ in range(200):
        noise = np.linalg.solve(factor.T, rng.standard_normal((len(centre), max(count, 16))))
        sample = centre + noise.T
        kept = np.vstack([kept, sample[np.all(np.diff(sample[:, :cuts], axis=1) > 0, axis=1)]])
        if len(kept) >= count:
            return kept[:count]
    raise RunError("the cut points of the response model cannot be told apart", expected="cases on every level")


def logistic(z: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return 1 / (1 + exp(-z)) without overflow."""
    value: NDArray[np.float64] = 0.5 * (1.0 + np.tanh(0.5 * z))
    return value
