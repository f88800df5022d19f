"""A report as the rules read it: decoded, cleaned, cut into paragraphs and sentences, every character traceable."""

from __future__ import annotations

import hashlib
import html
import re
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from foedus.errors import InputError
from foedus.evidence.letters import typed
from foedus.shown import brief

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

Pieces = tuple[tuple[int, int, int], ...]  # (position in the text, in the source, length there; -1: as long as here)
MAX_BYTES = 8 * 2**20
MAX_SENTENCE = 1500  # characters; longer stretches without a full stop are cut, which bounds the work on them

# edits of the text: (start, end, replacement), found by one pattern each
_TAG = re.compile(r"<[a-zA-Z/!][^<>\n]{0,2000}>|^ ?/>", re.MULTILINE)
_LONGEST_COMMENT = 20_000  # characters; a mark that opens a longer one is text
_RUN = re.compile(r"(?<= ) +")
_HALF_TAG = re.compile(r"<[a-zA-Z]+ [a-z]+=[^<>\n]{0,300}$", re.MULTILINE)
_ENTITY = re.compile(r"&(?:#\d{1,6}|#x[0-9a-fA-F]{1,5}|[a-zA-Z]{2,20});")
_INVISIBLE = re.compile("[\u00ad\u200b\u200c\u200d\u2060\ufeff]")
_GLUED = re.compile(
    r"(?<=[a-z]{3})(?=A [a-z])|(?<=[a-z]{4})(?=[A-Z][a-z]{2})|(?<=\d)(?=[a-z]{4,})|(?<=[a-z]{3})(?=\d{2,3}\b|\d,\d{3})"
    r"|(?<=[a-z]{2}[.!?])(?=[A-Z][a-z])|(?<=[a-z] \d{4}[.!?])(?=[A-Z][a-z])|(?<=[a-z]{2},)(?=[A-Za-z]{2})"
)
_MARKDOWN = re.compile(
    r"!?\[([^\[\]\n]{0,300})\]\([^()\s]{0,1000}\)|(?m:^#{1,6} |^ {0,3}[*+-] (?=\S)|^> ?)|\*{1,3}(?=\S)|(?<=\S)\*{1,3}"
)
_BOILERPLATE = re.compile(
    r"\W*(?:advert(?:isement)?\b|sponsored\b|subscribe\b|sign up\b|read (?:more|also)\b|see also\b|related\b"
    r"|share this\b|follow us\b|get it on\b|download (?:the|our)\b|stay tun+ed\b|leave (?:a reply|your comment)\b"
    r"|your email\b|cookie|copyright\b|©|all rights reserved|click here\b|most read\b|search$|top$)",
    re.IGNORECASE,
)
_BREAK = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=[\"'(\[]*[A-Z0-9\u0400-\u042f])")
_ABBREVIATED = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Pres|Gen|Col|Lt|Maj|Capt|Sgt|St|No|Art|Arts|Sen|Rep|Gov|Jr|Sr|vs|approx|ca|Jan|Feb|Mar|Apr|Jun"
    r"|Jul|Aug|Sept?|Oct|Nov|Dec|Mt|Ft|Inc|Ltd|Co)|\b[A-Z]|\b[ap]\.m|\bU\.S|\bU\.N|\bU\.K|\be\.g|\bi\.e)\.$"
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with its paragraph's number and its span in ``Document.text``."""

    paragraph: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """A report.

    ``text`` is what rules read; ``origin(start, end)`` turns a span of it into a span of the decoded file, and a
    paragraph is a non-empty line of the file, counted from 1 (in HTML: a block of the page). ``filled`` holds the
    numbers of the file's non-empty lines where cleaning emptied some.
    """

    __repr__ = brief

    name: str
    sha256: str
    text: str
    title: str
    publisher: str = ""
    published: dt.date | None = None
    pieces: Pieces = ()
    notes: tuple[str, ...] = ()
    filled: frozenset[int] | None = None

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the decoded file that a span of the text was read from."""
        if not self.pieces:
            return start, end
        return self._place(start)[0], self._place(end - 1)[1]

    def _place(self, position: int) -> tuple[int, int]:
        """Return the source span of one character; pieces are (position in text, in source, source length or -1)."""
        at, source, length = self.pieces[bisect_right(self.pieces, (position, 1 << 60, 0)) - 1]
        if length < 0:
            return source + position - at, source + position - at + 1
        return source, source + length

    def lines(self) -> Iterator[tuple[int, int, str]]:
        """Yield (number, start, line) of every line that holds text."""
        number = start = 0
        for index, line in enumerate(self.text.split("\n")):
            if index in self.filled if self.filled is not None else line.strip():
                number += 1
            if line.strip():
                yield number, start, line
            start += len(line) + 1

    def sentences(self) -> Iterator[Sentence]:
        """Yield the sentences of all paragraphs that are not boilerplate; hard-wrapped lines are joined."""
        waiting: list[tuple[int, int, str]] = []
        for number, start, line in self.lines():
            if waiting and not _wrapped(waiting[-1], start, line):
                yield from _cut(waiting)
                waiting = []
            if not _BOILERPLATE.match(line):
                waiting.append((number, start, line))
        if waiting:
            yield from _cut(waiting)


def _wrapped(before: tuple[int, int, str], start: int, line: str) -> bool:
    """Whether a line only continues the one above: no blank line between, about full width, no full stop."""
    _, above, text = before
    follows = above + len(text) + 1 == start
    return follows and 50 <= len(text) <= 110 and (text[-1] not in '.!?:"' or line[0].islower())


def _cut(lines: Sequence[tuple[int, int, str]]) -> Iterator[Sentence]:
    first = lines[0][1]
    text = "\n".join(line for _, _, line in lines)
    starts = [start for _, start, _ in lines]
    marks, at = [], 0
    for match in _BREAK.finditer(text):
        before = text[max(match.start() - 8, 0) : match.start()]
        if not (before.endswith(".") and _ABBREVIATED.search(before)):
            marks.append((at, match.start() + len(match.group().rstrip())))
            at = match.end()
    marks.append((at, len(text)))
    for start, end in marks:
        for left in range(start, end, MAX_SENTENCE):
            right = min(left + MAX_SENTENCE, end)
            number = lines[bisect_right(starts, first + left) - 1][0]
            yield Sentence(number, first + left, first + right, text[left:right].replace("\n", " "))


def read(path: Path | str) -> tuple[str, bytes]:
    """Return a file's name and bytes; ``-`` is standard input.

    Raises:
        InputError: unreadable or too large.

    """
    import sys

    name = str(path)
    if name == "-":
        raw = sys.stdin.buffer.read(MAX_BYTES + 1)
    else:
        try:
            with Path(path).open("rb") as file:
                raw = file.read(MAX_BYTES + 1)
        except OSError as error:
            raise InputError("the report cannot be read", file=path, found=error.strerror) from error
    if len(raw) > MAX_BYTES:
        raise InputError(
            "the report is too large",
            file=name,
            found=f"more than {MAX_BYTES // 2**20} MB",
            expected="one article a file",
            cure="split it into articles",
        )
    return name, raw


def decode(raw: bytes, name: str = "") -> tuple[str, str]:
    """Return the text of a file and a note on how it was read ("" for UTF-8).

    Raises:
        InputError: empty or not text.

    """
    if not raw.strip():
        raise InputError("the report is empty", file=name or None)
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", errors="replace"), "read as UTF-16"
    try:
        text, note = raw.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        text, note = raw.decode("cp1252", errors="replace"), "not UTF-8; read as Windows-1252"
    odd = sum(map(raw[:65536].rstrip(b"\x1a").count, _CONTROL))  # old programs end a text with Ctrl-Z
    if b"\0" in raw or odd > len(raw[:65536]) * 0.01 or text.count("\ufffd") > len(text) * 0.05:
        raise InputError(
            "the report is not text",
            file=name or None,
            found="control bytes" if odd else "bytes of no text encoding",
            expected="a .txt, .md or .html file",
            cure="convert it to text first (PDF and Word files are not read)",
        )
    return text, note


_CONTROL = [bytes([code]) for code in (*range(9), *range(14, 27), 28, 29, 30, 31)]


def load(path: Path | str, *, published: dt.date | None = None) -> Document:
    """Read and clean one report (``-`` for standard input).

    Raises:
        InputError: unreadable, empty, binary or too large.

    """
    name, raw = read(path)
    return parse(raw, name, published=published)


def parse(raw: bytes, name: str = "text", *, published: dt.date | None = None) -> Document:
    """Clean one report given as bytes; the name's suffix tells HTML and Markdown from plain text.

    Raises:
        InputError: empty or binary.

    """
    source, note = decode(raw, name)
    digest = hashlib.sha256(raw).hexdigest()
    suffix = Path(name).suffix.lower()
    notes = (note,) if note else ()
    if suffix in (".html", ".htm", ".xhtml") or _looks_html(source):
        from foedus.evidence.webpage import read_page

        page = read_page(source)
        text, pieces = _single(*rewrite(page.text, _edits(page.text, markup=False), page.pieces))
        if not text.strip():
            raise InputError("the page holds no text", file=name)
        return Document(
            name,
            digest,
            text,
            page.title or _title(text, name),
            page.publisher,
            published or page.published or _dated(text),
            pieces,
            notes,
        )
    plain = typed(source)
    edits = _edits(plain, markup=True, markdown=suffix == ".md")
    text, pieces = _single(*rewrite(plain, edits, ()))
    filled = frozenset(index for index, line in enumerate(plain.split("\n")) if line.strip()) if edits else None
    return Document(name, digest, text, _title(text, name), "", published or _dated(text), pieces, notes, filled)


def _looks_html(source: str) -> bool:
    head = source[:2000].lower()
    return "<html" in head or "<!doctype html" in head


def _edits(text: str, *, markup: bool, markdown: bool = False) -> list[tuple[int, int, str]]:
    """Return what to change: tags and entities of broken HTML, marks of Markdown, glued words."""
    found: list[tuple[int, int, str]] = []
    if markup and "<" in text:
        spans = [*_comments(text), *(m.span() for p in (_TAG, _HALF_TAG) for m in p.finditer(text))]
        found += [(start, end, "\n" * text.count("\n", start, end) or " ") for start, end in spans]
    if markup and "&" in text:
        found += [(m.start(), m.end(), typed(html.unescape(m.group()))) for m in _ENTITY.finditer(text)]
    if markdown:
        for match in _MARKDOWN.finditer(text):
            if match.group(1) is None:
                found.append((match.start(), match.end(), ""))
            else:
                found += [(match.start(), match.start(1), ""), (match.end(1), match.end(), "")]
    found += [(m.start(), m.end(), "") for m in _INVISIBLE.finditer(text)] if not text.isascii() else []
    found += [(m.start(), m.start(), " ") for m in _GLUED.finditer(text)]
    found.sort(key=lambda edit: (edit[0], -edit[1]))  # of two that begin together the longer one holds the other
    return found


def _comments(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of comments in HTML; looks at every character once, however many marks open one."""
    start = text.find("<!--")
    end = text.find("-->")
    while start >= 0 and end >= 0:
        if end < start + 4:
            end = text.find("-->", start + 4)
        elif end - start > _LONGEST_COMMENT:
            start = text.find("<!--", start + 4)
        else:
            yield start, end + 3
            start = text.find("<!--", end + 3)


