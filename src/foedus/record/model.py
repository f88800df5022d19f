"""One case of the record: what may stand in each column, and what a row must not contradict."""

from __future__ import annotations

import datetime as dt
import math
import re
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from foedus.csvfile import data_rows
from foedus.dates import DateInterval
from foedus.errors import InputError, closest
from foedus.models import Blank, Count, FrozenOfAny, NotNegative, Share, Slug, Text, blank_as_none
from foedus.states import check_then, exists, known_codes, name_of
from foedus.states.given import code_given, dated
from foedus.treaties.edition import up_to_date

COMPARATORS = frozenset({"bilateral", "un", "guarantee"})
"""Picked because they happened: used for speed and size, never for a base rate."""

KNOWN_ONLY_AFTERWARDS = (
    "decision_date", "outcome", "acted", "lead_state_iso3", "contributors_iso3", "troops_deployed",
    "first_arrival_date", "days_request_to_arrival", "mission_end_date", "notes", "confidence", "request_kind",
)  # fmt: skip
"""Columns that no forecast may look at."""

LADDER = (
    "nothing: refused, ignored, or not asked",
    "words: a statement or consultations",
    "support without troops, or one member's troops alone",
    "troops: fewer than 1,000, or limited",
    "troops: 1,000 or more, or strength unknown",
)
"""The response ladder; levels 3 and 4 are "acted"."""

LARGE = 1000
_FIRST_DAY = dt.date(1900, 1, 1)

Trigger = Literal[
    "interstate_attack", "border_clash", "civil_war", "insurgency", "coup", "domestic_unrest", "terror_attack", "other"
]
RequestKind = Literal["military", "political", "consultation", "none"]
Rule = Literal["consensus", "unanimity", "two_thirds", "majority", "none"]
Outcome = Literal[
    "force_deployed",
    "limited_support",
    "political_statement",
    "consultation_only",
    "refused",
    "ignored",
    "not_requested",
]
Alternative = tuple[str, str, str]  # column, value, why


def _named(value: Any) -> Any:
    """Return the code of a state that is given by a name."""
    if isinstance(value, str) and not re.fullmatch("[A-Z]{3}", value):
        try:
            return code_given(value)
        except InputError as error:
            raise ValueError(f"{error.message}; {error.cure or error.expected}") from error
    return value


def _state(code: str) -> str:
    if code not in known_codes():
        hint = closest(code, known_codes())
        raise ValueError(f"no state has the code '{code}'" + (f"; {hint}" if hint else ""))
    return code


def _date(value: Any) -> Any:
    if blank_as_none(value) is None:
        return None
    try:
        return DateInterval.parse(value)
    except InputError as error:
        raise ValueError(f"{error.message}: {error.found}; expected {error.expected}") from error


def _flag(value: Any) -> Any:
    words = {"0": False, "1": True}
    if isinstance(value, str):
        if value not in words:
            raise ValueError("expected 0 or 1")
        return words[value]
    return value


