"""Read calls for help from a CSV file with the record's columns; what is known only afterwards is never read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import model_validator

from foedus.csvfile import sheet
from foedus.csvmodel import Form, checked, together
from foedus.errors import InputError
from foedus.forecast.call import COLUMNS, Call
from foedus.models import Blank, FrozenOfAny, Share, Slug, Text
from foedus.record.model import Flag, State, Trigger, When
from foedus.record.reading import COLUMNS as RECORD_COLUMNS
from foedus.shown import brief
from foedus.textfile import opened

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


_FORM = Form(_Row, "case", "case_id", RECORD_COLUMNS, ("case_id", "organisation"))


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
        with opened(self.path) as stream:
            for _, found in checked(_FORM, sheet(stream, self.path, RECORD_COLUMNS)):
                if isinstance(found, _Row):
                    yield _call(found)


def read(path: Path | str, *, skip_bad: bool = False) -> Table:
    """Check a file of calls.

    Args:
        path: CSV with the record's columns, in any order; ``case_id`` and ``organisation`` must be among them.
        skip_bad: leave rows out that are not in order, instead of refusing the file.

    Raises:
        InputError: unreadable, no row, a missing column, or rows that are not in order (each with line and column).

    """
    file = Path(path)
    refused: list[InputError] = []
    count = 0
    with opened(file) as stream:
        source = sheet(stream, file, RECORD_COLUMNS)
        for _, found in checked(_FORM, source):
            if isinstance(found, list):
                refused += found
                if not skip_bad and len(refused) >= _MOST_PROBLEMS:
                    break
            else:
                count += 1
    if refused and not skip_bad:
        raise together(refused)
    if not count:
        raise InputError(
            "the file has no call", file=file, expected="a header and at least one row in order", cure="add a row",
        )  # fmt: skip
    ignored = tuple(name for name in source.columns if name in RECORD_COLUMNS and name not in COLUMNS)
    unknown = tuple(name for name in source.columns if name not in RECORD_COLUMNS)
    return Table(file, count, ignored, unknown, tuple(refused))


def _call(row: _Row) -> Call:
    return Call(**{name: getattr(row, name) for name in COLUMNS})
