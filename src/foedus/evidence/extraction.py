"""From a report to claims: the extractor that comes with Foedus, and the interface for any other."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from importlib import metadata
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from foedus.errors import InputError, closest
from foedus.evidence.attribution import channel, speaker, speakers
from foedus.evidence.document import Document, Sentence, load
from foedus.evidence.entities import Mention, acronyms, main_alliance, main_country, mentions, spellings
from foedus.evidence.found import COUNTS, Context, Found
from foedus.evidence.language import languages_in
from foedus.evidence.leaning import SHORT, spoken_of
from foedus.evidence.letters import plain
from foedus.evidence.model import Claim, vocabulary
from foedus.evidence.quantities import quantities
from foedus.evidence.rules import read_sentence
from foedus.evidence.setting import goes_on, past_of
from foedus.evidence.statements import statements
from foedus.evidence.times import day_interval
from foedus.progress import Event, Listener, silent
from foedus.shown import Rows
from foedus.states.names import known_codes, name_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

GROUP = "foedus.extractors"  # entry points of other extractors
_NOBODY = re.compile(r"\bthere (?:is|was|has been|are|were) (?:no|little)\b")
_DISOWNED = re.compile(
    r"\b(?:retract\w*|disown\w*|technical (?:error|mistake)|(?:took|taken|take) (?:it|the (?:figure|number|toll)) back"
    r"|withdr[ae]wn? (?:the|that|its) (?:figure|number|toll|count)|(?:in|by|as) (?:error|mistake)|a mistake"
    r"|erroneous\w*)\b"
)
_OPENS, _LABEL = 3, 14  # characters: a date that opens a paragraph and is all but its first sentence
_YEAR_LATER = re.compile(r"\d{4}")


@runtime_checkable
class Extractor(Protocol):
    """Anything that turns a report into claims; spans are those of the decoded file (``Document.origin``)."""

    def __call__(self, document: Document, *, event: str | None = None) -> list[Claim]:
        """Return the claims of one report; ``event`` names what it is about, None lets the extractor decide."""


def extractor(name: str = "rules") -> Extractor:
    """Return an extractor by name: ``rules``, or an entry point of the group ``foedus.extractors``.

    Raises:
        InputError: not installed, or it cannot be loaded.

    """
    if name == "rules":
        return extract
    points = {point.name: point for point in metadata.entry_points(group=GROUP)}
    if name not in points:
        raise InputError(
            f"no extractor '{name}' is installed",
            expected=", ".join(["rules", *points]),
            cure=closest(name, ["rules", *points]) or f"install a package with an entry point in the group '{GROUP}'",
        )
    try:
        loaded = points[name].load()
    except Exception as error:
        raise InputError(f"the extractor '{name}' cannot be loaded", found=str(error)) from error
    if not callable(loaded):
        raise InputError(f"the extractor '{name}' is not callable", found=type(loaded).__name__)
    made: Extractor = loaded
    return made


def extract(document: Document, *, event: str | None = None) -> list[Claim]:
    """Return the claims of one report, by rules; every claim names the rule and where it was read.

    Never raises on what a report contains.
    """
    units = list(document.sentences())
    lines = [(start, number) for number, start, _ in document.lines()]
    own = acronyms(document.text)
    named = [_mentions(unit, own) for unit in units]
    everything = [mention for found in named for mention in found]
    context = _context(document, event, everything, own)
    claims: list[Claim] = []
    seen_names: set[str] = set()
    seen_views: set[tuple[str, bool, str]] = set()
    said = quoted = ""
    led = False  # whether the line before leads on to this one: a heading, or a line that ends with a colon
    paragraph = 0
    for unit, found in zip(units, named, strict=True):
        if unit.paragraph != paragraph:
            quoted = ""
            if not (led or len(unit.text) < SHORT):
                context.topic = context.before = ""
            paragraph = unit.paragraph
            context.label = context.past = None
        read = read_sentence(unit.text, context.published, context.last_date, context.year)
        first = read.moments[0] if read.moments else None
        if first and first.when and first.start < _OPENS and len(unit.text) < first.end - first.start + _LABEL:
            context.label = first.when
        people = spellings(unit.text)
        context.last_person = people[-1][2] if people else context.last_person
        figures = quantities(read, found, context)
        views = statements(read.low)
        voices = speakers(unit.text, context.country, said)
        if figures or views:
            via = channel(unit.text, found)
            for item in figures:
                who = speaker(voices, item.start) or quoted
                claims.append(_claim(document, unit, lines, item, context, who, via, len(claims)))
            for view in views:
                who = speaker(voices, read.span(view.start)[0]) or quoted
                if _NOBODY.search(read.low[max(0, view.start - 12) : view.end]):
                    who = ""  # "there is no evidence": the report's own voice, whoever else the sentence names
                if (view.statement, view.affirmed, who) in seen_views:
                    continue
                seen_views.add((view.statement, view.affirmed, who))
                start, end = read.span(view.start)[0], read.span(view.end - 1)[1]
                row = Found("", start, end, 0, None, None, "", view.rule, context.event, context.place)
                row.as_of = _said_on(read.moments, context)
                claims.append(
                    _claim(document, unit, lines, row, context, who, via, len(claims), view.statement, view.affirmed)
                )
        for start, end, person in people:
            written = unit.text[start:end]
            if written != person and written not in seen_names:
                seen_names.add(written)
                row = Found("spelling", start, end, 0, None, None, "", "spelling", context.event, "", person, written)
                claims.append(_claim(document, unit, lines, row, context, "", "", len(claims)))
        spoke = speaker(voices)
        said = spoke or (people[-1][2] if people else said)
        quoted = spoke if unit.text.count('"') % 2 else quoted if quoted and '"' not in unit.text else ""
        counted = [item.quantity for item in figures if item.quantity in COUNTS]
        context.topic = counted[-1] if counted else spoken_of(read.low) or context.topic
        led = unit.text.rstrip().endswith(":") or (len(unit.text) < SHORT and unit.text[-1] not in ".!?")
        context.before = f"{context.before} {read.low}"[-1500:]
        context.past = past_of(read, context) or (context.past if goes_on(read, context) else None)
        whens = [moment.when for moment in read.moments if moment.when]
        context.last_date = whens[-1] if whens else context.last_date
    return Rows(claims)


def _mentions(unit: Sentence, own: dict[str, str]) -> list[Mention]:
    found = mentions(unit.text)
    for name, slug in own.items():
        at = unit.text.find(name)
        while at >= 0:
            found.append(Mention(at, at + len(name), "alliance", slug))
            at = unit.text.find(name, at + len(name))
    if own:
        found.sort(key=lambda m: m.start)
    return found


def _context(document: Document, event: str | None, named: list[Mention], own: dict[str, str]) -> Context:
    country = ""
    if event:
        stem = plain(event.rsplit("-", 1)[0])
        country = next((m.country for m in named if m.country and plain(name_of(m.country)) == stem), "")
        country = country or _country(stem)
        home = next(iter(mentions(stem.title())), None)  # the event's country, though the report never names it
        if not country and home and home.kind == "country" and home.end - home.start == len(stem):
            country = home.country
    country = country or main_country(named)
    place = name_of(country) if country else ""
    if event and not country and _YEAR_LATER.search(event):
        place = event.rsplit("-", 1)[0].replace("-", " ").title()
    if event and country and plain(name_of(country)).split()[0] not in plain(event):
        known = event.rsplit("-", 1)[0]
        country, place = "", known.replace("-", " ").title() if _YEAR_LATER.search(event) else ""
    if not event:
        slug = plain(place, "-") or "unnamed"
        event = f"{slug}-{document.published.year}" if document.published else slug
    return Context(event, document.published, country, place, main_alliance(named), own)


@lru_cache(maxsize=256)
def _country(stem: str) -> str:
    """Return the state that an event's name begins with, "" if it is none."""
    return next((code for code in sorted(known_codes()) if plain(name_of(code)) == stem), "")


