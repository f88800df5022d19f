"""How fast? Days from the call to the first troops, if they come; see docs/timing-burden-exit.md."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, get_args

import numpy as np

from foedus import record
from foedus.forecast import loglogistic, shipped
from foedus.progress import Listener, silent
from foedus.record.model import Trigger

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from foedus.record import Case

    Array = NDArray[np.float64]

KINDS = ("organisation", "ally", "un")
TRIGGERS: tuple[str, ...] = get_args(Trigger)
DRAWS = 400
SEED = 20220106
_SCALE = (float(np.log(0.7)), 0.3)
_START = (float(np.log(30.0)), 1.0)
_ALERT = (0.0, 1.5)
_SETTINGS = (KINDS, TRIGGERS, DRAWS, SEED, _SCALE, _START, _ALERT, loglogistic.TAUS, len(loglogistic.GRID))


@dataclass(frozen=True, slots=True)
class Days:
    """Days from the call to the first arrival, if troops come: the predictive distribution on a grid."""

    curve: Array

    @property
    def quantiles(self) -> tuple[float, float, float]:
        """The days by which they have arrived with a chance of 10, 50 and 90 %."""
        return loglogistic.quantiles(self.curve)

    def within(self, days: float) -> float:
        """Chance that the first troops arrive within so many days."""
        return loglogistic.reached(self.curve, days)

    def to_dict(self) -> dict[str, float]:
        """Return ``q10``, ``q50`` and ``q90``."""
        return dict(zip(("q10", "q50", "q90"), (round(q, 2) for q in self.quantiles), strict=True))


def days(case: Case, record_path: record.AnyRecord = None) -> Days:
    """Return how fast troops would come in a case, from a fit without its crisis.

    Depends on the organisation (or the kind of comparator) and on the trigger; an organisation that no row with
    dates knows gets the pooled effect and a wider answer.

    Raises:
        RunError: the shipped results belong to another record.
        InputError: the record is not in order.

    """
    return _answers(record.open_record(record_path))(case.case_id, case.organisation, case.trigger_kind, case.group)


def waited(case: Case) -> tuple[float, float] | None:
    """Return the days between call and first arrival as an open interval, or None if a date is missing.

    A call in the course of one day and an arrival in the course of the next are 0 to 2 days apart.
    """
    if case.request_date is None or case.first_arrival_date is None:
        return None
    low = (case.first_arrival_date.earliest - case.request_date.latest).days - 1
    high = (case.first_arrival_date.latest - case.request_date.earliest).days + 1
    return (float(max(0, low)), float(high)) if high > 0 else None


def seen(case: Case, record_path: record.AnyRecord = None) -> bool:
    """Whether another crisis shows how fast this organisation (or kind of comparator) comes."""
    return any(c.organisation == case.organisation and c.group != case.group for c in rows(record.cases(record_path)))


def kind_of(organisation: str) -> str:
    """Return the kind of helper: an organisation, a single ally, or the United Nations."""
    return {"bilateral": "ally", "guarantee": "ally", "un": "un"}.get(organisation, "organisation")


@dataclass(frozen=True, slots=True)
class _Model:
    fitted: loglogistic.Fit
    organisations: tuple[str, ...]

    def curve(self, organisation: str, trigger: str) -> Array:
        kind, index = KINDS.index(kind_of(organisation)), TRIGGERS.index(trigger)
        f, start = self.fitted, 1 + len(KINDS) + len(TRIGGERS)
        location = f.location[:, 0] + f.location[:, 1 + kind] + f.location[:, 1 + len(KINDS) + index]
        if organisation in self.organisations:
            location = location + f.location[:, start + self.organisations.index(organisation)]
        elif kind_of(organisation) == "organisation":
            location = location + f.tau * np.random.default_rng(SEED).standard_normal(len(f.tau))
        ready = f.ready[:, 0] + f.ready[:, 1 + kind] + f.ready[:, 1 + len(KINDS) + index]
        return np.asarray(loglogistic.cumulative(f, location, ready).mean(axis=0))


def rows(cases: Sequence[Case]) -> list[Case]:
    """Return the cases that the model learns from: acted, with the days known within an interval."""
    return [case for case in cases if case.acted and waited(case) is not None]


def fit(cases: Sequence[Case]) -> _Model:
    """Fit the model to the rows among some cases (about a second); InputError if they are too few."""
    known = rows(cases)
    shipped.enough(len(known), "the days from call to arrival")
    organisations = tuple(sorted({c.organisation for c in known if kind_of(c.organisation) == "organisation"}))
    ends = np.array([waited(case) for case in known])
    with np.errstate(divide="ignore"):
        low, high = np.log(ends[:, 0]), np.log(ends[:, 1])
    one = np.ones((len(known), 1))
    kinds = np.equal.outer(np.array([kind_of(c.organisation) for c in known]), np.array(KINDS)).astype(float)
    triggers = np.equal.outer(np.array([c.trigger_kind for c in known]), np.array(TRIGGERS)).astype(float)
    own = np.equal.outer(np.array([c.organisation for c in known]), np.array(organisations)).astype(float)

    def design(columns: list[Array], first: tuple[float, float]) -> loglogistic.Design:
        x = np.hstack([one, *columns])
        mean, spread = np.zeros(x.shape[1]), np.zeros(x.shape[1])
        mean[0], spread[0] = first
        return loglogistic.Design(x, mean, spread)

    times = loglogistic.Times(low, high, design([kinds, triggers, own], _START), design([kinds, triggers], _ALERT))
    return _Model(loglogistic.fit(times, _SCALE, DRAWS, SEED), organisations)


def compute(record_path: record.AnyRecord = None, on_event: Listener = silent) -> dict[str, Any]:
    """Fit once without each crisis and once with all; return the arrays that ``ship`` stores."""
    everyone = record.cases(record_path)

    def curve(model: _Model, case: Case) -> Array:
        return model.curve(case.organisation, case.trigger_kind)

    full, curves = shipped.leave_out("timing", everyone, rows(everyone), fit, curve, on_event)
    f = full.fitted
    return {
        "case_ids": np.array([case.case_id for case in everyone]),
        "curves": curves,
        "organisations": np.array(full.organisations),
        "location": f.location,
        "scale": f.scale,
        "tau": f.tau,
        "ready": f.ready,
        "ready_location": f.ready_location,
        "ready_scale": f.ready_scale,
        "r_hat": np.array(f.r_hat),
    }


def ship(on_event: Listener = silent) -> Path:
    """Compute the results for Foedus's own record and store them beside the code (about 15 seconds)."""
    path = shipped.write("timing", _mark(), compute(None, on_event))
    _shipped.cache_clear()
    _answers.cache_clear()
    return path


