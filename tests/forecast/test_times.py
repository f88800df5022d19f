"""Times: the likelihood is the log-logistic one, the sampler finds what made the data, the commands explain."""

import json
from dataclasses import replace

import numpy as np
import pytest
from scipy import integrate, stats

from foedus import record
from foedus.cli import run_cli
from foedus.errors import RunError
from foedus.forecast import exit as leaving
from foedus.forecast import loglogistic, shipped, timing
from foedus.forecast.timescore import exit_skill, timing_skill

KAZAKHSTAN = record.find("kazakhstan-2022-january", record.cases())


def times(n: int, seed: int, ready_share: float = 0.0) -> loglogistic.Times:
    """Simulate days with median 20 and scale .6, a yes-or-no that doubles them, known as whole days."""
    rng = np.random.default_rng(seed)
    x = np.column_stack([np.ones(n), rng.random(n) < 0.5]).astype(float)
    t = np.exp(np.log(20) + np.log(2) * x[:, 1] + 0.6 * rng.logistic(size=n))
    ready = rng.random(n) < ready_share
    t[ready] = np.exp(np.log(0.7) + 0.4 * rng.logistic(size=ready.sum()))
    with np.errstate(divide="ignore"):
        low, high = np.log(np.floor(t)), np.log(np.floor(t) + 1)
    location = loglogistic.Design(x, np.array([3.0, 0.0]), np.array([1.0, 1.0]))
    alert = loglogistic.Design(np.ones((n, 1)), np.zeros(1), np.full(1, 1.5))
    return loglogistic.Times(low, high, location, alert if ready_share else None)


def test_the_likelihood_is_that_of_scipys_log_logistic_distribution():
    data = times(40, 1)
    problem = loglogistic._Problem(data, (0.0, 0.5), 0.7)
    theta = np.array([2.9, 0.5, -0.3])
    scale = np.exp(theta[2])
    median = np.exp(theta[0] + theta[1] * data.location.x[:, 1])
    expected = np.log(
        stats.fisk.cdf(np.exp(data.high), 1 / scale, scale=median)
        - stats.fisk.cdf(np.exp(data.low), 1 / scale, scale=median)
    ).sum()
    prior = -0.5 * ((theta - [3, 0, 0]) ** 2 / [1, 1, 0.25]).sum() - np.log(0.5)
    assert problem.height(theta[None])[0] == pytest.approx(expected + prior, rel=1e-10)


@pytest.mark.parametrize("ready_share", [0.0, 0.4])
def test_the_gradient_is_the_slope_of_the_log_posterior(ready_share):
    problem = loglogistic._Problem(times(30, 2, ready_share), (0.0, 0.5), 0.7)
    theta = problem.mean + 0.3 * np.random.default_rng(3).standard_normal(problem.size)
    numeric = [
        (problem.height((theta + e)[None])[0] - problem.height((theta - e)[None])[0]) / 2e-6
        for e in 1e-6 * np.eye(problem.size)
    ]
    np.testing.assert_allclose(problem.gradient(theta[None])[0], numeric, atol=1e-5)


def test_the_sampler_finds_the_values_that_made_the_data():
    fitted = loglogistic.fit(times(400, 4, 0.4), (np.log(0.7), 0.3), 400, 5)
    for draws, truth in (
        (fitted.location[:, 0], np.log(20)),
        (fitted.location[:, 1], np.log(2)),
        (fitted.scale, 0.6),
        (1 / (1 + np.exp(-fitted.ready[:, 0])), 0.4),
    ):
        assert abs(draws.mean() - truth) < 3.5 * draws.std()  # a false alarm in about 1 of 500 for all four
    assert fitted.r_hat < 1.15


def test_a_record_whose_missions_nobody_coded_still_gets_lengths(tmp_path):
    text = record.load.__globals__["OWN"].read_text(encoding="utf-8").splitlines()
    own = tmp_path / "own.csv"
    own.write_text("\n".join([text[0], *(f"my-{line}" for line in text[1:])]) + "\n", encoding="utf-8")
    case = record.find("my-kazakhstan-2022-january", record.cases(own))
    found = leaving.stay(case, own)
    assert 0 < found.gone(30) < found.gone(365) < found.gone(3652) < 1


