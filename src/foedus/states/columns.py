"""Columns of a frame that name states and years: which they are, and which state and year each of their cells means."""

from __future__ import annotations

import datetime as dt
import math
import numbers
import re
import warnings
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from foedus.csvfile import data_rows
from foedus.dates import DateInterval
from foedus.errors import FoedusWarning, InputError, told
from foedus.states.codes import System as Numbered
from foedus.states.codes import codes, exists
from foedus.states.conversion import convert
from foedus.states.names import code_of, numeric_codes

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    import pandas as pd
    from numpy.typing import NDArray

System = Literal["iso3", "cow", "gw", "iso3n", "cow_abbreviation"]
"""What a column holds: ISO 3166 alpha-3 codes or names, numbers of a state system, ISO numbers, COW abbreviations."""

_STATES: dict[str, System] = {
    "code": "cow", "ccode": "cow", "cowcode": "cow", "cow": "cow", "gwcode": "gw", "gwno": "gw", "gw": "gw",
    "iso3": "iso3", "iso3c": "iso3", "iso3n": "iso3n", "state": "iso3", "stateabb": "cow_abbreviation",
    "country": "iso3", "countryname": "iso3", "statenme": "iso3", "statename": "iso3",
    "iso2": "iso3", "iso2c": "iso3", "isoa2": "iso3", "isoa3": "iso3", "alpha2": "iso3", "alpha3": "iso3",
}  # fmt: skip
_PAIRED = (("1", "2"), ("a", "b"))
_WHEN = ("year", "date", "day")
_MISSING = frozenset({"", "nan", "na", "n/a", "none", "null", "nat", "<na>", ".", "-"})
_NO_YEAR = frozenset({-8, -9, -88, -99, -888, -999, -8888, -9999})  # as in Correlates of War
_TOLD = 5
_DAYS = "a day on which one had it: "


class Read(NamedTuple):
    """The states of a column: ``which`` of ``states`` each row has, -1 where it has none."""

    which: NDArray[np.int64]
    states: list[str | int]


def recognised(columns: Iterable[Hashable], system: System | None = None) -> tuple[tuple[str, ...], System]:
    """Return the columns of two states, or of one, and of the year, and what the first hold.

    >>> recognised(["ccode1", "ccode2", "year"])
    (('ccode1', 'ccode2', 'year'), 'cow')
    >>> recognised(["country", "date"])
    (('country', 'date'), 'iso3')

    Args:
        columns: of a frame.
        system: only columns that hold this; ``code`` holds whatever is given.

    Raises:
        InputError: there are no such columns.

    """
    named = {_plain(column): str(column) for column in columns if isinstance(column, str)}
    when = next((named[name] for name in _WHEN if name in named), None)
    for ends in (*_PAIRED, ("",)):
        for name, held in _STATES.items():
            found = [named[name + end] for end in ends if name + end in named]
            fits = system in (None, held) or name == "code"
            if when is not None and fits and len(found) == len(ends):
                return (*found, when), system if name == "code" and system else held
    if len(found := [named[f"{name}a"] for name in _STATES if f"{name}a" in named]) == 1 and when:
        return (found[0], when), _STATES[_plain(found[0])[:-1]]
    raise InputError(
        "the frame has no columns of states and years that are known" + (f" for {system}" if system else ""),
        found=", ".join(map(str, columns)) or "no columns",
        expected="year, date or day, and " + ", ".join(_STATES) + ", alone or with 1 and 2, or a and b",
        cure="name them: columns=('state1', 'state2', 'year')",
    )  # fmt: skip


def held(column: str) -> System:
    """Return what a column of states holds, by its name; numbers of Correlates of War where that does not tell."""
    plain = _plain(column)
    return _STATES.get(plain) or _STATES.get(plain[:-1]) or "cow"


def read_states(column: pd.Series[Any], system: System) -> Read:
    """Return the states of a column; missing cells, in whatever way they are missing, have none.

    Numbers may be written as 2, 2.0, "2" or "2.0"; negative ones are missing, as in Correlates of War. Cells that name
    no state are told in a ``FoedusWarning``, and count as missing.

    Raises:
        InputError: a cell is neither text nor a number.

    """
    which, cells = _distinct(column)
    values: dict[str | int, int] = {}
    place, unknown = np.full(len(cells) + 1, -1, dtype=np.int64), []
    for number, cell in enumerate(cells):
        value = _value(cell, system)
        if value is None:
            continue
        if (isinstance(value, str) and value.startswith("\0")) or not _is_known(value, system):
            unknown.append(told(cell, 80, repr if isinstance(cell, str) else str))
            continue
        place[number] = values.setdefault(value, len(values))
    two = [cell for cell in cells if isinstance(cell, str) and re.fullmatch(r"\s*[A-Za-z]{2}\s*", cell)]
    if system == "iso3" and len(two) > sum(cell.strip().upper() == "NA" for cell in two) > 0:
        what = f"column '{column.name}' has codes of two letters, and NA in it counts as missing; Namibia is NAM"
        warnings.warn(what, FoedusWarning, stacklevel=3)
    if unknown:
        some = ", ".join(unknown[:_TOLD]) + (f" and {len(unknown) - _TOLD} more" if len(unknown) > _TOLD else "")
        what = f"column '{column.name}': no state has {some}; their rows are missing"
        warnings.warn(what, FoedusWarning, stacklevel=3)
    return Read(place[which], list(values))


def read_years(column: pd.Series[Any]) -> NDArray[np.int64]:
    """Return the year of each cell, 0 where it is missing, as -9 is; a date counts as its year.

    Raises:
        InputError: a cell is neither a year nor a date.

    """
    which, cells = _distinct(column)
    years = np.zeros(len(cells) + 1, dtype=np.int64)
    for number, cell in enumerate(cells):
        years[number] = _year(cell, column)
    return years[which]


