"""Speed of the lattice beside its peers: ``python benchmarks/lattice.py`` (two minutes; Mesa if it is installed).

One update is one turn of one person or officer, jailed people included. Every figure is the best of several short
runs, because other work on the machine only ever makes a run slower; where a step is too long for that, the rate by
processor time stands beside it, which is what an otherwise idle machine would show. Compiling is not included.
"""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from foedus.crisis.lattice import BUNDLES, Parameters

if TYPE_CHECKING:
    from collections.abc import Callable

MASON = 690_000  # updates a second, MASON 22 on Java 17, measured on a calm machine of this kind (two EPYC cores)
MESA_RULES = BUNDLES["mesa-3.5"]
LARGE = 5120  # 5,120 x 5,120 sites: 19.4 million people and officers


def serial() -> tuple[float, float]:
    """Return updates a second at 40 x 40 on one core, and the seconds to compile or load the kernel."""
    from foedus.crisis.lattice.world import SerialWorld

    start = time.perf_counter()
    world = SerialWorld(Parameters(), MESA_RULES, 1)
    world.advance(1)
    ready = time.perf_counter() - start
    world.advance(100)
    everybody = world.people + world.officers
    return 20 * everybody / _best(lambda: world.advance(20), 2000)[0], ready  # 2 ms a run: some pass undisturbed


def mesa() -> float | None:
    """Return updates a second of Mesa's example with the same switches, its data collector off."""
    try:
        from mesa.examples.advanced.epstein_civil_violence.model import EpsteinCivilViolence
    except ImportError:
        return None
    model = EpsteinCivilViolence(seed=1, cop_density=0.04, legitimacy=0.82, max_jail_term=30, max_iters=10**9)
    model.datacollector.collect = lambda _model: None
    for _ in range(20):
        model.step()
    return len(model.agents) / _best(model.step, 60)[1]  # by processor time: a step is too long to pass undisturbed


def large(size: int, threads: int, steps: int) -> None:
    """Print updates a second of the tiles and the memory of this process; run in a process of its own."""
    from foedus.crisis.lattice.tiles_world import TilesWorld

    rules = replace(MESA_RULES, schedule="tiles")
    TilesWorld(Parameters(height=96, width=96), rules, 1, threads).advance(1)
    start = time.perf_counter()
    world = TilesWorld(Parameters(height=size, width=size), rules, 1, threads)
    setup = time.perf_counter() - start
    everybody = world.people + world.officers
    wall, cpu = _best(lambda: world.advance(1), steps)
    rate, undisturbed = everybody / wall, everybody * threads / cpu
    status = Path("/proc/self/status").read_text(encoding="ascii")  # Linux; the other counter includes the parent's
    memory = int(status.split("VmHWM:")[1].split()[0]) / 1024
    print(
        f"tiles, {everybody / 1e6:5.2f} million on {size} x {size}, {threads} thread(s): {rate / 1e6:6.1f} million/s "
        f"({undisturbed / 1e6:.1f} by processor time), peak memory {memory:.0f} MiB, set up in {setup:.1f} s"
    )


def _best(job: Callable[[], object], repeat: int) -> tuple[float, float]:
    """Return the least wall and processor seconds of a job."""
    walls, cpus = [], []
    for _ in range(repeat):
        start, busy = time.perf_counter(), time.process_time()
        job()
        walls.append(time.perf_counter() - start)
        cpus.append(time.process_time() - busy)
    return min(walls), min(cpus)


def main() -> None:
    """Print each figure beside its limit."""
    ours, ready = serial()
    print(f"40 x 40, one core: {ours / 1e6:.1f} million updates/s (limit 12.4); compiled or loaded in {ready:.1f} s")
    print(f"  {ours / MASON:.0f} x MASON's {MASON:,} (limit 18)")
    peer = mesa()
    again, _ = serial()  # before and after: the machine may have been busier for one of them
    if peer is None:
        print("  Mesa is not installed (dependency group 'peers')")
    else:
        print(
            f"  {max(ours, again) / peer:.0f} x Mesa's {peer:,.0f} by processor time, measured in this run (limit 360)"
        )
    for size, threads, steps in ((1024, 1, 30), (1024, 2, 30), (LARGE, 1, 4), (LARGE, 2, 12)):
        sys.stdout.flush()
        command = [sys.executable, __file__, "large", str(size), str(threads), str(steps)]
        subprocess.run(command, check=True)
    print("limits at 19.4 million: 40 million/s on two cores, 350 MB")


if __name__ == "__main__":
    if sys.argv[1:2] == ["large"]:
        large(*map(int, sys.argv[2:]))
    else:
        main()
