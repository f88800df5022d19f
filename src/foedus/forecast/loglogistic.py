"""Log-logistic times known as intervals, with pooled effects and an optional part that is ready at once.

log T of a row = location effects + scale x logistic noise; with a chance pi it comes from a ready part instead,
logit pi = ready effects. Censoring: T lies in (low, high], high may be infinite. Mode by damped Newton for every
spread of the pooled effects on a grid, weighted by Laplace evidence; draws by Hamiltonian Monte Carlo started there,
because a mixture's posterior is far from Gaussian.
References: Kalbfleisch and Prentice 2002, ch. 3; Neal 2011; Gelman et al. 2013, ch. 11 to 13.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from foedus.errors import RunError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

TAUS = (0.3, 0.7, 1.2)
GRID = np.linspace(np.log(0.05), np.log(40_000.0), 121)
"""Log days on which predictive distributions are kept."""
_FARTHEST = 3.0  # longest move of a parameter in one step of the search for the mode
_CHAINS, _WARM_UP, _THIN, _LEAPS, _STEP = 20, 80, 3, 8, 0.25


@dataclass(frozen=True, slots=True)
class Design:
    """Columns of one linear predictor: ``x`` [row, column], prior ``mean`` and ``spread``; spread 0 = pooled."""

    x: Array
    mean: Array
    spread: Array


@dataclass(frozen=True, slots=True)
class Fit:
    """Posterior draws.

    ``location`` [draw, column], ``scale`` [draw], ``tau`` [draw] the spread of pooled effects; ``ready`` [draw,
    column], ``ready_location`` and ``ready_scale`` [draw], empty and unused without a ready part; ``r_hat``: the
    largest potential scale reduction of any parameter.
    """

    location: Array
    scale: Array
    tau: Array
    ready: Array
    ready_location: Array
    ready_scale: Array
    r_hat: float


@dataclass(frozen=True, slots=True)
class Times:
    """Times known as intervals: logarithms of both ends [row] and the designs of their predictors."""

    low: Array
    high: Array
    location: Design
    ready: Design | None = None


READY_LOCATION = (float(np.log(0.7)), 0.5)
READY_SCALE = (float(np.log(0.5)), 0.3)


def fit(times: Times, scale: tuple[float, float], draws: int, seed: int) -> Fit:
    """Fit the model.

    Args:
        times: rows with their designs; ``low`` is minus infinity for 0, ``high`` infinity if the end is open.
        scale: prior mean and spread of the logarithm of the scale.
        draws: posterior draws wanted.
        seed: of the draws.

    Raises:
        RunError: the search for the mode failed.

    """
    rng = np.random.default_rng(seed)
    corners = []
    start: Array | None = None
    for tau in TAUS:
        problem = _Problem(times, scale, tau)
        start, precision = problem.mode(start)
        root: Array = np.asarray(np.linalg.cholesky(precision), dtype=np.float64)
        evidence = problem.height(start[None])[0] - np.log(np.diag(root)).sum() - 0.5 * tau**2
        corners.append((problem, start, root, evidence))
    weights = np.exp(np.array([c[3] for c in corners]) - max(c[3] for c in corners))
    corner = np.sort(rng.choice(len(corners), size=_CHAINS, p=weights / weights.sum()))
    kept = -(-draws // _CHAINS)
    runs = [
        _hamiltonian(problem, mode, root, int((corner == k).sum()), kept, rng)
        for k, (problem, mode, root, _) in enumerate(corners)
        if (corner == k).any()
    ]
    chains = np.concatenate(runs)
    flat = chains.reshape(-1, chains.shape[2])[:draws]
    location, ready, m1, s1, s2 = corners[0][0].split(flat)
    taus = np.repeat(np.array(TAUS)[corner], kept)[:draws]
    return Fit(location, np.exp(s2), taus, ready, m1, np.exp(s1), _r_hat(max(runs, key=len)))


def _hamiltonian(
    problem: _Problem, mode: Array, root: Array, chains: int, kept: int, rng: np.random.Generator
) -> Array:
    """Return draws [chain, kept, parameter] by Hamiltonian Monte Carlo, all chains at once, started near the mode.

    Coordinates are whitened by the curvature at the mode, so that one step length serves all of them.
    """
    back = np.linalg.inv(root.T)

    def value(z: Array) -> tuple[Array, Array]:
        height, gradient = problem.both(mode + z @ back.T)
        return height, gradient @ back

    z = 0.5 * rng.standard_normal((chains, problem.size))
    height, gradient = value(z)
    found = np.empty((chains, kept, problem.size))
    for turn in range(_WARM_UP + kept * _THIN):
        step = _STEP * rng.uniform(0.7, 1.2)
        momentum = rng.standard_normal(z.shape)
        energy = height - 0.5 * (momentum**2).sum(axis=1)
        there, slope = z, gradient
        for _ in range(_LEAPS):
            half = momentum + 0.5 * step * slope
            there = there + step * half
            reached, slope = value(there)
            momentum = half + 0.5 * step * slope
        gain = reached - 0.5 * (momentum**2).sum(axis=1) - energy
        moved = np.log(rng.random(chains)) < gain
        z, height = np.where(moved[:, None], there, z), np.where(moved, reached, height)
        gradient = np.where(moved[:, None], slope, gradient)
        if turn >= _WARM_UP and (turn - _WARM_UP) % _THIN == _THIN - 1:
            found[:, (turn - _WARM_UP) // _THIN] = mode + z @ back.T
    return found


def _r_hat(chains: Array) -> float:
    """Return the largest potential scale reduction over parameters [chain, draw, parameter] (Gelman and Rubin 1992)."""
    n = chains.shape[1]
    within = chains.var(axis=1, ddof=1).mean(axis=0)
    between = chains.mean(axis=1).var(axis=0, ddof=1)
    return float(np.sqrt((n - 1) / n + between / within).max())


def cumulative(fitted: Fit, location: Array, ready: Array | None = None, at: Array = GRID) -> Array:
    """Return the chance of a time up to exp(``at``) [draw, point] for linear predictors given by draw."""
    main = _logistic((at[None] - location[:, None]) / fitted.scale[:, None])
    if ready is None:
        return main
    at_once = _logistic((at[None] - fitted.ready_location[:, None]) / fitted.ready_scale[:, None])
    share = _logistic(ready)[:, None]
    mixed: Array = share * at_once + (1 - share) * main
    return mixed


def quantile(curve: Array, chance: float) -> float:
    """Return the time at which a cumulative curve on ``GRID`` reaches a chance; the last point if it never does."""
    return float(np.exp(np.interp(chance, curve, GRID)))


def quantiles(curve: Array) -> tuple[float, float, float]:
    """Return the times at which a cumulative curve on ``GRID`` reaches chances of 10, 50 and 90 %."""
    return quantile(curve, 0.1), quantile(curve, 0.5), quantile(curve, 0.9)


def reached(curve: Array, time: float) -> float:
    """Return the chance that a cumulative curve on ``GRID`` has reached at a time."""
    return float(np.interp(np.log(time), GRID, curve))


def crps(curve: Array, log_time: float) -> float:
    """Continuous ranked probability score in log days of a curve on ``GRID`` (Gneiting and Raftery 2007)."""
    step = (log_time <= GRID).astype(float)
    return float(np.trapezoid((curve - step) ** 2, GRID))


def interval_score(low: float, high: float, value: float, level: float = 0.8) -> float:
    """Width of an interval plus the penalty for missing ``value`` (Gneiting and Raftery 2007, eq. 43)."""
    alpha = 1 - level
    return (high - low) + 2 / alpha * max(0.0, low - value, value - high)


class _Problem:
    """Log posterior of one spread of the pooled effects, its mode and curvature."""

    def __init__(self, times: Times, scale: tuple[float, float], tau: float) -> None:
        self.times = times
        ready = times.ready
        self.ready = 0 if ready is None else ready.x.shape[1]
        self.columns = times.location.x.shape[1]
        mean: list[ArrayLike] = [times.location.mean, [scale[0]]]
        spread: list[ArrayLike] = [times.location.spread, [scale[1]]]
        if ready is not None:
            mean += [ready.mean, [READY_LOCATION[0], READY_SCALE[0]]]
            spread += [ready.spread, [READY_LOCATION[1], READY_SCALE[1]]]
        self.mean: Array = np.concatenate(mean)
        wide: Array = np.concatenate(spread)
        self.spread = np.where(wide == 0.0, tau, wide)
        self.size = len(self.mean)

    def split(self, theta: Array) -> tuple[Array, Array, Array, Array, Array]:
        """Return location, ready, ready location, log ready scale, log scale of parameters [set, parameter]."""
        m = self.columns
        if not self.ready:
            nothing = np.zeros(len(theta))
            return theta[:, :m], np.zeros((len(theta), 0)), nothing, nothing, theta[:, m]
        return theta[:, :m], theta[:, m + 1 : -2], theta[:, -2], theta[:, -1], theta[:, m]

    def _ends(self, location: Array, log_scale: Array) -> tuple[Array, ...]:
        scale = np.exp(log_scale)
        found = []
        for end in (self.times.low, self.times.high):
            with np.errstate(all="ignore"):  # a wild proposal overflows; it is refused by its height
                z = (end[None] - location) / scale
                density = _logistic(z) * _logistic(-z)
                moment = np.where(np.isfinite(z), z, 0.0) * density
                found += [_logistic(z), density / scale, moment]
        low, low_slope, low_moment, high, high_slope, high_moment = found
        return np.maximum(high - low, 1e-300), low_slope - high_slope, low_moment - high_moment

    def height(self, theta: Array) -> Array:
        """Return the log posterior [set], up to a constant."""
        return self._parts(theta)[0]

    def gradient(self, theta: Array) -> Array:
        """Return the gradient of the log posterior [set, parameter]."""
        return self.both(theta)[1]

    def both(self, theta: Array) -> tuple[Array, Array]:
        """Return the log posterior and its gradient."""
        return self._parts(theta, slopes=True)

    def _parts(self, theta: Array, *, slopes: bool = False) -> tuple[Array, Array]:
        location, ready, m1, s1, s2 = self.split(theta)
        x = self.times.location.x
        main, d_location, d_scale = self._ends(location @ x.T, s2[:, None])
        apart = (theta - self.mean) / self.spread
        prior = -0.5 * (apart**2).sum(axis=1) - np.log(self.spread).sum()
        if self.times.ready is None:
            value = _finite(np.log(main).sum(axis=1) + prior)
            if not slopes:
                return value, theta
            likelihood = [(d_location / main) @ x, (d_scale / main).sum(axis=1)[:, None]]
            return value, np.hstack(likelihood) - apart / self.spread
        w = self.times.ready.x
        share = _logistic(ready @ w.T)
        once, d_m1, d_s1 = self._ends(np.repeat(m1[:, None], len(x), axis=1), s1[:, None])
        total = share * once + (1 - share) * main
        value = _finite(np.log(total).sum(axis=1) + prior)
        if not slopes:
            return value, theta
        late, early = (1 - share) / total, share / total
        likelihood = [
            (late * d_location) @ x,
            (late * d_scale).sum(axis=1)[:, None],
            (share * (1 - share) * (once - main) / total) @ w,
            (early * d_m1).sum(axis=1)[:, None],
            (early * d_s1).sum(axis=1)[:, None],
        ]
        return value, np.hstack(likelihood) - apart / self.spread

    def mode(self, start: Array | None) -> tuple[Array, Array]:
        """Return the mode and the precision there (curvature by central differences of the gradient)."""
        theta = self.mean.copy() if start is None else start.copy()
        height, precision = self.height(theta[None])[0], np.eye(self.size)
        for _ in range(200):
            gradient = self.gradient(theta[None])[0]
            precision = self._curvature(theta)
            values, vectors = np.linalg.eigh(precision)
            step = vectors @ ((vectors.T @ gradient) / np.maximum(np.abs(values), 1e-3))
            if float(gradient @ step) < 1e-9 and values[0] > 0:
                return theta, precision
            size = min(1.0, _FARTHEST / float(np.abs(step).max()))
            while (tried := self.height((theta + size * step)[None])[0]) < height:
                size /= 2
                if size < 1e-9:
                    if values[0] > 0 and float(gradient @ step) < 1e-5:
                        return theta, precision
                    raise RunError("the model of times did not converge", cure="look for rows that contradict others")
            theta, height = theta + size * step, tried
        raise RunError("the model of times did not converge", cure="look for rows that contradict others")

    def _curvature(self, theta: Array) -> Array:
        step = 1e-5
        moves = step * np.eye(self.size)
        rows = (self.gradient(theta + moves) - self.gradient(theta - moves)) / (2 * step)
        return np.asarray(-0.5 * (rows + rows.T))


def _logistic(z: Array) -> Array:
    value: Array = 0.5 * (1.0 + np.tanh(0.5 * z))
    return value


def _finite(height: Array) -> Array:
    return np.where(np.isfinite(height), height, -np.inf)
