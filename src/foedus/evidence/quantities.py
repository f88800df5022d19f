"""Figures of a sentence: which number counts what, for which event, where and as of when."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from foedus.evidence.entities import GENERIC_ALLIANCE, Mention, entities, known_conflict
from foedus.evidence.model import vocabulary
from foedus.evidence.numbers import HEDGES, lowered
from foedus.evidence.rules import DAY, NUMBER, YEAR, Read, Rule, rules
from foedus.evidence.times import day_interval

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from foedus.dates import DateInterval

_SECURITY = {"dead": "dead_security", "injured": "injured_security"}
_COUNTS = frozenset({
    "dead", "dead_security", "dead_attackers", "injured", "injured_security", "hospitalised", "intensive_care",
    "beheaded", "detained", "troops", "participants", "alleged_attackers", "buildings", "vehicles", "flights",
    "shutdown_hours",
})  # fmt: skip
_WITHIN = re.compile(r"\b(?:in|at|of|near|around)(?: central| the| downtown)*(?: \w+ of)? $")
_FACTOR = re.compile(r"doubl|tripl|trebl|quadrupl|fold\b|twice")
_FORCE = re.compile(r"rapid reaction|rapid deployment|peacekeeping|response|standing|reserve")
_SHAKEN = re.compile(r"\b(?:war|conflict|earthquake|genocide|invasion|coup)\b")
_OTHER = re.compile(
    r"\b(?:wars?|conflicts?|fighting|invasion|genocide|famine|earthquake|coup|massacre|riots?|unrest|uprising|crackdown"
    r"|revolution|protests|clashes|attacks?|bombings?|crisis|siege|pogroms?|mission|operation|deployment)\b"
)
_SENT = re.compile(
    r"\b(?:sen[dt]s?|sending|respond\w*|deploy\w*|dispatch\w*|contribut\w+|provid\w+|suppl\w+|pledg\w+|commit\w*)\b"
)
_JOIN = re.compile(r"[^;.]{0,80}\b(?:and|with|while|but|plus)\b|[^;.]{0,40},")
_FAR = 100  # characters; a clause between counts as 25
_OPENING = 12
_CLAUSE = re.compile(r"[,:]|\b(?:and|but|while|after|before|since|which|that|who|when|where|as)\b")
_GOVERNED = re.compile(r"\b(?:\w+ed|\w+ing|sent|left|held) $")
_ENDS = re.compile(r"(?=[,.;)]|$| (?:and|more|each)\b)")
_LEADING = re.compile(r"^,")
_PEOPLE = frozenset({"dead", "injured", "hospitalised", "intensive_care", "detained", "beheaded", "participants"})
_OTHER_MEMBERS = re.compile(r"^ other ")


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


def quantities(read: Read, named: Sequence[Mention], context: Context) -> list[Found]:
    """Return the figures that the rules recognise in one sentence."""
    low = read.low
    if not read.holes and not _FACTOR.search(low):
        return []
    book = rules()
    taken: dict[int, Found | None] = {}
    for rule in book.figures:
        if rule.text.words and not any(word in low for word in rule.text.words):
            continue
        if (rule.require and not rule.require.search(low)) or (rule.unless and rule.unless.search(low)):
            continue
        for match in rule.pattern.finditer(read.cased if rule.text.case else low):
            _take(rule, match, read, named, context, taken)
    found = sorted((f for f in taken.values() if f is not None), key=lambda f: f.at)
    _inherit(read, found, taken)
    _gapped(read, named, found, taken)
    for item in found:
        _place(item, read, named, context)
    return found


def _take(
    rule: Rule,
    match: re.Match[str],
    read: Read,
    named: Sequence[Mention],
    context: Context,
    taken: dict[int, Found | None],
) -> None:
    text = rule.text
    if rule.before and rule.before.search(read.low, max(match.start() - 40, 0), match.start()):
        return
    if rule.near and rule.near.search(read.low[match.end() :]):
        return
    groups = match.groupdict()
    if text.value is not None:
        at = match.start("v")
    elif text.nearest:
        at = _nearest(match, read, taken)
    else:
        at = _hole(match, last=text.last or bool(text.ratio))
    if at < 0 or at in taken:
        return
    start, end = read.span(at)
    if text.value is not None:
        end = read.span(match.end("v") - 1)[1]
        item = Found(text.quantity, start, end, at, *_factor(match["v"], text.value), rule.id)
    elif ord(read.low[at]) < NUMBER + 0x400:
        figure = read.number(read.low[at])
        if figure.percent != text.percent or not _within(figure.low, figure.high, text.min, text.max):
            return
        low, high = figure.low, figure.high
        if text.percent:
            low, high = (None if v is None else round(1 + v / 100, 4) for v in (low, high))
        elif text.ratio:
            base = read.number(match["t0"])
            if not base.low or base.low != base.high or low != high or not low:
                return
            low = high = round(low / base.low if text.ratio == "up" else base.low / low, 4)
            taken[match.start("t0")] = None
        elif text.scale != 1:
            low, high = (None if v is None else v * text.scale for v in (low, high))
        item = Found(text.quantity, start, end, at, low, high, figure.hedge, rule.id)
    else:
        moment = read.moment(read.low[at])
        if moment.when is None:
            return
        kind = vocabulary().quantities[text.quantity].kind
        if kind == "year":
            span = (float(moment.when.earliest.year), float(moment.when.latest.year))
        else:
            span = (float(moment.when.earliest.toordinal()), float(moment.when.latest.toordinal()))
        item = Found(text.quantity, start, end, at, *span, "", rule.id)
    if not text.quantity:  # a rule that only says what a number is not
        taken[at] = None
        return
    who = groups.get("who")
    item.bare = not who
    item.qualifier = text.qualifier
    base = item.quantity
    _of_whom(item, who, groups.get("also"))
    if text.alliance and not _of_alliance(item, read, named, context):
        return
    if item.quantity == "members" and _OTHER_MEMBERS.match(read.low[at + 1 :]):
        item.low, item.high = (None if v is None else v + 1 for v in (item.low, item.high))
    taken[at] = item
    if base in _PEOPLE:
        _coordinate(item, base, forward=at != match.start(), read=read, taken=taken)


def _hole(match: re.Match[str], *, last: bool = False) -> int:
    """Return where the first (or last) filled hole of a match stands."""
    found = [match.start(name) for name, value in match.groupdict().items() if name[0] == "t" and value]
    return (found[-1] if last else found[0]) if found else -1


def _nearest(match: re.Match[str], read: Read, taken: dict[int, Found | None]) -> int:
    """Return where the date stands that belongs to a match: the nearest one, a clause away counting as far."""
    best, least = -1, _FAR
    for position, _, _ in read.holes:
        mark = ord(read.low[position])
        if not DAY <= mark < YEAR or position in taken or read.moment(read.low[position]).when is None:
            continue
        if position < match.start():
            between = _LEADING.sub("", read.low[position + 1 : match.start()])
        elif position < match.end():
            between = read.low[position + 1 : match.end()]
        else:
            between = read.low[match.end() : position]
        cost = len(between) + 25 * len(_CLAUSE.findall(between)) if ";" not in between else _FAR
        if position < _OPENING:  # "On Wednesday, ..." holds for the whole sentence
            cost = min(cost, _FAR - 20)
        if cost < least:
            best, least = position, cost
    return best


def _factor(words: str, value: float) -> tuple[float | None, float | None, str]:
    """Return the interval and the hedge of "doubled", "more than doubled", "nearly doubled"."""
    hedge = words.rsplit(" ", 1)[0] if " " in words else ""
    meaning = HEDGES.get(hedge, "exact")
    if meaning == "above":
        return value, None, hedge
    if meaning == "nearly":
        return round(0.9 * value, 4), value, hedge
    if meaning == "about":
        return round(0.95 * value, 4), round(1.05 * value, 4), hedge
    return (None if meaning == "below" else value), value, hedge


def _within(low: float | None, high: float | None, least: float, most: float) -> bool:
    return all(least <= value <= most for value in (low, high) if value is not None)


def _coordinate(
    item: Found, base: str, *, forward: bool, read: Read, taken: dict[int, Found | None]
) -> None:
    """Let the other counts of a list share the verb: "nine civilians and three police officers were killed"."""
    book = rules()
    positions = [position for position, _, _ in read.holes]
    step = 1 if forward else -1
    index = positions.index(item.at) + step
    here = item.at
    while 0 <= index < len(positions):
        at = positions[index]
        left, right = sorted((at, here))
        joined = book.listed.fullmatch(read.low, left + 1, right)
        counted = NUMBER <= ord(read.low[at]) < NUMBER + 0x400 and at not in taken
        if not counted or not joined or read.number(read.low[at]).percent:
            return
        tail = book.tail.match(read.low, at + 1) if forward else joined
        if not tail or (not forward and _GOVERNED.search(read.low, max(at - 24, 0), at)):
            return
        figure = read.number(read.low[at])
        other = Found(base, *read.span(at), at, figure.low, figure.high, figure.hedge, item.rule)
        _of_whom(other, tail["who"], tail["also"])
        taken[at] = other
        here, index = at, index + step


def _of_whom(item: Found, who: str | None, also: str | None = None) -> None:
    """Make a count of people one of security forces or of attackers where the words say so."""
    if not who:
        return
    book = rules()
    if also and not book.security.search(also):
        return
    if item.quantity in _SECURITY and book.security.fullmatch(who):
        item.quantity = _SECURITY[item.quantity]
    elif item.quantity == "dead" and book.attackers.fullmatch(who):
        item.quantity = "dead_attackers"


def _of_alliance(item: Found, read: Read, named: Sequence[Mention], context: Context) -> bool:
    """Give a figure its alliance: the nearest one named in the sentence, else the report's own."""
    own = [m for m in named if m.kind == "alliance" and m.key not in ("un", "osce")]
    after = [m for m in own if 0 <= m.start - item.end <= 60 and ";" not in read.text[item.end : m.start]]
    before = [m for m in own if m.end <= item.start]
    if (
        item.quantity in ("members", "force_size")
        and after
        and (read.text[item.end : item.end + 1] == "-" or not before)
    ):
        slug = after[0].key
    elif item.quantity in ("founded", "signed", "observer_since") and (context.alliance in [m.key for m in own]):
        slug = context.alliance
    elif before:
        slug = before[-1].key
    elif own:
        slug = own[0].key
    elif context.alliance and (
        item.quantity == "force_size"
        or GENERIC_ALLIANCE.search(lowered(read.text)) or re.search(r"\b(?:it|its|they)\b", read.low)
    ):
        slug = context.alliance
    else:
        return False
    item.event = slug
    known = entities().alliances.get(slug)
    item.subject = known.label if known else slug.upper()
    if item.quantity == "force_size":
        kind = _FORCE.search(read.low, item.at) or _FORCE.search(read.low)
        item.subject += f" {kind.group()} force" if kind else " force"
    return True


