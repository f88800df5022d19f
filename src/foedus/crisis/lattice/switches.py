"""What Epstein's model leaves open, as named switches, and its parameters, each checked before a run.

The printed rule (Epstein 2002, PNAS 99 suppl. 3, 7243-7250) does not say how the ratio of officers to active people
is rounded, which sites are in sight, whether an arrested person's site is taken, or who acts in which order. Every
choice changes the result, so every choice has a name here; ``BUNDLES`` holds the choices of programs that others use.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from foedus.errors import InputError, closest
from foedus.given import number, plain, senseless, short, whole

LONGEST_TERM = 2**31 - 2  # steps; the next number stands for ever (``serial.FOR_EVER``)


def _switch(default: str, meaning: str, **choices: str) -> Any:
    named = {name.replace("__", "-").replace("_", "-"): text for name, text in choices.items()}
    return field(default=default, metadata={"meaning": meaning, "choices": named})


def _number(default: float, meaning: str, low: float, high: float, source: str) -> Any:
    return field(default=default, metadata={"meaning": meaning, "low": low, "high": high, "source": source})


@dataclass(frozen=True, slots=True)
class Rules:
    """The named switches; the defaults are the printed rule and this page's reading where the paper is silent."""

    ratio: str = _switch(
        "literal",
        "how the ratio of officers to active people in sight enters the arrest probability",
        literal="as it is: the printed equation",
        floor="rounded down (NetLogo)",
        round="rounded to the nearest whole number, halves to the even one (Mesa)",
    )
    probability: str = _switch(
        "exponential",
        "the perceived probability of arrest",
        exponential="1 - exp(-k ratio): the printed equation",
        step="0 where more are active than officers in sight, else .99 (the remark in NetLogo's text)",
    )
    neighbourhood: str = _switch(
        "circle",
        "the sites in sight, which are also the sites in reach of a move",
        circle="within the vision as the crow flies",
        diamond="within the vision in steps north, south, east, west (Von Neumann)",
        square="within the vision in both directions (Moore)",
        cross="straight north, south, east and west only",
    )
    self_counted: str = _switch(
        "once",
        "how often a person who is active already counts among the active in sight",
        once="once, as everybody who considers going out",
        twice="twice (NetLogo)",
    )
    turn: str = _switch(
        "move-first",
        "what a turn begins with",
        move_first="move, then act on what is in sight of the new site",
        act_first="act, then move (Mesa)",
    )
    schedule: str = _switch(
        "permutation",
        "whose turn it is",
        permutation="everybody once a step, in a new random order each step",
        replacement="as many turns a step as there are people and officers, each drawn from all of them",
        tiles="everybody once a step, tile by tile: for large grids and several threads",
        synchronous="NOT Epstein's model: all decide on one picture, all officers arrest, all move",
    )
    jailed: str = _switch(
        "leave",
        "the site of an arrested person",
        leave="given up; back near the place of the arrest",
        keep="kept and taken (Mesa)",
        share="kept, but others may step on it (NetLogo)",
    )
    jail_term: str = _switch(
        "1..J",
        "the whole numbers from which a term is drawn, J being the longest",
        **{"1..J": "U(0, J) rounded up", "0..J": "Mesa", "0..J-1": "NetLogo"},
    )
    jail_counts: str = _switch(
        "steps",
        "when a term runs down",
        steps="at the end of every step",
        turns="at the jailed person's own turn, who stays jailed until the turn after the last (Mesa)",
    )
    arrest_site: str = _switch(
        "stay",
        "where an officer stands after an arrest",
        stay="where it stood",
        step_on="on the site of the arrest (NetLogo)",
    )
    numbers: str = _switch(
        "exact",
        "how many people and officers a density means",
        exact="density times sites, rounded",
        binomial="drawn site by site (Mesa)",
    )

    def __post_init__(self) -> None:
        for item in fields(self):
            choices = item.metadata["choices"]
            value = getattr(self, item.name)
            if not isinstance(value, str) or value not in choices:
                raise InputError(
                    f"unknown choice for the switch '{item.name}'",
                    key=item.name,
                    found=short(value),
                    expected=", ".join(choices),
                    cure=closest(str(value), choices),
                )
        if self.arrest_site == "step-on" and self.jailed == "keep":
            raise InputError(
                "an officer cannot step on the site of an arrest that the arrested person keeps",
                key="arrest_site, jailed",
                cure="use jailed=share or jailed=leave, or arrest_site=stay",
            )


BUNDLES: dict[str, Rules] = {
    "epstein-2002": Rules(),
    "epstein-2002-floor": Rules(ratio="floor"),
    "mesa-3.5": Rules(
        ratio="round",
        neighbourhood="diamond",
        turn="act-first",
        jailed="keep",
        jail_term="0..J",
        jail_counts="turns",
        numbers="binomial",
    ),
    "netlogo-rebellion": Rules(
        ratio="floor",
        self_counted="twice",
        jailed="share",
        jail_term="0..J-1",
        arrest_site="step-on",
    ),
}