def state_in(value: str | int, year: int, system: System) -> str:
    """Return a state's ISO code as of the end of a year (its middle where it ended in it); empty if it had none.

    What is known and meant no state in the year is told in a ``FoedusWarning``, with the days on which it did.

    >>> state_in(365, 1980, "cow"), state_in("Russia", 1980, "iso3")
    ('SUN', 'SUN')
    """
    found = _state_in(value, year, system)
    if not found and 1 <= year <= dt.MAXYEAR:
        # the same words for every year of a code, so that Python shows them once
        warnings.warn(f"{_no_state(value, year, system)}; its rows of other years are missing", FoedusWarning, 3)
    return found


def _no_state(value: str | int, year: int, system: System) -> str:
    try:
        _state_on(value, dt.date(year, 12, 31), system)
    except InputError as error:
        if error.expected and error.expected.startswith(_DAYS):
            return f"{value!r} means a state {error.expected.removeprefix(_DAYS)}"
        told_why = error.message.replace(f" on {year}-12-31", "")
        return f"{told_why}; {error.cure or error.expected}"
    return repr(value)


@lru_cache(maxsize=65536)
def _state_in(value: str | int, year: int, system: System) -> str:
    if not 1 <= year <= dt.MAXYEAR:
        return ""
    for month, day in ((12, 31), (7, 1), (1, 1)):
        try:
            return _state_on(value, dt.date(year, month, day), system)
        except InputError:
            continue
    return ""


def _state_on(value: str | int, day: dt.date, system: System) -> str:
    if system == "iso3":
        return code_of(str(value), day)
    source: Numbered = "gw" if system == "gw" else "cow"
    numbers_held = _numbers(system)[value] if system in ("iso3n", "cow_abbreviation") else (value,)
    if system == "iso3n":
        there = [str(code) for code in numbers_held if exists(str(code), day)]
        return code_of(there[0] if there else str(numbers_held[0]), day)
    return str(convert(numbers_held[0], source, "iso3", day))


def _plain(column: object) -> str:
    return re.sub(r"[\s_.-]", "", str(column)).casefold()


def _distinct(column: pd.Series[Any]) -> tuple[NDArray[np.int64], list[Any]]:
    """Return which of the distinct cells each row has, -1 where it is missing, and those cells."""
    import pandas as pd

    if column.ndim > 1:  # what pandas returns for a name that two columns have
        raise InputError(f"column '{column.keys()[0]}' appears twice", cure="rename one of them")
    try:
        which, cells = pd.factorize(column)
    except TypeError as error:
        raise InputError(
            f"column '{column.name}' holds cells that are neither text nor numbers", found=error,
            expected="one code, name, year or date a cell",
        ) from error  # fmt: skip
    return np.asarray(which, dtype=np.int64), list(cells)


def _value(cell: Any, system: System) -> str | int | None:
    """Return a cell as a number, or as text where the column holds names or abbreviations; None if it is missing."""
    text = cell.strip() if isinstance(cell, str) else None
    if text is not None and text.casefold() in _MISSING:
        return None
    if system in ("iso3", "cow_abbreviation"):
        return text.upper() if text and system == "cow_abbreviation" else text or f"\0{told(cell)}"
    number = _number(text if text is not None else cell)
    if number is None:
        return f"\0{told(cell)}"
    return None if number < 0 else number


def _number(cell: Any) -> int | None:
    try:
        number = float(cell) if isinstance(cell, str | numbers.Real) else math.nan
    except (ValueError, OverflowError):
        return None
    return int(number) if number.is_integer() and not isinstance(cell, bool | np.bool_) else None


def _is_known(value: str | int, system: System) -> bool:
    if system != "iso3":
        return value in _numbers(system)
    try:
        code_of(str(value))
    except InputError:
        return any(_state_in(value, year, "iso3") for year in (1955, 1985))  # a name that several have today
    return True


@lru_cache(maxsize=4)
def _numbers(system: System) -> dict[str | int, tuple[str | int, ...]]:
    """Return what the values of a system stand for: alpha-3 codes for ISO numbers, COW numbers for the others."""
    if system == "iso3n":
        return {int(number): states for number, states in numeric_codes().items()}
    if system == "cow_abbreviation":
        rows = data_rows("foedus.states", "abbreviations.csv")
        return {row["abbreviation"]: (int(row["cow"]),) for row in rows}
    return {number: (number,) for row in codes() if (number := row.gw if system == "gw" else row.cow) is not None}


def _year(cell: Any, column: pd.Series[Any]) -> int:
    if isinstance(cell, str) and cell.strip().casefold() in _MISSING:
        return 0
    if isinstance(cell, dt.date):  # pandas' own days are of this kind
        return cell.year
    if isinstance(year := getattr(cell, "year", None), int):  # a period
        return year
    if isinstance(cell, np.datetime64):
        return int(cell.astype("datetime64[Y]").astype(int)) + 1970
    number = _number(cell)
    if number is None and isinstance(cell, str):
        try:
            number = DateInterval.parse(cell.strip()[:10]).earliest.year
        except InputError:
            number = None
    if number in _NO_YEAR:
        return 0
    if number is None or not 0 < number <= dt.MAXYEAR:
        raise InputError(
            f"column '{column.name}' holds something that is no year or date", found=cell,
            expected="a year, as 2022, or a date, as 2022-01-05", cure="correct the cell, or leave it empty",
        )  # fmt: skip
    return number
