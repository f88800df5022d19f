"""From reports to sourced claims, and from claims to intervals and conflicts."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from foedus.evidence.drift import Conflict
from foedus.evidence.model import Claim, load_claims, span_text, vocabulary, write_claims
from foedus.evidence.reconciliation import Reconciliation, Series, reconcile
from foedus.evidence.scoring import Score, Scores, score

if TYPE_CHECKING:
    from foedus.evidence.check import Checked, check_locators
    from foedus.evidence.document import Document, load
    from foedus.evidence.extraction import Extractor, extract, extract_files, extractor
    from foedus.evidence.to_incident import incident, write_incident

# reading reports takes a hundred patterns, which who only weighs claims does without
_READING = {
    "Checked": "check",
    "Document": "document",
    "Extractor": "extraction",
    "check_locators": "check",
    "extract": "extraction",
    "extract_files": "extraction",
    "extractor": "extraction",
    "incident": "to_incident",
    "load": "document",
    "write_incident": "to_incident",
}

__all__ = [
    "Checked",
    "Claim",
    "Conflict",
    "Document",
    "Extractor",
    "Reconciliation",
    "Score",
    "Scores",
    "Series",
    "check_locators",
    "extract",
    "extract_files",
    "extractor",
    "incident",
    "load",
    "load_claims",
    "reconcile",
    "score",
    "span_text",
    "vocabulary",
    "write_claims",
    "write_incident",
]


if not TYPE_CHECKING:  # a checker that saw it would take any name

    def __getattr__(name: str) -> Any:
        if name in _READING:
            return getattr(importlib.import_module(f"foedus.evidence.{_READING[name]}"), name)
        raise AttributeError(f"module 'foedus.evidence' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
