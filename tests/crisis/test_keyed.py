"""Keyed random numbers: exact distributions, independence across keys, same bits always.

Every comparison gives a p value; a right sampler fails any of them for less than one choice of seeds in a thousand
(Bonferroni over all), and the seeds are fixed. What the comparisons can see is tested too: wrong samplers have to fail.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pytest
from numba import njit
from scipy import stats

from foedus.crisis.hour import place_key, step_key
from foedus.crisis.keyed import binomial, leavers, leavers_each, mix, subkey, uniform, unit

Table = np.ndarray

# of draws with their laws: 26 of binomials, 24 of rare ones, 100 of leavers, 189 of neighbours, 10 under one key, 1 more
COMPARISONS = 350
LEVEL = 1e-3 / COMPARISONS
DRAWS = 1_000_000
MANY = 4_000_000
FEWEST = 100.0  # expected in a cell of a chi-square
SHOWN = 200.0  # noncentrality from which a wrong law has to be noticed: it fails all but surely

NUMBERS = [1, 7, 60, 1000, 50_000, 19_000_000]
CHANCES = [1e-9, 0.003, 0.2, 0.5, 0.97]
PAIRS = list(itertools.product(NUMBERS, CHANCES))
# too rare to wait for: these are drawn where they happen (below)
RARE = [(1, 1e-9), (7, 1e-9), (60, 1e-9), (1000, 1e-9)]
FREQUENT = [pair for pair in PAIRS if pair not in RARE]


def p_value(counted: Table, expected: Table) -> float:
    """Chi-square of cells with a known law; exact where there are only two."""
    assert counted.sum() == pytest.approx(expected.sum(), rel=1e-9)
    if counted.size == 2:
        return stats.binomtest(int(counted[1]), int(counted.sum()), expected[1] / expected.sum()).pvalue
    return stats.chi2.sf(((counted - expected) ** 2 / expected).sum(), counted.size - 1)


def cells(law: stats.rv_discrete, n: int, draws: int) -> Table:
    """Return the last value of each cell but the last: some 25 cells, of FEWEST draws each, and two at the least."""
    edges = np.unique(law.ppf(np.concatenate([np.linspace(0.001, 0.999, 24), [1 - 2 * FEWEST / draws]])))
    kept = []
    below = 0.0
    for edge in edges:
        upto = law.cdf(edge)
        if min(upto - below, law.sf(edge)) * draws >= FEWEST:
            kept.append(edge)
            below = upto
    if not kept:  # the commonest value against all others
        return np.array([0.0]) if law.mean() < n / 2 else np.array([n - 1.0])
    return np.array(kept)


def chances(law: stats.rv_discrete, edges: Table) -> Table:
    below = law.cdf(edges)
    return np.concatenate([[below[0]], np.diff(below), [law.sf(edges[-1])]])


@njit
def _binomials(n: int, p: float, seed: int, draws: int, edges: np.ndarray) -> np.ndarray:
    """Count draws by cell."""
    counted = np.zeros(edges.size + 1, dtype=np.int64)
    for i in range(draws):
        value = binomial(n, p, subkey(np.uint64(seed), i))
        if not 0 <= value <= n:
            raise ValueError
        counted[np.searchsorted(edges, value)] += 1
    return counted


@pytest.mark.parametrize(("n", "p"), FREQUENT)
def test_binomials_have_their_exact_distribution(n: int, p: float) -> None:
    draws, law = MANY, stats.binom(n, p)
    edges = cells(law, n, draws)
    expected = draws * chances(law, edges)
    assert expected.min() > 40, "one cell only: nothing is tested"
    assert p_value(_binomials(n, p, 20220105, draws, edges), expected) > LEVEL


# wrong samplers by their chance to be at most x, and in how many of the 26 pairs the comparison can and has to notice them
WRONG: dict[str, tuple[int, Callable[[int, float, Table], Table]]] = {
    "always none": (26, lambda n, p, x: np.ones(x.size)),
    "rounded normal": (
        17,
        lambda n, p, x: np.where(x < n, stats.norm.cdf((x + 0.5 - n * p) / np.sqrt(n * p * (1 - p))), 1.0),
    ),
    "one too many": (22, lambda n, p, x: np.where(x < n, stats.binom.cdf(x - 1, n, p), 1.0)),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_samplers_fail_wherever_as_many_draws_can_tell(name: str) -> None:
    """A normal law comes too near a binomial of many thousands or of p = .5; one too many is lost among 19 million."""
    told, below = WRONG[name]
    rng = np.random.default_rng(1)
    noticed = []
    for n, p in FREQUENT:
        law = stats.binom(n, p)
        edges = cells(law, n, MANY)
        expected = MANY * chances(law, edges)
        wrong = np.diff(np.concatenate([[0.0], below(n, p, edges), [1.0]]))
        if ((wrong * MANY - expected) ** 2 / expected).sum() < SHOWN:
            continue
        assert p_value(rng.multinomial(MANY, wrong), expected) < LEVEL, (n, p)
        noticed.append((n, p))
    assert len(noticed) == told, noticed


INVERSES = [np.uint64(pow(m, -1, 1 << 64)) for m in (0x94D049BB133111EB, 0xBF58476D1CE4E5B9)]
GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def unmixed(x: Table) -> Table:
    """Undo ``mix``."""
    x = (x ^ (x >> np.uint64(31)) ^ (x >> np.uint64(62))) * INVERSES[0]
    x = (x ^ (x >> np.uint64(27)) ^ (x >> np.uint64(54))) * INVERSES[1]
    return x ^ (x >> np.uint64(30)) ^ (x >> np.uint64(60))


@njit
def _drawn_with(keys: np.ndarray, n: int, p: float, how: int) -> np.ndarray:
    out = np.empty(keys.size, dtype=np.int64)
    hazard = -np.log1p(-p)
    source, one, scratch, who = np.array([n]), np.empty(1, np.int64), np.empty((4, 1)), np.empty(1, np.int64)
    for k in range(keys.size):
        if how == 0:
            out[k] = binomial(n, p, keys[k])
        elif how == 1:
            out[k] = leavers(n, hazard, keys[k])
        else:
            out[k] = leavers_each(source, hazard, keys[k], scratch, who, one)
    return out


@pytest.mark.parametrize("how", [0, 1, 2], ids=["binomial", "leavers", "leavers_each"])
@pytest.mark.parametrize(("n", "p"), [*RARE, (50_000, 1e-9), (1, 1e-6), (7, 1e-4), (400, 1e-6)])
def test_what_is_too_rare_to_wait_for_has_its_exact_chance(n: int, p: float, how: int) -> None:
    """Keys are a bijection of their bits, so draws are asked for where they are not none: at numbers near 1."""
    among = 100 * n * p
    rng = np.random.default_rng([n, how])
    bits = ((1.0 - among * rng.random(DRAWS)) * 2.0**52).astype(np.uint64) << np.uint64(12)
    others = ((1.0 - among) * rng.random(DRAWS) * 2.0**52).astype(np.uint64) << np.uint64(12)
    if how == 2:  # it draws from a child of its key
        bits, others = (unmixed(x) - GOLDEN for x in (bits, others))
    assert not _drawn_with(others, n, p, how).any()
    drawn = _drawn_with(bits, n, p, how)
    some = -np.expm1(n * np.log1p(-p)) / among
    assert p_value(np.bincount(drawn > 0, minlength=2), DRAWS * np.array([1 - some, some])) > LEVEL


def test_the_mixer_is_a_bijection() -> None:
    keys = np.random.default_rng(3).integers(0, 2**63, 1000, dtype=np.uint64) * np.uint64(2)
    assert np.array_equal(unmixed(np.array([mix(key) for key in keys], dtype=np.uint64)), keys)


GROUPS = np.array([0, 1, 2, 7, 60, 400, 1000, 3000, 20_000, 50_000, 19_000_000])
HAZARDS = [1e-9, 1e-4, 0.01, 0.3, 2.5]
FEWER = 250_000  # draws for each of the groups


@njit
def _leavers(source: np.ndarray, hazard: float, seed: int, draws: int, together: bool) -> np.ndarray:
    out = np.empty((draws, source.size), dtype=np.int64)
    work, who = np.empty((4, source.size)), np.empty(source.size, dtype=np.int64)
    for i in range(draws):
        key = subkey(np.uint64(seed), i)
        if together:
            total = leavers_each(source, hazard, key, work, who, out[i])
            out[i, 0] += total - out[i].sum()  # nothing, if the sum is right
        else:
            for g in range(source.size):
                out[i, g] = leavers(source[g], hazard, subkey(key, g))
    return out


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("hazard", HAZARDS)
def test_who_leaves_at_a_hazard_has_the_exact_distribution_alone_and_among_other_groups(
    hazard: float, together: bool
) -> None:
    drawn = _leavers(GROUPS, hazard, 20220106, FEWER, together)
    assert not drawn[:, 0].any()
    seen = 0
    for n, column in zip(GROUPS[1:], drawn.T[1:], strict=True):
        law = stats.binom(int(n), -np.expm1(-hazard))
        edges = cells(law, int(n), FEWER)
        expected = FEWER * chances(law, edges)
        counted = np.bincount(np.searchsorted(edges, column), minlength=edges.size + 1)
        # where hardly one is expected, this only says that there are not too many; the rare ones are tested above
        assert p_value(counted, expected) > LEVEL, n
        assert 0 <= column.min() <= column.max() <= n
        seen += expected.min() > 40
    assert seen >= {1e-9: 1, 1e-4: 9}.get(hazard, 10)


# --- independence: neighbours in every part of a key ------------------------------------------------------------------

# as the engine makes keys: seed, run, step, place, process, type, and the way out of a state (0: the type's own bits)
AXES = ("seed", "run", "step", "place", "process", "type", "way")
SHAPE = (2, 4, 32, 8, 8, 16, 4)
LAGS = {
    "seed": (1,), "run": (1, 2), "step": (1, 2, 3, 8, 16), "place": (1, 2, 4), "process": (1, 2, 4),
    "type": (1, 2, 3, 8), "way": (1, 2),
}  # fmt: skip
ALONG = [tuple(lag if axis == name else 0 for axis in AXES) for name in AXES for lag in LAGS[name]]
ACROSS = [
    tuple(1 if axis == one else sign if axis == two else 0 for axis in AXES)
    for one, two in itertools.combinations(AXES, 2)
    for sign in (1, -1)
]
STEPS_ASIDE = [*ALONG, *ACROSS]
A_STEP_ON_A_TYPE_BACK = (0, 0, 1, 0, 0, -1, 0)
MIXED, UNMIXED, SUMMED = range(3)


@njit
def _grid(shape: tuple[int, int, int, int, int, int, int], n: int, p: float, how: int) -> np.ndarray:
    """Return binomials at every point of the grid of keys; with no ``n`` the uniform number there.

    ``how`` 1 and 2 are wrong keys: parts added up and not mixed, and mixed only after step and type were added up.
    """
    out = np.empty(shape)
    for seed in range(shape[0]):
        ensemble_key = mix(np.uint64(seed) ^ np.uint64(0x5EED5EED5EED5EED))
        for run in range(shape[1]):
            run_key = subkey(ensemble_key, run)
            for t in range(shape[2]):
                for place in range(shape[3]):
                    key = place_key(step_key(run_key, t), np.uint64(place))
                    for process in range(shape[4]):
                        for g in range(shape[5]):
                            type_key = subkey(subkey(key, 100 + process), g)
                            if how == UNMIXED:
                                type_key = (ensemble_key + np.uint64(run + t + place + process + g)) * _ODD
                            elif how == SUMMED:
                                type_key = mix(place_key(run_key, np.uint64(place + 64 * process)) + np.uint64(t + g))
                            for way in range(shape[6]):
                                at = type_key if way == 0 else subkey(type_key, way)
                                value = unit(at) if n == 0 else float(binomial(n, p, at))
                                out[seed, run, t, place, process, g, way] = value
    return out


_ODD = np.uint64(0xD1342543DE82EF95)
# uniforms, few of many by inversion, many by rejection
KINDS = {"uniform": (0, 0.0), "few": (300, 0.01), "many": (60_000, 0.2)}


def in_cells(kind: str, how: int = MIXED) -> tuple[Table, Table]:
    """Return the cell of the draw at every point of the grid, and the cells' chances."""
    n, p = KINDS[kind]
    drawn = _grid(SHAPE, n, p, how)
    if n == 0:
        return (drawn * 16).astype(np.int64), np.full(16, 1 / 16)
    law = stats.binom(n, p)
    edges = np.unique(law.ppf(np.linspace(0.05, 0.95, 13)))
    return np.searchsorted(edges, drawn), chances(law, edges)


