"""A claim: somebody is reported to have said something, and where we read it."""

from __future__ import annotations

import contextlib
import datetime as dt
import math
import re
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from foedus.csvfile import PLAIN, Style, csv_text, sheet
from foedus.csvmodel import Form, checked, read_models
from foedus.dates import DateInterval
from foedus.errors import InputError, closest
from foedus.models import Blank, Frozen, FrozenOfAny, Text, blank_as_none
from foedus.shown import Rows, brief
from foedus.textfile import read_text
from foedus.yamlfile import load_model

if TYPE_CHECKING:
    from collections.abc import Iterable

_ISO = re.compile(r"\d{4}-\d\d-\d\d")
Kind = Literal["cumulative", "level", "date", "year", "fact", "name"]
Status = Literal["current", "superseded", "retracted", "echo", "rejected"]
MOST_PEOPLE = 10_000_000_000  # more than live
MOST = 10**18  # of anything else, such as money
_COUNTED = frozenset({"people", "soldiers"})


class Quantity(Frozen):
    """What a number can count; ``kind`` says how figures of different days relate, ``also`` what tables call it."""

    kind: Kind
    label: Text
    unit: Text
    also: tuple[Text, ...] = ()

    @property
    def counts_people(self) -> bool:
        """Whether the figures count people, soldiers among them."""
        return self.unit in _COUNTED


class Statement(Frozen):
    """What can be said without a number; statements of one topic are rival accounts.

    ``means``: facts for the law that affirming it claims; ``denial``: those that denying it claims; ``visible``:
    reporters can see it, so that two reports in their own voice make it observed.
    """

    topic: Text
    label: Text
    means: dict[str, Literal["yes", "no"]] = Field(default_factory=dict)
    denial: dict[str, Literal["yes", "no"]] = Field(default_factory=dict)
    visible: bool = False


class Vocabulary(Frozen):
    """Everything that claims can be about."""

    __repr__ = __str__ = brief

    quantities: dict[str, Quantity]
    statements: dict[str, Statement]


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """Return the quantities and statements that claims can be about."""
    return load_model(Vocabulary, Path(str(resources.files("foedus.evidence").joinpath("vocabulary.yaml"))))


def _number(value: Any, info: ValidationInfo) -> Any:
    value = blank_as_none(value)
    return number_of(value, info.data.get("quantity") or "") if isinstance(value, str) else value


def number_of(value: str, quantity: str) -> float:
    """Return the number that is written for a quantity; of a day, its ordinal.

    Raises:
        ValueError: it is none, or more than can have been reported; says what is expected.

    """
    counted = vocabulary().quantities.get(quantity)
    if counted is None or counted.kind == "date":
        with contextlib.suppress(ValueError):
            if _ISO.fullmatch(value.strip()):
                return float(dt.date.fromisoformat(value.strip()).toordinal())
    try:
        number = float(value)
    except ValueError as error:
        raise ValueError("expected a number, or nothing for an open bound") from error
    if not math.isfinite(number):
        raise ValueError("expected a finite number, or nothing for an open bound")
    least, most = _range(counted)
    if not least <= number <= most:
        day = counted is not None and counted.kind == "date"
        raise ValueError("expected " + ("a day such as 2022-01-05" if day else f"a number from {least:,} to {most:,}"))
    return number


def _range(counted: Quantity | None) -> tuple[int, int]:
    """Return what can have been reported at all; a figure that is merely wrong was said, and stays."""
    if counted is not None and counted.kind == "year":
        return 1, dt.MAXYEAR
    if counted is not None and counted.kind == "date":  # ordinals are read too, but no year for a day
        return dt.date(1000, 1, 1).toordinal(), dt.date.max.toordinal()
    return 0, MOST_PEOPLE if counted is not None and counted.counts_people else MOST


def can_be(low: float | None, high: float | None, quantity: str) -> bool:
    """Whether an interval can be a claim of a quantity: in order, in range, and people counted one by one.

    >>> can_be(26, 26, "dead"), can_be(2e10, 2e10, "dead"), can_be(9.3, 9.3, "dead"), can_be(5, 4, "dead")
    (True, False, False, False)
    """
    counted = vocabulary().quantities.get(quantity)
    if counted is None or (low is not None and high is not None and low > high):
        return False
    least, most = _range(counted)
    given = [bound for bound in (low, high) if bound is not None]
    whole = not counted.counts_people or all(float(bound).is_integer() for bound in given)
    return whole and all(least <= bound <= most for bound in given)


