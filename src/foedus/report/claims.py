"""The claims for the report: every one with its source, and the figures that charts and tables draw."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

from foedus.evidence import span_text, vocabulary
from foedus.report import sources
from foedus.report.quantities import QUANTITIES, REPORTED_ONLY, Quantity
from foedus.states import known_codes, name_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from foedus.evidence import Claim, Reconciliation


def section(claims: Sequence[Claim], reconciled: Reconciliation, directory: Path) -> dict[str, Any]:
    """Return every claim as text with its source, and the conflicts among them.

    Args:
        claims: the claims.
        reconciled: what they come to.
        directory: where the notes on the documents lie, if anywhere.

    """
    notes = sources.Notes(directory)
    states = {claim.subject for claim in claims} & known_codes()
    conflicts = reconciled.to_dict()["conflicts"]
    for conflict in conflicts:
        for key in ("about", "summary"):
            conflict[key] = re.sub(r"\b[A-Z]{3}\b", lambda code: _spelled(code[0], states), conflict[key])
    return {"claims": [_row(claim, notes) for claim in claims], "conflicts": conflicts}


def _spelled(code: str, states: AbstractSet[str]) -> str:
    return name_of(code) if code in states else code


def marks(claims: Sequence[Claim], place: str) -> dict[str, list[dict[str, Any]]]:
    """Return, per simulated variable, the reported figures of one place as points in time for the charts.

    A level is what is there on a day: a figure that is qualified (announced, on the roster) is none.
    """
    drawn: dict[str, list[dict[str, Any]]] = {}
    for quantity in QUANTITIES:
        drawn[quantity.variable] = [
            {
                "date": str(claim.as_of.latest),
                "low": claim.low,
                "high": claim.high,
                "claim": claim.claim_id,
                "status": claim.status,
                "label": f"{claim.value_text()} on {claim.as_of}, according to {claim.attribution}",
            }
            for claim in _about(claims, quantity, place)
            if claim.as_of is not None and not (quantity.kind == "level" and claim.qualifier)
        ]
    return drawn


def final(claims: Sequence[Claim], place: str) -> dict[str, dict[str, Any]]:
    """Return, per claim quantity, what the reports come to in the end for one place.

    Of a cumulative count, what the current claims of the last reported day say; of a daily count
    (participants) the highest day. Superseded, retracted and echoed figures and other definitions stay out.
    """
    standing: dict[str, dict[str, Any]] = {}
    for quantity in QUANTITIES:
        said = [c for c in _about(claims, quantity, place) if c.status == "current" and not c.qualifier and c.as_of]
        if not said or quantity.claim is None:
            continue
        if quantity.kind == "peak":
            best = max(said, key=lambda claim: claim.low or claim.high or 0.0)
            said = [claim for claim in said if (claim.low, claim.high) == (best.low, best.high)]
        else:
            last = max(claim.as_of.latest for claim in said if claim.as_of)
            ends = {(c.low, c.high) for c in said if c.as_of and c.as_of.latest == last}
            said = [claim for claim in said if (claim.low, claim.high) in ends]
        lows = [claim.low for claim in said if claim.low is not None]
        highs = [claim.high for claim in said if claim.high is not None]
        low = min(lows) if lows else None
        high = max(highs) if len(highs) == len(said) else None
        standing[quantity.claim] = {
            "low": low,
            "high": high,
            "text": span_text(low, high),
            "claims": [claim.claim_id for claim in said],
            "day": max(claim.as_of.latest for claim in said if claim.as_of),
        }
    return standing


def beside_the_model(claims: Sequence[Claim], place: str) -> list[dict[str, Any]]:
    """Return the human cost that is reported but not simulated: of each quantity what was said last, and by whom."""
    rows = []
    for name in REPORTED_ONLY:
        said = [
            c
            for c in claims
            if c.quantity == name and c.place == place and c.status == "current" and c.as_of and not c.qualifier
        ]
        if not said:
            continue
        last = max(said, key=lambda claim: claim.as_of.latest if claim.as_of else dt.date.min)
        rows.append(
            {
                "label": vocabulary().quantities[name].label,
                "value": last.value_text(),
                "according_to": last.attribution,
                "as_of": str(last.as_of),
                "note": last.note,
                "claims": [claim.claim_id for claim in said],
            }
        )
    return rows


def _about(claims: Sequence[Claim], quantity: Quantity, place: str) -> list[Claim]:
    """Return the claims on a quantity as a whole in one place that give a figure."""
    return [
        claim
        for claim in claims
        if quantity.claim is not None
        and claim.quantity == quantity.claim
        and claim.place == place
        and not claim.subject
        and claim.status != "rejected"
        and (claim.low is not None or claim.high is not None)
    ]


def _row(claim: Claim, notes: sources.Notes) -> dict[str, Any]:
    words = vocabulary()
    return {
        "claim_id": claim.claim_id,
        "quantity": words.quantities[claim.quantity].label if claim.quantity else "",
        "statement": words.statements[claim.statement].label if claim.statement else "",
        "value": " ".join(filter(None, (claim.value_text(), claim.qualifier if claim.kind != "name" else ""))),
        "place": ", ".join(filter(None, (_spelled(claim.subject, known_codes()), claim.place))),
        "as_of": str(claim.as_of or ""),
        "speaker": claim.speaker,
        "channel": claim.channel,
        "title": claim.title,
        "publisher": sources.publisher(claim),
        "addresses": sources.addresses(claim, notes),
        "published": str(claim.published or ""),
        "locator": f"paragraph {claim.paragraph}"
        + (f", characters {claim.start} to {claim.end}" if claim.start else ""),
        "document": claim.document,
        "status": claim.status,
        "note": claim.note,
    }