def pairs(cell: Table, aside: tuple[int, ...]) -> tuple[Table, Table]:
    """Return draws and those ``aside`` of them; no draw is in two pairs, as the chi-square asks."""
    first, second = [], []
    paired = False
    for size, lag in zip(cell.shape, aside, strict=True):
        index = np.arange(size)
        if lag != 0:
            index = index[(index + lag >= 0) & (index + lag < size)]
            if not paired:  # only points whose neighbour is no first of a pair
                index = index[index // abs(lag) % 2 == 0]
                paired = True
        first.append(index)
        second.append(index + lag)
    return cell[np.ix_(*first)].ravel(), cell[np.ix_(*second)].ravel()


def independence(cell: Table, law: Table, aside: tuple[int, ...]) -> float:
    one, two = pairs(cell, aside)
    counted = np.bincount(one * law.size + two, minlength=law.size**2)
    expected = one.size * np.outer(law, law).ravel()
    assert expected.min() > 50
    return p_value(counted, expected)


@pytest.mark.parametrize("kind", KINDS)
def test_draws_of_neighbouring_keys_are_independent_in_every_direction(kind: str) -> None:
    """Two-way tables of a draw and the one beside it: along each part of a key, and along two parts at once."""
    cell, law = in_cells(kind)
    assert A_STEP_ON_A_TYPE_BACK in STEPS_ASIDE
    found = {aside: independence(cell, law, aside) for aside in STEPS_ASIDE}
    assert min(found.values()) > LEVEL, min(found, key=found.__getitem__)
    assert p_value(np.bincount(cell.ravel(), minlength=law.size), cell.size * law) > LEVEL


def test_keys_that_are_not_mixed_fail_in_every_direction_and_summed_ones_where_the_sum_stays() -> None:
    cell, law = in_cells("uniform", UNMIXED)
    parts = [aside for aside in STEPS_ASIDE if aside[0] == 0 and aside[-1] == 0]  # seeds and ways are mixed here too
    assert max(independence(cell, law, aside) for aside in parts) < LEVEL
    cell, law = in_cells("uniform", SUMMED)
    one, two = pairs(cell, A_STEP_ON_A_TYPE_BACK)
    assert np.array_equal(one, two)
    assert independence(cell, law, A_STEP_ON_A_TYPE_BACK) < LEVEL


# --- draws under one key ----------------------------------------------------------------------------------------------


@njit
def _leave_and_be_harmed(
    n: int, hazard: float, shares: tuple[float, float], seed: int, draws: int, shared: bool
) -> np.ndarray:
    """Draw as the engine does: who leaves, how many of them are harmed, how many of those die.

    ``shared``: wrongly, the second draw starts from a number that the first one uses.
    """
    out = np.empty((draws, 3), dtype=np.int64)
    for i in range(draws):
        key = subkey(np.uint64(seed), i)
        out[i, 0] = leavers(n, hazard, key)
        out[i, 1] = binomial(out[i, 0], shares[0], subkey(key, (1 << 32) + 1 if shared else 1))
        out[i, 2] = binomial(out[i, 1], shares[1], subkey(key, 2))
    return out


def joint(first: Table, second: Table, chance: Table, share: float) -> float:
    """Compare pairs of draws with the law "``second`` of ``first`` at ``share``", where ``first`` has ``chance``."""
    law = chance[:, None] * stats.binom.pmf(np.arange(chance.size), np.arange(chance.size)[:, None], share)
    counted = np.zeros_like(law)
    np.add.at(counted, (first, second), 1)
    possible = law * first.size > 1e-6
    # cells of few draws go to the next, along the second draw
    expected, found, ahead, waiting = [], [], 0.0, 0.0
    for mass, number in zip(law[possible] * first.size, counted[possible], strict=True):
        ahead += mass
        waiting += number
        if ahead >= FEWEST:
            expected.append(ahead)
            found.append(waiting)
            ahead = waiting = 0.0
    expected[-1] += first.size - sum(expected)
    found[-1] += first.size - sum(found)
    return p_value(np.array(found), np.array(expected))


UNDER_ONE_KEY = [(300, 0.01), (300, 0.1), (300, 0.3), (1000, 0.05), (1500, 0.01)]


@pytest.mark.parametrize(("n", "share"), UNDER_ONE_KEY)
def test_draws_under_one_key_have_their_joint_law(n: int, share: float) -> None:
    hazard, dead = 0.12, 0.1
    gone = stats.binom.pmf(np.arange(n + 1), n, -np.expm1(-hazard))
    harmed_of_all = stats.binom.pmf(np.arange(n + 1), n, -np.expm1(-hazard) * share)
    went, harmed, died = _leave_and_be_harmed(n, hazard, (share, dead), 20220107, DRAWS, False).T
    assert joint(went, harmed, gone, share) > LEVEL
    assert joint(harmed, died, harmed_of_all, dead) > LEVEL
    went, harmed, _ = _leave_and_be_harmed(n, hazard, (share, dead), 20220107, DRAWS, True).T
    assert joint(went, harmed, gone, share) < LEVEL


@njit
def _uniforms(seed: int, draws: int) -> np.ndarray:
    out = np.empty(draws)
    for i in range(draws):
        out[i] = uniform(np.uint64(seed), i)
    return out


def test_the_uniforms_of_a_key_are_uniform() -> None:
    assert stats.kstest(_uniforms(1, DRAWS), "uniform").pvalue > LEVEL


@pytest.mark.parametrize(
    ("n", "p", "value"), [(0, 0.5, 0), (10, 0.0, 0), (10, 1.0, 10), (10, -1e-18, 0), (10, 1.1, 10)]
)
def test_the_edges(n: int, p: float, value: int) -> None:
    assert {binomial(n, p, np.uint64(subkey(np.uint64(3), i))) for i in range(50)} == {value}
