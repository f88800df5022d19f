"""A call for help as it stands before anybody answers: the only thing that a forecast may look at."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from foedus.dates import DateInterval
    from foedus.record import Case

INTERNAL = frozenset({"civil_war", "insurgency", "coup", "domestic_unrest"})
MAJOR_POWERS = frozenset({"USA", "SUN", "RUS", "CHN", "GBR", "FRA"})


@dataclass(frozen=True, slots=True)
class Call:
    """One call, or one occasion for a call; None = unknown. ``when`` is the day of the request, else of the crisis."""

    case_id: str
    organisation: str | None = None
    target: str | None = None
    when: DateInterval | None = None
    trigger: str | None = None
    adversary: str | None = None
    adversary_is_member: bool | None = None
    request: bool | None = None
    target_cinc: float | None = None
    group: str | None = None

    @classmethod
    def of(cls, case: Case) -> Call:
        """Return what was known of a case of the record before it was answered."""
        return cls(
            case.case_id,
            case.organisation,
            case.target_iso3,
            case.request_date or case.crisis_start,
            case.trigger_kind,
            case.adversary,
            case.adversary_is_member,
            case.request_made,
            case.target_cinc,
            case.group,
        )

    @property
    def internal(self) -> bool | None:
        """Whether the trouble comes from inside the state."""
        return None if self.trigger is None else self.trigger in INTERNAL

    @property
    def adversary_states(self) -> frozenset[str]:
        """State codes named as adversaries."""
        return frozenset(re.findall(r"\b[A-Z]{3}\b", self.adversary or ""))
