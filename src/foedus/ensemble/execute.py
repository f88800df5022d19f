"""Run an ensemble on several threads; run i depends on (seed, i) and nothing else."""

from __future__ import annotations

import importlib
import math
import os
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from foedus import memory
from foedus.crisis import Scenario
from foedus.crisis.contingents import by_place, draw_sizes
from foedus.crisis.inputs import MODES, compile_inputs
from foedus.crisis.layout import VARIABLES
from foedus.crisis.parameters import DTYPE, NAMES, draw
from foedus.ensemble.arguments import of_kind, one_of
from foedus.ensemble.result import Ensemble
from foedus.ensemble.runs import ARMS, Method
from foedus.given import number, whole
from foedus.progress import Event, Listener, silent

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from foedus.crisis.inputs import Mode

Engine = Literal["cohort", "agents"]
ENGINES: tuple[Engine, ...] = get_args(Engine)
REPLICATES = 2  # runs that share one draw of the parameters: what differs between them is chance
CHUNK = REPLICATES  # runs a task: those that share a draw, and with it the sizes of the contingents
MOST_RUNS = 100_000
_EXACT = 2**24  # up to here 32 bits hold every whole number


def run(
    scenario: Scenario,
    *,
    runs: int = 400,
    seed: int = 0,
    workers: int | None = None,
    engine: Engine = "cohort",
    mode: Mode = "hindcast",
    step_hours: float = 1.0,
    on_event: Listener = silent,
) -> Ensemble:
    """Simulate ``runs`` runs, each with and without the alliance's help, with the same random numbers.

    Runs 2k and 2k + 1 share the k-th draw of the parameters and of the contingents' sizes, so that chance and
    assumption can be told apart (``spread``). The result has the same bits for any number of workers.

    Args:
        scenario: the crisis.
        runs: in each arm.
        seed: of all random numbers.
        workers: threads; default one a processor.
        engine: ``cohort`` (counts of exchangeable people) or ``agents`` (one by one; the same law, slower).
        mode: ``hindcast`` takes the state's decisions as recorded; in ``free`` they are hazards of pressure.
        step_hours: length of a step; a day must hold a whole number of them.
        on_event: told of progress.

    Raises:
        InputError: a number of runs, seed or workers, an engine, mode or step that makes no sense.

    """
    of_kind("scenario", scenario, Scenario, "a loaded scenario: foedus.crisis.load_scenario(name)")
    runs = whole("runs", runs, 1, MOST_RUNS)
    seed = whole("seed", seed, 0, 2**63 - 1)
    workers = whole("workers", (os.cpu_count() or 1) if workers is None else workers, 1, 1024)
    step_hours = float(number("step_hours", step_hours, 0, 24, "hours"))
    one_of("engine", engine, ENGINES)
    one_of("mode", mode, MODES)
    inputs = compile_inputs(scenario, step_hours=step_hours, mode=mode)
    shape = (len(ARMS), len(inputs.days), len(scenario.places), len(VARIABLES))
    _require(scenario, runs, math.prod(shape), min(workers, -(-runs // CHUNK)), engine)
    numbers = [i // REPLICATES for i in range(runs)]
    drawn = draw(scenario.priors, seed, range(numbers[-1] + 1))[numbers]
    records = np.ascontiguousarray(drawn).view(DTYPE)[:, 0]
    sizes = draw_sizes(scenario.contingents, seed, range(numbers[-1] + 1))
    # the engine is compiled at first use; importing it late keeps errors in the input fast
    simulate = importlib.import_module(f"foedus.crisis.{engine}").simulate
    if message := importlib.import_module("foedus.crisis.codecache").note(simulate, "engine", "half a minute"):
        on_event(Event("note", "simulate", message=message))
    figures: NDArray[np.floating[Any]] = np.zeros((runs, *shape), dtype=np.float32)
    wide: list[tuple[int, NDArray[np.int64], NDArray[np.float64]]] = []  # first run, where, and what needs more bits
    starts = np.full((runs, len(ARMS), len(inputs.measures)), np.inf)
    no_trace = np.zeros((0, 0, 0, 0, 0), dtype=np.int64)

    def chunk(start: int) -> int:
        stop = min(start + CHUNK, runs)
        out = np.zeros((stop - start, *shape))
        plan = inputs.plan._replace(soldiers=by_place(scenario, sizes[numbers[start]]))
        simulate(seed, start, records[start:stop], inputs.world, plan, out, starts[start:stop], no_trace)
        figures[start:stop] = out
        if (at := _inexact(out)).size:
            wide.append((start, at, out.reshape(-1)[at]))
        return stop - start

    on_event(Event("start", "simulate", total=runs))
    try:
        _in_threads(chunk, range(0, runs, CHUNK), runs, workers, on_event)
    except MemoryError as error:
        raise memory.too_large(_people(scenario, engine) * workers, "the simulation", key="workers") from error
    if wide:
        figures = figures.astype(np.float64)
        for start, at, counts in wide:
            figures[start : start + CHUNK].reshape(-1)[at] = counts
    values = {"draw": np.array(numbers)} | dict(zip(NAMES, drawn.T, strict=True))
    began = dict(zip(_unique(inputs.measures), starts[:, 0].T, strict=True))
    return Ensemble(scenario, seed, inputs.days, figures, values, REPLICATES, Method(engine, mode, step_hours), began)


def _people(scenario: Scenario, engine: Engine) -> float:
    """Return about how many bytes one worker takes for the people of a run."""
    if engine == "agents":
        return 5.0 * sum(place.population for place in scenario.places)
    return 20_000.0 * len(scenario.places)


def _require(scenario: Scenario, runs: int, each: int, workers: int, engine: Engine) -> None:
    """Refuse more runs, days, places and people than fit into the memory; ``each``: figures of a run."""
    memory.require(
        16.0 * runs * each, "the ensemble", key="runs", cure="fewer runs, or a shorter or smaller scenario",
        found=f"{runs:,} runs of {each:,} figures",
    )  # fmt: skip
    memory.require(
        _people(scenario, engine) * workers, "the simulation", key="workers", cure="fewer workers, or engine: cohort",
        found=f"{workers} at once",
    )  # fmt: skip


def _inexact(out: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return where figures are too large for 32 bits, which from 16,777,216 on no longer hold every whole number."""
    return np.flatnonzero((np.abs(out) >= _EXACT) & (out.astype(np.float32) != out))


def _unique(labels: Sequence[str]) -> list[str]:
    """Return the labels, with a number where one comes twice."""
    return [label if labels.index(label) == n else f"{label} ({n})" for n, label in enumerate(labels)]


def _in_threads(chunk: Callable[[int], int], starts: range, total: int, workers: int, on_event: Listener) -> None:
    """Work through the chunks; on interruption stop at once, without waiting for what is queued."""
    pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="foedus")
    # a queue, not `futures.wait`: that takes the locks of all futures, and an interrupt there leaves one of them taken
    # and a worker waiting for ever
    finished: SimpleQueue[Future[int]] = SimpleQueue()
    done = 0
    try:
        for start in starts:
            pool.submit(chunk, start).add_done_callback(finished.put)
        while done < total:
            done += finished.get().result()
            on_event(Event("progress", "simulate", done=done, total=total))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
