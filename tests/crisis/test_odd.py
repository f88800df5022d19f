"""The page about the model (``odd.md``) says what the engine does: its equations are executed beside the engine."""

from __future__ import annotations

import ast
import functools
import importlib
import re
from collections.abc import Iterator

import numpy as np
import pytest
import small_countries as small
from engine_steps import Course, begin, number, play, records, surround_all
from numba import njit
from odd_equations import BLOCKS, CODE, EQUATIONS, KNOWN, PAGE, by, compare, near

from foedus.crisis import inputs, layout
from foedus.crisis.cohort import _move
from foedus.crisis.hour import place_key
from foedus.crisis.keyed import subkey
from foedus.crisis.layout import KINDS, VARIABLES
from foedus.crisis.parameters import NAMES
from foedus.crisis.regime import _resolve
from foedus.crisis.rules import Rule


@functools.cache
def course(name: str) -> tuple[Course, dict[str, float]]:
    scenario, values = small.three_places(2.0), small.parameters()
    if name == "ruled":
        rules = (
            Rule(when=small.hour(20.5), do="lift_shutdown", label="lifted", size=0.6, hours=6),
            Rule(when=small.hour(40), do="withdrawal", label="withdrawn"),
        )
        scenario = scenario.model_copy(update={"rules": rules})
    if name == "free":
        scenario = small.three_places(8.0)
        scenario = scenario.model_copy(update={"events": (*scenario.events, small.event("appeal", 19, 72))})
        values = small.parameters(decision_base=0.5)
    if name == "half":  # half-hour steps; a large reinforcement ends, with those who fell of it
        events = [e for e in scenario.events if e.kind != "reinforcement"]
        more = small.event("reinforcement", 20, 44.5, 120, ("A",))
        scenario = scenario.model_copy(update={"events": (*events, more)})
        values = small.parameters(security_wounded=10, repression_cost=1)
    given = small.inputs_of(
        scenario, mode="free" if name == "free" else "hindcast", step_hours=0.5 if name == "half" else 1.0
    )
    return play(given, values, helped=name != "alone", seed=7), values


@pytest.mark.parametrize("name", ["helped", "alone", "ruled", "half", "free"])
def test_the_equations_of_the_page_are_the_engines_in_every_step(name: str) -> None:
    one, values = course(name)
    compare(one, values)
    last = one.steps[-1]
    for what in ("participants", "detained_crowd", "detained_round_up", "dead_civilian", "wounded_security"):
        assert sum(step.around.happened[:, layout.EVENTS.index(what)].sum() for step in one.steps) > 0, what
    assert any(step.after.held.any() for step in one.steps)
    assert (last.after.slow[:, layout.CALLED] > 0).all()
    if name == "half":
        fallen = np.array([step.after.slow[:, layout.FALLEN] for step in one.steps])
        assert (np.diff(fallen, axis=0) < 0).any()  # forgotten with the reinforcement
        seen = np.diff([step.after.slow[:, layout.SEEN] for step in one.steps], axis=0)
        assert 0.35 < seen.max() < 0.5  # as much as half an hour can add
    if name == "free":
        begun = set(np.flatnonzero(np.isfinite(last.after.start) & (one.plan.cause == layout.HAZARD)))
        assert len(begun) > 6  # of nine
        assert last.after.nation[layout.ELITE] in (layout.INCUMBENT, layout.RIVAL)
        assert np.isfinite(last.after.nation[layout.DECIDED])


# these move nothing but chances, so a draw has to come out differently
ONLY_A_CHANCE = {"security_wounded", "security_dead", "site_loss", "decision_base", "decision_pressure"}


@pytest.mark.parametrize("name", [name for name in NAMES if name not in {"noise", "pool"}])
def test_that_comparison_notices_every_parameter(name: str) -> None:
    """An equation with another value of the parameter is not the engine's: so each of them is really compared."""
    one, values = course("free" if name in {"decision_base", "decision_pressure", "council_hours"} else "helped")
    factor = 3 if name in ONLY_A_CHANCE else 1.01
    with pytest.raises(AssertionError):
        compare(one, values | {name: values[name] * factor + 0.001})


