"""Claims from a table that somebody collected by hand: one figure a row, with reporter, wording and source."""

from __future__ import annotations

import calendar
import datetime as dt
import hashlib
import re
from itertools import chain
from pathlib import Path, PurePath

from foedus.csvfile import Sheet, sheet
from foedus.dates import DateInterval
from foedus.errors import InputError, closest
from foedus.evidence.document import Document, decode, read
from foedus.evidence.entities import entities, mentions
from foedus.evidence.model import Claim, number_of, vocabulary
from foedus.evidence.numbers import figures

_COLUMNS = {
    "date_reported": ("date_reported", "as_of", "date", "reported"),
    "quantity": ("quantity",),
    "place": ("place",),
    "low": ("value_low", "low", "value"),
    "high": ("value_high", "high", "value"),
    "reporter": ("reporter", "speaker", "according_to"),
    "wording": ("wording", "words"),
    "source": ("source", "publisher", "url"),
    "note": ("note", "remarks"),
}
COLUMNS = ", ".join(aliases[0] for aliases in _COLUMNS.values())
_DISOWNED = re.compile(r"technical error|retract|disown|withdrawn as|published by mistake", re.IGNORECASE)
_DEFINITIONS = (
    (re.compile(r"sought (?:medical )?(?:help|care|attention)"), "sought medical help"),
    (re.compile(r"\b(?:roster|nominal|on paper)\b"), "on the roster"),
    (re.compile(r"filmed|incidents"), "single incidents"),
)
_WHOLE = frozenset({"national", "nationwide", "nation wide", "country", "all", ""})
_DAY = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")
_GROUPED = re.compile(r"[-+]?\d{1,3}(?:,\d\d)*,\d{3}(?:\.\d*)?|[-+]?\d{1,3}(?:,\d{3})+(?:\.\d*)?")  # 1,234; 1,23,456
_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
_IN_PLACE_DAY = re.compile(
    rf" (?P<first>\d{{1,2}})(?:-(?P<last>\d{{1,2}}))? (?P<month>{'|'.join(_MONTHS)})$", re.IGNORECASE
)


def is_table(source: str) -> bool:
    """Whether a text is such a table: its header names at least a quantity, a value and a reporter."""
    try:
        return _is_table(_opened(source))
    except InputError:
        return False


def _opened(source: str, name: str | None = None) -> Sheet:
    return sheet(source, None if name is None else Path(name), chain.from_iterable(_COLUMNS.values()))


def _is_table(found: Sheet) -> bool:
    header = [name.lower() for name in found.columns]
    return all(any(alias in header for alias in _COLUMNS[need]) for need in ("quantity", "low", "reporter"))


def load_table(path: Path | str, *, event: str | None = None) -> tuple[Document, list[Claim]]:
    """Read a table with the claims it holds.

    Raises:
        InputError: unreadable, no such table, or a row that cannot be.

    """
    name, raw = read(path)
    text, note = decode(raw, name)
    if not _is_table(_opened(text, name)):
        raise InputError("this CSV file is not a table of figures", file=name, expected=f"the columns {COLUMNS}")
    notes = (note,) if note else ()
    document = Document(name, hashlib.sha256(raw).hexdigest(), text, PurePath(name).stem, notes=notes)
    return document, read_table(document, event=event)


def read_table(document: Document, *, event: str | None = None) -> list[Claim]:
    """Return the claims of a table; rows without a value make none.

    ``paragraph`` is the number of the row under the header, the span that of its value. A value that the wording
    hedges ("about 2,000") becomes the interval of the hedge; a note that it was an error makes it retracted.

    Raises:
        InputError: a row whose cells are not those of the header, a quantity that does not exist, a value that cannot
            be, a day that is none.

    """
    source = _opened(document.text, document.name)
    header = [name.lower() for name in source.header]
    columns = {name: next((a for a in aliases if a in header), "") for name, aliases in _COLUMNS.items()}
    if twice := next((column for column in columns.values() if column and header.count(column) > 1), None):
        raise source.fault(f"column '{twice}' appears twice", key=twice, cure="rename or remove one of the two")
    aliases = frozenset(chain.from_iterable(_COLUMNS.values()))
    for name in header:
        if name not in aliases and (meant := re.sub(r"\W", "", name.replace(" ", "_"))) in aliases:
            raise source.fault(f"unknown column '{name}'", key=name, cure=f"rename it to '{meant}'")
    named = {name: source.header[header.index(column)] for name, column in columns.items() if column}
    found = []
    for number, (line, row, places) in enumerate(source.located, 1):
        if isinstance(row, InputError):
            raise row
        texts = {name: row[named[name]].strip() if name in named else "" for name in columns}
        spot = next((places[named[name]] for name in ("low", "high") if texts[name]), None)
        if spot:
            try:
                if source.separator == ";":
                    _refuse_commas(texts)
                found.append(_claim(document, number, texts, spot, event or document.title))
            except InputError as error:
                raise source.fault(
                    error.message, line, key=columns.get(error.key or ""), found=error.found, expected=error.expected,
                    cure=error.cure or "correct it in this row",
                ) from error  # fmt: skip
    return found


