"""Figures that lean on another: lists that share a verb, parts, earlier values, a verb or a noun left out."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from foedus.evidence.found import COUNTS, SECURITY, Context, Found
from foedus.evidence.rules import DAY, NUMBER, Read, hole, rules

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from foedus.evidence.entities import Mention
    from foedus.evidence.numbers import Figure

_JOIN = re.compile(r"[^;.]{0,80}\b(?:and|with|while|but|plus)\b|[^;.]{0,40},")
_GOVERNED = re.compile(r"\b(?:\w+ed|\w+ing|sent|left|held) $")
_ENDS = re.compile(r"(?=[,.;)]|$| (?:and|more|each)\b)")
_ITS = re.compile(r"\b(?:and|with|while|but) $")
_AND = re.compile(r"^[^;.\ue000-\ue3ff]{0,50}\b(?:and|or|then)(?: \w+){0,2} $")
_COMMA = re.compile(r"[^;.,\ue000-\ue3ff]{0,25}, ")
_FIGURE = re.compile(r" (?:is|was|are|were) (?:now )?the (?:[a-z]+ )?(?:figure|number|toll|count|tally|total)\b")
# "criminal cases number 547", "on page 211", "he is number nineteen": a number with a noun of its own before it
_OWN_NOUN = re.compile(
    r"\b(?:(?:cases|letters|pages|complaints|messages|proceedings|charges|inquiries|votes|weapons) (?:number|total)"
    r"|(?:is|am|are|was|in) number|no\.|pages?|paragraphs?|rooms?|chapters?) $"
)
_NO_COUNT = re.compile(r"\b(?:no|any|every) [\ue000-\ue3ff]|[\ue000-\ue3ff] of (?:the|its|his|her|their|our)\b")
_WHOLE = {part: whole for whole, part in SECURITY.items()}
_LIMITS = frozenset({"under", "over", "below", "above"})
_OF_AGE = re.compile(r"\b(?:people|everybody|everyone|those|anyone|men|women|youths?|\w+s) (?:are |is |were |aged )?$")
_THEN = re.compile(r"[^;.\ue000-\uefff]{0,20}[,;] (?:and |but )?(?:then|later|finally|now|eventually)(?: of| to| at)? ")
_RIVAL = re.compile(
    r"[^;.\ue000-\uefff]{0,20}(?:[,;] (?:while |and |but )?| and | while | but )(?:the |its |their )[a-z]+(?: [a-z]+)?"
    r"(?: (?:speaks? of|says?|counts?|claims?|only))? "
)
_IN_PLACE = re.compile(
    r"(?: (?:of (?:them|those|whom|these|the deaths|the dead)|people|dead|deaths|others?|more|were|was|died|fell|killed"
    r"|alone))*,?"
    r" (?:in|at|near|from|around) (?:the )?(?:[a-z-]+ ){0,4}[A-ZÀ-Þ]"
)
_PLACE = re.compile(
    r"(?:^|[,;:(|] ?|\band |\bin )(?:the )?(?P<place>(?!(?:On|In|At|By|To|From|Of|And|But|The|A|Some|About|Only)\b)"
    r"[A-ZÀ-Þ][\w-]+(?: [A-ZÀ-Þ][\w-]+)?)(?: region| province| city)?"
    r"(?:[:,]?|:? [(]|:? ?[|=\u2013\u2014-]|(?: has| had| counts?| counted| reported| recorded| saw| another){1,2}) ?$"
)
_ENTRY = re.compile(r" (?:in )?[A-ZÀ-Þ]")
_LISTED = re.compile(r"[:|=\u2013\u2014] ?$")
_BY_PLACE = re.compile(r"\bby (?:city|region|place|town|district|province|area)\b|:")
_NEW_CLAUSE = re.compile(r";|\b(?:sent|arrived|said|born|founded|signed)\b")
_REACH, _CLOSE, _LEFTWARDS = 70, 25, 1.5  # characters; words to the left count as farther away
_STOP = re.compile(r"[;.:\ue000-\ue3ff]|\b(?:but|while|whereas)\b")
_AWAY = re.compile(
    r"\b(?:releas\w+|freed|let go|fled|flee\w*|refugees?|evacuat\w+|tourists?|spectators?|passengers?|employ\w*|jobs?"
    r"|reward|visitors?|displaced|survivors?|pardon\w*|amnest\w+|acquitted|interview\w*|signed|voted|votes?|surve\w+"
    r"|saw|seen|aged|minutes?|seats?|at large|on the run|escaped?|survived|rescued|moved out|drove out|uproot\w*"
    r"|resign\w*|dismiss\w*)\b"
)
_LOTS = tuple(
    (quantity, re.compile(rf"\b(?:{words})\b"))
    for quantity, words in (
        (
            "dead",
            r"kill\w*|dead|died|dying|deaths?|fatal\w*|bodies|corpses?|murder\w*|perish\w*|slain|lost their|morgues?",
        ),
        ("injured", r"wound(?:ed|s)|injur\w+|hurt"),
        ("hospitalised", r"hospitals?|hospitali[sz]ed"),
        ("detained", r"arrest\w*|detain\w*|detentions?|custody|jail\w*|imprison\w*|cells"),
        (
            "participants",
            r"protest(?:ed|ing|s)?|march(?:ed|ing|es)|rall(?:y|ies|ied)|demonstrat\w+|crowds?|gather\w*|took to|square",
        ),
    )
)
_SPREAD = frozenset({"dead", "dead_security", "injured", "injured_security", "hospitalised", "detained"})
SHORT = 90  # characters of a line that may be an entry of a list
_FROM = re.compile(r"(?: (?:people|men|soldiers|officers|police|servicemen|troops|more|others))* (?:from|of) (?:the )?")
_SENDER = re.compile(
    r"(?:'s?)?:? (?:(?:has|have|had|will|would|is|are|was|were|to|also|sent|sends|sending|send|promised|offered|pledged"
    r"|gave|contributed|provides?) ){0,3}"
)
_SO_FAR = re.compile(
    r"\b(?:now|so far|in all|altogether|in total|total|yesterday|at first|initially|later|since then|another|earlier"
    r"|previously|the day before|already|still|latest|new figures?|updated?)\b"
)
_LABEL = re.compile(r"^\W*((?:[a-z]+ ){0,2}[a-z]+)(?: losses| casualties)?: ")
_AGAIN = re.compile(
    r"[^;.\ue000-\ue3ff]{0,50}\band |[^;.\ue000-\ue3ff]{0,20}\([^)]{0,30}\)[,;]? (?:and |or |against )?"
)
_WHEN = re.compile(
    r" (?:since|according|by |later|on\b|in\b|the (?:next|following|day)|yesterday|today|\()| ?[\ue400-\ue7ff]"
)
# a number without a noun of its own after it
_BARE = re.compile(
    r"\"?(?:$|[.,;:)!?]| (?:of (?:them|those|these)\b|that|which|who|was|were|is|are|have|had|some|on|in|at|by|since|as"
    r"|a (?:day|week|month|year)\b|alone|so far|and|or|while|but|later|then|yesterday|today|until|to|for|according"
    r"|after|before|this|last|in all|(?:people|persons|men)(?! (?:sought|asked|turned|lost|came|left|took)))\b"
    r"|[ ,]*[\ue400-\uefff]| [-\u2013\u2014])"
)
_CUE = re.compile(
    r"(?:\b(?:figures?|number|count|toll|tally|total|estimates?|statistics)\b(?: [\w'-]+){0,5}?"
    r"|\b(?:ris(?:e|es|en|ing)|rose|climb\w*|gr[eo]wn?|jump\w*|increas\w+|f[ae]ll\w*|dropp\w+|revis\w+|rais\w+|correct\w+"
    r"|lower\w+|updat\w+|adjust\w+)(?: [\w'-]+){0,3}? (?:to|at|from)|\b(?:is|was|are|were|now|stands?|stood)(?: at)?"
    r"|\bput(?:s|ting)? (?:it|this|that|them|the \w+) at|\b(?:it|they) (?:is|was|were|are|stands? at|stood at|had been)"
    r"|\b(?:estimat\w+|count(?:ed|s)|(?:spoke|spoken|speaks?) of|talk(?:ed|s) of|sticks? to|insists? on"
    r"|gave|says?|said|thinks?|reported|named|writes?|wrote|mentioned|cites?|cited|put|prints?|printed|claims?|claimed"
    r"|rather than|instead of|not))(?: only| even| about)? ?\"?$"
)
_TOPIC = re.compile(
    r"\b(?:(?P<dead>death toll|dead|deaths|killed|fatalities|victims|died|perished)"
    r"|(?P<injured>wounded|injured|injuries)"
    r"|(?P<detained>detained|arrested|arrests|detentions|detainees|in custody|in detention)"
    r"|(?P<troops>soldiers|troops|peacekeepers|contingent|paratroopers)"
    r"|(?P<participants>march|rally|demonstration|crowd|demonstrators|turnout|marchers)"
    r"|(?P<flights>flights|sorties))\b"
)


def coordinate(item: Found, base: str, *, forward: bool, read: Read, taken: dict[int, Found | None]) -> None:
    """Let the other counts of a list share the verb: "nine civilians and three police officers were killed"."""
    if read.low.startswith((" of whom", " of them", " of which"), item.at + 1):
        return
    book = rules()
    positions = [position for position, _, _ in read.holes]
    step = 1 if forward else -1
    index = positions.index(item.at) + step
    here = item.at
    while 0 <= index < len(positions):
        at = positions[index]
        left, right = sorted((at, here))
        joined = book.listed.fullmatch(read.low, left + 1, right)
        counted = NUMBER <= ord(read.low[at]) < NUMBER + 0x400 and at not in taken and at not in read.other
        if not counted or not joined or read.number(read.low[at]).percent:
            return
        tail = book.tail.match(read.low, at + 1) if forward else joined
        if not tail or (not forward and _GOVERNED.search(read.low, max(at - 24, 0), at)):
            return
        figure = read.number(read.low[at])
        other = Found(base, *read.span(at), at, figure.low, figure.high, figure.hedge, item.rule)
        of_whom(other, tail["who"], tail["also"])
        if base == "participants" and tail["who"] and book.security.fullmatch(tail["who"]):
            return
        taken[at] = other
        here, index = at, index + step


def of_whom(item: Found, who: str | None, also: str | None = None) -> None:
    """Make a count of people one of security forces or of attackers where the words say so."""
    if not who:
        return
    book = rules()
    if also and not book.security.search(also):
        return
    if item.quantity in SECURITY and book.security.fullmatch(who):
        item.quantity = SECURITY[item.quantity]
    elif item.quantity == "dead" and book.attackers.fullmatch(who):
        item.quantity = "dead_attackers"


def inherit(read: Read, found: list[Found], taken: dict[int, Found | None], context: Context) -> None:
    """Read figures that lean on another of the sentence: "and 18 killed", "among them 63 officers", "up from 19"."""
    told = _WHOLE.get(context.topic, context.topic)  # what a sentence such as "Nineteen were police" counts parts of
    if not found and told not in SECURITY:
        return
    for left, item in pairwise(found):
        between = read.low[left.at + 1 : item.at]
        bare = item.bare and item.quantity in SECURITY and left.quantity in SECURITY.values()
        if bare and ";" not in between and (_JOIN.match(between) or _ITS.search(between)):
            item.quantity = SECURITY[item.quantity]
    book = rules()
    for item in found:  # "Security forces: 4 dead, 100 wounded"
        label = _LABEL.match(read.low)
        among = book.among.search(read.low, 0, item.at)
        if item.quantity in SECURITY and (among or (label and book.security.fullmatch(label.group(1)))):
            item.quantity = SECURITY[item.quantity]
    for kind, group in (("part", book.parts), ("earlier", book.earlier)):
        for rule in group:
            for match in rule.pattern.finditer(read.low):
                at = hole(match)
                before = next((f for f in reversed(found) if f.at < at and f.quantity in COUNTS), None)
                if kind == "earlier" and before is None:  # "from 164 to 225"
                    before = next((f for f in found if at < f.at <= at + 5 and f.quantity in COUNTS), None)
                opens = before is None and kind == "part" and match.start() == 0 and told in SECURITY
                if at in taken or at in read.other or (not opens and (before is None or abs(at - before.at) > 90)):
                    continue
                figure = read.number(read.low[at])
                start, end = read.span(at)
                quantity = before.quantity if before else told
                item = Found(quantity, start, end, at, figure.low, figure.high, figure.hedge, rule.id)
                if kind == "part":
                    of_whom(item, match.groupdict().get("who"), match.groupdict().get("also"))
                    if item.quantity == quantity:
                        item.qualifier = "part"
                    if rule.id != "breakdown" and item.quantity not in (
                        *SECURITY.values(),
                        "dead_attackers",
                        "detained",
                    ):
                        taken[at] = None  # "164 dead, including two children": a part is no rival of the whole
                        continue
                item.qualifier = item.qualifier or ("earlier figure" if kind == "earlier" else "")
                taken[at] = item
                found.append(item)
                found.sort(key=lambda f: f.at)
                if rule.id == "breakdown":
                    coordinate(item, quantity, forward=True, read=read, taken=taken)
    found[:] = sorted((f for f in taken.values() if f is not None), key=lambda f: f.at)


def gapped(read: Read, named: Sequence[Mention], found: list[Found], taken: dict[int, Found | None]) -> None:
    """Read "Armenia sent 70 soldiers, Tajikistan 200": a state and a number without the verb."""
    for at, start, end, figure in _left_over(read, taken):
        before = next((f for f in reversed(found) if f.at < at and f.quantity == "troops"), None)
        state = next((m for m in named if m.kind == "country" and m.end + 1 == start), None)
        if state and (before or spoken_of(read.low[:at]) == "troops") and _ENDS.match(read.low, at + 1):
            _add("troops", at, start, end, figure, "gapped", found, taken).subject = state.country


def from_states(
    read: Read, named: Sequence[Mention], found: list[Found], taken: dict[int, Found | None], context: Context
) -> None:
    """Read the contingents of a list: "Russia 1,500 men", "another 200 from Tajikistan"."""
    if (spoken_of(read.low) or context.topic) != "troops":
        return
    states = [m for m in named if m.kind == "country"]
    for at, start, end, figure in _left_over(read, taken):
        after = _FROM.match(read.text, end)
        state = next((m for m in states if after and m.start == after.end()), None)
        if state is None and _BARE.match(read.low, at + 1):
            state = next((m for m in states if _SENDER.fullmatch(read.text, m.end, start)), None)
        if state:
            _add("troops", at, start, end, figure, "from-states", found, taken).subject = state.country


def by_place(read: Read, found: list[Found], taken: dict[int, Found | None], context: Context) -> None:
    """Read how a count is spread: "164 dead: 103 in Almaty, 21 in Kyzylorda", "deaths by city: Almaty 151"."""
    for at, start, end, figure in _left_over(read, taken):
        count = next((f for f in reversed(found) if f.at < at and f.quantity in COUNTS), None)
        entry = start == 0 and len(read.low) < SHORT and _ENTRY.match(read.text, end)  # "12 Aktobe", a line of a list
        label = _PLACE.search(read.text, max(start - 40, 0), start)
        if not (entry or label or _IN_PLACE.match(read.text, end)):
            continue
        if count:
            base = "" if at - count.at > _REACH or _NEW_CLAUSE.search(read.low, count.at, at) else count.quantity
        else:
            base = spoken_of(read.low[:at]) if _BY_PLACE.search(read.low, 0, at) else ""
            base = base or (context.topic if len(read.low) < SHORT else "")  # a line of a list
        if base in _SPREAD:
            item = _add(base, at, start, end, figure, "by-place", found, taken)
            item.place = label["place"] if label else ""


def shortened(read: Read, found: list[Found], taken: dict[int, Found | None], context: Context) -> None:
    """Read what leaves its noun to the words before: "the figure was 225 on Saturday and 230 in March"."""
    for at, start, end, figure in _left_over(read, taken):
        if not _BARE.match(read.low, at + 1) or _most(figure) < 2 or _OWN_NOUN.search(read.low, 0, at):
            continue
        if figure.hedge in _LIMITS and _OF_AGE.search(read.low, 0, at):
            continue
        counted = next((f.quantity for f in reversed(found) if f.at < at and f.quantity in COUNTS), "")
        quantity = spoken_of(read.low[:at]) or counted or context.topic
        entry = bool(len(read.low) < SHORT and context.topic)
        loose = entry and bool(_SO_FAR.search(read.low) or _LISTED.search(read.low, 0, at))
        if quantity and (
            loose
            or _FIGURE.match(read.low, at + 1)
            or _CUE.search(read.low, max(at - 60, 0), at)
            or _goes_on(read, at, found)
        ):
            _add(quantity, at, start, end, figure, "shortened", found, taken)


def _goes_on(read: Read, at: int, found: Sequence[Found]) -> bool:
    """Whether a bare number goes on from a count before it: "23 dead, then 31", "12 on Monday and 14 on Tuesday"."""
    low = read.low
    last = next((f for f in reversed(found) if f.at < at and f.rule == "shortened"), None)
    if last and _AND.search(low, last.at + 1, at):
        return True
    if last and _COMMA.fullmatch(low, last.at + 1, at) and _WHEN.match(low, at + 1):
        return True
    count = next((f for f in reversed(found) if f.at < at and f.quantity in COUNTS), None)
    if count is None:
        return False
    again = _AGAIN.fullmatch(low, count.at + 1, at) and _WHEN.match(low, at + 1)
    return bool(again or _THEN.fullmatch(low, count.at + 1, at) or _RIVAL.fullmatch(low, count.at + 1, at))


def nearby(read: Read, found: list[Found], taken: dict[int, Found | None]) -> None:
    """Read people counted in words that no rule knows: by the nearest word of their clause that tells their lot."""
    for at, start, end, figure in _left_over(read, taken):
        people = rules().people.match(read.low, at + 1)
        if not people and (_most(figure) < 2 or not _BARE.match(read.low, at + 1)):
            continue
        if _OWN_NOUN.search(read.low, 0, at) or (
            _most(figure) < 2 and _NO_COUNT.search(read.low, max(at - 4, 0), at + 8)
        ):
            continue
        after = _STOP.split(read.low[people.end() if people else at + 1 :], maxsplit=1)[0][:_REACH]
        before = _STOP.split(read.low[max(at - _REACH, 0) : at])[-1]
        if _AWAY.search(before) or _AWAY.search(read.low[at + 1 : at + 45]) or _AWAY.search(after[:40]):
            continue
        lots = [(float(match.start()), lot) for lot, words in _LOTS for match in words.finditer(after)]
        lots += [
            (_LEFTWARDS * (len(before) - match.end()), lot) for lot, words in _LOTS for match in words.finditer(before)
        ]
        if lots and (people or min(lots)[0] <= _CLOSE):
            if (
                min(lots)[1] == "participants"
                and people
                and people["who"]
                and rules().security.fullmatch(people["who"])
            ):
                continue  # officers sent to calm protests
            item = _add(min(lots)[1], at, start, end, figure, "nearby", found, taken)
            if people:
                of_whom(item, people["who"], people["also"])


def _left_over(read: Read, taken: dict[int, Found | None]) -> Iterator[tuple[int, int, int, Figure]]:
    """Yield the numbers that no rule has taken: position, span and figure."""
    for at, start, end in read.holes:
        if ord(read.low[at]) < DAY and at not in taken and at not in read.other:
            figure = read.number(read.low[at])
            if not figure.percent:
                yield at, start, end, figure


def _add(
    quantity: str,
    at: int,
    start: int,
    end: int,
    figure: Figure,
    rule: str,
    found: list[Found],
    taken: dict[int, Found | None],
) -> Found:
    item = Found(quantity, start, end, at, figure.low, figure.high, figure.hedge, rule)
    taken[at] = item
    found.append(item)
    found.sort(key=lambda f: f.at)
    return item


def _most(figure: Figure) -> float:
    return max(figure.low or 0.0, figure.high or 0.0)


def spoken_of(text: str) -> str:
    """Return the quantity whose words stand last in a text, "" if none does."""
    last = ""
    for match in _TOPIC.finditer(text):
        last = match.lastgroup or last
    return last
