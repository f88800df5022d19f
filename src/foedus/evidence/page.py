"""Claims as a page: intervals over time with a plot each, and the conflicts. One file, nothing fetched."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, Any

from jinja2 import Environment

from foedus.evidence.model import span_text, vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from foedus.evidence.model import Claim
    from foedus.evidence.reconcile import Reconciliation, Series

_WIDTH, _HEIGHT, _EDGE = 560, 150, 44
_TEMPLATE = resources.files("foedus.evidence").joinpath("page.html")


def render(claims: Sequence[Claim], found: Reconciliation) -> str:
    """Return the reconciliation as one HTML document."""
    template = Environment(autoescape=True).from_string(_TEMPLATE.read_text(encoding="utf-8"))
    return template.render(
        claims=len(claims),
        documents=len({claim.document for claim in claims}),
        series=[_series(line) for line in found.series],
        conflicts=found.conflicts,
        width=_WIDTH,
        height=_HEIGHT,
        edge=_EDGE,
    )


def _series(line: Series) -> dict[str, Any]:
    quantity = vocabulary().quantities[line.quantity]
    title = ", ".join(filter(None, (quantity.label, line.subject, line.place or line.event)))
    shown: dict[str, Any] = {
        "title": title,
        "points": [
            {"as_of": p.as_of, "value": span_text(p.low, p.high, quantity.kind), "claims": p.claims}
            for p in line.points
        ],
        "marks": [],
        "labels": [],
        "top": "",
    }
    dated = [p for p in line.points if p.as_of != "undated" and (p.low is not None or p.high is not None)]
    if quantity.kind not in ("cumulative", "level") or len(dated) < 2:
        return shown
    top = max(max(v for v in (p.low, p.high) if v is not None) for p in dated) or 1.0
    step = (_WIDTH - _EDGE - 20) / (len(dated) - 1)
    inner = _HEIGHT - 40

    def height(value: float) -> float:
        return _HEIGHT - 20 - inner * value / top

    shown["top"] = f"{top:,.0f}"
    for i, p in enumerate(dated):
        low = p.low if p.low is not None else 0.0
        high = p.high if p.high is not None else top
        x = _EDGE + i * step
        title = f"{p.as_of}: {span_text(p.low, p.high)}"
        tall = max(3.0, height(low) - height(high))
        shown["marks"].append({"x": round(x), "y": round(height(high) - 1.5), "height": round(tall), "title": title})
        if i in (0, len(dated) - 1):
            shown["labels"].append({"x": round(min(max(x, 60), _WIDTH - 40)), "text": p.as_of[:10]})
    return shown
