"""From one list's code for a state to another's, as of a day."""

from __future__ import annotations

import math
import numbers
from typing import TYPE_CHECKING, get_args

from foedus.dates import parse_day
from foedus.errors import InputError, closest
from foedus.states.codes import System, codes
from foedus.states.names import code_of

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
    wanted = _code(code, source)
    rows = [row for row in codes() if getattr(row, source) == wanted]
    if not rows:
        known = {str(getattr(row, source)) for row in codes()}
        raise InputError(f"no state has the {source} code '{code}'", cure=closest(str(code), known))
    # other names for the same state stand at the end of the list
    held = [row for row in rows if row.holds(day)]
    if not held:
        raise InputError(
            f"no state had the {source} code '{code}' on {day}",
            expected="; ".join(f"{row.start or '...'} to {row.until or 'today'}" for row in rows),
        )
    found: str | int | None = getattr(held[0], to)
    if found is None:
        raise InputError(f"{code} has no {to} code on {day}")
    return found


def _code(code: object, source: System) -> str | int:
    if source == "iso3":
        text = str(code).strip().upper()
        return text if any(row.iso3 == text for row in codes()) else code_of(str(code))
    try:
        number = float(code) if isinstance(code, str | numbers.Real) else math.nan
    except (ValueError, OverflowError):
        number = math.nan
    if not number.is_integer():
        raise InputError(f"a {source} code is a number", found=code, expected="a number, as 365")
    return int(number)
