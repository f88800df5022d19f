"""How long do they stay? Days from the first arrival to the end of the mission; see docs/timing-burden-exit.md."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from foedus import record
from foedus.csvfile import data_rows
from foedus.dates import DateInterval
from foedus.forecast import loglogistic, shipped
from foedus.forecast.timing import TRIGGERS, kind_of
from foedus.progress import Listener, silent

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from foedus.record import Case

    Array = NDArray[np.float64]

HORIZONS = {"30 days": 30.0, "1 year": 365.25, "10 years": 3652.5}
PREDICTORS = ("host_consent", "mandate_end", "lead_border", "organisation_led")
DRAWS = 400
SEED = 20220107
_START = (float(np.log(365.0)), 1.5)
_SCALE = (0.0, 0.4)
_SETTINGS = (PREDICTORS, TRIGGERS, DRAWS, SEED, _START, _SCALE, loglogistic.TAUS, len(loglogistic.GRID))


@dataclass(frozen=True, slots=True)
class Mission:
    """What the length of a mission may depend on; None = unknown. ``status`` and ``last_known`` say how it ended."""

    host_consent: bool | None = None
    mandate_end: bool | None = None
    lead_border: bool | None = None
    status: str = ""
    last_known: DateInterval | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Stay:
    """Days from the first arrival to the end, if troops come: the predictive distribution on a grid."""

    case_id: str
    mission: Mission
    curve: Array

    @property
    def quantiles(self) -> tuple[float, float, float]:
        """The days by which they are gone with a chance of 10, 50 and 90 %."""
        return loglogistic.quantiles(self.curve)

    def gone(self, days: float) -> float:
        """Chance that they are gone within so many days."""
        return loglogistic.reached(self.curve, days)

    def to_dict(self) -> dict[str, Any]:
        """Return quantiles and the chance that they are gone at each horizon."""
        return {
            "case_id": self.case_id,
            **dict(zip(("q10", "q50", "q90"), (round(q, 1) for q in self.quantiles), strict=True)),
            "gone": {name: round(self.gone(days), 4) for name, days in HORIZONS.items()},
            "host_consent": self.mission.host_consent,
            "mandate_end": self.mission.mandate_end,
            "lead_border": self.mission.lead_border,
            "source": self.mission.source,
        }


def stay(
    case: Case,
    record_path: record.AnyRecord = None,
    *,
    host_consent: bool | None = None,
    mandate_end: bool | None = None,
    lead_border: bool | None = None,
) -> Stay:
    """Return how long troops would stay in a case, from a fit without its crisis.

    Args:
        case: of the record or a new one.
        record_path: a record of your own; fitted anew.
        host_consent: the government in place asks; for a case of the record, what is coded there.
        mandate_end: the mandate names an end date.
        lead_border: the lead state borders the state in trouble.

    What is not known is averaged over and widens the answer.

    """
    known = _mission(case)
    asked = replace(
        known,
        host_consent=known.host_consent if host_consent is None else host_consent,
        mandate_end=known.mandate_end if mandate_end is None else mandate_end,
        lead_border=known.lead_border if lead_border is None else lead_border,
    )
    everyone = record.open_record(record_path)
    own = next((c for c in everyone.cases if c.case_id == case.case_id), None)
    if everyone.is_own and own == case and asked == known:
        data = _shipped()
        return Stay(case.case_id, asked, data["curves"][data["case_ids"].tolist().index(case.case_id)])
    held = case.group if any(c.group == case.group for c in rows(everyone.cases)) else None
    return Stay(case.case_id, asked, _model(everyone, held).curve(case, asked))


def stayed(case: Case, mission: Mission) -> tuple[float, float] | None:
    """Return the days from first arrival to end as an open interval (the end may be infinite), or None."""
    arrival, end = case.first_arrival_date, case.mission_end_date
    if arrival is None:
        return None
    if end is None and mission.status == "ended":
        end = mission.last_known
    if end is not None:
        low, high = (end.earliest - arrival.latest).days - 1, (end.latest - arrival.earliest).days + 1
        return (float(max(0, low)), float(high)) if high > 0 else None
    seen = {"running": record.closes(), "unknown": mission.last_known.earliest if mission.last_known else None}
    last = seen.get(mission.status)
    return None if last is None else (float(max(0, (last - arrival.latest).days)), float("inf"))


@lru_cache(maxsize=1)
def missions() -> dict[str, Mission]:
    """Return the coded missions of Foedus's own record by case."""
    flag = {"0": False, "1": True, "": None}
    return {
        row["case_id"]: Mission(
            flag[row["host_consent"]],
            flag[row["mandate_end"]],
            flag[row["lead_border"]],
            row["status"],
            DateInterval.parse(row["last_known"]) if row["last_known"] else None,
            row["source"],
        )
        for row in data_rows("foedus.forecast", "missions.csv")
    }


def _mission(case: Case) -> Mission:
    """Return what is coded of a case's mission; for a new case, that a government that asked consents."""
    return missions().get(case.case_id, Mission(host_consent=case.request_made or None))


def rows(cases: Sequence[Case]) -> list[Case]:
    """Return the cases that the model learns from: troops came, and something is known of how long they stayed."""
    return [case for case in cases if stayed(case, missions().get(case.case_id, Mission())) is not None]


