"""Read and check a record file; every problem is named with its line and column."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from foedus.csvfile import data_rows, sheet
from foedus.csvmodel import Form, read_models
from foedus.errors import InputError, closest
from foedus.record.model import Case
from foedus.shown import FixedRows
from foedus.textfile import read_text

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = tuple(Case.model_fields)
REQUIRED = tuple(name for name, field in Case.model_fields.items() if field.is_required())
FORM = Form(Case, "case", "case_id", COLUMNS, REQUIRED)
OWN = Path(str(resources.files("foedus.record").joinpath("record.csv")))


def cases(path: Path | str | None = None) -> tuple[Case, ...]:
    """Return the cases of a record file (default: the one that comes with Foedus), in file order.

    Raises:
        InputError: unreadable, a wrong column, or a row that cannot be (line and column named).

    """
    return _cases(Path(path) if path is not None else OWN, sha256(path))


def load(path: Path | str | None = None) -> pd.DataFrame:
    """Return the record as a tidy frame: one row a case, dates as first and last possible day.

    Columns as in the codebook; a date column becomes ``<name>_from`` and ``<name>_to``; lists are joined by
    ";"; ``ladder`` and ``is_organisation`` are added.

    Raises:
        InputError: see ``cases``.

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


def sha256(path: Path | str | None = None) -> str:
    """Return the SHA-256 of a record file, whatever line ends it has."""
    file = Path(path) if path is not None else OWN
    return hashlib.sha256(read_text(file).replace("\r\n", "\n").encode()).hexdigest()


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


@lru_cache(maxsize=8)
def _cases(path: Path, _digest: str) -> tuple[Case, ...]:  # the digest keeps the cache honest
    return cases_in(read_text(path), path)


def cases_in(text: str, path: Path) -> tuple[Case, ...]:
    """Return the cases in the text of a record file.

    Raises:
        InputError: see ``cases``.

    """
    found = read_models(FORM, text, path)
    if not found:
        raise InputError(
            "the record has no case", file=path, expected="a header and at least one row",
            cure="add one with `foedus record add`",
        )  # fmt: skip
    return FixedRows(found)


def extra_columns(path: Path | str | None) -> tuple[str, ...]:
    """Return the columns of a file that the record does not know; they are left unread."""
    file = Path(path) if path is not None else OWN
    return tuple(name for name in sheet(read_text(file), file, COLUMNS).columns if name not in COLUMNS)