def row_places(text: str) -> dict[int, tuple[int, int]]:
    """Return where each row of a table begins and ends, by its number under the header."""
    places = ((number, row[2].values()) for number, row in enumerate(_opened(text).located, 1))
    return {number: (min(cells)[0], max(cells)[1]) for number, cells in places if cells}


def _refuse_commas(row: dict[str, str]) -> None:
    """Refuse "1,234" where commas separate no cells: 1234 to some readers, 1.234 to others."""
    for name in ("low", "high"):
        if "," in row[name]:
            raise InputError(
                "a number with a comma can be read in two ways", key=name, found=row[name],
                expected="digits, with a point before decimals", cure="write it without a comma, such as 1234 or 1.5",
            )  # fmt: skip


def _claim(document: Document, number: int, row: dict[str, str], spot: tuple[int, int], event: str) -> Claim:
    quantity, alliance = _quantity(row["quantity"])
    if row["place"] in vocabulary().quantities:  # "participants" counted in "places"
        quantity, row["place"] = row["place"], ""
    low, high = (_value(row[name], name, quantity) for name in ("low", "high"))
    if low is not None and high is not None and low > high:
        raise InputError("low is above high", key="low", found=row["low"], expected=f"at most {row['high']}")
    low, high = _hedged(low, high, row["wording"])
    told = f"{row['wording']} {row['note']}"
    dated = _IN_PLACE_DAY.search(row["place"])
    row["place"] = row["place"][: dated.start()] if dated else row["place"]
    whole = row["place"].lower() in _WHOLE
    subject = next((m.country for m in mentions(row["place"]) if m.kind == "country"), "") if alliance else ""
    if alliance and re.fullmatch("[A-Z]{3}", row["place"]):
        subject = row["place"]
    country = event.rsplit("-", 1)[0].replace("-", " ").title()
    place = country if whole or subject or row["place"] == country else row["place"]
    return Claim(
        claim_id=f"{document.sha256[:8]}-{number:03d}",
        document=document.sha256,
        title=document.title,
        publisher=row["source"] or "not given",
        paragraph=number,
        start=spot[0],
        end=spot[1],
        quantity=quantity,
        low=low,
        high=high,
        unit=vocabulary().quantities[quantity].unit,
        qualifier=next((name for pattern, name in _DEFINITIONS if pattern.search(told)), ""),
        event=event,
        place=place,
        subject="" if subject and whole else subject if row["place"] != country else "",
        as_of=_when(row["date_reported"], dated),
        speaker=row["reporter"],
        rule="table",
        status="retracted" if _DISOWNED.search(told) else "current",
        note=row["note"],
    )


def _value(text: str, name: str, quantity: str) -> float | None:
    if not text:
        return None
    try:
        return number_of(text.replace(",", "") if _GROUPED.fullmatch(text) else text, quantity)
    except ValueError as error:
        expected = str(error).removeprefix("expected ")
        raise InputError(
            "a value cannot be used", key=name, found=text, expected=expected, cure="correct it, or leave it out"
        ) from error


def _when(text: str, dated: re.Match[str] | None) -> DateInterval | None:
    """Return the day a row speaks of: the one that its place names ("Almaty 4-5 Jan"), else that of the report."""
    if not text:
        return None
    day = _DAY.match(text)
    try:
        reported = DateInterval.parse(day.group() if day else text)
    except InputError as error:
        raise InputError(error.message, key="date_reported", found=text, expected=error.expected) from error
    if dated is None:
        return reported
    month = _MONTHS[dated["month"].lower()]
    first, last = int(dated["first"]), int(dated["last"] or dated["first"])
    try:
        return DateInterval(dt.date(reported.latest.year, month, first), dt.date(reported.latest.year, month, last))
    except ValueError:
        return reported


def _quantity(name: str) -> tuple[str, str]:
    """Return the quantity that a table's word means, and the alliance whose prefix it carries."""
    known = vocabulary().quantities
    prefix = name.split("_", 1)[0].lower()
    alliance = prefix if prefix in entities().alliances else ""
    word = name.removeprefix(f"{prefix}_") if alliance else name
    for quantity, meaning in known.items():
        if word == quantity or word in meaning.also:
            return quantity, alliance
    raise InputError(f"unknown quantity '{name}'", key="quantity", found=name, cure=closest(word, known))


def _hedged(low: float | None, high: float | None, wording: str) -> tuple[float | None, float | None]:
    """Return the interval of a hedge in the wording, if it is about this value; else the values as given."""
    if low is not None and low == high:
        for figure in figures(wording.lower()):
            ends = [end for end in (figure.low, figure.high) if end is not None]
            if figure.hedge and figure.hedge != "range" and any(abs(end - low) <= 0.06 * low + 1 for end in ends):
                return figure.low, figure.high
    return low, high