def _said_on(moments: list[Any], context: Context) -> Any:
    days = [m.when for m in moments if m.when and not m.year_only]
    if days and (context.published is None or days[0].earliest <= context.published):
        return days[0]
    return day_interval(context.published) if context.published else None


def _claim(
    document: Document,
    unit: Sentence,
    lines: Sequence[tuple[int, int]],
    item: Found,
    context: Context,
    who: str,
    via: str,
    number: int,
    statement: str | None = None,
    affirmed: bool | None = None,
) -> Claim:
    start, end = document.origin(unit.start + item.start, unit.start + item.end)
    gone = _DISOWNED.search(unit.text, item.end, item.end + 160) if item.quantity in COUNTS else None
    return Claim(
        claim_id=f"{document.sha256[:8]}-{number + 1:03d}",
        document=document.sha256,
        title=document.title or document.name,
        publisher=document.publisher or "not given",
        published=day_interval(document.published) if document.published else None,
        paragraph=lines[bisect_right(lines, (unit.start + item.start, 1 << 60)) - 1][1],
        start=start,
        end=end,
        quantity=item.quantity or None,
        statement=statement,
        affirmed=affirmed,
        low=item.low,
        high=item.high,
        unit=vocabulary().quantities[item.quantity].unit if item.quantity else "",
        qualifier=item.qualifier,
        hedge=item.hedge,
        event=item.event or context.event,
        place=item.place,
        subject=item.subject,
        as_of=item.as_of,
        speaker=who,
        channel=via,
        rule=item.rule,
        status="retracted" if gone else "current",
    )


