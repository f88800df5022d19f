"""Names of units: folded, so that spellings fall together, and without the words for their kind."""

from __future__ import annotations

import re

from foedus.places.names import folded as folded_name

_KINDS = re.compile(
    r"\b(?:region|province|state|district|department|governorate|county|oblast|oblysy|oblisi|municipality|city|wilayat?|"
    r"emirate|division|prefecture|parish|canton|republic|kray|krai|okrug|autonomous|territory|capital|of|the|"
    r"muhafazat|mintaqat|departamento|provincia|provincie|departement|department|de|del|la|el|al|special|metropolitan|"
    r"community|voivodeship|ar|as|ash|az|ad|at|federal|island|islands|union|council|zone|rayon|raion|qalasy|hl|m)\b"
)


def folded(name: str) -> str:
    """Return a name as ``foedus.places`` compares it: small letters and digits, without accents."""
    return folded_name(name)


def bare(name: str) -> str:
    """Return a folded name without words for kinds of units; the whole name if nothing would be left."""
    whole = folded(name)
    return " ".join(_KINDS.sub(" ", whole).split()) or whole
