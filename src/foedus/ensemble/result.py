"""The result of an ensemble: daily figures of every run, in both arms, for every place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from foedus.crisis.layout import EVENTS, VARIABLES
from foedus.errors import InputError, closest

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd
    from numpy.typing import NDArray

    from foedus.crisis import Scenario

Arm = Literal["help", "no_help"]
ARMS: tuple[Arm, ...] = ("help", "no_help")
# sums of what the engine counts
_SUMS = {
    "dead": ("dead_civilian", "dead_security"),
    "wounded": ("wounded_civilian", "wounded_security"),
    "detained": ("detained_crowd", "detained_round_up"),
}
_CUMULATIVE = frozenset(EVENTS) - {"participants"}


@dataclass(frozen=True, slots=True)
class Method:
    """How the runs were made: engine, mode of the state's decisions, length of a step in hours."""

    engine: str = "cohort"
    mode: str = "hindcast"
    step_hours: float = 1.0


@dataclass(frozen=True, slots=True)
class Ensemble:
    """Runs of one scenario in two arms that share their random numbers.

    ``figures`` is [run, arm, day, place, variable] in the order of ``cohort.VARIABLES``, flows a day;
    ``parameters`` has one row a run; ``began`` too: the hour in which each measure began with help (infinite: never).
    """

    scenario: Scenario
    seed: int
    days: list[dt.date]
    figures: NDArray[np.float32]
    parameters: pd.DataFrame
    replicates: int
    method: Method
    began: pd.DataFrame

    @property
    def runs(self) -> int:
        """Number of runs in each arm."""
        return int(self.figures.shape[0])

    @property
    def variables(self) -> tuple[str, ...]:
        """Names that ``daily`` and ``total`` know."""
        return (*VARIABLES, *_SUMS)

    @property
    def places(self) -> list[str]:
        """Codes of the places."""
        return [place.code for place in self.scenario.places]

    def daily(self, arm: Arm, variable: str, place: str | None = None) -> NDArray[np.float64]:
        """Return [run, day]: counts of harm and arrests as running totals, the rest as of the day.

        Without a place, places are added up (legitimacy: averaged by population).

        Raises:
            InputError: unknown arm, variable or place.

        """
        names = _SUMS.get(variable, (variable,))
        for kind, name, known in (
            ("arm", arm, ARMS),
            ("variable", variable, self.variables),
            ("place", place or self.places[0], self.places),
        ):
            if name not in known:
                raise InputError(f"unknown {kind} '{name}'", expected=", ".join(known), cure=closest(name, known))
        columns = [VARIABLES.index(name) for name in names]
        values = self.figures[:, ARMS.index(arm)][..., columns].sum(axis=-1, dtype=np.float64)
        if place is not None:
            series = values[..., self.places.index(place)]
        elif variable == "legitimacy":
            weights = np.array([p.population for p in self.scenario.places], dtype=float)
            series = values @ (weights / weights.sum())
        else:
            series = values.sum(axis=-1)
        result: NDArray[np.float64] = np.cumsum(series, axis=1) if set(names) <= _CUMULATIVE else series
        return result

    def total(self, arm: Arm, variable: str) -> NDArray[np.float64]:
        """Return one number a run: the final running total, or the highest day of a daily figure."""
        daily = self.daily(arm, variable)
        if set(_SUMS.get(variable, (variable,))) <= _CUMULATIVE:
            return daily[:, -1]
        result: NDArray[np.float64] = daily.max(axis=1)
        return result

    def to_pandas(self) -> pd.DataFrame:
        """Return a tidy table: run, arm, day, place and one column a variable (flows a day)."""
        import pandas as pd

        runs, arms, days, places, _ = self.figures.shape
        index = pd.MultiIndex.from_product(
            [range(runs), ARMS[:arms], self.days, self.places], names=["run", "arm", "day", "place"]
        )
        flat = self.figures.reshape(runs * arms * days * places, -1)
        return pd.DataFrame(flat, index=index, columns=list(VARIABLES)).reset_index()