def test_an_open_end_counts_as_lasting_longer():
    data = times(60, 6)
    longer = loglogistic.Times(data.low, np.full(60, np.inf), data.location)
    fits = [loglogistic.fit(t, (0.0, 0.4), 200, 7) for t in (data, longer)]
    assert fits[1].location[:, 0].mean() > fits[0].location[:, 0].mean() + 0.5


def test_the_crps_of_a_logistic_curve_is_its_closed_form():
    """CRPS of a logistic law with place m and scale s at y: s (z - 2 log F(z) - 1), z = (y - m) / s."""
    m, s = 3.0, 0.8
    curve = 1 / (1 + np.exp(-(loglogistic.GRID - m) / s))
    for y in (1.0, 3.0, 5.5):
        z = (y - m) / s
        exact = s * (z + 2 * np.log1p(np.exp(-z)) - 1)
        check = integrate.quad(lambda v, y=y: (1 / (1 + np.exp(-(v - m) / s)) - (v >= y)) ** 2, -30, 40, points=[y])[0]
        assert check == pytest.approx(exact, abs=1e-6)
        assert loglogistic.crps(curve, y) == pytest.approx(exact, abs=0.06)  # points of the grid lie .11 apart


def test_the_interval_score_is_width_plus_ten_times_the_miss():
    assert loglogistic.interval_score(1, 3, 2) == 2
    assert loglogistic.interval_score(1, 3, 4) == pytest.approx(2 + 10 * 1)


def test_days_between_dates_are_an_open_interval():
    assert timing.waited(KAZAKHSTAN) == (0.0, 2.0)
    assert timing.waited(record.find("car-2002-fomuc", record.cases())) == (91.0, 153.0)
    assert timing.waited(record.find("palestine-1948", record.cases())) is None


def test_a_mission_still_there_when_the_record_closes_is_censored():
    case = record.find("haiti-2022-mss", record.cases())
    low, high = leaving.stayed(case, leaving.missions()[case.case_id])
    assert (low, high) == (189.0, float("inf"))


def test_every_coded_mission_is_a_case_with_an_arrival_and_a_source():
    cases = {case.case_id: case for case in record.cases()}
    for name, mission in leaving.missions().items():
        assert cases[name].first_arrival_date is not None
        assert len(mission.source) > 10
        assert (mission.status == "") == (cases[name].mission_end_date is not None), name
    assert len(leaving.missions()) == sum(case.first_arrival_date is not None for case in cases.values())


def test_an_unknown_organisation_gets_a_wider_answer():
    other = KAZAKHSTAN.model_copy(update={"case_id": "somewhere", "group": "somewhere", "organisation": "sco"})
    known = other.model_copy(update={"organisation": "ecowas"})
    wide, narrow = (np.diff(np.log(timing.days(case).quantiles)[[0, 2]])[0] for case in (other, known))
    assert wide > 0.9 * narrow
    assert timing.days(other).quantiles[0] < timing.days(other).quantiles[1]


def test_an_organisation_without_another_dated_call_is_said(capsys):
    assert not timing.seen(KAZAKHSTAN)
    assert timing.seen(record.find("somalia-2007-amisom", record.cases()))
    assert run_cli(["forecast", "days", "kazakhstan-2022-january"]) == 0
    assert "no other call to csto has both dates" in capsys.readouterr().out


def test_what_is_not_known_of_a_mission_is_averaged_over():
    both = [leaving.stay(KAZAKHSTAN, mandate_end=flag).gone(365) for flag in (False, True)]
    fresh = KAZAKHSTAN.model_copy(update={"case_id": "somewhere"})
    assert leaving.stay(fresh, host_consent=True, lead_border=True).gone(365) == pytest.approx(
        np.average(both, weights=[0.78, 0.22]), abs=0.06
    )


