"""One call for a run of the lattice, whatever the model: world, changes on the way, result."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from foedus import __version__, memory
from foedus.crisis.lattice.outbursts import Outbursts, find
from foedus.crisis.lattice.presets import Change, Preset, preset
from foedus.crisis.lattice.switches import BUNDLES, Parameters, Rules, as_dict, changed
from foedus.errors import InputError, closest
from foedus.given import senseless, whole
from foedus.progress import Event, Listener, silent
from foedus.shown import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from foedus.crisis.lattice.groups_world import GroupsWorld
    from foedus.crisis.lattice.tiles_world import TilesWorld
    from foedus.crisis.lattice.world import SerialWorld

_LONGEST = 10_000_000  # steps
_MOST_SEEDS = 1_000_000
_FIGURES = 64  # bytes a step
_AS_TEXT = 300  # bytes a step as plain data and as JSON
_CHUNK_TURNS = 20_000_000  # turns between two events of progress, a second or two


@dataclass(frozen=True, slots=True, repr=False)
class Result:
    """One run: what was asked, the series after each step, the outbursts after the burn-in."""

    parameters: Parameters
    rules: Rules
    changes: tuple[Change, ...]
    seed: int
    burn: int
    series: dict[str, NDArray[Any]]  # quiet, active, jailed, officers, legitimacy; Model II: blue, green, killed
    outbursts: Outbursts
    picture: NDArray[np.uint8]  # the grid after the last step
    preset: str = "outbursts"  # the one that the run started from

    def __repr__(self) -> str:
        p, active = self.parameters, self.series["active"]
        figures = f"active {active.mean():,.1f} in the mean, {active.max():,} at most"
        sites = f"{p.height} x {p.width} sites"
        return one_line(f"<Result {self.preset}: {sites}, {self.steps} steps, seed {self.seed}; {figures}>")

    @property
    def steps(self) -> int:
        """Number of steps played."""
        return len(self.series["active"])

    def summary(self) -> dict[str, Any]:
        """Return means after the burn-in, outbursts and, in Model II, the fate of the groups."""
        later = {name: values[self.burn :] for name, values in self.series.items()}
        found: dict[str, Any] = {f"mean_{name}": round(float(later[name].mean()), 3) for name in ("active", "jailed")}
        found["highest_active"] = int(later["active"].max())
        if self.parameters.groups == 1:
            found["outbursts"] = self.outbursts.summary()
        else:
            gone = np.flatnonzero((self.series["blue"] == 0) | (self.series["green"] == 0))
            found |= {
                "killed": int(self.series["killed"].sum()),
                "blue": int(self.series["blue"][-1]),
                "green": int(self.series["green"][-1]),
                "one_group_gone_at": int(gone[0]) + 1 if len(gone) else None,
            }
        return found

    def to_dict(self) -> dict[str, Any]:
        """Return everything but the picture as plain data.

        Raises:
            InputError: it does not fit into the memory.

        """
        found = f"{self.steps:,}"
        memory.require(_AS_TEXT * self.steps, "the run as text", key="steps", found=found, cure="to_pandas()")
        return {
            "foedus": __version__,
            "preset": self.preset,
            "seed": self.seed,
            "burn": self.burn,
            "parameters": as_dict(self.parameters),
            "rules": as_dict(self.rules),
            "changes": [{"name": c.name, "to": c.to, "start": c.start, "end": c.end} for c in self.changes],
            "summary": self.summary(),
            "series": {name: np.round(values, 6).tolist() for name, values in self.series.items()},
        }

    def to_pandas(self) -> pd.DataFrame:
        """Return the series as a table, one row a step, the first step being 1."""
        import pandas as pd

        return pd.DataFrame(self.series, index=pd.RangeIndex(1, self.steps + 1, name="step"))

    def plot(self, ax: Any = None) -> Any:
        """Draw the series (needs the extra ``notebook``); returns the figure, which a notebook shows."""
        from foedus.crisis.lattice.figure import draw

        return draw(self, ax)


def run(
    preset_name: str | None = None,
    *,
    rules: Rules | str | None = None,
    switches: Mapping[str, str] | None = None,
    changes: Sequence[Change] | None = None,
    steps: int | None = None,
    seed: int = 0,
    burn: int = 0,
    threads: int = 1,
    on_event: Listener = silent,
    **parameters: Any,
) -> Result:
    """Play one run.

    Args:
        preset_name: a published run to start from (``presets.PRESETS``); Run 2 of the paper if None.
        rules: all switches at once, or the name of a bundle; the preset's if None.
        switches: single switches to change in the rules.
        changes: of legitimacy and officers during the run; the preset's if None.
        steps: how many; the preset's if None.
        seed: same seed, same bits, whatever the number of threads.
        burn: steps at the beginning that count neither in means nor in outbursts.
        threads: used by the schedule ``tiles`` only.
        on_event: hears of progress.
        **parameters: any of ``Parameters``.

    Raises:
        InputError: anything that cannot be used as given.

    Examples:
    >>> run("outbursts", steps=3, seed=1, legitimacy=1.0).series["active"].tolist()
    [0, 0, 0]

    """
    course = prepare(
        preset_name,
        rules=rules,
        switches=switches,
        changes=changes,
        steps=steps,
        seed=seed,
        burn=burn,
        threads=threads,
        on_event=on_event,
        **parameters,
    )
    for _ in course.play(on_event):
        pass
    return course.result()


def run_many(seeds: Sequence[int], *, workers: int = 1, **arguments: Any) -> list[Result]:
    """Play one run a seed, in the order of the seeds, on one thread each.

    Raises:
        InputError: see ``run``.

    """
    given: object = seeds
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise senseless("seeds", given, "numbers, such as range(30)")
    chosen = list(islice(given, _MOST_SEEDS + 1))
    whole("seeds", len(chosen), 0, _MOST_SEEDS, "how many")
    workers = max(1, whole("workers", workers, 0, 1024))
    asked = _asked(**{name: arguments[name] for name in arguments.keys() - _NOT_ASKED})
    each = _FIGURES * asked.steps + asked.parameters.sites
    memory.require(
        each * len(chosen) + _bytes(asked.parameters, asked.rules) * min(workers, len(chosen)), "what all runs give",
        key="seeds, workers", found=f"{len(chosen):,} runs, {workers} at once", cure="fewer seeds or fewer workers",
    )  # fmt: skip
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(lambda seed: run(seed=seed, **arguments), chosen))


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a run is asked to be, each part checked."""

    preset: Preset
    parameters: Parameters
    rules: Rules
    steps: int


