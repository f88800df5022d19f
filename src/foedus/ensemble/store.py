"""The store of runs: a directory of Parquet parts and a manifest, written whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import json
import platform
import re
import shutil
import tempfile
from dataclasses import asdict
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import foedus
from foedus.crisis import load_scenario
from foedus.crisis.layout import VARIABLES
from foedus.ensemble.result import ARMS, Ensemble, Method
from foedus.errors import InputError, RunError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

FORMAT = "foedus-run/2"
RUNS_PER_PART = 250
DRAWN, STARTS = "parameters.parquet", "began.parquet"
_WRITTEN = re.compile(rf"manifest\.json|scenario\.json|report\.html|{DRAWN}|{STARTS}|parts(/\d{{5}}\.parquet)?")


@contextlib.contextmanager
def claim_directory(out: Path) -> Iterator[Path]:
    """Give an empty directory to write into that takes the place of ``out`` when the block ends well.

    An earlier Foedus run in ``out`` is replaced only then; on failure or interruption it stays as it was.

    Raises:
        InputError: ``out`` is a file, or holds something that Foedus did not write.
        RunError: the place cannot be written.

    """
    if out.exists() and not out.is_dir():
        raise InputError("the output directory is a file", file=out, cure="name another place with --out")
    foreign = _not_ours(out) if out.is_dir() else []
    if foreign:
        raise InputError(
            "this directory holds something that Foedus did not write; nothing was touched",
            file=out,
            found=", ".join(foreign[:3]) + (" ..." if len(foreign) > 3 else ""),
            expected="an empty or new directory, or an earlier run and nothing else",
            cure="name another place with --out",
        )
    made = [folder for folder in out.parents if not folder.exists()]
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{out.name}-", suffix=".tmp", dir=out.parent))
    except OSError as error:
        raise RunError(
            "the output directory cannot be written", file=out, found=error.strerror,
            cure="name another place with --out",
        ) from error  # fmt: skip
    try:
        yield draft
        draft.chmod(0o755)
        if out.exists():
            aside = Path(tempfile.mkdtemp(prefix=f".{out.name}-", suffix=".old", dir=out.parent))
            out.replace(aside / "run")
            draft.replace(out)
            shutil.rmtree(aside, ignore_errors=True)
        else:
            draft.replace(out)
    except OSError as error:
        raise RunError("the results cannot be written", file=out, found=error.strerror) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
        for folder in made:  # leave no empty folder behind where nothing was written
            with contextlib.suppress(OSError):
                folder.rmdir()


def save(ensemble: Ensemble, directory: Path) -> dict[str, Any]:
    """Write an ensemble into an empty directory and return its manifest."""
    import pyarrow.parquet as pq

    parts = directory / "parts"
    parts.mkdir()
    written = {}
    for number, start in enumerate(range(0, ensemble.runs, RUNS_PER_PART)):
        path = parts / f"{number:05d}.parquet"
        pq.write_table(_part(ensemble, start), path, compression="zstd")
        written[f"parts/{path.name}"] = hashlib.sha256(path.read_bytes()).hexdigest()
    for name, columns in ((DRAWN, ensemble.drawn), (STARTS, ensemble.starts)):
        table = _table({key: _array(values) for key, values in columns.items()})
        pq.write_table(table, directory / name, compression="zstd")
    (directory / "scenario.json").write_text(ensemble.scenario.model_dump_json(indent=1), encoding="utf-8")
    manifest = {
        "format": FORMAT,
        "scenario": ensemble.scenario.name,
        "scenario_directory": str(ensemble.scenario.directory.resolve()),
        "scenario_sha256": ensemble.scenario.sha256(),
        "seed": ensemble.seed,
        "runs": ensemble.runs,
        "replicates": ensemble.replicates,
        "method": asdict(ensemble.method),
        "arms": list(ARMS),
        "days": [str(day) for day in ensemble.days],
        "places": ensemble.places,
        "variables": list(VARIABLES),
        "parts": written,
        "versions": versions(),
    }
    (directory / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    return manifest


def load(directory: Path | str) -> Ensemble:
    """Read a stored ensemble back.

    Raises:
        InputError: not a Foedus run, or its parts are not what the manifest says.

    """
    import datetime as dt

    import pyarrow.parquet as pq

    directory = Path(directory)
    if not _is_ours(directory):
        raise InputError("this is not a Foedus run", file=directory, expected="a directory with manifest.json")
    manifest = json.loads((directory / "manifest.json").read_text(encoding="utf-8"))
    blocks = []
    for name, sha256 in manifest["parts"].items():
        path = directory / name
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
            raise InputError("a part of the run is missing or was changed", file=path, cure="run the scenario again")
        table = pq.read_table(path, columns=manifest["variables"])
        blocks.append(np.column_stack([column.to_numpy() for column in table.columns]))
    scenario = load_scenario(Path(manifest["scenario_directory"]))
    if scenario.sha256() != manifest["scenario_sha256"]:
        raise InputError(
            "the scenario was changed since this run", file=directory, found=str(scenario.directory),
            cure="run the scenario again",
        )  # fmt: skip
    shape = tuple(len(manifest[axis]) for axis in ("arms", "days", "places", "variables"))
    figures = np.concatenate(blocks).reshape(manifest["runs"], *shape).astype(np.float32)
    return Ensemble(
        scenario,
        manifest["seed"],
        [dt.date.fromisoformat(day) for day in manifest["days"]],
        figures,
        _columns(pq.read_table(directory / DRAWN)),
        manifest["replicates"],
        Method(**manifest["method"]),
        _columns(pq.read_table(directory / STARTS)),
    )


def versions() -> dict[str, str]:
    """Return the versions that a result depends on."""
    libraries = {name: metadata.version(name) for name in ("numpy", "numba", "pandas", "pyarrow")}
    return {"foedus": foedus.__version__, "python": platform.python_version(), **libraries}


def _is_ours(directory: Path) -> bool:
    try:
        manifest = json.loads((directory / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(manifest, dict) and str(manifest.get("format", "")).startswith("foedus-run/")


def _not_ours(directory: Path) -> list[str]:
    """Return the names of what lies in a directory and is no part of a run."""
    ours = _WRITTEN if _is_ours(directory) else re.compile("")
    names = (path.relative_to(directory).as_posix() for path in directory.rglob("*"))
    return sorted(name for name in names if not ours.fullmatch(name))


def _columns(table: Any) -> dict[str, Any]:
    return {name: column.to_numpy() for name, column in zip(table.column_names, table.columns, strict=True)}


def _part(ensemble: Ensemble, start: int) -> Any:
    import pyarrow as pa

    block = ensemble.figures[start : start + RUNS_PER_PART]
    runs, arms, days, places, _ = block.shape
    grid = np.indices((runs, arms, days, places), dtype=np.int32).reshape(4, -1)
    since_1970 = np.array(ensemble.days, dtype="datetime64[D]").astype(np.int32)
    columns: dict[str, Any] = {
        "run": _array(grid[0] + np.int32(start)),
        "arm": pa.DictionaryArray.from_arrays(_array(grid[1].astype(np.int8)), _words(ARMS)),
        "day": _array(since_1970[grid[2]], pa.date32()),
        "place": pa.DictionaryArray.from_arrays(_array(grid[3]), _words(ensemble.places)),
    }
    flat = block.reshape(-1, block.shape[-1])
    return _table(columns | {name: _array(flat[:, i]) for i, name in enumerate(VARIABLES)})


# Arrow asks pandas about all that it is to convert, and importing pandas takes longer than a small run; of buffers it
# asks nothing.


def _table(columns: Mapping[str, Any]) -> Any:
    import pyarrow as pa

    return pa.Table.from_arrays(list(columns.values()), names=list(columns))


def _array(values: NDArray[Any], kind: Any = None) -> Any:
    import pyarrow as pa

    content = pa.py_buffer(np.ascontiguousarray(values))
    return pa.Array.from_buffers(kind or pa.from_numpy_dtype(values.dtype), len(values), [None, content])


def _words(words: Sequence[str]) -> Any:
    import pyarrow as pa

    encoded = [word.encode() for word in words]
    ends = np.cumsum([0, *map(len, encoded)], dtype=np.int32)
    return pa.StringArray.from_buffers(len(words), pa.py_buffer(ends), pa.py_buffer(b"".join(encoded)))
