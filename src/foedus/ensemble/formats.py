"""Formats of stored runs: today's, and how a run of an earlier one is brought to it, one step at a time.

A step is a pair of functions from one format to the next: one of what the manifest says, one of ``scenario.json``.
Whoever renames, adds or removes a key of either puts a step at the end of ``STEPS``, and a run of the format before it
beside the tests; nothing else needs to know of earlier formats.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from foedus.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Plain = dict[str, Any]

FIRST = 2  # the first that was released


class Step(NamedTuple):
    """From one format to the next."""

    manifest: Callable[[Plain], Plain]
    scenario: Callable[[Plain], Plain]


def _same(data: Plain) -> Plain:
    return data


def _listed(manifest: Plain) -> Plain:
    """Fill in what runs of format 2 did not always say: files, origins, versions."""
    usual: Plain = {
        "scenario_origin": None, "scenario_directory": None, "scenario_file": None, "record": None,
        "record_sha256": None, "tables": {}, "versions": {},
    }  # fmt: skip
    return usual | manifest


STEPS = [
    Step(_listed, _same),  # 2 to 3: the manifest has a hash of its own and lists every file
]


def today() -> int:
    """Return the number of the format that runs are written in."""
    return FIRST + len(STEPS)


def name(number: int) -> str:
    """Return a format as a manifest names it."""
    return f"foedus-run/{number}"


def number_of(manifest: object) -> int | None:
    """Return the number of a run's format; None of what is no run."""
    found = manifest.get("format") if isinstance(manifest, dict) else None
    digits = re.fullmatch(r"foedus-run/([0-9]{1,9})", found) if isinstance(found, str) else None
    return int(digits[1]) if digits else None


def known(number: int, file: Path) -> int:
    """Return a number of a format that this version reads.

    Raises:
        InputError: it is a later one, or one that was never released.

    """
    if FIRST <= number <= today():
        return number
    later = number > today()
    raise InputError(
        f"this run has format {number}, of {'a later' if later else 'an early'} version of Foedus; this version reads "
        f"formats {FIRST} to {today()}",
        file=file, key="format", found=name(number), expected=" or ".join(map(name, range(FIRST, today() + 1))),
        cure="install the latest Foedus (pip install --upgrade foedus)" if later else "run the scenario again",
    )  # fmt: skip


def manifest_of_today(data: Plain, number: int) -> Plain:
    """Return what a manifest of some format says in the words of today's; its ``format`` stays."""
    for step in STEPS[number - FIRST :]:
        data = step.manifest(data)
    return data


def scenario_of_today(data: Plain, number: int) -> Plain:
    """Return a stored scenario of some format as today's model of scenarios reads it."""
    for step in STEPS[number - FIRST :]:
        data = step.scenario(data)
    return data
