"""Read and check a record file; every problem is named with its line and column."""

from __future__ import annotations

import csv
import hashlib
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from foedus.errors import InputError, closest
from foedus.files import read_csv
from foedus.record.model import Case
from foedus.shown import FixedRows

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

COLUMNS = tuple(Case.model_fields)
REQUIRED = tuple(name for name, field in Case.model_fields.items() if field.is_required())
_SHOWN = 10
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
    return hashlib.sha256(_read(file).replace("\r\n", "\n").encode()).hexdigest()


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
    text = OWN.with_name("withdrawn.csv").read_text(encoding="utf-8")
    return {row["case_id"]: row["why"] for row in read_csv(text)}


@lru_cache(maxsize=8)
def _cases(path: Path, _digest: str) -> tuple[Case, ...]:  # the digest keeps the cache honest
    return cases_in(_read(path), path)


def cases_in(text: str, path: Path) -> tuple[Case, ...]:
    """Return the cases in the text of a record file.

    Raises:
        InputError: see ``cases``.

    """
    problems: list[InputError] = []
    found: list[Case] = []
    seen: dict[str, int] = {}
    if not text.strip():
        raise InputError("the file is empty", file=path, expected="a header and at least one row")
    reader = read_csv(text)
    try:
        _check_header(path, reader.fieldnames or [])
    except csv.Error as error:
        raise InputError("this is not CSV", file=path, line=1, found=error) from error
    for line, row in numbered(path, reader):
        if None in row or None in row.values():
            problems.append(
                InputError(
                    f"the row has {'more' if None in row else 'fewer'} cells than the header has columns",
                    file=path,
                    line=line,
                    cure="put cells that contain a comma in double quotes",
                )
            )
            continue
        try:
            case = Case.model_validate({name: cell for name, cell in row.items() if name in COLUMNS})
        except ValidationError as error:
            problems += [explain(path, line, row, dict(issue)) for issue in error.errors(include_url=False)]
            continue
        if case.case_id in seen:
            problems.append(
                InputError(f"case_id '{case.case_id}' also appears in line {seen[case.case_id]}", file=path, line=line)
            )
        seen[case.case_id] = line
        found.append(case)
    if problems:
        raise InputError(listed(problems))
    if not found:
        raise InputError("the record has no case", file=path, expected="a header and at least one row")
    return FixedRows(found)


def numbered(path: Path, reader: csv.DictReader[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield rows with the line each ends in; raise InputError where the text is no CSV."""
    while True:
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise InputError("this is not CSV", file=path, line=reader.line_num, found=error) from error
        if row is None:
            return
        yield reader.line_num, row


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError("the record cannot be read", file=path, found=error.strerror) from error
    except UnicodeDecodeError as error:
        raise InputError("the record is not UTF-8 text", file=path, cure="save it as CSV in UTF-8") from error


def _check_header(path: Path, header: object) -> None:
    names = check_names(path, header)
    for name in REQUIRED:
        if name not in names:
            raise InputError(f"column '{name}' is missing", file=path, line=1, expected=", ".join(COLUMNS))


def check_names(path: Path, header: object) -> list[str]:
    """Return a file's column names; raise InputError for one that stands twice or looks like a slip of the pen."""
    names = [str(name).strip() for name in header] if isinstance(header, list | tuple) else []
    for number, name in enumerate(names):
        if name in names[:number]:
            raise InputError(f"column '{name}' appears twice", file=path, line=1)
        if name not in COLUMNS and (hint := closest(name, [known for known in COLUMNS if known not in names])):
            raise InputError(f"unknown column '{name}'", file=path, line=1, cure=hint)
    return names


def extra_columns(path: Path | str | None) -> tuple[str, ...]:
    """Return the columns of a file that the record does not know; they are left unread."""
    header = read_csv(_read(Path(path) if path is not None else OWN)).fieldnames or []
    return tuple(name for name in header if name not in COLUMNS)


def listed(problems: list[InputError]) -> str:
    """Return problems one after the other, at most the first ten."""
    text = "\n".join(str(problem) for problem in problems[:_SHOWN])
    return text + (f"\n... and {len(problems) - _SHOWN} more" if len(problems) > _SHOWN else "")


def explain(path: Path, line: int, row: dict[str, str], issue: dict[str, object]) -> InputError:
    """Return what is wrong with a row in words."""
    where = issue["loc"]
    column = str(where[0]) if isinstance(where, tuple) and where else None
    message = str(issue["msg"]).removeprefix("Value error, ")
    return InputError(
        f"case '{row.get('case_id')}': {message[0].lower() + message[1:]}",
        file=path,
        line=line,
        key=column,
        found=repr(row.get(column)) if column else None,
    )
