"""Numbers as people write them, read as intervals.

The hedges and what they are taken to mean (see ``docs/evidence``): "more than", "at least": from the number up;
"up to": to the number; "about", "some": within 5 %; "nearly", "almost": at most a tenth below; "dozens": 24 or
more, "scores" 40, "hundreds" 200, "thousands" 2,000, "tens of thousands" 20,000.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_UNITS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
}  # fmt: skip
_TEENS = {
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_SCALES = {
    "hundred": 100, "thousand": 1000, "lakh": 10**5, "million": 10**6, "crore": 10**7, "billion": 10**9,
    "k": 1000, "m": 10**6, "bn": 10**9,
}  # fmt: skip
_SMALL = {**_UNITS, **_TEENS, **_TENS}
_TIMES = {"dozen": 12, "hundred": 100}
_HALVES = {
    "half a dozen": 6.0, "half a thousand": 500.0, "half a million": 500_000.0, "half a billion": 500_000_000.0,
    "a quarter of a million": 250_000.0, "quarter of a million": 250_000.0, "three quarters of a million": 750_000.0,
    "three-quarters of a million": 750_000.0,
}  # fmt: skip
_VAGUE = {
    "hundreds of thousands": 200_000, "tens of thousands": 20_000, "tens of millions": 20_000_000,
    "several hundred": 200, "several thousand": 2_000, "a few hundred": 200, "a few thousand": 2_000,
    "a couple of hundred": 200, "a couple of thousand": 2_000, "a couple hundred": 200, "a couple thousand": 2_000,
    "several dozen": 24, "a few dozen": 24, "many hundreds": 200, "dozens": 24, "scores": 40, "hundreds": 200,
    "thousands": 2_000, "millions": 2_000_000,
}  # fmt: skip

_ABOVE = (
    "more than", "over", "at least", "at the minimum", "at a minimum", "at minimum", "no fewer than", "no less than",
    "not less than", "not fewer than", "upwards of", "upward of", "in excess of", "exceeding", "a minimum of",
    "well over", "just over", "slightly over", "slightly more than", "a little over", "past", "above", "exceeded",
    "exceeds", "the least", "at the very least",
)  # fmt: skip
_BELOW = (
    "up to", "as many as", "at most", "no more than", "not more than", "a maximum of", "at the most", "as much as",
    "a ceiling of",
)  # fmt: skip
_UNDER = ("fewer than", "less than", "under", "below")
_NEARLY = (
    "nearly",
    "almost",
    "close to",
    "just under",
    "just short of",
    "approaching",
    "slightly less than",
    "not quite",
)
_ABOUT = (
    "about", "around", "some", "roughly", "approximately", "approx.", "circa", "ca.", "an estimated", "estimated",
    "estimated at", "more or less", "or so", "~", "in the region of", "in the order of", "or thereabouts",
)  # fmt: skip
_EXACT = (
    "a total of",
    "in total",
    "exactly",
    "precisely",
    "altogether",
    "all of",
    "another",
    "a further",
    "an additional",
)
HEDGES: dict[str, str] = {
    **dict.fromkeys(_ABOVE, "above"),
    **dict.fromkeys(_BELOW, "below"),
    **dict.fromkeys(_UNDER, "under"),
    **dict.fromkeys(_NEARLY, "nearly"),
    **dict.fromkeys(_ABOUT, "about"),
    **dict.fromkeys(_EXACT, "exact"),
}

_U, _T = "|".join([*_UNITS, *_TEENS]), "|".join(_TENS)
_SMALLS = rf"(?:(?:{_T})(?:[- ](?:{'|'.join(list(_UNITS)[1:])}))?|{_U})"
_BELOW_1000 = rf"(?:(?:(?:{_SMALLS}|a)[- ])?hundred(?:(?: and)? {_SMALLS})?|{_SMALLS})"
_BIG = "thousand|lakh|million|crore|billion"
_HALF = "[- ]and[- ]a[- ]half"
_WORDS = (
    rf"\b(?:{'|'.join(sorted(_HALVES, key=len, reverse=True))}|(?:{_SMALLS}|a) dozen"
    rf"|(?:{_SMALLS}|\d{{1,3}}){_HALF} (?:{_BIG})|(?:{_BELOW_1000}|a)[- ](?:{_BIG}){_HALF}"
    rf"|(?:{_BELOW_1000}|a)[- ](?:{_BIG})"
    rf"(?:(?:,| and)? {_BELOW_1000}(?:[- ](?:thousand)(?:(?:,| and)? {_BELOW_1000})?)?)?|{_BELOW_1000})\b"
)
# thousands by comma, blank, apostrophe or point; 1,50,000 as in India; a decimal comma only before a word of scale
_DIGITS = (
    r"(?<![\w.,$€£#/:@+])(?<![a-z]-)"
    rf"(?:\d{{1,3}},\d{{1,2}}(?= (?:{_BIG})\b)|\d{{1,2}}(?:,\d{{2}})+,\d{{3}}|\d{{1,3}}(?:,\d{{3}})+"
    r"|\d{1,3}(?:[ '.]\d{3})+(?![\d.])|\d{1,9})(?:\.\d{1,3}(?!\d|[.,]\d))?"
    rf"(?:[- ](?:hundred|{_BIG})\b(?:{_HALF}\b)?|(?:k|m|bn)\b)?"
)
# a number is read whole or not at all: "2,350: ministry" ends before its colon, 14:30 and 3.1.2 are no counts
_CORE = re.compile(
    rf"(?P<vague>\b(?:{'|'.join(sorted(_VAGUE, key=len, reverse=True))})\b)|(?P<words>{_WORDS})"
    rf"|(?P<digits>{_DIGITS})(?!:\d|/|[.,']?\d|\w)"
)
_TRIGGER = re.compile(rf"\d|\b(?:{'|'.join(_SMALL)}|dozens?|scores|hundreds?|thousands?|lakhs?|millions?|crores?)\b")
_BEFORE = re.compile(
    rf"(?:^|(?<=[\W_]))(?:{'|'.join(re.escape(h) for h in sorted(HEDGES, key=len, reverse=True))})\s?$"
)
_RANGE = re.compile(r"(?:\s?[-\u2013\u2014]\s?|\sto\s(?:as many as\s)?|\sand\s)$")
_BETWEEN = re.compile(r"\b(?:between|from)\s(?:about\s|some\s)?$")
_CHANGE = re.compile(
    r"\b(?:r[aio]s(?:e|en|es|ed|ing)|increas\w+|jump\w+|climb\w+|soar\w+|grew|grow\w*|went|up|down|f[ae]ll(?:en)?|revis\w+"
    r"|lower\w+|rais\w+|doubl\w+|hik\w+|surg\w+|cut|rais\w+|chang\w+|upwards?|updat\w+|corrected)\b[^.;]{0,40}$"
)
_GREW_BY = re.compile(
    r"\b(?:r[aio]s\w+|increas\w+|gr[eo]w\w*|climb\w+|jump\w+|fell|dropp\w+|up|down) by $"
)  # "by 6 to 40"
_LABELLED = re.compile(r"\b(?:articles?|paragraphs?|clauses?|pages?|chapters?|rooms?|lines?) $")
_MOVED = re.compile(
    r"\b(?:went|gone|goes|risen|rose|shot|jumped|climbed|moved|driven|pushed|brought|sped|caught|live[sd]?|owned|led) $"
)
_MORE = re.compile(r"\+|\s?(?:or|and) more\b(?! than\b)")
_SO = re.compile(r"\s(?:or so|or thereabouts)\b")
_UNIT_SIGN = re.compile(r"\s?(?:%|per ?cent\b|percent\b|percentage\b|degrees\b|km\b|kilomet|miles?\b|met(?:re|er)s?\b)")
_SCALE_WORD = re.compile(rf"(hundred|{_BIG})$")
_MONEY = re.compile(r"[$€£₽₸]\s?$|\b(?:usd|eur)\s$")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in a text: its span with the hedge, the interval it stands for, and the hedge's words."""

    start: int
    end: int
    low: float | None
    high: float | None
    hedge: str = ""
    percent: bool = False


