"""Numbers that callers give, who are not all typed: numpy's are as good as Python's, and 40.0 is a whole number."""

from __future__ import annotations

from typing import Any

from foedus.errors import InputError


def plain(value: Any) -> Any:
    """Return a number of numpy's as Python's own, and anything else as it is."""
    return value.item() if getattr(value, "shape", None) == () and hasattr(value, "item") else value


def number(key: str, value: object, low: float, high: float, meaning: str = "") -> float:
    """Return a number within bounds.

    Raises:
        InputError: it is none.

    """
    found: float = plain(value)
    if type(found) in {int, float} and low <= found <= high:
        return found
    raise senseless(key, value, f"a number from {_shown(low)} to {_shown(high)}", meaning)


def whole(key: str, value: object, low: int, high: int, meaning: str = "") -> int:
    """Return a whole number within bounds.

    Raises:
        InputError: it is none.

    """
    found = plain(value)
    if type(found) in {int, float} and low <= found <= high and found == int(found):
        return int(found)
    raise senseless(key, value, f"a whole number from {low} to {high}", meaning)


def senseless(key: str, value: object, expected: str, meaning: str = "") -> InputError:
    """Return the error for a value of no use under a key."""
    if meaning:
        expected += f" ({meaning})"
    return InputError(f"'{key}' makes no sense", key=key, found=short(value), expected=expected)


def short(value: object) -> str:
    """Return a value as code writes it, cut to a line."""
    text = repr(plain(value))
    return text if len(text) <= 80 else text[:77] + "..."


def _shown(bound: float) -> str:
    return str(bound) if isinstance(bound, int) else f"{bound:g}"
