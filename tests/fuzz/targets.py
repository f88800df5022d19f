"""All that is fed."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import targets_command
import targets_crisis
import targets_forecast
import targets_law
import targets_states
import targets_tables
import targets_texts

if TYPE_CHECKING:
    from runner import Target

_ROOMS = (targets_law, targets_crisis, targets_tables, targets_texts, targets_states, targets_forecast, targets_command)


def all_targets() -> tuple[Target, ...]:
    """Return every target."""
    return tuple(target for room in _ROOMS for target in room.TARGETS)


@cache
def named(name: str) -> Target:
    """Return one target."""
    return next(target for target in all_targets() if target.name == name)