def _inherit(read: Read, found: list[Found], taken: dict[int, Found | None]) -> None:
    """Read figures that lean on another of the sentence: "and 18 killed", "among them 63 officers", "up from 19"."""
    for left, item in pairwise(found):
        between = read.low[left.at + 1 : item.at]
        if item.bare and item.quantity in _SECURITY and left.quantity in _SECURITY.values() and _JOIN.match(between):
            item.quantity = _SECURITY[item.quantity]
    book = rules()
    for kind, group in (("part", book.parts), ("earlier", book.earlier)):
        for rule in group:
            for match in rule.pattern.finditer(read.low):
                at = _hole(match)
                before = next((f for f in reversed(found) if f.at < at and f.quantity in _COUNTS), None)
                if kind == "earlier" and before is None:  # "from 164 to 225"
                    before = next((f for f in found if at < f.at <= at + 5 and f.quantity in _COUNTS), None)
                if before is None or at in taken or abs(at - before.at) > 90:
                    continue
                figure = read.number(read.low[at])
                start, end = read.span(at)
                quantity = before.quantity
                item = Found(quantity, start, end, at, figure.low, figure.high, figure.hedge, rule.id)
                if kind == "part":
                    _of_whom(item, match.groupdict().get("who"), match.groupdict().get("also"))
                    if item.quantity == quantity:
                        item.qualifier = "part"
                    if item.quantity not in (*_SECURITY.values(), "dead_attackers", "detained"):
                        continue
                item.qualifier = item.qualifier or ("earlier figure" if kind == "earlier" else "")
                taken[at] = item
                found.append(item)
                found.sort(key=lambda f: f.at)


