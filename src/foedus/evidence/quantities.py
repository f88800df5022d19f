"""Figures of a sentence: which number counts what, for which event, where and as of when."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from foedus.evidence.entities import GENERIC_ALLIANCE, Mention, entities
from foedus.evidence.found import PEOPLE, Context, Found, of_people
from foedus.evidence.leaning import by_place, coordinate, from_states, gapped, inherit, nearby, of_whom, shortened
from foedus.evidence.model import can_be, vocabulary
from foedus.evidence.numbers import HEDGES, lowered
from foedus.evidence.rules import DAY, NUMBER, YEAR, Read, Rule, hole, rules, set_apart
from foedus.evidence.setting import settle

if TYPE_CHECKING:
    from collections.abc import Sequence

_FACTOR = re.compile(r"doubl|tripl|trebl|quadrupl|fold\b|twice")
_FORCE = re.compile(r"rapid reaction|rapid deployment|peacekeeping|response|standing|reserve")
_FAR = 100  # characters; a clause between counts as 25
_OPENING = 12
_CLAUSE = re.compile(r"[,:]|\b(?:and|but|while|after|before|since|which|that|who|when|where|as)\b")
# a day that follows a verb of saying is rather that of the words than that of the deed, unless saying is the deed
_SPOKEN = re.compile(
    r"\b(?:said|told|says|underlined|noted|added|stated|tweeted|wrote|reported|announced|confirmed)\b"
    r"(?: [\w'-]+){0,6}? $"
)
_DONE, _SPEECH = frozenset({"arrival", "withdrawal", "mission_end", "protest_start"}), 25
_WORD = re.compile(r"[\w'-]+")
_LEADING = re.compile(r"^,")


def quantities(read: Read, named: Sequence[Mention], context: Context) -> list[Found]:
    """Return the figures that the rules recognise in one sentence."""
    low = read.low
    if not read.holes and not _FACTOR.search(low):
        return []
    book = rules()
    set_apart(read)
    taken: dict[int, Found | None] = {}
    for number in book.cues.called(low):
        rule = book.figures[number]
        if rule.unless and rule.unless.search(low):
            continue
        if rule.require and not rule.require.search(low) and not rule.require.search(context.before):
            continue
        seen = read.people if rule.text.quantity in of_people() else read.cased if rule.text.case else low
        for match in rule.pattern.finditer(seen):
            _take(rule, match, read, named, context, taken)
    found = sorted((f for f in taken.values() if f is not None), key=lambda f: f.at)
    inherit(read, found, taken, context)
    gapped(read, named, found, taken)
    from_states(read, named, found, taken, context)
    by_place(read, found, taken, context)
    shortened(read, found, taken, context)
    nearby(read, found, taken)
    for item in found:
        settle(item, read, named, context)
    return [item for item in found if item.quantity and can_be(item.low, item.high, item.quantity)]


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
    labelled = False
    if text.value is not None:
        at = match.start("v")
    elif text.nearest:
        at = _nearest(rule, match, read, taken)
    else:
        at = hole(match, last=text.last or bool(text.ratio))
    if at < 0 and text.nearest and context.label:
        at, labelled = match.start(), True
    if at < 0 or at in taken:
        return
    start, end = read.span(at)
    if text.value is not None:
        end = read.span(match.end("v") - 1)[1]
        item = Found(text.quantity, start, end, at, *_factor(match["v"], text.value), rule.id)
    elif labelled and context.label:
        days = (float(context.label.earliest.toordinal()), float(context.label.latest.toordinal()))
        item = Found(text.quantity, start, read.span(match.end() - 1)[1], at, *days, "", rule.id)
    elif NUMBER <= ord(read.low[at]) < DAY:
        figure = read.number(read.low[at])
        if figure.percent != text.percent or not _within(figure.low, figure.high, text.min, text.max):
            return
        low, high = figure.low, figure.high
        if text.percent:
            low, high = (None if v is None else round(1 + v / 100, 4) for v in (low, high))
        elif text.ratio:
            former = read.number(match["t0"])
            if not former.low or former.low != former.high or low != high or not low:
                return
            low = high = round(low / former.low if text.ratio == "up" else former.low / low, 4)
            taken[match.start("t0")] = None
        elif text.ago:
            year = context.published.year if context.published else None
            if year is None or low is None or high is None:
                return
            low, high = year - high - 1, year - low
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
    who = _named_so(match, read, at) or groups.get("who")
    item.bare = not who
    item.qualifier = text.qualifier
    base = item.quantity
    of_whom(item, who, groups.get("also"))
    if text.alliance and not _of_alliance(item, read, named, context):
        return
    others = read.low.startswith(" other ", at + 1) or read.low.endswith("other ", 0, at)
    if item.quantity == "members" and others:  # and the one that the report is about
        item.low, item.high = (None if v is None else v + 1 for v in (item.low, item.high))
    taken[at] = item
    if base in PEOPLE:
        coordinate(item, base, forward=at != match.start(), read=read, taken=taken)


def _named_so(match: re.Match[str], read: Read, at: int) -> str:
    """Return the words after a number that name security forces as a whole: "law enforcers", not "enforcers"."""
    if not match.groupdict().get("who") or match.start("who") < at:
        return ""
    end = match.end("who")
    for word in _WORD.finditer(read.low, at + 1, end):
        name = rules().security.match(read.low, word.start())
        if name and name.end() >= end:
            return name.group()
    return ""


def _nearest(rule: Rule, match: re.Match[str], read: Read, taken: dict[int, Found | None]) -> int:
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
        if rule.text.quantity in _DONE and _SPOKEN.search(read.low, max(position - 60, 0), position):
            cost += _SPEECH
        if cost < least:
            best, least = position, cost
    return best


def _factor(words: str, value: float) -> tuple[float | None, float | None, str]:
    """Return the interval and the hedge of "doubled", "more than doubled", "nearly doubled"."""
    hedge = re.split(r"[- ](?=\w+$)", words)[0].replace("near", "nearly").replace("nearlyly", "nearly")
    hedge = hedge if hedge != words else ""
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
        or GENERIC_ALLIANCE.search(lowered(read.text))
        or re.search(r"\b(?:it|its|they)\b", read.low)
        or (item.quantity == "members" and re.search(r"\bmembers\b", read.low))
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
