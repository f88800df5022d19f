"""Stored results of a fit: written with a fingerprint of what they come from, refused if that has changed."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from foedus import record
from foedus.errors import InputError, RunError
from foedus.files import telling, write_bytes
from foedus.progress import Event

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from foedus.progress import Listener
    from foedus.record import Case

    Array = NDArray[np.float64]

M = TypeVar("M")
FEWEST_ROWS = 8
"""Rows that a model needs, so that leaving a crisis out still leaves some."""
CODE = 1
"""Of the models; raise it when the same rows and settings come to mean another fit."""
FOLDER = Path(str(resources.files("foedus.forecast")))


def enough(rows: int, what: str) -> None:
    """Raise InputError if a record has too few rows to learn from."""
    if rows < FEWEST_ROWS:
        raise InputError(
            f"the record has too few cases with {what} to fit this model",
            found=f"{rows} (less those of the crisis that is left out)",
            expected=f"at least {FEWEST_ROWS}",
        )


def leave_out(
    name: str,
    cases: Sequence[Case],
    learns: Sequence[Case],
    fit: Callable[[Sequence[Case]], M],
    curve: Callable[[M, Case], Array],
    on_event: Listener,
) -> tuple[M, Array]:
    """Fit once to all cases and once without each crisis.

    Args:
        name: of the model, for the events of progress.
        cases: all cases of a record.
        learns: those among them that the model learns from.
        fit: the model from some cases.
        curve: what a model says of a case.
        on_event: hears of progress.

    Returns:
        The model from all cases, and each case's curve from the model without its crisis [case, point]. A crisis
        that gives the model nothing is forecast from the fit to all the others, which is the full one.

    """
    full, known = fit(cases), {case.group for case in learns}
    groups = sorted({case.group for case in cases})
    curves: dict[str, Array] = {}
    for done, group in enumerate(groups):
        model = fit([case for case in cases if case.group != group]) if group in known else full
        curves |= {case.case_id: curve(model, case) for case in cases if case.group == group}
        on_event(Event("progress", name, done + 1, len(groups)))
    return full, np.array([curves[case.case_id] for case in cases])


@dataclass(frozen=True, slots=True)
class Mark:
    """What stored results come from: hashes of the record with the settings, and of what the model saw in each row."""

    fingerprint: str
    predictors: str


def mark(settings: object, seen: Iterable[object], record_path: record.AnyRecord = None) -> Mark:
    """Return the mark of a model's results; ``seen``: what the law and the coded data give for every row."""
    return Mark(fingerprint(settings, record_path), digest(seen))


def fingerprint(settings: object, record_path: record.AnyRecord = None) -> str:
    """Return a hash of a record and a model's settings."""
    return hashlib.sha256(repr((CODE, record.sha256(record_path), settings)).encode()).hexdigest()


def digest(values: Iterable[object]) -> str:
    """Return a hash of nested values; numbers to six decimals, since the last digits vary between library versions."""
    return hashlib.sha256(json.dumps(_canonical(values), separators=(",", ":")).encode()).hexdigest()


def _canonical(value: object) -> object:
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, float):
        return f"{value:.6f}".replace("-0.000000", "0.000000")
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, Iterable):
        return [_canonical(one) for one in value]
    raise TypeError(f"no way to write down {type(value).__name__} for a hash")


def write(name: str, mark: Mark, arrays: Mapping[str, NDArray[np.generic]]) -> Path:
    """Store arrays of a model beside the code; floating point numbers as 32 bits."""
    path = FOLDER / f"{name}.npz"
    small: dict[str, Any] = {k: v.astype(np.float32) if v.dtype == np.float64 else v for k, v in arrays.items()}
    marks = {"fingerprint": np.array(mark.fingerprint), "predictors": np.array(mark.predictors)}
    return put(path, np.savez_compressed, marks | small)


def put(path: Path, form: Callable[..., None], arrays: Mapping[str, Any]) -> Path:
    """Write arrays whole, or leave the file as it was; ``form`` is one of numpy's ``savez``.

    Raises:
        InputError: the file cannot be written, as in an installation for all users.
        RunError: the disk is full or broken.

    """
    content = io.BytesIO()
    form(content, **arrays)
    with telling("the fit", path):
        write_bytes(path, content.getvalue())
    return path


def stored_arrays(path: Path, cure: str) -> dict[str, NDArray[Any]]:
    """Return what a file of arrays holds.

    Raises:
        RunError: it is missing, cut or damaged.

    """
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as data:
            return {name: data[name] for name in data.files}
    except Exception as error:  # a damaged byte may raise whatever zipfile, zlib or the parser of a header raises
        raise RunError("the stored results of a fit cannot be read", file=path, cure=cure) from error


def read(name: str, mark: Mark) -> dict[str, NDArray[np.generic]]:
    """Return the stored arrays of a model.

    Raises:
        RunError: there are none, they come from another record or other settings, or the law has changed since.

    """
    path = FOLDER / f"{name}.npz"
    found = stored_arrays(path, "run `foedus forecast fit`")
    if str(found.get("fingerprint")) != mark.fingerprint:
        raise RunError(
            f"the stored {name} results do not belong to this record",
            file=path,
            found=str(found.get("fingerprint"))[:12],
            expected=mark.fingerprint[:12],
            cure="run `foedus forecast fit`",
        )
    if str(found.get("predictors")) != mark.predictors:
        raise law_changed(path, f"{name} results of other predictors")
    return {k: v.astype(np.float64) if v.dtype == np.float32 else v for k, v in found.items()}


def law_changed(path: Path, found: str) -> RunError:
    """Return the error for results that were fitted before the law or the coded data changed."""
    return RunError(
        "the law or the coded data changed after the shipped forecasts were fitted", file=path, found=found,
        expected="for each call of the record what the treaties, members and organisations give today",
        cure="run `foedus forecast fit`",
    )  # fmt: skip
