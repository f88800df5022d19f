"""A map of a state's units as an SVG drawing: approximate outlines dashed, the sources named in it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from foedus.places.credit import MAP_CREDIT
from foedus.places.drawing import outlines
from foedus.places.reading import capital, state, units
from foedus.places.territories import territory
from foedus.states import name_of

if TYPE_CHECKING:
    import datetime as dt

_WIDTH, _TALLEST, _EDGE, _FOOT = 900.0, 900.0, 20.0, 62.0
_LETTER, _LINE = 6.2, 12.0  # of a label, in points
_STYLE = (
    "path{fill:#eef1ee;stroke:#62706a;stroke-width:.8;stroke-linejoin:round;fill-rule:evenodd}"
    ".approximate{stroke-dasharray:4 3;fill:#f6f3e8}circle{fill:#20302a}.capital{fill:#b3261e}"
    "text{font:11px system-ui,sans-serif;fill:#20302a;paint-order:stroke;stroke:#fff;stroke-width:3px}"
    ".foot{font-size:10px;fill:#56615c}.title{font-size:15px;font-weight:600}"
)


def svg_map(name: str, on: str | dt.date | None = None) -> str:
    """Return a map of a state's units, today's or those of a day, as SVG.

    It is drawn with lengths true along the middle parallel, fit to see which unit is where, not to measure.
    """
    one = state(name, on)
    features = outlines(one.iso3, on)["features"]
    held = {unit.unit: unit for unit in units(one.iso3, on)}
    spots = [spot for f in features for part in f["geometry"]["coordinates"] for ring in part for spot in ring]
    spots += [[framed(unit.lon, one.west), unit.lat] for unit in held.values()]
    west, east = min(x for x, _ in spots), max(x for x, _ in spots)
    south, north = min(y for _, y in spots), max(y for _, y in spots)
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = min((_WIDTH - 2 * _EDGE) / max(1e-6, (east - west) * squeeze), _TALLEST / max(1e-6, north - south))
    height = (north - south) * scale + 2 * _EDGE + _FOOT

    def placed(lon: float, lat: float) -> tuple[float, float]:
        return round(_EDGE + (lon - west) * squeeze * scale, 1), round(_EDGE + 24 + (north - lat) * scale, 1)

    def path(feature: dict[str, Any]) -> str:
        rings = [ring for part in feature["geometry"]["coordinates"] for ring in part]
        steps = ["M" + "L".join(f"{x} {y}" for x, y in dict.fromkeys(placed(*spot) for spot in ring)) for ring in rings]
        unit = held[feature["properties"]["unit"]]
        mark = ", approximate outline" if unit.outline == "approximate" else ""
        return f'<path class="{unit.outline}" d="{"Z".join(steps)}Z"><title>{escape(unit.name + mark)}</title></path>'

    body = [path(feature) for feature in features]
    seat = capital(one.iso3)
    x, y = placed(framed(seat.lon, one.west), seat.lat)
    body.append(f'<circle class="capital" cx="{x}" cy="{y}" r="4"><title>{escape(seat.name)}</title></circle>')
    taken: list[tuple[float, float, float]] = []
    for unit in sorted(held.values(), key=lambda unit: (-unit.population, unit.unit)):
        x, y = placed(framed(unit.lon, one.west), unit.lat)
        body.append(f'<circle cx="{x}" cy="{y}" r="1.6"/>')
        end = x + 4 + _LETTER * len(unit.name)
        if not any(abs(y - other) < _LINE and x < right and left < end for left, right, other in taken):
            taken.append((x, end, y))
            body.append(f'<text x="{x + 4}" y="{y - 3}">{escape(unit.name)}</text>')
    day = "" if on is None else f", {_division(one.iso3, on)}"
    dashed = "Dashed: approximate, cut along the towns of an older division. "
    foot = (dashed if any(unit.outline == "approximate" for unit in held.values()) else "") + "Not for measuring."
    lines = [f'<text class="title" x="{_EDGE}" y="24">{escape(name_of(one.iso3) + day)}</text>']
    lines += [
        f'<text class="foot" x="{_EDGE}" y="{height - 24 + 13 * n:.1f}">{escape(text)}</text>'
        for n, text in enumerate((foot, MAP_CREDIT))
    ]
    size = f'width="{_WIDTH:g}" height="{height:.1f}" viewBox="0 0 {_WIDTH:g} {height:.1f}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img"><style>{_STYLE}</style>'
    return "\n".join([head, *body, *lines, "</svg>\n"])


def _division(iso3: str, on: str | dt.date) -> str:
    """Return of which day the drawn units are: that which was asked for only where its division is known."""
    then = territory(iso3, on)
    if then is not None:
        return f"today's territory, not that of {on}"
    former = any(unit.until is not None for unit in units(iso3, on))
    return f"division of {on}" if former else f"today's division, on {on}"


def framed(lon: float, west: float) -> float:
    """Return a longitude within the 360 degrees east of an edge.

    >>> framed(-179.5, -1.8), framed(178.4, -1.8)
    (180.5, 178.4)
    """
    return lon if west <= lon < west + 360 else round((lon - west) % 360 + west, 6)
