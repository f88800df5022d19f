"""What callers give, who are not all typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from foedus.errors import InputError, closest
from foedus.given import short

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
