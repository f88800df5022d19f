"""Plots for notebooks, with matplotlib (the ``notebook`` extra); the report draws its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from foedus.ensemble.figures import levels

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from foedus.ensemble.runs import Arm, Runs

    Totals = Mapping[str, NDArray[np.float64]]

COLOURS: dict[Arm, str] = {"help": "#0b62a4", "no_help": "#b64a00"}
LABELS = {
    "dead": "Dead, everyone",
    "wounded": "Injured, everyone",
    "detained": "Detained",
    "participants": "In the streets, a day",
}
_WIDTH, _HEIGHT = 5.0, 3.0


def fans(ensemble: Runs, variables: Sequence[str], place: str | None) -> Any:
    """Return a figure with one fan a variable: middle run, half of the runs, 90 of 100, for both arms.

    The arm that stands for what happened is solid and on top, the hypothetical one dashed.
    """
    figure, axes = _figure(len(variables))
    names = _arm_names(ensemble)
    for axis, variable in zip(axes, variables, strict=True):
        for arm in sorted(COLOURS, key=lambda arm: arm == ensemble.actual_arm):
            values = ensemble.daily(arm, variable, place)
            low, _, high = levels(ensemble.draws)
            q05, q25, q50, q75, q95 = np.quantile(values, [low, 0.25, 0.5, 0.75, high], axis=0)
            colour, style = COLOURS[arm], "-" if arm == ensemble.actual_arm else "--"
            axis.fill_between(ensemble.days, q05, q95, color=colour, alpha=0.13, linewidth=0)
            axis.fill_between(ensemble.days, q25, q75, color=colour, alpha=0.25, linewidth=0)
            axis.plot(ensemble.days, q50, color=colour, label=names[arm], linestyle=style)
        _finish(axis, LABELS.get(variable, variable.replace("_", " ")))
        axis.tick_params(axis="x", rotation=30)
    axes[0].legend(frameon=False)
    figure.suptitle(ensemble.scenario.title + (f": {place}" if place else ""))
    return figure


def pairs(names: tuple[str, str], first: Totals, second: Totals, *, draws: int, per: float | None) -> Any:
    """Return a figure with one panel an outcome: middle and 90 of 100 runs (all, of few draws) of both ensembles."""
    figure, axes = _figure(len(first))
    from matplotlib.ticker import MaxNLocator

    for axis, outcome in zip(axes, first, strict=True):
        for position, values in enumerate((first[outcome], second[outcome])):
            low, middle, high = np.quantile(values, levels(draws))
            axis.plot([low, high], [position, position], color="#59626d", linewidth=2)
            axis.plot([middle], [position], "o", color="#0b62a4")
        axis.set_yticks([0, 1], names)
        axis.set_ylim(1.6, -0.6)
        _finish(axis, LABELS.get(outcome, outcome), whole=per is None, along="x")
        axis.xaxis.set_major_locator(MaxNLocator(4))  # large numbers would run into each other
    unit = "people" if per is None else f"per {per:,.0f} inhabitants"
    figure.suptitle(f"Middle run and 90 of 100 runs, {unit}")
    return figure


def _arm_names(ensemble: Runs) -> dict[str, str]:
    happened = {"help": "with help", "no_help": "without help"}
    asked = {"help": "had help come (assumed)", "no_help": "as it was"}
    return asked if ensemble.scenario.help_is_hypothetical else happened


def _figure(panels: int) -> tuple[Any, list[Any]]:
    from foedus.picture import picture

    columns = min(2, panels)
    rows = -(-panels // columns)
    figure = picture(_WIDTH * columns, _HEIGHT * rows)
    axes = figure.subplots(rows, columns, squeeze=False).ravel().tolist()
    for spare in axes[panels:]:
        spare.set_visible(False)
    return figure, axes[:panels]


def _finish(axis: Any, title: str, *, whole: bool = True, along: str = "y") -> None:
    axis.set_title(title, loc="left", fontsize="medium")
    axis.spines[["top", "right"]].set_visible(False)
    if whole:
        getattr(axis, f"{along}axis").set_major_formatter(lambda value, _: f"{value:,.0f}")
