"""Read calls for help from a CSV file with the record's columns; what is known only afterwards is never read."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import TypeAdapter, ValidationError, model_validator

from foedus.errors import InputError
from foedus.files import read_csv
from foedus.forecast.call import COLUMNS, Call
from foedus.models import Blank, FrozenOfAny, Share, Slug, Text
from foedus.record.model import Flag, State, Trigger, When
from foedus.record.reading import COLUMNS as RECORD_COLUMNS
from foedus.record.reading import check_names, explain, listed, numbered
from foedus.shown import brief

if TYPE_CHECKING:
    from collections.abc import Iterator

_FIRST, _LAST = dt.date(1900, 1, 1), dt.date(2100, 1, 1)
_MOST_PROBLEMS = 1000


class _Row(FrozenOfAny):
    """The columns that a forecast may look at; all but the name of the case may be empty."""

    case_id: Text
    organisation: Annotated[Slug | None, Blank] = None
    target_iso3: Annotated[State | None, Blank] = None
    crisis_start: When = None
    trigger_kind: Annotated[Trigger | None, Blank] = None
    adversary: Annotated[str | None, Blank] = None
    adversary_is_member: Annotated[Flag | None, Blank] = None
    request_made: Annotated[Flag | None, Blank] = None
    request_date: When = None
    target_cinc: Annotated[Share | None, Blank] = None
    group: Annotated[str | None, Blank] = None

    @model_validator(mode="after")
    def _possible(self) -> _Row:
        for name in ("crisis_start", "request_date"):
            day = getattr(self, name)
            if day is not None and not _FIRST <= day.earliest <= _LAST:
                raise ValueError(f"{name} is {day}, outside {_FIRST.year} to {_LAST.year}")
        if self.request_made is False and self.request_date is not None:
            raise ValueError("a request_date, yet request_made is 0")
        return self


_ROWS = TypeAdapter(_Row)


@dataclass(frozen=True, slots=True)
class Table:
    """A checked file: how many calls it has, which of its columns were left unread, and which rows were refused."""

    __repr__ = brief

    path: Path
    count: int
    ignored: tuple[str, ...]
    unknown: tuple[str, ...]
    refused: tuple[InputError, ...]

    def __iter__(self) -> Iterator[Call]:
        """Read the calls again, one at a time, so that a long file needs no more memory than a short one."""
        left_out = {problem.line for problem in self.refused}
        for line, row in _rows(self.path):
            if line not in left_out and isinstance(found := _call(self.path, line, row), Call):
                yield found


def read(path: Path | str, *, skip_bad: bool = False) -> Table:
    """Check a file of calls.

    Args:
        path: CSV with the record's columns, in any order; ``case_id`` and ``organisation`` must be among them.
        skip_bad: leave rows out that are not in order, instead of refusing the file.

    Raises:
        InputError: unreadable, no row, a missing column, or rows that are not in order (each with line and column).

    """
    file = Path(path)
    header = _header(file)
    refused: list[InputError] = []
    seen: dict[str, int] = {}
    count = 0
    for line, row in _rows(file):
        found = _call(file, line, row)
        if isinstance(found, Call) and found.case_id in seen:
            twice = f"case_id '{found.case_id}' also appears in line {seen[found.case_id]}"
            found = [InputError(twice, file=file, line=line)]
        if isinstance(found, list):
            if not skip_bad and len(refused) >= _MOST_PROBLEMS:
                break
            refused += found
            continue
        seen[found.case_id] = line
        count += 1
    if refused and not skip_bad:
        raise InputError(listed(refused))
    if not count:
        raise InputError("the file has no call", file=file, expected="a header and at least one row in order")
    ignored = tuple(name for name in header if name in RECORD_COLUMNS and name not in COLUMNS)
    return Table(file, count, ignored, tuple(name for name in header if name not in RECORD_COLUMNS), tuple(refused))


def _header(path: Path) -> list[str]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            names = list(read_csv(stream).fieldnames or [])
    except OSError as error:
        raise InputError("the file cannot be read", file=path, found=error.strerror) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError("the file is not CSV in UTF-8", file=path, cure="save it as CSV in UTF-8") from error
    if not any(name.strip() for name in names):
        raise InputError("the file is empty", file=path, expected="a header and at least one row")
    names = check_names(path, names)
    for name in ("case_id", "organisation"):
        if name not in names:
            raise InputError(f"column '{name}' is missing", file=path, line=1, expected=", ".join(COLUMNS))
    return names


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = read_csv(stream)
            reader.fieldnames = [name.strip() for name in reader.fieldnames or []]
            yield from numbered(path, reader)
    except OSError as error:
        raise InputError("the file cannot be read", file=path, found=error.strerror) from error
    except UnicodeDecodeError as error:
        raise InputError("the file is not UTF-8 text", file=path, cure="save it as CSV in UTF-8") from error


def _call(path: Path, line: int, row: dict[str, str]) -> Call | list[InputError]:
    if None in row or None in row.values():
        words = "more" if None in row else "fewer"
        return [
            InputError(
                f"the row has {words} cells than the header has columns",
                file=path,
                line=line,
                cure="put cells that contain a comma in double quotes",
            )
        ]
    try:
        found = _ROWS.validate_python({name: row[name] for name in COLUMNS if name in row})
    except ValidationError as error:
        return [explain(path, line, row, dict(issue)) for issue in error.errors(include_url=False)]
    return Call(**{name: getattr(found, name) for name in COLUMNS})
