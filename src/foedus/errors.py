"""Errors that name the place, what was found, what was expected and how to fix it."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from foedus.shown import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

MOST_TOLD = 10  # faults told at once
_MOST_FOUND = 500  # characters of what was found


class FoedusError(Exception):
    """Anything that Foedus can explain to its user; the command line prints it without a traceback.

    ``exit_code`` is 2 for input that cannot be used as given and 1 for a failure while working. ``more`` are other
    faults found at the same time.
    """

    exit_code = 1

    def __init__(
        self,
        message: str,
        *,
        file: Path | str | None = None,
        line: int | None = None,
        key: str | None = None,
        found: object = None,
        expected: str | None = None,
        cure: str | None = None,
        more: Sequence[InputError] = (),
    ) -> None:
        self.message = message
        self.file = str(file) if file is not None else None
        self.line = line
        self.key = key
        self.found = None if found is None else told(found)
        self.expected = expected
        self.cure = cure
        self.more = tuple(more)
        super().__init__(str(self))

    def __str__(self) -> str:
        """Return it with what text of a user's holds written out, so that none ends a line or moves a cursor."""
        place = one_line(self.file or "")
        if self.line is not None:
            place += f":{self.line}" if place else f"line {self.line}"
        message = one_line(self.message)
        parts = [f"{place}: {message}" if place else message]
        parts += [
            f"  {label}: {one_line(value)}"
            for label, value in (
                ("key", self.key),
                ("found", self.found),
                ("expected", self.expected),
                ("fix", self.cure),
            )
            if value is not None
        ]
        parts += [str(other) for other in self.more[: MOST_TOLD - 1]]
        if (left := len(self.more) - MOST_TOLD + 1) > 0:
            parts.append(f"... and {left} more")
        return "\n".join(parts)


class InputError(FoedusError):
    """The input or the command cannot be used as given (exit code 2)."""

    exit_code = 2


class RunError(FoedusError):
    """The work could not be finished (exit code 1)."""

    exit_code = 1


class FoedusWarning(UserWarning):
    """Something differs from what was expected and the work goes on; the command line tells it in a line."""

    def __str__(self) -> str:
        return one_line(super().__str__())


def told(value: object, most: int = _MOST_FOUND, form: Callable[[object], str] = str) -> str:
    """Return what was found, as a message can hold it; Python writes no number of thousands of digits.

    >>> told("a" * 6, 5), told(10**5000)
    ('aaaaa...', 'a number of thousands of digits')
    """
    try:
        text = form(value)
    except ValueError:
        return "a number of thousands of digits"
    return text if len(text) <= most else f"{text[:most]}..."


def closest(name: str, known: Iterable[str]) -> str | None:
    """Return ``did you mean ...`` for the nearest known names, or None.

    >>> closest("kazakstan-2022", ["kazakhstan-2022", "bahrain-2011"])
    "did you mean 'kazakhstan-2022'?"
    """
    near = difflib.get_close_matches(name, list(known), n=3, cutoff=0.6)
    if not near:
        return None
    return "did you mean " + " or ".join(repr(n) for n in near) + "?"
