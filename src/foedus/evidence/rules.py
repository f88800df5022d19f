"""The rules of ``rules.yaml``, checked and compiled, and the sentences as the rules see them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from foedus.errors import InputError
from foedus.evidence.cues import Cues
from foedus.evidence.numbers import Figure, figures, lowered
from foedus.evidence.times import Moment, moments
from foedus.models import Frozen, FrozenByName, Text
from foedus.yamlfile import load_model

if TYPE_CHECKING:
    import datetime as dt

    from foedus.dates import DateInterval

NUMBER, DAY, YEAR = 0xE000, 0xE400, 0xE800  # private characters that stand for numbers, dates and years
THING = "\uf000"  # stands for a number that counts no people
_MOST = 0x400
_HOLES = {
    "n": "[\ue000-\ue3ff]",
    "d": "[\ue400-\ue7ff]",
    "y": "[\ue800-\uebff]",
    "date": "[\ue400-\uebff]",
}
_GAPS = {"gap": "[^;\ue000-\uefff]{0,60}?", "far": "[^;\ue000-\ue3ff]{0,100}?"}
_PLACEHOLDER = re.compile(r"\{([a-z]\w*)\}")


class RuleText(FrozenByName):
    """One rule as the file has it."""

    id: Text
    pattern: Text
    quantity: str = ""
    words: tuple[Text, ...] = ()
    require: str = Field(default="", alias="if")
    unless: str = ""
    unless_before: str = Field(default="", alias="unless-before")
    unless_near: str = Field(default="", alias="unless-near")
    qualifier: str = ""
    subject: str = ""
    alliance: bool = False
    percent: bool = False
    case: bool = False
    value: float | None = None
    last: bool = False
    ratio: Literal["", "up", "back"] = ""
    nearest: bool = False
    ago: bool = False
    scale: float = 1
    min: float = 0
    max: float = float("inf")


class StatementRule(Frozen):
    """How reports word something that has no number."""

    statement: Text
    words: tuple[Text, ...]
    affirmed: tuple[Text, ...] = ()
    denied: tuple[Text, ...] = ()
    unless: str = ""


class RuleFile(Frozen):
    """``rules.yaml``."""

    macros: dict[str, str]
    rules: tuple[RuleText, ...]
    parts: tuple[RuleText, ...]
    earlier: tuple[RuleText, ...]
    not_people: tuple[RuleText, ...] = Field(alias="not-people")


class StatementFile(Frozen):
    """``statements.yaml``."""

    macros: dict[str, str]
    statements: tuple[StatementRule, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A compiled rule."""

    text: RuleText
    pattern: re.Pattern[str]
    require: re.Pattern[str] | None
    unless: re.Pattern[str] | None
    before: re.Pattern[str] | None
    near: re.Pattern[str] | None

    @property
    def id(self) -> str:
        """The rule's name, which every claim carries."""
        return self.text.id


@dataclass(frozen=True, slots=True)
class Rules:
    """All compiled rules; ``cues`` tells which of ``figures`` a sentence's words call for."""

    figures: tuple[Rule, ...]
    cues: Cues
    parts: tuple[Rule, ...]
    earlier: tuple[Rule, ...]
    not_people: tuple[Rule, ...]
    apart: Cues  # which of them a sentence's words call for
    security: re.Pattern[str]
    attackers: re.Pattern[str]
    listed: re.Pattern[str]  # what stands between two counts of one list
    among: re.Pattern[str]  # whose losses a sentence counts
    people: re.Pattern[str]  # people after their number
    tail: re.Pattern[str]  # the last count of a list after its verb


@lru_cache(maxsize=1)
def rules() -> Rules:
    """Return the rules that come with Foedus.

    Raises:
        InputError: a pattern that is no regular expression, or a macro that does not exist.

    """
    path = Path(str(resources.files("foedus.evidence").joinpath("rules.yaml")))
    file = load_model(RuleFile, path)
    macros = file.macros

    def compiled(texts: tuple[RuleText, ...]) -> tuple[Rule, ...]:
        return tuple(
            Rule(
                text,
                expand(text.pattern, macros, path),
                _optional(text.require, macros, path),
                _optional(text.unless, macros, path),
                _optional(text.unless_before, macros, path),
                _optional(text.unless_near, macros, path),
            )
            for text in texts
        )

    return Rules(
        compiled(file.rules),
        Cues([text.words for text in file.rules]),
        compiled(file.parts),
        compiled(file.earlier),
        compiled(file.not_people),
        Cues([text.words for text in file.not_people]),
        expand("{security}", macros, path),
        expand("{attackers}", macros, path),
        expand("{listed}", macros, path),
        expand("(?:casualties|losses|deaths|wounded|toll|killed) (?:of|among|for) {adj}{security}\\b", macros, path),
        expand('"?(?: {adj}{who})\\b', macros, path),
        expand("{tail}", macros, path),
    )


