"""How long the smaller models take: one fold's fit, and one answer from the shipped results.

Usage: python benchmarks/forecast_parts.py (best of three, seconds).
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from foedus import record
from foedus.forecast import burden, council, timing
from foedus.forecast import exit as leaving

if TYPE_CHECKING:
    from collections.abc import Callable


def best(work: Callable[[], object], times: int = 3) -> float:
    """Return the shortest of some runs."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return min(found)


def main() -> None:
    """Print one line a piece of work."""
    cases = record.cases()
    case = record.find("kazakhstan-2022-january", cases)
    others = [other for other in cases if other.group != case.group]
    for name, work in {
        "fit of days, one fold": lambda: timing.fit(others),
        "fit of lengths, one fold": lambda: leaving.fit(others),
        "fit of contributors, one fold": lambda: burden.fit(others),
        "days of a case": lambda: timing.days(case),
        "length of a mission": lambda: leaving.stay(case),
        "contributors of a case": lambda: burden.contributors(case),
        "council, five models, 500 draws": lambda: council.deliberate("kazakhstan-2022"),
    }.items():
        print(f"{name:34} {best(work):9.4f}")


if __name__ == "__main__":
    main()
