"""How a country lies in memory: what is given, what is planned, and what changes from step to step.

Axes: ``place``, ``site`` (up to eight in a place), ``type`` (hardship x risk aversion), ``side`` of a participant
(0 peaceful, 1 violent). Times are hours since the start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Counts = NDArray[np.int64]

STATES = ("quiet", "aware", "active", "violent", "home", "held", "wounded", "dead")
# people who are not in the street, in the order of ``State.pools``
QUIET, AWARE, HOME, HELD, WOUNDED, DEAD = range(6)
MOST_SITES = 8

# What happened in a step at a place.
EVENTS = (
    "dead_civilian",
    "dead_security",
    "wounded_civilian",
    "wounded_security",
    "detained_crowd",
    "detained_round_up",
    "participants",
)
DIED, SEC_DIED, HURT, SEC_HURT, ARRESTED, ROUNDED, JOINED = range(7)
VARIABLES = (
    *EVENTS,
    "crowd_peak",
    "sites_held_by_crowd",
    "forces",  # officers who act, with those freed by the alliance
    "alliance_troops",
    "legitimacy",
    "person_hours",
    "forces_present",  # officers there, also those who stand aside, are exhausted or have deserted
)
PEAK, SITES, FORCES, TROOPS, LEGITIMACY, PERSON_HOURS, PRESENT = range(7, 14)

# Kinds of recorded measures that set a level, 0 to 1 unless said otherwise.
KINDS = (
    "shutdown",
    "trigger",  # people made aware from outside the model, per person who could take part and hour
    "concession",
    "armed",
    "lethal",
    "emergency",
    "split",
    "reinforcement",  # officers from outside the places' own
    "amnesty",
    "stand_down",  # share of a place's own officers ordered off the streets; nobody is sent in their place
)
SHUTDOWN, TRIGGER, CONCESSION, ARMED, LETHAL, EMERGENCY, SPLIT, REINFORCED, AMNESTY, STAND_DOWN = range(10)
# what a measure does, and what starts it
SET, LIFT, APPEAL, WITHDRAW = range(4)
RECORDED, HAZARD, RULE = range(3)

# slow quantities of a place, ``State.slow``
LEGIT, TIRED, FALLEN, SEEN, LOYAL, MOVED, CALLED, LANDED, READY, HERE = range(10)
# of the country, ``State.nation``
ALL_DEAD, ALL_WOUNDED, ALL_DETAINED, CALM_HOURS, APPEALED, DECIDED, WITHDRAWN, ELITE = range(8)
UNITED, DIVIDED, INCUMBENT, RIVAL = range(4)  # states of the elite (free course only)

# rates of a place in a step, ``Surroundings.rates`` (per person and hour unless said otherwise)
AWAKE, GO_HOME, DECIDE, ROUND_UP, RETURN, RELEASE, ANGER, OFFICERS, OWN, SOLDIERS, CROWD = range(11)
# and of a site, ``Surroundings.sites``
RISK, ARREST, DIE, WOUND, ESCALATE, CHOICE, GUARDS, VIOLENT_MIDDLE = range(8)


class World(NamedTuple):
    """What does not change during a run."""

    step: float  # hours
    steps: int
    ratio: int  # how officers per participant are rounded in the perceived risk: 0 literal, 1 floor, 2 round
    population: Counts  # [place]
    keys: NDArray[np.uint64]  # [place] of the random numbers, made of the code and not of the position
    shock: Floats  # [place]
    base: Floats  # [place] officers at the start
    sites: Counts  # [place]
    value: Floats  # [place, site] how much a site draws, summing to 1
    airport: Counts  # [place] index of the site, or -1
    coupling: Floats  # [place, place] how strongly a crowd elsewhere is noticed
    by_road: Floats  # [place, place] hours of travel for officers
    by_air: Floats  # [place, place] the same from airport to airport
    width: int  # levels of risk aversion; the types of one hardship lie together
    share: Floats  # [type] of the people
    hardship: Floats  # [type]
    aversion: Floats  # [type]
    daylight: Floats  # [step, place] activity by hour of day, mean 1
    day: Counts  # [step] index of the output day


class Plan(NamedTuple):
    """Measures (recorded events and rules) and the alliance's contingents."""

    kind: Counts  # [measure] index in KINDS
    deed: Counts  # [measure]
    cause: Counts  # [measure]
    start: Floats  # [measure] as recorded; infinite where a rule or hazard decides
    length: Floats  # [measure]
    share: Floats  # [measure, place] the level it sets
    keys: NDArray[np.uint64]  # [measure]
    program: Floats  # [measure, operation, (code, operand)]
    soldiers: Floats  # [contingent, place]
    arrival: Floats  # [contingent]
    complete: Floats
    departure: Floats
    gone: Floats
    free: bool  # whether the state's decisions follow hazards instead of the record
    decided: float  # when the alliance decided, as recorded


class State(NamedTuple):
    """What changes, in either engine."""

    pools: Counts  # [place, 6] people by state, apart from the street
    street: Counts  # [place, site, side]
    before: Floats  # [place, site, side] a step ago
    held: Counts  # [place, site] 1 where the crowd holds it
    slow: Floats  # [place, 10]
    transit: Floats  # [slot, place] ring of officers on their way, by step of arrival
    handover: Floats  # [slot, place] ring of foreign soldiers who are taking over
    start: Floats  # [measure]
    stop: Floats  # [measure]
    nation: Floats  # [8]


class Surroundings(NamedTuple):
    """What a step means for the people of each place; made anew in every step."""

    levels: Floats  # [kind, place]
    rates: Floats  # [place, 11]
    sites: Floats  # [place, site, 8]
    happened: Counts  # [place, event]
    due: Floats  # [place, 2] foreign soldiers who should have come and gone
    pull: Floats  # [place] how much its crowd draws
    need: Floats  # [place] officers wanted
    spare: Floats  # [place] officers who can be sent
    seen: Floats  # what rules and hazards may ask about
    stack: Floats  # of a rule's program