def _read(path: Path | str, published: dt.date | None, event: str | None) -> tuple[Document, list[Claim] | None]:
    """Return a report to be read, or a table with the claims it holds."""
    if not str(path).lower().endswith(".csv"):
        return load(path, published=published), None
    from foedus.evidence.table import load_table

    return load_table(path, event=event)


def _foreign(document: Document) -> str:
    """Return in words that a report, or a good part of it, is not in English; "" if it is."""
    language, partly = languages_in(document.text)
    if not language:
        return ""
    return f"{'part of the text' if partly else 'the text'} is in {language}; the rules read English only"


def failed(path: Path | str, error: Exception) -> InputError:
    """Return in words what an extractor tripped over, which is a fault of its own and none of the report's."""
    first = next(iter(str(error).splitlines()), "")
    return InputError(
        "the extractor failed on this report, and nothing was read from it",
        file=path,
        found=f"{type(error).__name__}: {first}" if first else type(error).__name__,
        cure="please report this as a bug; shortening the report helps to find the sentence",
    )


def extract_files(
    paths: Iterable[Path | str],
    *,
    event: str | None = None,
    published: dt.date | Mapping[str, dt.date] | None = None,
    using: Extractor = extract,
    on_event: Listener = silent,
) -> Iterator[tuple[Document, list[Claim]]]:
    """Yield every report with its claims, one at a time; a report that cannot be read is reported and skipped.

    So is one that the extractor fails on.

    Args:
        paths: .txt, .md, .html, tables of figures (.csv), "-" for standard input.
        event: what the reports are about; None lets each report tell.
        published: day of publication of all, or by path ("": of all others); it goes before what a report states.
        using: the extractor.
        on_event: hears of every report, of what was passed over (``data["skipped"]``) and of a text that is not in
            English (``data["notice"]``).

    """
    waiting = list(paths)
    days = published if isinstance(published, Mapping) else {"": published} if published else {}
    digests: Counter[str] = Counter()
    on_event(Event("start", "articles", 0, len(waiting)))
    for number, path in enumerate(waiting, 1):
        try:
            document, claims = _read(path, days.get(str(path), days.get("")), event)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with a report, the others go on
            told = str(error if isinstance(error, InputError) else failed(path, error))
            on_event(Event("note", "articles", number, len(waiting), told, {"skipped": str(path)}))
            continue
        digests[document.sha256] += 1
        if digests[document.sha256] > 1:
            on_event(Event("note", "articles", number, len(waiting), f"{path}: the same report again, passed over"))
            continue
        for note in document.notes:
            on_event(Event("note", "articles", number, len(waiting), f"{path}: {note}"))
        if claims is None and using is extract and (told := _foreign(document)):
            data = {"document": document.sha256, "title": document.title or document.name, "notice": told}
            on_event(Event("note", "articles", number, len(waiting), f"{path}: {told}", data))
        if document.published is None and claims is None:
            text = f"{path}: no date of publication found; relative days stay open (give --published YYYY-MM-DD)"
            on_event(Event("note", "articles", number, len(waiting), text))
        try:
            made = list(using(document, event=event)) if claims is None else claims
        except Exception as error:  # noqa: BLE001 - what an extractor trips over costs this report only
            told = str(failed(path, error))
            on_event(Event("note", "articles", number, len(waiting), told, {"skipped": str(path)}))
            continue
        yield document, made
        on_event(Event("progress", "articles", number, len(waiting)))
    on_event(Event("end", "articles", len(waiting), len(waiting)))
