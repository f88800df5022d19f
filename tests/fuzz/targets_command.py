"""Command lines: every command with plausible and odd arguments, in this process."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shutil
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click
import mutators
import scratch
from runner import Outcome, Target, Wrong, improper
from targets_tables import claim_rows, make_table

from foedus import crisis, treaties
from foedus.cli import cli, run_cli
from foedus.errors import InputError
from foedus.record.reading import OWN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

# what serves pages until it is stopped, fits for minutes, asks, or writes where it is not told to
_LEFT_OUT = {"run", "evidence review", "forecast fit", "forecast score", "forecast stack", "forecast days", "forecast stay",
             "forecast council", "forecast contributors", "treaties pages", "scenario pages", "scenario predict", "treaties ask",
             "record conformance", "record influence", "treaties atop", "report", "compare", "forecast predict"}  # fmt: skip
_SLOW = {("treaties", "incidents"), ("places",), ("record", "list"), ("forecast", "new")}  # drawn less often
_RAW = re.compile("[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f]")
_WORDS = ("KAZ", "csto", "nato", "NATO", "csto-charter-2002", "2022-01-05", "2022-01-06", "kazakhstan-2022", "kazakhstan-2022.yaml", "interior ministry",
          "broad", "csc", "20x20", "outbursts", "mesa-3.5", "hungary-1956", "domestic_unrest", "0.7", "3", "legitimacy=0.7@3", "rules", "0", "1")  # fmt: skip
_FILES = (
    "treaty.yaml",
    "incident.yaml",
    "positions.yaml",
    "claims.csv",
    "record.csv",
    "report.txt",
    "page.html",
    "empty",
    "folder",
    "none.yaml",
    "odd\u001b[2J.csv",
    "out.csv",
    "new",
)


def _commands(group: click.Group = cli, at: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from _commands(command, (*at, name))
        elif command is not None and " ".join((*at, name)) not in _LEFT_OUT:
            yield (*at, name), command


@cache
def _known() -> list[tuple[tuple[str, ...], click.Command]]:
    return [*_commands()]


def _argument(rng: Random, parameter: click.Parameter) -> str:
    kind, name = parameter.type, parameter.name or ""
    if rng.random() < 0.12:
        return str(rng.choice((*mutators.ODD_TEXTS, *mutators.ODD_DAYS, *map(_digits, mutators.ODD_NUMBERS))))
    if isinstance(kind, click.Choice):
        return str(rng.choice(list(kind.choices)))
    if kind in (click.INT, click.FLOAT):
        return rng.choice(("0", "1", "2", "3", "5", "0.5", "-1"))
    likely = {
        "on": ("2022-01-05", "2014-03-01"), "start": ("2000-01-01",), "end": ("2022-01-01",), "day": ("2024-03-01",), "known_by": ("2022-01-07",),
        "state": ("KAZ", "Luxembourg", "USA"), "target": ("KAZ", "MLI"), "treaty": ("csto", "nato"), "organ": ("csc",), "facts": ("kazakhstan-2022", "incident.yaml"),
        "size": ("10x10", "5x8"), "rules": ("mesa-3.5",), "preset_name": ("outbursts",), "change_texts": ("legitimacy=0.5@2",), "positions": ("positions.yaml",),
        "claims": ("claims.csv",), "gold": ("claims.csv",), "documents": ("report.txt", "page.html"), "organisation": ("csto", "nato"), "trigger": ("domestic_unrest",),
        "case_id": ("kazakhstan-2022", "hungary-1956"), "record_path": ("record.csv",), "cells": ("case_id=x-2022", "target_iso3=KAZ"), "out": ("out.csv",),
    }.get(name)  # fmt: skip
    if likely and rng.random() < 0.75:
        return rng.choice(likely)
    return rng.choice(_FILES) if isinstance(kind, click.Path) or rng.random() < 0.3 else rng.choice(_WORDS)


def _digits(number: float) -> str:
    try:
        return str(number)
    except ValueError:  # thousands of digits
        return "9" * 400


def _make_line(rng: Random) -> list[str]:
    path, command = rng.choice(_known())
    if path in _SLOW and rng.random() < 0.8:
        path, command = rng.choice(_known())
    words = list(path)
    for parameter in command.params:
        if isinstance(parameter, click.Argument):
            words += [_argument(rng, parameter) for _ in range(rng.choice((1, 1, 1, 2)) if parameter.nargs < 0 else 1)]
        elif isinstance(parameter, click.Option) and (parameter.required or rng.random() < 0.25):
            words.append(rng.choice(parameter.opts + parameter.secondary_opts))
            words += [] if parameter.is_flag else [_argument(rng, parameter)]
    if path == ("lattice",):
        words += ["--size", "6x6", "--steps", "2"] if rng.random() < 0.9 else ["--size", "6x6"]
        words = [word for word in words if word != "--play"]
    if "--ask" in words:
        words.remove("--ask")
    if rng.random() < 0.06:
        words.insert(rng.randrange(len(words) + 1), rng.choice(("--nope", "--", "-h", "--json", "extra", "--on", "")))
    return [word for word in words if not word.startswith("/") and ".." not in word and "\0" not in word]


@cache
def _place(folder: Path) -> Path:
    """Return a folder with a file of each kind, in which commands run."""
    from random import Random

    place = folder / "desk"
    place.mkdir()
    rng = Random(1)
    here, scenarios = Path(treaties.__file__).parent, Path(crisis.__file__).parent / "scenarios"
    (place / "treaty.yaml").write_bytes((here / "library" / "fpda-1971.yaml").read_bytes())
    (place / "incident.yaml").write_bytes((here / "incidents" / "kazakhstan-2022.yaml").read_bytes())
    (place / "positions.yaml").write_text("proposal: x\npositions: {KAZ: yes, RUS: yes, ARM: unknown}\n")
    (place / "claims.csv").write_bytes(
        b"\n".join((scenarios / "kazakhstan-2022" / "claims.csv").read_bytes().split(b"\n")[:9]) + b"\n"
    )
    (place / "record.csv").write_bytes(b"\n".join(OWN.read_bytes().split(b"\n")[:12]) + b"\n")
    (place / "report.txt").write_text(
        "At least 26 people [of Kazakhstan] were killed in Almaty on 6 January 2022, the \x1b ministry said.\n"
    )
    (place / "page.html").write_text("<html><body><p>Some 2,000 were detained.</p></body></html>")
    (place / "odd\u001b[2J.csv").write_text(make_table(claim_rows, 3)(rng))
    (place / "empty").touch()
    (place / "folder").mkdir()
    return place


def _use_line(words: list[str]) -> Outcome:
    out, err = io.StringIO(), io.StringIO()
    place = _place(scratch.folder())
    before = Path.cwd()
    os.chdir(place)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run_cli(words)
    finally:
        os.chdir(before)
        for left in ("out.csv", "out.csv.reviewed.csv", "incident.yaml.new"):
            if (place / left).is_dir():
                shutil.rmtree(place / left)
            (place / left).unlink(missing_ok=True)
    told, said = err.getvalue(), out.getvalue()
    if code not in (0, 1, 2):
        raise Wrong(f"exit code {code}")
    if code and not told.strip() and not said.strip():
        raise Wrong("a failure without a word")
    for text in (told, said):
        if raw := _RAW.search(text):
            raise Wrong(f"a control character in what is printed: {raw[0]!r}")
    if wording := improper(InputError(told or "none")):
        raise Wrong(f"{wording.rpartition(' in ')[0]} in {' '.join(words[:2])}")
    if "--json" in words and code == 0 and said.strip() and "--help" not in words and "-h" not in words:
        for line in [said] if said.startswith(("{\n", "[")) else said.splitlines():
            json.loads(line)
    if code == 2 and told.startswith("Usage:"):
        return "unread"
    return "refused" if code else "accepted"


TARGETS = (Target("command", _make_line, _use_line, 0.5),)
