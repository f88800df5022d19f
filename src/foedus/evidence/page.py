"""Claims as a page: intervals over time with a plot each, the conflicts, every claim. One file, nothing fetched."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from importlib import resources
from typing import TYPE_CHECKING, Any

from jinja2 import Environment

from foedus.evidence.chains import chained, day_of
from foedus.evidence.model import span_text, vocabulary
from foedus.evidence.reconciliation import spoken_by

if TYPE_CHECKING:
    from collections.abc import Sequence

    from foedus.evidence.model import Claim
    from foedus.evidence.reconciliation import Reconciliation, Series

_WIDTH, _HEIGHT = 460, 190  # small, so that the letters can be read when a phone shrinks it
_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 12, 14, 30  # room for the axes
_TEMPLATE = resources.files("foedus.evidence").joinpath("page.html")
_KINDS = {
    "contradiction": "two figures of one day, or of what does not change, that cannot both hold",
    "fall": "a running count that falls",
    "revision": "a count that was corrected after the event",
    "retraction": "a figure that was disowned",
    "echo": "a figure repeated: disowned or superseded, or one observation told often",
    "definition": "figures that count different things",
    "date": "days or years that do not agree",
    "spelling": "several spellings of one name",
    "account": "rival accounts",
}


def render(claims: Sequence[Claim], found: Reconciliation) -> str:
    """Return the reconciliation as one HTML document."""
    known = {claim.claim_id: claim for claim in chained(claims)}
    kinds = [
        {"name": kind, "means": means, "conflicts": [c for c in found.conflicts if c.kind == kind]}
        for kind, means in _KINDS.items()
    ]
    order = {quantity: number for number, quantity in enumerate(vocabulary().quantities)}
    events = Counter(line.event for line in found.series)
    lines = sorted(found.series, key=lambda s: (-events[s.event], order[s.quantity], s.place, s.subject))
    return (
        Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
        .from_string(_TEMPLATE.read_text(encoding="utf-8"))
        .render(
            claims=[_row(claim) for claim in known.values()],
            documents=len({claim.document for claim in claims}),
            series=[_series(number, line, known) for number, line in enumerate(lines)],
            kinds=[kind for kind in kinds if kind["conflicts"]],
            conflicts=len(found.conflicts),
            width=_WIDTH,
            height=_HEIGHT,
            left=_LEFT,
            floor=_HEIGHT - _BOTTOM,
        )
    )


def _row(claim: Claim) -> dict[str, Any]:
    words = vocabulary()
    what = words.quantities[claim.quantity].label if claim.quantity else words.statements[claim.statement or ""].label
    return {
        "id": claim.claim_id,
        "what": what,
        "value": " ".join(filter(None, (claim.value_text(), claim.qualifier if claim.kind != "name" else ""))),
        "about": ", ".join(filter(None, (claim.subject, claim.place or claim.event))),
        "as_of": str(claim.as_of or "not dated"),
        "said": claim.attribution,
        "title": claim.title,
        "published": ", ".join(filter(None, (claim.publisher, str(claim.published or "")))),
        "where": f"paragraph {claim.paragraph}"
        + (f", {claim.start} to {claim.end}" if claim.start is not None else ""),
        "rule": claim.rule,
        "status": claim.status,
    }


def _series(number: int, line: Series, known: dict[str, Claim]) -> dict[str, Any]:
    quantity = vocabulary().quantities[line.quantity]
    about = ", ".join(filter(None, (line.subject, line.place or line.event)))
    return {
        "id": f"series-{number}",
        "title": f"{quantity.label[0].upper()}{quantity.label[1:]}",
        "about": about,
        "points": [
            {
                "as_of": p.as_of,
                "value": span_text(p.low, p.high, quantity.kind),
                "said": ", ".join(dict.fromkeys(spoken_by(known[c]) for c in p.claims)),
                "claims": p.claims,
            }
            for p in line.points
        ],
        "plot": _plot(line, known) if quantity.kind in ("cumulative", "level") else None,
    }


def _plot(line: Series, known: dict[str, Claim]) -> dict[str, Any] | None:
    """Return marks over time: one for each claim of the series, standing or not; None if fewer than two are dated."""
    claims = [
        c
        for c in known.values()
        if (c.quantity, c.subject, c.place, c.event) == (line.quantity, line.subject, line.place, line.event)
        and day_of(c) != dt.date.min
        and (c.low is not None or c.high is not None)
    ]
    days = sorted({day_of(c) for c in claims})
    if len(days) < 2:
        return None
    top = max(v for c in claims for v in (c.low, c.high) if v is not None) * 1.08 or 1.0
    span = (days[-1] - days[0]).days
    inner = _WIDTH - _LEFT - _RIGHT - 12
    floor = _HEIGHT - _BOTTOM

    def x(day: dt.date) -> float:
        # days far apart are drawn by rank, so that a week of reports is not lost beside a year of corrections
        share = (day - days[0]).days / span if span <= _EVEN * len(days) else days.index(day) / (len(days) - 1)
        return round(_LEFT + 6 + inner * share, 1)

    def y(value: float) -> float:
        return round(floor - (floor - _TOP) * value / top, 1)

    marks = []
    for claim in sorted(claims, key=day_of):
        low, high = claim.low or 0.0, claim.high if claim.high is not None else top
        marks.append(
            {
                "x": x(day_of(claim)),
                "y": y(high),
                "tall": max(0.0, round(y(low) - y(high), 1)),
                "dot": y(low) if claim.low is not None else y(high),
                "open": claim.high is None,
                "faint": claim.status not in ("current", "superseded") or bool(claim.qualifier),
                "claim": claim.claim_id,
                "title": f"{claim.value_text()} on {claim.as_of or claim.published}, {claim.attribution}"
                + (f" ({claim.status})" if claim.status != "current" else "")
                + (f", {claim.qualifier}" if claim.qualifier else ""),
            }
        )
    kept = [days[0]]
    for day in days[1:]:
        if x(day) - x(kept[-1]) >= _APART and (day == days[-1] or x(days[-1]) - x(day) >= _APART):
            kept.append(day)
    labels = [{"x": x(day), "text": str(day)} for day in kept]
    ticks = [{"y": y(value), "text": f"{value:,.10g}"} for value in _ticks(top)]
    ranked = span > _EVEN * len(days)
    return {"marks": marks, "labels": labels, "ticks": ticks, "ranked": ranked}


_EVEN = 20  # days a report on average, beyond which days are drawn by rank
_APART = 78  # pixels between labels of days


def _ticks(top: float) -> list[float]:
    """Return round values up to a maximum, three or four of them."""
    step = 10 ** (len(str(int(max(top, 1)))) - 1)
    step = next((s for s in (step / 5, step / 2, step, 2 * step, 5 * step) if top / s <= 4.5), step)
    return [step * i for i in range(1, int(top / step) + 1)]
