"""The picture of a run: active, jailed and quiet people over time, what changed, where outbursts begin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from foedus.crisis.lattice.outbursts import Outbursts
    from foedus.crisis.lattice.switches import Parameters

_RED, _GREY, _BLUE, _GREEN = "#c0392b", "#7f8c8d", "#2c6fbb", "#2e8b57"


class Drawable(Protocol):
    """What is drawn of a run."""

    @property
    def parameters(self) -> Parameters:
        """What was asked."""

    @property
    def series(self) -> Mapping[str, NDArray[Any]]:
        """Numbers after each step, by name."""

    @property
    def outbursts(self) -> Outbursts:
        """The outbursts, and the level that makes one."""

    @property
    def steps(self) -> int:
        """Number of steps played."""


def draw(result: Drawable, ax: Any = None) -> Any:
    """Draw a run on matplotlib axes (those of a new figure if None); returns the figure that holds them."""
    if ax is None:
        from foedus.picture import picture

        ax = picture(8, 3).subplots()
    steps = np.arange(1, result.steps + 1)
    two = result.parameters.groups == 2
    shown = [("blue", _BLUE), ("green", _GREEN), ("active", _RED)] if two else [("jailed", _GREY), ("active", _RED)]
    for name, colour in shown:
        ax.plot(steps, result.series[name], color=colour, linewidth=0.9, label=name)
    if not two:
        ax.axhline(result.outbursts.level, color=_RED, linewidth=0.5, linestyle=":")
    for name in ("legitimacy", "officers"):
        values = result.series[name]
        if (values != values[0]).any():
            other = ax.twinx()
            other.plot(steps, values, color="black", linewidth=0.9, linestyle="--", label=name)
            other.set_ylabel(name)
            other.set_ylim(bottom=0)
    ax.set_xlabel("step")
    ax.set_ylabel("people")
    ax.set_xlim(1, result.steps)
    ax.legend(loc="best", framealpha=0.8, fontsize="small")
    return ax.figure
