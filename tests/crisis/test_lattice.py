"""The lattice: the kernel against a plain version, the closed forms, and what must hold in every run."""

from __future__ import annotations

import itertools
import math
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import pytest
from plain_lattice import PlainLattice, Somebody

from foedus.crisis import lattice
from foedus.crisis.lattice import BUNDLES, PRESETS, Change, Parameters, Rules, active_share, fixed_points, serial, tiles
from foedus.crisis.lattice.groups_world import GroupsWorld
from foedus.crisis.lattice.neighbourhood import inside, offsets
from foedus.crisis.lattice.outbursts import find
from foedus.crisis.lattice.theory import limits, rounded
from foedus.crisis.lattice.tiles_world import TilesWorld
from foedus.crisis.lattice.world import SerialWorld
from foedus.errors import InputError
from foedus.picture import picture

TILED = replace(BUNDLES["mesa-3.5"], schedule="tiles")
SMALL = Parameters(height=17, width=19, vision=3.5, officers=0.06, jail_max=6)
# every choice of every switch occurs, most of them in several companies
VARIANTS = {
    **{name: (rules, {}) for name, rules in BUNDLES.items()},
    "square, replacement": (Rules(ratio="floor", neighbourhood="square", schedule="replacement"), {}),
    "cross, kept, turns": (
        Rules(ratio="round", neighbourhood="cross", jailed="keep", jail_counts="turns", jail_term="0..J-1"),
        {},
    ),
    "step probability, act first, twice": (Rules(probability="step", turn="act-first", self_counted="twice"), {}),
    "shared sites, turns, step on": (
        Rules(ratio="floor", jailed="share", jail_counts="turns", jail_term="0..J", arrest_site="step-on"),
        {},
    ),
    "left, turns": (Rules(ratio="floor", jail_counts="turns", turn="act-first", arrest_site="step-on"), {}),
    "nobody leaves jail": (Rules(ratio="floor"), {"jail_max": math.inf}),
    "people stay": (Rules(ratio="floor", jailed="keep"), {"people_move": False}),
    "officers stay": (BUNDLES["mesa-3.5"], {"officers_move": False}),
    "hardly a free site": (Rules(ratio="floor"), {"people": 0.92, "officers": 0.07}),
    "not a free site": (Rules(ratio="floor", jailed="share"), {"people": 0.9, "officers": 0.1}),
}


def plain(world: SerialWorld) -> PlainLattice:
    """Return the plain version of a world that has not moved yet."""
    who, start = world._world.who, world.people
    everybody = [
        Somebody(i, int(row), int(col), i >= start)
        if i >= start
        else Somebody(i, int(row), int(col), False, world._hardship[i], world._aversion[i])
        for i, (row, col) in enumerate(who[:, :2])
    ]
    return PlainLattice(asdict(world.parameters), asdict(world.rules), int(world._key), everybody)


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_kernel_and_the_plain_version_agree_person_by_person(variant: str) -> None:
    rules, values = VARIANTS[variant]
    world = SerialWorld(replace(SMALL, **values), rules, seed=4)
    slow = plain(world)
    names = {serial.QUIET: "quiet", serial.ACTIVE: "active", serial.JAILED: "jailed", serial.OFFICER: "quiet"}
    seen = set()
    for step in range(8):
        counts = world.advance(1)[0]
        assert tuple(counts) == slow.step(step)
        for i, one in enumerate(slow.everybody):
            row, col, state = world._world.who[i, :3]
            assert (one.row, one.col, one.state) == (row, col, names[state]), (step, i)
        seen |= {one.state for one in slow.everybody}
    assert "active" in seen  # or the comparison has seen little


