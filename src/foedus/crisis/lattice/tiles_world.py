"""A large lattice: set up, advanced on several threads, looked at; the rules themselves are in ``tiles``."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np

from foedus.crisis import keyed
from foedus.crisis.lattice import serial, tiles
from foedus.crisis.lattice.neighbourhood import offsets, spans
from foedus.crisis.lattice.world import SETUP, STEPS, key, switches
from foedus.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from foedus.crisis.lattice.presets import Change
    from foedus.crisis.lattice.switches import Parameters, Rules


class TilesWorld:
    """A large grid, two bytes a site, played tile by tile on one or more threads; the same bits for any number."""

    columns = serial.SERIES

    def __init__(self, parameters: Parameters, rules: Rules, seed: int, threads: int) -> None:
        p = self.parameters = parameters
        self.rules, self.seed, self.step = rules, seed, 0
        _check_tiles(parameters, rules)
        self._threads = threads
        margin = _tile_margin(p, rules)
        # a tile with its margins must not meet itself around the torus: at least two of them each way
        bands = 2 * max(1, p.height // (2 * max(tiles.BAND, 2 * margin + 1)))
        sites = offsets(rules.neighbourhood, p.vision)
        near = np.zeros((256, 2), dtype=np.int64)
        near[: 256 // len(sites) * len(sites)] = np.tile(sites, (256 // len(sites), 1))
        grade = np.arange(tiles.ALWAYS + 1)
        weight = 2048 * grade - (1024 - grade % 2 if rules.ratio == "round" else 0)
        weight[0], weight[tiles.ALWAYS] = 0, 2**30
        on = switches(rules, p)
        self._plan = tiles.Plan(
            rows=np.linspace(0, p.height, bands + 1).astype(np.int64),
            cols=np.linspace(0, p.width, max(2, math.ceil(p.width / tiles.TILE)) + 1).astype(np.int64),
            margin=margin,
            spans=spans(rules.neighbourhood, p.vision).astype(np.int64),
            near=near,
            weight=weight,
            twice=on.twice,
            move_first=on.move_first,
            people_move=on.people_move,
            officers_move=on.officers_move,
            shortest=on.shortest,
            span=on.span,
        )
        shape = (p.height, p.width)
        self._grid = tiles.Grid(np.zeros(shape, np.uint16), np.zeros(shape, np.uint8), np.zeros(shape, np.uint8))
        settled = np.zeros(2, dtype=np.int64)
        binomial = rules.numbers == "binomial"
        people, officers = float(p.people * p.sites), float(p.officers * p.sites)
        if not binomial:
            people, officers = float(round(people)), float(round(officers))
        law = (float(p.legitimacy), float(p.threshold), float(p.k))
        tiles.settle(key(seed, SETUP), people, officers, binomial, settled, law, self._plan.spans, self._grid)
        self.people, self.officers = int(settled[0]), int(settled[1])
        self._count = np.array([self.people, 0, 0], dtype=np.int64)
        self._key = key(seed, STEPS)

    def advance(self, steps: int) -> NDArray[np.int64]:
        """Play some steps; returns quiet, active, jailed after each, [step, 3]."""
        out = np.empty((steps, 3), dtype=np.int64)
        bands = len(self._plan.rows) - 1
        change = np.zeros((bands, 3), dtype=np.int64)
        chunk = 2 * max(1, bands // (8 * self._threads))  # a few pieces a thread, as some may be slower
        with ThreadPoolExecutor(self._threads, thread_name_prefix="foedus") as pool:
            for i in range(steps):
                now = (np.uint64(keyed.subkey(self._key, self.step)), tiles.DONE if self.step % 2 else 0)
                change[:] = 0
                for half in range(2):
                    pieces = [(first, min(first + chunk, bands)) for first in range(half, bands, chunk)]
                    jobs = [pool.submit(tiles.play, *now, *piece, self._plan, self._grid, change) for piece in pieces]
                    for job in jobs:
                        job.result()
                self._count += change.sum(axis=0)
                self.step += 1
                out[i] = self._count
        return out

    def check(self, changes: Sequence[Change]) -> None:
        """Refuse changes: a site has no room for hardship and risk aversion, and there is no list of officers."""
        for change in changes:
            raise _fixed(change.name, f"{change.to:g} from step {change.start}")

    def set_legitimacy(self, legitimacy: float) -> None:
        """Refuse; ``check`` says so before the first step."""
        raise _fixed("legitimacy", legitimacy)

    def set_officers(self, officers: int) -> None:
        """Refuse; ``check`` says so before the first step."""
        raise _fixed("officers", officers)

    def picture(self) -> NDArray[np.uint8]:
        """Return who stands where, [row, column]."""
        return (self._grid.site & tiles.KIND).astype(np.uint8)


def _fixed(name: str, found: object) -> InputError:
    return InputError(
        f"{name} cannot change under the schedule 'tiles'", key="change", found=found, cure="use --schedule permutation"
    )


def _tile_margin(parameters: Parameters, rules: Rules) -> int:
    return (3 if rules.turn == "move-first" else 2) * math.floor(parameters.vision)


def _check_tiles(parameters: Parameters, rules: Rules) -> None:
    for name, fitting in (
        ("ratio", ("floor", "round")),
        ("probability", ("exponential",)),
        ("jailed", ("keep",)),
        ("jail_counts", ("turns",)),
        ("arrest_site", ("stay",)),
    ):
        if getattr(rules, name) not in fitting:
            raise InputError(
                f"the schedule 'tiles' does not have {name}={getattr(rules, name)}",
                key=name,
                expected=" or ".join(fitting),
                cure="use --rules mesa-3.5, or --schedule permutation",
            )
    least = 2 * (2 * _tile_margin(parameters, rules) + 1)
    for name, found, fits, expected in (
        ("vision", parameters.vision, parameters.vision < tiles.MAX_REACH + 1, f"at most {tiles.MAX_REACH}"),
        ("jail_max", parameters.jail_max, parameters.jail_max <= tiles.MAX_TERM, f"at most {tiles.MAX_TERM}"),
        ("size", min(parameters.height, parameters.width), min(parameters.height, parameters.width) >= least,
         f"at least {least} rows and columns"),
    ):  # fmt: skip
        if not fits:
            raise InputError(
                f"the schedule 'tiles' cannot do with this {name}",
                key=name,
                found=found,
                expected=expected,
                cure="use --schedule permutation",
            )
