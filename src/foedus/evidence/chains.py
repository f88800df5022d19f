"""What later reports did to earlier ones: figures disowned, superseded, and repeated all the same."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from foedus.evidence.model import Claim

ENDS = ("mission_end", "emergency_until", "withdrawal")
_LASTS = dt.timedelta(days=21)  # an event whose end no claim names is taken to last so long
_FRESH = dt.timedelta(days=10)  # a rounded figure echoes a disowned one no longer than this
_ROUNDED = 0.95  # "more than 160" echoes 164


def day_of(claim: Claim) -> dt.date:
    """Return the day a claim speaks of: as of which, else published; the first of all days if neither is known."""
    if claim.as_of is not None:
        return claim.as_of.latest
    return claim.published.latest if claim.published is not None else dt.date.min


def chained(claims: Iterable[Claim]) -> list[Claim]:
    """Return claims with the status that the other claims give them.

    Of a cumulative count: what repeats a disowned figure, exactly or rounded down, is an echo; what falls back to an
    earlier, lower figure after a higher one was given is an echo of a superseded figure, and that figure is
    superseded; so is a figure that was corrected after the event had ended. A status that somebody gave stands.
    """
    made = sorted(claims, key=lambda claim: (day_of(claim), claim.claim_id))
    groups: dict[tuple[str, str, str, str], list[Claim]] = defaultdict(list)
    for claim in made:
        if claim.kind == "cumulative" and not claim.qualifier:
            groups[claim.quantity or "", claim.subject, claim.place, claim.event].append(claim)
    ends = event_ends(made)
    changed: dict[str, str] = {}
    for group in groups.values():
        echoes = _echoes(group)
        rest = [claim for claim in group if claim.claim_id not in echoes]
        changed |= echoes | _superseded(rest, ends[group[0].event])
    return [
        claim.model_copy(update={"status": changed[claim.claim_id]})
        if claim.status == "current" and claim.claim_id in changed
        else claim
        for claim in made
    ]


def event_ends(claims: Sequence[Claim]) -> Mapping[str, dt.date]:
    """Return the day after which a running count of each event is a correction and no growth."""
    counted: dict[str, dt.date] = {}
    named: dict[str, dt.date] = {}
    for claim in claims:
        if claim.quantity in ENDS and claim.low is not None:
            end = dt.date.fromordinal(int(claim.low))
            named[claim.event] = max(named.get(claim.event, end), end)
        elif claim.kind == "cumulative" and day_of(claim) != dt.date.min:
            counted[claim.event] = min(counted.get(claim.event, dt.date.max), day_of(claim))
    events = {claim.event for claim in claims}
    return {e: named.get(e) or min(counted.get(e, dt.date.max), dt.date.max - _LASTS) + _LASTS for e in events}


def _echoes(group: Sequence[Claim]) -> dict[str, str]:
    """Return what repeats a disowned figure."""
    found = {}
    for gone in (claim for claim in group if claim.status == "retracted" and claim.low is not None):
        for claim in group:
            if claim.claim_id == gone.claim_id or day_of(claim) < day_of(gone) or claim.low is None:
                continue
            same = (claim.low, claim.high) == (gone.low, gone.high)
            low = gone.low or 0.0
            rounded = (
                claim.high is None and _ROUNDED * low <= claim.low <= low and day_of(claim) - day_of(gone) <= _FRESH
            )
            if same or rounded:
                found[claim.claim_id] = "echo"
    return found


def _superseded(group: Sequence[Claim], end: dt.date) -> dict[str, str]:
    """Return what was corrected after the event, and what falls back to a corrected figure."""
    exact = [
        c for c in group if c.low is not None and c.low == c.high and c.status in ("current", "superseded", "echo")
    ]
    found: dict[str, str] = {}
    for number, claim in enumerate(exact):
        low = claim.low or 0.0
        before = [c for c in exact[:number] if day_of(c) < day_of(claim)]
        higher = [c for c in before if (c.low or 0.0) > low]
        if any(c.low == low and any(day_of(h) > day_of(c) for h in higher) for c in before):
            found[claim.claim_id] = "echo"
            found |= {c.claim_id: "superseded" for c in before if c.low == low and found.get(c.claim_id) != "echo"}
        elif day_of(claim) > end:
            last = [c for c in before if found.get(c.claim_id) != "echo"][-1:]
            found |= {c.claim_id: "superseded" for c in last if c.low != claim.low}
    return found
