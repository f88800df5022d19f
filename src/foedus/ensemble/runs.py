"""The figures of an ensemble: of every run, in both arms, for every place and day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from foedus.crisis.layout import EVENTS, VARIABLES
from foedus.ensemble.arguments import one_of
from foedus.ensemble.figures import interval
from foedus.errors import RunError
from foedus.shown import one_line

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    import pandas as pd
    import xarray as xr
    from numpy.typing import NDArray

    from foedus.crisis import Scenario

Arm = Literal["help", "no_help"]
ARMS: tuple[Arm, ...] = ("help", "no_help")
OUTCOMES = ("dead", "wounded", "detained", "participants")
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


@dataclass(frozen=True, slots=True, repr=False)
class Runs:
    """Runs of one scenario in two arms that share their random numbers.

    ``figures`` is [run, arm, day, place, variable] in the order of ``cohort.VARIABLES``, flows a day, in 32 bits or,
    where a count needs more to be exact, in 64;
    ``drawn`` holds, by name and [run], the draw of the parameters that a run has and their values; ``starts``, by
    measure and [run], the hour in which it began with help (infinite: never). ``versions``: of what computed them, if
    that was not this process.
    """

    scenario: Scenario
    seed: int
    days: list[dt.date]
    figures: NDArray[np.floating[Any]]
    drawn: Mapping[str, NDArray[Any]]
    replicates: int
    method: Method
    starts: Mapping[str, NDArray[np.float64]]
    versions: Mapping[str, str] | None = None

    def __repr__(self) -> str:
        return one_line(f"<{type(self).__name__} {self.headline()}>")

    def headline(self) -> str:
        """Return scenario, size, method and what the runs came to in a line: the middle run and 90 of 100 of them."""
        how = f"{self.method.engine}, {self.method.mode}, steps of {self.method.step_hours:g} h, seed {self.seed}"
        arms = (
            f"{arm}: {', '.join(f'{name} {interval(self.total(arm, name), draws=self.draws)}' for name in OUTCOMES)}"
            for arm in ARMS
        )
        return f"{self.scenario.name}: {self.runs} runs (draws: {self.draws}), {how}; {'; '.join(arms)}"

    @property
    def runs(self) -> int:
        """Number of runs in each arm."""
        return int(self.figures.shape[0])

    @property
    def draws(self) -> int:
        """Number of different draws of the parameters."""
        return len(np.unique(self.drawn["draw"]))

    @property
    def parameters(self) -> pd.DataFrame:
        """The number of each run's draw of the parameters, and the values: one row a run."""
        return self._table(self.drawn)

    @property
    def began(self) -> pd.DataFrame:
        """The hour in which each measure began with help (infinite: never): one row a run."""
        return self._table(self.starts)

    def _table(self, columns: Mapping[str, NDArray[Any]]) -> pd.DataFrame:
        import pandas as pd

        return pd.DataFrame(dict(columns), index=pd.RangeIndex(self.runs))

    @property
    def actual_arm(self) -> Arm:
        """The arm that stands for what happened: with help where help came."""
        scenario = self.scenario
        return "help" if scenario.contingents and not scenario.help_is_hypothetical else "no_help"

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
        one_of("arm", arm, ARMS)
        one_of("variable", variable, self.variables)
        if place is not None:
            one_of("place", place, self.places)
        names = _SUMS.get(variable, (variable,))
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

    def to_xarray(self) -> xr.Dataset:
        """Return the daily figures as a dataset [run, arm, day, place] with the draw of each run's parameters.

        Raises:
            RunError: xarray is not installed (the ``notebook`` extra).

        """
        try:
            import xarray as xr
        except ImportError as error:
            raise RunError("labelled arrays need xarray", cure="pip install 'foedus[notebook]'") from error
        axes = ("run", "arm", "day", "place")
        columns = {name: (axes, self.figures[..., i]) for i, name in enumerate(VARIABLES)}
        drawn = {f"parameter_{name}": ("run", values) for name, values in self.drawn.items()}
        return xr.Dataset(
            columns | drawn,
            coords={
                "run": range(self.runs),
                "arm": list(ARMS),
                "day": np.array(self.days, dtype="datetime64[ns]"),
                "place": self.places,
                "place_name": ("place", [place.name for place in self.scenario.places]),
            },
            attrs={
                "scenario": self.scenario.name,
                "scenario_sha256": self.scenario.sha256(),
                "seed": self.seed,
                "note": "counts are flows a day; crowd, sites, forces, troops and legitimacy are of the day",
            },
        )

    def to_pandas(self) -> pd.DataFrame:
        """Return a tidy table: run, arm, day, place and one column a variable (flows a day)."""
        import pandas as pd

        runs, arms, days, places, _ = self.figures.shape
        index = pd.MultiIndex.from_product(
            [range(runs), ARMS[:arms], self.days, self.places], names=["run", "arm", "day", "place"]
        )
        flat = self.figures.reshape(runs * arms * days * places, -1)
        return pd.DataFrame(flat, index=index, columns=list(VARIABLES)).reset_index()
