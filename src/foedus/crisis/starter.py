"""A starter scenario: commented and valid; places are the state's own where they are known, the events are invented."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import os
import re
import textwrap
from importlib import resources
from typing import TYPE_CHECKING, Any, NamedTuple

from jinja2 import Environment, StrictUndefined, select_autoescape

from foedus import files
from foedus.crisis.fitting import NEIGHBOUR_KM
from foedus.crisis.scenario import scenario_names
from foedus.crisis.starter_law import choose
from foedus.errors import InputError
from foedus.places.distance import distance_km
from foedus.states import code_of, name_of
from foedus.states.places import SOURCE, places_of

if TYPE_CHECKING:
    from pathlib import Path

    from foedus.states.places import Places

FILES = ("scenario.yaml", "incident.yaml", "claims.csv", "sources.md")
_DAYS = 10
_SITES = ("[square, city_hall, police, airport]", "3", "2")
_SHOCKS = (0.6, 0.4, 0.2)


class Starter(NamedTuple):
    """The files that were written, and what in them is real, invented and chosen: a sentence each."""

    files: list[Path]
    told: tuple[str, ...]


def write(directory: Path, state: str, day: dt.date) -> Starter:
    """Write the starter's files into a directory that holds none of them yet.

    Raises:
        InputError: an unknown state, a name that cannot be used, files that would be overwritten, or a place that
            cannot be written.
        RunError: the disk is full or broken.

    """
    name = directory.name
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name):
        raise InputError(
            "this cannot name a scenario", found=name, expected="letters, digits, hyphens, as in my-crisis"
        )
    if name in scenario_names():
        raise InputError(
            "a scenario that comes with Foedus has this name, and would be taken for yours", found=name,
            cure="name another directory",
        )  # fmt: skip
    with files.telling("the scenario", directory):
        texts, told = _texts(name, directory, code_of(state), day)
        _put(directory, texts)
    return Starter([directory / file for file in texts], told)


def _look(directory: Path, texts: dict[str, str]) -> list[str]:
    """Return which files are still to be written; refuse a directory that holds another file of a scenario.

    A process that was killed in the last moment leaves some files, never the scenario itself, which comes last.
    """
    there = [file for file in texts if os.path.lexists(directory / file)]
    if "scenario.yaml" in there or any(_read(directory / file) != texts[file] for file in there):
        raise InputError(
            "there is a scenario already; nothing was touched", file=directory, found=", ".join(there),
            cure="name another directory",
        )  # fmt: skip
    return sorted(texts.keys() - set(there), key=lambda file: file == "scenario.yaml")


def _read(path: Path) -> str | None:
    try:
        return path.read_bytes().decode() if path.is_file() else None
    except (OSError, ValueError):
        return None


def _put(directory: Path, texts: dict[str, str]) -> None:
    """Write all files, or none: a new directory comes whole, and in one that is there what was done is taken back."""
    if os.path.lexists(directory):
        _add(directory, texts)
        return
    made = [folder for folder in directory.parents if not folder.exists()]
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        with files.draft_folder(directory) as draft:
            for file, text in texts.items():
                files.write_text(draft / file, text)
            with files.locked(directory):
                if not os.path.lexists(directory):
                    files.finish(draft)
                    draft.rename(directory)
                    files.sync_folder(directory.parent)
                    return
        _add(directory, texts)  # somebody made it meanwhile
    except BaseException:
        for folder in made:
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise


def _add(directory: Path, texts: dict[str, str]) -> None:
    """Write all files into a directory, or none: the last step is quick and is taken back if it fails."""
    done: dict[Path, os.stat_result] = {}
    try:
        _look(directory, texts)
        with files.draft_folder(directory / "scenario") as draft:
            for file, text in texts.items():
                files.write_text(draft / file, text)
            with files.locked(directory / "scenario"):
                for file in _look(directory, texts):  # again, since another may have been written meanwhile
                    done[directory / file] = (draft / file).stat()
                    files.move_new(draft / file, directory / file)
    except BaseException as error:
        for path in [path for path, ours in done.items() if _is(path, ours)]:
            with contextlib.suppress(OSError):
                path.unlink()
        files.told_untouched(error, left=any(_is(path, ours) for path, ours in done.items()))
        if isinstance(error, FileExistsError):  # one came in the last moment
            _look(directory, texts)
        raise


def _is(path: Path, ours: os.stat_result) -> bool:
    """Say whether a file is there and is ours, not one that another has put in its place."""
    try:
        return os.path.samestat(path.lstat(), ours)
    except OSError:
        return False


def _texts(name: str, directory: Path, state: str, day: dt.date) -> tuple[dict[str, str], tuple[str, ...]]:
    law = choose(state, day)
    known = places_of(state)
    here = resources.files("foedus.crisis") / "starter"
    sources = here.joinpath("sources.md").read_text(encoding="utf-8")
    places = _invented() if known is None else _places(state, known, day)
    told = _told(state, known, day, law.why)
    words = {
        "name": name,
        "directory": directory,
        "state": state,
        "state_name": name_of(state),
        "treaty": law.treaty,
        "provision": law.provision,
        "helper": law.helper,
        "why": law.why,
        "told": told,
        "limit": told[1] if known else f"{told[0]} {told[1]}",
        "places": places,
        "clock": places[0]["utc_offset"],
        "zone": _written(places[0]["utc_offset"]),
        "sha256": hashlib.sha256(sources.encode()).hexdigest(),
        "day": day,
        "end": day + dt.timedelta(days=_DAYS),
    } | {word: day + dt.timedelta(days=n) for n, word in enumerate(("second", "third", "fourth", "fifth"), 1)}
    # not markup: what comes out is YAML and CSV, and every word of it is checked when the scenario is loaded
    environment = Environment(
        undefined=StrictUndefined, autoescape=select_autoescape(default_for_string=False), keep_trailing_newline=True
    )
    environment.filters |= {"quoted": _quoted, "number": "{:g}".format, "comment": _comment}
    texts = {
        file: environment.from_string(here.joinpath(file).read_text(encoding="utf-8")).render(words) for file in FILES
    }
    return texts, told


def _places(state: str, known: Places, day: dt.date) -> list[dict[str, Any]]:
    """Return the capital, the largest town away from it and the rest of a state, as far as they are known."""
    capital, town = known.capital, known.town
    # claims know places by name, and the state has its own
    name = f"{capital.name} (city)" if capital.name == name_of(state) else capital.name
    clock = capital.utc_offset(day)
    if town is None and known.rest is None:
        return _listed([(name, known.people, capital.lon, capital.lat, clock)])
    rows = [(name, capital.people, capital.lon, capital.lat, clock)]
    if town is not None:
        rows.append((town.name, town.people, town.lon, town.lat, town.utc_offset(day)))
    if known.rest is not None:
        left = known.people - sum(people for _, people, *_ in rows)
        rows.append((f"Rest of {name_of(state)}", left, *known.rest, clock))
    return _listed(rows)


def _invented() -> list[dict[str, Any]]:
    sizes = (("Capital", 400_000, 0.0, 0.0), ("Second town", 150_000, 0.3, -0.2), ("Countryside", 250_000, 0.0, 0.4))
    return _listed([(*size, 0.0) for size in sizes])


def _listed(rows: list[tuple[str, int, float, float, float]]) -> list[dict[str, Any]]:
    """Return places as the scenario writes them, of (name, people, lon, lat, offset of the clock)."""
    found = []
    for number, (name, people, lon, lat, clock) in enumerate(rows):
        others = [distance_km(lon, lat, *other[2:4]) for at, other in enumerate(rows) if at != number]
        found.append(
            {"code": f"P{number + 1}", "name": name, "population": people, "lon": lon, "lat": lat, "utc_offset": clock}
            | {"sites": _SITES[number], "shock": _SHOCKS[number], "remote": min(others, default=0.0) > NEIGHBOUR_KM}
        )
    return found


def _told(state: str, known: Places | None, day: dt.date, why: str) -> tuple[str, ...]:
    who = name_of(state)
    if known is None:
        places = (
            f"Invented: Foedus knows no places of {who}. Names, people and clocks of its places are made up, and their "
            "coordinates lie in the Gulf of Guinea; replace them with real ones."
        )
        rest = "Invented too: events, officers, soldiers, claims, sites, and the facts for the law."
    else:
        parts = ["the capital", "the largest town more than 30 km from it"][: 2 if known.town else 1]
        parts += ["one place for all the rest, in the middle of the further towns"] if known.rest else []
        places = (
            f"Real: {_and(parts)}; the {known.people:,} people of {who} are those of {known.year}, town populations "
            f"are undated, and clocks are those of {day}{'' if known.capital.zone() else ' but for summer time'} "
            f"({SOURCE})." + (f" Note: {known.note}." if known.note else "")
        )
        rest = "Invented: events, officers, soldiers, claims, sites, and the facts for the law."
    return places, rest, f"The law: {why}"


def _and(words: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # a string of JSON is one of YAML


def _comment(text: str) -> str:
    return textwrap.fill(text, 118, initial_indent="# ", subsequent_indent="# ", break_on_hyphens=False)


def _written(hours: float) -> str:
    """Return an offset from UTC as a moment carries it: +05:30."""
    minutes = round(abs(hours) * 60)
    return f"{'-' if hours < 0 else '+'}{minutes // 60:02d}:{minutes % 60:02d}"
