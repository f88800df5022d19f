"""What the response model may look at, and what is expected of it. Stated before scoring; see docs/forecast.md."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from foedus.forecast.call import major_powers
from foedus.forecast.ordered import Prior
from foedus.forecast.organisations import lead_share, organisations
from foedus.treaties import Truth, bound_on, coverage, library

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from foedus.forecast.call import Call

# Log ratio of capability, target to leading state: centre and twice the spread of the organisation rows, fixed so
# that a new row does not move the others (Gelman 2008 on scaling by two standard deviations).
_SIZE_CENTRE, _SIZE_SCALE = -3.1, 4.2
_AFTER_THE_COLD_WAR = 1990


@dataclass(frozen=True, slots=True)
class Predictor:
    """One predictor: its value for a call (None = unknown), how to say that value, and its prior slope.

    ``expected``: prior mean of the change in log odds for a step of 1; ``spread``: its prior standard deviation.
    """

    name: str
    label: str
    value: Callable[[Call], float | None]
    words: Callable[[Call, float | None], str]
    expected: float
    spread: float = 0.75


def _number(flag: bool | None) -> float | None:
    return None if flag is None else float(flag)


def _say(_call: Call, flag: float | None) -> str:
    return "unknown" if flag is None else "yes" if flag == 1.0 else "no" if flag == 0.0 else "open"


def _covered(call: Call) -> float | None:
    """Return the treaty engine's answer; None where the library has no treaty of the organisation in force."""
    if call.organisation is None or call.trigger_kind is None or call.when is None:
        return None
    day = call.when.earliest
    found = coverage(call.organisation, call.trigger_kind, day)
    if not found.treaties:
        return None
    treaties = [library()[name] for name in found.treaties]
    if call.target_iso3 and all(bound_on(treaty, call.target_iso3, day) is Truth.NO for treaty in treaties):
        return 0.0
    return {Truth.NO: 0.0, Truth.UNKNOWN: 0.5, Truth.YES: 1.0}[found.covers]


def _inside(call: Call) -> float | None:
    if call.internal is False:
        return 0.0
    if call.organisation is None or call.when is None:
        return None
    day, known = call.when.earliest, organisations().get(call.organisation)
    allowed = None if known is None else known.may_act_inside(day)
    if coverage(call.organisation, call.trigger_kind or "other", day).acts_inside is Truth.YES:
        allowed = True
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


def _size_words(_call: Call, value: float | None) -> str:
    if value is None:
        return "unknown"
    return f"{100 * math.exp(value * _SIZE_SCALE + _SIZE_CENTRE):.2g} % of the leading state's capability"


def _alone(call: Call) -> float | None:
    known = organisations().get(call.organisation or "")
    if known is None:
        return None
    against = call.adversary_states
    if call.adversary is None and not call.internal and known.able - {call.target_iso3}:
        return None  # it might be a major power
    majors = major_powers(dt.date.today() if call.when is None else call.when.earliest)
    return float(not against & majors and bool(known.able - against - {call.target_iso3}))


def _era(call: Call) -> float | None:
    return None if call.when is None else float(call.when.earliest.year >= _AFTER_THE_COLD_WAR)


PREDICTORS = (
    Predictor(
        "request",
        "someone entitled to ask did ask",
        lambda call: _number(call.request_made),
        _say,
        1.0,
    ),
    Predictor(
        "adversary_is_member",
        "the adversary is a member too",
        lambda call: _number(call.adversary_is_member),
        _say,
        -1.0,
    ),
    Predictor(
        "covered",
        "the treaty reaches this trigger with armed help",
        _covered,
        _say,
        0.5,
    ),
    Predictor(
        "internal",
        "trouble inside the state (unrest, coup, insurgency, civil war)",
        lambda call: _number(call.internal),
        lambda call, _: (call.trigger_kind or "unknown").replace("_", " "),
        0.0,
    ),
    Predictor("size", "size of the state in trouble against the leading state's", _size, _size_words, -0.5),
    Predictor(
        "inside",
        "trouble inside, and the organisation's law lets it act inside a member",
        _inside,
        _say,
        1.0,
    ),
    Predictor(
        "alone",
        "a member other than the victim could do it alone, and no major power opposes",
        _alone,
        _say,
        0.5,
    ),
    Predictor(
        "era",
        "after the Cold War",
        _era,
        lambda call, _: "unknown" if call.when is None else str(call.when.earliest.year),
        0.5,
    ),
)


NAMES = tuple(predictor.name for predictor in PREDICTORS)
PRIOR = Prior(np.array([p.expected for p in PREDICTORS]), np.array([p.spread for p in PREDICTORS]))


def matrix(calls: Sequence[Call]) -> NDArray[np.float64]:
    """Return predictors [call, predictor]; NaN where unknown."""
    rows = [[p.value(call) for p in PREDICTORS] for call in calls]
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(PREDICTORS))
