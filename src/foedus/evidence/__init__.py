"""From reports to sourced claims, and from claims to intervals and conflicts."""

from __future__ import annotations

from foedus.evidence.model import Claim, load_claims, span_text, vocabulary, write_claims
from foedus.evidence.reconcile import Conflict, Reconciliation, Series, reconcile

__all__ = [
    "Claim",
    "Conflict",
    "Reconciliation",
    "Series",
    "load_claims",
    "reconcile",
    "span_text",
    "vocabulary",
    "write_claims",
]
