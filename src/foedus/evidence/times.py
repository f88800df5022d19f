"""Days as reports name them, resolved against the day of publication.

A weekday is the last one on or before publication unless the words point forward; a day without a year is the one
nearest to publication; "two years later" counts from the date named before it.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

from foedus.dates import DateInterval

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
_DAYS = {name.lower(): number for number, name in enumerate(calendar.day_name)}
_COUNTS = {
    w: n for n, w in enumerate(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"])
} | {
    "a": 1,
    "an": 1,
    **{w: n for n, w in enumerate(["eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"], 11)},
    "eighteen": 18,
    "nineteen": 19,
    "twenty": 20,
    "thirty": 30,
}
_M = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\.?"
_W = "|".join(_DAYS)
_YEAR = r"(?:1[789]|20|21)\d\d"
_N = rf"(?:\d{{1,3}}|{'|'.join(sorted(_COUNTS, key=len, reverse=True))})"

_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_PART = r"(?:day|morning|afternoon|evening|night)"
_NEAR = (
    r"today|tonight|yesterday|tomorrow|overnight|last night|this morning|this afternoon|this evening"
    rf"|earlier in the day|the (?:same|next|following|previous) {_PART}|(?:that|the same) (?:very )?{_PART}"
    r"|the day before yesterday|the day after tomorrow"
)
_PATTERNS = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        (
            "iso",
            r"\b(?P<year>\d{4})-(?P<monthno>\d\d)-(?P<day>\d\d)(?:t\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:z\b|[+-]\d\d:?\d\d)?)?(?!\d)",
        ),
        ("day", rf"\b(?:(?:{_W}),? )?(?:the )?{_DAY}(?: of)? {_M},? (?P<year>{_YEAR})\b"),
        ("day", rf"\b(?:(?:{_W}),? )?{_M} {_DAY},? (?P<year>{_YEAR})\b"),
        ("day", r"\b(?P<day>\d{1,2})\.(?P<monthno>\d{1,2})\.(?P<year>(?:19|20)\d\d)\b"),
        ("day", rf"\b(?:(?P<weekday>{_W}),? )?(?:the )?{_DAY}(?: of)? {_M}(?![a-z])"),
        ("day", rf"\b(?:(?P<weekday>{_W}),? )?{_M} (?:the )?{_DAY}\b(?![,.]?\d)"),
        ("ordinal", rf"\b(?P<weekday>{_W}),? (?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)\b"),
        ("ordinal", r"\bon the (?P<day>\d{1,2})(?:st|nd|rd|th)\b(?! (?:of|floor|century|anniversary))"),
        ("weekday", rf"\b(?P<which>last |next |this |the following )?(?P<weekday>{_W})\b"),
        ("near", rf"\b(?P<near>{_NEAR})\b"),
        (
            "shift",
            (
                rf"\b(?P<count>{_N}) (?P<unit>day|week|month|year|decade)s? "
                r"(?P<way>later|earlier|afterwards|ago|before|after)\b"
            ),
        ),
        (
            "ahead",
            (
                rf"\b(?:in|within) (?P<count>{_N}) (?P<unit>day|week)s?\b(?! of\b)"
                rf"|(?P<count2>{_N}) (?P<unit2>day|week)s? from now"
            ),
        ),
        ("sameyear", r"\b(?:that|the same) (?:very )?year\b"),
        ("span", r"\b(?P<which>last|this|next) (?P<unit>week|month|year)\b"),
        ("month", rf"\b{_M},? (?P<year>{_YEAR})\b"),
        ("year", rf"(?<![\d.,$€£#/-])\b(?P<year>{_YEAR})\b(?![,.]?\d|[-'](?:strong|member|s\b))(?!s\b)"),
    )
)
_TRIGGER = re.compile(
    rf"\b(?:(?:{'|'.join(_MONTHS)})\b|(?:{_W})\b|{_YEAR}\b|to(?:day|night|morrow)\b|yesterday|overnight"
    r"|(?:last|this|next|same|that|following|previous)\b|\d{1,2}(?:st|nd|rd|th)\b"
    r"|(?:later|earlier|ago|afterwards|before|after|days?|weeks?)\b)"
)
_FUTURE = re.compile(
    r"\b(?:will|would|is to|are to|to (?:start|begin|end|leave|complete|arrive|be)|expected|scheduled|due|planned"
    r"|until|till|starting|plans?)\b[^.;]{0,60}$|(?<!been )(?:\bby|\bfrom|\bbefore)(?: early| late| the end of)? $"
)
_MONTH_NAME = re.compile(rf"\b(?:{'|'.join(_MONTHS)})\b|\d\.\d")
_DAY_NAME = re.compile("day\\b")
_ORDINAL = re.compile(r"\d(?:st|nd|rd|th)\b")
_FOUR = re.compile(r"\d{4}")
_UNIT = re.compile(r"\b(?:day|week|month|year|decade)s?\b")
# what a text must hold for a kind of date to be sought in it
_NEEDS = {
    "day": _MONTH_NAME, "month": _MONTH_NAME, "weekday": _DAY_NAME, "ordinal": _ORDINAL, "iso": _FOUR, "year": _FOUR,
    "shift": _UNIT, "ahead": _UNIT, "span": _UNIT, "sameyear": _UNIT,
}  # fmt: skip
_TRIGGERS = (_MONTH_NAME, _DAY_NAME, _ORDINAL, _FOUR, _UNIT)
_SOON_DAYS, _AHEAD_DAYS = 45, 200  # how far ahead a date without a year may lie, by the words before it
_CLAUSE = re.compile(r" (?!the \d|that\b)[a-z]")
_YEARS = ("year", "decade")
_BESIDE = {"next": 1, "following": 1, "previous": -1}
_COMING = re.compile(r"\b(?:will|would|shall|is to|are to|begins?|starts?|expected|due|scheduled)\b")
_PUBLISHED = re.compile(
    r"^\W*(?:published|posted|date[ :]|dated|updated|first published|on:|last modified|issued)\b"
    r"|^.{2,40}[,|] ?(?:published|posted|updated):",
    re.IGNORECASE,
)
_DATELINE = re.compile(r"^[A-ZÀ-Ý][A-ZÀ-Ý' .-]{2,40}[,:(]|^[^.]{0,80}\([A-Z][\w .&/-]{1,30}\)\s*[-\u2013\u2014]")


@dataclass(frozen=True, slots=True)
class Moment:
    """A date in a text: its span, the days it may mean (None: unresolved) and whether it is only a year."""

    start: int
    end: int
    when: DateInterval | None
    year_only: bool = False


def day_interval(first: dt.date, last: dt.date | None = None) -> DateInterval:
    """Return a day, or all days from one to another."""
    return DateInterval(first, last or first)


def moments(
    text: str, published: dt.date | None, before: DateInterval | None = None, year: int | None = None
) -> list[Moment]:
    """Return the dates of a lower-case text in their order.

    ``before`` is the date last named before the text, from which "a day later" counts; ``year`` is that of days
    without a year where the day of publication is not known.
    """
    if not _TRIGGER.search(text):
        return []
    taken: list[tuple[int, int, str, re.Match[str]]] = []
    there = {trigger: bool(trigger.search(text)) for trigger in _TRIGGERS}
    for kind, pattern in _PATTERNS:
        if kind in _NEEDS and not there[_NEEDS[kind]]:
            continue
        for match in pattern.finditer(text):
            if all(match.end() <= start or end <= match.start() for start, end, _, _ in taken):
                taken.append((match.start(), match.end(), kind, match))
    taken.sort(key=lambda item: item[0])
    found: list[Moment] = []
    last = before
    for start, end, kind, match in taken:
        if kind == "month" and _bare_may(match):
            continue
        when = _resolve(kind, match, text, published, last, year)
        if when is None and kind in ("day", "iso", "ordinal") and published is not None:
            continue  # the 45th of May
        stop = end - (text[end - 1] == ".")
        found.append(
            Moment(
                start,
                stop,
                when,
                kind in ("year", "sameyear") or (kind == "shift" and match["unit"] in _YEARS),
            )
        )
        last = when or last
    return found


def _bare_may(match: re.Match[str]) -> bool:
    return match["month"] in ("may", "march") and not match["year"]


def _resolve(
    kind: str,
    match: re.Match[str],
    text: str,
    published: dt.date | None,
    last: DateInterval | None,
    own_year: int | None,
) -> DateInterval | None:
    parts = match.groupdict()
    try:
        if kind in ("iso", "day"):
            month = int(parts["monthno"]) if parts.get("monthno") else _MONTHS[parts["month"].rstrip(".")]
            if parts.get("year"):
                return day_interval(dt.date(int(parts["year"]), month, int(parts["day"])))
            if published is None and own_year is not None:
                return day_interval(dt.date(own_year, month, int(parts["day"])))
            forward = bool(_FUTURE.search(text, max(match.start() - 80, 0), match.start()))
            return _nearest_year(month, int(parts["day"]), published, forward=forward)
        if kind == "ordinal":
            weekday = _DAYS[parts["weekday"]] if parts.get("weekday") else None
            return _nearest_month(int(parts["day"]), weekday, published)
        if kind == "year":
            year = int(parts["year"])
            return day_interval(dt.date(year, 1, 1), dt.date(year, 12, 31))
        if kind == "month":
            year, month = int(parts["year"]), _MONTHS[parts["month"].rstrip(".")]
            return day_interval(dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1]))
        if kind == "shift":
            if parts["way"] in ("after", "before") and _CLAUSE.match(text, match.end()):
                return None  # "a week after they had come": a week after a day that is not named
            return _shifted(parts, published, last)
        if kind == "sameyear":
            return day_interval(dt.date(last.latest.year, 1, 1), dt.date(last.latest.year, 12, 31)) if last else None
        if kind == "near" and parts["near"].startswith(("the ", "that ")):
            return _beside(parts["near"], published, last)
        if published is None:
            return None
        if kind == "weekday":
            forward = bool(_FUTURE.search(text, max(match.start() - 80, 0), match.start()))
            return _weekday(_DAYS[parts["weekday"]], (parts["which"] or "").strip(), published, forward=forward)
        if kind == "ahead":
            return _ahead(parts, text[match.end() :], text[: match.start()], published)
        if kind == "span":
            return _span(parts["which"], parts["unit"], published)
        return _near(parts["near"], published)
    except (ValueError, OverflowError):
        return None


def _nearest_year(month: int, day: int, published: dt.date | None, *, forward: bool) -> DateInterval | None:
    """Return the day that a date without a year means: reports look back, unless their words point ahead."""
    if published is None:
        return None
    years = [y for y in (published.year - 1, published.year, published.year + 1) if 1 <= y <= 9999]
    days = [dt.date(y, month, day) for y in years if 1 <= day <= calendar.monthrange(y, month)[1]]
    ahead = _AHEAD_DAYS if forward else _SOON_DAYS
    fitting = [d for d in days if (d - published).days <= ahead] or days
    return day_interval(min(fitting, key=lambda d: abs((d - published).days))) if fitting else None


def _nearest_month(day: int, weekday: int | None, published: dt.date | None) -> DateInterval | None:
    if published is None:
        return None
    days = []
    for shift in range(-3, 4):
        index = published.year * 12 + published.month - 1 + shift
        year, month = divmod(index, 12)
        if 1 <= year <= 9999 and 1 <= day <= calendar.monthrange(year, month + 1)[1]:
            days.append(dt.date(year, month + 1, day))
    fitting = [d for d in days if weekday is None or d.weekday() == weekday] or days
    return day_interval(min(fitting, key=lambda d: abs((d - published).days))) if fitting else None


def _weekday(weekday: int, which: str, published: dt.date, *, forward: bool) -> DateInterval:
    if which in ("next", "the following") or (forward and which != "last"):
        return day_interval(published + dt.timedelta(days=(weekday - published.weekday() - 1) % 7 + 1))
    back = (published.weekday() - weekday) % 7
    return day_interval(published - dt.timedelta(days=back or (7 if which == "last" else 0)))


def _near(word: str, published: dt.date) -> DateInterval:
    day = dt.timedelta(days=1)
    if word in ("yesterday", "last night"):
        return day_interval(published - day)
    if word == "tomorrow":
        return day_interval(published + day)
    if word == "overnight":
        return day_interval(published - day, published)
    return day_interval(published)


def _beside(words: str, published: dt.date | None, last: DateInterval | None) -> DateInterval | None:
    if "yesterday" in words or "tomorrow" in words:
        shift = dt.timedelta(days=-2 if "yesterday" in words else 2)
        return day_interval(published + shift) if published else None
    if last is None:
        return None
    shift = dt.timedelta(days=_BESIDE.get(words.split()[1], 0))
    return DateInterval(last.earliest + shift, last.latest + shift)


def _shifted(parts: dict[str, str], published: dt.date | None, last: DateInterval | None) -> DateInterval | None:
    count = int(parts["count"]) if parts["count"].isdigit() else _COUNTS[parts["count"]]
    back = parts["way"] in ("ago", "earlier", "before")
    base = day_interval(published) if parts["way"] == "ago" and published else last
    if base is None or (parts["way"] == "ago" and published is None):
        return None
    sign = -count if back else count
    if parts["unit"] in ("year", "decade"):
        sign *= 10 if parts["unit"] == "decade" else 1
        first, final = base.earliest.year + sign, base.latest.year + sign
        return day_interval(dt.date(first, 1, 1), dt.date(final, 12, 31))
    if parts["unit"] == "month":
        return DateInterval(
            base.earliest + dt.timedelta(days=30 * sign - 15), base.latest + dt.timedelta(days=30 * sign + 15)
        )
    shift = dt.timedelta(days=sign * (7 if parts["unit"] == "week" else 1))
    return DateInterval(base.earliest + shift, base.latest + shift)


def _ahead(parts: dict[str, str], after: str, before: str, published: dt.date) -> DateInterval | None:
    """Return the day that "in two days" means where the words point forward, else None: it may be a duration."""
    if not (_COMING.search(before[-80:]) or _COMING.search(after[:60])):
        return None
    count, unit = parts["count"] or parts["count2"], parts["unit"] or parts["unit2"]
    days = (int(count) if count.isdigit() else _COUNTS[count]) * (7 if unit == "week" else 1)
    return day_interval(published + dt.timedelta(days=days))


def _span(which: str, unit: str, published: dt.date) -> DateInterval:
    step = {"last": -1, "this": 0, "next": 1}[which]
    if unit == "year":
        return day_interval(dt.date(published.year + step, 1, 1), dt.date(published.year + step, 12, 31))
    if unit == "month":
        year, month = divmod(published.year * 12 + published.month - 1 + step, 12)
        return day_interval(
            dt.date(year, month + 1, 1), dt.date(year, month + 1, calendar.monthrange(year, month + 1)[1])
        )
    monday = published - dt.timedelta(days=published.weekday()) + dt.timedelta(days=7 * step)
    return day_interval(monday, monday + dt.timedelta(days=6))


def date_of_text(text: str) -> dt.date | None:
    """Return the day of publication that a plain text states of itself, None if it states none.

    A line that says so ("Published: 7 Jan, 2022"), one that is hardly more than a date, or a dateline; a date in
    running text or a caption is not taken for it.
    """
    lines = [line for line in text[:6000].split("\n") if line.strip()][:12]
    tail = [line for line in text[-1500:].split("\n") if line.strip()][-4:]
    for line in [*lines, *tail]:
        days = [(m, m.when.earliest) for m in moments(line[:200].lower(), None) if m.when is not None and m.when.exact]
        if not days:
            continue
        first, day = days[0]
        alone = len(line) - (first.end - first.start) <= 16
        early = first.start < 60 and _DATELINE.match(line)
        if alone or early or _PUBLISHED.match(line):
            return day
    return None
