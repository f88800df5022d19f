"""Calls in a table, councils that bargain, the shipped fits, and what was read before and kept."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

import mutators
import scratch
from runner import Outcome, Target, Wrong
from targets_law import as_text, read_yaml, unread
from targets_tables import make_table, parsed, record_rows

from foedus import forecast, treaties
from foedus.errors import FoedusError
from foedus.forecast import council, shipped, table
from foedus.treaties import load
from foedus.yamlfile import load_plain

if TYPE_CHECKING:
    from random import Random

    import numpy as np
    from numpy.typing import NDArray


def _use_calls(text: str) -> Outcome:
    path = scratch.file("calls.csv", text)
    try:
        found = table.read(path)
    except FoedusError:
        if parsed(text):
            raise
        return "unread"
    calls = list(found)
    if len(calls) != found.count:
        raise Wrong("another number of calls than was counted")
    if len(text) % 10 == 0:
        for one in forecast.forecast_calls(found, analogues=1):
            json.dumps(one.to_dict(), allow_nan=False)
            if not 0 <= one.p_act <= 1 or not 0 <= one.interval[0] <= one.interval[1] <= 1:
                raise Wrong("a chance outside of 0 to 1")
    return "accepted"


@cache
def _councils() -> list[Any]:
    return [load_plain(file) for file in sorted(council.FOLDER.glob("*.yaml"))]


def _make_council(rng: Random) -> str:
    return as_text(rng, mutators.tree(rng, rng.choice(_councils()), mutators.harvest(_councils())))


def _use_council(text: str) -> Outcome:
    path = read_yaml(text, "council.yaml")
    try:
        case = council.load(path)
    except FoedusError:
        if unread(path):
            return "unread"
        raise
    if len(text) % 3 == 0:
        found = council.deliberate(case, draws=20)
        json.dumps(found.to_dict(), allow_nan=False)
        for verdict in found.verdicts:
            low, high = verdict.interval
            if not case.issue.low <= low <= high <= case.issue.high or not 0 <= (verdict.p_pass or 0) <= 1:
                raise Wrong(f"a verdict off the scale\n{verdict}")
    return "accepted"


_FIT = "fit"
_MARK = shipped.Mark("mark", "seen")


@cache
def _fits() -> tuple[bytes, dict[str, NDArray[np.generic]]]:
    """Return a small stored fit and what it holds."""
    import numpy as np

    arrays: dict[str, Any] = {
        "draws": np.linspace(0, 1, 200).reshape(20, 10),
        "names": np.array(["a", "b"]),
        "r_hat": np.array(1.0),
    }
    with mock.patch.object(shipped, "FOLDER", scratch.folder()):
        raw = shipped.write(_FIT, _MARK, arrays).read_bytes()
        return raw, shipped.read(_FIT, _MARK)


def _make_fit(rng: Random) -> bytes:
    raw, _ = _fits()
    turn = rng.random()
    if turn < 0.1:
        return raw[: rng.randrange(len(raw))]
    if turn < 0.6:  # one byte, wherever it is
        at = rng.randrange(len(raw))
        return raw[:at] + bytes([raw[at] ^ (1 << rng.randrange(8))]) + raw[at + 1 :]
    return mutators.noise(rng, raw)


def _use_fit(raw: bytes) -> Outcome:
    (scratch.folder() / f"{_FIT}.npz").write_bytes(raw)
    with mock.patch.object(shipped, "FOLDER", scratch.folder()):
        found = shipped.read(_FIT, _MARK)
    for name, values in _fits()[1].items():
        if name in found and found[name].tobytes() != values.tobytes():
            raise Wrong("a damaged fit that is taken for a whole one")
    return "accepted"


@cache
def _kept(folder: Path) -> tuple[Path, Path, bytes, dict[str, Any]]:
    """Return a folder of a few treaties, the file that keeps them, its content, and the treaties."""
    own = folder / "library"
    own.mkdir()
    for name in ("anzus-1951", "fpda-1971"):
        shutil.copyfile(Path(treaties.__file__).parent / "library" / f"{name}.yaml", own / f"{name}.yaml")
    with mock.patch.dict(os.environ, {"XDG_CACHE_HOME": str(folder)}):
        whole = dict(load.load_library(own))
    store = next((folder / "foedus").glob("treaties-*.json"))
    return own, store, store.read_bytes(), whole


def _make_kept(rng: Random) -> bytes:
    _, store, raw, _ = _kept(scratch.folder())
    if rng.random() < 0.4:
        return mutators.noise(rng, raw)
    documents = json.loads(raw.split(b"\n", 1)[1])
    content = json.dumps(mutators.tree(rng, documents, mutators.harvest(documents)), default=str).encode()
    return hashlib.sha256(store.name.encode() + b"\0" + content).hexdigest().encode() + b"\n" + content


def _use_kept(raw: bytes) -> Outcome:
    own, store, _, whole = _kept(scratch.folder())
    store.write_bytes(raw)
    seal, _, content = raw.partition(b"\n")
    sealed = seal == hashlib.sha256(store.name.encode() + b"\0" + content).hexdigest().encode()
    with mock.patch.dict(os.environ, {"XDG_CACHE_HOME": str(store.parents[1])}):
        found = dict(load.load_library(own))
    if not sealed and found != whole:
        raise Wrong("a damaged cache that is taken for a whole one")
    return "accepted" if sealed else "unread"


TARGETS = (
    Target("calls", make_table(record_rows, 6), _use_calls, 2.0),
    Target("bargain", _make_council, _use_council, 0.4),
    Target("fit", _make_fit, _use_fit, 3.0),
    Target("kept", _make_kept, _use_kept, 0.3),
)
