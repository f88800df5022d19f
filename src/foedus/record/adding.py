"""Append one checked row to a record file of one's own; what stands in the file is never touched."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from foedus.csvfile import PLAIN, csv_line, sheet
from foedus.csvmodel import row_faults
from foedus.errors import InputError
from foedus.files import locked, telling, write_text
from foedus.record.model import Case
from foedus.record.reading import COLUMNS, FORM, OWN, cases_in
from foedus.textfile import MARK, has_halves, read_marked

if TYPE_CHECKING:
    from collections.abc import Mapping

_STATES = ("target_iso3", "lead_state_iso3", "contributors_iso3")


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
    if half := next((name for name, cell in row.items() if has_halves(cell)), None):
        raise InputError(
            "a cell holds half a character", file=file, key=half, found=ascii(row[half]), expected="whole characters",
            cure="give the text in UTF-8",
        )  # fmt: skip
    try:
        case = Case.model_validate(row)
    except ValidationError as error:
        problems = list(row_faults(FORM, row, error, file))
        raise InputError("nothing was added", more=problems) from error
    row |= {name: ";".join(codes) for name in _STATES if (codes := _codes(case, name))}
    with telling("the record", file), locked(file):  # from reading to writing: of two who add at once, both are kept
        write_text(file, _with(file, row, case))
    return case


def _codes(case: Case, column: str) -> tuple[str, ...]:
    """Return the codes of a column of states, which may have been given by name."""
    found = getattr(case, column)
    return found if isinstance(found, tuple) else (found,) if found else ()


def _with(file: Path, row: dict[str, str], case: Case) -> str:
    """Return the text of a file with one more row, which reads back as the case."""
    text = read_marked(file)
    earlier: tuple[Case, ...] = ()
    if text.strip():
        earlier = cases_in(text.removeprefix(MARK), file)
        if case.case_id in {known.case_id for known in earlier}:
            raise InputError(
                f"case_id '{case.case_id}' is already in the file", file=file, cure="choose another case_id"
            )
        found = sheet(text.removeprefix(MARK), file, COLUMNS)
        header, style = found.header, found.style
        if lost := [name for name, cell in row.items() if cell and name not in header]:
            raise InputError(
                f"the file has no column '{lost[0]}'", file=file, line=found.line, cure="add it to the header"
            )
    else:
        header, style, text = COLUMNS, PLAIN, csv_line(COLUMNS)
    text = text.rstrip("\x1a")  # after which some programs read no more
    text += "" if text.endswith(("\n", "\r")) else style.end
    text += csv_line([row.get(name, "") for name in header], style.end, style.separator)
    if cases_in(text.removeprefix(MARK), file) != (*earlier, case):
        raise InputError(
            "the row would not be read back as it was given; nothing was added", file=file,
            found="cells that the file's form cannot hold", cure="shorten them, or leave out unusual characters",
        )  # fmt: skip
    return text
