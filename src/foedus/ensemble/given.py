"""What callers give, who are not all typed, and how figures are written in a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from foedus.crisis.given import short
from foedus.errors import InputError, closest

if TYPE_CHECKING:
    from collections.abc import Sequence


def one_of(key: str, value: object, known: Sequence[str]) -> None:
    """Refuse what is not one of the known names.

    Raises:
        InputError: it is not; a name that is nearly right gets a suggestion.

    """
    if isinstance(value, str) and value in known:
        return
    cure = closest(value, known) if isinstance(value, str) else None
    shown = value if isinstance(value, str) else short(value)
    raise InputError(
        f"unknown {key} '{shown}'", key=key, found=short(value), expected=", ".join(known), cure=cure
    )  # fmt: skip


def of_kind(key: str, value: object, kind: type, expected: str) -> None:
    """Refuse what is not of a kind.

    Raises:
        InputError: it is not.

    """
    if not isinstance(value, kind):
        raise InputError(f"'{key}' cannot be used", key=key, found=short(value), expected=expected)


def interval(values: Any, sign: str = "", decimals: int = 0) -> str:
    """Return the middle of some figures and where 90 of 100 lie.

    >>> interval([0, 10, 1200], "+")
    '+10 (+1 to +1,081)'
    """
    low, middle, high = (figure(float(x), sign, decimals) for x in np.quantile(values, [0.05, 0.5, 0.95]))
    return f"{middle} ({low} to {high})"


def figure(value: float, sign: str = "", decimals: int = 0) -> str:
    """Return a number for a table; nothing is neither more nor less.

    >>> [figure(x, "+") for x in (1234.4, 0.2, -0.2, -3)]
    ['+1,234', '0', '0', '-3']
    """
    rounded = round(value, decimals) + 0.0  # no negative zero
    return f"{rounded:{sign if rounded else ''},.{decimals}f}"
