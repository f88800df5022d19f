"""How long the response forecast takes, against the limits set for it: ``python benchmarks/forecast.py``.

Best of three, on an otherwise idle machine. With ``--full`` also leave-one-crisis-out, end to end (a minute).
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS = 2000
FIRST = "from foedus import forecast; forecast.case('bahrain-2011')"


def best(work: Callable[[], object], times: int = 3) -> float:
    """Return the shortest of some runs, in seconds."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return min(found)


def fresh(code: str) -> float:
    """Return what a new Python takes for some lines, less what it takes for none."""
    empty, full = (
        best(lambda text=text: subprocess.run([sys.executable, "-c", text], check=True)) for text in ("pass", code)
    )
    return full - empty


def main() -> None:
    """Print one line a piece of work: seconds, and the limit if there is one."""
    from foedus import forecast, record
    from foedus.forecast import folds
    from foedus.forecast.table import read
    from foedus.forecast.track import track

    others = folds.training(record.cases(), "kazakhstan-2022-january")
    call, _ = forecast.new_call("csto", "KGZ", "domestic_unrest", on="2024-05-01", request=True)
    lines = [
        ("import foedus", fresh("import foedus"), 0.3),
        ("a forecast of the record, after import", best(lambda: forecast.case("bahrain-2011")), 0.05),
        ("a forecast of a new call, after import", best(lambda: forecast.forecast_call(call)), 0.05),
        ("the first one of a process, imports and law included", fresh(FIRST), None),
        ("one fold's fit", best(lambda: folds.learn(others)), 5.0),
        ("the track record", best(track), None),
    ]  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "calls.csv"
        rows = "".join(f"call-{k},csto,KGZ,2024-05-01,coup,1\n" for k in range(ROWS))
        file.write_text("case_id,organisation,target_iso3,crisis_start,trigger_kind,request_made\n" + rows)
        seconds = best(lambda: sum(1 for _ in forecast.forecast_calls(read(file))), 1)
        lines.append(("100,000 calls of a file", seconds * 100_000 / ROWS, None))
    if "--full" in sys.argv:
        count = len({case.group for case in folds.training(record.cases())})
        lines.append(("leave one crisis out", best(folds.compute, 1) * (1 + count) / (1 + 2 * count + 21 + 75), 300.0))
    for name, seconds, limit in lines:
        print(f"{seconds:9.3f} s  {name}" + (f" (limit {limit} s)" if limit else ""))


if __name__ == "__main__":
    main()
