"""The track record: every scheme, metric and baseline, computed from the stored held-out forecasts."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from foedus import record
from foedus.errors import InputError
from foedus.forecast.baselines import baselines
from foedus.forecast.folds import FEWEST, Fits, fits, recoded
from foedus.forecast.scores import brier, log_score, ranked_probability
from foedus.forecast.standings import beside_rules
from foedus.forecast.timescore import timing_skill
from foedus.progress import Listener, silent
from foedus.shown import brief

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from foedus.record import Case

    Array = NDArray[np.float64]

RESAMPLES = 4000
_SEED = 19550514
BINS = 5
_FEWEST = 2 * FEWEST
"""Crises that a record needs before its forecasts are scored."""
_LABELS = {
    "crisis": "leave one crisis out",
    "organisation": "leave one organisation out",
    "rolling": "rolling origin (earlier cases only)",
    "alternatives": "leave one crisis out, disputed codings the other way",
}
REFERENCES = ("pooled rate", "request by adversary", "plain ridge logit")
TARGET = {"brier": 0.185, "log_score": 0.565}


@dataclass(frozen=True, slots=True)
class Estimate:
    """A score with its 90 % cluster-bootstrap interval over crises."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Track:
    """Everything the page shows, as plain values; ``to_dict`` is the ``--json`` form."""

    __repr__ = brief

    schemes: tuple[dict[str, Any], ...]
    baselines: tuple[dict[str, Any], ...]
    differences: tuple[dict[str, Any], ...]
    calibration: dict[str, Any]
    bins: tuple[dict[str, Any], ...]
    by_organisation: tuple[dict[str, Any], ...]
    by_era: tuple[dict[str, Any], ...]
    ledger: tuple[dict[str, Any], ...]
    targets: dict[str, float]
    days: tuple[dict[str, Any], ...]
    """Scores of the days to the first arrival; empty for a record of one's own, whose times are not fitted here."""

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self)


def track(record_path: record.AnyRecord = None, on_event: Listener = silent) -> Track:
    """Score the held-out forecasts of a record (its own fits take a minute or two).

    Raises:
        RunError: the shipped draws belong to another record.
        InputError: the record is not in order, or too small to say anything.

    """
    known = record.open_record(record_path)
    everyone = known.cases
    rows = [i for i, case in enumerate(everyone) if case.is_organisation]
    cases = [everyone[i] for i in rows]
    if len({case.group for case in cases}) < _FEWEST or len({case.acted for case in cases}) < 2:
        raise InputError(
            "this record is too small to score forecasts on",
            file=known.path,
            found=f"{len(cases)} organisation cases of {len({case.group for case in cases})} crises",
            expected=f"{_FEWEST} crises or more, some acted on and some not",
        )
    found = fits(known, on_event)
    acted = np.array([case.acted for case in cases], dtype=float)
    p = found.held_out["crisis"][rows, 3:].sum(axis=1)
    rivals = baselines(cases)
    groups = np.array([case.group for case in cases])
    draws = _resamples(groups)
    return Track(
        schemes=tuple(_scheme(name, everyone, found, rows) for name in _LABELS),
        baselines=tuple(
            {"baseline": name, "brier": brier(q, acted), "log_score": log_score(q, acted)} for name, q in rivals.items()
        ),
        differences=tuple(_difference(name, p, rivals[name], acted, draws) for name in REFERENCES),
        calibration=_calibration(p, acted),
        bins=tuple(_bins(p, acted)),
        by_organisation=tuple(_by(lambda case: case.organisation, cases, p, rivals, acted)),
        by_era=tuple(_by(_era, cases, p, rivals, acted)),
        ledger=tuple(_ledger(cases, rows, found, acted)),
        targets=TARGET,
        days=tuple(skill.to_dict() for skill in timing_skill()) if known.is_own else (),
    )


def _scheme(name: str, everyone: Sequence[Case], found: Fits, rows: Sequence[int]) -> dict[str, Any]:
    coded = recoded(everyone) if name == "alternatives" else everyone
    chances = found.held_out[name]
    kept = [i for i in rows if not np.isnan(chances[i, 0])]
    cases = [coded[i] for i in kept]
    acted = np.array([case.acted for case in cases], dtype=float)
    level = np.array([case.ladder for case in cases], dtype=np.int64)
    p = chances[kept, 3:].sum(axis=1)
    draws = _resamples(np.array([case.group for case in cases]))
    return {
        "scheme": _LABELS[name],
        "n": len(kept),
        "acted": int(acted.sum()),
        "brier": asdict(_estimate((p - acted) ** 2, draws)),
        "log_score": asdict(_estimate(-np.log(np.where(acted > 0.5, p, 1 - p)), draws)),
        "rps": ranked_probability(chances[kept], level),
        "rps_base_rates": ranked_probability(_ladder_rates(cases), level),
    }


def _ladder_rates(cases: Sequence[Case]) -> Array:
    """Return the shares of the levels among the cases of other crises [case, level]."""
    groups = np.array([case.group for case in cases])
    levels = np.eye(5)[[case.ladder for case in cases]]
    return np.array([levels[groups != group].mean(axis=0) for group in groups])


