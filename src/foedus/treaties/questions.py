"""Walk someone through the facts that matter, the most informative first, and write the incident file."""

from __future__ import annotations

import io
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from ruamel.yaml import YAML

from foedus.dates import parse_day
from foedus.errors import FoedusError, InputError, RunError
from foedus.files import refuse_dash, telling, write_text
from foedus.treaties.asked import check_state
from foedus.treaties.evaluate import obligations
from foedus.treaties.incident import Fact, Incident
from foedus.treaties.load import resolve
from foedus.treaties.logic import Truth
from foedus.treaties.terms import vocabulary

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from foedus.treaties.findings import Obligations


def ask(
    state: str,
    on: str | dt.date,
    treaty: str,
    out: Path | str,
    answer: Callable[[str], str],
    source: Callable[[str], str],
    *,
    provision: str | None = None,
) -> Obligations:
    """Ask until no open fact can change an answer, write the incident file, and return the findings.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     out = Path(folder) / "calm.yaml"
    ...     found = ask("KAZ", "2022-01-05", "csto", out, lambda fact: "no", lambda fact: "me", provision="4")
    >>> found["csto"].provision("4").status
    <Truth.NO: 'no'>

    Args:
        state: who is in trouble.
        on: the day.
        treaty: treaty or family asked about.
        out: incident file to write; an existing file is not overwritten.
        answer: asked in words, returns ``yes``, ``no`` or ``unknown``.
        source: asked where an answer comes from.
        provision: only this article or provision id.

    Raises:
        InputError: unknown state, treaty or provision, a bad date, a file that is there already. If that comes, or the
            disk fails, while questions are asked, the error says where the answers were kept.
        RunError: the disk is full or broken.

    """
    day = parse_day(on)
    target = check_state(state, day, resolve(treaty))
    path = Path(out)
    refuse_dash(path)
    if path.exists():
        raise InputError("this file exists already", file=path, cure="name another one with --out")
    if not path.absolute().parent.is_dir():
        raise InputError("there is no such folder to write into", file=path.parent, cure="name another file with --out")
    if not os.access(path.absolute().parent, os.W_OK):
        raise InputError("this folder cannot be written", file=path.parent, cure="name another file with --out")
    facts: list[Fact] = []
    skipped: set[str] = set()
    while True:
        incident = Incident(name=path.stem, title=f"{target}, {day}", target=target, date=day, facts=tuple(facts))
        found = obligations(target, day, incident, treaty=treaty)
        if not found.findings:
            raise InputError(found.notes[0], cure="ask about a treaty that bound it; `foedus allies` shows some")
        wanted = found.findings if provision is None else (found[treaty].provision(provision),)
        question = _most_telling([finding.could_change for finding in wanted], skipped)
        if question is None:
            break
        said = answer(f"{vocabulary().facts[question]}?")
        skipped.add(question)
        if said != "unknown":
            facts.append(
                Fact(
                    fact=question,
                    value=Truth(said),
                    basis="observed",
                    known_from=day,
                    source=source("  where is that known from?"),
                )
            )
    _write(incident, path)
    return found


def _most_telling(lists: list[tuple[str, ...]], skipped: set[str]) -> str | None:
    """Return the fact that stands highest in most lists (each is in order of influence)."""
    weight: dict[str, float] = {}
    for facts in lists:
        for place, fact in enumerate(facts, 1):
            weight[fact] = weight.get(fact, 0.0) + 1 / place
    left = [fact for fact in weight if fact not in skipped]
    return max(left, key=lambda fact: weight[fact], default=None)


def _write(incident: Incident, path: Path) -> None:
    text = _text(incident)
    try:
        with telling("the incident file", path):
            write_text(path, text, new=True)
    except FoedusError as error:  # whoever answered should not have to do so again
        error.cure = _kept(text, path.name)
        raise


def _kept(text: str, name: str) -> str:
    """Keep answers among the temporary files, and return a sentence that says where, or what they were."""
    try:
        place = Path(tempfile.mkdtemp(prefix="foedus-")) / name
        write_text(place, text)
    except (OSError, RunError):
        return f"your answers could not be kept anywhere, so copy them from here into a file:\n\n{text}"
    return f"your answers are in {place}; move that file to where you want it"


def _text(incident: Incident) -> str:
    """Return an incident as YAML."""
    yaml = YAML()
    yaml.indent(mapping=2, sequence=4, offset=2)
    data = {
        "name": incident.name,
        "title": incident.title,
        "target": incident.target,
        "date": incident.date,
        "claimants": {},
        "facts": [
            {
                "fact": fact.fact,
                "value": str(fact.value),
                "basis": fact.basis,
                "known_from": fact.known_from,
                "source": fact.source,
            }
            for fact in incident.facts
        ],
    }
    text = io.StringIO()
    yaml.dump(data, text)
    return text.getvalue()
