"""Two plain drawings without a plotting library: forecast against outcome, and an organisation's precedent."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from foedus.forecast.precedent import Precedent

# attributes and no style sheet: the drawings are also put into pages, whose own rules they must not touch.
# Text and axes take the colour of the page, or grey on their own; every colour can be told from white and near black.
_TEAL, _RUST = "#2586a8", "#c4622a"
_LINE = f'stroke="{_TEAL}" fill="none" stroke-width="2"'
_BAND = f'fill="{_TEAL}" opacity="0.25"'
_EVEN = 'stroke="currentColor" stroke-opacity="0.6" stroke-dasharray="4 4"'
_GRID, _AXIS = 'stroke="currentColor" stroke-opacity="0.18"', 'stroke="currentColor" fill="none"'
_YES, _NO = f'fill="{_TEAL}" stroke="{_TEAL}"', f'fill="none" stroke="{_RUST}" stroke-width="2.5"'


def reliability_diagram(bins: Sequence[dict[str, Any]]) -> str:
    """Return an SVG: share acted over mean forecast, by bin, with 90 % intervals; the dashes are what was said."""
    size, edge = 320, 50

    def x(value: float) -> str:
        return f"{edge + size * value:.1f}"

    def y(value: float) -> str:
        return f"{edge / 2 + size * (1 - value):.1f}"

    parts = [_axes(x, y)]
    parts.append(f'<line {_EVEN} x1="{x(0)}" y1="{y(0)}" x2="{x(1)}" y2="{y(1)}"/>')
    for part in bins:
        at = x(part["forecast"])
        parts.append(f'<line {_LINE} x1="{at}" x2="{at}" y1="{y(part["low"])}" y2="{y(part["high"])}"/>')
        parts.append(f'<circle {_YES} cx="{at}" cy="{y(part["acted"])}" r="{3 + part["n"] ** 0.5 / 2:.1f}"/>')
    parts.append(f'<text x="{x(0.5)}" y="{edge / 2 + size + 38}" text-anchor="middle">forecast chance of acting</text>')
    parts.append(f'<text transform="translate(14 {y(0.5)}) rotate(-90)" text-anchor="middle">share that acted</text>')
    return _page(size + edge + 20, size + edge + 25, "Reliability diagram of the held-out forecasts", parts)


def precedent_plot(found: Precedent) -> str:
    """Return an SVG: the chance to act as it could be known over time; filled marks were acted on, open ones not."""
    wide, high, edge = 480, 240, 62
    years = [_year(point.known_from) for point in found.curve] + [_year(call.on) for call in found.calls]
    first, last = min(years), max(years) + 1.0

    def x(value: float) -> str:
        return f"{edge + wide * (value - first) / (last - first):.1f}"

    def y(value: float) -> str:
        return f"{edge / 2 + high * (1 - value):.1f}"

    parts = [_axes(lambda v: f"{edge + wide * v:.1f}", y, ticks=False)]
    parts.append(f'<text transform="translate(14 {y(0.5)}) rotate(-90)" text-anchor="middle">chance to act</text>')
    step = 10 if last - first > 25 else 5 if last - first > 8 else 1
    shown = [year for year in range(int(first // step) * step, int(last) + 1, step) if first <= year <= last]
    low_edge = edge / 2 + high + 18
    parts += [f'<text x="{x(year)}" y="{low_edge}" text-anchor="middle">{year}</text>' for year in shown]
    parts += _stairs(found, last, x, y)
    for call in found.calls:
        kind = _YES if call.acted else _NO
        told = f"{call.case_id}: {call.outcome}; {'asked' if call.request else 'not asked'}"
        parts.append(
            f'<circle {kind} cx="{x(_year(call.on))}" cy="{y(1.0 if call.acted else 0.0)}" r="5">'
            f"<title>{escape(told)}</title></circle>"
        )
    note = "Calls by year. Filled: acted on; open: not."
    parts.append(f'<text x="{edge}" y="{edge / 2 + high + 40}">{escape(note)}</text>')
    told = f"{found.organisation}: chance to act on a call, as it could be known at the time. {note}"
    return _page(wide + edge + 20, high + edge + 25, told, parts)


def _stairs(found: Precedent, last: float, x: Any, y: Any) -> list[str]:
    """Return the estimate as a stair with its band; nothing where too little was known throughout."""
    stairs, lows, highs = [], [], []
    starts = [_year(point.known_from) for point in found.curve]
    for point, start, end in zip(found.curve, starts, [*starts[1:], last][: len(starts)], strict=True):
        for at in (start, end):
            stairs.append(f"{x(at)},{y(point.p_act)}")
            lows.append(f"{x(at)},{y(point.interval[0])}")
            highs.append(f"{x(at)},{y(point.interval[1])}")
    if not stairs:
        return []
    band = f'<polygon {_BAND} points="{" ".join(lows + highs[::-1])}"/>'
    return [band, f'<polyline {_LINE} points="{" ".join(stairs)}"/>']


def _axes(x: Any, y: Any, *, ticks: bool = True) -> str:
    parts = []
    for value in (0.0, 0.25, 0.5, 0.75, 1.0):
        parts.append(f'<line {_GRID} x1="{x(0)}" x2="{x(1)}" y1="{y(value)}" y2="{y(value)}"/>')
        parts.append(
            f'<text x="{float(x(0)) - 6:.1f}" y="{float(y(value)) + 4:.1f}" text-anchor="end">{value:g}</text>'
        )
        if ticks:
            parts.append(f'<text x="{x(value)}" y="{float(y(0)) + 18:.1f}" text-anchor="middle">{value:g}</text>')
    parts.append(f'<polyline {_AXIS} points="{x(0)},{y(1)} {x(0)},{y(0)} {x(1)},{y(0)}"/>')
    return "".join(parts)


def _page(wide: float, high: float, title: str, parts: Sequence[str]) -> str:
    text = 'font-family="system-ui,sans-serif" font-size="14" color="#767676" fill="currentColor"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:g} {high:g}" role="img" {text}>'
    return head + f"<title>{escape(title)}</title>" + "\n".join(parts) + "</svg>\n"


def _year(day: str) -> float:
    year, month, number = (int(part) for part in day.split("-"))
    return year + (month - 1) / 12 + (number - 1) / 366
