"""From reports to sourced claims, and from claims to intervals and conflicts."""

from __future__ import annotations

from foedus.evidence.check import Checked, check_locators
from foedus.evidence.document import Document, load
from foedus.evidence.drift import Conflict
from foedus.evidence.extract import Extractor, extract, extract_files, extractor
from foedus.evidence.incident import incident, write_incident
from foedus.evidence.model import Claim, load_claims, span_text, vocabulary, write_claims
from foedus.evidence.reconcile import Reconciliation, Series, reconcile
from foedus.evidence.score import Score, Scores, score

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
