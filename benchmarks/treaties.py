"""Speed of the law, against the limits that were set for it: ``python benchmarks/treaties.py``."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def best(job: Callable[[], object], repeat: int = 3) -> float:
    """Return the shortest of some runs, in seconds."""
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        job()
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    """Print each figure beside its limit."""
    from foedus import states
    from foedus.treaties import load, load_incident, obligations
    from foedus.treaties.panels import panel

    folder = Path(load.__file__).parent / "library"
    with tempfile.TemporaryDirectory() as cache:
        os.environ["XDG_CACHE_HOME"] = cache

        def afresh() -> None:
            for file in Path(cache).rglob("treaties-*.json"):
                file.unlink()
            load.load_library(folder)

        cold = best(afresh)
        warm = best(lambda: load.load_library(folder))
    load.library()
    incident = load_incident("kazakhstan-2022")
    rows = [
        ("load and validate all files, cold", cold, 1.0),
        ("the same from the cache", warm, 0.15),
        ("one incident over all treaties", best(lambda: obligations("KAZ", "2022-01-05", incident), 50), 0.002),
        ("dyad-year panel 1946-2024", best(lambda: panel(1946, 2024)), 2.0),
    ]
    if os.environ.get("FOEDUS_DATA"):
        rows.append(("directed dyad-years 1816-2024", best(lambda: states.dyad_years(1816, 2024)), 0.3))
    for name, seconds, limit in rows:
        print(f"{name:40} {1000 * seconds:9.1f} ms   limit {1000 * limit:7.0f} ms   {seconds / limit:5.2f} of it")


if __name__ == "__main__":
    main()
