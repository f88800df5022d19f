"""Base frames of a study: every state or pair of states in every year, from the external lists of state systems."""

from __future__ import annotations

import datetime as dt
import operator
import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from foedus.errors import InputError, RunError, told

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

System = Literal["cow", "gw"]
FIRST, LAST = 1816, 2024
"""Years that the lists of state systems speak of."""
_FAR = 2200  # pandas counts days up to 2262
_FILES = {"cow": "cow_states.rda", "gw": "gw_states.rda"}


def data_folder(path: Path | str | None = None) -> Path:
    """Return the folder of the external data: the argument, else ``FOEDUS_DATA``.

    Raises:
        InputError: neither is given, or there is no such folder.

    """
    place = path or os.environ.get("FOEDUS_DATA")
    if place is None:
        raise InputError("no external data given", cure="name their folder, or set FOEDUS_DATA to it")
    if not Path(place).is_dir():
        raise InputError("no such folder of external data", found=place, cure="set FOEDUS_DATA to the right one")
    return Path(place)


def read_rda(path: Path) -> pd.DataFrame:
    """Read the one table of an R data file.

    Raises:
        InputError: the file is missing.
        RunError: the reader is not installed.

    """
    if not path.is_file():
        raise InputError("an external data file is missing", file=path)
    try:
        import pyreadr
    except ImportError as error:
        raise RunError("reading R data files needs pyreadr", cure="pip install 'foedus[data]'") from error
    table: pd.DataFrame = next(iter(pyreadr.read_r(str(path)).values()))
    return table


def members(system: System = "cow", data: Path | str | None = None, through: int = LAST) -> pd.DataFrame:
    """Return stretches of membership in a state system: ``code``, ``start``, ``end`` (days, both included).

    Stretches that run to the end of the list are prolonged to the end of ``through``.
    """
    import pandas as pd

    last_year = whole_year(through, "through")
    if last_year > _FAR:
        raise InputError("'through' is too far ahead", key="through", found=last_year, expected=f"up to {_FAR}")
    if system not in _FILES:
        raise InputError(f"unknown state system '{system}'", expected="cow or gw")
    table = read_rda(data_folder(data) / "states" / _FILES[system])
    if system == "cow":
        parts = {side: table[[f"{side}year", f"{side}month", f"{side}day"]].astype(int) for side in ("st", "end")}
        days: dict[str, pd.Series[pd.Timestamp]] = {}
        for side, part in parts.items():
            part.columns = ["year", "month", "day"]
            days[side] = pd.to_datetime(part)
        found = pd.DataFrame({"code": table["ccode"].astype(int), "start": days["st"], "end": days["end"]})
    else:
        found = pd.DataFrame(
            {
                "code": table["gwcode"].astype(int),
                "start": pd.to_datetime(table["startdate"].astype(str)),
                "end": pd.to_datetime(table["enddate"].astype(str)),
            }
        )
    last = found["end"].max()
    found.loc[found["end"] == last, "end"] = pd.Timestamp(year=max(last_year, last.year), month=12, day=31)
    return found.sort_values(["code", "start"], ignore_index=True)


def state_years(start: int, end: int, system: System = "cow", data: Path | str | None = None) -> pd.DataFrame:
    """Return one row for each state and year in which it was a member on at least one day: ``code``, ``year``."""
    import pandas as pd

    rows = [
        (code, np.full(len(code), year)) for year in _years(start, end) if len(code := _codes_in(year, system, data))
    ]
    return pd.DataFrame(
        {"code": np.concatenate([code for code, _ in rows]), "year": np.concatenate([year for _, year in rows])}
    )


def dyad_years(
    start: int, end: int, directed: bool = True, system: System = "cow", data: Path | str | None = None
) -> pd.DataFrame:
    """Return one row for each pair of states and year in which both were members on the same day.

    Pairs whose memberships fell into the same year without a common day ("false dyads") are left out.

    Args:
        start: first year.
        end: last year.
        directed: both (a, b) and (b, a), or only a < b.
        system: Correlates of War or Gleditsch and Ward.
        data: folder of the external data (default: ``FOEDUS_DATA``).

    """
    import pandas as pd

    ones, twos, years = [], [], []
    wanted = _years(start, end)
    stretches = _stretches(system, data)
    for year in wanted:
        first, last = _ordinals(year)
        begin, finish = np.maximum(stretches[:, 1], first), np.minimum(stretches[:, 2], last)
        here = np.flatnonzero(begin <= finish)
        together = (begin[here][:, None] <= finish[here]) & (begin[here] <= finish[here][:, None])
        code = stretches[here, 0]
        apart = code[:, None] != code if directed else code[:, None] < code
        a, b = np.nonzero(together & apart)
        pairs = np.stack([code[a], code[b]], axis=1)
        if len(np.unique(code)) != len(code):  # a state with two stretches in one year
            pairs = np.unique(pairs, axis=0)
        ones.append(pairs[:, 0])
        twos.append(pairs[:, 1])
        years.append(np.full(len(pairs), year, dtype=np.int16))
    return pd.DataFrame({"code1": np.concatenate(ones), "code2": np.concatenate(twos), "year": np.concatenate(years)})


def _codes_in(year: int, system: System, data: Path | str | None) -> NDArray[np.int64]:
    stretches = _stretches(system, data)
    first, last = _ordinals(year)
    inside = (stretches[:, 1] <= last) & (stretches[:, 2] >= first)
    return np.unique(stretches[inside, 0])


_CACHE: dict[tuple[str, str], NDArray[np.int64]] = {}


def _stretches(system: System, data: Path | str | None) -> NDArray[np.int64]:
    """Return [stretch, (code, first day, last day)] with days as ordinals."""
    key = (system, str(data_folder(data).resolve()))
    if key not in _CACHE:
        table = members(system, data)
        days = [table[name].map(lambda day: day.toordinal()).to_numpy(np.int64) for name in ("start", "end")]
        _CACHE[key] = np.stack([table["code"].to_numpy(np.int64), *days], axis=1)
    return _CACHE[key]


def _ordinals(year: int) -> tuple[int, int]:
    return dt.date(year, 1, 1).toordinal(), dt.date(year, 12, 31).toordinal()


def whole_year(value: object, key: str) -> int:
    """Return a year that a caller gives: a whole number, of Python's or numpy's.

    Raises:
        InputError: it is not one.

    """
    try:
        return operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        raise InputError(
            f"'{key}' is not a year", key=key, found=told(value, 80, repr), expected="such as 1990"
        ) from None


def _years(start: int, end: int) -> range:
    """Return the years from one to another, both included."""
    first, last = whole_year(start, "start"), whole_year(end, "end")
    if not FIRST <= first <= last <= LAST:
        raise InputError(
            "these years are outside the state systems",
            found=f"{told(first, 80)} to {told(last, 80)}",
            expected=f"{FIRST} to {LAST}",
        )  # fmt: skip
    return range(first, last + 1)
