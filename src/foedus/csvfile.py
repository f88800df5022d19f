"""CSV files: read with the line of every row, whichever program saved them, and written so that all of it reads back.

Columns may be separated by commas, semicolons or tabs; the header shows by which. Rows end at line feeds and carriage
returns only, never at U+2028 and its kind. A cell that a spreadsheet would take for a formula is written with an
apostrophe before it, which the reader takes away again.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from importlib import resources
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from foedus.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    Cell = tuple[int, int, str]  # start, end, text

MOST_CELL = 131_072  # characters, as Python's reader has it
MOST_LINE = 10_000_000
SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab"}
_OTHER_ENDS = re.compile("[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_FILLED = "a header and at least one row"
_SEP_LINE = re.compile(r'"?sep=([,;|\t])"?\s*', re.IGNORECASE)  # what Excel writes, and obeys, before the header
_FORMULA = r"(?:[\t\r\n]|\s*[=+\-@\uff1d\uff0b\uff0d\uff20])"
_RISKY = re.compile(f"'*{_FORMULA}")
_GUARDED = re.compile(f"'+{_FORMULA}")
_HARMLESS = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[+-]\d\d:?\d\d")  # numbers, and offsets of clocks


@dataclass(frozen=True, slots=True)
class Sheet:
    """A CSV text whose header was read: the columns with their line, the separator, and the rows, each read once."""

    file: Path | None
    line: int
    header: tuple[str, ...]
    separator: str
    rows: Iterator[tuple[int, dict[str, str] | InputError]]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that have a name."""
        return tuple(name for name in self.header if name)

    def fault(self, message: str, line: int | None = None, **words: Any) -> InputError:
        """Return a fault of this file, by default of its header."""
        return InputError(message, file=self.file, line=line or self.line, **words)


def sheet(source: str | IO[str], file: Path | None = None, known: Iterable[str] = ()) -> Sheet:
    """Read the header of a CSV text; rows follow as they are asked for.

    Args:
        source: a text, or a stream opened with ``newline=""``.
        file: what errors name.
        known: names of columns that tell a separator other than the comma.

    Raises:
        InputError: no header, a column that appears twice, or what is not CSV, in the header or in a later row.

    """
    lines = _lines(io.StringIO(source, newline="") if isinstance(source, str) else source, file)
    number = 0
    first = separator = ""
    for first in lines:
        number += 1
        if told := _SEP_LINE.fullmatch(first) if not separator else None:
            separator = told[1]
        elif first.strip():
            break
    else:
        raise InputError("the file is empty", file=file, expected=_FILLED, cure="name another file, or fill it")
    separator = separator or _separator(first, frozenset(known))
    rows = _rows(chain([first], lines), separator, file, number - 1)
    line, header = next(rows)
    names = tuple(name.replace("\ufeff", "").strip() for name in header)  # a file saved twice has two marks
    found = Sheet(file, line, names, separator, _named(rows, names, separator, file))
    if twice := next((name for at, name in enumerate(names) if name and name in names[:at]), None):
        raise found.fault(f"column '{twice}' appears twice", key=twice, cure="rename or remove one of the two")
    return found


