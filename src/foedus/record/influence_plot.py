"""A drawing of distances to the lead state before and after calls, as SVG without a plotting library."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np

from foedus.record.influence import ANSWERS, YEARS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from foedus.record.influence import Course, Influence

_COLOURS = {"acted": "#1f6f8b", "refused": "#b3541e", "never asked": "#777777"}
_WIDE, _HIGH, _LEFT, _TOP = 560, 300, 60, 40


def svg(found: Influence, case_id: str | None = None) -> str:
    """Return the drawing: a thin line a case, a thick one for the mean of each answer; the named case is dashed."""
    shown = [course for course in found.courses if course.distances]
    most = max((max(course.distances.values()) for course in shown), default=1.0) * 1.05

    def x(step: float) -> float:
        return _LEFT + _WIDE * (step + YEARS) / (2 * YEARS)

    def y(distance: float) -> float:
        return _TOP + _HIGH * (1 - distance / most)

    def line(points: Sequence[tuple[float, float]], style: str) -> str:
        path = " ".join(f"{x(step):.1f},{y(value):.1f}" for step, value in points)
        return f'<polyline points="{path}" fill="none" {style}/>'

    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE + 220} {_HIGH + 110}" role="img" '
        f'aria-label="{escape(_title(found))}" font-family="system-ui,sans-serif" font-size="13" fill="#333">'
    )
    low = _TOP + _HIGH
    parts = [
        head,
        f"<title>{escape(_title(found))}</title>",
        f'<text x="{_LEFT}" y="20">{escape(_title(found))}</text>',
        f'<line x1="{x(0)}" x2="{x(0)}" y1="{_TOP}" y2="{low}" stroke="#999" stroke-dasharray="4 4"/>',
        *(
            f'<text x="{x(step):.1f}" y="{low + 20}" text-anchor="middle">{f"{step:+d}" if step else "0"}</text>'
            for step in range(-YEARS, YEARS + 1)
        ),
        *(
            f'<text x="{_LEFT - 8}" y="{y(float(value)) + 4:.1f}" text-anchor="end">{value:.2f}</text>'
            for value in np.linspace(0, most, 5)
        ),
        f'<text x="{x(0)}" y="{low + 42}" text-anchor="middle">years since the crisis began</text>',
    ]
    for course in shown:
        dashed = ' stroke-width="2.5" stroke-dasharray="6 3"' if course.case_id == case_id else ' opacity="0.25"'
        parts.append(line(sorted(course.distances.items()), f'stroke="{_COLOURS[course.answer]}"{dashed}'))
    for place, answer in enumerate(ANSWERS):
        mine = [course for course in shown if course.answer == answer and course.change is not None]
        label = f"{answer} ({len(mine)})"
        at = _TOP + 20 + 22 * place
        parts.append(f'<line x1="{_LEFT + _WIDE + 15}" x2="{_LEFT + _WIDE + 45}" y1="{at}" y2="{at}" '
                     f'stroke="{_COLOURS[answer]}" stroke-width="3"/>')  # fmt: skip
        parts.append(f'<text x="{_LEFT + _WIDE + 52}" y="{at + 4}">{label}</text>')
        if mine:
            parts.append(line(_mean(mine), f'stroke="{_COLOURS[answer]}" stroke-width="3.5"'))
    parts.append(f'<text x="{_LEFT}" y="{_TOP + _HIGH + 58}" fill="#666">UN votes to {found.last_year}</text></svg>')
    return "\n".join(parts)


def _title(found: Influence) -> str:
    organisations = {course.organisation for course in found.courses}
    whose = organisations.pop() if len(organisations) == 1 else "all organisations"
    return f"Distance in UN votes between the state in trouble and the lead state: {whose}"


def _mean(courses: Sequence[Course]) -> list[tuple[float, float]]:
    steps = sorted({step for course in courses for step in course.distances})
    return [(step, float(np.mean([c.distances[step] for c in courses if step in c.distances]))) for step in steps]
