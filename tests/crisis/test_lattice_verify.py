"""Long comparisons of the lattice with published and independent results; figures in docs/verification.md.

Seeds are fixed. Tolerances written as standard errors are four of them, which a right engine fails for less than one
choice of seeds in ten thousand. Ranges that are given as such come from the literature or from an independent program, and
some are narrow for 20 seeds: 15 to 21 outbursts fails for one choice in four, 15 higher peaks of 20 for one in four.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy import stats

from foedus.crisis import lattice
from foedus.crisis.lattice import BUNDLES, Result, Rules
from foedus.crisis.lattice.outbursts import find

pytestmark = pytest.mark.verify

SEEDS = range(20)
MESA = BUNDLES["mesa-3.5"]


def _rate(runs: list[Result]) -> float:
    return float(np.mean([one.outbursts.per_thousand for one in runs]))


def _pooled(runs: list[Result], name: str) -> np.ndarray:
    return np.concatenate([getattr(one.outbursts, name) for one in runs])


def _means(runs: list[Result], name: str) -> np.ndarray:
    return np.array([one.series[name][one.burn :].mean() for one in runs])


def test_run_two_has_no_outbursts_as_printed_and_about_a_hundred_rounded_down() -> None:
    literal = lattice.run_many(SEEDS, preset_name="outbursts", switches={"ratio": "literal"})
    assert [one.outbursts.count for one in literal] == [0] * 20
    assert max(one.series["active"].max() for one in literal) <= 34  # the highest of an independent replication
    for one in lattice.run_many(SEEDS, preset_name="outbursts"):
        assert one.steps == 3000
        assert 80 <= one.outbursts.count <= 140
        assert 500 <= one.outbursts.activations.mean() <= 1100
        assert 12 <= one.outbursts.waits.mean() <= 35  # and not the paper's 60


def test_the_bundles_have_the_rates_of_their_programs() -> None:
    assert 15 <= _rate(lattice.run_many(SEEDS, rules="mesa-3.5", steps=2000)) <= 21
    assert 25 <= _rate(lattice.run_many(SEEDS, rules="netlogo-rebellion", steps=2000)) <= 40


# measured by an independent program over 20 runs x 2,000 steps: outbursts per 1,000 steps, mean active
READINGS: list[tuple[dict[str, Any], float, float]] = [
    ({}, 18.9, 15.2),
    ({"ratio": "floor"}, 36.4, 22.3),
    ({"ratio": "literal"}, 0.0, 2.5),
    ({"neighbourhood": "square"}, 0.9, 0.8),
    ({"neighbourhood": "circle"}, 17.6, 10.3),
    ({"neighbourhood": "circle", "ratio": "floor"}, 31.3, 29.7),
    ({"neighbourhood": "cross"}, 87.6, 42.7),
    ({"jailed": "leave"}, 19.7, 14.0),
    ({"turn": "move-first"}, 31.3, 20.9),
    ({"schedule": "replacement"}, 9.6, 12.0),
]


@pytest.mark.parametrize(("switches", "outbursts", "active"), READINGS)
def test_each_switch_has_the_effect_that_an_independent_program_measured(
    switches: dict[str, Any], outbursts: float, active: float
) -> None:
    runs = lattice.run_many(SEEDS, rules=MESA, switches=switches, steps=2000)
    for found, theirs in (
        (np.array([one.outbursts.per_thousand for one in runs]), outbursts),
        (_means(runs, "active"), active),
    ):
        # their standard error is taken to be ours; 1 is what rounding and small counts add
        assert abs(found.mean() - theirs) <= 4 * np.sqrt(2) * found.std(ddof=1) / np.sqrt(20) + 1.0


def test_the_mesa_bundle_meets_sixty_runs_of_mesa_3_5() -> None:
    runs = lattice.run_many(range(400), rules=MESA, steps=600, burn=50)
    for found, theirs, error in (
        (_means(runs, "active"), 14.1, 0.72),
        (_means(runs, "jailed"), 203.2, 6.6),
        (_pooled(runs, "peaks"), 69.9, 0.7),
        (_pooled(runs, "activations"), 182.0, 5.0),
        (_pooled(runs, "waits"), 45.6, 1.8),
    ):
        own = found.std(ddof=1) / np.sqrt(len(found))
        assert abs(found.mean() - theirs) < 4 * np.hypot(own, error), (found.mean(), own, theirs)
    assert abs(_rate(runs) - 17.4) < 4 * 1.1  # 60 runs x 550 steps: about 570 outbursts in clusters by run


def test_a_jump_in_legitimacy_peaks_higher_but_does_not_jail_more() -> None:
    slow = lattice.run_many(SEEDS, preset_name="legitimacy-slow")
    jump = lattice.run_many(SEEDS, preset_name="legitimacy-jump")
    higher = sum(b.series["active"].max() > a.series["active"].max() for a, b in zip(slow, jump, strict=True))
    assert higher >= 15  # as in the paper; a coin would do so in 2 % of all cases
    more = sum(b.series["jailed"][-1] > a.series["jailed"][-1] for a, b in zip(slow, jump, strict=True))
    assert more <= 12  # the paper says always; an independent program found 7 of 20


def test_withdrawing_officers_tips_the_crowd_if_the_ratio_is_rounded_down() -> None:
    for ratio in ("floor", "literal"):
        runs = lattice.run_many(SEEDS, preset_name="officer-reduction", switches={"ratio": ratio})
        for one in runs:
            many_left = one.series["active"][one.series["officers"] > 40].max()
            assert many_left > 50 if ratio == "floor" else many_left < 50


def test_two_groups_live_together_or_one_is_wiped_out_whoever_it_is() -> None:
    calm = [one.summary() for one in lattice.run_many(SEEDS, preset_name="coexistence")]
    assert all(one["killed"] == 0 and one["one_group_gone_at"] is None for one in calm)
    war = [one.summary() for one in lattice.run_many(SEEDS, preset_name="genocide")]
    assert all(one["one_group_gone_at"] for one in war)
    victors = sum(one["blue"] > 0 for one in war)
    assert 2 <= victors <= 18  # a fair coin leaves this in one of 25,000 cases
    kept = [
        one.summary()["one_group_gone_at"] for one in lattice.run_many(SEEDS, preset_name="peacekeepers", steps=3000)
    ]
    assert np.median([one or 3000 for one in kept]) > np.median([one["one_group_gone_at"] for one in war])
    assert sum(one is not None for one in kept) >= 15  # no stable regime, against the paper


def test_safe_havens_do_not_last_and_withdrawal_leaves_genocide_behind() -> None:
    havens = [one.summary()["one_group_gone_at"] for one in lattice.run_many(SEEDS, preset_name="safe-havens")]
    # against the paper, where the weaker group typically lives on: in a fair coin's case 5 of 20 or fewer last in 2 %
    assert sum(gone is None for gone in havens) <= 5
    assert all(gone > 50 for gone in havens if gone)  # not before the peacekeepers have come
    left = [one.summary()["one_group_gone_at"] for one in lattice.run_many(SEEDS, preset_name="peacekeepers-withdrawn")]
    assert sum(gone is not None for gone in left) >= 18


def test_longer_terms_mean_longer_waits_and_fewer_outbursts() -> None:
    """What the paper conjectures of the jail term and gives no figure for."""
    runs = [lattice.run_many(SEEDS, preset_name="short-jail-terms")]
    runs += [lattice.run_many(SEEDS, preset_name="outbursts", jail_max=term) for term in (30.0, 60.0)]
    for shorter, longer in pairwise(runs):
        for sign, figures in (
            (1, [np.array([one.outbursts.waits.mean() for one in side]) for side in (shorter, longer)]),
            (-1, [np.array([one.outbursts.per_thousand for one in side]) for side in (shorter, longer)]),
        ):
            error = np.sqrt(sum(side.var(ddof=1) for side in figures) / len(SEEDS))
            assert sign * (figures[1].mean() - figures[0].mean()) > 4 * error


def test_tiles_and_turns_have_one_law_on_a_large_grid() -> None:
    for officers, level in ((0.04, 1152), (0.03, 1152)):
        values = {"height": 192, "width": 192, "officers": officers, "outburst_above": level, "steps": 300, "burn": 50}
        exact = replace(MESA, numbers="exact")
        turns = lattice.run_many(range(40), rules=exact, **values)
        tiled = lattice.run_many(range(40), rules=replace(exact, schedule="tiles"), **values)
        for name in ("active", "jailed"):  # four tests; Bonferroni at .01 in all
            assert stats.ks_2samp(_means(turns, name), _means(tiled, name)).pvalue > 0.01 / 4, (officers, name)


def test_synchronous_updating_changes_the_result_and_says_so() -> None:
    values = {"rules": replace(MESA, numbers="exact"), "height": 64, "width": 64, "outburst_above": 128, "steps": 600}
    turns = lattice.run_many(range(40), **values)
    together = lattice.run_many(range(40), switches={"schedule": "synchronous"}, **values)
    assert stats.ttest_ind(_means(turns, "active"), _means(together, "active"), equal_var=False).pvalue < 1e-3
    assert "NOT Epstein" in Rules.__dataclass_fields__["schedule"].metadata["choices"]["synchronous"]
    assert find(together[0].series["active"], 128).level == 128