def data_rows(package: str, name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a table that comes with Foedus."""
    text = resources.files(package).joinpath(name).read_text(encoding="utf-8")
    for _, row in sheet(text, Path(name)).rows:
        if isinstance(row, InputError):
            raise row
        yield row


def csv_line(cells: Sequence[str], end: str = "\n", separator: str = ",") -> str:
    """Return a row of a CSV file that ``sheet`` reads back, whatever the cells hold.

    Raises:
        InputError: a cell is too long, or holds half of a character.

    """
    for cell in cells:
        if len(cell) >= MOST_CELL:
            raise InputError("a cell is too long for a CSV file", expected=f"fewer than {MOST_CELL:,} characters")
        if not cell.isascii() and re.search("[\ud800-\udfff]", cell):
            raise InputError("a cell holds half of a character", found=ascii(cell)[:80], cure="write it again")
    out = io.StringIO()
    # other line ends than "\n" are not quoted by Python's writer, and end a row for some readers
    every = any(_OTHER_ENDS.search(cell) for cell in cells)
    form: Any = {
        "delimiter": separator,
        "lineterminator": end,
        "quoting": csv.QUOTE_ALL if every else csv.QUOTE_MINIMAL,
    }
    csv.writer(out, **form).writerow(map(_guard, cells))
    return out.getvalue()


def csv_text(rows: Iterable[Sequence[str]]) -> str:
    """Return a CSV text."""
    return "".join(csv_line(row) for row in rows)


def spans(text: str, separator: str, file: Path | str | None = None) -> Iterator[tuple[int, list[Cell]]]:
    """Yield the rows of a CSV text for those who point into it: line, and (start, end, cell) of every cell.

    Raises:
        InputError: a quotation mark that opens and does not close, or the reverse.

    """
    quoted = re.compile(rf'"(?P<cell>(?:[^"]|"")*)"\r*(?P<end>{separator}|\n|\Z)')
    bare = re.compile(rf"(?P<cell>[^{separator}\n]*?)\r*(?P<end>{separator}|\n|\Z)")
    row: list[Cell] = []
    line = first = 1
    at = 0
    while at < len(text):
        cell = (quoted if text[at] == '"' else bare).match(text, at)
        words = cell["cell"] if cell else ""
        if cell is None or (text[at] != '"' and words.count('"') % 2):
            raise InputError(
                "unbalanced quotation mark", file=file, line=line, found=text[at : at + 40].split("\n", 1)[0],
                expected='a cell in quotation marks, with "" for one in it',
                cure="add the mark that is missing, or remove this one",
            )  # fmt: skip
        offset = cell.start("cell")
        row.append((offset, offset + max(len(words), 1), words.replace('""', '"') if text[at] == '"' else words))
        line += cell.group().count("\n")
        at = cell.end()
        if cell["end"] != separator:
            if len(row) > 1 or row[0][2]:
                yield first, row
            row, first = [], line
        elif at == len(text):  # a separator ends the file
            row.append((at, at + 1, ""))
    if row:
        yield first, row


def separator_of(text: str, known: Iterable[str]) -> str:
    """Return what separates the columns of a CSV text, by the known names in its first line."""
    return _separator(text.split("\n", 1)[0], frozenset(known))


def _guard(cell: str) -> str:
    """Return a cell that no spreadsheet runs as a formula; numbers stay numbers."""
    return f"'{cell}" if _RISKY.match(cell) and not _HARMLESS.fullmatch(cell) else cell


def _unguard(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and _GUARDED.match(cell) else cell


def _lines(stream: IO[str], file: Path | None) -> Iterator[str]:
    number = 0
    while line := stream.readline(MOST_LINE):
        number += 1
        if len(line) >= MOST_LINE:
            raise InputError(
                "the line is too long", file=file, line=number, expected=f"fewer than {MOST_LINE:,} characters",
                cure="save it as CSV, one row a line",
            )  # fmt: skip
        yield line


def _separator(header: str, known: frozenset[str]) -> str:
    def found(separator: str) -> int:
        return len(known.intersection(cell.strip(' "\r\n').lower() for cell in header.split(separator)))

    return max(SEPARATORS, key=found)


def _rows(lines: Iterable[str], separator: str, file: Path | None, before: int) -> Iterator[tuple[int, list[str]]]:
    """Yield each row with the line it begins in; blank lines are passed over."""
    reader = csv.reader(lines, delimiter=separator, strict=True)
    while True:
        line = before + reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise _not_csv(str(error), file, line, before + reader.line_num) from error
        if cells is None:
            return
        if cells:
            yield line, cells


def _not_csv(problem: str, file: Path | None, first: int, last: int) -> InputError:
    """Return why Python's reader stopped, in words."""
    cure = 'close it, or write "" for a quotation mark inside a cell that is in quotation marks'
    if problem.startswith("unexpected end"):
        return InputError("a quotation mark that opens here is not closed", file=file, line=first, cure=cure)
    if "expected after" in problem:
        return InputError("text follows a closing quotation mark", file=file, line=last, cure=cure)
    if problem.startswith("field larger"):
        most = f"at most {csv.field_size_limit():,} characters"
        return InputError("a cell is too long", file=file, line=first, expected=most, cure="close its quotation mark")
    return InputError("the file is not CSV", file=file, line=last, found=problem, cure="save it as CSV")


def _named(
    rows: Iterator[tuple[int, list[str]]], names: Sequence[str], separator: str, file: Path | None
) -> Iterator[tuple[int, dict[str, str] | InputError]]:
    """Yield rows by the names of their columns; columns without a name must be empty."""
    mark = SEPARATORS.get(separator, f"'{separator}'")
    for line, cells in rows:
        if len(cells) != len(names):
            more = len(cells) > len(names)
            yield line, InputError(
                f"the row has {'more' if more else 'fewer'} cells than the header has columns", file=file, line=line,
                found=f"{len(cells)} cells", expected=f"{len(names)} cells",
                cure=f"put cells that contain a {mark} in double quotes" if more
                else f"add the missing cells; an empty cell needs its {mark} as well",
            )  # fmt: skip
        elif any(cell.strip() and not name for name, cell in zip(names, cells, strict=True)):
            yield (
                line,
                InputError(
                    "a cell stands in a column without a name",
                    file=file,
                    line=line,
                    cure="name the column in the header",
                ),
            )
        else:
            yield line, {name: _unguard(cell) for name, cell in zip(names, cells, strict=True) if name}
