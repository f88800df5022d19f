"""A lattice of Model I: set up, advanced, changed, looked at; the rules themselves are in ``serial``."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from foedus.crisis.lattice import serial
from foedus.crisis.lattice.neighbourhood import offsets, spans
from foedus.crisis.lattice.theory import limits
from foedus.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from foedus.crisis.lattice.presets import Change
    from foedus.crisis.lattice.switches import Parameters, Rules

SETUP, STEPS, CHANGES = range(3)  # what a seed is used for


def switches(rules: Rules, parameters: Parameters) -> serial.Switches:
    """Return the rules as numbers for the kernel."""
    shortest = 1 if rules.jail_term == "1..J" else 0
    endless = parameters.jail_max == math.inf
    longest = 0 if endless else int(parameters.jail_max) - (1 if rules.jail_term == "0..J-1" else 0)
    return serial.Switches(
        twice=rules.self_counted == "twice",
        move_first=rules.turn == "move-first",
        replacement=rules.schedule == "replacement",
        leave=rules.jailed == "leave",
        share=rules.jailed == "share",
        turns=rules.jail_counts == "turns",
        step_on=rules.arrest_site == "step-on",
        people_move=parameters.people_move,
        officers_move=parameters.officers_move,
        shortest=shortest,
        span=0 if endless else longest - shortest + 1,
    )


def stream(seed: int, *purpose: int) -> np.random.Generator:
    """Return the random numbers of one purpose under a seed."""
    return np.random.Generator(np.random.Philox(np.random.SeedSequence([seed, *purpose])))


def key(seed: int, purpose: int) -> np.uint64:
    """Return the key of one purpose's keyed random numbers under a seed."""
    return np.uint64(np.random.SeedSequence([seed, purpose]).generate_state(1, np.uint64)[0])


def numbers(parameters: Parameters, rules: Rules, rng: np.random.Generator) -> tuple[int, int]:
    """Return how many people and officers there are."""
    p = parameters
    if rules.numbers == "binomial":
        people, officers, _ = rng.multinomial(p.sites, [p.people, p.officers, max(0.0, 1.0 - p.people - p.officers)])
        return int(people), int(officers)
    people = round(p.people * p.sites)
    return people, min(round(p.officers * p.sites), p.sites - people)


class SerialWorld:
    """Everybody on one grid, one turn after the other (or all at once, under the schedule of that name)."""

    columns = serial.SERIES

    def __init__(self, parameters: Parameters, rules: Rules, seed: int) -> None:
        p = self.parameters = parameters
        self.rules, self.seed, self.step = rules, seed, 0
        rng = stream(seed, SETUP)
        self.people, officers = numbers(p, rules, rng)
        self._hardship, self._aversion = rng.random(self.people), rng.random(self.people)
        everybody = self.people + officers
        sites = rng.permutation(p.sites)[:everybody]
        reach = math.floor(p.vision)
        who = np.zeros((everybody, 5), dtype=np.int32)
        who[:, serial.ROW], who[:, serial.COL] = np.divmod(sites, p.width)
        who[:, serial.STATE] = np.where(np.arange(everybody) < self.people, serial.QUIET, serial.OFFICER)
        padded = (p.height + 4 * reach) * (p.width + 4 * reach)
        self._world = serial.World(
            who=who,
            limit=limits(self._hardship, self._aversion, rules, p),
            order=np.arange(everybody, dtype=np.int32),
            taken=np.bincount(sites, minlength=p.sites).astype(np.uint8),
            first=np.full(p.sites, -1, dtype=np.int32),
            seen=np.zeros(2 * padded, dtype=np.int16),
            spans=spans(rules.neighbourhood, p.vision),
            near=np.ascontiguousarray(offsets(rules.neighbourhood, p.vision).T + reach),
            rows=((np.arange(-reach, p.height + reach) % p.height) * p.width).astype(np.int32),
            cols=(np.arange(-reach, p.width + reach) % p.width).astype(np.int32),
            tally=np.array([self.people, 0, 0], dtype=np.int64),
        )
        serial.enlist(self.people, self._world)
        self._switches = switches(rules, p)
        self._key = key(seed, STEPS)
        self._play = serial.advance_together if rules.schedule == "synchronous" else serial.advance

    @property
    def officers(self) -> int:
        """Number of officers on the grid."""
        return int(self._world.order.size) - self.people

    def advance(self, steps: int) -> NDArray[np.int64]:
        """Play some steps; returns quiet, active, jailed after each, [step, 3]."""
        out = np.empty((steps, 3), dtype=np.int64)
        self._play(self._key, self.step, self.people, self._switches, self._world, out)
        self.step += steps
        return out

    def check(self, changes: Sequence[Change]) -> None:
        """Refuse changes, in the order of their steps, that would add officers."""
        officers, sites = self.officers, self.parameters.sites
        for change in changes:
            if change.name == "officers":
                wanted = round(change.to * sites)
                if wanted > officers:
                    raise InputError(
                        "officers can be withdrawn in Model I, not added", key="change",
                        found=f"{change.to:g} from step {change.start}",
                        expected=f"at most {officers / sites:g} ({officers} officers)",
                    )  # fmt: skip
                officers = wanted

    def set_legitimacy(self, legitimacy: float) -> None:
        """Change the perceived legitimacy from now on."""
        self.parameters = replace(self.parameters, legitimacy=legitimacy)
        self._world.limit[:] = limits(self._hardship, self._aversion, self.rules, self.parameters)

    def set_officers(self, officers: int) -> None:
        """Withdraw random officers until ``officers`` are left."""
        w = self._world
        rng = stream(self.seed, CHANGES, self.step)
        while self.officers > officers:
            gone = int(rng.integers(self.people, w.order.size))
            serial.dismiss(gone, w)
            last = w.order.size - 1  # takes the number of the one who went
            w.who[gone] = w.who[last]
            w = self._world = w._replace(who=w.who[:last].copy(), order=w.order[w.order != last].copy())

    def picture(self) -> NDArray[np.uint8]:
        """Return who stands where, [row, column]: ``serial.EMPTY`` and so on; jailed people where they keep a site."""
        w, p = self._world, self.parameters
        shown = np.zeros((p.height, p.width), dtype=np.uint8)
        if self.rules.jailed != "leave":
            jailed = w.who[w.who[:, serial.STATE] == serial.JAILED]
            shown[jailed[:, serial.ROW], jailed[:, serial.COL]] = serial.JAILED
        for state in (serial.QUIET, serial.ACTIVE, serial.OFFICER):
            there = w.who[w.who[:, serial.STATE] == state]
            shown[there[:, serial.ROW], there[:, serial.COL]] = state
        return shown
