"""HTML to text without losing where each character stood in the source.

A parser of the standard library reads the page once, forgives what is broken and knows no recursion, so neither
deep nesting nor a missing end tag can stop it. What a page repeats around its article (menus, footers, forms,
lists of links) is left out.
"""

from __future__ import annotations

import datetime as dt
import html
import re
from dataclasses import dataclass
from html.parser import HTMLParser

from foedus.evidence.letters import typed

_SILENT = frozenset({"script", "style", "noscript", "template", "svg", "iframe", "select", "button", "textarea"})
_AROUND = frozenset({"nav", "footer", "aside", "form", "menu"})
_BLOCK = frozenset({
    "address", "article", "blockquote", "body", "br", "caption", "center", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p",
    "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
})  # fmt: skip
_DATE_KEYS = (
    "article:published_time", "datepublished", "date", "dc.date", "dc.date.issued", "pubdate", "publishdate",
    "parsely-pub-date", "sailthru.date", "og:article:published_time",
)  # fmt: skip
_SITE_KEYS = ("og:site_name", "application-name", "dc.publisher", "publisher")
_TITLE_KEYS = ("og:title", "dc.title", "headline")
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Page:
    """The text of a page, pieces as in ``Document``, and what its head says."""

    text: str
    pieces: tuple[tuple[int, int, int], ...]
    title: str
    publisher: str
    published: dt.date | None


@dataclass(slots=True)
class _Run:
    """A stretch of text: where it stands in the source, and whether it is inside a link."""

    start: int
    source: str
    shown: str
    linked: bool


class _Reader(HTMLParser):
    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=False)
        self.blocks: list[list[_Run]] = [[]]
        self.meta: dict[str, str] = {}
        self.heading = ""
        self._silent: str | None = None
        self._around = 0
        self._links = 0
        self._in_title = self._in_heading = self._in_data = False
        starts = [0]
        starts += [match.end() for match in re.finditer("\n", source)]
        self._starts = starts

    def _at(self) -> int:
        line, column = self.getpos()
        return self._starts[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        if tag == "meta":
            key = (given.get("property") or given.get("name") or given.get("itemprop") or "").lower()
            self.meta.setdefault(key, given.get("content", ""))
        elif tag == "time" and "datetime" in given:
            self.meta.setdefault("time", given["datetime"])
        elif tag == "title":
            self._in_title = True
        elif tag == "script" and given.get("type", "").lower() == "application/ld+json":
            self._in_data = True
        if tag in _SILENT and self._silent is None:
            self._silent = tag
        if tag in _AROUND:
            self._around += 1
        if tag == "a":
            self._links += 1
        if tag == "h1":
            self._in_heading = True
        if tag in _BLOCK:
            self._new_block()

    def handle_endtag(self, tag: str) -> None:
        if tag == self._silent:
            self._silent = None
            self._in_data = False
        if tag == "title":
            self._in_title = False
        if tag in _AROUND:
            self._around = max(self._around - 1, 0)
        if tag == "a":
            self._links = max(self._links - 1, 0)
        if tag in ("article", "main", "body"):
            self._around = 0
        if tag == "h1":
            self._in_heading = False
        if tag in _BLOCK:
            self._new_block()

    def _new_block(self) -> None:
        if self.blocks[-1]:
            self.blocks.append([])
        self._links = 0  # an unclosed link ends with its block

    def handle_data(self, data: str) -> None:
        self._take(data, data)

    def handle_entityref(self, name: str) -> None:
        self._take(f"&{name}", html.unescape(f"&{name};"))

    def handle_charref(self, name: str) -> None:
        self._take(f"&#{name}", html.unescape(f"&#{name};"))

    def _take(self, source: str, shown: str) -> None:
        if self._in_data:
            self.meta.setdefault("json", source)
        elif self._in_title:
            self.meta["title"] = self.meta.get("title", "") + shown
        elif self._silent is None and not self._around:
            if self._in_heading:
                self.heading += shown
            self.blocks[-1].append(_Run(self._at(), source, shown, self._links > 0))


def read_page(source: str) -> Page:
    """Return the text of a page with its title, publisher and day; broken pages give what they hold."""
    source = _closed(source)
    reader = _Reader(source)
    reader.feed(source)
    reader.close()
    parts: list[str] = []
    pieces: list[tuple[int, int, int]] = []
    length = 0
    for block in reader.blocks:
        shown = "".join(run.shown for run in block)
        linked = sum(len(run.shown.strip()) for run in block if run.linked)
        if not shown.strip() or (linked > 0.6 * len(shown.strip()) and len(shown) < 200):
            continue
        for run in block:
            if run.source == run.shown:
                pieces.append((length, run.start, -1))
                # a line end inside a block is a blank in a browser
                parts.append(run.shown.replace("\n", " ").replace("\r", " "))
            else:
                pieces.append((length, run.start, len(run.source) + 1))
                parts.append(run.shown)
            length += len(run.shown)
        pieces.append((length, pieces[-1][1], 0))
        parts.append("\n")
        length += 1
    text = "".join(parts)
    return Page(typed(text), tuple(pieces), _title(reader), _first(reader.meta, _SITE_KEYS), _published(reader.meta))


def _closed(source: str) -> str:
    """Blank, without moving anything, the marks that open a comment or a tag that never closes.

    The parser looks from each of them to the end of the page.
    """
    last = source.rfind("-->") + 1
    source = source[:last] + source[last:].replace("<!--", "    ")
    last = source.rfind(">") + 1
    return source[:last] + source[last:].replace("<", " ")


def _title(reader: _Reader) -> str:
    title = _first(reader.meta, _TITLE_KEYS) or reader.heading or reader.meta.get("title", "")
    return _SPACE.sub(" ", title).strip()[:300]


def _first(meta: dict[str, str], keys: tuple[str, ...]) -> str:
    return next((meta[key].strip() for key in keys if meta.get(key, "").strip()), "")


def _published(meta: dict[str, str]) -> dt.date | None:
    written = [meta[key] for key in _DATE_KEYS if key in meta]
    found = re.search(r'"datePublished"\s*:\s*"([^"]{4,40})"', meta.get("json", ""))
    written += [found.group(1)] if found else []
    written += [meta["time"]] if "time" in meta else []
    for text in written:
        match = _DAY.search(text)
        if match:
            try:
                return dt.date(*map(int, match.groups()))
            except ValueError:
                continue
    return None