def test_stored_results_of_another_record_are_refused():
    with pytest.raises(RunError, match="do not belong"):
        shipped.read("timing", shipped.Mark("0" * 64, "0" * 64))


def test_the_shipped_times_beat_the_pooled_times_for_arrival_and_not_for_the_end():
    arrival = timing_skill()[0]
    assert arrival.crps < arrival.crps_pooled
    end, horizons = exit_skill()
    assert end.n > 40
    assert [row["horizon"] for row in horizons] == ["30 days", "1 year", "10 years"]


@pytest.mark.parametrize("command", ["days", "stay", "contributors"])
def test_the_commands_give_one_json_document_with_and_without_a_case(command, capsys):
    for arguments in ([command, "--json"], [command, "kazakhstan-2022-january", "--json"]):
        assert run_cli(["forecast", *arguments]) == 0
        json.loads(capsys.readouterr().out)
        assert run_cli(["forecast", *arguments[:-1]]) == 0
        assert capsys.readouterr().out
    assert run_cli(["forecast", command, "kazakstan-2022-january"]) == 2
    assert "did you mean 'kazakhstan-2022-january'" in capsys.readouterr().err


def test_a_held_out_answer_does_not_change_with_the_outcome_of_its_own_crisis():
    cases = record.cases()
    arrived = replace(KAZAKHSTAN.first_arrival_date, earliest=KAZAKHSTAN.request_date.earliest)
    changed = [c if c is not KAZAKHSTAN else c.model_copy(update={"first_arrival_date": arrived}) for c in cases]
    a, b = (
        timing.fit([c for c in rows if c.group != KAZAKHSTAN.group]).curve("csto", "domestic_unrest")
        for rows in (cases, changed)
    )
    np.testing.assert_array_equal(a, b)


def test_nothing_coded_tells_short_missions_from_long_ones_beyond_doubt():
    for row in leaving.effects():
        assert row["interval"][0] < 1 < row["interval"][1], row["label"]


@pytest.mark.verify
def test_the_sampler_is_calibrated_by_simulation(monkeypatch):
    """Simulation-based calibration (Talts et al. 2018): 150 data sets from the prior; ranks of the truth are uniform.

    A chi-square over 10 bins for each of four parameters; the smallest p is above .001 (a false alarm in 250).
    """
    monkeypatch.setattr(loglogistic, "TAUS", (0.7,))  # nothing is pooled here: one spread is as good as three
    rng, ranks, n = np.random.default_rng(8), [], 25
    for _ in range(150):
        x = np.column_stack([np.ones(n), rng.random(n) < 0.5]).astype(float)
        truth = np.array([rng.normal(3, 1), rng.normal(0, 1), rng.normal(np.log(0.7), 0.3), rng.normal(0, 1.5)])
        first = rng.normal(*loglogistic.READY_LOCATION)
        width = np.exp(rng.normal(*loglogistic.READY_SCALE))
        t = np.exp(x @ truth[:2] + np.exp(truth[2]) * rng.logistic(size=n))
        ready = rng.random(n) < 1 / (1 + np.exp(-truth[3]))
        t[ready] = np.exp(first + width * rng.logistic(size=ready.sum()))
        with np.errstate(divide="ignore"):
            low, high = np.log(np.floor(t)), np.log(np.floor(t) + 1)
        data = loglogistic.Times(
            low,
            high,
            loglogistic.Design(x, np.array([3.0, 0.0]), np.ones(2)),
            loglogistic.Design(np.ones((n, 1)), np.zeros(1), np.full(1, 1.5)),
        )
        fitted = loglogistic.fit(data, (float(np.log(0.7)), 0.3), 100, int(rng.integers(2**31)))
        draws = np.column_stack([fitted.location, np.log(fitted.scale), fitted.ready[:, 0]])
        ranks.append((draws < truth).mean(axis=0))
    for column in np.array(ranks).T:
        counts = np.histogram(column, bins=10, range=(0, 1))[0]
        assert stats.chisquare(counts).pvalue > 0.001, counts
