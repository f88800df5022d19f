"""The equations of the page about the model (``odd.md``), executed, and a course of the engine told by them."""

from __future__ import annotations

import math
import re
from types import SimpleNamespace
from typing import Any

import numpy as np
from engine_steps import Course, Step, drawn, key_of_place, number

from foedus.crisis import forces, hour, inputs, layout, rates, regime
from foedus.crisis.layout import KINDS, VARIABLES, State
from foedus.crisis.pages import pages

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
    exec(CODE[title], space)  # noqa: S102 - the page is ours, and to execute it is the test
    return SimpleNamespace(**space)


def near(found: object, said: object, *what: object) -> None:
    assert np.allclose(np.asarray(found, float), np.asarray(said, float), rtol=1e-9, atol=1e-12), (*what, found, said)


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
        u = number(step.key, 2_000_000, int(plan.keys[m] % np.uint64(1 << 40)))
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
        if number(step.key, 2_000_001, 0) < end.ends:
            wins = number(step.key, 2_000_002, 0) < end.incumbent_wins
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
        key = np.uint64(key_of_place(step.key, world.keys[i]))
        lost = by("Casualties of the forces", at)
        wounded = drawn(lost.standing, lost.hurt, key, 1_000_001)
        dead = drawn(lost.standing - wounded, lost.killed, key, 1_000_002)
        assert (happened["wounded_security"], happened["dead_security"]) == (wounded, dead), (step.t, i)
        for s in range(n):
            site = {"attackers": at["violent_after"][s], "guards": at["guards"][s], "held": at["held"][s] == 1}
            changes = by("Sites lost and retaken", at, site).changes
            assert abs(after.held[i, s] - at["held"][s]) == drawn(1, changes, key, 1_000_010 + s), (step.t, i, s)
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
