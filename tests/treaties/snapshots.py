"""Reviewable pictures of the whole library: every date with the day before, on and after; every truth table.

Run as a program to write the golden files again: ``python tests/treaties/snapshots.py``.
"""

from __future__ import annotations

import datetime as dt
import itertools
from pathlib import Path
from typing import TYPE_CHECKING

from foedus.treaties import Condition, Treaty, Truth, bound_on, library

if TYPE_CHECKING:
    from collections.abc import Iterable

GOLDEN = Path(__file__).parent / "golden"
DAY = dt.timedelta(days=1)
MARK = {Truth.YES: "yes", Truth.NO: "no", Truth.UNKNOWN: "?"}


def boundaries(treaty: Treaty) -> list[str]:
    """Return a line for every date of memberships, suspensions and versions: before, on, after."""
    lines = []
    for party in treaty.parties:
        days = set()
        for stretch in party.memberships:
            days |= {stretch.entry.earliest, stretch.entry.latest}
            days |= {stretch.exit.earliest, stretch.exit.latest} if stretch.exit else set()
        for event in party.events:
            days |= {event.date.earliest} | ({event.until.latest} if event.until else set())
        if treaty.ended:
            days |= {treaty.ended.earliest, treaty.ended.latest}
        for day in sorted(days):
            states = (MARK[bound_on(treaty, party.state, when)] for when in (day - DAY, day, day + DAY))
            lines.append(f"{treaty.id} {party.state} {day}: {' '.join(states)}")
    for provision in treaty.provisions:
        days = {v.start.earliest for v in provision.versions} | {v.until.latest for v in provision.versions if v.until}
        for day in sorted(days):
            numbers = [provision.version_on(when) for when in (day - DAY, day, day + DAY)]
            shown = ("-" if v is None else str(provision.versions.index(v) + 1) for v in numbers)
            lines.append(f"{treaty.id} {provision.id} {day}: version {' '.join(shown)}")
    return lines


def truth_tables(treaty: Treaty) -> list[str]:
    """Return, for every version and reading, the smallest sets of facts that make it yes, and the duties."""
    lines = []
    for provision in treaty.provisions:
        for number, version in enumerate(provision.versions, 1):
            head = f"{treaty.id} {provision.id} v{number}"
            for name, condition in version.all_readings.items():
                lines.append(f"{head} {name}: yes if {' | '.join(prime_sets(condition)) or 'never'}")
            if version.unless is not None:
                lines.append(f"{head} unless: {' | '.join(prime_sets(version.unless))}")
            if version.requires:
                lines.append(f"{head} requires {' + '.join(version.requires)}")
            for duty in version.duties:
                when = f" if {' | '.join(prime_sets(duty.condition))}" if duty.condition is not None else ""
                lines.append(f"{head} {duty.who} {duty.modality} {duty.action}{when}")
    return lines


def prime_sets(condition: Condition) -> list[str]:
    """Return the prime implicants of a condition: smallest partial assignments that make it yes, in order.

    ``!x`` stands for x being false. Two conditions have the same list exactly when they have the same truth table.
    """
    atoms = sorted(condition.atoms())
    if not atoms:
        return ["always"] if condition.kleene(lambda _: Truth.UNKNOWN) is Truth.YES else []
    values = (Truth.YES, Truth.NO)
    table = {
        row: condition.kleene(lambda atom, row=row: row[atoms.index(atom)]) is Truth.YES
        for row in itertools.product(values, repeat=len(atoms))
    }
    current = {tuple(row) for row, outcome in table.items() if outcome}
    primes: set[tuple[Truth | None, ...]] = set()
    while current:
        merged, used = set(), set()
        for row in current:
            for i, value in enumerate(row):
                if value is None:
                    continue
                other = (*row[:i], ~value, *row[i + 1 :])
                if other in current:
                    merged.add((*row[:i], None, *row[i + 1 :]))
                    used |= {row, other}
        primes |= current - used
        current = merged
    words = [
        " + ".join(("" if v is Truth.YES else "!") + a for a, v in zip(atoms, row, strict=True) if v is not None)
        for row in primes
    ]
    return sorted((word or "always" for word in words), key=lambda w: (w.count("+"), w))


def write() -> None:
    """Write both golden files."""
    for name, picture in (("boundaries.txt", boundaries), ("truth-tables.txt", truth_tables)):
        lines: Iterable[str] = (line for treaty in library().values() for line in picture(treaty))
        (GOLDEN / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
