"""Every picture and table of docs/lattice.md: ``python docs/figures/lattice.py [--tables] [--pictures]``.

The pictures show seed 1 of each preset; the tables are figures over many seeds and take about a quarter of an hour.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from foedus.crisis import lattice
from foedus.crisis.lattice import BUNDLES, PRESETS, Result, Rules

IMAGES = Path(__file__).parents[1] / "images" / "lattice"
MESA = BUNDLES["mesa-3.5"]
READINGS: dict[str, tuple[Rules, dict[str, Any]]] = {
    "mesa-3.5 (diamond, round, act first, kept site)": (MESA, {}),
    "... ratio floor": (replace(MESA, ratio="floor"), {}),
    "... ratio literal": (replace(MESA, ratio="literal"), {}),
    "... probability step": (replace(MESA, probability="step"), {}),
    "... neighbourhood square": (replace(MESA, neighbourhood="square"), {}),
    "... neighbourhood circle": (replace(MESA, neighbourhood="circle"), {}),
    "... neighbourhood circle, ratio floor": (replace(MESA, neighbourhood="circle", ratio="floor"), {}),
    "... neighbourhood cross": (replace(MESA, neighbourhood="cross"), {}),
    "... neighbourhood cross, ratio literal": (replace(MESA, neighbourhood="cross", ratio="literal"), {}),
    "... jailed leave their site": (replace(MESA, jailed="leave"), {}),
    "... jailed share their site": (replace(MESA, jailed="share"), {}),
    "... officers step on the site of an arrest (shared)": (replace(MESA, jailed="share", arrest_site="step-on"), {}),
    "... move first": (replace(MESA, turn="move-first"), {}),
    "... activation with replacement": (replace(MESA, schedule="replacement"), {}),
    "... active self counted twice": (replace(MESA, self_counted="twice"), {}),
    "... terms 1..J": (replace(MESA, jail_term="1..J"), {}),
    "... terms 0..J-1": (replace(MESA, jail_term="0..J-1"), {}),
    "... terms run down by steps": (replace(MESA, jail_counts="steps"), {}),
    "... exact numbers": (replace(MESA, numbers="exact"), {}),
    "... officers .074": (MESA, {"officers": 0.074}),
    "... SYNCHRONOUS": (replace(MESA, schedule="synchronous"), {}),
    "epstein-2002 (circle, literal, move first, left site)": (BUNDLES["epstein-2002"], {}),
    "epstein-2002-floor": (BUNDLES["epstein-2002-floor"], {}),
    "... ratio round": (Rules(ratio="round"), {}),
    "netlogo-rebellion": (BUNDLES["netlogo-rebellion"], {}),
}


def _mean(pieces: list[Any], digits: int = 1) -> str:
    values = np.concatenate(pieces)
    return f"{values.mean():.{digits}f}" if len(values) else "-"


def readings(runs: int = 20, steps: int = 2000) -> None:
    """Print the effect of each switch."""
    print(f"\n{runs} runs x {steps} steps, 40 x 40, officers .04, L .82, J 30, vision 7, seeds 0-{runs - 1}\n")
    print("| reading | outbursts per 1,000 steps | wait, median | peak | total activation | active | jailed |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    for name, (rules, values) in READINGS.items():
        found = lattice.run_many(range(runs), rules=rules, steps=steps, **values)
        waits = np.concatenate([one.outbursts.waits for one in found])
        row = (
            f"{np.mean([one.outbursts.per_thousand for one in found]):.1f}",
            f"{np.median(waits):.0f}" if len(waits) else "-",
            _mean([one.outbursts.peaks for one in found], 0),
            _mean([one.outbursts.activations for one in found], 0),
            f"{np.mean([one.series['active'].mean() for one in found]):.1f}",
            f"{np.mean([one.series['jailed'].mean() for one in found]):.0f}",
        )
        print(f"| {name} | {' | '.join(row)} |", flush=True)


def run_two(runs: int = 20) -> None:
    """Print Run 2 under three ratios."""
    print(f"\nRun 2, {runs} seeds x 3,000 steps, by seed: lowest to highest\n")
    print("| ratio | outbursts | total activation | wait | sd of waits | peak of a run | steps with < 10 active |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    for ratio in ("literal", "floor", "round"):
        found = lattice.run_many(range(runs), preset_name="outbursts", switches={"ratio": ratio})
        burst = [one.outbursts for one in found]
        active = [one.series["active"] for one in found]
        row = (
            _range([one.count for one in burst]),
            _range([one.activations.mean() for one in burst if len(one.activations)]),
            _range([one.waits.mean() for one in burst if len(one.waits)]),
            _range([one.waits.std() for one in burst if len(one.waits)]),
            _range([series.max() for series in active]),
            _range([(series < 10).mean() for series in active], 2),
        )
        print(f"| {ratio} | {' | '.join(row)} |", flush=True)


def _range(values: list[Any], digits: int = 0) -> str:
    return f"{min(values):.{digits}f}-{max(values):.{digits}f}" if values else "-"


def shocks(runs: int = 20) -> None:
    """Print what becomes of falling legitimacy, withdrawn officers and other terms."""
    print("\n| ratio | jump peaks higher | runs with > 50 active: slow, jump | jump jails more | jailed: slow, jump |")
    print("|---|--:|--:|--:|--:|")
    for ratio in ("floor", "round", "literal"):
        both = [
            lattice.run_many(range(runs), preset_name=name, switches={"ratio": ratio})
            for name in ("legitimacy-slow", "legitimacy-jump")
        ]
        peaks = np.array([[one.series["active"].max() for one in each] for each in both])
        held = np.array([[one.series["jailed"][-1] for one in each] for each in both])
        row = (
            f"{(peaks[1] > peaks[0]).sum()} of {runs}",
            f"{(peaks[0] > 50).sum()}, {(peaks[1] > 50).sum()}",
            f"{(held[1] > held[0]).sum()} of {runs}",
            f"{held[0].mean():.0f}, {held[1].mean():.0f}",
        )
        print(f"| {ratio} | {' | '.join(row)} |", flush=True)
    print(
        "\n| ratio | highest active while more than 40 of 118 officers are left | officers left when > 50 are active |"
    )
    print("|---|--:|--:|")
    for ratio in ("floor", "round", "literal"):
        found = lattice.run_many(range(runs), preset_name="officer-reduction", switches={"ratio": ratio})
        high = [one.series["active"][one.series["officers"] > 40].max() for one in found]
        over = [one.series["officers"][one.series["active"] > 50] for one in found]
        first = sorted(int(left[0]) for left in over if len(left))
        median = f"{first[len(first) // 2]} ({_range(first)})" if first else "never"
        print(f"| {ratio} | {_range(high)} | {median} |", flush=True)
    print("\n| longest term J | outbursts per 1,000 steps | wait, mean |\n|--:|--:|--:|")
    for jail in (15, 30, 60):
        found = lattice.run_many(range(runs), preset_name="outbursts", jail_max=jail, steps=2000)
        rate = np.mean([one.outbursts.per_thousand for one in found])
        print(f"| {jail} | {rate:.1f} | {_mean([one.outbursts.waits for one in found])} |", flush=True)
    calm = [one.series["active"] for one in lattice.run_many(range(runs), preset_name="deceptive-behaviour")]
    print(f"\nRun 1, floor: mean active {_range([one.mean() for one in calm])} in {runs} runs")


def updating(runs: int = 40) -> None:
    """Print what synchronous updating and tiles do to the result."""
    print("\n| 64 x 64, > 128 active | schedule | active | outbursts per 1,000 steps |\n|---|---|--:|--:|")
    for shape in ("diamond", "square"):
        for schedule in ("permutation", "tiles", "synchronous"):
            rules = replace(MESA, numbers="exact", neighbourhood=shape, schedule=schedule)
            found = lattice.run_many(range(runs), rules=rules, height=64, width=64, outburst_above=128, steps=600)
            active = np.array([one.series["active"].mean() for one in found])
            rate = np.array([one.outbursts.per_thousand for one in found])
            errors = [values.std(ddof=1) / np.sqrt(runs) for values in (active, rate)]
            row = f"{active.mean():.1f} +- {errors[0]:.1f} | {rate.mean():.1f} +- {errors[1]:.1f}"
            print(f"| {shape} | {schedule} | {row} |", flush=True)


def two_groups(runs: int = 20) -> None:
    """Print the fate of two groups."""
    print("\n| preset | one group gone | at step, median (range) | blue survives | killed, mean |")
    print("|---|--:|--:|--:|--:|")
    for name in ("coexistence", "genocide", "peacekeepers", "safe-havens", "peacekeepers-withdrawn"):
        found = [one.summary() for one in lattice.run_many(range(runs), preset_name=name, steps=1500)]
        gone = sorted(one["one_group_gone_at"] for one in found if one["one_group_gone_at"])
        when = f"{gone[len(gone) // 2]} ({_range(gone)})" if gone else "-"
        blue = sum(one["blue"] > 0 for one in found if one["one_group_gone_at"])
        killed = np.mean([one["killed"] for one in found])
        print(f"| {name} | {len(gone)} of {runs} | {when} | {blue} of {len(gone)} | {killed:,.0f} |", flush=True)
    print("\n| officers per site, Run 8 | step of genocide, mean (sd), cut at 3,000 | runs that last |\n|--:|--:|--:|")
    for officers in (0.0, 0.02, 0.04):
        runs_8 = lattice.run_many(range(runs), preset_name="peacekeepers", officers=officers, steps=3000)
        gone = [one.summary()["one_group_gone_at"] for one in runs_8]
        when = [one or 3000 for one in gone]
        print(
            f"| {officers:.2f} | {np.mean(when):.0f} ({np.std(when):.0f}) | {gone.count(None)} of {runs} |", flush=True
        )


def pictures() -> None:
    """Draw every preset."""
    from PIL import Image

    IMAGES.mkdir(parents=True, exist_ok=True)
    for name, preset in PRESETS.items():
        steps = min(preset.steps, 600) if name == "outbursts" or "netlogo" in name or "short" in name else preset.steps
        found: Result = lattice.run(name, seed=1, steps=steps)
        figure = found.plot()
        figure.axes[0].set_title(preset.title, fontsize="medium", loc="left")
        figure.set_size_inches(7.5, 2.4)
        path = IMAGES / f"{name}.png"
        figure.savefig(path, dpi=80)
        # a smaller file; the octree keeps thin lines of different colours apart, a median cut mixes them
        with Image.open(path) as image:
            image.convert("RGB").quantize(64, method=Image.Quantize.FASTOCTREE).save(path, optimize=True)
        print(name, found.summary())


def main(wanted: list[str]) -> None:
    """Draw and print what is asked for, everything by default."""
    if "--pictures" in wanted or not wanted:
        pictures()
    if "--tables" in wanted or not wanted:
        run_two()
        readings()
        shocks()
        updating()
        two_groups()


if __name__ == "__main__":
    main(sys.argv[1:])
