"""The store of runs: a directory of Parquet parts and a manifest."""

from __future__ import annotations

import hashlib
import math
import warnings
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from foedus import files, memory, record
from foedus.crisis import open_scenario
from foedus.crisis.layout import VARIABLES
from foedus.ensemble import copies, formats
from foedus.ensemble.folder import as_path, is_passing, names_in
from foedus.ensemble.manifest import AGAIN, DRAWN, MANIFEST, REPORT, STARTS, Manifest, read, write
from foedus.ensemble.result import Ensemble
from foedus.ensemble.runs import ARMS, Method
from foedus.ensemble.versions import versions
from foedus.errors import FoedusWarning, InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from foedus.crisis import Loaded

RUNS_PER_PART = 250


def save(
    ensemble: Ensemble, directory: Path, *, record_path: record.AnyRecord = None, loaded: Loaded | None = None
) -> dict[str, Any]:
    """Write an ensemble into an empty directory and return its manifest.

    Args:
        ensemble: the runs.
        directory: where to.
        record_path: a record of the user's own, if the report's forecast is made from one.
        loaded: the ensemble's scenario, if it is open already.

    """
    (directory / "parts").mkdir()
    tables, written = {}, {}
    for number, start in enumerate(range(0, ensemble.runs, RUNS_PER_PART)):
        name = f"parts/{number:05d}.parquet"
        written[name] = _write(_part(ensemble, start), directory, name)
    for name, columns in ((DRAWN, ensemble.drawn), (STARTS, ensemble.starts)):
        table = _table({key: _array(values) for key, values in columns.items()})
        tables[name] = _write(table, directory, name)
    prints, came_from = copies.keep(
        open_scenario(ensemble.scenario) if loaded is None else loaded,
        None if record_path is None else record.open_record(record_path),
        directory,
    )
    manifest = {
        "format": formats.name(formats.today()),
        "scenario": ensemble.scenario.name,
        **came_from,
        "seed": ensemble.seed,
        "runs": ensemble.runs,
        "replicates": ensemble.replicates,
        "method": asdict(ensemble.method),
        "arms": list(ARMS),
        "days": [str(day) for day in ensemble.days],
        "places": ensemble.places,
        "variables": list(VARIABLES),
        "parts": written,
        "tables": tables | prints,
        "versions": versions() if ensemble.versions is None else dict(ensemble.versions),
    }
    return write(directory, manifest)


def load(directory: Path | str) -> Ensemble:
    """Read a stored ensemble back.

    Raises:
        InputError: not a Foedus run, or its files are not what the manifest says.

    Warns:
        FoedusWarning: the scenario is gone or changed, so that the run's own copy is taken; the run is of a format
            whose manifest has no hash; files were added to the run, or taken from it.

    """
    place = as_path(directory, "directory")
    manifest = read(place)
    figures = _figures(place, manifest)
    drawn, starts = (_columns(place, name, manifest) for name in (DRAWN, STARTS))
    if "draw" not in drawn:
        raise _damaged(place / DRAWN, "no column 'draw'")
    scenario = copies.find_scenario(place, manifest)
    if manifest.places != tuple(one.code for one in scenario.places):
        raise _damaged(place / MANIFEST, "other places than the scenario has")
    method = Method(**manifest.method.model_dump())
    _tell_files(place, manifest)
    return Ensemble(
        scenario, manifest.seed, list(manifest.days), figures, drawn, manifest.replicates, method, starts,
        manifest.versions,
    )  # fmt: skip


