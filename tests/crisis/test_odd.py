"""The page about the model (``odd.md``) says what the engine does: its equations are executed beside the engine."""

from __future__ import annotations

import ast
import functools
import importlib
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import small_countries as small
from numba import njit

from foedus.crisis import forces, hour, inputs, layout, rates, regime
from foedus.crisis.cohort import _move, _workspace
from foedus.crisis.hour import conclude, divide, new_state, new_surroundings, place_key, step_key, surround
from foedus.crisis.keyed import binomial, subkey, uniform
from foedus.crisis.layout import KINDS, VARIABLES, State
from foedus.crisis.pages import pages
from foedus.crisis.parameters import DTYPE, NAMES
from foedus.crisis.regime import _resolve
from foedus.crisis.rules import Rule

PAGE = pages()["odd.md"]
SUBMODELS = PAGE.partition("## 7. Submodels")[2]
EQUATIONS = SUBMODELS.partition("### Functions in the equations")[0]
# title in bold, the functions that hold it, and its code
BLOCKS = re.findall(r"^\*\*([^*\n]+)\*\* (\((?:(?!^\*\*).)*?)```python\n(.*?)```", EQUATIONS, re.DOTALL | re.MULTILINE)
CODE = {title: compile(code, title, "exec") for title, _, code in BLOCKS}
KNOWN = {name: getattr(math, name) for name in ("ceil", "cos", "exp", "pi", "sqrt")}
KNOWN |= {name: getattr(rates, name) for name in dir(rates) if name.islower() and callable(getattr(rates, name))}
KNOWN |= {
    name.lstrip("_"): value
    for module in (forces, hour, inputs, rates, regime)
    for name, value in vars(module).items()
    if isinstance(value, float) and name.isupper()
}
SLOW = ("legit", "tired", "fallen", "seen", "loyal", "moved", "called", "landed", "ready", "here")


def by(title: str, *given: dict[str, Any], **more: Any) -> SimpleNamespace:
    """Execute the equations of a block of the page; return what they give."""
    space: dict[str, Any] = dict(KNOWN)
    for names in given:
        space |= names
    space |= more
    exec(CODE[title], space)  # noqa: S102 - the page is ours
    return SimpleNamespace(**space)


def near(found: object, said: object, *what: object) -> None:
    assert np.allclose(np.asarray(found, float), np.asarray(said, float), rtol=1e-9, atol=1e-12), (*what, found, said)


# --- one course of the engine, kept step by step ----------------------------------------------------------------------


@njit
def _begin(parameters, world, plan):
    return new_state(parameters[0], world, plan), new_surroundings(world, plan.program.shape[1]), _workspace(world)


@njit
def _people(world, state, calm):
    for i in range(world.population.size):
        divide(state.pools[i, 0], world.share, calm[i, 0])


@njit
def _key(run_key, t):
    return step_key(run_key, t)


@njit
def _surround(t, key, parameters, world, plan, with_alliance, state, around):
    return surround(t, key, parameters[0], world, plan, with_alliance, state, around)


@njit
def _move_all(key, parameters, world, state, around, calm, types, work):
    for i in range(world.population.size):
        _move(
            place_key(key, world.keys[i]), parameters[0], world, around.rates[i], around.sites[i, : world.sites[i]],
            around.happened[i], state.pools[i], state.street[i], calm[i], types[i], work,
        )  # fmt: skip


@njit
def _conclude(key, parameters, world, presence, state, around, day, new_day):
    conclude(key, parameters[0], world, presence, state, around, day, new_day)


@njit
def _drawn(n, p, place, number):
    return binomial(n, p, subkey(place, number))


@njit
def _place(key, place):
    return place_key(key, place)


@njit
def _number(key, process, index):
    return uniform(subkey(key, process), index)


def copied(state: State) -> State:
    return State(*(array.copy() for array in state))


@dataclass
class Step:
    """What was before a step, around it, and after it; ``day`` before and after."""

    t: int
    key: np.uint64
    before: State
    begun: State  # with surroundings set
    after: State
    around: layout.Surroundings
    presence: float
    day: np.ndarray
    day_after: np.ndarray
    new_day: bool


