"""Mutation run over the whole library: how many wrong laws would the tests notice?

Every provision is changed in one place at a time: a condition dropped, all and any swapped, a date shifted by a day,
a duty made weaker, stronger or optional, a requirement dropped. A change is killed if a case fails by what it asserts,
or a boundary day or a truth table comes out differently. ``make mutants`` prints the score, also for cases and boundary days alone.
"""

from __future__ import annotations

import argparse
import datetime as dt
import importlib.util
import sys
from collections import Counter
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from unittest import mock

from foedus.dates import DateInterval
from foedus.treaties import Condition, Treaty, evaluate, library, vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

HERE = Path(__file__).parent


def module(name: str) -> ModuleType:
    """Import a neighbour of this file."""
    spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


snapshots, cases = module("snapshots"), module("test_cases")
DAY = dt.timedelta(days=1)
OF_TREATY: dict[str, list[dict[str, Any]]] = {}
for one in cases.CASES:
    OF_TREATY.setdefault(one["treaty"], []).append(one)


def conditions(condition: Condition) -> Iterator[Condition]:
    """Yield every condition that differs in one place."""
    if condition.op in ("all", "any") and len(condition.children) > 1:
        other = "any" if condition.op == "all" else "all"
        yield Condition(other, children=condition.children)
        for i in range(len(condition.children)):
            yield Condition(condition.op, children=condition.children[:i] + condition.children[i + 1 :])
    for i, child in enumerate(condition.children):
        for changed in conditions(child):
            yield Condition(condition.op, children=(*condition.children[:i], changed, *condition.children[i + 1 :]))


def shifted(date: DateInterval) -> DateInterval:
    """Return a date a day later."""
    return DateInterval(date.earliest + DAY, date.latest + DAY, date.why)


def replace(items: tuple[Any, ...], i: int, item: Any) -> tuple[Any, ...]:
    """Return a tuple with one item replaced."""
    return (*items[:i], item, *items[i + 1 :])


def areas(area: Any) -> Iterator[Any]:
    """Yield every area that lacks one of its lists."""
    for name in ("territories", "without", "doubtful", "seas", "zones", "forces"):
        if value := getattr(area, name):
            yield area.model_copy(update={name: type(value)()})
    if area.parties:
        yield area.model_copy(update={"parties": False})


def versions(version: Any) -> Iterator[tuple[str, Any]]:
    """Yield every version that differs in one place."""
    for name, condition in version.readings.items():
        for changed in conditions(condition):
            yield "condition", version.model_copy(update={"readings": {**version.readings, name: changed}})
    if version.when is not None:
        for changed in conditions(version.when):
            yield "condition", version.model_copy(update={"when": changed})
    if version.unless is not None:
        yield "defeat", version.model_copy(update={"unless": None})
        for changed in conditions(version.unless):
            yield "defeat", version.model_copy(update={"unless": changed})
    if version.terminated_by is not None:
        yield "end of measures", version.model_copy(update={"terminated_by": None})
    if version.geometry is not None:
        for area in areas(version.geometry):
            yield "area", version.model_copy(update={"geometry": area})
    for i in range(len(version.requires)):
        kept = version.requires[:i] + version.requires[i + 1 :]
        yield "requirement", version.model_copy(update={"requires": kept})
    yield "version date", version.model_copy(update={"start": shifted(version.start)})
    if version.until is not None:
        yield "version date", version.model_copy(update={"until": shifted(version.until)})
    levels = {name: action.level for name, action in vocabulary().actions.items()}
    for i, duty in enumerate(version.duties):
        weaker = "consult" if levels[duty.action] > 1 else "assist_all_means"
        modality = {"must": "may", "may": "must", "must_not": "may"}[duty.modality]
        for changed in ({"action": weaker}, {"modality": modality}):
            duties = replace(version.duties, i, duty.model_copy(update=changed))
            yield "duty", version.model_copy(update={"duties": duties})
        if duty.condition is not None:
            duties = replace(version.duties, i, duty.model_copy(update={"condition": None}))
            yield "duty", version.model_copy(update={"duties": duties})


