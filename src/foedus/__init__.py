"""Foedus: an open laboratory for collective security.

Treaties as executable law, the historical record as a scored forecast, the crisis itself as a very fast
simulation, every number traced to a report. The rooms of the house are imported on first use, so that
``import foedus`` costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from foedus import crisis, ensemble, evidence, forecast, places, record, report, states, treaties
    from foedus.pipeline import run

_ROOMS = ("states", "places", "treaties", "record", "forecast", "evidence", "crisis", "ensemble", "report")

__all__ = [
    "__version__",
    "crisis",
    "ensemble",
    "evidence",
    "forecast",
    "places",
    "record",
    "report",
    "run",
    "states",
    "treaties",
]


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return importlib.import_module(f"foedus.{name}")
    if name == "run":
        return importlib.import_module("foedus.pipeline").run
    raise AttributeError(f"module 'foedus' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
