"""States and places by name and code, and the frames of a study."""

from __future__ import annotations

import importlib.util
from functools import cache
from typing import TYPE_CHECKING, Any

import mutators
from runner import Outcome, Target, Wrong

from foedus import states, treaties
from foedus.dates import parse_day
from foedus.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

_SYSTEMS = ("iso3", "cow", "gw")


@cache
def _names() -> list[str]:
    return [*sorted(states.known_codes()), *(states.name_of(code) for code in sorted(states.known_codes()))]


def _make_code(rng: Random) -> tuple[str, Any, str]:
    name: Any = rng.choice(_names()) if rng.random() < 0.8 else rng.choice((2, 365, 255, 710, 9999, -1, 0, 2.0))
    if rng.random() < 0.4:
        name = mutators.value(rng, name)
    year = rng.choice((1816, 1900, 1945, 1960, 1990, 2000, 2022, 2100))
    day = (
        f"{year}-0{rng.randrange(1, 10)}-1{rng.randrange(10)}" if rng.random() < 0.85 else rng.choice(mutators.ODD_DAYS)
    )
    return rng.choice(("convert", "code_of", "state_of", "states_in", "check_then", "codes_on")), name, day


def _use_code(given: tuple[str, Any, str]) -> Outcome:
    what, name, on = given
    day = parse_day(on)
    if what == "convert":
        for source in _SYSTEMS:
            for to in _SYSTEMS:
                if isinstance(name, str) == (source == "iso3"):
                    found = states.convert(name, source, to, day)
                    if to == source and found != (name.upper() if isinstance(name, str) else int(name)):
                        raise Wrong("a code that is translated into itself as another")
        return "accepted"
    text = str(name)
    if what == "code_of":
        if states.code_of(text) not in states.known_codes():
            raise Wrong("a code that no state has")
    elif what == "states_in":
        for mention in states.states_in(text):
            if not set(mention.states) <= states.known_codes():
                raise Wrong("a mention of a state that there is not")
    else:
        {
            "state_of": states.state_of,
            "check_then": lambda one: states.check_then(one, day),
            "codes_on": lambda one: states.codes_on(one, day),
        }[what](text)
    return "accepted"


def _make_frame(rng: Random) -> tuple[dict[str, list[Any]], str, tuple[str, ...]]:
    size, year = rng.randrange(0, 6), rng.randrange(1930, 2030)
    system = rng.choice(_SYSTEMS)
    codes: list[Any] = (
        ["FIN", "USA", "KAZ", "RUS", "TWN", "SUN", "ZZZ"] if system == "iso3" else [2, 375, 705, 365, 713, 9999]
    )
    columns: dict[str, list[Any]] = {
        "a": [rng.choice(codes) for _ in range(size)], "b": [rng.choice(codes) for _ in range(size)], "year": [year + rng.randrange(3) for _ in range(size)],
    }  # fmt: skip
    if rng.random() < 0.5 and size:
        name = rng.choice(list(columns))
        columns[name][rng.randrange(size)] = mutators.value(rng, columns[name][0])
    if rng.random() < 0.2:
        columns[rng.choice(("defence", "treaties", "x", "year2"))] = list(range(size))
    names = rng.choice(
        (("a", "b", "year"),) * 8
        + (("a", "year"),) * 3
        + (("b", "a"), ("a",), ("year", "a", "b"), ("a", "a", "year"), ("x", "b", "year"), ())
    )
    return columns, system if rng.random() < 0.95 else rng.choice(("x", "")), names


def _use_frame(given: tuple[dict[str, list[Any]], str, tuple[str, ...]]) -> Outcome:
    import pandas as pd

    columns, system, names = given
    try:
        frame = pd.DataFrame(columns)
    except (ValueError, OverflowError):
        return "unread"
    joined = treaties.join(frame, system, names)  # type: ignore[arg-type]
    if len(joined) != len(frame) or not joined.index.equals(frame.index):
        raise Wrong("a join that changes the rows")
    for name in ("defence", "consultation", "non_aggression"):
        if len(names) == 3 and not joined[name].dropna().isin([0, 1]).all():
            raise Wrong("a promise that is neither 0 nor 1")
    return "accepted"


def _make_years(rng: Random) -> tuple[Any, ...]:
    start = rng.randrange(1810, 2030)
    years = [start, start + rng.choice((0, 0, 1, 2, -1))]
    if rng.random() < 0.3:
        years[rng.randrange(2)] = mutators.value(rng, start)
    return (
        rng.choice(("dyad_years", "state_years", "panel", "members")),
        *years,
        rng.choice(("cow", "gw", "iso3", "", None)),
    )


def _use_years(given: tuple[Any, ...]) -> Outcome:
    what, start, end, system = given
    if what == "panel":
        frame = treaties.panel(start, end, "dyad-year" if system == "cow" else "state-year")
        if not frame["year"].between(start, end).all():
            raise Wrong("a panel of other years")
        return "accepted"
    if what == "members":
        frame = states.members(system, through=start)
    elif what == "state_years":
        frame = states.state_years(start, end, system)
    else:
        frame = states.dyad_years(start, end, True, system)
        if len(frame) % 2 or frame.duplicated().any():
            raise Wrong("a directed pair without its other half, or twice")
    return "accepted"


def _places() -> tuple[Target, ...]:
    """Return the lookup of places, where this version has it."""
    if importlib.util.find_spec("foedus.places") is None:
        return ()
    from foedus import places

    asked: list[Callable[[str], object]] = [
        getattr(places, name) for name in ("country", "lookup", "find", "of", "places_of") if hasattr(places, name)
    ]

    def use(given: tuple[str, Any, str]) -> Outcome:
        for ask in asked:
            ask(str(given[1]))
        return "accepted"

    return (Target("places", _make_code, use, 1.0),) if asked else ()


def _use_years_with_data(given: tuple[Any, ...]) -> Outcome:
    try:
        return _use_years(given)
    except InputError as error:
        if "external data" in error.message:
            return "refused"
        raise


TARGETS = (
    Target("code", _make_code, _use_code, 8.0),
    Target("join", _make_frame, _use_frame, 0.5),
    Target("years", _make_years, _use_years_with_data, 0.5),
    *_places(),
)
