"""The coded history of calls for help, refused and answered."""

from __future__ import annotations

from foedus.record.adding import add
from foedus.record.model import COMPARATORS, LADDER, Case
from foedus.record.reading import Record, Source, cases, extra_columns, find, load, open_record, sha256

__all__ = [
    "COMPARATORS",
    "LADDER",
    "Case",
    "Record",
    "Source",
    "add",
    "cases",
    "extra_columns",
    "find",
    "load",
    "open_record",
    "sha256",
]
