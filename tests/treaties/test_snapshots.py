"""Every date and every truth table of the library is the reviewed one (tests/treaties/golden)."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from foedus.treaties import library

HERE = Path(__file__).parent
spec = importlib.util.spec_from_file_location("snapshots", HERE / "snapshots.py")
assert spec is not None
assert spec.loader is not None
snapshots = importlib.util.module_from_spec(spec)
spec.loader.exec_module(snapshots)


@pytest.mark.parametrize("name", ["boundaries", "truth_tables", "areas"])
def test_the_library_is_the_reviewed_one(name: str) -> None:
    golden = (HERE / "golden" / f"{name.replace('_', '-')}.txt").read_text(encoding="utf-8").splitlines()
    now = [line for treaty in library().values() for line in getattr(snapshots, name)(treaty)]
    changed = [line for line in now if line not in set(golden)] + [f"gone: {x}" for x in golden if x not in set(now)]
    assert not changed, "review these, then run tests/treaties/snapshots.py:\n" + "\n".join(changed[:20])


def test_the_intervals_of_uncertain_dates_bracket_the_change() -> None:
    lines = [line for treaty in library().values() for line in snapshots.boundaries(treaty)]
    assert any(line.endswith("no ? ?") for line in lines)  # the first day on which it may have been bound
    assert any(line.endswith("? yes yes") for line in lines)  # the first day on which it was, for certain
