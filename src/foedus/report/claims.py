"""The claims for the report: every one with its source, and the figures that charts and tables draw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from foedus.report.quantities import QUANTITIES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from foedus.evidence import Claim, Reconciliation


def section(claims: Sequence[Claim], reconciled: Reconciliation) -> dict[str, Any]:
    """Return every claim as text with its source, and the conflicts among them."""
    return {"claims": [_row(claim) for claim in claims], "conflicts": reconciled.to_dict()["conflicts"]}


def marks(claims: Sequence[Claim], place: str) -> dict[str, list[dict[str, Any]]]:
    """Return, per simulated variable, the reported figures of one place as points in time for the charts."""
    drawn: dict[str, list[dict[str, Any]]] = {}
    for quantity in QUANTITIES:
        drawn[quantity.variable] = [
            {
                "date": str(claim.as_of),
                "low": claim.low,
                "high": claim.high,
                "claim": claim.claim_id,
                "status": claim.status,
                "label": f"{value_text(claim)} on {claim.as_of}, according to {claim.speaker}",
            }
            for claim in claims
            if quantity.claim and claim.quantity == quantity.claim and claim.place == place and claim.as_of
        ]
    return drawn


def final(claims: Sequence[Claim], place: str) -> dict[str, dict[str, Any]]:
    """Return, per claim quantity, the span of the figures that still stand for one place.

    Of a cumulative count the standing figures are those of the last date on which it was reported and
    any later ones that repeat a range; of a daily count (participants) the highest day.
    """
    standing: dict[str, dict[str, Any]] = {}
    for quantity in QUANTITIES:
        said = [
            claim
            for claim in claims
            if claim.quantity == quantity.claim
            and claim.place == place
            and claim.status == "current"
            and (claim.low is not None or claim.high is not None)
        ]
        if not said or quantity.claim is None:
            continue
        if quantity.kind == "peak":
            best = max(said, key=lambda claim: claim.low or claim.high or 0)
            said = [claim for claim in said if (claim.low or claim.high) == (best.low or best.high)]
        lows = [claim.low for claim in said if claim.low is not None]
        highs = [claim.high for claim in said]
        low = min(lows) if lows else None
        high = None if any(bound is None for bound in highs) else max(b for b in highs if b is not None)
        standing[quantity.claim] = {
            "low": low,
            "high": high,
            "text": span_text(low, high),
            "claims": [claim.claim_id for claim in said],
        }
    return standing


def span_text(low: float | None, high: float | None) -> str:
    """Return an interval as people write it.

    >>> span_text(225, 238), span_text(160, None), span_text(19, 19)
    ('225 to 238', '160 or more', '19')
    """
    if low is None and high is None:
        return "no figure"
    if low is None:
        return f"up to {high:,.0f}"
    if high is None:
        return f"{low:,.0f} or more"
    return f"{low:,.0f}" if low == high else f"{low:,.0f} to {high:,.0f}"


def value_text(claim: Claim) -> str:
    """Return what a claim says in a few words."""
    if claim.statement:
        return "affirmed" if claim.affirmed else "denied"
    return span_text(claim.low, claim.high)
