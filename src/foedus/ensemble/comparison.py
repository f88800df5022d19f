"""Two ensembles side by side: two crises, or one crisis and a what-if with the same dice."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from foedus.ensemble.arguments import of_kind, one_of
from foedus.ensemble.figures import interval, levels
from foedus.ensemble.runs import OUTCOMES, Runs
from foedus.ensemble.versions import versions
from foedus.errors import FoedusWarning
from foedus.given import number
from foedus.shown import one_line

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from foedus.ensemble.runs import Arm

_MOST_PAIRS = 1_000_000


@dataclass(frozen=True, slots=True, repr=False)
class Comparison:
    """Totals of two ensembles, [run] for each outcome, and their differences (second less first).

    ``paired``: both share scenario, seed and number of runs, so that run i of both has the same dice and the same
    draw of every parameter with the same prior; a difference is then the change's and not the dice's. Otherwise
    the differences are those of independent runs.
    """

    names: tuple[str, str]
    arms: tuple[Arm, Arm]
    paired: bool
    per: float | None
    first: dict[str, NDArray[np.float64]]
    second: dict[str, NDArray[np.float64]]
    draws: int
    """Of the parameters, behind the intervals: the fewer of both."""

    def __repr__(self) -> str:
        kind = "the same dice" if self.paired else "different dice"
        unit = "" if self.per is None else f", per {self.per:,.0f} inhabitants"
        decimals = 0 if self.per is None else 2
        figures = (
            f"{outcome} {interval(self.difference(outcome), '+', decimals, draws=self.draws)}" for outcome in self.first
        )
        return one_line(f"<Comparison: {self.names[1]} less {self.names[0]}, {kind}{unit}; {', '.join(figures)}>")

    @property
    def pairs(self) -> int:
        """Number of pairs of runs that the differences are taken over."""
        return len(self.difference(OUTCOMES[0]))

    def difference(self, outcome: str) -> NDArray[np.float64]:
        """Return second less first: [run] if paired, else of all pairs of runs (a fixed part of them if too many)."""
        one_of("outcome", outcome, tuple(self.first))
        a, b = self.first[outcome], self.second[outcome]
        if self.paired:
            return b - a
        step = max(1, a.size * b.size // _MOST_PAIRS)
        result: NDArray[np.float64] = np.subtract.outer(b, a).ravel()[::step]
        return result

    def to_pandas(self) -> pd.DataFrame:
        """Return one row an outcome: 5 %, middle and 95 % of both and of the difference; shares fewer and more."""
        import pandas as pd

        rows: dict[str, dict[tuple[str, str], float]] = {}
        for outcome in self.first:
            change = self.difference(outcome)
            row: dict[tuple[str, str], float] = {}
            for name, values in (
                (self.names[0], self.first[outcome]), (self.names[1], self.second[outcome]), ("difference", change),
            ):  # fmt: skip
                low, middle, high = (float(x) for x in np.quantile(values, [0.05, 0.5, 0.95]))
                row |= {(name, "5 %"): low, (name, "middle"): middle, (name, "95 %"): high}
            row |= {("runs", "fewer"): float(np.mean(change < 0)), ("runs", "more"): float(np.mean(change > 0))}
            rows[outcome] = row
        columns = pd.MultiIndex.from_tuples(list(next(iter(rows.values()))))
        return pd.DataFrame([list(row.values()) for row in rows.values()], index=list(rows), columns=columns)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for ``--json``."""
        rows = []
        for outcome in self.first:
            change = self.difference(outcome)
            rows.append(
                {
                    "outcome": outcome,
                    "first": np.quantile(self.first[outcome], levels(self.draws)).tolist(),
                    "second": np.quantile(self.second[outcome], levels(self.draws)).tolist(),
                    "difference": np.quantile(change, levels(self.draws)).tolist(),
                    "fewer_in_second": float(np.mean(change < 0)),
                    "more_in_second": float(np.mean(change > 0)),
                }
            )
        return {
            "names": self.names,
            "arms": self.arms,
            "paired": self.paired,
            "per": self.per,
            "draws": self.draws,
            "outcomes": rows,
        }

    def plot(self) -> Any:
        """Draw both ensembles' totals; return a matplotlib figure (needs the ``notebook`` extra)."""
        from foedus.ensemble.plots import pairs

        return pairs(self.names, self.first, self.second, draws=self.draws, per=self.per)


def compare(first: Runs, second: Runs, *, arm: Arm | None = None, per: float | None = None) -> Comparison:
    """Compare the totals of two ensembles.

    Args:
        first: what to compare with.
        second: what is compared; differences are second less first.
        arm: ``help`` or ``no_help`` of both; None: of each the arm that stands for what happened.
        per: give rates for so many inhabitants, as for places of different size; None: numbers of people.

    Raises:
        InputError: something that is no ensemble, an unknown arm, or a ``per`` that is not positive.

    Warns:
        FoedusWarning: different versions of Foedus or of numpy computed them.

    """
    for key, value in {"first": first, "second": second}.items():
        of_kind(key, value, Runs, "an Ensemble, such as foedus.ensemble.load gives")
    per = None if per is None else number("per", per, 1, 1e12, "inhabitants, such as 100000")
    arms: tuple[Arm, Arm] = (first.actual_arm, second.actual_arm) if arm is None else (arm, arm)
    paired = (first.scenario.name, first.seed, first.runs, first.places) == (
        second.scenario.name, second.seed, second.runs, second.places,
    )  # fmt: skip
    _tell_versions(first, second)
    totals = []
    for one, side in zip((first, second), arms, strict=True):
        scale = 1.0 if per is None else per / sum(place.population for place in one.scenario.places)
        totals.append({outcome: one.total(side, outcome) * scale for outcome in OUTCOMES})
    draws = min(first.draws, second.draws)
    return Comparison(_names(first, second), arms, paired, per, totals[0], totals[1], draws)


def _tell_versions(first: Runs, second: Runs) -> None:
    one, two = (versions() if each.versions is None else each.versions for each in (first, second))
    other = [name for name in ("foedus", "numpy") if one.get(name) != two.get(name)]
    if other:
        told = "; ".join(
            f"{name} {one.get(name, 'not recorded')} and {two.get(name, 'not recorded')}" for name in other
        )
        warnings.warn(
            f"different versions computed the two runs ({told}), so part of the difference may be theirs",
            FoedusWarning, stacklevel=3,
        )  # fmt: skip


def _names(first: Runs, second: Runs) -> tuple[str, str]:
    one, two = first.scenario.name, second.scenario.name
    return (one, two) if one != two else (f"{one} (first)", f"{two} (second)")
