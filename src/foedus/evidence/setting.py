"""The setting of a figure: its event, place, subject and day."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from foedus.evidence.announced import announced
from foedus.evidence.entities import Mention, known_conflict, unique_conflict
from foedus.evidence.found import COUNTS, Context, Found
from foedus.evidence.letters import plain
from foedus.evidence.model import vocabulary
from foedus.evidence.rules import DAY, Read
from foedus.evidence.times import Moment, day_interval
from foedus.states.names import name_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from foedus.dates import DateInterval

_WITHIN = re.compile(r"\b(?:in|at|of|near|around)(?: central| the| downtown)*(?: \w+ of)? $")
_RULED_FROM = re.compile(
    r"\b(?:ministry|government|officials?|authorities|embassy|parliament|spokes\w+|rulers|leaders)"
    r"(?: \w+){0,2} (?:in|of|at) $"
    r"|\b(?:request|wish|invitation|appeal|call|plea|behest) of $"
)
_ITS_WISH = re.compile(
    r"'s? (?:\w+ )?(?:request|wish|invitation|appeal|plea|behest|government|ministry|leaders|rulers)\b"
)
_COUNTED_SINCE = re.compile(r"\bsince\b[^.;,]{0,50}$")  # the day on which a count began is not the one it is of
_SHAKEN = re.compile(r"\b(?:war|conflict|earthquake|genocide|invasion|coup)\b")
_OTHER = re.compile(
    r"\b(?:wars?|conflicts?|fighting|invasion|genocide|famine|earthquake|coup|massacre|riots?|unrest|uprising|crackdown"
    r"|revolution|protests?|strikes?|shootings?|revolt|rebellion|clashes|attacks?|bombings?|crisis|siege|pogroms?|mission|operation|deployment)\b"
)
_DATED = re.compile(r"(?:\b(?:in|of|on|during|back in|since)(?: the| early| late)? |[(]|^)$")
_OPENING = 16
_PRESENT = re.compile(
    r"\b(?:is|are|has|have|will|now|today|this|current\w*|latest|worst|since|unlike|like|again|so far|yesterday)\b"
)
_LOSS = re.compile(r"\b(?:kill\w*|died|dead|deaths?|shot|fired?|stormed|ousted|toppled|wounded|injured|arrested)\b")
_WHERE = re.compile(r"(?:,| \(|,? and)? ?\(?where\b[^.;\ue000-\ue3ff]{0,60}$")
_THERE = re.compile(r"(?: [a-z][\w'-]*){0,5} (?:in|at|near|outside)(?: [a-z]+){0,3} ")
_SOLDIERS = re.compile(r" (?:soldiers?|troops|servicemen|army|military|national guard|security forces)\b")
_OWN = re.compile(r"(?: [a-z-]+){1,4} (?:of|from) (?:the )?")
_ARMY = re.compile(
    r"(?:'s)? (?:army|armed forces|military|national guard|defen[cs]e ministry|security forces|troops)\b"
)
_ELSEWHERE = re.compile(r"\b(?:said|now|today|after|this time)\b")
_NOW = re.compile(r"\b(?:said|now|today|this time)\b")
_YEAR_NAMED = re.compile(r"\d{4}|years?\b|decades?\b", re.IGNORECASE)
_THAT_YEAR = re.compile(r"(?:that|the same) ", re.IGNORECASE)
_ITS_FORCE = re.compile(
    r"(?:'s)? (?:contingent|battalion|battlegroup|detachment)(?: (?:now|also))?"
    r" (?:has|had|numbers|numbered|counts|counted|is|of|consists of) "
)
_SENT = re.compile(
    r"\b(?:sen[dt]s?|sending|respond\w*|deploy\w*|dispatch\w*|contribut\w+|provid\w+|suppl\w+|pledg\w+|commit\w*)\b"
)


def settle(item: Found, read: Read, named: Sequence[Mention], context: Context) -> None:
    """Give a figure its event, place, subject and day."""
    if item.event:
        return
    labelled = item.place
    item.event, item.place = context.event, labelled or context.place
    if item.quantity == "troops" and _of_its_own(item, read, named, context):
        item.quantity = ""  # the country's own army is no help from outside
        return
    if item.quantity in COUNTS or vocabulary().quantities[item.quantity].kind == "date":
        other = _other_event(item, read, named, context)
        if other is not None:
            item.event, item.place, item.as_of = other
            return
    near = [m for m in named if m.kind == "city" and (not context.country or m.country == context.country)]
    near = [m for m in near if _WITHIN.search(read.text[max(m.start - 30, 0) : m.start].lower())]
    near = [m for m in near if not _names_government(read.text, m)]
    if item.quantity in COUNTS and near and not labelled:
        item.place = min(near, key=lambda m: abs(m.start - item.end)).key
    if item.quantity in ("age", "article", "price"):
        item.place = "" if item.quantity != "price" else item.place
        item.subject = context.last_person if item.quantity == "age" else ""
    if item.quantity == "troops" and not item.subject:
        item.subject = _sender(item, read, named, context)
    if item.quantity == "troops" and not item.qualifier:
        item.qualifier = "announced" if announced(read.low[: item.at], read.low[item.at + 1 :]) else ""
    if vocabulary().quantities[item.quantity].kind not in ("date", "year"):
        item.as_of = _day_of(item, read, context)


def _names_government(text: str, city: Mention) -> bool:
    """Whether a capital stands for its government: "at Maputo's request", "the defence ministry in Baku"."""
    before = text[max(city.start - 50, 0) : city.start].lower()
    return bool(_RULED_FROM.search(before) or _ITS_WISH.match(text, city.end))


def _sender(item: Found, read: Read, named: Sequence[Mention], context: Context) -> str:
    """Return the state whose soldiers are counted, "" for the whole force."""
    for mention in named:
        if mention.kind == "country" and mention.country != context.country:
            if 0 <= mention.start - item.end <= 2:
                return mention.country
            between = read.text[mention.end : item.start]
            if _ITS_FORCE.fullmatch(between):
                return mention.country
            if 0 < len(between) < 60 and _SENT.search(between) and not re.search(r"-led|\balliance|[;,] ", between):
                return mention.country
    return ""


def _day_of(item: Found, read: Read, context: Context) -> DateInterval | None:
    """Return the day nearest to the figure in its sentence, else the day of publication."""
    published = context.published
    days = [
        m
        for m in read.moments
        if m.when
        and not m.year_only
        and (published is None or m.when.earliest <= published)
        and not (published and _COUNTED_SINCE.search(read.text[max(m.start - 60, 0) : m.start].lower()))
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
        if moment.when is None or not (_long_ago(moment.when, context) and _tells_year(read, moment)):
            continue
        low, high = sorted((position, item.at))
        between = read.low[low:high]
        word = _OTHER.search(read.low[max(position - 40, 0) : position + 40])
        opens = position < _OPENING and read.low.startswith(",", position + 1)  # "In 2003, ..." governs the sentence
        away = (_NOW if opens else _ELSEWHERE).search(between)
        close = (opens or len(between) < 90) and ";" not in between and not away
        if close and (word or position == item.at or _DATED.search(read.low, max(position - 12, 0), position)):
            return *_past(read, moment.when, context), moment.when
    if context.past and item.quantity in COUNTS and goes_on(read, context):
        return context.past
    named_event = unique_conflict(read.low, context.published.year if context.published else None)
    if named_event and named_event[0].rsplit("-", 1)[0] not in context.event and item.quantity in COUNTS - {"troops"}:
        home = [m for m in named if m.country and m.country == context.country]
        if not home:
            return named_event[0], named_event[1], None
    if context.country and item.quantity in COUNTS - {"troops", "flights"}:
        there = _elsewhere(item, read, named, context)
        if there:
            return there
    if context.country and item.quantity in COUNTS:
        foreign = [m for m in named if m.kind in ("country", "city") and m.country not in ("", context.country)]
        home = [m for m in named if m.country == context.country]
        for mention in foreign:
            around = read.text[max(mention.start - 25, 0) : mention.end + 14].lower()
            if not home and item.quantity != "troops" and _SHAKEN.search(around):
                return f"other-{mention.country.lower()}", mention.key, None
    return None


def _elsewhere(
    item: Found, read: Read, named: Sequence[Mention], context: Context
) -> tuple[str, str, DateInterval | None] | None:
    """Return the event of a figure that is said to be of another country: "in Cairo, where 846 people died"."""
    if any(m.country == context.country for m in named):
        return None
    for mention in named:
        if mention.kind not in ("country", "city") or not mention.country:
            continue
        before = item.start >= mention.end and _WHERE.match(read.text, mention.end, item.start)
        after = mention.start >= item.end and _THERE.fullmatch(read.text, item.end, mention.start)
        if before or after:
            slug = plain(name_of(mention.country), "-")
            year = context.year or (context.published.year if context.published else None)
            return (f"{slug}-{year}" if year else f"other-{mention.country.lower()}"), mention.key, None
    return None


def _of_its_own(item: Found, read: Read, named: Sequence[Mention], context: Context) -> bool:
    """Whether soldiers are those of the country that the report is about: "1,600 servicemen of the Kazakh army"."""
    for mention in named:
        if context.country and mention.country == context.country and mention.start >= item.end:
            between = read.text[item.end : mention.start]
            if between == " " and _SOLDIERS.match(read.text, mention.end):
                return True
            if _OWN.fullmatch(between) and _ARMY.match(read.text, mention.end):
                return True
    return False


def _tells_year(read: Read, moment: Moment) -> bool:
    """Whether a date names its year, or counts years; where it does not, its year is only supposed."""
    return bool(_YEAR_NAMED.search(read.text, moment.start, moment.end))


def past_of(read: Read, context: Context) -> tuple[str, str, DateInterval] | None:
    """Return the event of the past that a sentence is about, for those that go on about it.

    Only years long ago stand in it, beside words for an event, and nothing is compared with the present.
    """
    days = [(at, read.moment(read.low[at])) for at, _, _ in read.holes if ord(read.low[at]) >= DAY]
    whens = [moment.when for _, moment in days if moment.when]
    if not whens or not all(_long_ago(when, context) for when in whens) or _PRESENT.search(read.low):
        return None
    for at, moment in days:
        when = moment.when if _tells_year(read, moment) else None
        if when and at < _OPENING and _THAT_YEAR.match(read.text, moment.start):
            return *_past(read, when, context), when
        around = read.low if at < _OPENING else read.low[max(at - 50, 0) : at + 50]
        dated = at < _OPENING or _DATED.search(read.low, max(at - 12, 0), at)
        if when and dated and (_OTHER.search(around) or _LOSS.search(around)):
            return *_past(read, when, context), when
    return None


def goes_on(read: Read, context: Context) -> bool:
    """Whether a sentence says nothing that leads back from an event of the past."""
    recent = any(m.when and not _long_ago(m.when, context) for m in read.moments)
    return not recent and not _PRESENT.search(read.low)


def _long_ago(when: DateInterval, context: Context) -> bool:
    """Whether a date lies in a year that is neither the report's nor its event's, and not just before it."""
    years = {context.year} if context.year else set()
    if context.published:
        years.add(context.published.year)
        if abs((context.published - when.latest).days) < 60:
            return False
    return bool(years) and not any(when.earliest.year <= year <= when.latest.year for year in years)


def _past(read: Read, when: DateInterval, context: Context) -> tuple[str, str]:
    """Return the event and the place that a date of the past stands for."""
    known = known_conflict(read.text, when.earliest.year)
    if known is None and context.past and context.past[2].earliest.year == when.earliest.year:
        known = context.past[:2]  # still the event that the paragraph spoke of
    return known or (f"other-{when.earliest.year}", "")
