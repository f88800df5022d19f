"""How figures are written in a line or a table."""

from __future__ import annotations

from typing import Any

import numpy as np


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
