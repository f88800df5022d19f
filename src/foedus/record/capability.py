"""Who belonged to an organisation, with what share of its capability, and who lies near whom.

``members.csv`` and ``near.csv`` are derived from COW's National Material Capabilities, its Direct Contiguity and the
distances between borders of Schvitz et al. 2022 by ``scripts/derive_members.py``.
"""

from __future__ import annotations

import bisect
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from foedus.csvfile import data_rows
from foedus.errors import InputError, closest

if TYPE_CHECKING:
    from collections.abc import Mapping

Nearness = Literal["border", "near", "far"]


def shares(organisation: str, year: int) -> Mapping[str, float]:
    """Return each member's share of the organisation's total capability (CINC), summing to 1.

    Members and shares are those of the latest year in the table up to ``year``, else of the first one.

    >>> round(shares("csto", 2022)["RUS"], 2)
    0.87

    Raises:
        InputError: the table has no such organisation.

    """
    table = _members()
    if organisation not in table:
        raise InputError(
            f"the members of '{organisation}' are not in the table",
            expected=", ".join(sorted(table)),
            cure=closest(organisation, table),
        )
    years = sorted(table[organisation])
    return table[organisation][years[max(0, bisect.bisect_right(years, year) - 1)]]


def has_members(organisation: str) -> bool:
    """Whether the table knows the members of an organisation."""
    return organisation in _members()


def nearness(a: str, b: str) -> Nearness:
    """Return whether two states that were in one organisation border, lie within 1,000 km, or are far apart.

    >>> nearness("RUS", "KAZ"), nearness("TJK", "KAZ"), nearness("KAZ", "BLR")
    ('border', 'near', 'far')
    """
    return _near().get((min(a, b), max(a, b)), "far")


@lru_cache(maxsize=1)
def _members() -> Mapping[str, Mapping[int, Mapping[str, float]]]:
    found: dict[str, dict[int, dict[str, float]]] = {}
    for row in data_rows("foedus.record", "members.csv"):
        years = found.setdefault(row["organisation"], {})
        years.setdefault(int(row["year"]), {})[row["state"]] = float(row["share"])
    return found


@lru_cache(maxsize=1)
def _near() -> Mapping[tuple[str, str], Nearness]:
    return MappingProxyType(
        {
            (row["a"], row["b"]): "border" if row["how"] == "border" else "near"
            for row in data_rows("foedus.record", "near.csv")
        }
    )