@dataclass
class Course:
    world: layout.World
    plan: layout.Plan
    helped: bool
    steps: list[Step]


def records(values: dict[str, float]) -> np.ndarray:
    return np.array([tuple(values[name] for name in NAMES)], dtype=DTYPE)


def play(given: inputs.Inputs, values: dict[str, float], *, helped: bool, seed: int = 1) -> Course:
    world, plan, parameters = given.world, given.plan, records(values)
    state, around, work = _begin(parameters, world, plan)
    places, kinds = len(world.population), len(world.hardship)
    calm = np.zeros((places, 4, kinds), dtype=np.int64)
    types = np.zeros((places, world.value.shape[1], 2, kinds), dtype=np.int64)
    _people(world, state, calm)
    day = np.zeros((places, len(VARIABLES)))
    steps = []
    for t in range(world.steps):
        key = np.uint64(_key(np.uint64(seed), t))
        before = copied(state)
        presence = _surround(t, key, parameters, world, plan, helped, state, around)
        begun = copied(state)
        _move_all(key, parameters, world, state, around, calm, types, work)
        new_day = t == 0 or world.day[t] != world.day[t - 1]
        if new_day:
            day[:] = 0
        day_before = day.copy()
        _conclude(key, parameters, world, presence, state, around, day, new_day)
        kept = type(around)(*(array.copy() for array in around))
        steps.append(Step(t, key, before, begun, copied(state), kept, presence, day_before, day.copy(), new_day))
    return Course(world, plan, helped, steps)


# --- the same by the page ---------------------------------------------------------------------------------------------


def compare(course: Course, values: dict[str, float]) -> None:
    for step in course.steps:
        _decisions(course, step, values)
        levels = _measures(course, step)
        near(step.around.levels, levels, "levels", step.t)
        abroad = _soldiers(course, step, levels, values)
        _surroundings(course, step, values, levels, abroad)
        _results(course, step, values, levels)


def _measures(course: Course, step: Step, state: State | None = None) -> np.ndarray:
    world, plan = course.world, course.plan
    state = state or step.begun
    levels = np.zeros((len(KINDS), len(world.population)))
    for deed in (layout.SET, layout.LIFT):
        for m in np.flatnonzero(plan.deed == deed):
            row = levels[plan.kind[m]]
            for i, size in enumerate(plan.share[m]):
                level = by(
                    "Measures in force", begin=step.t * world.step, step=world.step, start=state.start[m],
                    stop=state.stop[m], size=size,
                ).level  # fmt: skip
                if deed == layout.LIFT:
                    row[i] *= 1 - level
                elif KINDS[plan.kind[m]] in {"trigger", "reinforcement"}:
                    row[i] += level
                else:
                    row[i] = max(row[i], level)
    if state.nation[layout.ELITE] == layout.RIVAL:
        levels[KINDS.index("concession")] = 1
        levels[[KINDS.index("lethal"), KINDS.index("emergency")]] = 0
    return levels