def mutants(treaty: Treaty) -> Iterator[tuple[str, Treaty]]:
    """Yield every treaty that differs in one place, with the kind of change."""
    for p, provision in enumerate(treaty.provisions):
        for v, version in enumerate(provision.versions):
            for kind, changed in versions(version):
                other = provision.model_copy(update={"versions": replace(provision.versions, v, changed)})
                yield kind, treaty.model_copy(update={"provisions": replace(treaty.provisions, p, other)})
        if provision.protects is not None:
            other = provision.model_copy(update={"protects": None})
            yield "protects", treaty.model_copy(update={"provisions": replace(treaty.provisions, p, other)})
    for p, party in enumerate(treaty.parties):
        for r, reservation in enumerate(party.reservations):
            if reservation.only_if is not None:
                free = reservation.model_copy(update={"only_if": None})
                other = party.model_copy(update={"reservations": replace(party.reservations, r, free)})
                yield "reservation", treaty.model_copy(update={"parties": replace(treaty.parties, p, other)})
        for s, stretch in enumerate(party.memberships):
            for name in ("entry", "exit"):
                date = getattr(stretch, name)
                if date is not None:
                    moved = stretch.model_copy(update={name: shifted(date)})
                    other = party.model_copy(update={"memberships": replace(party.memberships, s, moved)})
                    yield "party date", treaty.model_copy(update={"parties": replace(treaty.parties, p, other)})


def told_by_cases(treaty: Treaty) -> bool:
    """Return whether a case of the treaty would fail: its own assertions, nothing else."""
    whole = MappingProxyType({**library(), treaty.id: treaty})
    with (
        mock.patch.object(evaluate, "library", return_value=whole),
        mock.patch.object(evaluate, "resolve", lambda name: [whole[name]]),
    ):
        return any(cases.mistakes(case) for case in OF_TREATY.get(treaty.id, ()))


def main() -> int:
    """Run and print the score; fail below the limits."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", action="store_true", help="list the survivors")
    show = parser.parse_args().show
    total, killed, told, alike, by_kind = 0, 0, 0, 0, Counter[tuple[str, str]]()
    for treaty in library().values():
        real = [picture(treaty) for picture in (snapshots.boundaries, snapshots.truth_tables, snapshots.areas)]
        for kind, mutant in mutants(treaty):
            if mutant == treaty:
                continue
            if kind == "condition" and snapshots.truth_tables(mutant) == real[1]:
                alike += 1  # the same truth table: the meaning is as it was
                continue
            total += 1
            story = told_by_cases(mutant)
            edge = snapshots.boundaries(mutant) != real[0]
            table = snapshots.truth_tables(mutant) != real[1]
            if kind == "area":  # the slow one
                table = snapshots.areas(mutant) != real[2]
            told += story or edge
            killed += story or edge or table
            by_kind[kind, "all"] += 1
            by_kind[kind, "cases"] += story
            by_kind[kind, "cases or days"] += story or edge
            if show and not (story or edge):
                sys.stdout.write(f"not told by cases or days: {treaty.id} {kind}\n")
    lines = [f"{killed} of {total} killed ({100 * killed / total:.1f} %)"]
    lines.append(f"{told} of {total} by narrative cases and boundary days alone ({100 * told / total:.1f} %)")
    for kind in sorted({kind for kind, _ in by_kind}):
        of = by_kind[kind, "all"]
        lines.append(
            f"  {kind}: {of}, by cases {by_kind[kind, 'cases']}, by cases or days {by_kind[kind, 'cases or days']}"
        )
    lines.append(f"not counted: {alike} changes that leave the meaning as it was")
    sys.stdout.write("\n".join(lines) + "\n")
    return int(killed < 0.95 * total or told < 0.75 * total)


if __name__ == "__main__":
    sys.exit(main())
