"""Treaties as executable law: who is bound to do what, under which article, on which reading, and why."""

from __future__ import annotations

from foedus.treaties.evaluate import Finding, Findings, Obligations, View, bound_on, look, obligations
from foedus.treaties.load import (
    incident_names,
    library,
    load_incident,
    load_treaty,
    resolve,
    sources,
    vocabulary,
)
from foedus.treaties.logic import Condition, Truth, could_change, decide, parse
from foedus.treaties.model import Fact, Incident, Treaty

__all__ = [
    "Condition",
    "Fact",
    "Finding",
    "Findings",
    "Incident",
    "Obligations",
    "Treaty",
    "Truth",
    "View",
    "bound_on",
    "could_change",
    "decide",
    "incident_names",
    "library",
    "load_incident",
    "load_treaty",
    "look",
    "obligations",
    "parse",
    "resolve",
    "sources",
    "vocabulary",
]
