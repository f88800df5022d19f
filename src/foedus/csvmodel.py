"""Rows of a CSV file as models: every row with its line, every fault with its column and how to fix it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from foedus.csvfile import Sheet, sheet
from foedus.errors import InputError, closest
from foedus.faults import explained, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Form(Generic[Model]):
    """What the rows of a file are.

    ``model`` holds one, ``noun`` is what errors call it and ``key`` the column that names it. Columns that ``known``
    lists and the model lacks are left unread. ``closed`` refuses all other columns, not only those that look misspelt.
    """

    model: type[Model]
    noun: str
    key: str
    known: tuple[str, ...]
    needed: tuple[str, ...]
    closed: bool = False

    @property
    def optional(self) -> frozenset[str]:
        """The columns whose empty cells say nothing."""
        return frozenset(name for name, field in self.model.model_fields.items() if not field.is_required())


def checked(form: Form[Model], source: Sheet) -> Iterator[tuple[int, Model | list[InputError]]]:
    """Yield each row's line and what it holds, or what is wrong with it.

    Raises:
        InputError: a column is missing, unknown or misspelt, or the text is not CSV.

    """
    _check_columns(form, source)
    seen: dict[str, int] = {}
    read = [name for name in source.columns if name in form.model.model_fields]
    optional = form.optional
    for line, row in source.rows:
        if isinstance(row, InputError):
            yield line, [row]
            continue
        try:
            found = form.model.model_validate({name: row[name] for name in read if row[name] or name not in optional})
        except ValidationError as error:
            yield line, list(row_faults(form, row, error, source.file, line))
            continue
        except UnicodeEncodeError as error:  # no file can hold it, a text of Python's can
            half = ascii(str(error.object))
            yield line, [source.fault("the row holds half a character", line, found=half, cure="write it again")]
            continue
        name = getattr(found, form.key)
        if name in seen:
            words = f"{form.key} '{name}' also appears in line {seen[name]}"
            yield line, [source.fault(words, line, key=form.key, cure="rename or remove one of the two")]
            continue
        seen[name] = line
        yield line, found


def read_models(form: Form[Model], text: str, file: Path) -> list[Model]:
    """Return what all rows hold.

    Raises:
        InputError: a column or a row that cannot be; of several faults, it tells the first ten.

    """
    made: list[Model] = []
    problems: list[InputError] = []
    for _, found in checked(form, sheet(text, file, form.known)):
        if isinstance(found, list):
            problems += found
        else:
            made.append(found)
    if problems:
        raise together(problems)
    return made


def together(problems: Sequence[InputError]) -> InputError:
    """Return the first of several faults, which tells the others as well."""
    first, *more = problems
    return InputError(
        first.message, file=first.file, line=first.line, key=first.key, found=first.found, expected=first.expected,
        cure=first.cure, more=more,
    )  # fmt: skip


def row_faults(
    form: Form[Any], row: dict[str, str], error: ValidationError, file: Path | None = None, line: int | None = None
) -> Iterator[InputError]:
    """Yield what a model refuses in a row, in words."""
    for place, words in explained(form.model, error):
        column = str(place[0]) if place else ""
        cell = row.get(column)
        comma = cell is not None and re.fullmatch(r"[+-]?\d+,\d+", cell) and "number" in (words["expected"] or "")
        default = f"correct '{column}' in this row" if column else "correct this row"
        yield InputError(
            f"{form.noun} '{row.get(form.key, '')}': {words['message']}",
            file=file,
            line=line,
            key=column or None,
            found=shown(cell) if cell is not None else None,
            expected=words["expected"],
            cure=f"write a decimal point: {cell.replace(',', '.')}" if comma and cell else words["cure"] or default,
        )


def _check_columns(form: Form[Any], source: Sheet) -> None:
    expected = ", ".join(form.known)
    missing = next((name for name in form.needed if name not in source.columns), None)
    if missing and len(source.columns) == 1 and source.columns[0] not in form.known:
        raise source.fault(
            f"column '{missing}' is missing", key=missing, found=source.columns[0], expected=expected,
            cure="separate columns by commas, semicolons or tabs, and name them in the first line",
        )  # fmt: skip
    for name in source.columns:
        if name not in form.known:
            if (meant := re.sub(r"\W+", "_", name.strip()).lower()) in form.known:
                raise source.fault(f"unknown column '{name}'", key=name, cure=f"rename it to '{meant}'")
            hint = closest(name, [known for known in form.known if known not in source.columns])
            if hint or form.closed:
                raise source.fault(f"unknown column '{name}'", key=name, expected=expected, cure=hint or "leave it out")
    if missing:
        cure = f"add '{missing}' to the header and a cell to every row"
        raise source.fault(f"column '{missing}' is missing", key=missing, expected=expected, cure=cure)
