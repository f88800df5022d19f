"""The setting of a figure: its event, place, subject and day."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from foedus.evidence.entities import Mention, known_conflict, unique_conflict
from foedus.evidence.found import COUNTS, Context, Found
from foedus.evidence.model import vocabulary
from foedus.evidence.rules import DAY, Read
from foedus.evidence.times import day_interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from foedus.dates import DateInterval

_WITHIN = re.compile(r"\b(?:in|at|of|near|around)(?: central| the| downtown)*(?: \w+ of)? $")
_SHAKEN = re.compile(r"\b(?:war|conflict|earthquake|genocide|invasion|coup)\b")
_OTHER = re.compile(
    r"\b(?:wars?|conflicts?|fighting|invasion|genocide|famine|earthquake|coup|massacre|riots?|unrest|uprising|crackdown"
    r"|revolution|protests|clashes|attacks?|bombings?|crisis|siege|pogroms?|mission|operation|deployment)\b"
)
_DATED = re.compile(r"(?:\b(?:in|of|on|during|back in|since)(?: the| early| late)? |[(]|^)$")
_ELSEWHERE = re.compile(r"\b(?:said|now|today|after|this time)\b")
_SENT = re.compile(
    r"\b(?:sen[dt]s?|sending|respond\w*|deploy\w*|dispatch\w*|contribut\w+|provid\w+|suppl\w+|pledg\w+|commit\w*)\b"
)


def settle(item: Found, read: Read, named: Sequence[Mention], context: Context) -> None:
    """Give a figure its event, place, subject and day."""
    if item.event:
        return
    labelled = item.place
    item.event, item.place = context.event, labelled or context.place
    if item.quantity in COUNTS or vocabulary().quantities[item.quantity].kind == "date":
        other = _other_event(item, read, named, context)
        if other is not None:
            item.event, item.place, item.as_of = other
            return
    near = [m for m in named if m.kind == "city" and (not context.country or m.country == context.country)]
    near = [m for m in near if _WITHIN.search(read.text[max(m.start - 30, 0) : m.start].lower())]
    if item.quantity in COUNTS and near and not labelled:
        item.place = min(near, key=lambda m: abs(m.start - item.end)).key
    if item.quantity in ("age", "article", "price"):
        item.place = "" if item.quantity != "price" else item.place
        item.subject = context.last_person if item.quantity == "age" else ""
    if item.quantity == "troops" and not item.subject:
        item.subject = _sender(item, read, named, context)
    if vocabulary().quantities[item.quantity].kind not in ("date", "year"):
        item.as_of = _day_of(item, read, context)


def _sender(item: Found, read: Read, named: Sequence[Mention], context: Context) -> str:
    """Return the state whose soldiers are counted, "" for the whole force."""
    for mention in named:
        if mention.kind == "country" and mention.country != context.country:
            if 0 <= mention.start - item.end <= 2:
                return mention.country
            between = read.text[mention.end : item.start]
            if 0 < len(between) < 60 and _SENT.search(between) and not re.search(r"-led|\balliance|[;,] ", between):
                return mention.country
    return ""


def _day_of(item: Found, read: Read, context: Context) -> DateInterval | None:
    """Return the day nearest to the figure in its sentence, else the day of publication."""
    published = context.published
    days = [
        m for m in read.moments if m.when and not m.year_only and (published is None or m.when.earliest <= published)
    ]
    if days and item.qualifier != "earlier figure":
        return min(days, key=lambda m: min(abs(m.start - item.end), abs(item.start - m.end))).when
    return day_interval(published) if published and item.qualifier != "earlier figure" else None


def _other_event(
    item: Found, read: Read, named: Sequence[Mention], context: Context
) -> tuple[str, str, DateInterval | None] | None:
    """Return event, place and time of a figure that belongs to another event than the report's own."""
    dated = vocabulary().quantities[item.quantity].kind == "date"
    for position in sorted((at for at, _, _ in read.holes), key=lambda at: abs(at - item.at)):
        mark = read.low[position]
        if ord(mark) < DAY or (dated and position != item.at):
            continue
        moment = read.moment(mark)
        if moment.when is None or not _long_ago(moment.when, context):
            continue
        low, high = sorted((position, item.at))
        between = read.low[low:high]
        word = _OTHER.search(read.low[max(position - 40, 0) : position + 40])
        close = len(between) < 90 and ";" not in between and not _ELSEWHERE.search(between)
        if close and (word or position == item.at or _DATED.search(read.low, max(position - 12, 0), position)):
            return *_past(read, moment.when), moment.when
    named_event = unique_conflict(read.low, context.published.year if context.published else None)
    if named_event and named_event[0].rsplit("-", 1)[0] not in context.event and item.quantity in COUNTS - {"troops"}:
        home = [m for m in named if m.country and m.country == context.country]
        if not home:
            return named_event[0], named_event[1], None
    if context.country and item.quantity in COUNTS:
        foreign = [m for m in named if m.kind in ("country", "city") and m.country not in ("", context.country)]
        home = [m for m in named if m.country == context.country]
        for mention in foreign:
            around = read.text[max(mention.start - 25, 0) : mention.end + 14].lower()
            if not home and item.quantity != "troops" and _SHAKEN.search(around):
                return f"other-{mention.country.lower()}", mention.key, None
    return None


def _long_ago(when: DateInterval, context: Context) -> bool:
    """Whether a date lies in a year that is neither the report's nor its event's, and not just before it."""
    years = {context.year} if context.year else set()
    if context.published:
        years.add(context.published.year)
        if abs((context.published - when.latest).days) < 60:
            return False
    return bool(years) and not any(when.earliest.year <= year <= when.latest.year for year in years)


def _past(read: Read, when: DateInterval) -> tuple[str, str]:
    """Return the event and the place that a date of the past stands for."""
    known = known_conflict(read.text, when.earliest.year)
    return known or (f"other-{when.earliest.year}", "")
