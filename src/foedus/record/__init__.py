"""The coded history of calls for help, refused and answered."""

from __future__ import annotations

from foedus.record.adding import add
from foedus.record.model import COMPARATORS, LADDER, Case
from foedus.record.reading import cases, extra_columns, find, load, sha256

__all__ = ["COMPARATORS", "LADDER", "Case", "add", "cases", "extra_columns", "find", "load", "sha256"]
