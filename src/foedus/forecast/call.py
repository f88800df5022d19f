"""A call for help as it stands before anybody answers: the only thing that a forecast may look at."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from foedus.csvfile import data_rows
from foedus.record import COMPARATORS
from foedus.states import codes_on, states_in

if TYPE_CHECKING:
    import datetime as dt

    from foedus.dates import DateInterval
    from foedus.record import Case

INTERNAL = frozenset({"civil_war", "insurgency", "coup", "domestic_unrest"})


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
        """Codes of the states that are named as adversaries, also those that they had on the day of the call.

        The state in trouble is none of them: "Hungarian insurgents" in Hungary are trouble inside.
        """
        return _adversaries(self.adversary or "", self.when.earliest if self.when else None) - {self.target_iso3 or ""}


@lru_cache(maxsize=1024)
def major_powers(day: dt.date) -> frozenset[str]:
    """Return the states that were major powers on a day, by the list of Correlates of War.

    Source: Correlates of War Project, State System Membership List (Major Powers), version 2016. Austria-Hungary, which
    no code of ISO 3166 stands for, is left out.

    >>> import datetime as dt
    >>> "CHN" in major_powers(dt.date(1949, 1, 1)), "CHN" in major_powers(dt.date(2022, 1, 5))
    (False, True)
    """
    return frozenset(
        row["iso3"]
        for row in data_rows("foedus.forecast", "major_powers.csv")
        if row["from"] <= day.isoformat() and (not row["until"] or day.isoformat() < row["until"])
    )


@lru_cache(maxsize=1024)
def _adversaries(text: str, day: dt.date | None) -> frozenset[str]:
    named = {state for mention in states_in(text) if mention.meant for state in mention.states}
    then = set() if day is None else {code for state in named for code in codes_on(state, day)}
    return frozenset(named | then)


COLUMNS = tuple(Call.__dataclass_fields__)
