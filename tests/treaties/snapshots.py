"""Reviewable pictures of the whole library: every date with the day before, on and after; every truth table.

Run as a program to write the golden files again: ``python tests/treaties/snapshots.py``.
"""

from __future__ import annotations

import datetime as dt
import itertools
from pathlib import Path
from typing import TYPE_CHECKING

from foedus.states import known_codes
from foedus.treaties import Condition, Location, Treaty, Truth, bound_on, library
from foedus.treaties.membership import during, placed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from foedus.dates import DateInterval

GOLDEN = Path(__file__).parent / "golden"
DAY = dt.timedelta(days=1)
MARK = {Truth.YES: "yes", Truth.NO: "no", Truth.UNKNOWN: "?"}


def boundaries(treaty: Treaty) -> list[str]:
    """Return a line for every date of the file: what holds the day before, on it, and the day after."""
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
    for name, start, until in stretches(treaty):
        days = {start.earliest, start.latest} | ({until.earliest, until.latest} if until else set())
        for day in sorted(days):
            held = (MARK[during(start, until, when)] for when in (day - DAY, day, day + DAY))
            lines.append(f"{treaty.id} {name} {day}: {' '.join(held)}")
    return lines


def stretches(treaty: Treaty) -> Iterator[tuple[str, DateInterval, DateInterval | None]]:
    """Yield everything else of a file that holds from one day to another."""
    own = treaty.in_force or treaty.signed
    yield "signed", treaty.signed, None
    yield "in force", own, treaty.ended
    for party in treaty.parties:
        dates = (("signed", party.signed), ("notice", party.notice))
        yield from ((f"{party.state} {name}", date, None) for name, date in dates if date is not None)
        for event in party.events:
            yield f"{party.state} {event.kind} {'-'.join(event.between)}".strip(), event.date, event.until
    for item in treaty.protected:
        yield f"protects {item.state}", item.since, item.until
    for instrument in treaty.instruments:
        names = ("signed", "in_force", "effect_from")
        dates = ((name, getattr(instrument, name)) for name in names)
        yield from ((f"{instrument.id} {name}", date, None) for name, date in dates if date is not None)
    for organ in treaty.organs:
        for rule in organ.rules:
            yield (
                f"{organ.id} rule {rule.vote.model_dump_json(exclude_defaults=True) if rule.vote else rule.rule}",
                (rule.start or own),
                rule.until,
            )
        for seats in organ.seats:
            yield f"{organ.id} seats {'+'.join(seats.offices)}", seats.start, seats.until
        if organ.since is not None:
            yield organ.id, organ.since, None
    for chair in treaty.chairs:
        yield f"chair {chair.state}", chair.start, chair.until
    for consent in treaty.national_consent:
        if consent.date_used is not None:
            yield f"consent {consent.state}", consent.date_used, None
    dated = [
        *((f.id, f.since, f.until) for f in treaty.forces),
        *((x.what, x.since, x.until) for x in treaty.integration),
    ]
    yield from ((name, since, until) for name, since, until in dated if since is not None)


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
            if version.terminated_by is not None:
                lines.append(f"{head} help ends: {' | '.join(prime_sets(version.terminated_by))}")
            if provision.protects is not None:
                lines.append(f"{head} protects {provision.protects}")
            if version.requires:
                lines.append(f"{head} requires {' + '.join(version.requires)}")
            for duty in version.duties:
                when = f" if {' | '.join(prime_sets(duty.condition))}" if duty.condition is not None else ""
                lines.append(f"{head} {duty.who} {duty.modality} {duty.action}{when}")
    for party in treaty.parties:
        for one in party.reservations:
            only = f" only if {' | '.join(prime_sets(one.only_if))}" if one.only_if is not None else ""
            lines.append(f"{treaty.id} {party.state} {one.kind} on {' '.join(one.provisions)}{only}")
    return lines


def areas(treaty: Treaty) -> list[str]:
    """Return, for every version with an area, which territories lie in it, and which points of a coarse grid at sea."""
    lines = []
    for provision in treaty.provisions:
        for number, version in enumerate(provision.versions, 1):
            area = version.geometry
            if area is None:
                continue
            codes = sorted({*known_codes(), *area.territories, *area.without, *area.doubtful, *area.forces})
            for on_forces in (Truth.YES, Truth.NO):
                held: dict[Truth, list[str]] = {}
                for code in codes:
                    where = Location(territory=code, source="grid")
                    found, _ = placed(treaty, version, version.start.latest, where, on_forces)
                    held.setdefault(found, []).append(code)
                attack = "ships" if on_forces is Truth.YES else "land"
                head = f"{treaty.id} {provision.id} v{number} {attack}"
                lines += [
                    f"{head} {MARK[value]}: {' '.join(held.get(value, []))}" for value in (Truth.YES, Truth.UNKNOWN)
                ]
            for lat in range(-55, 90, 8):
                points = (Location(lat=lat, lon=lon, source="grid") for lon in range(-177, 180, 9))
                row = [placed(treaty, version, version.start.latest, point, Truth.YES)[0] for point in points]
                if set(row) != {Truth.NO}:
                    marks = {Truth.YES: "x", Truth.UNKNOWN: "?", Truth.NO: "."}
                    lines.append(f"{treaty.id} {provision.id} v{number} at {lat}: {''.join(marks[one] for one in row)}")
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
    """Write the golden files."""
    for name, picture in (("boundaries.txt", boundaries), ("truth-tables.txt", truth_tables), ("areas.txt", areas)):
        lines: Iterable[str] = (line for treaty in library().values() for line in picture(treaty))
        (GOLDEN / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
