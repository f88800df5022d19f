"""The command that plays Epstein's civil violence model, prints its figures or shows it in the terminal."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import click

from foedus.cli.console import json_option, named_as_options, print_json, print_table, progress_bar
from foedus.crisis.lattice.switches import BUNDLES, Parameters, Rules
from foedus.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from foedus.crisis.lattice.presets import Change
    from foedus.crisis.lattice.simulate import Result

_NUMBERS = ("people", "officers", "vision", "legitimacy", "threshold", "k", "jail_max", "cloning", "max_age", "groups")

_NAMES = [item.name for item in (*fields(Parameters), *fields(Rules))]
_OPTIONS = {name: "--" + name.replace("_", "-") for name in (*_NAMES, "preset", "rules", "steps", "seed", "burn")} | {
    "threads": "--threads",
    "change": "--change",
    "size": "--size",
    "height": "--size",
    "width": "--size",
}


def _number_options(command: Callable[..., None]) -> Callable[..., None]:
    for item in reversed([item for item in fields(Parameters) if item.name in _NUMBERS]):
        kind = int if item.type == "int" else float
        text = item.metadata["meaning"][0].upper() + item.metadata["meaning"][1:] + "."
        command = click.option("--" + item.name.replace("_", "-"), type=kind, help=text)(command)
    return command


def _switch_options(command: Callable[..., None]) -> Callable[..., None]:
    for item in reversed(fields(Rules)):
        meaning, choices = item.metadata["meaning"], item.metadata["choices"]
        text = meaning[0].upper() + meaning[1:] + "."
        command = click.option("--" + item.name.replace("_", "-"), type=click.Choice(list(choices)), help=text)(command)
    return command


@click.command()
@click.option("--preset", "preset_name", help="A published run by name; --list shows them. [default: outbursts]")
@click.option("--list", "show_list", is_flag=True, help="List presets, bundles of switches and single switches.")
@click.option("--size", help="Rows x columns, such as 40x40.")
@click.option("--steps", type=int, help="Steps to play. [default: the preset's]")
@click.option("--seed", type=int, default=0, show_default=True, help="Same seed, same numbers, on any machine.")
@click.option("--burn", type=int, default=0, show_default=True, help="First steps that figures leave out.")
@click.option("--rules", help=f"All switches as in another program: {', '.join(BUNDLES)}.")
@click.option("--change", "change_texts", multiple=True, help="Such as legitimacy=0.7@77, or officers=0@100-690.")
@click.option("--outburst-above", type=int, help="An outburst has more active people. [default: 50 at 40x40]")
@click.option("--people-move/--people-stay", default=None, help="Whether people move. [default: the preset's]")
@click.option("--officers-move/--officers-stay", default=None, help="Whether officers move. [default: the preset's]")
@click.option("--threads", type=int, default=1, show_default=True, help="For --schedule tiles; changes no number.")
@click.option("--play", is_flag=True, help="Show the grid in the terminal while it runs.")
@json_option
@_number_options
@_switch_options
def lattice(
    preset_name: str | None,
    show_list: bool,
    size: str | None,
    change_texts: tuple[str, ...],
    play: bool,
    as_json: bool,
    **given: Any,
) -> None:
    """Play Epstein's civil violence model (2002): people, officers, a torus, and sudden outbursts.

    People become active if their grievance exceeds the risk of arrest that they see around them; officers arrest
    active people in sight. What the paper leaves open is a switch, and every switch changes the result.

    \b
    Examples:
      foedus lattice --list
      foedus lattice --preset outbursts --steps 500 --seed 1
      foedus lattice --preset outbursts --ratio literal       the printed rule: no outbursts
      foedus lattice --rules mesa-3.5 --steps 600 --burn 50 --json
      foedus lattice --preset legitimacy-jump --play
      foedus lattice --change officers=0.02@200 --steps 400
      foedus lattice --rules mesa-3.5 --schedule tiles --size 1000x1000 --steps 20 --threads 2
    """
    if show_list:
        _print_list(as_json)
        return
    if play and as_json:
        raise InputError("--play and --json exclude each other: one is for people, one for programs", key="--play")
    values = {name: value for name, value in given.items() if value is not None}
    if size is not None:
        values["height"], values["width"] = _size(size)
    switches = {item.name: values.pop(item.name) for item in fields(Rules) if item.name in values}
    arguments = {"switches": switches, **values}
    if change_texts:
        with named_as_options(_OPTIONS):
            arguments["changes"] = [_change(text) for text in change_texts]
    from foedus.crisis.lattice.simulate import run

    with named_as_options(_OPTIONS):
        if play:
            from foedus.cli.lattice_play import show

            result = show(preset_name, arguments)
        else:
            with progress_bar(enabled=not as_json) as listen:
                result = run(preset_name, on_event=listen, **arguments)
    if as_json:
        print_json(result.to_dict())
        return
    _print_result(result)


def _size(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{1,6})\s*[x×]\s*(\d{1,6})", text.strip())
    if not match:
        raise InputError("this is not a size", key="--size", found=text, expected="rows x columns, such as 40x40")
    return int(match[1]), int(match[2])


def _change(text: str) -> Change:
    from foedus.crisis.lattice.presets import Change

    match = re.fullmatch(r"([a-z_]+)=([0-9.]+)@(\d+)(?:-(\d+))?", text.strip())
    try:
        if match:
            return Change(match[1], float(match[2]), int(match[3]), int(match[4] or match[3]))
    except ValueError:
        pass
    raise InputError(
        "this is not a change",
        key="--change",
        found=text,
        expected="NAME=VALUE@STEP, or NAME=VALUE@FROM-TO for even steps, with legitimacy or officers as the name",
    )


def _print_list(as_json: bool) -> None:
    from foedus.crisis.lattice.presets import PRESETS
    from foedus.crisis.lattice.switches import as_dict

    if as_json:
        print_json(
            {
                "presets": {name: {"title": p.title, "reported": p.reported} for name, p in PRESETS.items()},
                "bundles": {name: as_dict(rules) for name, rules in BUNDLES.items()},
                "switches": {item.name: dict(item.metadata["choices"]) for item in fields(Rules)},
            }
        )
        return
    print_table("Presets", ["name", "what", "the paper"], [[n, p.title, p.reported] for n, p in PRESETS.items()])
    click.echo("")
    names = [item.name for item in fields(Rules)]
    rows = [[name, *(getattr(rules, name) for rules in BUNDLES.values())] for name in names]
    print_table("Bundles of switches (--rules)", ["switch", *BUNDLES], rows)
    click.echo("")
    rows = [
        [f"--{i.name.replace('_', '-')} {c}", text] for i in fields(Rules) for c, text in i.metadata["choices"].items()
    ]
    print_table("Switches", ["option", "meaning"], rows)


def _print_result(result: Result) -> None:
    p = result.parameters
    found = result.summary()
    first = result.series
    click.echo(
        f"{result.preset}: {p.height} x {p.width} sites, {result.steps} steps, seed {result.seed}; "
        f"people {first['quiet'][0] + first['active'][0] + first['jailed'][0]}, officers {first['officers'][0]}"
    )
    if result.rules.schedule == "synchronous":
        click.echo("synchronous: NOT Epstein's model; docs/lattice.md says what it changes")
    if p.groups == 2:
        gone = found["one_group_gone_at"]
        end = f"one group is gone at step {gone}" if gone else "both groups live on"
        click.echo(f"killed {found['killed']:,}; {end}; blue {found['blue']}, green {found['green']} at the end")
    for change in (c for c in result.changes if c.start > result.steps):
        click.echo(f"not reached: {change.name} {change.to:g} at step {change.start}; play more --steps")
    click.echo(f"active {_bars(first['active'])} highest {first['active'].max()}")
    click.echo(f"jailed {_bars(first['jailed'])} highest {first['jailed'].max()}\n")
    rows = [["active, mean", found["mean_active"]], ["jailed, mean", found["mean_jailed"]]]
    if p.groups == 1:
        outbursts = found["outbursts"]
        rows += [
            [f"outbursts (more than {outbursts['level']} active)", outbursts["count"]],
            ["  per thousand steps", outbursts["per_thousand_steps"]],
            ["  wait between two, mean steps", _or_dash(outbursts["mean_wait"])],
            ["  length, mean steps", _or_dash(outbursts["mean_length"])],
            ["  peak, mean active", _or_dash(outbursts["mean_peak"])],
            ["  total activation, mean", _or_dash(outbursts["mean_activation"])],
        ]
    print_table(f"After the first {result.burn} steps" if result.burn else "", ["", "value"], rows)


def _or_dash(value: float | None) -> object:
    return "none" if value is None else value


def _bars(series: Any, columns: int = 60) -> str:
    """Return a series as one line of bars; each stands for the highest value of its steps."""
    import numpy as np

    parts = np.array_split(series, min(columns, len(series)))
    tops = np.array([part.max() for part in parts], dtype=float)
    marks = " ▁▂▃▄▅▆▇█"
    return "".join(marks[round(8 * top / max(1.0, tops.max()))] for top in tops)