_NOT_ASKED = frozenset({"changes", "burn", "threads", "on_event", "seed"})


def _asked(
    preset_name: str | None = None,
    rules: Rules | str | None = None,
    switches: Mapping[str, str] | None = None,
    steps: int | None = None,
    **parameters: Any,
) -> _Asked:
    base = preset("outbursts" if preset_name is None else preset_name)
    chosen = base.rules if rules is None else rules if isinstance(rules, Rules) else bundle(rules)
    chosen = changed(chosen, {} if switches is None else switches)
    numbers = changed(base.parameters, parameters)
    return _Asked(base, numbers, chosen, whole("steps", base.steps if steps is None else steps, 1, _LONGEST))


def prepare(
    preset_name: str | None = None,
    *,
    rules: Rules | str | None = None,
    switches: Mapping[str, str] | None = None,
    changes: Sequence[Change] | None = None,
    steps: int | None = None,
    seed: int = 0,
    burn: int = 0,
    threads: int = 1,
    on_event: Listener = silent,
    **parameters: Any,
) -> Course:
    """Check everything and set up the world, ready to be played; arguments as for ``run``."""
    asked = _asked(preset_name, rules, switches, steps, **parameters)
    burn = whole("burn", burn, 0, asked.steps - 1)
    seed = whole("seed", seed, 0, 2**63 - 1)
    threads = whole("threads", threads, 1, 1024)
    course = asked.preset.changes if changes is None else _course(changes)
    figures = 2 * _FIGURES * asked.steps  # as they are played and as they are given
    memory.require(figures, "the course of the run", key="steps", found=f"{asked.steps:,}", cure="fewer steps")
    world = _world(asked.parameters, asked.rules, seed, threads, on_event)
    return Course(world, course, asked.steps, burn, "outbursts" if preset_name is None else preset_name)


def _course(changes: object) -> tuple[Change, ...]:
    """Return the changes of a run, none of which may overlap with another of the same name."""
    course = tuple(changes) if isinstance(changes, Iterable) else (changes,)
    for i, one in enumerate(course):
        if not isinstance(one, Change):
            raise InputError(
                "this is not a change", key="change", found=repr(one),
                expected="a sequence of Change, such as [Change('officers', 0.02, 200, 200)]",
            )  # fmt: skip
        for other in course[:i]:
            if one.name == other.name and one.start <= other.end and other.start <= one.end:
                raise InputError(
                    f"two changes of {one.name} overlap", key="change",
                    found=f"steps {other.start} to {other.end}, and {one.start} to {one.end}",
                    expected="one change of a name at a time",
                )  # fmt: skip
    return course


def announce(parameters: Parameters, rules: Rules, on_event: Listener) -> None:
    """Say that the kernel of a schedule is about to be compiled, which happens once on a machine."""
    from foedus.crisis.codecache import note
    from foedus.crisis.lattice import groups, serial, tiles

    one_by_one = serial.advance_together if rules.schedule == "synchronous" else serial.advance
    kernel: Any = groups.advance if parameters.groups == 2 else tiles.play if rules.schedule == "tiles" else one_by_one
    if message := note(kernel, "lattice", "15 seconds"):
        on_event(Event("note", "lattice", message=message))


