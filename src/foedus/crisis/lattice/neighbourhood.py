"""The sites in sight of a site, as offsets and as the span of columns in sight of each row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def inside(shape: str, vision: float) -> NDArray[np.bool_]:
    """Return which offsets are in sight, [2 r + 1, 2 r + 1] with the own site in the middle and included."""
    reach = int(vision)
    rows, columns = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    if shape == "diamond":
        return np.asarray(abs(rows) + abs(columns) <= vision)
    if shape == "circle":
        return np.asarray(rows**2 + columns**2 <= vision * vision)
    if shape == "cross":
        return np.asarray((rows == 0) | (columns == 0))
    return np.ones(rows.shape, dtype=np.bool_)


def offsets(shape: str, vision: float) -> NDArray[np.int32]:
    """Return the offsets (row, column) of the other sites in sight, row by row."""
    seen = inside(shape, vision)
    reach = seen.shape[0] // 2
    found = np.argwhere(seen).astype(np.int32) - reach
    return np.ascontiguousarray(found[(found != 0).any(axis=1)])


def spans(shape: str, vision: float) -> NDArray[np.int32]:
    """Return the first column in sight and the one after the last, [row, 2]; no shape has gaps in a row."""
    seen = inside(shape, vision)
    return np.array([(row.argmax(), row.size - row[::-1].argmax()) for row in seen], dtype=np.int32)
