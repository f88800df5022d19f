"""What needs more memory than there is is refused beforehand, with the size that it would take."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from pathlib import Path

import pytest

from foedus import crisis, ensemble, memory
from foedus.crisis import lattice
from foedus.crisis.inputs import compile_inputs
from foedus.errors import InputError
from foedus.forecast.council import deliberate


def in_groups(monkeypatch: pytest.MonkeyPatch, folder: Path, membership: str, limits: dict[str, str]) -> float:
    """Return what is available to a process in these control groups, whose own use is 0."""
    for name, limit in limits.items():
        (folder / "groups" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "groups" / name).write_text(limit, encoding="ascii")
    (folder / "membership").write_text(membership, encoding="utf-8")
    monkeypatch.setattr(memory, "_GROUPS", folder / "groups")
    monkeypatch.setattr(memory, "_MEMBERSHIP", folder / "membership")
    monkeypatch.setattr(memory, "_USED", folder / "none")
    monkeypatch.setattr(memory, "_physical", lambda: 64e9)
    return memory.available()


@pytest.mark.parametrize(
    ("membership", "limits", "expected"),
    [
        ("0::/\n", {"memory.max": "4000000000\n"}, 4e9),
        ("0::/\n", {"memory.max": "max\n"}, 64e9),
        ("0::/user/job\n", {"user/job/memory.max": "max\n", "user/memory.max": "3000000000"}, 3e9),
        ("0::/a:b\n", {"a:b/memory.max": "1000000000"}, 1e9),
        ("5:cpu,memory:/docker/x\n", {"memory/docker/x/memory.limit_in_bytes": "2000000000"}, 2e9),
        ("5:memory:/docker/x\n", {"memory/memory.limit_in_bytes": "2000000000"}, 2e9),  # seen from inside a container
        ("5:memory:/\n", {"memory/memory.limit_in_bytes": "9223372036854771712"}, 64e9),
        ("4:cpu:/\n", {"memory.max": "1"}, 64e9),
        ("nonsense\n", {"memory.max": "1"}, 64e9),
        ("0::/\n", {"memory.max": "\x01"}, 64e9),
    ],
)
def test_the_limits_of_control_groups_are_honoured(
    membership: str, limits: dict[str, str], expected: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert in_groups(monkeypatch, tmp_path, membership, limits) == expected


def test_where_the_system_says_nothing_nothing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_physical", lambda: math.inf)
    monkeypatch.setattr(memory, "_group_limits", lambda: iter(()))
    monkeypatch.setattr(memory, "_address_limit", lambda: math.inf)
    assert memory.available() == math.inf
    memory.require(1e30, "everything")


def test_what_is_available_is_less_than_the_machine_has() -> None:
    assert 0 < memory.available() < memory._physical()


DOORS = {
    "a grid": (lambda: lattice.run(steps=1, height=20_000, width=20_000), "'?size"),
    "a long run": (lambda: lattice.run(steps=10_000_000), "steps"),
    "many runs": (lambda: lattice.run_many(range(1_000_000), steps=500), "seeds"),
    "an ensemble": (lambda: ensemble.run(crisis.load_scenario("kyrgyzstan-2010"), runs=100_000), "runs"),
    "agents": (lambda: ensemble.run(crisis.load_scenario("kazakhstan-2022"), engine="agents", workers=8), "workers"),
    "a council": (lambda: deliberate("kazakhstan-2022", draws=200_000), "draws"),
    "short steps": (lambda: compile_inputs(crisis.load_scenario("kazakhstan-2022"), step_hours=0.25), "places"),
}


@pytest.mark.parametrize("door", DOORS)
def test_every_door_refuses_what_does_not_fit_and_tells_its_size(door: str, monkeypatch: pytest.MonkeyPatch) -> None:
    open_door, key = DOORS[door]
    monkeypatch.setattr(memory, "available", lambda: 1e5 if door == "short steps" else 3e8)
    with pytest.raises(InputError, match="does not fit into the memory that this command may use") as caught:
        open_door()
    message = str(caught.value)
    assert "which takes about" in message
    assert "GB" in message
    assert "at most 0." in message
    assert key.strip("'?") in message


def test_a_stored_run_that_does_not_fit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ensemble.save(ensemble.run(crisis.load_scenario("kyrgyzstan-2010"), runs=2), tmp_path)
    monkeypatch.setattr(memory, "available", lambda: 1e5)
    with pytest.raises(InputError, match="the stored run does not fit into the memory"):
        ensemble.load(tmp_path)


@pytest.mark.skipif(sys.platform != "linux", reason="limits of addresses are counted on Linux only")
@pytest.mark.parametrize(
    "line",
    ["lattice --size 20000x20000 --steps 1", "run kazakhstan-2022 --runs 100000 --out {out}"],
)
def test_under_a_limit_of_addresses_too_large_a_command_is_refused(line: str, tmp_path: Path) -> None:
    program = (
        "import resource, sys\n"
        "resource.setrlimit(resource.RLIMIT_AS, (4_000_000_000, 4_000_000_000))\n"
        "from foedus.cli import main\n"
        "sys.argv = ['foedus', *sys.argv[1:]]\n"
        "main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *line.format(out=tmp_path / "out").split()],
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2, done.stderr
    assert "does not fit into the memory" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("value", [3_000_000_000, 10**300, 1e300, math.nan, math.inf, -1, 0.5, "7", None, True, [1]])
@pytest.mark.parametrize("name", ["steps", "seed", "threads", "burn", "max_age", "height", "outburst_above"])
def test_numbers_beyond_their_range_are_refused_with_it(name: str, value: object) -> None:
    if (name == "seed" and value == 3_000_000_000) or (value is None and name in {"steps", "outburst_above"}):
        return  # a seed, and what was not given
    with pytest.raises(InputError, match=f"'{name}' makes no sense") as caught:
        lattice.run(**{"steps": 1, name: value})
    assert "a whole number from" in str(caught.value)


@pytest.mark.parametrize("value", [2**31, 2**31 - 1, 1e300, 10**400, math.nan, -math.inf, 0, -3, 7.5])
def test_terms_in_jail_beyond_what_the_kernel_can_count_are_refused(value: float) -> None:
    with pytest.raises(InputError, match="jail_max"):
        lattice.run(steps=1, jail_max=value)


@pytest.mark.parametrize("name", ["draws", "seed"])
@pytest.mark.parametrize("value", [-1, 1e300, 10**30, math.nan, 0.5, "7", True])
def test_a_council_takes_whole_numbers_within_bounds(name: str, value: object) -> None:
    with pytest.raises(InputError, match=f"'{name}' makes no sense"):
        deliberate("kazakhstan-2022", **{name: value})  # type: ignore[arg-type]
