"""The fitted model with and without each crisis: computed, shipped with the record's hash, loaded."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from foedus import record
from foedus.errors import RunError
from foedus.forecast import ordered
from foedus.forecast.call import Call
from foedus.forecast.ordered import Fit
from foedus.forecast.predictors import NAMES, PRIOR, matrix
from foedus.forecast.response import ACTED, DRAWS, LEVELS, SEED, Response, acting, ladder, learn, seed_of
from foedus.forecast.shipped import digest, law_changed, put, stored_arrays
from foedus.forecast.shipped import fingerprint as settings_hash
from foedus.progress import Event, Listener, silent
from foedus.shown import brief

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from foedus.dates import DateInterval
    from foedus.record import Case

SHIPPED = Path(str(resources.files("foedus.forecast").joinpath("draws.npz")))
WHOLE = ""
"""Name of the fit that saw every crisis."""
FEWEST = 15
"""Earlier cases that a rolling forecast needs."""
SCHEMES = ("crisis", "organisation", "rolling", "alternatives")


@dataclass(frozen=True, slots=True)
class History:
    """How likely each organisation was to act on its calls, as it could be known before each day of a call.

    ``known`` [day + 1, organisation, 3]: mean, 5 % and 95 %; the last row knows every call; NaN = too few to say.
    """

    __repr__ = brief

    days: tuple[dt.date, ...]
    organisations: tuple[str, ...]
    known: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Fits:
    """Fits of one record and the held-out forecasts that come from them.

    ``folds``: by crisis left out (``WHOLE``: none). ``held_out``: by scheme, chance of each level [case, level] for
    all cases of the record; NaN where the scheme has none. ``bounds``: 5 % and 95 % of P(act) [case, 2], leaving one
    crisis out. ``x``: predictors of the organisation cases, in the record's order [case, predictor]. ``bounds_then``
    [case, 2] and ``slopes_then`` [case, predictor]: interval of P(act) and mean slopes from earlier cases only.
    """

    __repr__ = brief

    record_hash: str
    predictor_hash: str
    case_ids: tuple[str, ...]
    folds: Mapping[str, Response]
    held_out: Mapping[str, NDArray[np.float64]]
    bounds: NDArray[np.float64]
    history: History
    x: NDArray[np.float64]
    bounds_then: NDArray[np.float64]
    slopes_then: NDArray[np.float64]

    def without(self, group: str | None) -> Response:
        """Return the fit without a crisis (the whole fit for a crisis that no fit has seen)."""
        return self.folds.get(group or WHOLE) or self.folds[WHOLE]


def fits(record_path: record.AnyRecord = None, on_event: Listener = silent) -> Fits:
    """Return the fits of a record: the shipped ones for Foedus's own, else a fresh computation (a minute or two).

    Raises:
        RunError: the shipped draws come from another record or other settings, or the law has changed since.
        InputError: the record is not in order.

    """
    known = record.open_record(record_path)
    if not known.is_own:
        return _computed(known, on_event)
    shipped = _shipped()
    if shipped.record_hash != fingerprint():
        raise RunError(
            "the shipped forecast draws do not belong to this record",
            file=SHIPPED,
            found=f"draws of {shipped.record_hash[:12]}",
            expected=f"draws of {fingerprint()[:12]}",
            cure="run `foedus forecast fit`",
        )
    if shipped.predictor_hash != predictor_hash(known):
        raise law_changed(SHIPPED, _moved(shipped.x, known.cases))
    return shipped


def fit_without(group: str | None, record_path: record.AnyRecord = None) -> Response:
    """Return one fit: of the shipped ones, or of a record of your own (a third of a second)."""
    known = record.open_record(record_path)
    return fits().without(group) if known.is_own else _one(known, group or WHOLE)


def predictors_of(record_path: record.AnyRecord = None) -> NDArray[np.float64]:
    """Return the predictors of a record's organisation cases, in its order [case, predictor]."""
    known = record.open_record(record_path)
    return fits().x if known.is_own else matrix([Call.of(case) for case in training(known.cases)])


