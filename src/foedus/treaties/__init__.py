"""Treaties as executable law: who is bound to do what, under which article, on which reading, and why."""

from __future__ import annotations

from foedus.treaties.ask import interview
from foedus.treaties.council import Decision, Positions, council
from foedus.treaties.coverage import Coverage, coverage
from foedus.treaties.evaluate import obligations
from foedus.treaties.findings import Finding, Findings, Obligations
from foedus.treaties.history import allies, diff, timeline
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
from foedus.treaties.membership import bound_on
from foedus.treaties.model import Fact, Incident, Treaty
from foedus.treaties.power import Power, power
from foedus.treaties.view import View, look

__all__ = [
    "Condition",
    "Coverage",
    "Decision",
    "Fact",
    "Finding",
    "Findings",
    "Incident",
    "Obligations",
    "Positions",
    "Power",
    "Treaty",
    "Truth",
    "View",
    "allies",
    "bound_on",
    "could_change",
    "council",
    "coverage",
    "decide",
    "diff",
    "incident_names",
    "interview",
    "library",
    "load_incident",
    "load_treaty",
    "look",
    "obligations",
    "parse",
    "power",
    "resolve",
    "sources",
    "timeline",
    "vocabulary",
]