def _decisions(course: Course, step: Step, values: dict[str, float]) -> None:
    """Which measures begin, and how a split ends: the page gives chances, and the draws are the engine's."""
    world, plan, before, begun = course.world, course.plan, step.before, step.begun
    if not plan.free:
        assert np.array_equal(before.start, begun.start)
        return
    now = step.t * world.step
    nation = before.nation
    at_first = _measures(course, step, before)
    crowd, violent = before.street.sum(), before.street[..., 1].sum()
    held, is_split = before.held.sum(), float(at_first[KINDS.index("split")].max() > 0)
    emergency = at_first[KINDS.index("emergency")].max() > 0
    possible = {
        "lethal": emergency, "reinforcement": emergency, "appeal": emergency,
        "amnesty": nation[layout.CALM_HOURS] > 72 and nation[layout.ALL_DETAINED] > 0,
        "split": nation[layout.ELITE] == 0 and (held > 0 or nation[layout.ALL_DEAD] > 0),
    }  # fmt: skip
    divided = nation[layout.ELITE] == layout.DIVIDED
    for m, kind in enumerate(plan.kind):
        if plan.cause[m] == layout.RECORDED or before.start[m] <= now:
            continue
        name = "appeal" if plan.deed[m] == layout.APPEAL else KINDS[kind]
        chance = by(
            "Decisions in the free course", values, crowd=crowd, violent=violent, sites_held=held, is_split=is_split,
            step=world.step,
        ).chance  # fmt: skip
        u = _number(step.key, 2_000_000, int(plan.keys[m] % np.uint64(1 << 40)))
        begins = possible.get(name, crowd > regime.CALM_CROWD) and u < chance
        assert (begun.start[m] == now) == begins, (name, step.t)
        divided |= begins and name == "split"
    elite = nation[layout.ELITE]
    if divided:
        foreign = before.slow[:, layout.HERE].sum()
        end = by(
            "End of a split in the free course", values, mean_loyal=before.slow[:, layout.LOYAL].mean(),
            foreign=foreign, step=world.step,
        )  # fmt: skip
        elite = layout.DIVIDED
        if _number(step.key, 2_000_001, 0) < end.ends:
            wins = _number(step.key, 2_000_002, 0) < end.incumbent_wins
            elite = layout.INCUMBENT if wins else layout.RIVAL
    assert begun.nation[layout.ELITE] == elite
    appealed, decided = begun.nation[layout.APPEALED], begun.nation[layout.DECIDED]
    assert decided == (appealed + values["council_hours"] if appealed + values["council_hours"] <= now else math.inf)


def _soldiers(course: Course, step: Step, levels: np.ndarray, values: dict[str, float]) -> list[SimpleNamespace]:
    world, plan, before = course.world, course.plan, step.before
    nation = step.begun.nation
    due = np.zeros((len(world.population), 2))
    begun = not plan.free or (step.t + 0.5) * world.step >= nation[layout.DECIDED]
    for c in range(len(plan.arrival) if course.helped and begun else 0):
        one = by(
            "Foreign soldiers due", middle=(step.t + 0.5) * world.step, arrival=plan.arrival[c],
            complete=plan.complete[c], departure=plan.departure[c], gone=plan.gone[c], free=plan.free,
            decided=nation[layout.DECIDED], decided_as_recorded=plan.decided, withdrawn=nation[layout.WITHDRAWN],
        )  # fmt: skip
        due += plan.soldiers[c][:, None] * [one.come, one.left]
    near(step.around.due, due)
    slot = step.t % len(before.handover)
    out = []
    for i in range(len(world.population)):
        field = world.airport[i]
        out.append(
            by(
                "Foreign soldiers", landed=before.slow[i, layout.LANDED], due=due[i, 0], departed=due[i, 1],
                airport_held=field >= 0 and before.held[i, field] == 1, foreign=1.0,
                taken_over=before.slow[i, layout.READY] + before.handover[slot, i],
            )
        )  # fmt: skip
        near(step.begun.slow[i, layout.LANDED], out[i].landed)
    foreign = sum(place.soldiers for place in out)
    for i, place in enumerate(out):
        place.presence = by("Foreign soldiers", vars(place), foreign=foreign, landed=0.0).presence
        near(step.presence, place.presence)
        near(step.around.rates[i, layout.SOLDIERS], place.soldiers)
    return out