def _states(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    codes = [part for part in re.split(r"[;\s]+", value) if part]
    return tuple(codes) if all(re.fullmatch("[A-Z]{3}", code) for code in codes) else _list(value)


def _list(value: Any) -> Any:
    return tuple(part.strip() for part in value.split(";") if part.strip()) if isinstance(value, str) else value


def _alternatives(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    found = []
    for part in filter(None, (piece.strip() for piece in value.split("|"))):
        match = re.fullmatch(r"(\w+)=([^:]*): (.+)", part)
        if match is None:
            raise ValueError(f"'{part}' is not of the form column=value: why")
        found.append(match.groups())
    return tuple(found)


State = Annotated[str, Field(pattern="^[A-Z]{3}$"), BeforeValidator(_named), AfterValidator(_state)]
When = Annotated[DateInterval | None, BeforeValidator(_date)]
Flag = Annotated[bool, BeforeValidator(_flag)]


@cache
def _abbreviations() -> frozenset[str]:
    """Return the parts of identifiers that readers expect in capitals."""
    return frozenset(row["word"] for row in data_rows("foedus.record", "abbreviations.csv"))


class Case(FrozenOfAny):
    """One call for help, or one occasion for a call, and what the organisation did. Fields: see the codebook."""

    case_id: Slug
    organisation: Slug
    treaty_article_invoked: Annotated[str | None, Blank] = None
    target_iso3: State
    crisis_start: Annotated[DateInterval, BeforeValidator(_date)]
    trigger_kind: Trigger
    adversary: Text
    adversary_is_member: Flag
    request_made: Flag
    request_date: When = None
    request_kind: RequestKind
    organ: Text
    decision_rule: Rule
    decision_date: When = None
    outcome: Outcome
    acted: Flag
    lead_state_iso3: Annotated[State | None, Blank] = None
    contributors_iso3: Annotated[tuple[State, ...], BeforeValidator(_states)] = ()
    troops_deployed: Annotated[Count | None, Blank] = None
    first_arrival_date: When = None
    days_request_to_arrival: Annotated[Count | None, Blank] = None
    mission_end_date: When = None
    alternatives: Annotated[tuple[Alternative, ...], BeforeValidator(_alternatives)] = ()
    notes: str = ""
    confidence: Literal["high", "medium", "low"]
    sources: Annotated[tuple[str, ...], BeforeValidator(_list), Field(min_length=1)]
    group: Text
    target_cinc: Annotated[Share | None, Blank] = None
    target_milper_k: Annotated[NotNegative | None, Blank] = None
    target_pop_k: Annotated[NotNegative | None, Blank] = None
    target_polyarchy: Annotated[Share | None, Blank] = None

    _names_of_the_day = dated("crisis_start", "request_date", "first_arrival_date", "mission_end_date")

    @model_validator(mode="after")
    def _consistent(self) -> Case:
        flagged = {column for column, _, _ in self.alternatives}
        if unknown := flagged - set(type(self).model_fields):
            raise ValueError(f"an alternative names an unknown column '{min(unknown)}'")
        if self.request_made != (self.request_kind != "none"):
            raise ValueError("request_made and request_kind disagree: 0 goes with none, 1 with any other kind")
        if self.outcome == "not_requested" and self.request_made:
            raise ValueError("outcome not_requested, yet request_made is 1")
        if not self.request_made and self.request_date is not None:
            raise ValueError("a request_date, yet request_made is 0")
        if self.acted and self.outcome not in ("force_deployed", "limited_support"):
            raise ValueError(f"acted is 1, yet the outcome is {self.outcome}")
        if self.acted and not (self.contributors_iso3 or self.lead_state_iso3):
            raise ValueError("acted is 1, yet neither lead_state_iso3 nor contributors_iso3 says who came")
        if self.outcome in ("refused", "ignored", "not_requested") and self.troops_deployed:
            raise ValueError(f"the outcome is {self.outcome}, yet troops_deployed is {self.troops_deployed}")
        self._dates_in_order(flagged)
        self._state_existed()
        return self

    def _state_existed(self) -> None:
        """Refuse a state in trouble that was none on any of the row's days; some became one within the crisis."""
        dates = (self.crisis_start, self.request_date, self.first_arrival_date, self.mission_end_date)
        if not any(exists(self.target_iso3, date.latest) for date in dates if date):
            try:
                check_then(self.target_iso3, self.crisis_start.latest)
            except InputError as error:
                raise ValueError(f"{error.message}; {error.expected}; {error.cure}") from error

    @property
    def title(self) -> str:
        """The case for readers: state, year and what the identifier adds, as in ``Kyrgyzstan 2010 (Osh)``."""
        year = re.search(r"\d{4}", self.case_id)
        words = self.case_id[year.end() :].strip("-").split("-") if year else []
        more = " ".join(word.upper() if word in _abbreviations() else word.capitalize() for word in words)
        more = more.replace(" Of ", " of ")
        when = year.group() if year else str(self.crisis_start.earliest.year)
        return f"{name_of(self.target_iso3)} {when}" + (f" ({more})" if more else "")

    def _dates_in_order(self, flagged: set[str]) -> None:
        today = max(dt.date.today(), up_to_date())  # the clock may be years off
        for name in ("crisis_start", "request_date", "decision_date", "first_arrival_date", "mission_end_date"):
            day = getattr(self, name)
            if day is not None and not _FIRST_DAY <= day.earliest <= today:
                raise ValueError(f"{name} is {day}, outside {_FIRST_DAY.year} to today ({today})")
        arrival, request = self.first_arrival_date, self.request_date
        if arrival and request and arrival.latest < request.earliest and "first_arrival_date" not in flagged:
            raise ValueError(
                "help arrived before it was asked for; if that is so, say why under alternatives "
                "(first_arrival_date=...: why)"
            )
        days = self.days_request_to_arrival
        if arrival and request and days is not None and "days_request_to_arrival" not in flagged:
            least, most = (arrival.earliest - request.latest).days, (arrival.latest - request.earliest).days
            if not least <= days <= most:
                raise ValueError(
                    f"days_request_to_arrival is {days}, but the two dates lie "
                    + (f"{least} days apart" if least == most else f"{max(least, 0)} to {most} days apart")
                )
        if self.mission_end_date and self.mission_end_date.latest < self.crisis_start.earliest:
            raise ValueError("the mission ended before the crisis began")
        if arrival and self.mission_end_date and self.mission_end_date.latest < arrival.earliest:
            raise ValueError("the mission ended before the first arrival")

    @property
    def is_organisation(self) -> bool:
        """Whether the row counts for base rates; comparators do not."""
        return self.organisation not in COMPARATORS

    @property
    def ladder(self) -> int:
        """The level of response, 0 to 4 (see ``LADDER``); 3 and 4 exactly when ``acted``."""
        if self.acted:
            small = self.troops_deployed is not None and self.troops_deployed < LARGE
            return 3 if small or self.outcome == "limited_support" else 4
        return {"political_statement": 1, "consultation_only": 1, "limited_support": 2, "force_deployed": 2}.get(
            self.outcome, 0
        )

    @property
    def log_target_cinc(self) -> float | None:
        """Natural logarithm of the target's share of world capability, or None."""
        return math.log(self.target_cinc) if self.target_cinc else None
