"""The lattice as a moving picture in the terminal."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

import click

from foedus.cli.console import terminal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from rich.text import Text

    from foedus.crisis.lattice.simulate import Course, Result

# empty, quiet (or blue), active, jailed, officer, quiet of the second group
_COLOURS = ("grey93", "dodger_blue2", "red3", "grey58", "black", "green4")
_NAMES = ("empty", "quiet", "active", "jailed", "officer", "quiet, second group")
_PICTURES_A_SECOND = 20


def show(preset_name: str | None, arguments: dict[str, Any]) -> Result:
    """Play a run and show the grid after every step; without a terminal say so and just play it."""
    from foedus.crisis.lattice.simulate import run

    if not sys.stdout.isatty():
        click.echo(
            "--play needs a terminal to draw in; this output goes elsewhere, so only the figures follow.", err=True
        )
        return run(preset_name, **arguments)
    from rich.console import Console
    from rich.live import Live

    from foedus.crisis.lattice.simulate import prepare

    course = prepare(preset_name, on_event=lambda event: click.echo(event.message, err=True), **arguments)
    console = Console(file=terminal(sys.stdout))
    with Live(console=console, auto_refresh=False, screen=True) as live:
        due = time.monotonic()
        for _ in course.play(piece=1):
            live.update(frame(course, console.width, console.height), refresh=True)
            due += 1.0 / _PICTURES_A_SECOND
            time.sleep(max(0.0, due - time.monotonic()))
            due = max(due, time.monotonic())
    return course.result()


def frame(course: Course, width: int, height: int) -> Text:
    """Return the grid, two rows a line, cut to the terminal, with a line of figures below."""
    from rich.text import Text

    picture = course.world.picture()
    rows, columns = picture.shape
    shown = picture[: max(2, 2 * (height - 3)), :width]
    text = _blocks(shown)
    now = {name: int(values[-1]) for name, values in course.result().series.items() if name != "legitimacy"}
    text.append(f"step {course.world.step} of {course.steps}   ")
    text.append("   ".join(f"{name} {value}" for name, value in now.items()))
    if shown.shape != picture.shape:
        text.append(f"\n{shown.shape[0]} x {shown.shape[1]} of {rows} x {columns} sites fit the terminal", style="dim")
    legend = Text("\n")
    for colour, name in zip(_COLOURS, _NAMES[: 6 if course.world.parameters.groups == 2 else 5], strict=False):
        legend.append("██", style=colour)
        legend.append(f" {name}  ")
    return text.append_text(legend)


def _blocks(picture: NDArray[np.uint8]) -> Text:
    from rich.text import Text

    text = Text()
    for top in range(0, picture.shape[0], 2):
        upper = picture[top]
        lower = picture[top + 1] if top + 1 < picture.shape[0] else [0] * picture.shape[1]
        for above, below in zip(upper, lower, strict=True):
            text.append("▀", style=f"{_COLOURS[above]} on {_COLOURS[below]}")
        text.append("\n")
    return text
