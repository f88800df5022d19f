"""Treaties as executable law: who is bound to do what, under which article, on which reading, and why."""

from __future__ import annotations

from foedus.treaties.ask import interview
from foedus.treaties.council import Decision, Positions, council
from foedus.treaties.evaluate import Finding, Findings, Obligations, View, bound_on, look, obligations
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
from foedus.treaties.model import Fact, Incident, Treaty
from foedus.treaties.power import Power, power

__all__ = [
    "Condition",
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
