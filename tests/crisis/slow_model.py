"""The country model told slowly and plainly, one person after another, to check the fast engines against.

It shares with them the data (``World``, ``Plan``, a dict of parameters) and nothing else: every rule is written down
again, in the words of the model's description, with Python's own random numbers.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field

EVENTS = ["dead_civilian", "dead_security", "wounded_civilian", "wounded_security", "detained_crowd",
          "detained_round_up", "participants"]  # fmt: skip
SHUTDOWN, TRIGGER, CONCESSION, ARMED, LETHAL, EMERGENCY, SPLIT, REINFORCED, AMNESTY, STAND_DOWN = range(10)


@dataclass
class Person:
    hardship: float
    aversion: float
    state: str = "quiet"
    site: int = -1


@dataclass
class Place:
    people: list[Person]
    legitimacy: float
    sites: int
    held: list[bool]
    before: list[list[float]]
    tired: float = 0.0
    fallen: float = 0
    seen: float = 0.0
    loyal: float = 1.0
    moved: float = 0.0
    called: float = 0.0
    landed: float = 0.0
    landings: list[tuple[float, float]] = field(default_factory=list)  # (when ready, how many)

    def crowd(self, site: int, state: str) -> int:
        return sum(p.state == state and p.site == site for p in self.people)

    def number(self, *states: str) -> int:
        return sum(p.state in states for p in self.people)


def run(world, plan, p, *, help_comes: bool, seed: int):
    """Return totals by event, the peak crowd of the country, and people by state at the end."""
    rng = random.Random(seed)  # noqa: S311 - dice, not secrets
    places = [_populate(i, world, p) for i in range(len(world.population))]
    travelling: list[tuple[int, int, float]] = []  # (step of arrival, where, officers)
    totals = dict.fromkeys(EVENTS, 0)
    peak = 0
    for t in range(world.steps):
        if t > 0 and world.day[t] != world.day[t - 1]:  # who is still out takes part in the new day too
            totals["participants"] += sum(place.number("active", "violent") for place in places)
        happened = _step(t, rng, world, plan, p, places, travelling, help_comes)
        for name in EVENTS:
            totals[name] += happened[name]
        peak = max(peak, sum(place.number("active", "violent") for place in places))
    return totals, peak, places


def _populate(i, world, p):
    pool = int(world.population[i] * p["pool"])
    people = []
    for g in range(len(world.hardship)):  # as many as a share of the whole rounds to, counted from the first type
        upto = round(pool * sum(world.share[: g + 1]))
        people += [Person(world.hardship[g], world.aversion[g]) for _ in range(upto - len(people))]
    assert len(people) == pool
    n = int(world.sites[i])
    return Place(people, p["legitimacy"], n, [False] * n, [[0.0, 0.0] for _ in range(n)])


def _levels(t, world, plan):
    """Mean over the step of every recorded measure, by kind and place."""
    levels = [[0.0] * len(world.population) for _ in range(10)]
    begin, end = t * world.step, (t + 1) * world.step
    for m in range(len(plan.kind)):
        assert plan.deed[m] in (0, 2), "the reference knows recorded measures only"
        if plan.deed[m] == 2:
            continue
        overlap = max(0.0, min(end, plan.start[m] + plan.length[m]) - max(begin, plan.start[m])) / world.step
        for i in range(len(world.population)):
            value = overlap * plan.share[m, i]
            row = levels[plan.kind[m]]
            row[i] = row[i] + value if plan.kind[m] in (TRIGGER, REINFORCED) else max(row[i], value)
    return levels


def _share_done(moment, start, end):
    if moment < start:
        return 0.0
    return 1.0 if moment >= end else (moment - start) / (end - start)


def _step(t, rng, world, plan, p, places, travelling, help_comes):
    step, n_places = world.step, len(places)
    levels = _levels(t, world, plan)
    # foreign soldiers
    middle = (t + 0.5) * step
    soldiers = [0.0] * n_places
    ready = [0.0] * n_places
    if help_comes:
        for i, place in enumerate(places):
            due = sum(
                plan.soldiers[c, i] * _share_done(middle, plan.arrival[c], plan.complete[c])
                for c in range(len(plan.arrival))
            )
            gone = sum(
                plan.soldiers[c, i] * _share_done(middle, plan.departure[c], plan.gone[c])
                for c in range(len(plan.arrival))
            )
            closed = world.airport[i] >= 0 and place.held[world.airport[i]]
            if due > place.landed and not closed:
                place.landings.append((t + max(1, round(12 / step)), due - place.landed))
                place.landed = due
            soldiers[i] = max(0.0, place.landed - gone)
            taken_over = sum(number for when, number in place.landings if when <= t)
            ready[i] = min(soldiers[i], max(0.0, taken_over - gone))
    foreign = sum(soldiers)
    presence = foreign / (foreign + 1000)

    # crowds in the middle of the step, and officers
    for when, i, number in travelling:
        if when == t:
            places[i].moved += number
    crowds, violents, starts, officers, present = [], [], [], [], []
    for i, place in enumerate(places):
        expected, violent, now = [], [], []
        for s in range(place.sites):
            here = [place.crowd(s, "active"), place.crowd(s, "violent")]
            guess = [max(0.0, here[k] + 0.5 * (here[k] - place.before[s][k])) for k in (0, 1)]
            place.before[s] = [float(here[0]), float(here[1])]
            expected.append(sum(guess))
            violent.append(guess[1])
            now.append(here)
        crowds.append(expected)
        violents.append(violent)
        starts.append(now)
        own = _present(i, world, p, place, levels)
        present.append(own)
        aside = p["stand_aside"] * levels[SPLIT][i] * (1 - p["signal"] * presence)
        able = own * (1 - place.tired) * (1 - aside) * place.loyal
        officers.append(able + min(p["freed_officers"] * ready[i], able))
    _send(t, world, p, places, levels, travelling, crowds, officers, present)

    pull = []
    for i in range(n_places):
        share = sum(crowds[i]) / world.population[i]
        pull.append(share / (1 + share / p["saturation"]))
    happened = dict.fromkeys(EVENTS, 0)
    fresh = math.exp(-t * step / 24 / p["anger_days"])
    for i, place in enumerate(places):
        told = _people(
            t, i, rng, world, p, place, levels, crowds[i], violents[i], starts[i], officers[i], soldiers[i], pull, fresh
        )
        _afterwards(
            i, rng, world, p, place, levels, violents[i], starts[i], officers[i], present[i], told, crowds[i], presence
        )
        for name in EVENTS:
            happened[name] += told[name]
    return happened


def _present(i, world, p, place, levels):
    """Return the officers of a place who are alive, there and not ordered off; forget the fallen of those who left."""
    base = world.base[i] * p["force_scale"]
    everyone = max(0.0, base + place.moved + place.called + levels[REINFORCED][i])
    place.fallen = min(place.fallen, everyone)
    ordered_off = min(levels[STAND_DOWN][i] * base, base + min(0.0, place.moved))
    return (everyone - place.fallen) * (1 - ordered_off / everyone) if everyone else 0.0


def _send(t, world, p, places, levels, travelling, crowds, officers, present):
    total = [sum(c) for c in crowds]
    coming = [sum(number for when, k, number in travelling if when > t and k == i) for i in range(len(places))]
    faced = [total[i] * (1 - levels[STAND_DOWN][i]) for i in range(len(places))]
    need = [max(0.0, faced[i] - officers[i] - coming[i]) for i in range(len(places))]
    stay = [0.6 * world.base[i] * p["force_scale"] for i in range(len(places))]
    bound = [place.called + levels[REINFORCED][i] for i, place in enumerate(places)]
    spare = [max(0.0, min(officers[i] - total[i], present[i] - bound[i]) - stay[i]) for i in range(len(places))]
    if sum(need) <= 0 or sum(spare) <= 0 or p["reinforce"] <= 0:
        return
    part = min(1 - math.exp(-p["reinforce"] * world.step / 24), sum(need) / sum(spare))

    def can_fly(k):
        return world.airport[k] >= 0 and not places[k].held[world.airport[k]]

    for j in range(len(places)):
        for i in range(len(places)):
            if i != j and spare[j] > 0 and need[i] > 0:
                sent = spare[j] * part * need[i] / sum(need)
                hours = world.by_road[j, i]
                if can_fly(i) and can_fly(j):
                    hours = min(hours, world.by_air[j, i])
                travelling.append((t + max(1, math.ceil(hours / world.step)), i, sent))
                places[j].moved -= sent


def _guards(i, s, world, p, crowd, officers):
    share = crowd[s] / sum(crowd) if sum(crowd) > 0 else world.value[i, s]
    return officers * ((1 - p["follow"]) * world.value[i, s] + p["follow"] * share)


def _joins(rng, person, anger, risk, p):
    net = person.hardship * anger - person.aversion * risk - 0.1
    if p["noise"] <= 0:
        return net > 0
    return rng.random() < 1 / (1 + math.exp(max(-700, min(700, -net / p["noise"]))))


def _people(t, i, rng, world, p, place, levels, crowd, violent, start, officers, soldiers, pull, fresh):
    """Let every person of a place act once; return what happened."""
    step = world.step
    told = dict.fromkeys(EVENTS, 0)
    shut = levels[SHUTDOWN][i]
    contacts = p["contact_local"] * (1 + p["shutdown_push"] * shut) * pull[i]
    contacts *= 1 + p["inspiration"] * sum(place.held) / place.sites
    media = sum(world.coupling[i, j] * pull[j] for j in range(len(pull)))
    contacts += p["contact_media"] * (1 - shut * (1 - p["media_left"])) * media
    contacts *= 1 - p["curfew"] * levels[EMERGENCY][i]
    aware = world.daylight[t, i] * contacts / 24 + levels[TRIGGER][i]
    granted = levels[CONCESSION][i] * p["concession_effect"]
    anger = (1 - place.legitimacy) + world.shock[i] * p["price_shock"] * fresh * (1 - granted)
    lethal = 1 + (p["lethal_order"] - 1) * levels[LETHAL][i]
    deterrence = p["deterrence"] * soldiers / (soldiers + 1000)
    busy = min(1.0, sum(crowd) / (officers + 1))
    home = place.number("home")
    round_up = 0.0
    if home > 0:
        round_up = levels[EMERGENCY][i] * min(0.2, p["round_ups"] / 24 * officers * (1 - busy) / home)
    escalate = p["escalation"] + p["escalation_repression"] * place.seen + p["escalation_armed"] * levels[ARMED][i]
    risks, draws, dangers = [], [], []
    for s in range(place.sites):
        guards = _guards(i, s, world, p, crowd, officers)
        ratio = guards / (crowd[s] + 1)
        ratio = [ratio, math.floor(ratio), math.floor(ratio + 0.5)][world.ratio]
        risk = 1 - math.exp(-2.3 * ratio)
        risk += (1 - risk) * deterrence
        risks.append(risk * (1 + p["severity"] * levels[LETHAL][i]))
        draws.append(world.value[i, s] * (1 + crowd[s]) ** p["herding"])
        now = sum(start[s])
        arrest = p["arrests"] / 24 * guards / (crowd[s] + guards + 1) * crowd[s] / now if now else 0.0
        clash = guards * violent[s] / (guards + violent[s]) if guards + violent[s] > 0 else 0.0
        exposed = start[s][1] + p["bystanders"] * start[s][0]
        die = p["deadliness"] * lethal * clash / 24 / exposed if exposed else 0.0
        dangers.append((arrest, die, die * p["wounded_per_dead"] / math.sqrt(lethal)))
    go_home = (1 + granted) / (24 * p["street_days"])
    decide = 1 / p["decision_hours"]
    release = 1 / (24 * p["term_days"]) + levels[AMNESTY][i] / 24
    for person in place.people:
        if person.state == "quiet":
            if rng.random() < 1 - math.exp(-aware * step):
                person.state = "aware"
        elif person.state == "aware":
            if rng.random() < 1 - math.exp(-decide * step):
                site = rng.choices(range(place.sites), draws)[0]
                if _joins(rng, person, anger, risks[site], p):
                    person.state, person.site = "active", site
                    told["participants"] += 1
                else:
                    person.state = "quiet"
        elif person.state in ("active", "violent"):
            _in_the_street(rng, person, p, step, anger, risks, dangers, go_home, decide, escalate / 24, told)
        elif person.state == "home":
            back = round_up + 1 / (24 * p["return_days"])
            if rng.random() < 1 - math.exp(-back * step):
                if rng.random() < round_up / back:
                    person.state = "held"
                    told["detained_round_up"] += 1
                else:
                    person.state = "quiet"
        elif person.state == "held" and rng.random() < 1 - math.exp(-release * step):
            person.state = "home"
    return told


def _in_the_street(rng, person, p, step, anger, risks, dangers, go_home, decide, escalate, told):
    net = person.hardship * anger - person.aversion * risks[person.site] - 0.1
    stay = float(net > 0) if p["noise"] <= 0 else 1 / (1 + math.exp(max(-700, min(700, -net / p["noise"]))))
    arrest, die, wound = dangers[person.site]
    exposure = 1.0 if person.state == "violent" else p["bystanders"]
    ways = {
        "home": go_home + decide * (1 - stay),
        "held": arrest,
        "dead": die * exposure,
        "wounded": wound * exposure,
        "violent": escalate if person.state == "active" else 0.0,
    }
    if rng.random() < 1 - math.exp(-sum(ways.values()) * step):
        person.state = rng.choices(list(ways), list(ways.values()))[0]
        name = {"held": "detained_crowd", "dead": "dead_civilian", "wounded": "wounded_civilian"}.get(person.state)
        if name:
            told[name] += 1


def _afterwards(i, rng, world, p, place, levels, violent, start, officers, present, told, crowd, presence):
    step = world.step
    clash = 0.0
    for s in range(place.sites):
        guards = _guards(i, s, world, p, crowd, officers)
        fighting = 0.5 * (violent[s] + place.crowd(s, "violent"))
        clash += guards * fighting / (guards + fighting) if guards + fighting > 0 else 0.0
    strain = clash / (officers + 1) * step / 24
    for _ in range(int(min(officers, present))):
        if rng.random() < 1 - math.exp(-p["security_wounded"] * strain):
            told["wounded_security"] += 1
        elif rng.random() < 1 - math.exp(-p["security_wounded"] * p["security_dead"] * strain):
            told["dead_security"] += 1
    place.fallen += told["wounded_security"] + told["dead_security"]
    for s in range(place.sites):
        guards, attackers = _guards(i, s, world, p, crowd, officers), place.crowd(s, "violent")
        odds = guards / (attackers + 1) - 1 if place.held[s] else attackers / (guards + 1) - 0.2
        if rng.random() < 1 - math.exp(-p["site_loss"] * step / 24 * max(0.0, odds)):
            place.held[s] = not place.held[s]
    after = place.number("active", "violent")
    fighting = place.number("violent")
    now = sum(map(sum, start))
    place.tired += (p["exhaustion"] * min(1.0, after / (officers + 1)) - 0.15 * place.tired) * step / 24
    place.tired = min(0.9, max(0.0, place.tired))
    overrun = fighting / (fighting + officers + 1)
    place.loyal += (0.15 * (1 - place.loyal) - p["loyalty_loss"] * overrun) * step / 24
    place.loyal = min(1.0, max(0.1, place.loyal))
    reserve = p["call_up"] * world.base[i] * p["force_scale"] * levels[EMERGENCY][i]
    place.called += (reserve - place.called) * (1 - math.exp(-step / 24))
    harm = told["dead_civilian"] + told["detained_crowd"] / 25
    half = math.exp(-step / 12)
    place.seen = (place.seen * half + min(step, 5 * harm / (now + 1))) * half
    harm += told["detained_round_up"] / 25
    target = p["legitimacy"] + p["concession_legitimacy"] * levels[CONCESSION][i]
    place.legitimacy += p["legitimacy_return"] * step / 24 * (target - place.legitimacy)
    place.legitimacy -= p["repression_cost"] * 5 * harm / world.population[i] + p["foreign_cost"] * step / 24 * presence
    place.legitimacy = min(1.0, max(0.0, place.legitimacy))
