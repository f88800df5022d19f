"""The sizes of the alliance's contingents, one a draw: uniform on the reported interval, independent of each other."""

from __future__ import annotations

import math
import zlib
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from foedus.crisis.scenario import Scenario
    from foedus.crisis.shape import Contingent


def draw_sizes(contingents: Sequence[Contingent], seed: int, draws: Sequence[int]) -> NDArray[np.int64]:
    """Return the whole numbers of soldiers of the contingents, [draw, contingent].

    A size depends only on the seed, the draw's number, the state, the interval, and which of that state's contingents
    it is: a contingent more leaves all others as they were, and a larger interval keeps its place in it.
    """
    sizes = np.empty((len(draws), len(contingents)), dtype=np.int64)
    seen: Counter[str] = Counter()
    for column, contingent in enumerate(contingents):
        key = zlib.crc32(f"soldiers:{contingent.state}:{seen[contingent.state]}".encode())
        seen[contingent.state] += 1
        low, high = contingent.soldiers
        for row, number in enumerate(draws):
            u = np.random.default_rng([seed, number, key]).random()
            sizes[row, column] = low + int(u * (high - low + 1))
    return sizes


def by_place(scenario: Scenario, sizes: Sequence[float] | NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the soldiers that every contingent has for every place, [contingent, place], sharing out its size."""
    codes = [place.code for place in scenario.places]
    soldiers = np.zeros((len(scenario.contingents), len(codes)))
    for row, contingent, size in zip(soldiers, scenario.contingents, sizes, strict=True):
        total = math.fsum(contingent.places.values())  # from Python 3.12 on, `sum` rounds otherwise
        for code, weight in contingent.places.items():
            row[codes.index(code)] = size * weight / total
    return soldiers
