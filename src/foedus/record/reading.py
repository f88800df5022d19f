"""Read and check a record file; every problem is named with its line and column."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from foedus.csvfile import data_rows, sheet
from foedus.csvmodel import Form, read_models
from foedus.errors import InputError, closest
from foedus.models import Day, Frozen
from foedus.record.model import Case
from foedus.shown import FixedRows
from foedus.textfile import read_bytes, read_text, text_of
from foedus.yamlfile import load_model

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

COLUMNS = tuple(Case.model_fields)
REQUIRED = tuple(name for name, field in Case.model_fields.items() if field.is_required())
FORM = Form(Case, "case", "case_id", COLUMNS, REQUIRED)
OWN = Path(str(resources.files("foedus.record").joinpath("record.csv")))


@dataclass(frozen=True, slots=True)
class Record:
    """A record file as it was read, once: whoever is given it computes from the same version.

    Two of them are equal if they say the same, wherever the files lie and whatever line ends they have.
    """

    path: Path = field(compare=False)
    digest: str
    cases: tuple[Case, ...] = field(compare=False, repr=False)
    content: bytes = field(compare=False, repr=False)

    @property
    def is_own(self) -> bool:
        """Whether it says what Foedus's own record says, to which the shipped forecasts were fitted."""
        return self.digest == open_record().digest


AnyRecord = Path | str | Record | None
"""What a record is opened from: its file, none for the one that comes with Foedus, or one that is open already."""


def open_record(source: AnyRecord = None) -> Record:
    """Return a record: of a file, the one that comes with Foedus (None), or one that is open already.

    Raises:
        InputError: unreadable, a wrong column, or a row that cannot be (line and column named).

    """
    if isinstance(source, Record):
        return source
    return _own() if source is None else _read(read_bytes(Path(source)), Path(source))


def cases(path: AnyRecord = None) -> tuple[Case, ...]:
    """Return the cases of a record (default: the one that comes with Foedus), in file order.

    Raises:
        InputError: see ``open_record``.

    """
    return open_record(path).cases


def load(path: AnyRecord = None) -> pd.DataFrame:
    """Return the record as a tidy frame: one row a case, dates as first and last possible day.

    Columns as in the codebook; a date column becomes ``<name>_from`` and ``<name>_to``; lists are joined by
    ";"; ``ladder`` and ``is_organisation`` are added.

    Raises:
        InputError: see ``open_record``.

    """
    import pandas as pd

    rows = []
    for case in cases(path):
        row: dict[str, object] = {}
        for name in COLUMNS:
            value = getattr(case, name)
            if name.endswith("_date") or name == "crisis_start":
                row[f"{name}_from"] = pd.NaT if value is None else pd.Timestamp(value.earliest)
                row[f"{name}_to"] = pd.NaT if value is None else pd.Timestamp(value.latest)
            elif name == "alternatives":
                row[name] = " | ".join(f"{column}={other}: {why}" for column, other, why in value)
            elif isinstance(value, tuple):
                row[name] = ";".join(value)
            else:
                row[name] = value
        rows.append(row | {"ladder": case.ladder, "is_organisation": case.is_organisation})
    return pd.DataFrame(rows).convert_dtypes()


def sha256(path: AnyRecord = None) -> str:
    """Return the SHA-256 of a record, whatever line ends its file has."""
    if path is None or isinstance(path, Record):
        return open_record(path).digest
    return _digest(read_text(Path(path)))


def _digest(text: str) -> str:
    return hashlib.sha256(text.replace("\r\n", "\n").encode()).hexdigest()


class Edition(Frozen):
    """What the record says of itself."""

    closes: Day


@cache
def closes() -> dt.date:
    """Return the day up to which the record was followed up; missions that then still ran are censored there."""
    return load_model(Edition, OWN.with_name("record.yaml")).closes


def find(case_id: str, among: tuple[Case, ...]) -> Case:
    """Return one case.

    Raises:
        InputError: there is none of that id.

    """
    for case in among:
        if case.case_id == case_id:
            return case
    if (why := withdrawn().get(case_id)) is not None:
        raise InputError(
            f"case '{case_id}' is not in the record; Foedus's own was withdrawn: {why}",
            cure="choose another one; `foedus record list` names them all",
        )
    raise InputError(
        f"unknown case '{case_id}'",
        expected="a case_id of the record",
        cure=closest(case_id, [case.case_id for case in among]) or "`foedus record list` names them all",
    )


def withdrawn() -> dict[str, str]:
    """Return the cases that the record once had, by name, and why they are no longer in it."""
    return {row["case_id"]: row["why"] for row in data_rows("foedus.record", "withdrawn.csv")}


@lru_cache(maxsize=1)
def _own() -> Record:
    return _read(read_bytes(OWN), OWN)


@lru_cache(maxsize=8)
def _read(raw: bytes, path: Path) -> Record:
    text = text_of(raw, path)
    return Record(path, _digest(text), cases_in(text, path), raw)


def cases_in(text: str, path: Path) -> tuple[Case, ...]:
    """Return the cases in the text of a record file.

    Raises:
        InputError: see ``open_record``.

    """
    found = read_models(FORM, text, path)
    if not found:
        raise InputError(
            "the record has no case", file=path, expected="a header and at least one row",
            cure="add one with `foedus record add`",
        )  # fmt: skip
    return FixedRows(found)


def extra_columns(path: AnyRecord) -> tuple[str, ...]:
    """Return the columns of a file that the record does not know; they are left unread."""
    file = open_record(path)
    columns = sheet(text_of(file.content, file.path), file.path, COLUMNS).columns
    return tuple(name for name in columns if name not in COLUMNS)
