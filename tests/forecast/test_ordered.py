"""The response model against closed forms, numerical derivatives and synthetic truth."""

from __future__ import annotations

import numpy as np
import pytest

from foedus.errors import RunError
from foedus.forecast import ordered

WIDE = ordered.Prior(np.zeros(2), np.ones(2))


def synthetic(n: int, seed: int) -> tuple[np.ndarray, np.ndarray, tuple[list[str], list[str]]]:
    rng = np.random.default_rng(seed)
    x = rng.integers(0, 2, (n, 2)).astype(float)
    score = x @ np.array([1.2, -0.8])
    cuts = np.array([-1.0, 0.2, 0.8, 1.6])
    above = 1 / (1 + np.exp(cuts[None, :] - score[:, None]))
    y = (rng.random(n)[:, None] < above).sum(axis=1)
    return x, y, ([f"o{i % 10}" for i in range(n)], [f"c{i}" for i in range(n)])


def p_top(fitted: ordered.Fit, x: np.ndarray, organisation: str, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    filled = ordered.fill(x, fitted.donors, rng, len(fitted.tau))
    return ordered.chances(ordered.score(fitted, filled, organisation, rng), fitted.cuts)


def test_known_slopes_are_recovered() -> None:
    x, y, groups = synthetic(300, 1)
    fitted = ordered.fit(x, y, 5, WIDE, 300, 0, groups)
    mean, spread = fitted.slopes.mean(axis=0), fitted.slopes.std(axis=0)
    # two parameters, four standard deviations: a false alarm in about 1 of 8,000 data sets; this one is fixed
    assert np.all(np.abs(mean - [1.2, -0.8]) < 4 * spread)


def test_without_predictors_the_levels_come_out_as_often_as_they_were_seen() -> None:
    rng = np.random.default_rng(5)
    y = rng.choice(5, size=800, p=[0.3, 0.25, 0.1, 0.15, 0.2])
    fitted = ordered.fit(np.zeros((800, 2)), y, 5, WIDE, 400, 0)
    assert np.allclose(p_top(fitted, np.zeros(2), "one", 0).mean(axis=0), np.bincount(y) / 800, atol=0.03)


def test_the_mode_of_a_plain_logit_is_that_of_scipy() -> None:
    from scipy.optimize import minimize

    x, y, _ = synthetic(120, 6)
    binary = (y > 2).astype(np.int64)
    mean, spread = np.array([0.0, 0.5, -0.5]), np.array([3.0, 0.7, 0.7])

    def loss(theta: np.ndarray) -> float:
        eta = x @ theta[1:] - theta[0]
        return float(
            np.log1p(np.exp(-np.where(binary == 1, eta, -eta))).sum() + 0.5 * (((theta - mean) / spread) ** 2).sum()
        )

    wanted = minimize(loss, mean, tol=1e-10)
    found, precision, height = ordered.mode(x, binary, 2, mean, spread, None)
    assert np.allclose(found, wanted.x, atol=1e-4)
    assert height == pytest.approx(-wanted.fun, abs=1e-8)
    step = 1e-4
    for i in range(3):
        e = step * np.eye(3)[i]
        second = (loss(found + e) - 2 * loss(found) + loss(found - e)) / step**2
        assert second == pytest.approx(precision[i, i], rel=1e-3)


def test_probabilities_are_probabilities_and_ignorance_widens_them() -> None:
    x, y, groups = synthetic(90, 2)
    fitted = ordered.fit(x, y, 5, WIDE, 400, 0, groups)
    known = p_top(fitted, np.array([1.0, 0.0]), "o1", 7)
    missing = p_top(fitted, np.array([np.nan, 0.0]), "o1", 7)
    stranger = p_top(fitted, np.array([1.0, 0.0]), "unseen", 7)
    for drawn in (known, missing, stranger):
        assert np.all(drawn >= 0)
        assert np.allclose(drawn.sum(axis=1), 1)
    assert missing[:, 3:].sum(axis=1).std() > known[:, 3:].sum(axis=1).std()
    assert stranger[:, 3:].sum(axis=1).std() > known[:, 3:].sum(axis=1).std()


def test_unknown_predictors_are_integrated_out_and_not_set_to_zero() -> None:
    """A third of a predictor is hidden at random: its slope must stay far from what zeros would make of it."""
    x, y, _ = synthetic(300, 8)
    hidden = x.copy()
    hidden[np.random.default_rng(1).random(300) < 0.33, 0] = np.nan
    full, part, zeros = (
        ordered.fit(design, y, 5, WIDE, 200, 0).slopes[:, 0].mean() for design in (x, hidden, np.nan_to_num(hidden))
    )
    assert abs(part - full) < 0.3
    assert abs(zeros - full) > 0.3


def test_a_donor_is_alike_in_what_is_known() -> None:
    donors = np.array([[0.0, 5.0], [0.0, 6.0], [9.0, 1.0]])
    filled = ordered.fill(np.array([0.0, np.nan]), donors, np.random.default_rng(0), 50)
    assert set(filled[:, 1]) == {5.0, 6.0}


def test_same_seed_same_draws() -> None:
    x, y, groups = synthetic(60, 3)
    one, two = (ordered.fit(x, y, 5, WIDE, 50, 9, groups) for _ in range(2))
    assert np.array_equal(one.cuts, two.cuts)


def test_a_level_that_nobody_reached_still_gets_a_forecast() -> None:
    x, y, groups = synthetic(60, 4)
    y = np.where(y == 2, 1, y)
    fitted = ordered.fit(x, y, 5, WIDE, 50, 0, groups)
    assert np.all(np.isfinite(p_top(fitted, x[0], "o1", 0)))


def test_without_a_complete_row_there_is_nothing_to_learn_from() -> None:
    with pytest.raises(RunError, match="no case of the record has all predictors"):
        ordered.fit(np.full((3, 2), np.nan), np.array([0, 1, 1]), 2, WIDE, 10, 0)
