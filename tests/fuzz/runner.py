"""Feed a target inputs by number and keep count; one input, and so one failure, comes back by its number and seed."""

from __future__ import annotations

import contextlib
import json
import re
import signal
import time
import traceback
import warnings
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Literal

from foedus.errors import FoedusError, FoedusWarning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Outcome = Literal["unread", "refused", "accepted"]
LONGEST = 5.0  # seconds of this process's own time for one input; a machine may be busy with others
_SHOWN = 3  # numbers kept of each failure
_RAW = re.compile(
    r"(?i:input should|string should|field required|extra inputs|validation error|value error,|assertion failed|unable to parse)|\[type=|pydantic|ruamel"
    r"|<class '| object at 0x|datetime\.date\(|NoneType|Traceback|could not convert string|invalid literal for"
    r"|CommentedMap|CommentedSeq|ordereddict|np\.(?:float|int|str_)"
)


class Wrong(AssertionError):  # noqa: N818 - reads as what it says
    """What was promised does not hold: the first line names the kind of fault."""


class _Hang(BaseException):
    pass


@dataclass(frozen=True, slots=True)
class Target:
    """What is fed: ``make`` draws an input, ``use`` gives it to Foedus and says what became of it.

    ``share`` is the part of the inputs that it gets beside the others; slow targets get less.
    ``use`` returns "unread" where the input did not even parse; what it raises, but for a FoedusError, is a failure.
    """

    name: str
    make: Callable[[Random], Any]
    use: Callable[[Any], Outcome]
    share: float = 1.0


@dataclass(slots=True)
class Tally:
    """What became of a target's inputs."""

    target: str
    inputs: int = 0
    unread: int = 0
    refused: int = 0
    accepted: int = 0
    failures: int = 0
    seconds: float = 0.0
    slowest: tuple[float, int] = (0.0, 0)  # seconds, and the number of that input
    kinds: dict[str, list[int]] = field(default_factory=dict)
    told: dict[str, int] = field(default_factory=dict)

    def add(self, other: Tally) -> None:
        """Take in what another process counted."""
        for name in ("inputs", "unread", "refused", "accepted", "failures", "seconds"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.slowest = max(self.slowest, other.slowest)
        for kind, numbers in other.kinds.items():
            self.kinds[kind] = [*self.kinds.get(kind, []), *numbers][:_SHOWN]
        for kind, count in other.told.items():
            self.told[kind] = self.told.get(kind, 0) + count

    @property
    def parsed(self) -> float:
        """Share of the inputs that pass the first check."""
        return 1 - self.unread / self.inputs if self.inputs else 0.0


def draw(target: Target, seed: int, number: int) -> Any:
    """Return the input of a number."""
    return target.make(Random(f"{seed}/{target.name}/{number}"))


def play(target: Target, seed: int, numbers: range, until: float | None = None) -> Tally:
    """Feed a target the inputs of some numbers, and count."""
    tally = Tally(target.name)
    began = time.process_time()
    with _strict():
        for number in numbers:
            if until is not None and time.monotonic() > until:
                break
            given = draw(target, seed, number)
            start = time.process_time()
            kind = one(target, given, tally)
            if kind is not None and time.process_time() - start >= LONGEST:  # perhaps it compiled something; not twice
                kind = one(target, given, tally)
            tally.slowest = max(tally.slowest, (time.process_time() - start, number))
            tally.inputs += 1
            if kind is not None:
                tally.failures += 1
                tally.told[kind] = tally.told.get(kind, 0) + 1
                tally.kinds[kind] = [*tally.kinds.get(kind, []), number][:_SHOWN]
    tally.seconds = time.process_time() - began
    return tally


def one(target: Target, given: Any, tally: Tally) -> str | None:
    """Feed one input; return the kind of failure, or None."""
    try:
        with _at_most(LONGEST):
            outcome = target.use(given)
        setattr(tally, outcome, getattr(tally, outcome) + 1)
    except FoedusError as error:
        tally.refused += 1
        return improper(error)
    except _Hang as error:
        return f"hang in {_place(error)}"
    except Wrong as error:
        return f"wrong: {str(error).splitlines()[0][:100]}"
    except (KeyboardInterrupt, GeneratorExit):
        raise
    except BaseException as error:  # noqa: BLE001 - that is what we look for
        return f"{type(error).__name__} in {_place(error)}"
    return None


def improper(error: FoedusError) -> str | None:
    """Return what is wrong with a message, if anything: it must be in our words and say something."""
    told = "\n".join(part for one in (error, *error.more) for part in (one.message, one.expected, one.cure) if part)
    if raw := _RAW.search(told):
        return f"raw words of a library: {raw[0]!r} in {_place(error)}"
    if not error.message.strip():
        return f"an error without words in {_place(error)}"
    if error.exit_code not in (1, 2):
        return f"exit code {error.exit_code}"
    return None


def _place(error: BaseException) -> str:
    """Return the innermost place of our own that an error passed."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "/foedus/" in frame.filename] or frames
    return f"{ours[-1].filename.rpartition('/foedus/')[2]}:{ours[-1].name}" if ours else "nowhere"


@contextlib.contextmanager
def _strict() -> Iterator[None]:
    """Take every warning but our own for a failure: a number that overflowed says it only so."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", FoedusWarning)
        yield


@contextlib.contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """Stop what takes longer; a signal is asked, so that no thread is needed (not on Windows)."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def stop(_number: int, _frame: object) -> None:
        raise _Hang

    before = {number: signal.signal(number, stop) for number in (signal.SIGPROF, signal.SIGALRM)}
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, 20 * seconds)  # for what waits and uses no time of its own
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in before.items():
            signal.signal(number, handler)


def markdown(tallies: list[Tally]) -> str:
    """Return the counts as a table for people."""
    rows = [
        "| target | inputs | pass the first check | accepted | refused | failures | slowest, s |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    total = Tally("all")
    for tally in tallies:
        total.add(tally)
    rows += [
        f"| {t.target} | {t.inputs:,} | {t.parsed:.0%} | {t.accepted:,} | {t.refused:,} | {t.failures:,} | {t.slowest[0]:.2f} |"
        for t in (*tallies, total)
    ]
    return "\n".join(rows) + "\n"


def write(folder: Path, tallies: list[Tally], seed: int) -> None:
    """Write the counts and the failures, each with the numbers that bring it back."""
    folder.mkdir(parents=True, exist_ok=True)
    data = {"seed": seed, "targets": [asdict(tally) | {"parsed": tally.parsed} for tally in tallies]}
    (folder / "summary.json").write_text(json.dumps(data, indent=1), encoding="utf-8")
    told = [
        f"- {tally.told[kind]} x {kind}; again with `--target {tally.target} --seed {seed} --number {numbers[0]}`"
        for tally in tallies
        for kind, numbers in tally.kinds.items()
    ]
    (folder / "summary.md").write_text(markdown(tallies) + "\n" + "\n".join(told) + "\n", encoding="utf-8")