def _day(value: Any) -> Any:
    value = blank_as_none(value)
    if value is None:
        return None
    try:
        first, dots, last = value.partition("..") if isinstance(value, str) else (value, "", "")
        return DateInterval.parse({"earliest": first, "latest": last} if dots else value)
    except InputError as error:
        raise ValueError(f"{error.message}; expected {error.expected}") from error


def _flag(value: Any) -> Any:
    value = blank_as_none(value)
    words = {"affirmed": True, "denied": False, "1": True, "0": False, "True": True, "False": False}
    if isinstance(value, str):
        if value not in words:
            raise ValueError("expected affirmed or denied")
        return words[value]
    return value


Bound = Annotated[float | None, BeforeValidator(_number)]
When = Annotated[DateInterval | None, BeforeValidator(_day)]
Optional = Annotated[str | None, Blank]
Offset = Annotated[int | None, Blank]


class Claim(FrozenOfAny):
    """One claim with its source.

    ``low`` and ``high`` bound the value (None = open); days are counted as ordinals, years as numbers.
    ``document`` is the SHA-256 of the text it was read in, ``paragraph`` the number of its non-empty line
    (1-based) or its row, ``start`` and ``end`` the span of characters in the document.
    """

    claim_id: Annotated[str, Field(pattern="^[A-Za-z0-9._-]+$")]
    document: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    title: Text
    publisher: Text
    published: When = None
    paragraph: Annotated[int, Field(ge=1)]
    start: Offset = None
    end: Offset = None
    quantity: Optional = None
    statement: Optional = None
    affirmed: Annotated[bool | None, BeforeValidator(_flag)] = None
    low: Bound = None
    high: Bound = None
    unit: str = ""
    qualifier: str = ""
    hedge: str = ""
    event: Text
    place: str = ""
    subject: str = ""
    as_of: When = None
    speaker: str = ""
    channel: str = ""
    rule: str = "hand"
    status: Status = "current"
    note: str = ""

    @field_validator("quantity", "statement")
    @classmethod
    def _known(cls, name: str | None, info: ValidationInfo) -> str | None:
        known = vocabulary().quantities if info.field_name == "quantity" else vocabulary().statements
        if name is not None and name not in known:
            hint = closest(name, known)
            raise ValueError(f"unknown {info.field_name} '{name}'" + (f"; {hint}" if hint else ""))
        return name

    @model_validator(mode="after")
    def _consistent(self) -> Claim:
        if (self.quantity is None) == (self.statement is None):
            raise ValueError("a claim is either about a quantity or a statement")
        if self.statement is not None and self.affirmed is None:
            raise ValueError("a statement is affirmed or denied; neither is given")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError("low is above high")
        if self.kind == "date" and not all(float(bound or 0).is_integer() for bound in (self.low, self.high)):
            raise ValueError("low and high are days, such as 2022-01-05, not parts of one")
        if self.start is not None and self.end is not None and self.start >= self.end:
            raise ValueError("the span ends before it starts")
        return self

    @property
    def kind(self) -> Kind | None:
        """How figures of this quantity relate over time; None for a statement."""
        return vocabulary().quantities[self.quantity].kind if self.quantity else None

    @property
    def attribution(self) -> str:
        """Who is reported to say it, and through whom."""
        who = self.speaker or "nobody named"
        return f"{who} via {self.channel}" if self.channel else who

    def to_dict(self) -> dict[str, Any]:
        """Return the claim as ``foedus evidence extract --json`` prints it; the bounds of a date are ISO days."""
        return {
            "claim_id": self.claim_id,
            "document": self.document,
            "title": self.title,
            "quantity": self.quantity,
            "statement": self.statement,
            "affirmed": self.affirmed,
            "low": self._bound(self.low),
            "high": self._bound(self.high),
            "unit": self.unit,
            "qualifier": self.hedge or self.qualifier,
            "definition": "" if self.kind == "name" else self.qualifier,
            "event": self.event,
            "place": self.place,
            "subject": self.subject,
            "as_of": str(self.as_of) if self.as_of else None,
            "attribution": self.attribution if self.speaker or self.channel else None,
            "speaker": self.speaker or None,
            "channel": self.channel or None,
            "paragraph": self.paragraph,
            "start": self.start,
            "end": self.end,
            "rule": self.rule,
        }

    def _bound(self, value: float | None) -> float | str | None:
        if value is None:
            return None
        if self.kind == "date":
            return dt.date.fromordinal(int(value)).isoformat()
        return int(value) if value == int(value) else value

    def value_text(self) -> str:
        """Return what the claim says, in a few words."""
        if self.statement:
            return "affirmed" if self.affirmed else "denied"
        if self.kind == "name":
            return self.qualifier
        return span_text(self.low, self.high, self.kind or "level")


