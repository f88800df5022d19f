"""A call for help as it stands before anybody answers: the only thing that a forecast may look at."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from foedus.errors import InputError
from foedus.record import COMPARATORS
from foedus.states import code_of

if TYPE_CHECKING:
    from foedus.dates import DateInterval
    from foedus.record import Case

INTERNAL = frozenset({"civil_war", "insurgency", "coup", "domestic_unrest"})
MAJOR_POWERS = frozenset({"USA", "SUN", "RUS", "CHN", "GBR", "FRA"})


@dataclass(frozen=True, slots=True)
class Call:
    """One call, or one occasion for a call: columns of the record that are known by then; None = unknown."""

    case_id: str
    organisation: str | None = None
    target_iso3: str | None = None
    crisis_start: DateInterval | None = None
    trigger_kind: str | None = None
    adversary: str | None = None
    adversary_is_member: bool | None = None
    request_made: bool | None = None
    request_date: DateInterval | None = None
    target_cinc: float | None = None
    group: str | None = None

    @classmethod
    def of(cls, case: Case) -> Call:
        """Return what was known of a case of the record before it was answered."""
        return cls(**{name: getattr(case, name) for name in COLUMNS})

    @property
    def when(self) -> DateInterval | None:
        """The day of the request, else of the beginning of the crisis."""
        return self.request_date or self.crisis_start

    @property
    def is_organisation(self) -> bool:
        """Whether the call is one of those that the model was fitted to, not a comparator."""
        return self.organisation not in COMPARATORS

    @property
    def internal(self) -> bool | None:
        """Whether the trouble comes from inside the state."""
        return None if self.trigger_kind is None else self.trigger_kind in INTERNAL

    @property
    def adversary_states(self) -> frozenset[str]:
        """Codes of the states that are named as adversaries, by code or by name."""
        text = self.adversary or ""
        named = {_code(part.strip()) for part in re.split("[;,]", text)}
        return frozenset({*re.findall(r"\b[A-Z]{3}\b", text), *filter(None, named)})


@lru_cache(maxsize=1024)
def _code(name: str) -> str | None:
    """Return the code of a state that is named by its code or its English short name, or None."""
    try:
        return code_of(name)
    except InputError:
        return None


COLUMNS = tuple(Call.__dataclass_fields__)