def training(cases: Sequence[Case], group: str = WHOLE) -> list[Case]:
    """Return the organisation cases of other crises; comparators never count."""
    return [case for case in cases if case.is_organisation and case.group != group]


def compute(record_path: record.AnyRecord = None, on_event: Listener = silent) -> Fits:
    """Fit without each crisis, without each organisation, from earlier cases only, and with disputed codings turned."""
    known_record = record.open_record(record_path)
    everyone = known_record.cases
    disputed = recoded(everyone)
    own = training(everyone)
    days = sorted({day_of(case) for case in own})
    crises = sorted({case.group for case in own})
    organisations = sorted({case.organisation for case in own})
    total, done = 1 + 2 * len(crises) + len(organisations) + len(days), 0

    def fit(cases: Sequence[Case]) -> Response:
        nonlocal done
        done += 1
        on_event(Event("progress", "forecast", done, total))
        return learn(cases)

    folds = {group: fit(training(everyone, group)) for group in (WHOLE, *crises)}
    found = {scheme: np.full((len(everyone), LEVELS), np.nan) for scheme in SCHEMES}
    bounds = np.empty((len(everyone), 2))
    x = matrix([Call.of(case) for case in everyone])
    for i, case in enumerate(everyone):
        chances = ladder(folds.get(case.group) or folds[WHOLE], x[i], case.organisation, seed_of(case.case_id))
        found["crisis"][i] = chances.mean(axis=0)
        bounds[i] = _bounds(chances)
    for name in organisations:
        touched = {case.group for case in own if case.organisation == name}
        fitted = fit([case for case in own if case.group not in touched])
        _put(found["organisation"], fitted, everyone, x, [c.organisation == name for c in everyone])
    known = np.full((len(days) + 1, len(organisations), 3), np.nan)
    bounds_then, slopes_then = np.full((len(everyone), 2), np.nan), np.full((len(everyone), len(NAMES)), np.nan)
    for k, day in enumerate(days):
        earlier = before(own, day)
        if len(earlier) < FEWEST:
            continue
        fitted = fit(earlier)
        known[k] = [_yardstick(fitted, own, name) for name in organisations]
        for i, case in enumerate(everyone):
            if case.is_organisation and day_of(case) == day:
                chances = ladder(fitted, x[i], case.organisation, seed_of(case.case_id))
                found["rolling"][i] = chances.mean(axis=0)
                bounds_then[i], slopes_then[i] = _bounds(chances), fitted.act.slopes.mean(axis=0)
    known[-1] = [_yardstick(folds[WHOLE], own, name) for name in organisations]
    other = matrix([Call.of(case) for case in disputed])
    for group in crises:
        fitted = fit(training(disputed, group))
        _put(found["alternatives"], fitted, disputed, other, [c.group == group for c in disputed])
    on_event(Event("progress", "forecast", total, total))
    names = tuple(case.case_id for case in everyone)
    history = History(tuple(days), tuple(organisations), known)
    own_x = matrix([Call.of(case) for case in own])
    return Fits(
        fingerprint(known_record), predictor_hash(known_record), names, folds, found, bounds, history, own_x,
        bounds_then, slopes_then,
    )  # fmt: skip


def day_of(case: Case) -> dt.date:
    """Return the first possible day of the call."""
    return call_date(case).earliest


def call_date(case: Case) -> DateInterval:
    """Return the day of the request, else of the beginning of the crisis, as exactly as it is known."""
    return case.request_date or case.crisis_start


def before(cases: Sequence[Case], day: dt.date) -> list[Case]:
    """Return the cases that were surely called before a day."""
    return [case for case in cases if call_date(case).latest < day]


