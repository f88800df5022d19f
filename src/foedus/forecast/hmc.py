"""A second opinion on the Laplace fit: Hamiltonian Monte Carlo over the same model, spreads and all.

Non-centred effects, diagonal metric and step size learned in the warm-up, chains advanced side by side.
References: Neal 2011; Hoffman and Gelman 2014 (dual averaging); Gelman et al. 2013, ch. 11 (split R-hat); Geyer 1992.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from foedus import record
from foedus.forecast import ordered
from foedus.forecast.call import Call
from foedus.forecast.folds import training
from foedus.forecast.predictors import NAMES, PRIOR, matrix
from foedus.forecast.response import ACTED, SEED
from foedus.progress import Event, Listener, silent

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Density = Callable[[Array], tuple[Array, Array]]

CHAINS, WARM_UP, KEPT = 4, 800, 1500
_SHORT, _LONG = 8, 24  # leapfrog steps of a move
_ACCEPT = 0.8
_DIVERGED = 1000.0  # error of the energy from which on a move counts as divergent (as in Stan)


@dataclass(frozen=True, slots=True)
class Sample:
    """Draws [chain, draw, parameter] with their diagnostics: worst split R-hat, least effective size, divergences."""

    draws: Array
    r_hat: float
    effective: float
    divergent: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """Laplace beside Hamiltonian Monte Carlo on the whole record, unknown predictors filled in once for both.

    ``slopes``: by predictor, mean and standard deviation of each; ``p_act_gap``: largest difference of P(act) over the
    cases; ``p_act_mean_gap``: their mean absolute difference.
    """

    cases: int
    parameters: int
    chains: int
    kept: int
    r_hat: float
    effective: float
    divergent: int
    slopes: tuple[dict[str, Any], ...]
    spreads: dict[str, tuple[float, float]]
    p_act_gap: float
    p_act_mean_gap: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self)


def agreement(
    record_path: record.AnyRecord = None, kept: int = KEPT, seed: int = SEED, on_event: Listener = silent
) -> Agreement:
    """Fit the step "troops or none" to the whole record by both methods (about a minute).

    Raises:
        InputError: the record is not in order.

    """
    cases = training(record.cases(record_path))
    rng = np.random.default_rng(seed)
    x = matrix([Call.of(case) for case in cases])
    acted = np.array([case.ladder >= ACTED for case in cases], dtype=np.int64)
    x = ordered.completed(x, acted.astype(float), x[~np.isnan(x).any(axis=1)], rng)
    groups = [case.organisation for case in cases], [case.group for case in cases]
    laplace = ordered.fit(x, acted, 2, PRIOR, 4000, seed, groups)
    effects = ordered.indicators(*groups)
    density, size = posterior(x, acted, effects, len(laplace.organisations))
    found = sample(density, size, kept=kept, seed=seed, on_event=on_event)
    flat = found.draws.reshape(-1, size)
    slopes = flat[:, 1 : 1 + len(NAMES)]
    tau, sigma = np.exp(flat[:, -2]), np.exp(flat[:, -1])
    habit = flat[:, 1 + len(NAMES) : 1 + len(NAMES) + len(laplace.organisations)] * tau[:, None]
    fresh = rng.standard_normal(len(flat))
    gaps = []
    for row, name in zip(x, groups[0], strict=True):
        k = laplace.organisations.index(name)
        theirs = _logistic(slopes @ row + habit[:, k] - flat[:, 0] + sigma * fresh)
        ours = ordered.chances(
            ordered.score(laplace, np.broadcast_to(row, laplace.slopes.shape), name, rng), laplace.cuts
        )[:, 1]
        gaps.append(float(ours.mean() - theirs.mean()))
    return Agreement(
        len(cases), size, CHAINS, kept, found.r_hat, found.effective, found.divergent,
        tuple(
            {
                "predictor": name,
                "laplace": (float(laplace.slopes[:, j].mean()), float(laplace.slopes[:, j].std())),
                "hmc": (float(slopes[:, j].mean()), float(slopes[:, j].std())),
            }
            for j, name in enumerate(NAMES)
        ),
        {
            "tau": (float(laplace.tau.mean()), float(tau.mean())),
            "sigma": (float(laplace.sigma.mean()), float(sigma.mean())),
        },
        float(np.abs(gaps).max()), float(np.abs(gaps).mean()),
    )  # fmt: skip


def posterior(x: Array, y: NDArray[np.int64], effects: Array, organisations: int) -> tuple[Density, int]:
    """Return the log posterior with its gradient, for many points [chain, parameter] at once, and its size.

    Parameters: cut point, slopes, standardised effects of organisations and crises, log tau, log sigma.
    """
    slopes, pooled = x.shape[1], effects.shape[1]
    which = np.where(np.arange(pooled) < organisations, 0, 1)

    def density(q: Array) -> tuple[Array, Array]:
        cut, beta, z, logs = q[:, :1], q[:, 1 : 1 + slopes], q[:, 1 + slopes : -2], q[:, -2:]
        spread = np.exp(logs)
        scale = spread[:, which]
        eta = beta @ x.T + (scale * z) @ effects.T - cut
        residual = y - _logistic(eta)
        pull = residual @ effects
        height = np.where(y == 1, -np.logaddexp(0, -eta), -np.logaddexp(0, eta)).sum(axis=1)
        height -= 0.5 * (cut[:, 0] / ordered.CUT_SPREAD) ** 2 + 0.5 * (z**2).sum(axis=1)
        height -= 0.5 * (((beta - PRIOR.expected) / PRIOR.spread) ** 2).sum(axis=1)
        height += (logs - 0.5 * (spread / ordered.HALF_NORMAL) ** 2).sum(axis=1)
        moved = pull * scale * z
        by_factor = np.stack([moved[:, which == 0].sum(axis=1), moved[:, which == 1].sum(axis=1)], axis=1)
        gradient = np.hstack(
            [
                -residual.sum(axis=1, keepdims=True) - cut / ordered.CUT_SPREAD**2,
                residual @ x - (beta - PRIOR.expected) / PRIOR.spread**2,
                pull * scale - z,
                by_factor + 1.0 - (spread / ordered.HALF_NORMAL) ** 2,
            ]
        )
        return height, gradient

    return density, 1 + slopes + pooled + 2


def sample(
    density: Density,
    size: int,
    *,
    chains: int = CHAINS,
    warm_up: int = WARM_UP,
    kept: int = KEPT,
    seed: int = 0,
    on_event: Listener = silent,
) -> Sample:
    """Draw from a density by Hamiltonian Monte Carlo.

    Args:
        density: log density [chain] and gradient [chain, parameter] at points [chain, parameter].
        size: number of parameters.
        chains: advanced side by side, each from a start of its own.
        warm_up: moves that learn step size and metric, and are thrown away.
        kept: draws of each chain.
        seed: of everything.
        on_event: told of progress.

    """
    rng = np.random.default_rng(seed)
    q = 0.5 * rng.standard_normal((chains, size))
    q[:, -2:] -= 1.0
    height, gradient = density(q)
    metric = np.ones(size)
    step, mean_log, error, weighted = 0.1, np.log(0.5), 0.0, np.log(0.1)
    history: list[Array] = []
    draws = np.empty((chains, kept, size))
    divergent, since = 0, 0
    for move in range(warm_up + kept):
        momentum = rng.standard_normal(q.shape) / np.sqrt(metric)
        start = height - 0.5 * (metric * momentum**2).sum(axis=1)
        to, p, g = q.copy(), momentum.copy(), gradient
        with np.errstate(over="ignore", invalid="ignore"):  # a step still too long flies off; the move is refused
            for _ in range(int(rng.integers(_SHORT, _LONG + 1))):
                p = p + 0.5 * step * g
                to = to + step * metric * p
                new_height, g = density(to)
                p = p + 0.5 * step * g
            end = new_height - 0.5 * (metric * p**2).sum(axis=1)
        change = np.where(np.isfinite(end), end - start, -np.inf)
        accept = np.exp(np.minimum(0.0, change))
        taken = rng.random(chains) < accept
        q, gradient = np.where(taken[:, None], to, q), np.where(taken[:, None], g, gradient)
        height = np.where(taken, new_height, height)
        if move < warm_up:
            since += 1
            error = (1 - 1 / (since + 10)) * error + (_ACCEPT - float(accept.mean())) / (since + 10)
            log_step = mean_log - np.sqrt(since) / 0.05 * error
            weighted += since**-0.75 * (log_step - weighted)
            step = float(np.exp(log_step))
            history.append(q.copy())
            if move in (warm_up // 4, warm_up // 2):
                recent = np.concatenate(history[len(history) // 2 :])
                metric = recent.var(axis=0) * len(recent) / (len(recent) + 5) + 1e-3 * 5 / (len(recent) + 5)
                mean_log, error, since, weighted = np.log(10 * step), 0.0, 0, np.log(step)
        else:
            if move == warm_up:
                step = float(np.exp(weighted))
            divergent += int((change < -_DIVERGED).sum())
            draws[:, move - warm_up] = q
        if move % 50 == 0:
            on_event(Event("progress", "sampling", move, warm_up + kept))
    on_event(Event("progress", "sampling", warm_up + kept, warm_up + kept))
    return Sample(draws, float(split_r_hat(draws).max()), float(effective_size(draws).min()), divergent)


def split_r_hat(draws: Array) -> Array:
    """Return the potential scale reduction of each parameter, every chain cut in two [parameter]."""
    half = draws.shape[1] // 2
    parts = np.concatenate([draws[:, :half], draws[:, half : 2 * half]])
    within = parts.var(axis=1, ddof=1).mean(axis=0)
    between = half * parts.mean(axis=1).var(axis=0, ddof=1)
    ratio: Array = np.sqrt(((half - 1) / half * within + between / half) / within)
    return ratio


def effective_size(draws: Array) -> Array:
    """Return the number of independent draws that the chains are worth [parameter] (Geyer's initial positive sums)."""
    chains, n, size = draws.shape
    centred = draws - draws.mean(axis=1, keepdims=True)
    power = np.abs(np.fft.rfft(centred, 2 * n, axis=1)) ** 2
    covariance = np.fft.irfft(power, axis=1)[:, :n] / n
    within = draws.var(axis=1, ddof=1).mean(axis=0)
    total = (n - 1) / n * within + draws.mean(axis=1).var(axis=0, ddof=1)
    correlation = 1 - (within - covariance.mean(axis=0)) / total
    found = np.empty(size)
    for k in range(size):
        pairs = correlation[: n - n % 2, k].reshape(-1, 2).sum(axis=1)
        stop = np.argmax(pairs < 0) if (pairs < 0).any() else len(pairs)
        found[k] = chains * n / max(-1 + 2 * np.minimum.accumulate(pairs[:stop]).sum(), 1e-9)
    capped: Array = np.minimum(found, chains * n)
    return capped


def _logistic(z: Array) -> Array:
    value: Array = 0.5 * (1.0 + np.tanh(0.5 * z))
    return value
