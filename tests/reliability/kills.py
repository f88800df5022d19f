"""Kill writers at random moments; say what was not whole or untouched, and whether the next command works.

Half of the moments lie anywhere in the job, half after the first sign of writing in the folder.

``python kills.py FOLDER [--kills N] [--seed N] [--signal KILL|INT]`` prints a line of JSON for each kind of job. With
INT, Ctrl-C is pressed instead: then the job must also end with one line and leave no draft behind.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from faults import DRAFT, quietly, visible
from writers import WRITERS, Writer, contents, fresh

HERE = Path(__file__).parent
# how often each job is killed, of every hundred; run takes longest and has most to lose
SHARES = {
    "run": 10, "run, again": 10, "report": 8, "record add": 14, "record add, new": 6, "extract": 14, "extract --force": 6,
    "review": 12, "scenario new": 8, "scenario new, there": 6, "incident --force": 6,
}  # fmt: skip
ODD = re.compile("Traceback|Exception|^ +File ", re.MULTILINE)


def job(name: str) -> None:
    """Do one writer's work in the current folder, as a process of its own; say when it begins."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # as in ``foedus.__main__``; a job of the background has it ignored
    sys.stderr.write("begin\n")
    sys.stderr.flush()
    from foedus.cli import to_the_end

    sys.exit(to_the_end(WRITERS[name].work))


def started(name: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(HERE / "kills.py"), "--job", name], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        text=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [str(HERE), os.environ.get("PYTHONPATH")]))},
    )  # fmt: skip


def until_written(process: subprocess.Popen[str], folder: Path) -> None:
    """Wait for the first sign of writing, or the end of the job."""
    there = set(folder.iterdir())
    while set(folder.iterdir()) == there and process.poll() is None:
        time.sleep(0.0005)


def ended(name: str, folder: Path, after: float, how: signal.Signals, *, writing: bool) -> tuple[int, str]:
    """Start a job; so many seconds after its beginning, or after it began to write, send it the signal."""
    process = started(name)
    assert process.stderr is not None
    process.stderr.readline()
    if writing:
        until_written(process, folder)
    time.sleep(after)
    process.send_signal(how)
    said = process.communicate(timeout=60)[1]
    return process.returncode, said


def lasting(name: str, writer: Writer, folder: Path) -> tuple[float, float, dict[str, bytes]]:
    """Return how long a job takes in all, and from the first sign of writing, and what it leaves."""
    with fresh(folder):
        quietly(writer.begin)
        process = started(name)
        assert process.stderr is not None
        process.stderr.readline()
        began = time.monotonic()
        until_written(process, folder)
        wrote = time.monotonic()
        said = process.communicate(timeout=120)[1]
        assert process.returncode == 0, said
        return time.monotonic() - began, time.monotonic() - wrote, visible(contents(folder))


def killed(
    name: str, folder: Path, after: float, wanted: dict[str, bytes], how: signal.Signals, *, writing: bool
) -> tuple[str, list[str]]:
    """Kill a job; return in which state it was (before, whole, between), and what was not kept."""
    writer = WRITERS[name]
    with fresh(folder):
        quietly(writer.begin)
        before = visible(contents(folder))
        code, said = ended(name, folder, after, how, writing=writing)
        state = contents(folder)
        after_it = visible(state)
        faults = []
        if after_it not in (before, wanted) and not writer.many:
            halves = [n for n in {*before, *after_it, *wanted} if after_it.get(n) not in (before.get(n), wanted.get(n))]
            if halves or any(one.endswith("scenario.yaml") for one in after_it):  # which comes last of its files
                faults.append(f"neither as it was nor as it was to be: {halves or sorted(after_it)}")
        if how is signal.SIGINT:
            if code not in (0, 1, 130, -signal.SIGINT) or ODD.search(said):
                faults.append(f"exit code {code}, and said {said[-300:]!r}")
            if any(DRAFT.search(one) for one in state):
                faults.append("a draft was left")
        where = "whole" if after_it == wanted else "before" if after_it == before else "between"
        if where != "whole":
            done, told = quietly(writer.work)
            state = contents(folder)
            if done != 0 or visible(state) != wanted:
                faults.append(f"the next command did not do it: {told}")
            if left := [one for one in state if DRAFT.search(one)]:
                faults.append(f"drafts stayed: {left}")
        return where, faults


def kill_all(name: str, folder: Path, times: int, dice: random.Random, how: signal.Signals) -> dict[str, Any]:
    writer = WRITERS[name]
    lasts, writes, wanted = lasting(name, writer, folder)
    states = {"before": 0, "between": 0, "whole": 0}
    faults = []
    for number in range(times):
        writing = number % 2 == 0
        after = dice.random() ** 3 * writes if writing else dice.uniform(0, lasts)
        where, found = killed(name, folder, after, wanted, how, writing=writing)
        states[where] += 1
        faults += [f"after {after:.3f} s{' of writing' * writing}: {one}" for one in found]
    return {"job": name, "kills": times, "signal": how.name, "found": states, "faults": faults}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", nargs="?")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--signal", choices=["KILL", "INT"], default="KILL")
    parser.add_argument("--job")
    given = parser.parse_args()
    if given.job:
        job(given.job)
    dice, how = random.Random(given.seed), signal.Signals[f"SIG{given.signal}"]  # noqa: S311 - dice, not secrets
    for name, share in SHARES.items():
        times = max(1, round(given.kills * share / 100))
        sys.stdout.write(json.dumps(kill_all(name, Path(given.folder).resolve() / "kills", times, dice, how)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
