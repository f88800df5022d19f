"""A starter scenario: commented, invented from end to end, and valid as it stands."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from importlib import resources
from typing import TYPE_CHECKING

from jinja2 import Environment, StrictUndefined, select_autoescape

from foedus.crisis.scenario import scenario_names
from foedus.errors import InputError, RunError
from foedus.states import code_of, name_of
from foedus.treaties import Fact, Incident, Truth, obligations

if TYPE_CHECKING:
    from pathlib import Path

FILES = ("scenario.yaml", "incident.yaml", "claims.csv", "sources.md")
_DAYS = 10
_HELP = ("defence", "assistance", "peacekeeping", "intervention")


def write(directory: Path, state: str, day: dt.date) -> list[Path]:
    """Write the starter's files into a directory that holds none of them yet; return their paths.

    Raises:
        InputError: an unknown state, a name that cannot be used, or files that would be overwritten.
        RunError: the place cannot be written.

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
    try:
        there = [file for file in FILES if (directory / file).exists()]
        if there:
            raise InputError(
                "there is a scenario already; nothing was touched", file=directory, found=", ".join(there),
                cure="name another directory",
            )  # fmt: skip
        texts = _texts(name, directory, code_of(state), day)
        directory.mkdir(parents=True, exist_ok=True)
        for file, text in texts.items():
            (directory / file).write_text(text, encoding="utf-8")
    except OSError as error:
        raise RunError(
            "the scenario cannot be written", file=directory, found=error.strerror,
            cure="name a directory in a folder that you may write to",
        ) from error  # fmt: skip
    return [directory / file for file in texts]


def _texts(name: str, directory: Path, state: str, day: dt.date) -> dict[str, str]:
    treaty, provision, helper = _alliance(state, day)
    here = resources.files("foedus.crisis") / "starter"
    sources = here.joinpath("sources.md").read_text(encoding="utf-8")
    words = {
        "name": name,
        "directory": directory,
        "state": state,
        "state_name": name_of(state),
        "treaty": treaty,
        "provision": provision,
        "helper": helper,
        "sha256": hashlib.sha256(sources.encode()).hexdigest(),
        "day": day,
        "end": day + dt.timedelta(days=_DAYS),
    } | {word: day + dt.timedelta(days=n) for n, word in enumerate(("second", "third", "fourth", "fifth"), 1)}
    # not markup: what comes out is YAML and CSV, and every word of it is checked when the scenario is loaded
    environment = Environment(
        undefined=StrictUndefined, autoescape=select_autoescape(default_for_string=False), keep_trailing_newline=True
    )
    return {
        file: environment.from_string(here.joinpath(file).read_text(encoding="utf-8")).render(words) for file in FILES
    }


def _alliance(state: str, day: dt.date) -> tuple[str, str, str | None]:
    """Return a treaty that bound the state that day, a provision on help in it, and a state that it binds to help."""
    fact = Fact(fact="act.internal_unrest", value=Truth.YES, basis="observed", known_from=day, source="invented")
    incident = Incident(name="starter", title="starter", target=state, date=day, facts=(fact,))
    found = obligations(state, day, incident)
    helping = sorted(
        (f for f in found.findings if f.provision.kind in _HELP and f.bound is Truth.YES),
        key=lambda f: (_HELP.index(f.provision.kind), f.treaty.id),
    )
    for finding in helping:
        bearers = sorted({d.bearer for d in finding.duties if re.fullmatch("[A-Z]{3}", d.bearer)} - {state})
        if bearers:
            return finding.treaty.id, finding.provision.id, bearers[0]
    first = (helping or list(found.findings))[:1]
    if not first:
        raise InputError("no treaty of the library bound this state that day", found=f"{state} on {day}")
    return first[0].treaty.id, first[0].provision.id, None
