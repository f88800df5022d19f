"""The response model against closed forms, numerical derivatives and synthetic truth."""

from __future__ import annotations

import numpy as np

from foedus.forecast import ordered


def synthetic(n: int, seed: int) -> tuple[np.ndarray, np.ndarray, list[str], list[str]]:
    rng = np.random.default_rng(seed)
    x = rng.integers(0, 2, (n, 2)).astype(float)
    score = x @ np.array([1.2, -0.8])
    cuts = np.array([-1.0, 0.2, 0.8, 1.6])
    above = 1 / (1 + np.exp(cuts[None, :] - score[:, None]))
    y = (rng.random(n)[:, None] < above).sum(axis=1)
    return x, y, [f"o{i % 10}" for i in range(n)], [f"c{i}" for i in range(n)]


def test_known_slopes_are_recovered() -> None:
    x, y, organisations, crises = synthetic(600, 1)
    fitted = ordered.fit(x, y, organisations, crises, 300, 0)
    mean, spread = fitted.slopes.mean(axis=0), fitted.slopes.std(axis=0)
    # two parameters, four standard deviations: a false alarm in about 1 of 8,000 data sets; this one is fixed
    assert np.all(np.abs(mean - [1.2, -0.8]) < 4 * spread)


def test_without_predictors_the_levels_come_out_as_often_as_they_were_seen() -> None:
    rng = np.random.default_rng(5)
    y = rng.choice(5, size=800, p=[0.3, 0.25, 0.1, 0.15, 0.2])
    x = np.zeros((800, 1))
    fitted = ordered.fit(x, y, ["one"] * 800, [f"c{i}" for i in range(800)], 400, 0)
    predicted = ordered.predict(fitted, np.zeros(1), "one", 0).mean(axis=0)
    assert np.allclose(predicted, np.bincount(y) / 800, atol=0.03)


def test_probabilities_are_probabilities_and_ignorance_widens_them() -> None:
    x, y, organisations, crises = synthetic(90, 2)
    fitted = ordered.fit(x, y, organisations, crises, 400, 0)
    known = ordered.predict(fitted, np.array([1.0, 0.0]), "o1", 7)
    missing = ordered.predict(fitted, np.array([np.nan, 0.0]), "o1", 7)
    stranger = ordered.predict(fitted, np.array([1.0, 0.0]), "unseen", 7)
    for drawn in (known, missing, stranger):
        assert np.all(drawn >= 0)
        assert np.allclose(drawn.sum(axis=1), 1)
    assert missing[:, 3:].sum(axis=1).std() > known[:, 3:].sum(axis=1).std()
    assert stranger[:, 3:].sum(axis=1).std() > known[:, 3:].sum(axis=1).std()


def test_same_seed_same_draws() -> None:
    x, y, organisations, crises = synthetic(60, 3)
    one = ordered.fit(x, y, organisations, crises, 50, 9)
    two = ordered.fit(x, y, organisations, crises, 50, 9)
    assert np.array_equal(one.cuts, two.cuts)


def test_a_level_that_nobody_reached_still_gets_a_forecast() -> None:
    x, y, organisations, crises = synthetic(60, 4)
    y = np.where(y == 2, 1, y)
    fitted = ordered.fit(x, y, organisations, crises, 50, 0)
    assert np.all(np.isfinite(ordered.predict(fitted, x[0], "o1", 0)))
