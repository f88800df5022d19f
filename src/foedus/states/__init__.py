"""States: their codes and names."""

from __future__ import annotations

from foedus.states.names import name_of

__all__ = ["name_of"]
