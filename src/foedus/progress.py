"""One typed stream of events for everything that takes longer than a second.

The terminal bar, the ``--json`` lines and, later, the web page all read the same events.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Literal

Kind = Literal["start", "progress", "note", "result", "end"]


@dataclass(frozen=True, slots=True)
class Event:
    """One step of a longer job: ``done`` of ``total`` units of ``stage`` are ready."""

    kind: Kind
    stage: str
    done: int = 0
    total: int = 0
    message: str = ""
    data: dict[str, Any] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the event as plain data, without empty fields."""
        return {key: value for key, value in asdict(self).items() if value not in ("", None)}


Listener = Callable[[Event], None]


def silent(_event: Event) -> None:
    """Listen to nothing."""
