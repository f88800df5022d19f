"""Append one checked row to a record file of one's own; what stands in the file is never touched."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from foedus.errors import InputError
from foedus.files import csv_line, locked, read_csv, write_text
from foedus.record.model import Case
from foedus.record.reading import COLUMNS, OWN, cases_in, explain, listed

if TYPE_CHECKING:
    from collections.abc import Mapping

_MARK = "\ufeff"  # before the first column, where Excel saved the file


def add(path: Path | str, values: Mapping[str, str]) -> Case:
    """Check a row and append it to a record file; a file that does not exist is begun.

    Args:
        path: a record file of your own; the one that comes with Foedus is refused.
        values: cells by column, as text; columns left out are empty.

    Raises:
        InputError: the row or the file is not in order, or the file cannot be written. The file is then unchanged.

    """
    file = Path(path)
    if file.exists() and not file.is_file():
        raise InputError(
            "a case can only be added to a file", file=file, found="a folder, pipe or device", cure="name a file"
        )
    if file.exists() and file.resolve() == OWN.resolve():
        raise InputError("this is the record that comes with Foedus", file=file, cure="name a file of your own")
    row = {name: str(values.get(name, "")) for name in COLUMNS}
    try:
        case = Case.model_validate(row)
    except ValidationError as error:
        problems = [explain(file, 0, row, dict(issue)) for issue in error.errors(include_url=False)]
        for problem in problems:
            problem.line = None
        raise InputError("nothing was added\n" + listed(problems)) from error
    try:
        with locked(file):  # from reading to writing: two who add at once both stand in the file
            write_text(file, _with(file, row, case))
    except OSError as error:
        raise InputError("the record cannot be written", file=file, found=error.strerror) from error
    return case


def _with(file: Path, row: dict[str, str], case: Case) -> str:
    """Return the text of a file with one more row, which reads back as the case."""
    text = _text(file)
    earlier: tuple[Case, ...] = ()
    if text.strip():
        earlier = cases_in(text.removeprefix(_MARK), file)
        if case.case_id in {known.case_id for known in earlier}:
            raise InputError(f"case_id '{case.case_id}' is already in the file", file=file)
        header = list(read_csv(text.removeprefix(_MARK)).fieldnames or [])
        if lost := [name for name, cell in row.items() if cell and name not in header]:
            raise InputError(f"the file has no column '{lost[0]}'", file=file, line=1, cure="add it to the header")
    else:
        header, text = list(COLUMNS), ",".join(COLUMNS) + "\n"
    ending = "\r\n" if "\r\n" in text else "\n"
    text += ("" if text.endswith(("\n", "\r")) else ending) + csv_line([row.get(name, "") for name in header], ending)
    if cases_in(text.removeprefix(_MARK), file) != (*earlier, case):
        raise InputError(
            "the row would not be read back as it was given; nothing was added", file=file,
            found="cells that the file's form cannot hold", cure="shorten them, or leave out unusual characters",
        )  # fmt: skip
    return text


def _text(file: Path) -> str:
    if not file.exists():
        return ""
    try:
        return file.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("the record cannot be read", file=file, expected="CSV in UTF-8") from error