def _tell_files(place: Path, manifest: Manifest) -> None:
    """Warn where nothing says that a manifest is as it was written, and of files that do not belong or are gone."""
    if not manifest.is_hashed:
        _warn(place, f"this run has format {manifest.number}, in which the manifest has no hash: edits to it go unseen")
        return
    listed = {MANIFEST, *manifest.parts, *manifest.tables}
    try:
        names = names_in(place)
    except OSError:  # a folder in it that cannot be looked into; whoever needs a file there says so
        return
    there = {name for name in names if not is_passing(name) and not _is_folder(place / name)}
    if extra := sorted(there - listed):
        _warn(place, f"not written by the run, and ignored: {', '.join(extra[:3])}{' ...' if len(extra) > 3 else ''}")
    if gone := sorted(listed - there):
        again = "; 'foedus report' writes it again" if gone == [REPORT] else ""
        _warn(place, f"gone from the run: {', '.join(gone[:3])}{' ...' if len(gone) > 3 else ''}{again}")


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _warn(place: Path, words: str) -> None:
    warnings.warn(f"{place}: {words}", FoedusWarning, stacklevel=4)


def _write(table: Any, directory: Path, name: str) -> str:
    """Write a table and return the fingerprint of its file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()  # Arrow's own files do not say why they cannot be written
    pq.write_table(table, sink, compression="zstd")
    content = sink.getvalue()
    files.add_to_draft(directory, name, content)
    return hashlib.sha256(content).hexdigest()


def _read(path: Path, sha256: str | None) -> Any:
    """Return the table in a file of a run, after a look at its fingerprint."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise _damaged(path, error.strerror) from error
    except OSError as error:
        raise InputError("a file of the run cannot be read", file=path, found=error.strerror) from error
    if sha256 is not None and hashlib.sha256(content).hexdigest() != sha256:
        raise _damaged(path, "another content than the run wrote")
    try:
        table = pq.read_table(pa.BufferReader(content))
        _ = table.column_names  # damaged ones are no text
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _damaged(path, "no Parquet table") from error
    return table


def _damaged(path: Path, found: str | None) -> InputError:
    return InputError("a file of the run is missing or was changed", file=path, found=found, cure=AGAIN)


def _figures(place: Path, manifest: Manifest) -> NDArray[np.floating[Any]]:
    cells = math.prod(manifest.shape)
    memory.require(
        16.0 * cells, "the stored run", key="runs", found=f"{cells:,} figures", cure="open it on a larger machine"
    )
    blocks: list[NDArray[np.floating[Any]]] = []
    for name, sha256 in manifest.parts.items():
        table = _read(place / name, sha256)
        lacking = [one for one in manifest.variables if one not in table.column_names]
        if lacking:
            raise _damaged(place / name, f"no column '{lacking[0]}'")
        columns = [table.column(one).to_numpy() for one in manifest.variables]
        if any(column.dtype.kind not in "iuf" for column in columns):
            raise _damaged(place / name, "a column that does not hold numbers")
        kind = np.float32 if all(column.dtype == np.float32 for column in columns) else np.float64
        blocks.append(np.column_stack(columns).astype(kind, copy=False))
    figures = np.concatenate(blocks)
    if figures.size != cells or not np.isfinite(figures).all():
        raise _damaged(place / MANIFEST, f"{manifest.runs} runs, days and places that do not fit the parts")
    return figures.reshape(manifest.shape)


def _columns(place: Path, name: str, manifest: Manifest) -> dict[str, NDArray[Any]]:
    """Return the columns of a table that has one row a run."""
    table = _read(place / name, manifest.tables.get(name))
    columns = {key: column.to_numpy() for key, column in zip(table.column_names, table.columns, strict=True)}
    for key, column in columns.items():
        if len(column) != manifest.runs or column.dtype.kind not in "iuf":
            raise _damaged(place / name, f"column '{key}' is not one number for each of {manifest.runs} runs")
    return columns


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
    return _table(columns | {name: _array(_narrow(flat[:, i])) for i, name in enumerate(VARIABLES)})


def _narrow(column: NDArray[Any]) -> NDArray[Any]:
    """Return a column in 32 bits if they hold it without loss."""
    small = column.astype(np.float32, copy=False)
    return small if np.array_equal(small, column) else column


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