@pytest.mark.parametrize("ratio", ["literal", "floor", "round"])
@pytest.mark.parametrize("probability", ["exponential", "step"])
def test_the_limit_of_a_person_says_what_the_printed_rule_says(ratio: str, probability: str) -> None:
    rng = np.random.default_rng(8)
    hardship, aversion = rng.random(400), rng.random(400)
    for legitimacy, threshold in ((0.82, 0.1), (0.2, 0.1), (1.0, 0.1), (0.5, 0.0)):
        parameters = Parameters(legitimacy=legitimacy, threshold=threshold)
        found = limits(hardship, aversion, Rules(ratio=ratio, probability=probability), parameters)
        for officers, actives in itertools.product(range(0, 40, 3), range(1, 30, 2)):
            if probability == "step":
                risk = 0.0 if actives > officers else 0.99
            else:
                risk = 1.0 - math.exp(-2.3 * rounded(officers / actives, ratio))
            expected = hardship * (1.0 - legitimacy) - aversion * risk > threshold
            assert np.array_equal(officers < found * actives, expected)


@pytest.mark.parametrize(
    ("legitimacy", "probability", "share"),
    [
        (0.82, 0.0, 0.444444),
        (0.82, 0.1, 0.177778),
        (0.82, 0.5, 0.035556),
        (0.82, 0.9, 0.019753),
        (0.82, 1.0, 0.017778),
        (0.89, 0.9, 0.000505),
        (0.8, 0.99, 0.025253),
        (0.7, 0.0, 0.666667),
        (0.95, 0.0, 0.0),
    ],
)
def test_the_share_of_active_people_has_its_closed_form(legitimacy: float, probability: float, share: float) -> None:
    assert active_share(probability, legitimacy) == pytest.approx(share, abs=5e-7)
    rng = np.random.default_rng(5)
    hardship, aversion = rng.random(200_000), rng.random(200_000)
    drawn = (hardship * (1 - legitimacy) - aversion * probability > 0.1).mean()
    # five standard errors: a right formula fails about once in two million draws of the sample
    assert abs(drawn - share) <= 5 * math.sqrt(share * (1 - share) / 200_000) + 1e-6


@pytest.mark.parametrize(
    ("probability", "legitimacy"), [(-1, 0.5), (5, 0.5), (math.nan, 0.5), (0.5, -0.1), (0.5, math.nan)]
)
def test_what_is_no_probability_has_no_closed_form(probability: float, legitimacy: float) -> None:
    with pytest.raises(ValueError, match="from 0 to 1"):
        active_share(probability, legitimacy)


def test_one_settled_crowd_means_calm_and_three_mean_outbursts() -> None:
    assert fixed_points(1120, 64, 0.82, "literal") == [(20, True)]
    assert fixed_points(1120, 118, 0.8, "literal") == [(28, True)]
    floor = fixed_points(1120, 64, 0.82, "floor")
    assert [n for n, stable in floor if stable] == [20, 22, 497]
    assert (53, False) in floor
    assert fixed_points(1120, 118, 0.8, "floor") == [(28, True), (107, False), (559, True)]


def _officers_around(world: SerialWorld, state: int) -> np.ndarray:
    """Count from scratch, per site, those of a state in sight, the own site included."""
    p = world.parameters
    there = np.zeros((p.height, p.width), dtype=int)
    chosen = world._world.who[world._world.who[:, serial.STATE] == state]
    np.add.at(there, (chosen[:, 0], chosen[:, 1]), 1)
    seen = inside(world.rules.neighbourhood, p.vision)
    reach = seen.shape[0] // 2
    return sum(np.roll(there, (dr - reach, dc - reach), (0, 1)) for dr, dc in np.argwhere(seen))


@pytest.mark.parametrize("schedule", ["permutation", "replacement", "synchronous"])
def test_people_are_conserved_and_the_counts_are_those_of_a_recount(schedule: str) -> None:
    for rules in BUNDLES.values():
        world = SerialWorld(Parameters(height=25, width=31), replace(rules, schedule=schedule), seed=2)
        reach, p = 7, world.parameters
        for _ in range(6):
            counts = world.advance(5)
            assert (counts >= 0).all()
            assert (counts.sum(axis=1) == world.people).all()
            seen = world._world.seen.reshape(2, p.height + 4 * reach, p.width + 4 * reach)
            inner = seen[:, 2 * reach : 2 * reach + p.height, 2 * reach : 2 * reach + p.width]
            assert np.array_equal(inner[0], _officers_around(world, serial.OFFICER))
            assert np.array_equal(inner[1], _officers_around(world, serial.ACTIVE))
            states = np.bincount(world._world.who[:, serial.STATE], minlength=5)
            assert states[serial.OFFICER] == world.officers
            assert tuple(states[1:4]) == tuple(counts[-1])


