"""Treaties as executable law: who is bound to do what, under which article, on which reading, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from foedus.treaties.covered import Coverage, coverage, kept_out, treaties_of
from foedus.treaties.describe import show
from foedus.treaties.evaluate import obligations
from foedus.treaties.findings import Finding, Findings, Obligations
from foedus.treaties.history import allies, diff, timeline
from foedus.treaties.incident import Fact, Incident, Location, Performance
from foedus.treaties.json_schema import schema
from foedus.treaties.load import (
    check,
    incident_names,
    library,
    load_incident,
    load_treaty,
    resolve,
)
from foedus.treaties.logic import Condition, Truth, could_change, decide, parse
from foedus.treaties.membership import bound_on
from foedus.treaties.model import Treaty
from foedus.treaties.powers import Power, power
from foedus.treaties.questions import ask
from foedus.treaties.terms import sources, vocabulary
from foedus.treaties.view import View, look
from foedus.treaties.voting import Decision, Positions, council

if TYPE_CHECKING:
    from foedus.treaties.panels import join, panel

__all__ = [
    "Condition",
    "Coverage",
    "Decision",
    "Fact",
    "Finding",
    "Findings",
    "Incident",
    "Location",
    "Obligations",
    "Performance",
    "Positions",
    "Power",
    "Treaty",
    "Truth",
    "View",
    "allies",
    "ask",
    "bound_on",
    "check",
    "could_change",
    "council",
    "coverage",
    "decide",
    "diff",
    "incident_names",
    "join",
    "kept_out",
    "library",
    "load_incident",
    "load_treaty",
    "look",
    "obligations",
    "panel",
    "parse",
    "power",
    "resolve",
    "schema",
    "show",
    "sources",
    "timeline",
    "treaties_of",
    "vocabulary",
]


def __getattr__(name: str) -> Any:
    if name in ("join", "panel"):  # they need numpy and pandas, which the rest does without
        from foedus.treaties import panels

        return getattr(panels, name)
    raise AttributeError(f"module 'foedus.treaties' has no attribute {name!r}")
