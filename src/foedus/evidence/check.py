"""Check that every locator still points at its figure in the document with that hash."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from foedus.evidence.document import decode, parse, read
from foedus.evidence.numbers import figures

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


def check_locators(claims: Sequence[Claim], documents: Iterable[Path | str]) -> list[Checked]:
    """Check every claim against the documents of its hash.

    Raises:
        InputError: a document cannot be read.

    """
    texts: dict[str, str] = {}
    for path in documents:
        name, raw = read(path)
        texts[parse(raw, name).sha256] = decode(raw, name)[0]
    return [_check(claim, texts) for claim in claims]


def _check(claim: Claim, texts: dict[str, str]) -> Checked:
    text = texts.get(claim.document)
    if text is None:
        return Checked(claim, "missing", "no document with this hash was given")
    if claim.start is None or claim.end is None:
        return Checked(claim, "ok", "no span given; the document is here")
    if claim.end > len(text):
        return Checked(claim, "broken", f"the span ends at {claim.end}, the text at {len(text)}")
    quoted = text[claim.start : claim.end]
    if not quoted.strip():
        return Checked(claim, "broken", "the span holds nothing")
    bounds = [bound for bound in (claim.low, claim.high) if bound is not None]
    seen = figures(quoted)
    values = [value for figure in seen for value in (figure.low, figure.high) if value is not None]
    if claim.kind in ("cumulative", "level") and bounds and values:
        near = any(abs(v - b) <= _CLOSE * abs(b) + 1 for v in values for b in bounds)
        if not near:
            return Checked(claim, "broken", f"the span says '{quoted[:40]}', the claim {claim.value_text()}")
    return Checked(claim, "ok")
