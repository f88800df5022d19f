"""What all commands share: JSON on standard output, tables and progress for people."""

from __future__ import annotations

import json
import re
import shutil
import sys
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO, cast

import click

from foedus import files
from foedus.errors import FoedusWarning, InputError
from foedus.progress import Event, Listener, silent
from foedus.sealing import is_broken, sealed
from foedus.shown import escaped, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")


_MOST_FITTED = 1000  # rows of a table; fitting one more takes a millisecond
_OTHERS = re.compile("[^\\x00-\\x7f]")


class _Plain:
    """A standard stream that shows text as it is: nothing in it is an order to the terminal, all of it is printed."""

    buffer = None  # click would write around us

    def __init__(self, stream: TextIO, *, clean: bool = True) -> None:
        self._stream = stream
        self._clean = clean

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        shown = visible(text) if self._clean else text
        try:
            self._stream.write(shown)
        except UnicodeEncodeError:  # a console of few characters
            encoding = self._stream.encoding
            self._stream.write(_OTHERS.sub(lambda one: one[0] if _has(encoding, one[0]) else escaped(one), shown))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)


def _has(encoding: str, letter: str) -> bool:
    try:
        letter.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


@contextmanager
def plain_streams() -> Iterator[None]:
    """Let standard output and error show all text as it is while the block runs.

    What a user's file holds is no order to the terminal; only ``terminal`` may give one.
    """
    earlier = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (cast("TextIO", stream and _Plain(stream)) for stream in earlier)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = earlier


@contextmanager
def told_warnings() -> Iterator[None]:
    """Tell our own warnings in a line on standard error while the block runs, each once."""
    told: set[str] = set()

    def tell(message: Warning | str, category: type[Warning], *rest: Any, **more: Any) -> None:
        if not issubclass(category, FoedusWarning):
            show(message, category, *rest, **more)
        elif str(message) not in told:
            told.add(str(message))
            click.echo(f"warning: {message}", err=True)

    with warnings.catch_warnings():
        warnings.simplefilter("always", FoedusWarning)
        show, warnings.showwarning = warnings.showwarning, tell
        yield


def terminal(stream: TextIO) -> TextIO:
    """Return a standard stream for what draws: tables, bars, pictures. Text goes through ``visible`` first."""
    inner: object = stream
    while isinstance(inner, _Plain):
        inner = inner._stream
    return cast("TextIO", _Plain(cast("TextIO", inner), clean=False))


def print_json(data: Any) -> None:
    """Print one JSON document."""
    click.echo(json_text(data, indent=2))


def print_event(event: Event) -> None:
    """Print one event as a JSON line."""
    click.echo(json_text(event.to_dict()))
    sys.stdout.flush()


def columns() -> int:
    """Return the width for text: the terminal's, at most 100; 80 where there is no terminal."""
    return min(shutil.get_terminal_size((80, 24)).columns, 100)


def json_text(data: Any, indent: int | None = None) -> str:
    """Return data as JSON."""
    return json.dumps(_steady(data), ensure_ascii=False, indent=indent, allow_nan=False, default=str)