@dataclass(frozen=True, slots=True)
class _Model:
    fitted: loglogistic.Fit
    organisations: tuple[str, ...]
    means: Array

    def curve(self, case: Case, mission: Mission) -> Array:
        f, k = self.fitted, len(PREDICTORS)
        rng = np.random.default_rng(SEED)
        x = _predictors(case, mission)
        # an unknown yes-or-no is drawn with the frequency that the rows show
        filled = np.where(np.isnan(x), rng.random((len(f.tau), k)) < self.means, x) - self.means
        trigger = f.location[:, 1 + k + TRIGGERS.index(case.trigger_kind)]
        location = f.location[:, 0] + (filled * f.location[:, 1 : 1 + k]).sum(axis=1) + trigger
        start = 1 + k + len(TRIGGERS)
        if case.organisation in self.organisations:
            location = location + f.location[:, start + self.organisations.index(case.organisation)]
        else:
            location = location + f.tau * rng.standard_normal(len(f.tau))
        return np.asarray(loglogistic.cumulative(f, location).mean(axis=0))


def fit(cases: Sequence[Case]) -> _Model:
    """Fit the model to the rows among some cases (about a second); InputError if they are too few."""
    known = rows(cases)
    shipped.enough(len(known), "a known length of the mission")
    coded = [missions().get(case.case_id, Mission()) for case in known]
    ends = np.array([stayed(case, mission) for case, mission in zip(known, coded, strict=True)])
    x = np.array([_predictors(case, mission) for case, mission in zip(known, coded, strict=True)])
    coded_rows = (~np.isnan(x)).sum(axis=0)
    means = np.where(coded_rows > 0, np.nansum(x, axis=0) / np.maximum(coded_rows, 1), 0.5)
    organisations = tuple(sorted({case.organisation for case in known}))
    columns = np.hstack(
        [
            np.ones((len(known), 1)),
            np.where(np.isnan(x), 0.0, x - means),
            np.equal.outer(np.array([c.trigger_kind for c in known]), np.array(TRIGGERS)).astype(float),
            np.equal.outer(np.array([c.organisation for c in known]), np.array(organisations)).astype(float),
        ]
    )
    mean, spread = np.zeros(columns.shape[1]), np.zeros(columns.shape[1])
    mean[0], spread[0], spread[1 : 1 + len(PREDICTORS)] = _START[0], _START[1], 1.0
    with np.errstate(divide="ignore"):
        times = loglogistic.Times(np.log(ends[:, 0]), np.log(ends[:, 1]), loglogistic.Design(columns, mean, spread))
    return _Model(loglogistic.fit(times, _SCALE, DRAWS, SEED), organisations, means)


def _predictors(case: Case, mission: Mission) -> list[float]:
    values = (mission.host_consent, mission.mandate_end, mission.lead_border, kind_of(case.organisation) != "ally")
    return [float("nan") if value is None else float(value) for value in values]


def compute(record_path: record.AnyRecord = None, on_event: Listener = silent) -> dict[str, Any]:
    """Fit once without each crisis and once with all; return the arrays that ``ship`` stores."""
    everyone = record.cases(record_path)

    def curve(model: _Model, case: Case) -> Array:
        return model.curve(case, _mission(case))

    full, curves = shipped.leave_out("exit", everyone, rows(everyone), fit, curve, on_event)
    f = full.fitted
    return {
        "case_ids": np.array([case.case_id for case in everyone]),
        "curves": curves,
        "organisations": np.array(full.organisations),
        "means": full.means,
        "location": f.location,
        "scale": f.scale,
        "tau": f.tau,
        "r_hat": np.array(f.r_hat),
    }


def ship(on_event: Listener = silent) -> Path:
    """Compute the results for Foedus's own record and store them beside the code (about a minute)."""
    path = shipped.write("exit", _mark(), compute(None, on_event))
    _shipped.cache_clear()
    return path


def held_out(record_path: record.AnyRecord = None, on_event: Listener = silent) -> tuple[tuple[str, ...], Array]:
    """Return case ids and their held-out curves on the grid [case, point]."""
    known = record.open_record(record_path)
    data = _shipped() if known.is_own else compute(known, on_event)
    return tuple(data["case_ids"].tolist()), data["curves"]


def effects() -> tuple[dict[str, Any], ...]:
    """Return what each predictor does to the length of a mission: ratio of times, with its 90 % interval."""
    labels = {
        "host_consent": "the government in place asked",
        "mandate_end": "the mandate named an end date",
        "lead_border": "the lead state borders the state in trouble",
        "organisation_led": "an organisation, not a single ally",
    }
    slopes = _shipped()["location"][:, 1 : 1 + len(PREDICTORS)]
    found = []
    for name, draws in zip(PREDICTORS, slopes.T, strict=True):
        low, middle, high = np.exp(np.quantile(draws, [0.05, 0.5, 0.95]))
        interval = [float(low), float(high)]
        found.append({"predictor": name, "label": labels[name], "ratio": float(middle), "interval": interval})
    return tuple(found)


def _mark() -> shipped.Mark:
    coded = [(case, _mission(case)) for case in record.cases()]
    seen = [(c.case_id, c.trigger_kind, _predictors(c, mission), stayed(c, mission)) for c, mission in coded]
    return shipped.mark(_SETTINGS, seen)


def r_hat() -> float:
    """Return the largest R-hat of the stored fit to all cases; near 1 when its chains agree."""
    return float(_shipped()["r_hat"])


@lru_cache(maxsize=1)
def _shipped() -> dict[str, Any]:
    return shipped.read("exit", _mark())


@lru_cache(maxsize=32)
def _model(known: record.Record, group: str | None) -> _Model:
    if known.is_own and group is None:
        data, none = _shipped(), np.zeros(0)
        fitted = loglogistic.Fit(data["location"], data["scale"], data["tau"], none, none, none, float(data["r_hat"]))
        return _Model(fitted, tuple(data["organisations"].tolist()), data["means"])
    return fit([case for case in known.cases if case.group != group])
