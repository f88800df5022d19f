"""From one list's code for a state to another's, as of a day."""

from __future__ import annotations

import math
import numbers
from typing import TYPE_CHECKING, get_args

from foedus.dates import parse_day
from foedus.errors import InputError, closest, told
from foedus.states.codes import System, check_then, codes, days_of
from foedus.states.names import code_of, name_of

if TYPE_CHECKING:
    import datetime as dt


def convert(code: str | float, source: System, to: System, on: str | dt.date) -> str | int:
    """Translate a state's code as of a day.

    >>> convert("DEU", "iso3", "cow", "1960-01-01"), convert("DEU", "iso3", "cow", "2000-01-01")
    (260, 255)
    >>> convert(365, "cow", "iso3", "1980-01-01"), convert("365", "cow", "iso3", "2000-01-01")
    ('SUN', 'RUS')

    Args:
        code: ISO alpha-3 code or any name for ``iso3``, else a number, which may be text.
        source: the list that the code is from: ``iso3``, ``cow`` or ``gw``.
        to: the list whose code is wanted.
        on: the day.

    Raises:
        InputError: no state has that code on that day, or the other system has none for it.

    """
    for system in (source, to):
        if system not in get_args(System):
            raise InputError(f"unknown list of states '{system}'", expected=", ".join(get_args(System)))
    day = parse_day(on)
    wanted = _code(code, source, day)
    rows = [row for row in codes() if getattr(row, source) == wanted]
    if not rows and source == "iso3":
        if to == "iso3":
            return wanted
        raise InputError(
            f"{wanted} has no {to} code", found=f"{name_of(str(wanted))} is a territory, in neither list",
            expected="a state of one of the lists", cure="leave it out, or name its state",
        )  # fmt: skip
    if not rows:
        known = {str(getattr(row, source)) for row in codes()}
        shown = told(code, 80, repr if isinstance(code, str) else str)
        raise InputError(f"no state has the {source} code {shown}", cure=closest(shown, known))
    # other names for the same state stand at the end of the list
    held = [row for row in rows if row.holds(day)]
    if not held:
        raise InputError(
            f"no state had the {source} code {wanted} on {day}",
            found=", ".join(dict.fromkeys(row.note.partition(":")[0] for row in rows if not row.iso3)) or None,
            expected="a day on which one had it: " + days_of(rows), cure="correct the code or the day",
        )  # fmt: skip
    found: str | int | None = getattr(held[0], to)
    if found is None:
        later = [row for row in rows if getattr(row, to) is not None]
        note = f" ({held[0].note})" if held[0].note else ""
        raise InputError(
            f"{wanted} has no {to} code on {day}{note}",
            expected=f"a day on which it has one: {days_of(later)}" if later else None,
            cure="correct the day" if later else "no code of that list means this state",
        )
    return found


def _code(code: object, source: System, day: dt.date) -> str | int:
    if source == "iso3":
        text = str(code).strip().upper()
        if any(row.iso3 == text for row in codes()):
            check_then(text, day)
            return text
        return code_of(str(code), day)
    try:
        number = float(code) if isinstance(code, str | numbers.Real) else math.nan
    except (ValueError, OverflowError):
        number = math.nan
    if not number.is_integer():
        raise InputError(f"a {source} code is a number", found=told(code, 80), expected="a number, as 365")
    return int(number)
