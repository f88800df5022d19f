"""Append one checked row to a record file of one's own; what stands in the file is never touched."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from foedus.errors import InputError
from foedus.record.load import COLUMNS, OWN, cases, explain, listed
from foedus.record.model import Case

if TYPE_CHECKING:
    from collections.abc import Mapping


def add(path: Path | str, values: Mapping[str, str]) -> Case:
    """Check a row and append it to a record file; a file that does not exist is begun.

    Args:
        path: a record file of your own; the one that comes with Foedus is refused.
        values: cells by column, as text; columns left out are empty.

    Raises:
        InputError: the row or the file is not in order, or the file cannot be written. The file is then unchanged.

    """
    file = Path(path)
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
    text = _text(file)
    if text.strip():
        if case.case_id in {known.case_id for known in cases(file)}:
            raise InputError(f"case_id '{case.case_id}' stands in the file already", file=file)
        header = next(csv.reader(io.StringIO(text, newline="")))
        if lost := [name for name, cell in row.items() if cell and name not in header]:
            raise InputError(f"the file has no column '{lost[0]}'", file=file, line=1, cure="add it to the header")
    else:
        header, text = list(COLUMNS), ",".join(COLUMNS) + "\n"
    ending = "\r\n" if "\r\n" in text else "\n"
    draft = io.StringIO()
    csv.DictWriter(draft, header, lineterminator=ending, extrasaction="ignore").writerow(row)
    _replace(file, text + ("" if text.endswith("\n") else ending) + draft.getvalue())
    return case


def _text(file: Path) -> str:
    if not file.exists():
        return ""
    try:
        return file.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("the record cannot be read", file=file, expected="CSV in UTF-8") from error


def _replace(file: Path, text: str) -> None:
    """Write beside the file and move into place, so that a full disk or an interrupt loses nothing."""
    try:
        with tempfile.NamedTemporaryFile("wb", dir=file.parent, delete=False) as draft:
            draft.write(text.encode())
        if file.exists():
            Path(draft.name).chmod(file.stat().st_mode)
        else:
            Path(draft.name).chmod(0o666 & ~_umask())
        Path(draft.name).replace(file)
    except OSError as error:
        raise InputError("the record cannot be written", file=file, found=error.strerror) from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
