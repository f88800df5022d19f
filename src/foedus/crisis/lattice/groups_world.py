"""A lattice of Model II: set up, advanced, changed, looked at; the rules themselves are in ``groups``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from foedus.crisis.lattice import groups, serial
from foedus.crisis.lattice.neighbourhood import offsets
from foedus.crisis.lattice.world import CHANGES, SETUP, STEPS, key, numbers, stream, switches
from foedus.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from foedus.crisis.lattice.presets import Change
    from foedus.crisis.lattice.switches import Parameters, Rules

GREEN = 5  # in pictures, after serial.OFFICER: a quiet person of the second group
_FIXED = {  # switches that mean nothing here
    "schedule": "permutation",
    "jailed": "leave",
    "jail_counts": "steps",
    "arrest_site": "stay",
    "self_counted": "once",
    "probability": "exponential",
}


class GroupsWorld:
    """Model II: two groups, births and deaths, officers between them."""

    columns = groups.SERIES

    def __init__(self, parameters: Parameters, rules: Rules, seed: int) -> None:
        p = self.parameters = parameters
        self.rules, self.seed, self.step = rules, seed, 0
        for name, needed in _FIXED.items():
            if getattr(rules, name) != needed:
                raise InputError(
                    "Model II has no such switch", key=name, found=getattr(rules, name), expected=f"only '{needed}'"
                )
        rng = stream(seed, SETUP)
        people, officers = numbers(p, rules, rng)
        sites = rng.permutation(p.sites)[: people + officers]
        rows, cols = np.divmod(sites, p.width)
        room = 2 * p.sites  # free people cannot be more than sites; the rest is for the jailed
        who = np.zeros((room, 7), dtype=np.int32)
        who[:people, groups.ROW], who[:people, groups.COL] = rows[:people], cols[:people]
        who[:people, groups.STATE] = serial.QUIET
        who[:people, groups.GROUP] = rng.integers(0, 2, people)
        who[:people, groups.DEATH] = rng.integers(1, p.max_age + 1, people)
        site = np.zeros((p.height, p.width), dtype=np.int32)
        site[rows[:people], cols[:people]] = np.arange(1, people + 1)
        site[rows[people:], cols[people:]] = -np.arange(1, officers + 1)
        self._crowd = groups.Crowd(
            who=who,
            hardship=rng.random(room),
            aversion=rng.random(room),
            officers=np.column_stack([rows[people:], cols[people:]]).astype(np.int32),
            site=site,
            near=offsets(rules.neighbourhood, p.vision),
            beside=offsets("square", 1),
        )
        self._key = key(seed, STEPS)

    @property
    def officers(self) -> int:
        """Number of officers on the grid."""
        return int(self._crowd.officers.shape[0])

    def advance(self, steps: int) -> NDArray[np.int64]:
        """Play some steps; returns the figures of ``columns`` after each, [step, 6]."""
        p, on = self.parameters, switches(self.rules, self.parameters)
        rule = groups.Rule(
            legitimacy=float(p.legitimacy),  # a whole number would have the kernel compiled a second time
            threshold=float(p.threshold),
            k=float(p.k),
            rounding=("literal", "floor", "round").index(self.rules.ratio),
            move_first=on.move_first,
            people_move=on.people_move,
            officers_move=on.officers_move,
            shortest=on.shortest,
            span=on.span,
            cloning=float(p.cloning),
            max_age=p.max_age,
        )
        out = np.empty((steps, len(groups.SERIES)), dtype=np.int64)
        groups.advance(self._key, self.step, rule, self._crowd, out)
        self.step += steps
        return out

    def check(self, changes: Sequence[Change]) -> None:
        """Refuse nothing: whatever can change can change here."""

    def set_legitimacy(self, legitimacy: float) -> None:
        """Change the perceived legitimacy from now on."""
        self.parameters = replace(self.parameters, legitimacy=legitimacy)

    def set_officers(self, officers: int) -> None:
        """Withdraw random officers, or send more to random free sites, as long as there are any."""
        crowd = self._crowd
        rng = stream(self.seed, CHANGES, self.step)
        posts = crowd.officers
        if officers < len(posts):
            posts = posts[np.sort(rng.permutation(len(posts))[:officers])]
        else:
            free = np.argwhere(crowd.site == 0)
            chosen = rng.permutation(len(free))[: officers - len(posts)]
            posts = np.concatenate([posts, free[chosen]]).astype(np.int32)
        crowd.site[crowd.site < 0] = 0
        crowd.site[posts[:, 0], posts[:, 1]] = -np.arange(1, len(posts) + 1)
        self._crowd = crowd._replace(officers=np.ascontiguousarray(posts))

    def picture(self) -> NDArray[np.uint8]:
        """Return who stands where, [row, column]; quiet people of the second group are ``GREEN``."""
        crowd = self._crowd
        shown = np.zeros(crowd.site.shape, dtype=np.uint8)
        there = crowd.site > 0
        who = crowd.who[crowd.site[there] - 1]
        shown[there] = np.where(
            (who[:, groups.STATE] == serial.QUIET) & (who[:, groups.GROUP] == 1), GREEN, who[:, groups.STATE]
        )
        shown[crowd.site < 0] = serial.OFFICER
        return shown