def _surroundings(
    course: Course, step: Step, values: dict[str, float], levels: np.ndarray, abroad: list[SimpleNamespace]
) -> None:
    world, before, around = course.world, step.before, step.around
    places = range(len(world.population))
    at = [_given(course, step, i, values, levels, before) | vars(abroad[i]) for i in places]
    # crowds
    for i in places:
        expected = [
            [by("Crowd in the middle of the step", now=float(n), before=b).expected for n, b in zip(*site, strict=True)]
            for site in zip(before.street[i], before.before[i], strict=True)
        ]
        at[i]["crowds_here"] = [sum(both) for both in expected[: world.sites[i]]]
        at[i]["violents_middle"] = [violent for _, violent in expected[: world.sites[i]]]
        at[i]["crowd"] = sum(at[i]["crowds_here"])
        near(around.rates[i, layout.CROWD], at[i]["crowd"])
    # forces
    slot = step.t % len(before.transit)
    transit = before.transit.copy()
    transit[slot] = 0
    moved = list(before.slow[:, layout.MOVED] + before.transit[slot])
    for i in places:
        at[i] |= vars(by("Officers", at[i], moved=moved[i]))
        near(around.rates[i, [layout.OWN, layout.OFFICERS]], [at[i]["own"], at[i]["officers"]], "officers", step.t, i)
        near(step.begun.slow[i, layout.FALLEN], at[i]["fallen"], "fallen", step.t, i)
    needed = [by("Need of officers", at[i], coming=transit[:, i].sum()) for i in places]
    needs, spares = [x.need for x in needed], [x.spare for x in needed]
    flies = [world.airport[i] >= 0 and before.held[i, world.airport[i]] == 0 for i in places]
    for j in places:
        for i in places:
            if i == j or spares[j] <= 0 or needs[i] <= 0:
                continue
            to = by(
                "Officers sent", values, spare_there=spares[j], need_here=needs[i], needs=needs, spares=spares,
                by_road=world.by_road[j, i], by_air=world.by_air[j, i], can_fly=flies[i] and flies[j], step=world.step,
            )  # fmt: skip
            moved[j] -= to.sent
            transit[(step.t + min(len(transit) - 1, to.steps_on_the_road)) % len(transit), i] += to.sent
    near(step.begun.slow[:, layout.MOVED], moved, "moved", step.t)
    near(step.begun.transit, transit)
    # what surrounds people
    pulls = [by("Awareness", at[i], pulls=[], coupling=[]).pull for i in places]
    for i in places:
        found = by("Awareness", at[i], pulls=pulls, coupling=world.coupling[i])
        anger = by("Anger", at[i])
        people = by("Going home, deciding, coming back, round-ups, release", at[i], granted=anger.granted)
        for name in ("awake", "go_home", "decide", "round_up", "return_", "release", "anger"):
            said = next(getattr(x, name) for x in (people, anger, found) if hasattr(x, name))
            near(around.rates[i, getattr(layout, name.strip("_").upper())], said, name, step.t, i)
        _sites(course, step, i, at[i])


def _sites(course: Course, step: Step, i: int, at: dict[str, Any]) -> None:
    world = course.world
    values = list(world.value[i, : world.sites[i]])
    for s, here in enumerate(at["crowds_here"]):
        peaceful, violent = (float(n) for n in step.before.street[i, s])
        site = at | {
            "crowd_here": here, "violent_middle": at["violents_middle"][s], "value": values[s], "values": values,
            "peaceful_now": peaceful, "violent_now": violent, "ratio": world.ratio,
        }  # fmt: skip
        for title in (
            "Guards", "Risk", "Choice of a site", "Arrests in the crowd", "Deaths and wounds of civilians", "Escalation",
        ):  # fmt: skip
            site |= vars(by(title, site))
        for name in ("guards", "risk", "choice", "arrest", "die", "wound", "escalate", "violent_middle"):
            near(step.around.sites[i, s, getattr(layout, name.upper())], site[name], name, step.t, i, s)


def _given(
    course: Course, step: Step, i: int, values: dict[str, float], levels: np.ndarray, state: State
) -> dict[str, Any]:
    """Return what the page's equations may ask about a place."""
    world = course.world
    return {
        **values, **dict(zip(KINDS, levels[:, i], strict=True)), **dict(zip(SLOW, state.slow[i], strict=True)),
        "step": world.step, "time": step.t * world.step, "population": world.population[i], "shock": world.shock[i],
        "base": world.base[i], "daylight": world.daylight[step.t, i], "held": list(step.before.held[i, : world.sites[i]]),
        "home": float(step.before.pools[i, layout.HOME]), "start": float(step.before.street[i].sum()),
    }  # fmt: skip


