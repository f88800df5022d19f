"""Check that every locator still points at its figure in the document with that hash."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from foedus.evidence.document import Document, decode, parse, read
from foedus.evidence.numbers import figures, lowered
from foedus.evidence.table import row_places

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from foedus.evidence.model import Claim

_CLOSE = 0.1  # a hedge ("some", "nearly") moves a bound by at most this share


@dataclass(frozen=True, slots=True)
class Checked:
    """One claim's locator: ``state`` is ok, missing (no such document here), or broken with a ``reason``."""

    claim: Claim
    state: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Text:
    """A document as it lies there: decoded, and the span of each paragraph (a row, in a table)."""

    decoded: str
    paragraphs: dict[int, tuple[int, int]]


def check_locators(claims: Sequence[Claim], documents: Iterable[Path | str]) -> list[Checked]:
    """Check every claim against the documents of its hash.

    A locator is broken if its span lies outside the document or its paragraph, is empty, or holds another number
    (or another spelling) than the claim.

    Raises:
        InputError: a document cannot be read.

    """
    texts: dict[str, _Text] = {}
    for path in documents:
        name, raw = read(path)
        document = parse(raw, name)
        text = decode(raw, name)[0]
        texts[document.sha256] = _Text(
            text, row_places(text) if name.lower().endswith(".csv") else _paragraphs(document)
        )
    return [_check(claim, texts) for claim in claims]


def _paragraphs(document: Document) -> dict[int, tuple[int, int]]:
    spans = {}
    for number, start, line in document.lines():
        first, last = document.origin(start, start + 1)[0], document.origin(start, start + len(line))[1]
        spans[number] = first, last
    return spans


def _check(claim: Claim, texts: dict[str, _Text]) -> Checked:
    text = texts.get(claim.document)
    if text is None:
        return Checked(claim, "missing", "no document with this hash was given")
    if claim.start is None or claim.end is None:
        return Checked(claim, "broken", "the claim has no span")
    if claim.end > len(text.decoded):
        return Checked(claim, "broken", f"the span ends at {claim.end}, the text at {len(text.decoded)}")
    quoted = text.decoded[claim.start : claim.end]
    if not quoted.strip():
        return Checked(claim, "broken", "the span holds nothing")
    first, last = text.paragraphs.get(claim.paragraph, (0, 0))
    if not first <= claim.start < last:
        return Checked(claim, "broken", f"the span lies outside paragraph {claim.paragraph}")
    if claim.kind == "name" and claim.qualifier and claim.qualifier not in quoted:
        return Checked(claim, "broken", f"the span says '{quoted[:40]}', the claim '{claim.qualifier}'")
    bounds = [bound for bound in (claim.low, claim.high) if bound is not None]
    values = [
        v for figure in figures(lowered(" ".join(quoted.split()))) for v in (figure.low, figure.high) if v is not None
    ]
    counted = claim.kind in ("cumulative", "level", "fact") and claim.quantity not in _SCALED
    if counted and bounds and values and not any(abs(v - b) <= _CLOSE * abs(b) + 1 for v in values for b in bounds):
        return Checked(claim, "broken", f"the span says '{quoted[:40]}', the claim {claim.value_text()}")
    return Checked(claim, "ok")


_SCALED = frozenset({"price", "shutdown_hours", "damage"})  # percent, days and currencies are converted
