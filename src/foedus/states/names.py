"""English short names of states by ISO 3166-1 alpha-3 code, with the codes of states that ended."""

from __future__ import annotations

from functools import lru_cache

from foedus.csvfile import data_rows
from foedus.errors import InputError, closest


def name_of(iso3: str) -> str:
    """Return a state's name, or the code itself if it is not known.

    >>> name_of("KAZ"), name_of("SUN"), name_of("ZZZ")
    ('Kazakhstan', 'Soviet Union', 'ZZZ')
    """
    return names().get(iso3, iso3)


def state_of(territory: str) -> str:
    """Return the alpha-3 code of the state of an ISO 3166 code: its own, or that of a subdivision.

    >>> state_of("USA"), state_of("US-HI"), state_of("TR-34")
    ('USA', 'USA', 'TUR')
    """
    head, dash, _ = territory.partition("-")
    return _by_alpha2().get(head, head) if dash else territory


def code_of(state: str) -> str:
    """Return the alpha-3 code of a state given by its code or its English short name, in any case.

    >>> code_of("lux"), code_of("Luxembourg"), code_of("kyrgyzstan")
    ('LUX', 'LUX', 'KGZ')

    Raises:
        InputError: no state has that code or name.

    """
    if state.upper() in known_codes():
        return state.upper()
    named = {name.casefold(): code for code, name in names().items()}
    if (code := named.get(state.casefold())) is not None:
        return code
    among = known_codes() if len(state) <= 3 else names().values()
    raise InputError(
        f"no state has the code or name '{state}'",
        expected="an ISO 3166-1 alpha-3 code, or an English short name",
        cure=closest(state.upper() if len(state) <= 3 else state.title(), among),
    )


@lru_cache(maxsize=1)
def _by_alpha2() -> dict[str, str]:
    return {row["iso2"]: row["iso3"] for row in _rows() if row["iso2"]}


def known_codes() -> frozenset[str]:
    """Return every code that names a state or territory, of today or ended."""
    return frozenset(names()) | {"XKX"}  # Kosovo's code is user-assigned in ISO 3166


@lru_cache(maxsize=1)
def names() -> dict[str, str]:
    """Return the name of each state and territory by its code."""
    return {row["iso3"]: row["name"] for row in _rows()}


@lru_cache(maxsize=1)
def _rows() -> tuple[dict[str, str], ...]:
    return tuple(data_rows("foedus.states", "names.csv"))
