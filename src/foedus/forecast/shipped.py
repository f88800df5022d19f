"""Stored results of a fit: written with a fingerprint of what they come from, refused if that has changed."""

from __future__ import annotations

import hashlib
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from foedus import record
from foedus.errors import InputError, RunError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

FEWEST_ROWS = 8
"""Rows that a model needs, so that leaving a crisis out still leaves some."""
FOLDER = Path(str(resources.files("foedus.forecast")))


def enough(rows: int, what: str) -> None:
    """Raise InputError if a record has too few rows to learn from."""
    if rows < FEWEST_ROWS:
        raise InputError(
            f"the record has too few cases with {what} to fit this model",
            found=f"{rows} (less those of the crisis that is left out)",
            expected=f"at least {FEWEST_ROWS}",
        )


def fingerprint(settings: object, record_path: Path | str | None = None) -> str:
    """Return a hash of a record and a model's settings."""
    return hashlib.sha256(repr((record.sha256(record_path), settings)).encode()).hexdigest()


def write(name: str, mark: str, arrays: Mapping[str, NDArray[np.generic]]) -> Path:
    """Store arrays of a model beside the code; floating point numbers as 32 bits."""
    path = FOLDER / f"{name}.npz"
    small = {k: v.astype(np.float32) if v.dtype == np.float64 else v for k, v in arrays.items()}
    np.savez_compressed(path, fingerprint=np.array(mark), **small)  # type: ignore[arg-type]
    return path


def read(name: str, mark: str) -> dict[str, NDArray[np.generic]]:
    """Return the stored arrays of a model.

    Raises:
        RunError: there are none, or they come from another record or other settings.

    """
    path = FOLDER / f"{name}.npz"
    try:
        with np.load(path, allow_pickle=False) as data:
            found = {k: data[k] for k in data.files}
    except (OSError, ValueError) as error:
        raise RunError("stored results of a fit cannot be read", file=path, cure="run `foedus forecast fit`") from error
    if str(found.get("fingerprint")) != mark:
        raise RunError(
            f"the stored {name} results do not belong to this record",
            file=path,
            found=str(found.get("fingerprint"))[:12],
            expected=mark[:12],
            cure="run `foedus forecast fit`",
        )
    return {k: v.astype(np.float64) if v.dtype == np.float32 else v for k, v in found.items()}