def _steady(data: Any) -> Any:
    """Return data with fractions cut to 12 digits: the last ones vary between processors and versions of numpy."""
    if isinstance(data, float):
        return data if data.is_integer() else float(f"{data:.12g}")
    if isinstance(data, dict):
        return {key: _steady(value) for key, value in data.items()}
    return [_steady(value) for value in data] if isinstance(data, list | tuple) else data


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table that fits the terminal; every column but the first is right-aligned if numeric.

    A table of thousands of rows, which takes seconds to fit, is printed one row a line instead.
    """
    from rich.console import Console
    from rich.table import Table

    numeric = [bool(rows) and all(isinstance(row[i], int | float) for row in rows) for i in range(len(columns))]
    cells = [["" if cell is None else visible(str(cell)) for cell in row] for row in rows]
    if len(rows) > _MOST_FITTED:
        _print_lines(visible(title), [[visible(name) for name in columns], *cells], numeric)
        return
    table = Table(title=visible(title) or None, title_justify="left", show_edge=False, pad_edge=False)
    for name, right in zip(columns, numeric, strict=True):
        table.add_column(visible(name), justify="right" if right else "left", overflow="fold")
    for row in cells:
        table.add_row(*row)
    console = Console(highlight=False, markup=False, emoji=False, file=terminal(sys.stdout))
    if not console.is_terminal:  # piped into a file or a pager: do not cut the lines at 80
        console.width = max(console.width, 140)
    console.print(table)


def _print_lines(title: str, rows: Sequence[Sequence[str]], numeric: Sequence[bool]) -> None:
    """Print rows, the first of them the header, as lines of columns."""
    from rich.cells import cell_len

    rows = [[" ".join(cell.split("\n")) for cell in row] for row in rows]
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    lines = [title] if title else []
    for row in rows:
        gaps = [" " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True)]
        parts = [gap + cell if right else cell + gap for cell, gap, right in zip(row, gaps, numeric, strict=True)]
        lines.append("  ".join(parts).rstrip())
    click.echo("\n".join(lines))


def print_rows(rows: Sequence[dict[str, Any]], *, as_json: bool) -> None:
    """Print rows that all have the same keys, as JSON or as a table."""
    if as_json:
        print_json(rows)
    elif rows:
        print_table("", list(rows[0]), [list(row.values()) for row in rows])


@contextmanager
def named_as_options(options: Mapping[str, str]) -> Iterator[None]:
    """Let errors about an argument name the option by which a command got it."""
    try:
        yield
    except InputError as error:
        if error.file is not None:  # its key stands in a file
            raise
        raise InputError(
            _with_options(error.message, options),
            key=error.key and ", ".join(options.get(key, key) for key in error.key.split(", ")),
            found=error.found,
            expected=error.expected and _with_options(error.expected, options),
            cure=error.cure and _with_options(error.cure, options),
        ) from error


def _with_options(text: str, options: Mapping[str, str]) -> str:
    if text.startswith("did you mean"):  # words of the user's, not names of arguments
        return text
    for name, option in options.items():
        text = text.replace(f"'{name}'", option)
        text = re.sub(rf"\b{name}=(?=\w)", f"{option} ", text)
        if "_" in name:  # no word of plain English
            text = re.sub(rf"\b{name}\b", option, text)
    return text


def write_text(path: Path, text: str, what: str) -> None:
    """Write a page or drawing that an option names, with a seal in its last line by which we know it again.

    A file that has its place already is replaced only if it begins as the new one does, and nobody changed it since it
    was sealed: a slip of the pen costs nobody a table, a report or corrections by hand.

    Raises:
        InputError: that place cannot be written, or holds something that is not to be replaced.
        RunError: the disk is full or broken.

    """
    with files.telling(what, path):
        there = path.read_bytes() if path.is_file() else b""
        if fault := _not_to_replace(there, text):
            raise InputError(
                f"{what} would overwrite a file {fault}; it was not touched", file=path,
                cure="name another file, or move this one away",
            )  # fmt: skip
        files.write_text(path, sealed(visible(text)))


def _not_to_replace(there: bytes, text: str) -> str | None:
    """Return what keeps a file from being replaced with a text; an earlier version's, which has no seal, is no case."""
    if not there:
        return None
    if there[:5].lower() != text[:5].lower().encode():
        return "of another kind"
    return "that was changed by hand" if is_broken(there) else None


@contextmanager
def progress_bar(*, enabled: bool = True) -> Iterator[Listener]:
    """Give a listener that draws a progress bar on standard error while a job runs."""
    if not enabled or not sys.stderr.isatty():
        yield silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    bar = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(markup=False, emoji=False, highlight=False, file=terminal(sys.stderr)),
        transient=True,
    )
    tasks: dict[str, Any] = {}

    def listen(event: Event) -> None:
        if event.kind == "note":
            bar.console.print(visible(event.message))
        if event.total:
            if event.stage not in tasks:
                tasks[event.stage] = bar.add_task(event.stage, total=event.total)
            bar.update(tasks[event.stage], completed=event.done, total=event.total)

    with bar, plain_streams():  # the bar puts streams of its own in place of ours
        yield listen
