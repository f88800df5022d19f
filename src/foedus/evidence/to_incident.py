"""From reviewed claims to an incident file: who says what, since when, as facts for the law."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML

from foedus.errors import InputError
from foedus.evidence.claimants import claimant, nobody
from foedus.evidence.model import Claim, vocabulary
from foedus.files import locked, telling, write_text
from foedus.states.codes import check_then
from foedus.states.names import code_of
from foedus.treaties import Incident

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def incident(claims: Iterable[Claim], target: str, *, event: str | None = None, name: str | None = None) -> Incident:
    """Return the facts that qualitative claims speak of, each with its claimant.

    What two or more reports state in their own voice about what was done counts as observed; everything else is
    claimed by its speaker, and a report's own voice about causes by independent observers. Rejected and retracted
    claims are left out. Which statement speaks of which fact stands in ``vocabulary.yaml``.

    Args:
        claims: reviewed claims.
        target: the state in trouble, by ISO 3166-1 alpha-3 code or any name of it.
        event: take only claims about this event (default: the one most claims are about).
        name: of the incident (default: the event's).

    Raises:
        InputError: no such state, or none on the first day; no claim speaks of a fact, or none is dated.

    """
    state = code_of(target)
    words = vocabulary().statements
    usable = [(words[c.statement], c) for c in claims if c.statement and c.status in ("current", "superseded")]
    about = event or max({c.event for _, c in usable}, key=lambda e: sum(c.event == e for _, c in usable), default="")
    usable = [(statement, c) for statement, c in usable if c.event == about]
    claimants: dict[str, str] = {}
    said: dict[tuple[str, str, str | None], Claim] = {}
    value: str
    own_voice: dict[tuple[str, str], dict[str, Claim]] = defaultdict(dict)
    for statement, claim in usable:
        day = None if _day(claim) == dt.date.max else _day(claim)
        key, title = claimant(claim.speaker, state, day) if claim.speaker else nobody()
        for fact, value in (statement.means if claim.affirmed else statement.denial).items():
            if not claim.speaker and statement.visible:
                own_voice[fact, value].setdefault(claim.document, claim)
                continue
            claimants.setdefault(key, title)
            earlier = said.get((fact, value, key))
            if earlier is None or _day(claim) < _day(earlier):
                said[fact, value, key] = claim
    for (fact, value), reports in own_voice.items():
        first = min(reports.values(), key=_day)
        if len(reports) >= 2:
            said[fact, value, None] = first
        else:
            claimants.setdefault(*nobody())
            said.setdefault((fact, value, nobody()[0]), first)
    if not said:
        raise InputError(
            "no claim speaks of a fact that treaties ask for",
            found=f"{len(usable)} statements about '{about}'",
            cure="extract statements first, or name another event with --event",
        )
    start = min(_day(claim) for claim in said.values())
    if start == dt.date.max:
        raise InputError("no claim is dated", cure="give the day of publication with `evidence extract --published`")
    check_then(state, start)
    facts = [_fact(fact, value, key, claim, start) for (fact, value, key), claim in sorted(said.items(), key=_order)]
    return Incident.model_validate(
        {
            "name": name or about,
            "title": f"{about}, from {len({c.document for c in said.values()})} reports",
            "target": state,
            "date": start,
            "claimants": claimants,
            "facts": facts,
        }
    )


def write_incident(found: Incident, path: Path, *, force: bool = False) -> None:
    """Write an incident file that ``foedus obligations --facts`` reads.

    Args:
        found: the incident.
        path: where to; a file that was written here and is as it was is replaced.
        force: replace any other file too.

    Raises:
        InputError: the file cannot be written, or may have been corrected by hand.

    """
    yaml = YAML()
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.width = 110
    yaml.representer.ignore_aliases = lambda *_: True
    data = found.model_dump(exclude_none=True, exclude_defaults=True)
    for fact in data["facts"]:
        fact["value"] = str(fact["value"])
    data["claimants"] = dict(found.claimants)
    body = io.StringIO()
    yaml.dump(data, body)
    with telling("the incident file", path), locked(path):  # from the look at what is there to the replacement
        write_text(path, _head(body.getvalue()) + body.getvalue(), over=force or _as_written(path))


def _head(body: str) -> str:
    """Return what stands above an incident: how it came to be, and the fingerprint by which we know it again."""
    return (
        "# Made from reviewed claims; check it before you rely on it.\n"
        f"# As it was made: sha256 {hashlib.sha256(body.encode()).hexdigest()}\n"
    )


def _as_written(path: Path) -> bool:
    """Whether a file is one of ours that nobody has changed since."""
    if not path.is_file():  # a pipe would wait for somebody to write
        return False
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return False
    body = "".join(text.splitlines(keepends=True)[2:])
    return text == _head(body) + body


def _fact(fact: str, value: str, key: str | None, claim: Claim, start: dt.date) -> dict[str, Any]:
    where = f"{claim.title} ({claim.publisher}), paragraph {claim.paragraph}"
    basis = {"basis": "observed"} if key is None else {"basis": "claimed", "claimant": key}
    known = _day(claim)
    return {
        "fact": fact,
        "value": value,
        **basis,
        "known_from": known if known != dt.date.max else start,  # undated: as early as anything said
        "source": f"{where}, claim {claim.claim_id}",
        "note": vocabulary().statements[claim.statement or ""].label,
    }


def _order(item: tuple[tuple[str, str, str | None], Claim]) -> tuple[str, dt.date, str]:
    (fact, _, key), claim = item
    return fact, _day(claim), key or ""


def _day(claim: Claim) -> dt.date:
    when = claim.published or claim.as_of
    said = (
        claim.as_of if claim.as_of and (not claim.published or claim.as_of.latest <= claim.published.latest) else when
    )
    return said.latest if said else dt.date.max