def _results(course: Course, step: Step, values: dict[str, float], levels: np.ndarray) -> None:
    world, around, after = course.world, step.around, step.after
    for i in range(len(world.population)):
        n = world.sites[i]
        happened = dict(zip(layout.EVENTS, map(int, around.happened[i]), strict=True))
        at = _given(course, step, i, values, levels, step.begun) | happened
        at |= {
            "officers": around.rates[i, layout.OFFICERS], "own": around.rates[i, layout.OWN], "presence": step.presence,
            "violents_middle": list(around.sites[i, :n, layout.VIOLENT_MIDDLE]),
            "violent_after": [float(v) for v in after.street[i, :n, 1]], "attackers": float(after.street[i, :, 1].sum()),
            "guards": list(around.sites[i, :n, layout.GUARDS]), "after": float(after.street[i].sum()),
        }  # fmt: skip
        key = np.uint64(_place(step.key, world.keys[i]))
        lost = by("Casualties of the forces", at)
        wounded = _drawn(lost.standing, lost.hurt, key, 1_000_001)
        dead = _drawn(lost.standing - wounded, lost.killed, key, 1_000_002)
        assert (happened["wounded_security"], happened["dead_security"]) == (wounded, dead), (step.t, i)
        for s in range(n):
            site = {"attackers": at["violent_after"][s], "guards": at["guards"][s], "held": at["held"][s] == 1}
            changes = by("Sites lost and retaken", at, site).changes
            assert abs(after.held[i, s] - at["held"][s]) == _drawn(1, changes, key, 1_000_010 + s), (step.t, i, s)
        for title in ("Losses", "Tiredness, loyalty, call-up", "What was seen", "Legitimacy"):
            at |= vars(by(title, at))
        for name in ("fallen", "tired", "loyal", "called", "seen", "legit"):
            near(after.slow[i, SLOW.index(name)], at[name], name, step.t, i)
        day = dict(zip(VARIABLES, step.day[i], strict=True))
        figures = by(
            "Figures of the day", at, day, joined=happened["participants"], first_step_of_the_day=step.new_day,
            held=list(after.held[i, :n]),
        )  # fmt: skip
        told = dict(zip(VARIABLES, step.day_after[i], strict=True))
        for name in ("participants", "crowd_peak", "sites_held_by_crowd", "person_hours"):
            near(told[name], getattr(figures, name), name, step.t, i)
        for name in layout.EVENTS[:-1]:
            assert told[name] == day[name] + happened[name]
        assert (told["forces"], told["forces_present"]) == (at["officers"], at["own"])
        assert (told["alliance_troops"], told["legitimacy"]) == (around.rates[i, layout.SOLDIERS], after.slow[i, 0])


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
    state, _, _ = _begin(records(values), given.world, given.plan)
    state.slow[:, layout.LOYAL], state.slow[0, layout.HERE] = loyal, soldiers
    said = by("End of a split in the free course", values, mean_loyal=loyal, foreign=soldiers, step=1.0)
    ends = {layout.DIVIDED: 0, layout.INCUMBENT: 0, layout.RIVAL: 0}
    for key in np.arange(1, 2001, dtype=np.uint64) * np.uint64(2**40):
        state.nation[layout.ELITE] = layout.DIVIDED
        _resolved(key, records(values), given.world, given.plan, state)
        wins = layout.INCUMBENT if _number(key, 2_000_002, 0) < said.incumbent_wins else layout.RIVAL
        wanted = wins if _number(key, 2_000_001, 0) < said.ends else layout.DIVIDED
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
    state, around, work = _begin(parameters, given.world, given.plan)
    places, kinds = 3, len(given.world.hardship)
    rng = np.random.default_rng(5)
    # people in every state and, of every type, in every street
    calm, types = rng.integers(5, 60, (places, 4, kinds)), rng.integers(2, 30, (places, layout.MOST_SITES, 2, kinds))
    for i, n in enumerate(given.world.sites):
        types[i, n:] = 0
    state.pools[:, :4], state.street[:], state.before[:] = calm.sum(axis=2), types.sum(axis=3), types.sum(axis=3)
    _surround(26, np.uint64(3), parameters, given.world, given.plan, True, state, around)  # everything is in force
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
    state, _, _ = _begin(records(small.parameters()), world, given.plan)
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
