"""A thousand runs instead of one: seeds, workers, the store, and what is chance and what assumption."""

from __future__ import annotations

from foedus.ensemble.comparison import Comparison, compare
from foedus.ensemble.execute import run
from foedus.ensemble.folder import claim_directory
from foedus.ensemble.result import Ensemble
from foedus.ensemble.runs import ARMS, Arm
from foedus.ensemble.store import load, save
from foedus.ensemble.variance import Spread, spread

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
