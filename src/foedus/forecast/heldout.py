"""Every case forecast from a fit without its crisis: computed, shipped with the record's hash, loaded."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from foedus import record
from foedus.errors import RunError
from foedus.forecast import ordered
from foedus.forecast.predictors import NAMES, matrix
from foedus.progress import Event, Listener, silent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from foedus.record import Case

DRAWS = 400
SEED = 20220105
SHIPPED = Path(str(resources.files("foedus.forecast").joinpath("draws.npz")))


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Forecasts of all cases, each from a fit without its crisis.

    ``ladder`` [case, draw, level]: chance of each level; ``slopes`` [case, predictor] and ``effects`` [case]:
    posterior means of the fit that the case was forecast from; ``rates`` [case]: share of acted among the
    cases of that fit.
    """

    record_hash: str
    case_ids: tuple[str, ...]
    ladder: NDArray[np.float64]
    slopes: NDArray[np.float64]
    effects: NDArray[np.float64]
    rates: NDArray[np.float64]


def held_out(record_path: Path | str | None = None, on_event: Listener = silent) -> HeldOut:
    """Return the held-out forecasts of a record: the shipped draws for Foedus's own, else a fresh computation.

    Raises:
        RunError: the shipped draws come from another record or other predictors.
        InputError: the record is not in order.

    """
    if record_path is None:
        shipped = _shipped()
        if shipped.record_hash != fingerprint():
            raise RunError(
                "the shipped forecast draws do not belong to this record",
                file=SHIPPED,
                found=f"draws of {shipped.record_hash[:12]}",
                expected=f"draws of {fingerprint()[:12]}",
                cure="run `foedus forecast fit`",
            )
        return shipped
    return _computed(Path(record_path), record.sha256(record_path), on_event)


def compute(record_path: Path | str | None = None, on_event: Listener = silent) -> HeldOut:
    """Fit the response model once without each crisis (5 to 10 seconds)."""
    everyone = record.cases(record_path)
    training = [case for case in everyone if case.is_organisation]
    x, y = matrix(training), np.array([case.ladder for case in training])
    crises = np.array([case.group for case in training])
    organisations = np.array([case.organisation for case in training])
    acted = np.array([case.acted for case in training], dtype=float)
    ladder = np.empty((len(everyone), DRAWS, ordered.LEVELS))
    slopes, effects = np.empty((len(everyone), len(NAMES))), np.zeros(len(everyone))
    rates = np.empty(len(everyone))
    groups = sorted({case.group for case in everyone})
    for done, group in enumerate(groups):
        keep = crises != group
        fitted = ordered.fit(x[keep], y[keep], organisations[keep], crises[keep], DRAWS, SEED)
        for i in (i for i, case in enumerate(everyone) if case.group == group):
            case = everyone[i]
            ladder[i] = ordered.predict(fitted, matrix([case])[0], case.organisation, _seed(case))
            slopes[i] = fitted.slopes.mean(axis=0)
            if case.organisation in fitted.organisations:
                effects[i] = fitted.effects[:, fitted.organisations.index(case.organisation)].mean()
            rates[i] = acted[keep].mean()
        on_event(Event("progress", "forecast", done + 1, len(groups)))
    return HeldOut(fingerprint(record_path), tuple(case.case_id for case in everyone), ladder, slopes, effects, rates)


def ship() -> Path:
    """Compute the forecasts of Foedus's own record and store them beside the code; return the file."""
    found = compute()
    np.savez_compressed(
        SHIPPED,
        record_hash=np.array(found.record_hash),
        case_ids=np.array(found.case_ids),
        ladder=found.ladder.astype(np.float32),
        slopes=found.slopes,
        effects=found.effects,
        rates=found.rates,
    )
    _shipped.cache_clear()
    return SHIPPED


def fingerprint(record_path: Path | str | None = None) -> str:
    """Return a hash of the record, the predictors' names and the model's settings."""
    settings = (record.sha256(record_path), NAMES, ordered.TAUS, ordered.SIGMAS, DRAWS, SEED)
    return hashlib.sha256(repr(settings).encode()).hexdigest()


def index(case_id: str, found: HeldOut, cases: Sequence[Case]) -> int:
    """Return the row of a case; raise InputError if there is none."""
    record.find(case_id, tuple(cases))
    return found.case_ids.index(case_id)


def _seed(case: Case) -> int:
    return int.from_bytes(hashlib.sha256(case.case_id.encode()).digest()[:4], "big")


@lru_cache(maxsize=1)
def _shipped() -> HeldOut:
    try:
        with np.load(SHIPPED, allow_pickle=False) as data:
            return HeldOut(
                str(data["record_hash"]),
                tuple(data["case_ids"].tolist()),
                data["ladder"].astype(np.float64),
                data["slopes"],
                data["effects"],
                data["rates"],
            )
    except (OSError, KeyError, ValueError) as error:
        raise RunError("the shipped forecast draws cannot be read", file=SHIPPED, cure="reinstall Foedus") from error


@lru_cache(maxsize=4)
def _computed(path: Path, digest: str, on_event: Listener) -> HeldOut:  # noqa: ARG001 (keeps the cache honest)
    return compute(path, on_event)