@dataclass(frozen=True, slots=True)
class Parameters:
    """The model's numbers; densities are shares of all sites, terms and ages are in steps."""

    height: int = _number(40, "rows of the torus", 5, 20_000, "Epstein 2002, table 2")
    width: int = _number(40, "columns of the torus", 5, 20_000, "Epstein 2002, table 2")
    people: float = _number(0.7, "people per site", 0.0, 1.0, "Epstein 2002, table 2")
    officers: float = _number(0.04, "officers per site", 0.0, 1.0, "Epstein 2002, table 2, run 2")
    vision: float = _number(7.0, "how far people and officers see and move, in sites", 1.0, 30.0, "table 2, run 2")
    legitimacy: float = _number(0.82, "perceived legitimacy of the regime, equal for all", 0.0, 1.0, "table 2, run 2")
    threshold: float = _number(0.1, "net grievance above which a person is active", -1.0, 1.0, "table 2")
    k: float = _number(2.3, "makes the arrest probability .9 for one officer and one active", 0.0, 1e3, "table 2")
    jail_max: float = _number(30, "longest jail term J; inf: for ever", 1, math.inf, "table 2, run 2")
    people_move: bool = field(default=True, metadata={"meaning": "people move", "source": "table 2"})
    officers_move: bool = field(default=True, metadata={"meaning": "officers move", "source": "read from the text"})
    groups: int = _number(1, "1: Model I, all against the authority; 2: Model II, two groups", 1, 2, "Epstein 2002")
    cloning: float = _number(0.05, "Model II: chance to have a child, a step", 0.0, 1.0, "table 2")
    max_age: int = _number(200, "Model II: age at death is drawn up to this", 1, 10_000_000, "table 2")
    outburst_above: int | None = field(
        default=None,
        metadata={
            "meaning": "active people above which an outburst is under way",
            "source": "50 at 40 x 40 (Epstein 2002); other sizes in proportion unless given",
        },
    )

    def __post_init__(self) -> None:
        for item in fields(self):
            value = plain(getattr(self, item.name))
            if "low" in item.metadata:
                check = whole if item.type == "int" else number
                value = check(item.name, value, *(item.metadata[name] for name in ("low", "high", "meaning")))
            elif item.type == "bool" and not isinstance(value, bool):
                raise senseless(item.name, value, "True or False", item.metadata["meaning"])
            elif item.name == "outburst_above" and value is not None:
                value = whole(item.name, value, 1, 20_000**2, item.metadata["meaning"])
            object.__setattr__(self, item.name, value)
        if self.jail_max != math.inf and (self.jail_max > LONGEST_TERM or self.jail_max != int(self.jail_max)):
            raise senseless("jail_max", self.jail_max, f"a whole number of steps up to {LONGEST_TERM}, or inf for ever")
        if self.people + self.officers > 1.0:
            raise InputError(
                "people and officers do not fit on the grid",
                key="people, officers",
                found=f"{self.people:g} + {self.officers:g} per site",
                expected="a sum of at most 1",
            )
        reach = 2 * math.floor(self.vision) + 1
        if min(self.height, self.width) < reach:
            raise InputError(
                "the grid is smaller than what one person sees",
                key="size, vision",
                found=f"{self.height} x {self.width} with vision {self.vision:g}",
                expected=f"at least {reach} x {reach}",
                cure="a larger size or a shorter vision",
            )

    @property
    def sites(self) -> int:
        """Number of sites of the grid."""
        return self.height * self.width

    @property
    def outburst_level(self) -> int:
        """Active people above which an outburst is under way: as given, or 50 in proportion to the size."""
        return self.outburst_above if self.outburst_above is not None else max(1, round(50 * self.sites / 1600))


def changed(base: Rules | Parameters, values: Mapping[str, Any]) -> Any:
    """Return a copy of rules or parameters with some values changed; an unknown name gets a suggestion."""
    known = [item.name for item in fields(base)]
    what = "switch" if isinstance(base, Rules) else "parameter"
    given: object = values
    if not isinstance(given, Mapping):
        raise senseless("switches", given, "a dictionary, such as {'ratio': 'floor'}")
    for name in values:
        if name not in known:
            raise InputError(
                f"there is no {what} '{name}'",
                key=str(name),
                found=repr(name),
                expected=", ".join(known),
                cure=closest(str(name), known),
            )
    return replace(base, **values)


def as_dict(values: Rules | Parameters) -> dict[str, Any]:
    """Return rules or parameters as plain data; an endless term is the text ``inf``, which JSON lacks."""
    return {name: "inf" if value == math.inf else value for name, value in asdict(values).items()}
