"""From many claims to one interval over time, and to a list of what cannot all be true."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from foedus.evidence.chains import chained, day_of
from foedus.evidence.drift import Conflict, copies, drifts
from foedus.evidence.model import Claim, Kind, vocabulary
from foedus.shown import brief

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_SHORT = 48  # characters of a title
_STANDING = ("current", "superseded")


@dataclass(frozen=True, slots=True)
class Point:
    """What the claims of one day say about a quantity; ``claims`` are those behind either bound."""

    as_of: str
    low: float | None
    high: float | None
    claims: list[str]


@dataclass(frozen=True, slots=True)
class Series:
    """One quantity of one subject in one place and event, over time."""

    quantity: str
    subject: str
    place: str
    event: str
    points: list[Point]


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Series and conflicts of a set of claims."""

    __repr__ = brief

    series: list[Series]
    conflicts: list[Conflict]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self)


def reconcile(claims: Iterable[Claim]) -> Reconciliation:
    """Bring claims together: an interval over time per quantity, place and event, and the conflicts.

    Rejected claims are left out. Retracted ones and echoes of them stay visible in the conflicts and do not
    enter the intervals. Two values contradict each other when their intervals do not meet.
    """
    kept = chained(claim for claim in claims if claim.status != "rejected")
    groups: dict[tuple[str, str, str, str], list[Claim]] = defaultdict(list)
    for claim in kept:
        if claim.quantity:
            groups[claim.quantity, claim.subject, claim.place, claim.event].append(claim)
    series, conflicts = [], []
    for (quantity, subject, place, event), group in groups.items():
        group.sort(key=lambda claim: (day_of(claim), claim.claim_id))
        kind = vocabulary().quantities[quantity].kind
        if kind == "name":
            conflicts += _spellings(subject, group)
            continue
        series.append(Series(quantity, subject, place, event, _points(group)))
        conflicts += _numbers(quantity, subject, place, kind, group)
    conflicts += drifts(groups) + copies(groups)
    conflicts += _accounts(kept)
    return Reconciliation(series, conflicts)


def _points(group: Sequence[Claim]) -> list[Point]:
    days: dict[str, list[Claim]] = defaultdict(list)
    for claim in group:
        if claim.status in _STANDING and not (claim.low is None and claim.high is None):
            days[str(claim.as_of) if claim.as_of else "undated"].append(claim)
    points = []
    for day, said in days.items():
        lows = [claim.low for claim in said if claim.low is not None]
        highs = [claim.high for claim in said if claim.high is not None]
        low = min(lows) if lows else None
        high = max(highs) if len(highs) == len(said) else None
        points.append(Point(day, low, high, [c.claim_id for c in said if c.low == low or c.high == high]))
    return points


def _numbers(quantity: str, subject: str, place: str, kind: Kind, group: Sequence[Claim]) -> list[Conflict]:
    label = vocabulary().quantities[quantity].label
    what = f"{label}{f' ({subject})' if subject else ''}{f', {place}' if place else ''}"
    found = []

    def conflict(name: str, text: str, claims: Sequence[Claim]) -> None:
        found.append(Conflict(name, quantity, place, what, text, [claim.claim_id for claim in claims]))

    for claim in (claim for claim in group if claim.status == "retracted"):
        conflict("retraction", f"{_said(claim)} was disowned later", [claim])
    for claim in (claim for claim in group if claim.status in ("retracted", "superseded")):
        near = [c for c in group if c.status == "echo" and _meet(c, claim) and day_of(c) >= day_of(claim)]
        copies = near if claim.status == "retracted" else [c for c in near if c.low == claim.low]
        if copies:
            listed = ", ".join(sorted({spoken_by(copy) for copy in copies}))
            word = "disowned" if claim.status == "retracted" else "superseded"
            conflict("echo", f"the {word} {claim.value_text()} lives on in {listed}", [claim, *copies])
    standing = [claim for claim in group if claim.status in _STANDING and (claim.low or claim.high) is not None]
    same, other = _by_definition(standing)
    if kind in ("date", "year", "fact"):
        if _apart(same):
            conflict("date" if kind != "fact" else "contradiction", " against ".join(_listed(same)), same)
        if other and _apart([*same, *other]):
            text = "two definitions: " + " against ".join(_listed([*same, *other], definition=True))
            conflict("definition", text, [*same, *other])
        return found
    for when, said in _by_day(standing).items():
        plain, defined = _by_definition(said)
        if _apart(plain):
            conflict("contradiction", f"on {when} " + " against ".join(_listed(plain)), plain)
        if defined and _apart([*plain, *defined]):
            all_defined = [claim for claim in other if claim.qualifier in {c.qualifier for c in defined}]
            text = f"on {when} two definitions: "
            text += " against ".join(_listed([*plain, *all_defined], definition=True))
            conflict("definition", text, [*plain, *all_defined])
    if kind == "cumulative":
        plain = [claim for claim in standing if not claim.qualifier and day_of(claim) != dt.date.min]
        for before, after in pairwise(plain):
            highest = max((c.low or 0.0) for c in plain[: plain.index(before) + 1])
            if after.high is not None and after.high < highest and day_of(after) > day_of(before):
                top = next(c for c in plain if (c.low or 0.0) == highest)
                conflict(
                    "fall", f"{_said(top)} is more than {_said(after)}, yet such a count cannot fall", [top, after]
                )
        exact = [claim for claim in plain if claim.high is not None]
        if any(claim.status == "superseded" for claim in exact) and len({c.value_text() for c in exact}) > 1:
            conflict("revision", "revised: " + ", then ".join(_listed(exact, days=True)), exact)
    return found


