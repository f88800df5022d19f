"""Numbers that look alike and are not: one figure for a part and the whole, one figure copied from report to report."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from foedus.evidence.chains import day_of
from foedus.evidence.model import Claim, span_text, vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Key = tuple[str, str, str, str]  # quantity, subject, place, event
    Groups = Mapping[Key, Sequence[Claim]]

_OF_SECURITY = {"dead": "dead_security", "injured": "injured_security"}
_TELLING = 100  # smaller numbers agree by chance
_SOON = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Conflict:
    """Claims that cannot all hold.

    Kinds: contradiction, fall, revision, retraction, echo, definition, date, spelling, account.
    """

    kind: str
    quantity: str
    place: str
    about: str
    summary: str
    claims: list[str]


def drifts(groups: Groups) -> list[Conflict]:
    """Return figures that change their meaning from report to report.

    One state's soldiers and all soldiers; security forces alone and everybody; one city and the country; people held
    at a time and people arrested in all.
    """
    found = []
    for one, other in combinations(sorted(groups), 2):
        if one[3] != other[3] or vocabulary().quantities[one[0]].kind == "name":
            continue
        for part, whole in ((one, other), (other, one)):
            text = _drift(part, whole, groups)
            if text:
                summary, claims = text
                label = vocabulary().quantities[whole[0]].label
                about = f"{label}, {whole[2]}" if whole[2] else label
                found.append(Conflict("definition", whole[0], whole[2], about, summary, claims))
    return found


def _drift(part: Key, whole: Key, groups: Groups) -> tuple[str, list[str]] | None:
    same_place, same_quantity = part[2] == whole[2], part[0] == whole[0]
    if same_quantity and same_place and part[1] and not whole[1]:
        return _shared(groups[part], groups[whole], part[1], least=2)
    if same_place and part[1:] == whole[1:] and _OF_SECURITY.get(whole[0]) == part[0]:
        return _shared(groups[part], groups[whole], "security forces", least=_TELLING)
    if same_quantity and part[1] == whole[1] and _inside(part[2], whole) and not same_place:
        return _shared(groups[part], groups[whole], part[2], least=_TELLING)
    if (part[0], whole[0]) == ("in_custody", "detained") and part[1:] == whole[1:]:
        held, arrested = _extent(groups[part]), _extent(groups[whole])
        text = f"held at a time ({held}) is not arrested in all ({arrested})"
        return text, [claim.claim_id for claim in (*groups[part], *groups[whole])]
    return None


def _inside(place: str, whole: Key) -> bool:
    """Whether a place lies in the one that an event is named after."""
    country = whole[3].rsplit("-", 1)[0].replace("-", " ")
    return bool(place) and whole[2].lower() == country and place.lower() != country


def _shared(part: Sequence[Claim], whole: Sequence[Claim], name: str, *, least: float) -> tuple[str, list[str]] | None:
    pairs = [(p, w) for p in part for w in whole if p.low is not None and p.low == w.low and p.low >= least]
    if not pairs:
        return None
    claims = {claim.claim_id: None for pair in pairs for claim in pair}
    values = ", ".join(dict.fromkeys(span_text(p.low, p.low) for p, _ in pairs))
    return f"{values} is reported for {name} alone and for all together", list(claims)


def _extent(claims: Sequence[Claim]) -> str:
    lows = [claim.low for claim in claims if claim.low is not None]
    highs = [claim.high for claim in claims if claim.high is not None]
    return span_text(min(lows) if lows else None, max(highs) if highs else None)


def copies(groups: Groups) -> list[Conflict]:
    """Return exact figures that several reports give within a week: one observation, told often."""
    found = []
    for (quantity, subject, place, _), group in groups.items():
        if vocabulary().quantities[quantity].kind not in ("cumulative", "level"):
            continue
        same: dict[float, list[Claim]] = defaultdict(list)
        for claim in group:
            if (
                claim.low is not None
                and claim.low == claim.high
                and claim.low >= _TELLING
                and claim.status == "current"
            ):
                same[claim.low].append(claim)
        for value, said in same.items():
            first = min(day_of(claim) for claim in said)
            close = [claim for claim in said if day_of(claim) - first <= _SOON]
            reports = len({claim.document for claim in close})
            if reports > 1:
                label = vocabulary().quantities[quantity].label
                about = ", ".join(filter(None, (label, subject, place)))
                text = f"{span_text(value, value)} stands in {reports} reports: one observation, not {reports}"
                found.append(Conflict("echo", quantity, place, about, text, [claim.claim_id for claim in close]))
    return found
