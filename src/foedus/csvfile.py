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
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from foedus.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    Span = tuple[int, int]  # start, end

MOST_CELL = 131_072  # characters, as Python's reader has it
MOST_LINE = 10_000_000
SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab"}
_FILLED = "a header and at least one row"
_SEP_LINE = re.compile(r'"?sep=([,;|\t])"?\s*', re.IGNORECASE)  # what Excel writes, and obeys, before the header
_QUOTED = re.compile('[,;\t"\r\n\v\f\x1c-\x1e\x85\u2028\u2029]')  # what some reader takes for the end of a cell
_NUMBER = r"(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[+-]\d\d:?\d\d)"  # or an offset of clocks
_SIGN = "[=+\\-@\uff1d\uff0b\uff0d\uff20]"  # what a formula begins with
_INNER = rf"(?<=[,;\t\r\n])(?!{_NUMBER}(?:[,;\t\r\n]|\Z))"  # where another separator would begin a cell
_FORMULA = rf"(?:[\t\r\n]|[^\S\t\r\n]*{_SIGN})"
_PART = rf'(?:[^\S\t\r\n]|")*{_SIGN}'
_RISKY = re.compile(rf"\A(?!{_NUMBER}\Z)(?='*{_FORMULA})|{_INNER}(?='*{_PART})")
_GUARDED = re.compile(rf"\A'(?='*{_FORMULA})|(?<=[,;\t\r\n])'(?='*{_PART})")


@dataclass(frozen=True, slots=True)
class Style:
    """How a program writes CSV: what stands before the header, what separates columns, and what ends a row."""

    before: str = ""
    separator: str = ","
    end: str = "\n"


PLAIN = Style()


class _Row(NamedTuple):
    """A row as it was read, and as it is written: ``text`` begins at ``start`` in the file's."""

    line: int
    cells: list[str]
    start: int
    text: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A CSV text whose header was read: the columns with their line, the separator, and the rows, each read once."""

    file: Path | None
    line: int
    header: tuple[str, ...]
    separator: str
    style: Style
    _read: Iterator[_Row]

    @property
    def rows(self) -> Iterator[tuple[int, dict[str, str] | InputError]]:
        """The rows that were not read yet, each with the line it begins in."""
        return ((row.line, _named(row, self)) for row in self._read)

    @property
    def located(self) -> Iterator[tuple[int, dict[str, str] | InputError, dict[str, Span]]]:
        """The same, with where each cell begins and ends in the text, without its quotation marks."""
        return ((row.line, _named(row, self), _spans(row, self)) for row in self._read)

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
    number = start = 0
    first = separator = before = ""
    for first in lines:
        number += 1
        if told := _SEP_LINE.fullmatch(first) if not separator else None:
            separator = told[1]
        elif first.strip():
            break
        start += len(first)
        before += first
    else:
        raise InputError("the file is empty", file=file, expected=_FILLED, cure="name another file, or fill it")
    separator = separator or _separator(first, frozenset(known))
    rows = _rows(chain([first], lines), separator, file, number - 1, start)
    header = next(rows)
    names = tuple(name.replace("\ufeff", "").strip() for name in header.cells)  # a file saved twice has two marks
    end = header.text[len(header.text.rstrip("\r\n")) :] or "\n"
    found = Sheet(file, header.line, names, separator, Style(before, separator, end), _but_blank_end(rows, separator))
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
    bare = any(cell.strip() for cell in cells)  # a row of nothing but spaces could be taken for the end of the table
    return separator.join(_written(cell, separator, bare=bare) for cell in cells) + end


def csv_text(rows: Iterable[Sequence[str]], style: Style = PLAIN) -> str:
    """Return a CSV text."""
    return style.before + "".join(csv_line(row, style.end, style.separator) for row in rows)


def _written(cell: str, separator: str, *, bare: bool) -> str:
    """Return a cell that no spreadsheet runs as a formula, whatever it separates columns by; numbers stay numbers."""
    guarded = _RISKY.sub("'", cell)
    if bare and separator not in guarded and not _QUOTED.search(guarded):
        return guarded
    return '"' + guarded.replace('"', '""') + '"'


def _spans(row: _Row, source: Sheet) -> dict[str, Span]:
    """Return where the cells of a row are, as Python's reader cuts them."""
    end = re.escape(source.separator)
    cell = re.compile(rf'(?:"((?:[^"]|"")*)"|([^{end}\r\n]*))(?:{end}|[\r\n]*\Z)')
    found = []
    at = 0
    for _ in row.cells:
        one = cell.match(row.text, at)
        if one is None:
            return {}
        found.append(one.span(1 if one[1] is not None else 2))
        at = one.end()
    return {name: (row.start + one, row.start + end) for name, (one, end) in zip(source.header, found, strict=False)}


def _lines(stream: IO[str], file: Path | None) -> Iterator[str]:
    number = 0
    while line := stream.readline(MOST_LINE):
        number += 1
        if len(line) >= MOST_LINE:
            raise InputError(
                "the line is too long", file=file, line=number, expected=f"fewer than {MOST_LINE:,} characters",
                cure="save it as CSV, one row a line",
            )  # fmt: skip
        if line[-1] not in "\r\n":  # the last one, which old programs end with Ctrl-Z
            line = line.rstrip("\x1a")
        yield line


def _separator(header: str, known: frozenset[str]) -> str:
    def found(separator: str) -> int:
        return len(known.intersection(cell.strip(' "\r\n').lower() for cell in header.split(separator)))

    return max(SEPARATORS, key=found)


def _rows(lines: Iterable[str], separator: str, file: Path | None, before: int, start: int) -> Iterator[_Row]:
    """Yield each row; blank lines are passed over."""
    taken: list[str] = []

    def kept() -> Iterator[str]:
        for line in lines:
            taken.append(line)
            yield line

    reader = csv.reader(kept(), delimiter=separator, strict=True)
    while True:
        line = before + reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise _not_csv(str(error), file, line, before + reader.line_num) from error
        if cells is None:
            return
        text = "".join(taken)
        taken.clear()
        if cells:
            yield _Row(line, cells, start, text)
        start += len(text)


def _but_blank_end(rows: Iterator[_Row], separator: str) -> Iterator[_Row]:
    """Leave out the last rows if they hold nothing but separators and spaces; spreadsheets write such."""
    waiting: list[_Row] = []
    for row in rows:
        if not row.text.strip(separator + " \t\r\n"):
            waiting.append(row)
            continue
        yield from waiting
        waiting = []
        yield row


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


def _named(row: _Row, source: Sheet) -> dict[str, str] | InputError:
    """Return a row by the names of its columns; columns without a name must be empty."""
    names, cells = source.header, row.cells
    if len(cells) != len(names):
        more = len(cells) > len(names)
        mark = SEPARATORS.get(source.separator, f"'{source.separator}'")
        return source.fault(
            f"the row has {'more' if more else 'fewer'} cells than the header has columns", row.line,
            found=f"{len(cells)} cells", expected=f"{len(names)} cells",
            cure=f"put cells that contain a {mark} in double quotes" if more
            else f"add the missing cells; an empty cell needs its {mark} as well",
        )  # fmt: skip
    if any(cell.strip() and not name for name, cell in zip(names, cells, strict=True)):
        return source.fault("a cell stands in a column without a name", row.line, cure="name the column in the header")
    return {name: _unguarded(cell) for name, cell in zip(names, cells, strict=True) if name}


def _unguarded(cell: str) -> str:
    return _GUARDED.sub("", cell) if "'" in cell else cell