def _bounds(chances: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return 5 % and 95 % of the chance to act, from chances of each level [draw, level]."""
    bounds: NDArray[np.float64] = np.quantile(chances[:, ACTED:].sum(axis=1), [0.05, 0.95])
    return bounds


def _put(
    into: NDArray[np.float64],
    fitted: Response,
    cases: Sequence[Case],
    x: NDArray[np.float64],
    wanted: Sequence[bool],
) -> None:
    """Write the mean chances of the wanted cases into their rows."""
    for i, case in enumerate(cases):
        if wanted[i]:
            into[i] = ladder(fitted, x[i], case.organisation, seed_of(case.case_id)).mean(axis=0)


def _yardstick(fitted: Response, own: Sequence[Case], organisation: str) -> tuple[float, float, float]:
    """Return the chance to act, and its 90 % interval, averaged over an organisation's own calls.

    Each counts as if it had been made by request and against no member, so that only what was known moves it.
    """
    calls = [Call.of(case) for case in own if case.organisation == organisation]
    x = matrix([replace(call, request_made=True, adversary_is_member=False) for call in calls])
    draws = np.mean([acting(fitted, row, organisation, seed_of(organisation)) for row in x], axis=0)
    low, high = np.quantile(draws, [0.05, 0.95])
    return float(draws.mean()), float(low), float(high)


def recoded(cases: Sequence[Case]) -> tuple[Case, ...]:
    """Return the cases with every disputed coding of an outcome, a request or an adversary read the other way."""
    return tuple(case.model_copy(update=_other_way(case)) for case in cases)


def _other_way(case: Case) -> dict[str, Any]:
    changed: dict[str, Any] = {
        column: value == "1"
        for column, value, _ in case.alternatives
        if column in ("acted", "request_made", "adversary_is_member")
    }
    if changed.get("acted") and case.outcome not in ("force_deployed", "limited_support"):
        changed["outcome"] = "force_deployed"
    if changed.get("request_made") is False:
        changed["request_date"] = None
    return changed


def fingerprint(record_path: record.AnyRecord = None) -> str:
    """Return a hash of the record and of the model's settings."""
    settings = (
        NAMES, PRIOR.expected.tolist(), PRIOR.spread.tolist(), ordered.TAUS, ordered.SIGMAS, ordered.FILLINGS,
        ordered.CUT_SPREAD, ordered.HALF_NORMAL, DRAWS, SEED,
    )  # fmt: skip
    return settings_hash(settings, record_path)


@lru_cache(maxsize=4)
def predictor_hash(known: record.Record) -> str:
    """Return a hash of what the law and the coded data give for every call of a record, in every coding of it."""
    codings = (known.cases, recoded(known.cases))
    return digest(matrix([Call.of(case) for case in cases]) for cases in codings)


def _moved(stored: NDArray[np.float64], cases: Sequence[Case]) -> str:
    """Return in words where the predictors are not those of the fit any more: the first call and how many others."""
    own = training(cases)
    now = matrix([Call.of(case) for case in own])
    if now.shape != stored.shape:
        return f"predictors of {len(stored)} calls"
    rows, columns = np.nonzero(~np.isclose(now, stored, rtol=0, atol=1e-5, equal_nan=True))
    if not len(rows):
        return "other predictors of a disputed coding, or of a comparator"
    i, k = rows[0], columns[0]
    more = len(np.unique(rows)) - 1
    others = f", and {more} calls more" if more > 1 else ", and a call more" if more else ""
    return f"{own[i].case_id}: '{NAMES[k]}' is {now[i, k]:g}, fitted with {stored[i, k]:g}{others}"


def ship(on_event: Listener = silent) -> Path:
    """Compute the fits of Foedus's own record and store them beside the code; return the file."""
    found = compute(None, on_event)
    names = list(found.folds)
    whole = found.folds[WHOLE].act.organisations
    arrays: dict[str, Any] = {
        "record_hash": np.array(found.record_hash),
        "predictor_hash": np.array(found.predictor_hash),
        "case_ids": np.array(found.case_ids),
        "folds": np.array(names),
        "organisations": np.array(whole),
        "bounds": found.bounds.astype(np.float32),
        "days": np.array([str(day) for day in found.history.days]),
        "known": found.history.known.astype(np.float32),
        "x": found.x.astype(np.float32),
        "bounds_then": found.bounds_then.astype(np.float32),
        "slopes_then": found.slopes_then.astype(np.float32),
    }
    arrays |= {f"held_out_{scheme}": values.astype(np.float32) for scheme, values in found.held_out.items()}
    for part in ("act", "short", "long"):
        for field in ("cuts", "slopes", "tau", "sigma", "effects"):
            if part == "act" or field in ("cuts", "slopes"):
                values = [_spread(getattr(fold, part), field, whole) for fold in found.folds.values()]
                arrays[f"{part}_{field}"] = np.stack(values).astype(np.float16)
    put(SHIPPED, np.savez, arrays)
    _shipped.cache_clear()
    return SHIPPED


def _spread(fit: Fit, field: str, organisations: tuple[str, ...]) -> NDArray[np.float64]:
    """Return a fit's draws; effects get a column for each organisation, NaN where the fit has not seen it."""
    values: NDArray[np.float64] = getattr(fit, field)
    if field != "effects":
        return values
    wide = np.full((len(values), len(organisations)), np.nan)
    wide[:, [organisations.index(name) for name in fit.organisations]] = values
    return wide


@lru_cache(maxsize=1)
def _shipped() -> Fits:
    stored = stored_arrays(SHIPPED, "reinstall Foedus")
    try:
        return _unpack(stored)
    except (KeyError, ValueError, IndexError) as error:
        raise RunError("the shipped forecast draws cannot be read", file=SHIPPED, cure="reinstall Foedus") from error


def _unpack(stored: dict[str, Any]) -> Fits:
    organisations = stored["organisations"]
    own = [case.group for case in training(record.cases())] if len(stored["x"]) else []
    groups = np.array(own)
    complete = ~np.isnan(stored["x"]).any(axis=1)
    if len(groups) != len(complete):  # another record: the caller compares the hashes and says so
        groups = np.resize(groups, len(complete))
    folds = {}
    for number, name in enumerate(stored["folds"].tolist()):
        donors = stored["x"][complete & (groups != name)].astype(np.float64)
        draws = {key: values[number] for key, values in stored.items() if values.dtype == np.float16}
        folds[name] = Response(
            **{part: _fold(draws, part, organisations, donors) for part in (f.name for f in fields(Response))}
        )
    return Fits(
        str(stored["record_hash"]),
        str(stored.get("predictor_hash")),
        tuple(stored["case_ids"].tolist()),
        folds,
        {scheme: stored[f"held_out_{scheme}"].astype(np.float64) for scheme in SCHEMES},
        stored["bounds"].astype(np.float64),
        History(
            tuple(dt.date.fromisoformat(day) for day in stored["days"].tolist()),
            tuple(organisations.tolist()),
            stored["known"].astype(np.float64),
        ),
        *(stored[name].astype(np.float64) for name in ("x", "bounds_then", "slopes_then")),
    )


def _fold(draws: dict[str, Any], part: str, organisations: Any, donors: NDArray[np.float64]) -> Fit:
    cuts, slopes = (draws[f"{part}_{field}"].astype(np.float64) for field in ("cuts", "slopes"))
    if part != "act":
        none = np.zeros(len(cuts))
        return Fit(cuts, slopes, np.empty((len(cuts), 0)), none, none, (), donors)
    effects = draws["act_effects"].astype(np.float64)
    seen = ~np.isnan(effects[0])
    return Fit(
        cuts,
        slopes,
        effects[:, seen],
        draws["act_tau"].astype(np.float64),
        draws["act_sigma"].astype(np.float64),
        tuple(organisations[seen].tolist()),
        donors,
    )


@lru_cache(maxsize=4)
def _computed(known: record.Record, on_event: Listener) -> Fits:
    return compute(known, on_event)


@lru_cache(maxsize=16)
def _one(known: record.Record, group: str) -> Response:
    return learn(training(known.cases, group))
