"""The page a reader opens: verdict, law, decision, course, evidence, limits, in one offline file."""

from __future__ import annotations

from foedus.report.bundle import assemble
from foedus.report.html import write

__all__ = ["assemble", "write"]
