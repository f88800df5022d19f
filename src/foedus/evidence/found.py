"""A figure on its way to a claim, and what is known of the report while its sentences are read one by one."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from foedus.evidence.model import vocabulary

if TYPE_CHECKING:
    import datetime as dt

    from foedus.dates import DateInterval

SECURITY = {"dead": "dead_security", "injured": "injured_security"}
COUNTS = frozenset({
    "dead", "dead_security", "dead_attackers", "injured", "injured_security", "hospitalised", "intensive_care",
    "beheaded", "detained", "troops", "participants", "alleged_attackers", "buildings", "vehicles", "flights",
    "shutdown_hours",
})  # fmt: skip
PEOPLE = frozenset({"dead", "injured", "hospitalised", "intensive_care", "detained", "beheaded", "participants"})


@lru_cache(maxsize=1)
def of_people() -> frozenset[str]:
    """Return the quantities that count people who were there: no number of a time, a place or a thing is one."""
    return frozenset(name for name, quantity in vocabulary().quantities.items() if quantity.counts_people)


@dataclass(slots=True)
class Context:
    """What a report is about, as far as it is known before its sentences are read one by one."""

    event: str
    published: dt.date | None
    country: str = ""
    place: str = ""
    alliance: str = ""
    alliances: dict[str, str] = field(default_factory=dict)
    last_date: DateInterval | None = None
    last_person: str = ""
    before: str = ""  # the paragraph so far, in lower case, as the rules see it
    label: DateInterval | None = None  # the day that a paragraph of a chronicle opens with
    topic: str = ""  # what the paragraph last counted
    past: tuple[str, str, DateInterval] | None = None  # the event of the past that the paragraph came to speak of
    year: int | None = None  # the one in the event's name

    def __post_init__(self) -> None:
        """Read the year off the event's name."""
        if re.search(r"-\d{4}$", self.event):
            self.year = int(self.event[-4:])


@dataclass(slots=True)
class Found:
    """A figure that a rule took: spans are in the sentence."""

    quantity: str
    start: int
    end: int
    at: int
    low: float | None
    high: float | None
    hedge: str
    rule: str
    event: str = ""
    place: str = ""
    subject: str = ""
    qualifier: str = ""
    as_of: DateInterval | None = None
    bare: bool = False
