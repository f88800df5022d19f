"""Yes or no with pooled effects: logistic regression by Laplace approximation on a grid of spreads.

log odds = x b + sum of one effect per grouping factor; b ~ N(mean, spread), the effects of factor k ~ N(0, tau_k).
(tau_1, tau_2, ...) lie on a grid with half-normal(1) priors and are weighted by the Laplace evidence. The log
posterior is concave, so Newton finds its only mode. References: Gelman and Hill 2007, ch. 14; Tierney and Kadane 1986.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from foedus.errors import InputError, RunError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

TAUS = (0.1, 0.5, 1.0, 1.6)


@dataclass(frozen=True, slots=True)
class Fit:
    """Posterior draws: slopes [draw, predictor]; by factor, effects [draw, level], tau [draw] and the level names."""

    slopes: Array
    effects: Mapping[str, Array]
    taus: Mapping[str, Array]
    levels: Mapping[str, tuple[str, ...]]


def fit(
    x: Array,
    y: Array,
    factors: Mapping[str, Sequence[str]],
    prior: tuple[Array, Array],
    draws: int,
    seed: int,
    taus: tuple[float, ...] = TAUS,
) -> Fit:
    """Fit the model.

    Args:
        x: predictors [row, predictor], without missing values.
        y: 0 or 1 [row].
        factors: by name, the level of each row.
        prior: mean and spread of the slopes [predictor].
        draws: posterior draws wanted.
        seed: of the draws.
        taus: grid of the spreads of effects.

    Raises:
        RunError: the search for the mode failed.

    """
    levels = {name: tuple(sorted(set(values))) for name, values in factors.items()}
    blocks = [np.equal.outer(np.array(factors[name]), np.array(levels[name])).astype(float) for name in factors]
    design = np.hstack([x, *blocks])
    mean = np.concatenate([prior[0], np.zeros(design.shape[1] - x.shape[1])])
    corners = list(product(taus, repeat=len(factors)))
    modes, roots, evidence = [], [], []
    theta = mean.copy()
    for corner in corners:
        spread = np.concatenate([prior[1], *(np.full(len(levels[n]), t) for n, t in zip(factors, corner, strict=True))])
        theta, precision, height = _mode(design, y, mean, spread, theta)
        root = np.linalg.cholesky(precision)
        modes.append(theta)
        roots.append(root)
        evidence.append(
            height - np.log(np.diag(root)).sum() - np.log(spread).sum() - 0.5 * float((np.array(corner) ** 2).sum())
        )
    weights = np.exp(np.array(evidence) - max(evidence))
    rng = np.random.default_rng(seed)
    chosen = rng.choice(len(corners), size=draws, p=weights / weights.sum())
    noise = rng.standard_normal((draws, design.shape[1]))
    sample = np.array([modes[k] + np.linalg.solve(roots[k].T, noise[i]) for i, k in enumerate(chosen)])
    edges = np.cumsum([x.shape[1], *(len(levels[name]) for name in factors)])
    parts = np.split(sample, edges[:-1], axis=1)
    return Fit(
        parts[0],
        dict(zip(factors, parts[1:], strict=True)),
        {name: np.array([corners[k][i] for k in chosen]) for i, name in enumerate(factors)},
        levels,
    )


def predict(fitted: Fit, x: Array, levels: Mapping[str, Sequence[str]], seed: int) -> Array:
    """Return the chance of yes [draw, row]; a level that the fit has not seen is drawn from N(0, tau).

    Rows that share an unseen level share its effect.
    """
    rng = np.random.default_rng(seed)
    score = fitted.slopes @ x.T
    for name, wanted in levels.items():
        known = {level: i for i, level in enumerate(fitted.levels[name])}
        fresh: dict[str, Array] = {}
        for row, level in enumerate(wanted):
            if level in known:
                score[:, row] += fitted.effects[name][:, known[level]]
                continue
            if level not in fresh:
                fresh[level] = fitted.taus[name] * rng.standard_normal(len(fitted.taus[name]))
            score[:, row] += fresh[level]
    return logistic(score)


def maximum_likelihood(x: Array, y: Array) -> tuple[Array, Array, float]:
    """Return coefficients, standard errors and log likelihood of a plain logit (``x`` holds its own constant).

    Raises:
        InputError: the predictors separate the cases, or cannot be told apart.

    """
    wide = np.full(x.shape[1], 1e6)
    try:
        theta, precision, height = _mode(x, y, np.zeros(x.shape[1]), wide, np.zeros(x.shape[1]))
        errors = np.sqrt(np.diag(np.linalg.inv(precision)))
    except (RunError, np.linalg.LinAlgError) as error:
        raise InputError("this logit has no estimate", expected="predictors that do not separate the cases") from error
    if errors.max() > 1e3:
        raise InputError("this logit has no estimate", expected="predictors that do not separate the cases")
    return theta, errors, height


def logistic(z: Array) -> Array:
    """Return 1 / (1 + exp(-z))."""
    value: Array = 0.5 * (1.0 + np.tanh(0.5 * z))
    return value


def _mode(x: Array, y: Array, mean: Array, spread: Array, start: Array) -> tuple[Array, Array, float]:
    """Return mode, precision there and height (up to a constant) of the log posterior."""

    def height_of(theta: Array) -> float:
        score = x @ theta
        return float((y * score - np.logaddexp(0.0, score)).sum() - 0.5 * (((theta - mean) / spread) ** 2).sum())

    theta, height = start.copy(), height_of(start)
    for _ in range(100):
        chance = logistic(x @ theta)
        gradient = x.T @ (y - chance) - (theta - mean) / spread**2
        precision = (x.T * (chance * (1 - chance))) @ x + np.diag(spread**-2.0)
        step = np.linalg.solve(precision, gradient)
        if float(gradient @ step) < 1e-10:
            return theta, precision, height
        size = 1.0
        while (tried := height_of(theta + size * step)) < height:
            size /= 2
            if size < 1e-10:
                return theta, precision, height
        theta, height = theta + size * step, tried
    raise RunError("the logit did not converge", cure="look for a predictor that separates the cases")
