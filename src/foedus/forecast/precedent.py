"""Precedent: how reliable an organisation looked at each date, from what was known then.

The yardstick stays the same: the organisation's own calls of the record, each as if it had been made by request and
against no member. What moves is what was known: at each date the model is fitted to the calls before it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import numpy as np

from foedus import record
from foedus.errors import InputError, closest
from foedus.forecast.folds import day_of, fits, training
from foedus.progress import Listener, silent
from foedus.shown import brief


@dataclass(frozen=True, slots=True)
class Point:
    """The chance to act from a day on, until the next call of anybody changes it; ``after`` says which call did."""

    known_from: str
    after: str
    p_act: float
    interval: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Mark:
    """One call to the organisation and what came of it."""

    case_id: str
    on: str
    request: bool
    acted: bool
    outcome: str
    p_before: float | None
    p_after: float | None


@dataclass(frozen=True, slots=True)
class Precedent:
    """An organisation's reliability over time; None = too few earlier calls by anybody to say."""

    __repr__ = brief

    organisation: str
    curve: tuple[Point, ...]
    calls: tuple[Mark, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self)


class _Estimate(NamedTuple):
    mean: float
    low: float
    high: float


def precedent(organisation: str, record_path: record.AnyRecord = None, on_event: Listener = silent) -> Precedent:
    """Return how an organisation's estimated probability to act moved with each of its own calls.

    Raises:
        InputError: the record has no such organisation, or is not in order.
        RunError: the shipped draws belong to another record.

    """
    known = record.open_record(record_path)
    everyone = training(known.cases)
    own = sorted((case for case in everyone if case.organisation == organisation), key=day_of)
    if not own:
        names = sorted({case.organisation for case in everyone})
        raise InputError(
            f"the record has no organisation '{organisation}'",
            expected=", ".join(names),
            cure=closest(organisation, names),
        )
    history = fits(known, on_event).history
    column = history.organisations.index(organisation)
    told = [None if np.isnan(row[0]) else _Estimate(*row.tolist()) for row in history.known[:, column]]
    by_day = {day_of(case): case.case_id for case in own}
    first = day_of(own[0])
    curve = [
        Point(str(day), by_day.get(day, ""), estimate.mean, (estimate.low, estimate.high))
        for day, estimate in zip(history.days, told[1:], strict=True)
        if day >= first and estimate is not None
    ]
    marks = []
    for case in own:
        at = history.days.index(day_of(case))
        before, after = told[at], told[at + 1]
        marks.append(
            Mark(
                case.case_id,
                str(day_of(case)),
                case.request_made,
                case.acted,
                record.LADDER[case.ladder],
                None if before is None else before.mean,
                None if after is None else after.mean,
            )
        )
    return Precedent(organisation, tuple(curve), tuple(marks))