def test_on_tiles_everybody_has_one_turn_and_the_counts_are_those_of_a_recount() -> None:
    for rules in (TILED, replace(TILED, ratio="floor", turn="move-first", self_counted="twice", numbers="exact")):
        world = TilesWorld(Parameters(height=99, width=93, jail_max=9), rules, 3, threads=1)
        seen = inside(rules.neighbourhood, 7)
        for step in range(25):
            counts = world.advance(1)[0]
            sites = world._grid.site
            kinds = np.bincount((sites & tiles.KIND).ravel(), minlength=5)
            assert tuple(kinds[1:5]) == (*counts, world.officers)
            assert kinds[1:4].sum() == world.people
            turned = (sites[(sites & tiles.KIND) > 0] & tiles.DONE) > 0
            assert (turned == bool(step % 2)).all()
            for kept, kind in ((world._grid.officers, tiles.OFFICER), (world._grid.active, tiles.ACTIVE)):
                there = ((sites & tiles.KIND) == kind).astype(int)
                recount = sum(np.roll(there, (dr - 7, dc - 7), (0, 1)) for dr, dc in np.argwhere(seen))
                assert np.array_equal(kept, recount)


def test_a_tile_and_its_margins_are_counted_in_two_bytes() -> None:
    rules = replace(TILED, turn="move-first")  # the widest margins
    for height, width in itertools.product((86, 255, 256, 511), (86, 257, 511, 513)):
        plan = TilesWorld(Parameters(height=height, width=width), rules, 1, threads=1)._plan
        tallest, widest = (int(np.diff(cut).max()) + 2 * plan.margin for cut in (plan.rows, plan.cols))
        assert tallest * (widest + 15) <= 2**16


def test_whole_numbers_have_no_kernel_compiled_a_second_time() -> None:
    def play(**law: float) -> list[int]:
        lattice.run("coexistence", height=20, width=20, steps=1, **law)
        TilesWorld(Parameters(height=99, width=93, jail_max=9, **law), TILED, 1, threads=1)
        return [len(kernel.signatures) for kernel in (lattice.groups.advance, tiles.settle)]

    assert play(legitimacy=0.8, threshold=0.1, k=2.3) == play(legitimacy=1, threshold=0, k=2)


def test_tiles_give_the_same_bits_with_one_and_more_threads() -> None:
    worlds = [TilesWorld(Parameters(height=400, width=140), TILED, 5, threads) for threads in (1, 2, 3)]
    played = [world.advance(6) for world in worlds]
    for world, counts in zip(worlds[1:], played[1:], strict=True):
        assert np.array_equal(counts, played[0])
        assert np.array_equal(world._grid.site, worlds[0]._grid.site)


def test_a_run_that_stops_and_goes_on_is_the_run_that_did_not_stop() -> None:
    for make in (
        lambda: SerialWorld(Parameters(), BUNDLES["netlogo-rebellion"], 7),
        lambda: TilesWorld(Parameters(height=80, width=80), TILED, 7, 1),
        lambda: GroupsWorld(PRESETS["peacekeepers"].parameters, Rules(), 7),
    ):
        whole, pieces = make(), make()
        counts = np.concatenate([pieces.advance(n) for n in (3, 1, 16)])
        assert np.array_equal(whole.advance(20), counts)
        assert np.array_equal(whole.picture(), pieces.picture())


