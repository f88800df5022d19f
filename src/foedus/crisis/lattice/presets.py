"""The published runs by name, with what the paper reports and what comes out here.

Inputs are those of table 2 in Epstein (2002, PNAS 99 suppl. 3, 7243-7250). The printed rule (``literal``) gives
none of the outbursts, so the presets round the ratio down as NetLogo does; ``--ratio literal`` shows the difference.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from foedus.crisis.lattice.switches import BUNDLES, Parameters, Rules
from foedus.errors import InputError, closest
from foedus.given import plain


@dataclass(frozen=True, slots=True)
class Change:
    """A parameter that takes another value before step ``start``, or moves there in even parts until ``end``."""

    name: str
    to: float
    start: int
    end: int

    def __post_init__(self) -> None:
        if self.name not in ("legitimacy", "officers"):
            raise InputError(
                f"'{self.name}' cannot change during a run",
                key="change",
                found=self.name,
                expected="legitimacy or officers",
                cure=closest(str(self.name), ["legitimacy", "officers"]),
            )
        for name in ("to", "start", "end"):
            object.__setattr__(self, name, plain(getattr(self, name)))
        value: object = self.to
        if not isinstance(value, int | float) or isinstance(value, bool) or not 0.0 <= value <= 1.0:
            raise InputError(
                f"{self.name} cannot become {value}", key="change", found=repr(value), expected="a number from 0 to 1"
            )
        whole = all(type(step) is int for step in (self.start, self.end))
        if not whole or not 1 <= self.start <= self.end:
            raise InputError(
                "a change begins at step 1 or later and ends at or after its beginning",
                key="change",
                found=f"{self.start!r} to {self.end!r}",
                expected="whole numbers of steps, the first from 1",
            )


@dataclass(frozen=True, slots=True)
class Preset:
    """One published run: parameters, rules, what changes when, how long."""

    title: str
    reported: str
    parameters: Parameters
    rules: Rules = BUNDLES["epstein-2002-floor"]
    changes: tuple[Change, ...] = ()
    steps: int = 500


_RUNS_3_4 = Parameters(legitimacy=0.9, officers=0.074, jail_max=math.inf)
_RUN_7 = Parameters(vision=1.7, legitimacy=0.8, officers=0.0, jail_max=15, groups=2)
_RUN_8 = Parameters(vision=1.7, legitimacy=0.8, officers=0.04, jail_max=15, groups=2)

PRESETS: dict[str, Preset] = {
    "deceptive-behaviour": Preset(
        "Run 1: people who stand still fall quiet while an officer is near",
        "privately aggrieved people turn quiet when officers come near and active when they leave (figs. 1, 2)",
        Parameters(vision=1.7, legitimacy=0.89, jail_max=15, people_move=False),
    ),
    "outbursts": Preset(
        "Run 2: long calm, sudden outbursts",
        "punctuated equilibrium (figs. 3, 4); waits 60 +- 55 (fig. 5), total activation 708 +- 230 (fig. 7)",
        Parameters(),
        steps=3000,
    ),
    "legitimacy-slow": Preset(
        "Run 3: legitimacy falls from .9 to .2 in steps of a hundredth",
        "no spike; the jailed rise smoothly (fig. 9)",
        _RUNS_3_4,
        changes=(Change("legitimacy", 0.2, 77, 147),),
        steps=250,
    ),
    "legitimacy-jump": Preset(
        "Run 4: legitimacy falls from .9 to .7 at once",
        "an explosion of active people; more are jailed than in the slow decline (fig. 10)",
        _RUNS_3_4,
        changes=(Change("legitimacy", 0.7, 77, 77),),
        steps=250,
    ),
    "officer-reduction": Preset(
        "Run 5: officers are withdrawn one after the other",
        "at some point the reduction tips society into rebellion (fig. 11)",
        Parameters(legitimacy=0.8, officers=0.074, jail_max=math.inf),
        changes=(Change("officers", 0.0, 100, 690),),
        steps=690,
    ),
    "short-jail-terms": Preset(
        "Run 2 with half the longest jail term",
        "no figure; the paper conjectures that longer terms mean longer waits",
        Parameters(jail_max=15),
        steps=3000,
    ),
    "coexistence": Preset(
        "Run 6: two groups, legitimate to each other, no officers",
        "peaceful coexistence (fig. 12)",
        Parameters(vision=1.7, legitimacy=0.9, officers=0.0, jail_max=15, groups=2),
    ),
    "genocide": Preset(
        "Run 7: two groups, less legitimate, no officers",
        "one group wipes out the other in 30 of 30 runs; which one is random (fig. 13)",
        _RUN_7,
        steps=250,
    ),
    "safe-havens": Preset(
        "Run 7 with peacekeepers from step 50",
        "typically safe havens, in which the weaker group lives on (fig. 14)",
        _RUN_7,
        changes=(Change("officers", 0.04, 50, 50),),
        steps=1000,
    ),
    "peacekeepers": Preset(
        "Run 8: two groups, peacekeepers from the beginning",
        "a stable, but nasty, regime; both groups live on (figs. 15-17: genocide comes later with more officers)",
        _RUN_8,
        steps=1000,
    ),
    "peacekeepers-withdrawn": Preset(
        "Run 8, the peacekeepers withdrawn at step 100",
        "reversion to genocide",
        _RUN_8,
        changes=(Change("officers", 0.0, 100, 100),),
    ),
    "mesa-example": Preset(
        "the example that comes with Mesa, with its defaults",
        "no figure in the paper: legitimacy .8, officers .074, terms up to 1,000",
        Parameters(legitimacy=0.8, officers=0.074, jail_max=1000),
        rules=BUNDLES["mesa-3.5"],
    ),
    "netlogo-rebellion": Preset(
        "Rebellion from NetLogo's models library, with its defaults",
        "Run 2's inputs; without rounding down the model 'does not exhibit punctuated equilibrium' (NetLogo's text)",
        Parameters(),
        rules=BUNDLES["netlogo-rebellion"],
        steps=3000,
    ),
}


def preset(name: object) -> Preset:
    """Return a preset by name; an unknown name gets a suggestion."""
    if not isinstance(name, str) or name not in PRESETS:
        raise InputError(
            f"there is no preset '{name}'",
            key="preset",
            found=repr(name),
            expected=", ".join(PRESETS),
            cure=closest(str(name), PRESETS),
        )
    return PRESETS[name]