def _resamples(groups: NDArray[np.str_]) -> Array:
    """Return weights [resample, case]: crises drawn with replacement, all rows of a crisis together."""
    names, index = np.unique(groups, return_inverse=True)
    drawn = np.random.default_rng(_SEED).multinomial(len(names), np.full(len(names), 1 / len(names)), RESAMPLES)
    weights: Array = drawn[:, index].astype(float)
    return weights


def _estimate(losses: Array, draws: Array) -> Estimate:
    means = draws @ losses / draws.sum(axis=1)
    low, high = np.quantile(means, [0.05, 0.95])
    return Estimate(float(losses.mean()), float(low), float(high))


def _difference(name: str, p: Array, q: Array, acted: Array, draws: Array) -> dict[str, Any]:
    def log_loss(chance: Array) -> Array:
        loss: Array = -np.log(np.where(acted > 0.5, chance, 1 - chance))
        return loss

    return {
        "against": name,
        "brier": asdict(_estimate((p - acted) ** 2 - (q - acted) ** 2, draws)),
        "log_score": asdict(_estimate(log_loss(p) - log_loss(q), draws)),
    }


def _calibration(p: Array, acted: Array) -> dict[str, Any]:
    """Return intercept and slope of a logit of what happened on the forecast log odds (Cox 1958), and Murphy 1973."""
    x = np.column_stack([np.ones(len(p)), np.log(p / (1 - p))])
    theta = np.array([0.0, 1.0])
    for _ in range(50):
        fitted = 1 / (1 + np.exp(-x @ theta))
        information = x.T @ ((fitted * (1 - fitted))[:, None] * x)
        step = np.linalg.solve(information, x.T @ (acted - fitted))
        theta = theta + step
        if np.abs(step).max() < 1e-10:
            break
    errors = np.sqrt(np.diag(np.linalg.inv(information)))
    parts = _bins(p, acted)
    base = acted.mean()
    weights = np.array([part["n"] for part in parts]) / len(p)
    said = np.array([part["forecast"] for part in parts])
    seen = np.array([part["acted"] for part in parts])
    return {
        "intercept": _wald(theta[0], errors[0]),
        "slope": _wald(theta[1], errors[1]),
        "reliability": float(weights @ (said - seen) ** 2),
        "resolution": float(weights @ (seen - base) ** 2),
        "uncertainty": float(base * (1 - base)),
    }


def _wald(value: float, error: float) -> dict[str, float]:
    return {"value": float(value), "low": float(value - 1.645 * error), "high": float(value + 1.645 * error)}


def _bins(p: Array, acted: Array) -> list[dict[str, Any]]:
    """Return equally filled bins: mean forecast, share acted with its 90 % interval (Wilson 1927), and size."""
    parts = np.array_split(np.argsort(p, kind="stable"), BINS)
    return [
        {"n": len(part), "forecast": float(p[part].mean()), "acted": float(acted[part].mean())}
        | dict(zip(("low", "high"), _wilson(float(acted[part].sum()), len(part)), strict=True))
        for part in parts
    ]


def _wilson(k: float, n: int, z: float = 1.645) -> tuple[float, float]:
    centre = (k + z**2 / 2) / (n + z**2)
    half = z * np.sqrt(k * (n - k) / n + z**2 / 4) / (n + z**2)
    return float(centre - half), float(centre + half)


def _era(case: Case) -> str:
    year = case.crisis_start.earliest.year
    return "1945-1989" if year < 1990 else "1990-2009" if year < 2010 else "2010-2024"


def _by(
    key: Callable[[Case], str], cases: Sequence[Case], p: Array, rivals: dict[str, Array], acted: Array
) -> list[dict[str, Any]]:
    names = [key(case) for case in cases]
    groups = np.array([case.group for case in cases])
    found = []
    for name in sorted(set(names), key=lambda name: (-names.count(name), name)):
        part = np.array([other == name for other in names])
        found.append(
            {
                "name": name,
                "n": int(part.sum()),
                "acted": int(acted[part].sum()),
                "mean_forecast": float(p[part].mean()),
                "brier": brier(p[part], acted[part]),
            }
            | {f"brier_{rival}": brier(rivals[rival][part], acted[part]) for rival in REFERENCES}
            | beside_rules(p[part], {rival: q[part] for rival, q in rivals.items()}, acted[part], groups[part])
        )
    return found


def _ledger(cases: Sequence[Case], rows: Sequence[int], found: Fits, acted: Array) -> list[dict[str, Any]]:
    chances = {scheme: found.held_out[scheme][rows, 3:].sum(axis=1) for scheme in ("crisis", "rolling")}
    return [
        {
            "case_id": case.case_id,
            "organisation": case.organisation,
            "began": str(case.crisis_start),
            "request": case.request_made,
            "p_act": float(chances["crisis"][i]),
            "interval": [float(bound) for bound in found.bounds[rows[i]]],
            "p_act_then": None if np.isnan(chances["rolling"][i]) else float(chances["rolling"][i]),
            "acted": case.acted,
            "outcome": record.LADDER[case.ladder],
            "brier": float((chances["crisis"][i] - acted[i]) ** 2),
            "log_score": float(-np.log(chances["crisis"][i] if case.acted else 1 - chances["crisis"][i])),
            "disputed": [f"{column}={value}: {why}" for column, value, why in case.alternatives],
        }
        for i, case in enumerate(cases)
    ]