def test_without_grievance_everybody_stays_quiet_and_without_risk_the_closed_form_holds() -> None:
    for rules in (*BUNDLES.values(), replace(BUNDLES["mesa-3.5"], schedule="synchronous")):
        calm = lattice.run(rules=rules, legitimacy=1.0, steps=40, seed=3)
        assert not calm.series["active"].any()
        assert not calm.series["jailed"].any()
        free = lattice.run(rules=rules, officers=0.0, steps=3, seed=3)
        people = int(free.series["quiet"][0] + free.series["active"][0])
        # the share of net grievances above 0 is F(0) = .4444; 5 standard errors
        assert abs(free.series["active"][-1] / people - active_share(0.0, 0.82)) < 5 * math.sqrt(0.25 / people)


def test_in_sight_of_an_officer_people_turn_quiet() -> None:
    """The paper's deceptive behaviour (figs. 1, 2), over 40 pictures; the share falls by over ten standard errors."""
    near, far = [], []
    for seed in range(40):
        grid = lattice.run("deceptive-behaviour", seed=seed, steps=40).picture
        officers = grid == serial.OFFICER
        shifts = [(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1)]  # what vision 1.7 sees
        seen = np.any([np.roll(officers, shift, (0, 1)) for shift in shifts], axis=0)
        people = (grid == serial.QUIET) | (grid == serial.ACTIVE)
        near.append(np.mean(grid[people & seen] == serial.ACTIVE))
        far.append(np.mean(grid[people & ~seen] == serial.ACTIVE))
    fall = np.array(far) - np.array(near)
    assert fall.mean() > 10 * fall.std(ddof=1) / np.sqrt(fall.size)
    assert np.mean(near) < 0.5 * np.mean(far)


def test_model_two_keeps_everybody_on_a_site_of_their_own_and_counts_every_death() -> None:
    world = GroupsWorld(PRESETS["peacekeepers"].parameters, Rules(ratio="floor"), 5)
    before = None
    for _ in range(60):
        quiet, active, jailed, blue, green, killed = world.advance(1)[0]
        assert quiet + active + jailed == blue + green
        assert killed >= 0
        site, who = world._crowd.site, world._crowd.who
        free = np.flatnonzero(np.isin(who[:, 2], (serial.QUIET, serial.ACTIVE)))
        assert (site > 0).sum() == quiet + active == len(free)
        assert np.array_equal(site[who[free, 0], who[free, 1]], free + 1)
        assert (site < 0).sum() == world.officers
        if before is not None:
            assert blue + green <= before * 2  # at most one child each
        before = blue + green
    assert before is not None


def test_model_two_without_births_only_loses_people_and_without_grievance_nobody_is_killed() -> None:
    dying = lattice.run("genocide", cloning=0.0, steps=210, seed=1)
    total = dying.series["blue"] + dying.series["green"]
    assert (np.diff(total) <= 0).all()
    assert total[-1] == 0  # the highest age is 200
    calm = lattice.run("genocide", legitimacy=0.9, steps=100, seed=1)
    assert calm.series["killed"].sum() == 0  # T / (1 - L) = 1: nobody's grievance exceeds the threshold


def test_withdrawn_officers_are_gone_and_legitimacy_moves_in_even_steps() -> None:
    found = lattice.run(
        "outbursts",
        steps=60,
        seed=2,
        changes=[Change("officers", 0.0, 11, 21), Change("legitimacy", 0.42, 31, 51)],
    )
    assert found.series["officers"][9] == 64
    assert (np.diff(found.series["officers"][10:21]) < 0).all()
    assert found.series["officers"][20] == 0
    assert np.allclose(np.diff(found.series["legitimacy"][30:51]), -0.02)
    assert found.series["legitimacy"][-1] == pytest.approx(0.42)
    added = lattice.run("safe-havens", steps=60, seed=2)
    assert added.series["officers"][48] == 0
    assert added.series["officers"][49] == 64


