"""The second opinion: its sampler against a known density, its gradient against differences, and the record."""

from __future__ import annotations

import numpy as np
import pytest

from foedus.forecast import hmc


def test_the_sampler_finds_a_known_normal() -> None:
    mean, spread = np.array([1.0, -2.0, 0.0, 0.5]), np.array([0.5, 2.0, 1.0, 1.0])

    def density(q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        z = (q - mean) / spread
        return -0.5 * (z**2).sum(axis=1), -z / spread

    found = hmc.sample(density, 4, warm_up=300, kept=500, seed=1)
    flat = found.draws.reshape(-1, 4)
    error = spread / np.sqrt(found.effective)
    # four means, four standard errors each: a false alarm in about 1 of 4,000 seeds; this one is fixed
    assert np.all(np.abs(flat.mean(axis=0) - mean) < 4 * error)
    assert np.allclose(flat.std(axis=0), spread, rtol=0.15)
    assert found.r_hat < 1.03
    assert found.divergent == 0


def test_the_gradient_is_that_of_the_density() -> None:
    rng = np.random.default_rng(3)
    x, y = rng.standard_normal((12, 8)), rng.integers(0, 2, 12)
    effects = np.hstack([np.eye(3)[np.arange(12) % 3], np.eye(4)[np.arange(12) % 4]])
    density, size = hmc.posterior(x, y, effects, 3)
    q = 0.3 * rng.standard_normal((1, size))
    _, gradient = density(q)
    step = 1e-6
    for k in range(size):
        e = step * np.eye(size)[k]
        slope = (density(q + e)[0] - density(q - e)[0]) / (2 * step)
        assert gradient[0, k] == pytest.approx(slope[0], abs=1e-5)


def test_the_effective_size_of_independent_and_of_sticky_draws() -> None:
    rng = np.random.default_rng(2)
    free = rng.standard_normal((4, 10000, 1))
    sticky = np.empty_like(free)
    sticky[:, 0] = free[:, 0]
    for t in range(1, 10000):  # correlation 0.9: (1 - 0.9) / (1 + 0.9) of the draws count
        sticky[:, t] = 0.9 * sticky[:, t - 1] + np.sqrt(1 - 0.81) * free[:, t]
    assert hmc.effective_size(free)[0] == pytest.approx(40_000, rel=0.1)
    assert hmc.effective_size(sticky)[0] == pytest.approx(40_000 * 0.1 / 1.9, rel=0.25)
    assert hmc.split_r_hat(free)[0] < 1.01
    assert hmc.split_r_hat(free + np.arange(4)[:, None, None])[0] > 1.2


@pytest.mark.verify
def test_laplace_and_monte_carlo_agree_on_the_whole_record() -> None:
    found = hmc.agreement()
    assert found.r_hat < 1.02
    assert found.effective > 400
    assert found.divergent == 0
    assert found.p_act_gap < 0.05
    for row in found.slopes:
        assert abs(row["laplace"][0] - row["hmc"][0]) < 0.25 * row["hmc"][1], row["predictor"]
