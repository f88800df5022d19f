"""Feed Foedus odd inputs by the hundred thousand: ``make fuzz MINUTES=10``, or ``make fuzz INPUTS=1000000``.

The same seed and number give the same input, so a failure comes back with ``--target NAME --number N``.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import runner
import scratch
import targets

if TYPE_CHECKING:
    from collections.abc import Iterator

_CHUNK = 500  # inputs between two lines of progress
_LEAST = 20_000  # inputs that every target gets of a million


def main() -> int:
    """Run and return 1 if anything failed."""
    given = _arguments()
    chosen = [target for target in targets.all_targets() if not given.target or target.name in given.target]
    if given.number is not None:
        return _again(chosen[0], given.seed, given.number)
    until = None if given.minutes is None else time.monotonic() + 60 * given.minutes
    tallies = {target.name: runner.Tally(target.name) for target in chosen}
    wanted = _parts(chosen, given.inputs)
    jobs = list(_jobs(wanted, given.seed, given.start, until))
    scratch.folder()  # so that workers, which end without a word, have theirs in one that goes with this process
    began, done = time.monotonic(), 0
    with multiprocessing.get_context("fork").Pool(given.workers) as pool:
        for tally in pool.imap_unordered(_job, jobs):
            tallies[tally.target].add(tally)
            done += tally.inputs
            failed = sum(one.failures for one in tallies.values())
            rate = done / (time.monotonic() - began)
            print(
                f"\r{done:,} of {sum(wanted.values()):,} inputs, {rate:,.0f} a second, {failed:,} failures ",
                end="",
                file=sys.stderr,
            )
            runner.write(given.out, list(tallies.values()), given.seed)
    print(file=sys.stderr)
    print((given.out / "summary.md").read_text(encoding="utf-8"))
    return int(any(tally.failures for tally in tallies.values()))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="fuzz", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--target", action="append", help="only this target; repeat for several")
    parser.add_argument("--inputs", type=int, default=1_000_000, help="inputs in all")
    parser.add_argument("--minutes", type=float, help="stop after so many minutes")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--start", type=int, default=0, help="number of the first input of each target")
    parser.add_argument("--number", type=int, help="show one input and what becomes of it")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("build/fuzz"), help="folder for the summary")
    return parser.parse_args()


def _parts(chosen: list[runner.Target], inputs: int) -> dict[str, int]:
    """Return how many inputs each target gets: the least share of a fiftieth, or its part by weight."""
    least = min(_LEAST, _LEAST * inputs // 1_000_000, inputs // len(chosen))
    shares = sum(target.share for target in chosen)
    rest = inputs - least * len(chosen)
    return {target.name: least + round(rest * target.share / shares) for target in chosen}


def _jobs(
    wanted: dict[str, int], seed: int, start: int, until: float | None
) -> Iterator[tuple[str, int, range, float | None]]:
    """Yield pieces of work, every target's spread over the whole time, so that a run cut short has seen them all."""
    pieces = [
        (at / count, name, range(start + at, start + min(at + _CHUNK, count)))
        for name, count in wanted.items()
        for at in range(0, count, _CHUNK)
    ]
    for _, name, numbers in sorted(pieces, key=lambda piece: piece[0]):
        yield name, seed, numbers, until


def _job(given: tuple[str, int, range, float | None]) -> runner.Tally:
    name, seed, numbers, until = given
    return runner.play(targets.named(name), seed, numbers, until)


def _again(target: runner.Target, seed: int, number: int) -> int:
    """Show one input and let what it raises through."""
    given = runner.draw(target, seed, number)
    print(ascii(given))
    print("->", target.use(given))
    return 0


if __name__ == "__main__":
    sys.exit(main())