class Course:
    """A run on its way: ``play`` goes on and stops after every piece, so that somebody can watch."""

    def __init__(
        self,
        world: SerialWorld | GroupsWorld | TilesWorld,
        changes: tuple[Change, ...],
        steps: int,
        burn: int,
        preset_name: str,
    ) -> None:
        world.check(sorted((change for change in changes if change.start <= steps), key=lambda change: change.start))
        self.world, self.changes, self.steps, self.burn = world, changes, steps, burn
        self._preset = preset_name
        self._asked = world.parameters
        self._series = np.zeros((steps, len(world.columns) + 2))
        self._begun: dict[Change, float] = {}

    def play(self, on_event: Listener = silent, piece: int | None = None) -> Iterator[int]:
        """Play to the end; yields the number of steps done after every piece."""
        world = self.world
        turns = max(1, round(self._asked.sites * (self._asked.people + self._asked.officers)))
        piece = piece or max(1, _CHUNK_TURNS // turns)
        on_event(Event("start", "lattice", total=self.steps))
        while world.step < self.steps:
            step = world.step + 1
            self._apply(step)
            many = min(piece, self.steps - world.step, self._quiet_until(step) - step)
            where = slice(world.step, world.step + many)
            self._series[where, :-2] = world.advance(many)
            self._series[where, -2:] = world.officers, world.parameters.legitimacy
            on_event(Event("progress", "lattice", done=world.step, total=self.steps))
            yield world.step

    def result(self) -> Result:
        """Return what was played so far."""
        done = self._series[: self.world.step]
        series: dict[str, NDArray[Any]] = {
            name: done[:, i].astype(np.int64) for i, name in enumerate((*self.world.columns, "officers"))
        }
        series["legitimacy"] = done[:, -1].copy()
        return Result(
            parameters=self._asked,
            rules=self.world.rules,
            changes=self.changes,
            seed=self.world.seed,
            burn=self.burn,
            series=series,
            outbursts=find(series["active"][self.burn :], self._asked.outburst_level),
            picture=self.world.picture(),
            preset=self._preset,
        )

    def _apply(self, step: int) -> None:
        p = self._asked
        for change in self.changes:
            if not change.start <= step <= change.end:
                continue
            now = self.world.parameters.legitimacy if change.name == "legitimacy" else self.world.officers / p.sites
            before = self._begun.setdefault(change, now)
            length = change.end - change.start
            share = (step - change.start) / length if length else 1.0
            value = before + (change.to - before) * share
            if change.name == "legitimacy":
                self.world.set_legitimacy(value)
            else:
                self.world.set_officers(round(value * p.sites))

    def _quiet_until(self, step: int) -> int:
        """Return the first step after this one at which something may change."""
        ahead = [self.steps + 1]
        for change in self.changes:
            if step < change.start:
                ahead.append(change.start)
            elif step < change.end:
                ahead.append(step + 1)
        return min(ahead)


def bundle(name: object) -> Rules:
    """Return the switches of a program or paper by name; an unknown name gets a suggestion."""
    if not isinstance(name, str) or name not in BUNDLES:
        raise InputError(
            f"there is no bundle of switches '{name}'",
            key="rules",
            found=repr(name),
            expected=", ".join(BUNDLES),
            cure=closest(str(name), BUNDLES),
        )
    return BUNDLES[name]


def _world(
    parameters: Parameters, rules: Rules, seed: int, threads: int, on_event: Listener
) -> SerialWorld | GroupsWorld | TilesWorld:
    # the kernels are compiled at first use; importing them late keeps errors in the input fast
    from foedus.crisis.lattice.groups_world import GroupsWorld
    from foedus.crisis.lattice.tiles_world import TilesWorld
    from foedus.crisis.lattice.world import SerialWorld

    needed = _bytes(parameters, rules)
    told: dict[str, Any] = {
        "key": "size",
        "found": f"{parameters.height} x {parameters.width}",
        "cure": "a smaller size, or the schedule 'tiles', which takes 7 bytes a site",
    }
    memory.require(needed, "the grid", **told)
    announce(parameters, rules, on_event)
    try:
        if parameters.groups == 2:
            return GroupsWorld(parameters, rules, seed)
        if rules.schedule == "tiles":
            return TilesWorld(parameters, rules, seed, threads)
        return SerialWorld(parameters, rules, seed)
    except MemoryError as error:
        raise memory.too_large(needed, "the grid", **told) from error


def _bytes(parameters: Parameters, rules: Rules) -> float:
    """Return about how much memory a grid takes while it is set up, as measured on 2,000 x 2,000."""
    if parameters.groups == 2:
        return 100.0 * parameters.sites
    if rules.schedule == "tiles":
        return 7.0 * parameters.sites
    return (17.0 + 75.0 * (parameters.people + parameters.officers)) * parameters.sites