def _spellings(subject: str, group: Sequence[Claim]) -> list[Conflict]:
    names = sorted({subject, *(claim.qualifier for claim in group)} - {""})
    if len(names) < 2 or not any(claim.qualifier != subject for claim in group):
        return []
    text = f"{len(names)} spellings of one name: {', '.join(names)}"
    return [Conflict("spelling", "spelling", "", subject, text, [claim.claim_id for claim in group])]


def _accounts(claims: Sequence[Claim]) -> list[Conflict]:
    """Return topics on which speakers give rival accounts, or one affirms what another denies."""
    words = vocabulary().statements
    topics: dict[tuple[str, str], list[tuple[str, Claim]]] = defaultdict(list)
    for claim in claims:
        if claim.statement and claim.status != "retracted":
            topics[words[claim.statement].topic, claim.event].append((claim.statement, claim))
    found = []
    for (topic, _), said in topics.items():
        positions: dict[tuple[str, bool], list[str]] = defaultdict(list)
        for statement, claim in said:
            speakers = positions[statement, bool(claim.affirmed)]
            if claim.speaker and claim.speaker not in speakers:
                speakers.append(claim.speaker)
        if len(positions) < 2:
            continue
        parts = [
            f"{words[code].label} {'affirmed' if affirmed else 'denied'} by {', '.join(speakers) or 'nobody named'}"
            for (code, affirmed), speakers in positions.items()
        ]
        told = [claim for _, claim in said]
        found.append(
            Conflict("account", "statement", told[0].place, topic, "; ".join(parts), [c.claim_id for c in told])
        )
    return found


def _by_day(claims: Sequence[Claim]) -> dict[str, list[Claim]]:
    days: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.as_of is not None:
            days[str(claim.as_of)].append(claim)
    return days


def _by_definition(claims: Sequence[Claim]) -> tuple[list[Claim], list[Claim]]:
    return [c for c in claims if not c.qualifier], [c for c in claims if c.qualifier]


def _bounds(claim: Claim) -> tuple[float, float]:
    low = claim.low if claim.low is not None else float("-inf")
    return low, claim.high if claim.high is not None else float("inf")


def _meet(one: Claim, other: Claim) -> bool:
    (a, b), (c, d) = _bounds(one), _bounds(other)
    return a <= d and c <= b


def _apart(claims: Sequence[Claim]) -> bool:
    """Whether two of the claims cannot both hold."""
    return any(not _meet(a, b) for i, a in enumerate(claims) for b in claims[i + 1 :])


def _said(claim: Claim) -> str:
    day = f" on {claim.as_of}" if claim.as_of and claim.kind not in ("date", "year") else ""
    return f"{claim.value_text()}{day} ({spoken_by(claim)})"


def spoken_by(claim: Claim) -> str:
    """Return who says it: the speaker, else the publisher, else the report's own title."""
    title = claim.title if len(claim.title) <= _SHORT else claim.title[:_SHORT].rsplit(" ", 1)[0] + " ..."
    return claim.speaker or (claim.publisher if claim.publisher != "not given" else title)


def _listed(claims: Sequence[Claim], *, definition: bool = False, days: bool = False) -> list[str]:
    """Return each distinct value once, with everybody who gave it."""
    by_value: dict[str, list[str]] = defaultdict(list)
    for claim in claims:
        day = f" on {claim.as_of}" if days and claim.as_of else ""
        value = claim.value_text() + day + (f" {claim.qualifier}" if definition and claim.qualifier else "")
        who = spoken_by(claim)
        if who not in by_value[value]:
            by_value[value].append(who)
    return [f"{value} ({', '.join(speakers)})" for value, speakers in by_value.items()]
