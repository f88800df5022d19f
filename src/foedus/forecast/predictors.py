"""What the response model may look at. Stated here before the first scoring; see docs/forecast.md."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from foedus.record import Case

INTERNAL = frozenset({"civil_war", "insurgency", "coup", "domestic_unrest"})
_END_OF_COLD_WAR = dt.date(1990, 1, 1)
# Log share of world capability: centre and twice the spread of the organisation rows, fixed so that a new row
# does not move the others (Gelman 2008 on scaling by two standard deviations).
_SIZE_CENTRE, _SIZE_SCALE = -6.2, 4.6


@dataclass(frozen=True, slots=True)
class Predictor:
    """One predictor: its value for a case (None = unknown) and how to say it."""

    name: str
    label: str
    value: Callable[[Case], float | None]
    words: Callable[[Case], str]


def _yes(flag: bool) -> str:
    return "yes" if flag else "no"


def _size(case: Case) -> float | None:
    size = case.log_target_cinc
    return None if size is None else (size - _SIZE_CENTRE) / _SIZE_SCALE


PREDICTORS = (
    Predictor(
        "request",
        "someone entitled to ask did ask",
        lambda case: float(case.request_made),
        lambda case: _yes(case.request_made),
    ),
    Predictor(
        "adversary_is_member",
        "the adversary is a member too",
        lambda case: float(case.adversary_is_member),
        lambda case: _yes(case.adversary_is_member),
    ),
    Predictor(
        "internal",
        "trouble inside the state (unrest, coup, insurgency, civil war)",
        lambda case: float(case.trigger_kind in INTERNAL),
        lambda case: case.trigger_kind.replace("_", " "),
    ),
    Predictor(
        "size",
        "size of the state in trouble (log share of world capability)",
        _size,
        lambda case: "unknown" if case.target_cinc is None else f"{100 * case.target_cinc:.2g} % of the world's",
    ),
    Predictor(
        "era",
        "after the Cold War",
        lambda case: float(case.crisis_start.earliest >= _END_OF_COLD_WAR),
        lambda case: str(case.crisis_start.earliest.year),
    ),
)
NAMES = tuple(predictor.name for predictor in PREDICTORS)


def matrix(cases: Sequence[Case]) -> NDArray[np.float64]:
    """Return predictors [case, predictor]; NaN where unknown."""
    rows = [[p.value(case) for p in PREDICTORS] for case in cases]
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(PREDICTORS))
