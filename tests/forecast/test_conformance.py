"""Published figures come out of the published files; our model is scored on wars that it has not seen."""

import json

import numpy as np
import pytest

from foedus.cli import run_cli
from foedus.errors import InputError
from foedus.forecast import logit
from foedus.forecast.conformance import (
    BERKEMEIER_FUHRMANN,
    LEEDS_ANAC,
    PUBLISHED_LOGIT,
    berkemeier_fuhrmann,
    conformance,
    leave_one_war_out,
    leeds_anac,
    rates,
    structured,
)


@pytest.fixture(scope="module")
def files(external_data):
    return berkemeier_fuhrmann(external_data), leeds_anac(external_data), structured(external_data)


@pytest.mark.external_data
def test_the_published_rates_come_out_of_the_file(files):
    found = {rate.what: (rate.honoured, rate.of) for rate in rates(files[0])}
    assert found == {
        "all tests": (73, 146),
        "before 1945": (61, 92),
        "from 1945": (12, 54),
        "multilateral defence pacts from 1945": (0, 21),
    }
    assert all(rate.agrees for rate in rates(files[0]))


@pytest.mark.external_data
def test_the_published_logit_comes_out_of_the_file_to_three_decimals(files):
    table = files[1]
    assert (len(table), table["war"].nunique(), table["atopid"].nunique()) == (137, 33, 105)
    x = np.column_stack([np.ones(137), table[list(LEEDS_ANAC)].to_numpy(float)])
    estimate, errors, height = logit.maximum_likelihood(x, table["honor3"].to_numpy(float))
    np.testing.assert_allclose(estimate, list(PUBLISHED_LOGIT.values()), atol=5.1e-4)
    np.testing.assert_allclose(errors[1:], [0.298, 0.359, 0.516, 0.604, 0.480], atol=1e-3)
    assert height == pytest.approx(-57.34, abs=0.01)


@pytest.mark.external_data
@pytest.mark.verify
def test_whole_wars_left_out_score_within_the_targets(external_data):
    for skill in conformance(external_data).skills:
        assert skill.brier <= skill.target
        assert skill.brier < skill.logit_brier < skill.base_brier


@pytest.mark.external_data
@pytest.mark.verify
def test_shuffled_outcomes_show_no_skill(files):
    """A placebo: with outcomes permuted 20 times, the mean gain over the base rate is not above zero."""
    table, rng = files[2], np.random.default_rng(1)
    x = table[list(BERKEMEIER_FUHRMANN)].to_numpy(float)
    wars, alliances = (table[name].astype(str).tolist() for name in ("warid", "atopid"))
    gains = []
    for _ in range(20):
        y = rng.permutation(table["honoured"].to_numpy(float))
        skill = leave_one_war_out("placebo", x, y, wars, alliances)
        gains.append(skill.base_brier - skill.brier)
    assert np.mean(gains) < 2 * np.std(gains) / np.sqrt(20)


def test_the_pooled_logit_finds_simulated_effects_and_spreads():
    """200 groups of 6 with spread 1: slopes, spread and effects within 3.5 posterior standard deviations."""
    rng = np.random.default_rng(2)
    group = np.repeat(np.arange(200), 6)
    x = np.column_stack([np.ones(1200), rng.standard_normal(1200)])
    effect = rng.standard_normal(200)
    y = (rng.random(1200) < logit.logistic(-0.5 + 0.8 * x[:, 1] + effect[group])).astype(float)
    fitted = logit.fit(x, y, {"group": [f"g{g:03d}" for g in group]}, (np.zeros(2), np.full(2, 2.0)), 400, 3)
    for column, truth in enumerate((-0.5, 0.8)):
        draws = fitted.slopes[:, column]
        assert abs(draws.mean() - truth) < 3.5 * draws.std()
    assert set(np.unique(fitted.taus["group"])) <= {0.5, 1.0, 1.6}
    assert np.corrcoef(fitted.effects["group"].mean(axis=0), effect)[0, 1] > 0.6


def test_a_logit_that_separates_the_cases_is_refused():
    x = np.column_stack([np.ones(20), np.arange(20.0)])
    with pytest.raises(InputError, match="no estimate"):
        logit.maximum_likelihood(x, (x[:, 1] > 9).astype(float))


def test_an_unseen_level_widens_the_answer():
    rng = np.random.default_rng(4)
    group = [f"g{i % 8}" for i in range(160)]
    y = (rng.random(160) < 0.5 + 0.45 * np.sign(np.array([int(g[1]) - 3.5 for g in group]))).astype(float)
    fitted = logit.fit(np.ones((160, 1)), y, {"group": group}, (np.zeros(1), np.full(1, 1.5)), 400, 5)
    known, new = logit.predict(fitted, np.ones((2, 1)), {"group": ["g7", "nobody"]}, 6).T
    assert new.std() > known.std()


def test_missing_files_are_named(tmp_path, capsys):
    assert run_cli(["record", "conformance", "--data", str(tmp_path)]) == 2
    assert "BerkemeierFuhrmann" in capsys.readouterr().err
    (tmp_path / "honoured").mkdir()
    (tmp_path / "honoured" / "BerkemeierFuhrmannRAP2018_0303.dta").write_text("not Stata")
    assert run_cli(["record", "conformance", "--data", str(tmp_path)]) == 2
    assert "not a Stata file" in capsys.readouterr().err


@pytest.mark.external_data
@pytest.mark.verify
def test_the_command_prints_json_and_nothing_else(external_data, capsys):
    assert run_cli(["record", "conformance", "--data", str(external_data), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["coefficients"][0]["published"] == 3.691


def test_the_laplace_approximation_agrees_with_quadrature():
    """One slope, three groups, 60 rows: means and spreads against a sum over a grid of all four, for each spread."""
    rng = np.random.default_rng(11)
    group = np.repeat([0, 1, 2], 20)
    x = rng.standard_normal(60)
    y = (rng.random(60) < logit.logistic(0.7 * x + np.array([-0.8, 0.0, 0.9])[group])).astype(float)
    slope, effect = np.linspace(-1.2, 2.6, 41), np.linspace(-4.5, 4.5, 61)
    parts = []  # given the slope, the groups are independent: sums over one effect at a time
    for g in range(3):
        mine = group == g
        score = slope[:, None, None] * x[mine] + effect[None, :, None]
        parts.append(np.exp((y[mine] * score - np.logaddexp(0, score)).sum(axis=2)))
    mass = np.zeros(41)
    for tau in logit.TAUS:
        prior = np.exp(-0.5 * (effect / tau) ** 2)
        prior /= prior.sum()
        mass += np.exp(-0.5 * tau**2) * np.prod([part @ prior for part in parts], axis=0) * np.exp(-0.5 * slope**2)
    mass /= mass.sum()
    mean = mass @ slope
    spread = np.sqrt(mass @ (slope - mean) ** 2)
    fitted = logit.fit(x[:, None], y, {"group": [str(g) for g in group]}, (np.zeros(1), np.ones(1)), 20_000, 12)
    assert fitted.slopes.mean() == pytest.approx(mean, abs=0.1 * spread)
    assert fitted.slopes.std() == pytest.approx(spread, rel=0.1)
