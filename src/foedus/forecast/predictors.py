"""What the response model may look at, and what is expected of it. Stated before scoring; see docs/forecast.md."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

import numpy as np

from foedus.forecast.call import MAJOR_POWERS
from foedus.forecast.law import reach
from foedus.forecast.organisations import lead_share, organisations
from foedus.record.model import Trigger
from foedus.treaties import Truth

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from foedus.forecast.call import Call

# Log ratio of capability, target to leading state: centre and twice the spread of the organisation rows, fixed so
# that a new row does not move the others (Gelman 2008 on scaling by two standard deviations).
_SIZE_CENTRE, _SIZE_SCALE = -3.1, 4.2
_SLOPE_SPREAD = 0.75
PERIODS = (1963, 1990, 2002, 2014)
"""First years of the second to the fifth period."""


@dataclass(frozen=True, slots=True)
class Predictor:
    """One predictor: its value for a call (None = unknown), how to say it, and its prior slope.

    ``expected``: prior mean of the change in log odds for a step of 1; ``spread``: its prior standard deviation.
    """

    name: str
    label: str
    value: Callable[[Call], float | None]
    words: Callable[[Call], str]
    expected: float
    spread: float = _SLOPE_SPREAD


def _number(flag: bool | None) -> float | None:
    return None if flag is None else float(flag)


def _word(flag: float | None) -> str:
    return "unknown" if flag is None else "yes" if flag == 1.0 else "no" if flag == 0.0 else "open"


def _covered(call: Call) -> float | None:
    found = reach(call)
    return None if found is None else {Truth.NO: 0.0, Truth.UNKNOWN: 0.5, Truth.YES: 1.0}[found]


def _inside(call: Call) -> float | None:
    if call.internal is False:
        return 0.0
    known = organisations().get(call.organisation or "")
    if known is None or call.when is None:
        return None
    allowed = known.may_act_inside(call.when.earliest)
    if allowed is False:
        return 0.0
    return None if allowed is None or call.internal is None else 1.0


def _size(call: Call) -> float | None:
    share = _lead_share(call)
    if not call.target_cinc or share is None:
        return None
    return (math.log(call.target_cinc / share) - _SIZE_CENTRE) / _SIZE_SCALE


def _lead_share(call: Call) -> float | None:
    known = organisations().get(call.organisation or "")
    if known is None or call.when is None:
        return None
    year = call.when.earliest.year
    return lead_share(known.lead(year), year)


def _size_words(call: Call) -> str:
    share = _lead_share(call)
    if not call.target_cinc or share is None:
        return "unknown"
    return f"{100 * call.target_cinc / share:.2g} % of the leading state's capability"


def _alone(call: Call) -> float | None:
    known = organisations().get(call.organisation or "")
    if known is None:
        return None
    against = call.adversary_states
    return float(not against & MAJOR_POWERS and bool(known.able - against - {call.target}))


def _era(call: Call) -> float | None:
    return None if call.when is None else float(call.when.earliest.year >= PERIODS[1])


STATED = (
    Predictor(
        "request",
        "someone entitled to ask did ask",
        lambda call: _number(call.request),
        lambda call: _word(_number(call.request)),
        1.0,
    ),
    Predictor(
        "adversary_is_member",
        "the adversary is a member too",
        lambda call: _number(call.adversary_is_member),
        lambda call: _word(_number(call.adversary_is_member)),
        -1.0,
    ),
    Predictor(
        "covered",
        "the treaty reaches this trigger with armed help",
        _covered,
        lambda call: _word(_covered(call)),
        0.5,
    ),
    Predictor(
        "internal",
        "trouble inside the state (unrest, coup, insurgency, civil war)",
        lambda call: _number(call.internal),
        lambda call: (call.trigger or "unknown").replace("_", " "),
        0.0,
    ),
    Predictor("size", "size of the state in trouble against the leading state's", _size, _size_words, -0.5),
    Predictor(
        "inside",
        "trouble inside, and the organisation's law lets it act inside a member",
        _inside,
        lambda call: _word(_inside(call)),
        1.0,
    ),
    Predictor(
        "alone",
        "a member other than the victim could do it alone, and no major power opposes",
        _alone,
        lambda call: _word(_alone(call)),
        0.5,
    ),
    Predictor(
        "era",
        "after the Cold War",
        _era,
        lambda call: "unknown" if call.when is None else str(call.when.earliest.year),
        0.5,
    ),
)


def _kind(name: str) -> Predictor:
    def value(call: Call) -> float | None:
        return None if call.trigger is None else float(call.trigger == name)

    label = f"kind of trouble: {name.replace('_', ' ')}"
    return Predictor(f"kind_{name}", label, value, lambda call: _word(value(call)), 0.0, 0.4)


def period(year: int) -> int:
    """Return the number of a year's period, 0 to 4."""
    return sum(year >= first for first in PERIODS)


def _period(number: int) -> Predictor:
    def value(call: Call) -> float | None:
        return None if call.when is None else float(period(call.when.earliest.year) == number)

    start, end = (1945, *PERIODS)[number], (*(year - 1 for year in PERIODS), None)[number]
    label = f"period {start} to {end or 'today'}"
    return Predictor(f"period_{number}", label, value, lambda call: _word(value(call)), 0.0, 0.3)


POOLED = (*(_kind(name) for name in get_args(Trigger)), *(_period(number) for number in range(len(PERIODS) + 1)))
PREDICTORS = (*STATED, *POOLED)
"""The eight stated predictors, then kinds of trouble and periods, which are partially pooled (small spreads around 0)."""
NAMES = tuple(predictor.name for predictor in PREDICTORS)
EXPECTED = np.array([predictor.expected for predictor in PREDICTORS])
SPREADS = np.array([predictor.spread for predictor in PREDICTORS])


def matrix(calls: Sequence[Call]) -> NDArray[np.float64]:
    """Return predictors [call, predictor]; NaN where unknown."""
    rows = [[p.value(call) for p in PREDICTORS] for call in calls]
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(PREDICTORS))
