"""English short names of states by ISO 3166-1 alpha-3 code, with the codes of states that ended."""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib import resources


def name_of(iso3: str) -> str:
    """Return a state's name, or the code itself if it is not known.

    >>> name_of("KAZ"), name_of("SUN"), name_of("ZZZ")
    ('Kazakhstan', 'Soviet Union', 'ZZZ')
    """
    return _names().get(iso3, iso3)


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    text = resources.files("foedus.states").joinpath("names.csv").read_text(encoding="utf-8")
    return {row["iso3"]: row["name"] for row in csv.DictReader(text.splitlines())}
