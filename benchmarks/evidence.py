"""Speed and memory of reading reports, against the limits that were set: ``python benchmarks/evidence.py [FILE...]``.

Without files the annotated texts that come with the tests are read. The best of several runs counts, in processor
time, since other work on the machine only adds to it; a plain loop shows how fast the machine is.
"""

from __future__ import annotations

import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path

GOLD = Path(__file__).parents[1] / "tests" / "evidence" / "gold"
MANY = 10_000


def best(path: Path, repeat: int = 15) -> tuple[float, float]:
    """Return the seconds of processor time that cleaning and extraction of one report take at best."""
    from foedus.evidence import extract
    from foedus.evidence.document import parse

    raw, cleaning, extraction = path.read_bytes(), [], []
    for _ in range(repeat):
        start = time.process_time()
        document = parse(raw, path.name)
        middle = time.process_time()
        extract(document, event="benchmark-2022")
        cleaning.append(middle - start)
        extraction.append(time.process_time() - middle)
    return min(cleaning), min(extraction)


def main() -> None:
    """Print each figure beside its limit."""
    from foedus.evidence import extract_files

    start = time.process_time()
    total = 0
    for number in range(5_000_000):
        total += number
    print(f"a loop of five million additions: {time.process_time() - start:.2f} s (0.2 to 0.3 s on a quiet machine)")
    files = [Path(name) for name in sys.argv[1:]] or sorted([*(GOLD / "blind").iterdir(), *(GOLD / "texts").iterdir()])
    for suffix in (".txt", ".md", ".html"):
        times = [best(path) for path in files if path.suffix == suffix]
        if times:
            words = statistics.median(len(p.read_text(errors="replace").split()) for p in files if p.suffix == suffix)
            cleaning, extraction = (1000 * statistics.median(kind) for kind in zip(*times, strict=True))
            print(f"{len(times):3} {suffix:5} of {words:.0f} words, ms: clean {cleaning:.1f}, extract {extraction:.1f}")
    if len(sys.argv) > 1:
        return
    body = (GOLD / "blind" / "b01.txt").read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{number:05}.txt" for number in range(MANY)]
        for number, path in enumerate(paths):
            path.write_text(f"{body}\nReport {number}.\n", encoding="utf-8")
        start, claims, sizes = time.process_time(), 0, []
        for number, (_, found) in enumerate(extract_files(paths, event="benchmark-2022"), 1):
            claims += len(found)
            if number % (MANY // 10) == 0:
                sizes.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
                print(f"{number} reports, {claims} claims, at most {sizes[-1]} MB", flush=True)
        spent = time.process_time() - start
    growth = sizes[-1] - sizes[0]
    print(f"{MANY} reports in {spent:.0f} s of processor time; memory grew by {growth} MB after the first {MANY // 10}")


if __name__ == "__main__":
    main()
