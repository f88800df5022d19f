"""The coded history of calls for help, refused and answered."""

from __future__ import annotations

from foedus.record.add import add
from foedus.record.load import cases, extra_columns, find, load, sha256
from foedus.record.model import COMPARATORS, LADDER, Case

__all__ = ["COMPARATORS", "LADDER", "Case", "add", "cases", "extra_columns", "find", "load", "sha256"]