def test_seeds_matter_and_repeat() -> None:
    first, again, other = (lattice.run("outbursts", steps=120, seed=s).series["active"] for s in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    many = lattice.run_many([1, 2], workers=2, preset_name="outbursts", steps=120)
    assert [np.array_equal(m.series["active"], s) for m, s in zip(many, (first, other), strict=True)] == [True, True]


@pytest.mark.parametrize(("shape", "sites"), [("diamond", 112), ("circle", 148), ("square", 224), ("cross", 28)])
def test_neighbourhoods_of_vision_seven_have_their_known_sizes(shape: str, sites: int) -> None:
    assert len(offsets(shape, 7)) == sites
    assert len(offsets("circle", 1.7)) == 8


def test_outbursts_at_the_edges_of_a_series_are_not_measured() -> None:
    found = find([80, 80, 0, 60, 60, 0, 0, 90], 50)
    assert found.count == 2  # the one under way at the start is left out
    assert found.lengths.tolist() == [2]  # the one under way at the end has no known length
    assert found.waits.tolist() == [1, 2]
    assert find([], 50).per_thousand == 0.0
    assert find([50, 51, 50], 50).peaks.tolist() == [51]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"preset_name": "outburst"}, "did you mean 'outbursts'"),
        ({"rules": "mesa"}, "did you mean"),
        ({"switches": {"ratio": "flor"}}, "did you mean 'floor'"),
        ({"switches": {"jail": "keep"}}, "there is no switch 'jail'"),
        ({"legitimaci": 0.5}, "did you mean 'legitimacy'"),
        ({"legitimacy": 1.5}, "a number from 0 to 1"),
        ({"legitimacy": math.nan}, "a number from 0 to 1"),
        ({"officers": 0.5}, "do not fit"),
        ({"height": 10, "width": 10}, "smaller than what one person sees"),
        ({"height": -40}, "a whole number from 5"),
        ({"vision": 0.5}, "a number from 1"),
        ({"jail_max": 2.5}, "whole number of steps"),
        ({"steps": 0}, "a whole number from 1"),
        ({"steps": 10, "burn": 10}, "a whole number from 0 to 9"),
        ({"seed": -1}, "a whole number from 0"),
        ({"threads": 0}, "a whole number from 1"),
        ({"outburst_above": 0}, "a whole number from 1"),
        ({"switches": {"schedule": "tiles"}}, "does not have"),
        ({"rules": TILED}, "at least 58 rows"),
        ({"rules": TILED, "height": 100, "width": 100, "vision": 8.0}, "at most 7"),
        ({"rules": TILED, "height": 100, "width": 100, "jail_max": math.inf}, "at most 255"),
        ({"switches": {"jailed": "keep", "arrest_site": "step-on"}}, "jailed=share or jailed=leave"),
        ({"groups": 2, "switches": {"jailed": "keep"}}, "Model II has no such switch"),
        ({"changes": [Change("officers", 0.2, 5, 5)], "steps": 9}, "withdrawn in Model I, not added"),
        ({"changes": [Change("officers", 0.0, 5, 9), Change("officers", 0.01, 8, 8)]}, "overlap"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_cure(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        lattice.run(**arguments)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (("legitimaci", 0.5, 1, 1), "did you mean 'legitimacy'"),
        (("legitimacy", 1.5, 1, 1), "from 0 to 1"),
        (("officers", 0.0, 0, 5), "step 1 or later"),
        (("officers", 0.0, 9, 5), "after its beginning"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused(values: tuple[Any, ...], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Change(*values)


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_plays_and_gives_figures_table_and_picture(name: str) -> None:
    found = lattice.run(name, steps=40, seed=1)
    table = found.to_pandas()
    assert list(table.columns)[:3] == ["quiet", "active", "jailed"]
    assert len(table) == 40
    assert found.picture.shape == (40, 40)
    assert found.to_dict()["summary"]["mean_active"] >= 0


def test_the_plot_shows_the_active_and_the_jailed() -> None:
    found = lattice.run("legitimacy-jump", seed=1)
    figure = found.plot()
    assert [line.get_label() for line in figure.axes[0].get_lines()[:2]] == ["jailed", "active"]
    mine = picture(4, 2).subplots()
    assert found.plot(mine) is mine.figure
