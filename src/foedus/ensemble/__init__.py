"""A thousand runs instead of one: seeds, workers, the store, and what is chance and what assumption."""

from __future__ import annotations

from foedus.ensemble.compare import Comparison, compare
from foedus.ensemble.execute import run
from foedus.ensemble.place import claim_directory
from foedus.ensemble.result import ARMS, Arm, Ensemble
from foedus.ensemble.spread import Spread, spread
from foedus.ensemble.store import load, save

__all__ = [
    "ARMS",
    "Arm",
    "Comparison",
    "Ensemble",
    "Spread",
    "claim_directory",
    "compare",
    "load",
    "run",
    "save",
    "spread",
]