def _single(text: str, pieces: Pieces) -> tuple[str, Pieces]:
    """Make runs of blanks one blank."""
    if "  " not in text:
        return text, pieces
    return rewrite(text, [(m.start(), m.end(), "") for m in _RUN.finditer(text)], pieces)


def rewrite(text: str, edits: Sequence[tuple[int, int, str]], pieces: Pieces) -> tuple[str, Pieces]:
    """Apply sorted edits; return the new text and its pieces, seen through the pieces the text already had."""
    if not edits:
        return text, pieces
    before = Document("", "", text, "", pieces=pieces)
    parts: list[str] = []
    places: list[tuple[int, int, int]] = []
    length = at = 0

    def keep(start: int, end: int) -> None:
        nonlocal length
        if start >= end:
            return
        if not pieces:
            places.append((length, start, -1))
        else:
            first = bisect_right(pieces, (start, 1 << 60, 0)) - 1
            for index in range(first, len(pieces)):
                position, source, size = pieces[index]
                if position >= end:
                    break
                left = max(position, start)
                places.append((length + left - start, source + (left - position if size < 0 else 0), size))
        parts.append(text[start:end])
        length += end - start

    for start, end, new in edits:
        if start < at:  # inside an edit already made
            continue
        keep(at, start)
        if new:
            source, stop = before.origin(start, max(end, start + 1))
            places.append((length, source, stop - source))
            parts.append(new)
            length += len(new)
        at = end
    keep(at, len(text))
    return "".join(parts), tuple(places)


def _title(text: str, name: str) -> str:
    for line in text.split("\n"):
        if line.strip():
            return line.strip() if len(line) < 200 else Path(name).stem
    return Path(name).stem


def _dated(text: str) -> dt.date | None:
    from foedus.evidence.times import date_of_text

    return date_of_text(text)
