"""The coded history of calls for help, refused and answered."""

from __future__ import annotations

from foedus.record.adding import add
from foedus.record.model import COMPARATORS, LADDER, Case
from foedus.record.reading import AnyRecord, Record, cases, closes, extra_columns, find, load, open_record, sha256

__all__ = [
    "COMPARATORS",
    "LADDER",
    "AnyRecord",
    "Case",
    "Record",
    "add",
    "cases",
    "closes",
    "extra_columns",
    "find",
    "load",
    "open_record",
    "sha256",
]
