"""Reports as they come: sentences, pages of the web, Markdown, other languages, odd bytes."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import mutators
import scratch
from runner import Outcome, Target, Wrong
from targets_tables import written_and_read

from foedus import evidence
from foedus.errors import FoedusError
from foedus.evidence.document import decode, parse
from foedus.evidence.model import can_be
from foedus.evidence.numbers import figures

if TYPE_CHECKING:
    from random import Random

_GOLD = Path(__file__).parents[1] / "evidence" / "wordings.txt"
_FIGURES = (
    "26", "1,000", "2 000", "1.5 million", "a million and a half", "twelve", "dozens", "hundreds", "tens of thousands", "more than 160",
    "at least 17", "nearly 400", "some 230", "up to 9,900", "between 10 and 20", "10-20", "10 to 20", "from 164 to 225", "12,5", "1.234.567",
    "12,34,567", "½", "one in five", "50 percent", "0", "-5", "1e9", "99999999999999999999", "3.5k", "two and a half thousand", "half a dozen",
    "a dozen or so", "2,000-strong", "ten thousand and more than", "and more than", "or more than 20", "between and", "five hundred and", "XIV",
    "١٢٣", "２６", "26.", "26,", "1,2,3", "1,0000", "00026", "20 or so", "twenty-one", "twenty one hundred", "a hundred", "hundred", "million",
)  # fmt: skip
_DAYS = (
    "on 6 January 2022",
    "on Thursday",
    "last week",
    "on 31 February",
    "Jan. 5",
    "5-6 January",
    "yesterday",
    "in 2022",
    "on 2022-01-05",
    "on the 5th",
    "at 16:30",
    "by 30 February 9999",
    "in January",
    "on 0 May",
    "January 99",
)
_PLACES = (
    "in Almaty",
    "in Kazakhstan",
    "near Nur-Sultan",
    "in São Tomé",
    "in Алматы",
    "",
    "across the country",
    "in KAZ",
    "in 東京",
)
_WHO = (
    "the interior ministry said",
    "according to HRW",
    "President Tokayev told reporters",
    "officials in Moscow denied",
    "sources said",
    "",
    "it was reported in error",
    '"I saw it", a witness said',
    "the UN's Michelle Bachelet said",
)
_WHAT = (
    "{n} people were killed {d} {p}, {w}.", "{w}: {n} protesters were detained {p} {d}.", "Security forces killed {n} and wounded {n} {p}.",
    "{n} soldiers of the CSTO arrived {p} {d}, {w}.", "The death toll rose from {n} to {n} {d}.", "{n} police officers, {n} of them {p}, were injured.",
    "The price rose by {n} percent to {n} tenge {d}.", "The internet was shut down for {n} days {d}.", "{w} that {n} were injured or {n} hospitalised.",
    "Погибли {n} человек {p}, {n} ранены.", "Задержаны {n} участников {d}.", "{n} morts et {n} blessés {p}.", "{n} Tote und {n} Verletzte {p}.",
    "{n} muertos y {n} heridos {p}.", "قتل {n} أشخاص {p}", "{n} 人死亡，{n} 人受伤 {d}", "{n}人が死亡した", "{n} kişi öldü {p}.", "{n}", "{d}", "{w}", "{p}",
    "Crowds of {n} gathered {p} {d}; {n} were arrested.", "Damage was put at ${n} {d}.", "The country has {n} members, {w}.", "{n} of {n} members agreed {d}.",
    "Not one of the {n} was killed {p}.", "There were no {n} dead {p}, {w}.", "The figure of {n} dead was retracted {d}.",
)  # fmt: skip


@cache
def _wordings() -> list[str]:
    text = _GOLD.read_text(encoding="utf-8")
    return [line.lstrip("~ ").partition(" => ")[0] for line in text.split("\n") if line and not line.startswith("#")]


def sentence(rng: Random) -> str:
    """Return one sentence of a report."""
    if rng.random() < 0.3:
        said = re.sub(
            r"\d[\d,]*", lambda found: rng.choice(_FIGURES) if rng.random() < 0.4 else found[0], rng.choice(_wordings())
        )
    else:
        said = re.sub(
            "{(.)}",
            lambda found: rng.choice({"n": _FIGURES, "d": _DAYS, "p": _PLACES, "w": _WHO}[found[1]]),
            rng.choice(_WHAT),
        )
    return said if rng.random() < 0.75 else str(mutators.near(rng, said))


def _make_sentence(rng: Random) -> tuple[str, bytes]:
    text = " ".join(sentence(rng) for _ in range(rng.choice((1, 1, 1, 2))))
    return "report.txt", text.encode("utf-8", "replace")


_TAGS = (
    "p",
    "div",
    "li",
    "h1",
    "a",
    "script",
    "nav",
    "table",
    "td",
    "title",
    "article",
    "time",
    "meta",
    "b",
    "svg",
    "x" * 50,
    "!doctype",
    "!--",
)


def _make_document(rng: Random) -> tuple[str, bytes]:
    parts = [sentence(rng) for _ in range(rng.randrange(1, 5))]
    kind = rng.choice((".html", ".html", ".md", ".txt"))
    if kind == ".html":
        inner = "".join(_tagged(rng, part) for part in parts)
        text = f"<!doctype html><html><head><title>{sentence(rng)}</title><meta property='article:published_time' content='{rng.choice(mutators.ODD_DAYS)}'></head><body>{inner}</body></html>"
    elif kind == ".md":
        text = "\n\n".join(
            rng.choice(("# {}", "- {}", "> {}", "**{}**", "[{}](https://x.org)", "{}", "| {} | {} |", "`{}`")).replace(
                "{}", part
            )
            for part in parts
        )
    else:
        text = rng.choice(("\n", "\n\n", "\r\n", "\u2028", " ")).join(parts)
    if rng.random() < 0.4:
        at = rng.randrange(len(text) + 1)
        text = (
            text[:at]
            + rng.choice(("<", "<!--", "-->", "</p", "&", "&#x", "&#99999999;", "<a href=", *mutators.ODD_TEXTS))
            + text[at:]
        )
    raw = text.encode(rng.choice(("utf-8",) * 8 + ("utf-16", "cp1252", "utf-8-sig")), "replace")
    return "report" + kind, raw if rng.random() < 0.9 else mutators.noise(rng, raw)


def _tagged(rng: Random, text: str) -> str:
    tag = rng.choice(_TAGS)
    odd = rng.choice(("", "", "", " class='a b'", ' href="x"', " datetime=2022-01-05", " content='", " x=y=z", "/"))
    return f"<{tag}{odd}>{text}" + (f"</{tag}>" if rng.random() < 0.8 else "")


def _use(given: tuple[str, bytes]) -> Outcome:
    name, raw = given
    try:
        report = parse(raw, name)
    except FoedusError:
        return "unread"
    claims = evidence.extract(report)
    decoded = decode(raw, name)[0]
    written_and_read(claims)
    for claim in claims:
        if claim.quantity and claim.kind != "name" and not can_be(claim.low, claim.high, claim.quantity):
            raise Wrong(f"a claim that cannot be: {claim.quantity}\n{claim.low} {claim.high}")
        if claim.document != hashlib.sha256(raw).hexdigest() or not 0 <= (claim.start or 0) < (claim.end or 0) <= len(
            decoded
        ):
            raise Wrong("a locator outside of the document")
    if claims and len(raw) % 20 == 0:
        path = scratch.file(name, raw)
        for checked in evidence.check_locators(claims, [path]):
            if checked.state != "ok":
                raise Wrong(f"a locator of our own is broken: {re.sub('[0-9]+', 'n', checked.reason)[:30]}\n{checked}")
    return "accepted"


def _make_figure(rng: Random) -> str:
    text = " ".join(rng.choice(_FIGURES) for _ in range(rng.choice((1, 2, 3))))
    return (text if rng.random() < 0.6 else str(mutators.near(rng, text))).lower()


def _use_figure(text: str) -> Outcome:
    found = list(figures(text))
    for figure in found:
        if figure.low is not None and figure.high is not None and figure.low > figure.high:
            raise Wrong(f"a figure whose low is above its high\n{text}: {figure}")
    return "accepted" if found else "refused"


TARGETS = (
    Target("sentence", _make_sentence, _use, 1.5),
    Target("document", _make_document, _use, 0.5),
    Target("figure", _make_figure, _use_figure, 6.0),
)