def _gapped(read: Read, named: Sequence[Mention], found: list[Found], taken: dict[int, Found | None]) -> None:
    """Read "Armenia sent 70 soldiers, Tajikistan 200": a state and a number without the verb."""
    for at, start, end in read.holes:
        before = next((f for f in reversed(found) if f.at < at and f.quantity == "troops"), None)
        state = next((m for m in named if m.kind == "country" and m.end + 1 == start), None)
        if before is None or state is None or at in taken or ord(read.low[at]) >= NUMBER + 0x400:
            continue
        if _ENDS.match(read.low, at + 1):
            figure = read.number(read.low[at])
            item = Found("troops", start, end, at, figure.low, figure.high, figure.hedge, f"{before.rule}-gapped")
            item.subject = state.country
            taken[at] = item
            found.append(item)
            found.sort(key=lambda f: f.at)


def _place(item: Found, read: Read, named: Sequence[Mention], context: Context) -> None:
    """Give a figure its event, place, subject and day."""
    if item.event:
        return
    item.event, item.place = context.event, context.place
    if item.quantity in _COUNTS:
        other = _other_event(item, read, named, context)
        if other is not None:
            item.event, item.place, item.as_of = other
            return
    near = [m for m in named if m.kind == "city" and (not context.country or m.country == context.country)]
    near = [
        m
        for m in near
        if re.search(
            r"\b(?:in|at|of|near|around)(?: central| the| downtown)*(?: \w+ of)? $",
            read.text[max(m.start - 30, 0) : m.start].lower(),
        )
    ]
    if item.quantity in _COUNTS and near:
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
    year = context.published.year if context.published else None
    own = re.search(r"\d{4}$", context.event)
    year = year or (int(own.group()) if own else None)
    for position, mark in enumerate(read.low):
        if not YEAR <= ord(mark) < YEAR + 0x400 or year is None:
            continue
        moment = read.moment(mark)
        if moment.when is None or abs(moment.when.earliest.year - year) < 1:
            continue
        low, high = sorted((position, item.at))
        between = read.low[low:high]
        word = _OTHER.search(read.low[max(position - 40, 0) : position + 40])
        close = len(between) < 90 and ";" not in between and not re.search(r"\b(?:said|now|today|after)\b", between)
        if (word or re.match(r"(?:^|.*, (?:when|that) )?in $", read.low[max(position - 3, 0) : position])) and close:
            when = moment.when
            known = known_conflict(read.text, when.earliest.year)
            if known:
                return known[0], known[1], when
            return f"other-{when.earliest.year}", "", when
    if context.country and item.quantity in _COUNTS:
        foreign = [m for m in named if m.kind in ("country", "city") and m.country not in ("", context.country)]
        home = [m for m in named if m.country == context.country]
        for mention in foreign:
            around = read.text[max(mention.start - 25, 0) : mention.end + 14].lower()
            if not home and item.quantity != "troops" and _SHAKEN.search(around):
                return f"other-{mention.country.lower()}", mention.key, None
    return None