@pytest.mark.parametrize(
    "name", ["EXCHANGE_RATE", "HOLD", "HOME_GUARD", "LARGE_FORCE", "MEMORY_HOURS", "RECOVERY", "RESOLVE_PER_DAY"]
)
def test_that_comparison_notices_every_constant(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    one, values = course("free" if name == "RESOLVE_PER_DAY" else "helped")
    monkeypatch.setitem(KNOWN, name, KNOWN[name] * (3 if name in {"HOLD", "RESOLVE_PER_DAY"} else 1.01))
    with pytest.raises(AssertionError):
        compare(one, values)


@njit
def _resolved(key, parameters, world, plan, state):
    _resolve(0.0, key, parameters[0], world, plan, state)


@pytest.mark.parametrize(
    ("loyal", "soldiers", "signal"), [(1.0, 0, 0.5), (0.3, 0, 0.5), (0.3, 2000, 0.9), (0.6, 300, 0.2)]
)
def test_a_split_ends_as_the_page_says(loyal: float, soldiers: float, signal: float) -> None:
    """Two thousand hours at each of four states: the same draws end the split, and the same side wins."""
    given, values = small.inputs_of(small.three_places(), mode="free"), small.parameters(signal=signal)
    state, _, _ = begin(records(values), given.world, given.plan)
    state.slow[:, layout.LOYAL], state.slow[0, layout.HERE] = loyal, soldiers
    said = by("End of a split in the free course", values, mean_loyal=loyal, foreign=soldiers, step=1.0)
    ends = {layout.DIVIDED: 0, layout.INCUMBENT: 0, layout.RIVAL: 0}
    for key in np.arange(1, 2001, dtype=np.uint64) * np.uint64(2**40):
        state.nation[layout.ELITE] = layout.DIVIDED
        _resolved(key, records(values), given.world, given.plan, state)
        wins = layout.INCUMBENT if number(key, 2_000_002, 0) < said.incumbent_wins else layout.RIVAL
        wanted = wins if number(key, 2_000_001, 0) < said.ends else layout.DIVIDED
        assert state.nation[layout.ELITE] == wanted
        ends[wanted] += 1
    assert min(ends.values()) > 5  # each of the three happened, so that other odds would be noticed


# --- what people do: mean flows over many draws -----------------------------------------------------------------------


@njit
def _many_moves(draws, parameters, world, state, around, calm, types, work):
    """Return the sum and the sum of squares, over draws of one step, of people by state and type."""
    places, kinds, sites = world.population.size, world.hardship.size, world.value.shape[1]
    total = np.zeros((2, places, 4 + 2 * sites, kinds))
    happened = np.zeros((2, places, 7))
    for draw in range(draws):
        pools, street = state.pools.copy(), state.street.copy()
        now, there, count = calm.copy(), types.copy(), np.zeros((places, 7), dtype=np.int64)
        for i in range(places):
            _move(
                place_key(subkey(np.uint64(99), draw), world.keys[i]), parameters[0], world, around.rates[i],
                around.sites[i, : world.sites[i]], count[i], pools[i], street[i], now[i], there[i], work,
            )  # fmt: skip
        for i in range(places):
            for k in range(7):
                happened[0, i, k] += count[i, k]
                happened[1, i, k] += count[i, k] ** 2
            for g in range(kinds):
                for k in range(4 + 2 * sites):
                    value = now[i, k, g] if k < 4 else there[i, (k - 4) // 2, (k - 4) % 2, g]
                    total[0, i, k, g] += value
                    total[1, i, k, g] += value**2
    return total, happened


def expected_people(i, world, around, calm, types, values):
    """Return what the page expects after the step: people by state and type as above, and events."""
    n, kinds = world.sites[i], len(world.hardship)
    people, events = np.zeros((4 + 2 * world.value.shape[1], kinds)), dict.fromkeys(layout.EVENTS, 0.0)
    names = ("awake", "go_home", "decide", "round_up", "return_", "release", "anger")
    place = {name: around.rates[i, getattr(layout, name.strip("_").upper())] for name in names}
    at_site = ("risk", "arrest", "die", "wound", "escalate", "choice")
    row = {"quiet": 0, "aware": 1, "home": 2, "held": 3}
    told = {"dead": "dead_civilian", "wounded": "wounded_civilian", "held": "detained_crowd"}
    for g in range(kinds):
        sites = []
        for s in range(n):
            site = {name: around.sites[i, s, getattr(layout, name.upper())] for name in at_site}
            kind = {"hardship": world.hardship[g], "aversion": world.aversion[g]}
            site |= vars(by("To act or not", values, place, site, kind))
            sites.append(by("Ways out of a state", values, place, site, step=world.step))
        for name, k in row.items():
            people[k, g] += calm[i, k, g]
            for to, chance in sites[0].chances[name].items():
                going = calm[i, k, g] * chance
                people[k, g] -= going
                if to == "decision":
                    joining = [going * site.choice * site.stay for site in sites]
                    people[4 : 4 + 2 * n : 2, g] += joining
                    people[row["quiet"], g] += going - sum(joining)
                    events["participants"] += sum(joining)
                    continue
                people[row[to], g] += going
                events["detained_round_up"] += going if (name, to) == ("home", "held") else 0
        for s, site in enumerate(sites):
            for side, name in enumerate(("active", "violent")):
                people[4 + 2 * s + side, g] += types[i, s, side, g]
                for to, chance in site.chances[name].items():
                    going = types[i, s, side, g] * chance
                    people[4 + 2 * s + side, g] -= going
                    if to in told:
                        events[told[to]] += going
                    if to == "violent":
                        people[5 + 2 * s, g] += going
                    elif to in row:
                        people[row[to], g] += going
    return people, np.array([events[name] for name in layout.EVENTS])


def furthest(values: dict[str, float], draws: int) -> float:
    """Return how many standard errors the furthest mean of the engine lies from what the page expects."""
    given, own = small.inputs_of(small.three_places(4.0)), small.parameters()
    parameters = records(own)
    state, around, work = begin(parameters, given.world, given.plan)
    places, kinds = 3, len(given.world.hardship)
    rng = np.random.default_rng(5)
    # people in every state and, of every type, in every street
    calm, types = rng.integers(5, 60, (places, 4, kinds)), rng.integers(2, 30, (places, layout.MOST_SITES, 2, kinds))
    for i, n in enumerate(given.world.sites):
        types[i, n:] = 0
    state.pools[:, :4], state.street[:], state.before[:] = calm.sum(axis=2), types.sum(axis=3), types.sum(axis=3)
    surround_all(26, np.uint64(3), parameters, given.world, given.plan, True, state, around)  # everything is in force
    total, happened = _many_moves(draws, parameters, given.world, state, around, calm, types, work)
    far = 0.0
    for i in range(places):
        for (sums, squares), said in zip(
            ((total[:, i]), (happened[:, i])), expected_people(i, given.world, around, calm, types, values), strict=True
        ):
            mean = sums / draws
            error = np.sqrt(np.maximum(squares / draws - mean**2, 0) / draws)
            assert np.array_equal(mean[error == 0], said[error == 0])
            far = max(far, (abs(mean - said)[error > 0] / error[error > 0]).max())
    return far


def test_people_move_as_the_page_says() -> None:
    """Some 370 means over 40,000 draws; one of them would lie beyond five standard errors in one of 5,000 seeds."""
    assert furthest(small.parameters(), 40_000) < 5


@pytest.mark.parametrize("change", [{"noise": 0.06}, {"bystanders": 0.4}])
def test_that_comparison_notices_another_rule(change: dict[str, float]) -> None:
    assert furthest(small.parameters(**change), 40_000) > 10


def test_what_is_given_is_made_as_the_page_says() -> None:
    scenario = small.three_places()
    rated = scenario.places[0].model_copy(update={"officers": None})  # as many as the scenario says for so many people
    scenario = scenario.model_copy(update={"places": (rated, *scenario.places[1:]), "officers_per_1000": 2.0})
    given = small.inputs_of(scenario)
    world = given.world
    state, _, _ = begin(records(small.parameters()), world, given.plan)
    km = inputs._distances(scenario)
    population = [place.population for place in scenario.places]
    for i, place in enumerate(scenario.places):
        others = [j for j in range(3) if j != i]
        weights = [inputs.SITE_VALUE[kind] for kind in place.site_kinds]
        for j in others:
            said = by(
                "Inputs", population=place.population, pool=0.5, officers_per_1000=2.0, weight=weights[0],
                weights=weights, local=17.0, km=km[i], j=j, population_of=population,
                others=sum(population[k] for k in others), ties=sum((1 + km[i, k] / 300) ** -2 for k in others),
            )  # fmt: skip
            near(world.coupling[i, j], said.coupling)
            near(world.by_road[i, j], said.by_road)
            near(world.by_air[i, j], said.by_air)
        near(world.value[i, 0], said.value)
        near(world.base[i], said.base if place.officers is None else place.officers)
        near(state.pools[i, layout.QUIET], said.people)
    fine = [
        by("Inputs", vars(said), population=1, weight=1, weights=[1], local=17 + (k + 0.5) / 12).daylight
        for k in range(12)
    ]
    near(world.daylight[17, 0], np.mean(fine))  # the places' clocks are those of UTC


# --- the page as a text -----------------------------------------------------------------------------------------------


def named_in(code: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Name):
            yield node.id


def test_every_parameter_and_measure_stands_in_the_submodels() -> None:
    used = {name for _, _, code in BLOCKS for name in named_in(code)} | set(re.findall(r"`(\w+)`", EQUATIONS))
    assert set(NAMES) <= used
    assert set(KINDS) <= used
    assert len(BLOCKS) == EQUATIONS.count("```python") == len(CODE)


def test_every_block_names_functions_that_exist() -> None:
    for title, where, _ in BLOCKS:
        functions = re.findall(r"`(\w+)\.(\w+)`", where)
        assert functions, title
        for module, name in functions:
            assert hasattr(importlib.import_module(f"foedus.crisis.{module}"), name), (title, module, name)


def table(heading: str) -> list[str]:
    return re.findall(
        r"^\| `(\w+)` \|", PAGE.partition(heading)[2].partition("\n\n- **")[0].partition("\n## ")[0], re.MULTILINE
    )


def test_every_measure_and_output_is_defined_with_its_unit() -> None:
    assert table("| measure | level |") == list(KINDS)
    assert table("| output | unit | definition |") == list(VARIABLES)