def _optional(pattern: str, macros: dict[str, str], path: Path) -> re.Pattern[str] | None:
    return expand(pattern, macros, path) if pattern else None


def expand(pattern: str, macros: dict[str, str], path: Path) -> re.Pattern[str]:
    """Compile a pattern with its macros; every hole becomes a group named t0, t1, ..."""
    numbers = count()

    def fill(match: re.Match[str]) -> str:
        name = match.group(1)
        if name in _HOLES:
            return f"(?P<t{next(numbers)}>{_HOLES[name]})"
        if name in _GAPS:
            return _GAPS[name]
        if name in macros:
            return _PLACEHOLDER.sub(fill, macros[name])
        raise InputError(f"unknown macro '{name}'", file=path, found=pattern)

    try:
        return re.compile(_PLACEHOLDER.sub(fill, pattern))
    except re.error as error:
        raise InputError("not a regular expression", file=path, found=pattern, cure=str(error)) from error


@dataclass(slots=True)
class Read:
    """A sentence as rules see it: ``low`` and ``cased`` hold one private character per number and date."""

    text: str
    low: str
    cased: str
    numbers: list[Figure]
    moments: list[Moment]
    holes: list[tuple[int, int, int]]  # position in ``low``, and span in ``text``
    other: frozenset[int] = frozenset()  # positions of the numbers that count no people
    people: str = ""  # ``low`` as the rules for people see it: those numbers are words to them

    def span(self, position: int) -> tuple[int, int]:
        """Return the span in the sentence of a position in ``low``."""
        shift = 0
        for at, start, end in self.holes:
            if at == position:
                return start + (self.text[start] == '"'), end - (self.text[end - 1] == '"')
            if at > position:
                break
            shift = end - at - 1
        return position + shift, position + shift + 1

    def number(self, mark: str) -> Figure:
        """Return the number behind a private character."""
        return self.numbers[ord(mark) - NUMBER]

    def moment(self, mark: str) -> Moment:
        """Return the date behind a private character."""
        return self.moments[ord(mark) - (DAY if ord(mark) < YEAR else YEAR)]


def read_sentence(text: str, published: dt.date | None, before: DateInterval | None, year: int | None = None) -> Read:
    """Replace the numbers and dates of a sentence by private characters."""
    if not text.isascii() and any("\ue000" <= c <= THING for c in text):
        text = re.sub(f"[\ue000-{THING}]", " ", text)
    low = lowered(text)
    dates = moments(low, published, before, year)[:_MOST]
    found = [f for f in figures(low) if all(f.end <= m.start or m.end <= f.start for m in dates)][:_MOST]
    spans = [(f.start, f.end, NUMBER + i) for i, f in enumerate(found)]
    spans += [(m.start, m.end, (YEAR if m.year_only else DAY) + i) for i, m in enumerate(dates)]
    if not spans:
        return Read(text, low, text, [], [], [])
    spans.sort()
    lows, cases, holes = [], [], []
    at = length = 0
    for first, last, mark in spans:
        # 'killed "dozens" of people'; a mark between two numbers goes to the first
        quoted = first > at and text[first - 1] == '"' and text[last : last + 1] == '"'
        start, end = (first - 1, last + 1) if quoted else (first, last)
        lows += [low[at:start], chr(mark)]
        cases += [text[at:start], chr(mark)]
        length += start - at
        holes.append((length, start, end))
        length += 1
        at = end
    lows.append(low[at:])
    cases.append(text[at:])
    return Read(text, "".join(lows), "".join(cases), found, dates, holes)


def set_apart(read: Read) -> None:
    """Tell the numbers of a sentence that count no people: a time, an age, a distance, places, things, a label."""
    found = {
        match.start(name)
        for number in rules().apart.called(read.low)
        for rule in (rules().not_people[number],)
        for match in rule.pattern.finditer(read.cased if rule.text.case else read.low)
        if not (rule.before and rule.before.search(read.low, max(match.start() - 60, 0), match.start()))
        for name, value in match.groupdict().items()
        if name[0] == "t" and value
    }
    read.other = frozenset(found)
    read.people = "".join(THING if at in found else letter for at, letter in enumerate(read.low)) if found else read.low


def hole(match: re.Match[str], *, last: bool = False) -> int:
    """Return where the first (or last) filled hole of a match stands."""
    found = [match.start(name) for name, value in match.groupdict().items() if name[0] == "t" and value]
    return (found[-1] if last else found[0]) if found else -1