COLUMNS = tuple(Claim.model_fields)
_NEEDED = tuple(name for name, field in Claim.model_fields.items() if field.is_required())
_FORM = Form(Claim, "claim", "claim_id", COLUMNS, _NEEDED, closed=True)


def span_text(low: float | None, high: float | None, kind: Kind = "level") -> str:
    """Return an interval as people write it.

    >>> span_text(225, 238), span_text(160, None), span_text(19, 19), span_text(1999, 1999, "year")
    ('225 to 238', '160 or more', '19', '1999')
    """

    def word(value: float) -> str:
        if kind == "date":
            return str(dt.date.fromordinal(int(value)))
        return f"{value:.0f}" if kind == "year" else f"{value:,.10g}"

    if low is None:
        return "no figure" if high is None else f"up to {word(high)}"
    if high is None:
        return f"{word(low)} or {'later' if kind in ('date', 'year') else 'more'}"
    return word(low) if low == high else f"{word(low)} to {word(high)}"


def load_claims(path: Path | str) -> list[Claim]:
    """Read a claims file.

    Raises:
        InputError: unreadable, a wrong column, or a claim that cannot be (line and column named).

    """
    file = Path(path)
    return read_claims(read_text(file), file)


def read_claims(text: str, file: Path) -> list[Claim]:
    """Return the claims in the text of a claims file.

    Raises:
        InputError: see ``load_claims``.

    """
    return Rows(read_models(_FORM, text, file))


def claim_lines(text: str, file: Path) -> dict[str, int]:
    """Return in which line each claim begins, of a text that ``read_claims`` reads."""
    found = checked(_FORM, sheet(text, file, COLUMNS))
    return {claim.claim_id: line for line, claim in found if isinstance(claim, Claim)}


def write_claims(claims: Iterable[Claim], style: Style = PLAIN) -> str:
    """Return claims as CSV text that ``load_claims`` reads back."""
    return csv_text([COLUMNS, *(row(claim) for claim in claims)], style)


def row(claim: Claim) -> list[str]:
    """Return a claim as the cells of a row; the bounds of a date are written as days."""
    cells = [_cell(getattr(claim, name), name) for name in COLUMNS]
    if claim.kind == "date":
        for name in ("low", "high"):
            value = getattr(claim, name)
            if value is not None:
                cells[COLUMNS.index(name)] = dt.date.fromordinal(int(value)).isoformat()
    return cells


def _cell(value: Any, name: str) -> str:
    if value is None:
        return ""
    if name == "affirmed":
        return "affirmed" if value else "denied"
    if isinstance(value, DateInterval):
        return _partial(value)
    return _number_text(value) if isinstance(value, float) else str(value)


def _number_text(value: float) -> str:
    """Return the shortest text that is read back as just this number."""
    short = f"{value:.10g}"
    if float(short) == value:
        return short
    return f"{value:.0f}" if value.is_integer() else repr(value)


def _partial(when: DateInterval) -> str:
    """Return the shortest date text that means this interval."""
    day = when.earliest.isoformat()
    for text in (day, day[:7], day[:4]):
        if DateInterval.parse(text) == DateInterval(when.earliest, when.latest):
            return text
    return f"{when.earliest}..{when.latest}"
