"""Which state the name of a speaker tells: by the state's name, a seat of its government, or a town of it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from foedus.csvfile import data_rows
from foedus.evidence.entities import entities, mentions
from foedus.evidence.letters import unaccented
from foedus.places import atlas
from foedus.states.names import known_codes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_LARGE = 500_000  # people of a town that readers abroad know by its name alone
_RUN = re.compile(r"(?: [A-ZÀ-Þ][\w'’.-]*)+")
_AT_END = re.compile(r"(?:$|[,;:.)]| (?:of|in|from|at|and|who|said|told)\b)")
_PLACED = re.compile(r"\b(?:in|at|of|from|near|outside)(?: the)? $", re.IGNORECASE)
_LAST = re.compile(r"([\w'’.-]+) $")


def state_named(who: str) -> str:
    """Return the state that the name of a speaker tells, "" if none: by name, by a seat of its government, by a town.

    The name of a person who is called like a state or a town tells none.

    >>> state_named("defence ministry in Baku"), state_named("Baku"), state_named("Kremlin"), state_named("police")
    ('AZE', 'AZE', 'RUS', '')
    >>> state_named("Almaty police"), state_named("Jordan Peterson"), state_named("Jordan Foreign Ministry")
    ('KAZ', '', 'JOR')
    """
    named = [(m.start, m.end, m.key) for m in mentions(who) if m.kind == "country"]
    named += _found(who, _names("places"))
    for start, end, code in named:
        if _is_place(who, start, end):
            return code
    return next((code for _, _, code in _found(who, _names("houses"))), "")


def is_state(who: str) -> bool:
    """Whether a name is that of a state or of a seat of its government and nothing else.

    >>> is_state("Armenia"), is_state("Yerevan"), is_state("Armenian police"), is_state("Almaty")
    (True, True, False, False)
    """
    whole = any(m.kind == "country" and m.end - m.start == len(who) for m in mentions(who))
    return whole or who in _seats() or who in _houses()


def is_town(who: str) -> bool:
    """Whether a name is that of a town that is no seat of a government, and nothing else."""
    return who in _towns() and who not in _seats()


def disputed_place(who: str) -> str:
    """Return the place in a speaker's name of which it is disputed whose it is, "" if there is none.

    >>> disputed_place("police in East Jerusalem"), state_named("police in East Jerusalem")
    ('East Jerusalem', '')
    """
    return next((who[start:end] for start, end, _ in _found(who, _names("disputed"))), "")


def _is_place(who: str, start: int, end: int) -> bool:
    """Whether a name within a speaker's is meant as a place, and not as part of a person's or a company's name."""
    name, before, after = who[start:end], who[:start], who[end:]
    if name in entities().homonyms:
        return bool(_PLACED.search(before))
    if re.search(r"[ .]", name) or name.isupper() or after.startswith(("'", "’")):
        return True
    run = _RUN.match(after)
    if run:
        return any(_office(word) for word in run.group().split())
    last = _LAST.search(before)
    return not (last and _AT_END.match(after) and last[1][0].isupper() and not _office(last[1])) or bool(
        _PLACED.search(before)
    )


def _office(word: str) -> bool:
    return word.removesuffix("'s").removesuffix("’s").rstrip(".,'’") in entities().offices


def _found(who: str, names: Mapping[str, Sequence[tuple[str, str]]]) -> list[tuple[int, int, str]]:
    """Return where names stand in a speaker's, with their states; of those that overlap the longest."""
    found: list[tuple[int, int, str]] = []
    at = 0
    for word in re.finditer(r"[^\W\d_]", who):
        if word.start() < at or (word.start() and who[word.start() - 1].isalnum()):
            continue
        for name, code in names.get(who[word.start()], ()):
            at_end = word.start() + len(name)
            if who.startswith(name, word.start()) and not who[at_end : at_end + 1].isalnum():
                found.append((word.start(), at_end, code))
                at = at_end
                break
    return found


@lru_cache(maxsize=3)
def _names(kind: Literal["places", "houses", "disputed"]) -> Mapping[str, Sequence[tuple[str, str]]]:
    """Return the names of a kind with their states by their first letter, the longest first."""
    known = {"places": {**_towns(), **_seats()}, "houses": _houses(), "disputed": _disputed()}[kind]
    table: dict[str, list[tuple[str, str]]] = {}
    for name in sorted(known, key=lambda name: (-len(name), name)):
        table.setdefault(name[0], []).append((name, known[name]))
    return table


@lru_cache(maxsize=1)
def _seats() -> Mapping[str, str]:
    """Return the state of each capital, by its spellings, and of each other town in which a government sits."""
    more = {row["iso3"]: row["names"].split("|") for row in data_rows("foedus.evidence", "seat_names.csv")}
    table: dict[str, str] = {}
    for code in sorted(known_codes()):
        known = atlas().get(code)
        table |= dict.fromkeys(_spelled([*([known.capital] if known else []), *more.get(code, ())]), code)
    return _settled(table)


@lru_cache(maxsize=1)
def _towns() -> Mapping[str, str]:
    """Return the state of each large town, and of each that reports name; of no name that two states have."""
    table: dict[str, str] = {}
    for code in sorted(known_codes()):
        known = atlas().get(code)
        large = [known.second] if known and known.second_population >= _LARGE else []
        for name in _spelled([*large, *entities().cities.get(code, ())]):
            table[name] = "" if table.get(name, code) != code else code
    return _settled({name: code for name, code in table.items() if code})


@lru_cache(maxsize=1)
def _houses() -> Mapping[str, str]:
    return {name: code for code, names in entities().seats.items() for name in names}


@lru_cache(maxsize=1)
def _disputed() -> Mapping[str, str]:
    return dict.fromkeys(entities().disputed, "")


def _spelled(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(form for name in names for form in (name, unaccented(name))))


def _settled(table: Mapping[str, str]) -> dict[str, str]:
    return {name: code for name, code in table.items() if name not in _disputed()}
