"""The long checks of the response model: everything fitted again, and a record whose answers mean nothing."""

from __future__ import annotations

import numpy as np
import pytest

from foedus import record
from foedus.forecast import folds, ordered
from foedus.forecast.call import Call
from foedus.forecast.folds import SCHEMES
from foedus.forecast.predictors import PRIOR, matrix
from foedus.forecast.scores import left_out_rates


@pytest.mark.verify
def test_fitting_everything_again_gives_the_shipped_forecasts() -> None:
    fresh, shipped = folds.compute(), folds.fits()
    for scheme in SCHEMES:
        assert np.allclose(fresh.held_out[scheme], shipped.held_out[scheme], atol=1e-4, equal_nan=True), scheme
    assert np.allclose(fresh.history.known, shipped.history.known, atol=1e-4, equal_nan=True)


@pytest.mark.verify
def test_answers_dealt_at_random_give_no_skill() -> None:
    """Three deals of the answers among the cases: each interval of the gain over the pooled rate must reach 0.

    A 98 % interval that misses 0 on the side of skill happens in 1 of 100 deals; the deals are fixed.
    """
    cases = folds.training(record.cases())
    x = matrix([Call.of(case) for case in cases])
    organisations = np.array([case.organisation for case in cases])
    groups = np.array([case.group for case in cases])
    acted = np.array([case.acted for case in cases])
    for deal in range(3):
        rng = np.random.default_rng(deal)
        dealt = rng.permutation(acted)
        turned = [case.model_copy(update={"acted": bool(flag)}) for case, flag in zip(cases, dealt, strict=True)]
        rate = left_out_rates(turned)
        p = np.empty(len(cases))
        for group in sorted(set(groups)):
            out = groups == group
            labels = organisations[~out].tolist(), groups[~out].tolist()
            fitted = ordered.fit(x[~out], dealt[~out].astype(np.int64), 2, PRIOR, 100, deal, labels)
            for i in np.flatnonzero(out):
                filled = ordered.fill(x[i], fitted.donors, rng, 100)
                total = ordered.score(fitted, filled, organisations[i], rng)
                p[i] = ordered.chances(total, fitted.cuts)[:, 1].mean()
        gain = (rate - dealt) ** 2 - (p - dealt) ** 2
        names, index = np.unique(groups, return_inverse=True)
        weights = rng.multinomial(len(names), np.full(len(names), 1 / len(names)), 2000)[:, index]
        assert np.quantile(weights @ gain / weights.sum(axis=1), 0.01) <= 0, deal