def held_out(record_path: record.AnyRecord = None, on_event: Listener = silent) -> tuple[tuple[str, ...], Array]:
    """Return case ids and their held-out curves on the grid [case, point]."""
    known = record.open_record(record_path)
    data = _shipped() if known.is_own else compute(known, on_event)
    return tuple(data["case_ids"].tolist()), data["curves"]


def r_hat() -> float:
    """Return the largest R-hat of the stored fit to all cases; near 1 when its chains agree."""
    return float(_shipped()["r_hat"])


@lru_cache(maxsize=1)
def _shipped() -> dict[str, Any]:
    return shipped.read("timing", _mark())


def _mark() -> shipped.Mark:
    everyone = record.cases()
    seen = [(c.case_id, kind_of(c.organisation), c.trigger_kind, waited(c) if c.acted else None) for c in everyone]
    return shipped.mark(_SETTINGS, seen)


@lru_cache(maxsize=8)
def _answers(known: record.Record) -> Callable[[str, str, str, str], Days]:
    """Return what answers from a record, each answer worked out once; a record is kept as long as few others came."""
    return lru_cache(maxsize=4096)(partial(_days, known))


def _days(known: record.Record, case_id: str, organisation: str, trigger: str, group: str) -> Days:
    own = next((case for case in known.cases if case.case_id == case_id), None)
    if known.is_own and own is not None and (own.organisation, own.trigger_kind) == (organisation, trigger):
        data = _shipped()
        return Days(data["curves"][data["case_ids"].tolist().index(case_id)])
    held = group if any(case.group == group for case in rows(known.cases)) else None
    return Days(_model(known, held).curve(organisation, trigger))


@lru_cache(maxsize=32)
def _model(known: record.Record, group: str | None) -> _Model:
    if known.is_own and group is None:
        data = _shipped()
        fitted = loglogistic.Fit(
            data["location"], data["scale"], data["tau"], data["ready"], data["ready_location"],
            data["ready_scale"], float(data["r_hat"]),
        )  # fmt: skip
        return _Model(fitted, tuple(data["organisations"].tolist()))
    return fit([case for case in known.cases if case.group != group])
