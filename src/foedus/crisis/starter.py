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
from typing import TYPE_CHECKING, NamedTuple

from jinja2 import Environment, StrictUndefined, select_autoescape

from foedus import files
from foedus.crisis.scenario import scenario_names
from foedus.crisis.starter_law import choose
from foedus.crisis.starter_places import setting
from foedus.errors import InputError
from foedus.states import code_of, name_of

if TYPE_CHECKING:
    from pathlib import Path

FILES = ("scenario.yaml", "incident.yaml", "claims.csv", "sources.md")
OUTLINES = "outlines.geojson"
_DAYS = 10


class Starter(NamedTuple):
    """The files that were written, and what in them is real, invented and chosen: a sentence each."""

    files: list[Path]
    told: tuple[str, ...]


def write(directory: Path, state: str, day: dt.date) -> Starter:
    """Write the starter's files into a directory that holds none of them yet.

    Raises:
        InputError: an unknown state, a name or day that cannot be used, files that would be overwritten, or a place
            that cannot be written.
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
    if day > dt.date.max - dt.timedelta(days=_DAYS):
        raise InputError(
            "a starter runs for ten days, and the calendar ends before", found=day,
            expected=f"up to {dt.date.max - dt.timedelta(days=_DAYS)}", cure="name an earlier day",
        )  # fmt: skip
    with files.telling("the scenario", directory):
        texts, told = _texts(name, directory, code_of(state, day), day)
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
    with files.folder_made(directory.parent):
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
    where = setting(state, day)
    here = resources.files("foedus.crisis") / "starter"
    sources = here.joinpath("sources.md").read_text(encoding="utf-8")
    places = where.places
    invented = (
        f"Invented{'' if where.real else ' too'}: events, officers, soldiers, claims, sites, and the facts for the law."
    )
    told = (where.told, invented, f"The law: {law.why}")
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
        "limit": f"{told[0]} {told[1]}",
        "outlines": OUTLINES if where.outlines else None,
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
    return texts | ({OUTLINES: where.outlines} if where.outlines else {}), told


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # a string of JSON is one of YAML


def _comment(text: str) -> str:
    return textwrap.fill(text, 118, initial_indent="# ", subsequent_indent="# ", break_on_hyphens=False)


def _written(hours: float) -> str:
    """Return an offset from UTC as a moment carries it: +05:30."""
    minutes = round(abs(hours) * 60)
    return f"{'-' if hours < 0 else '+'}{minutes // 60:02d}:{minutes % 60:02d}"