def interval(value: float, meaning: str) -> tuple[float | None, float | None]:
    """Return the interval that a hedged number stands for.

    >>> interval(160, "above"), interval(400, "nearly"), interval(2300, "about"), interval(2500, "below")
    ((160, None), (360, 399), (2185, 2415), (None, 2500))
    """
    if meaning == "above":
        return value, None
    if meaning == "below":
        return None, value
    if meaning == "under":
        return None, max(value - 1, 0)
    if meaning == "nearly":
        return min(math.floor(0.9 * value + 1e-9), max(value - 1, 0)), max(value - 1, 0)
    if meaning == "about":
        return math.floor(0.95 * value + 1e-9), math.ceil(1.05 * value - 1e-9)
    return value, value


def lowered(text: str) -> str:
    """Return the text in lower case, of the same length (a few letters would grow)."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def figures(text: str) -> list[Figure]:
    """Return the numbers of a lower-case text in their order; amounts of money and ordinals are none.

    >>> [(f.low, f.high) for f in figures("more than 160 dead, some 6,000 held, dozens of flights")]
    [(160.0, None), (5700, 6300), (24.0, None)]
    """
    if not _TRIGGER.search(text):
        return []
    found: list[Figure] = []
    for start, end, value, vague in _cores(text):
        figure = _hedged(text, start, end, value, vague=vague, since=found[-1].end if found else 0)
        if found and found[-1].high is not None and not vague and value > (found[-1].low or 0):
            joint = text[found[-1].end : figure.start]
            opened = _BETWEEN.search(text, max(found[-1].start - 16, 0), found[-1].start)
            changed = opened and "to" in joint and _CHANGE.search(text, max(opened.start() - 60, 0), opened.start())
            changed = changed or _GREW_BY.search(text, max(found[-1].start - 40, 0), found[-1].start)
            labelled = _LABELLED.search(text, max(found[-1].start - 12, 0), found[-1].start)
            if _RANGE.fullmatch(joint) and ("and" not in joint or opened) and not changed and not labelled:
                low, scale = found[-1].low, _SCALE_WORD.search(text, figure.start, figure.end)
                if scale and low is not None and low * _SCALES[scale.group(1)] < value:  # "twelve to fifteen thousand"
                    low *= _SCALES[scale.group(1)]
                if low is None or figure.high is None or low <= figure.high:
                    begin = opened.start() if opened else found[-1].start
                    found[-1] = Figure(begin, figure.end, low, figure.high, "range", figure.percent)
                    continue
        found.append(figure)
    return found


def _cores(text: str) -> Iterator[tuple[int, int, float, bool]]:
    for match in _CORE.finditer(text):
        start, end = match.span()
        if _MONEY.search(text, max(start - 5, 0), start):
            continue
        if match["vague"]:
            yield start, end, float(_VAGUE[match["vague"]]), True
        elif match["digits"]:
            value = _digits(match["digits"])
            if value is not None:
                yield start, end, value, False
        else:
            value = _word_value(match["words"])
            if value is not None and not text.startswith("th ", end):
                yield start, end, value, False


def _hedged(text: str, start: int, end: int, value: float, *, vague: bool, since: int = 0) -> Figure:
    """Return a number with its hedge, which stands after ``since``, where the number before it ends."""
    percent = bool(_UNIT_SIGN.match(text, end))
    before = _BEFORE.search(text, max(start - 24, since), start)
    if before and before.group().startswith("up to") and _MOVED.search(text, 0, before.start()):
        before = None  # "the number went up to 825"
    hedge = before.group().strip() if before else ""
    begin = before.start() if before else start
    if vague:
        return Figure(start, end, value, None, text[start:end], percent)
    more, so = _MORE.match(text, end), _SO.match(text, end)
    if more:
        return Figure(begin, more.end(), value, None, "or more", percent)
    if so:
        return Figure(begin, so.end(), *interval(value, "about"), "or so", percent)
    return Figure(begin, end, *interval(value, HEDGES.get(hedge, "exact")), hedge, percent)


def _digits(text: str) -> float | None:
    """Return the value of digits with separators and a scale word, None for what is no count."""
    scale = 1
    half = re.search(rf"{_HALF}$", text)
    text = text[: half.start()] if half else text
    match = re.search(r"[- ]?([a-z]+)$", text)
    if match:
        scale = _SCALES[match.group(1)]
        text = text[: match.start()]
    if re.fullmatch(r"\d{1,3},\d{1,2}", text):
        text = text.replace(",", ".")
    grouped = re.fullmatch(r"\d{1,3}(?:[ '.,]\d{3})+", text)
    if grouped and not (scale > 1 and "." in text):
        text = re.sub(r"[ '.,]", "", text)
    text = text.replace(",", "")
    try:
        value = (float(text) + (0.5 if half else 0)) * scale
    except ValueError:
        return None
    if not value.is_integer():
        value = round(value, 3)
    return value


def _word_value(text: str) -> float | None:
    """Return the value of number words.

    >>> _word_value("one thousand two hundred and fifty"), _word_value("half a dozen"), _word_value("sixty-two")
    (1250.0, 6.0, 62.0)
    >>> _word_value("a million and a half"), _word_value("two and a half million")
    (1500000.0, 2500000.0)
    """
    if text in _HALVES:
        return _HALVES[text]
    total = part = last = 0.0
    for word in re.findall(r"[a-z]+|\d+", text.replace("-", " ").replace(" and a half", " half")):
        if word in _SMALL or word == "a" or word.isdigit():
            part += 1 if word == "a" else int(_SMALL.get(word, word))
        elif word == "half":
            total, part = (total, part + 0.5) if part else (total + last / 2, 0)
        elif word in _TIMES:
            part = (part or 1) * _TIMES[word]
        elif word in _SCALES:
            last = _SCALES[word]
            total += (part or 1) * last
            part = 0
        elif word != "and":
            return None
    return float(total + part)
