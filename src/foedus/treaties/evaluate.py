"""From law and facts to findings: is a provision triggered, on which reading, and who then owes what.

How the facts of an incident count: see ``view``. The law is that of the day asked for (``on``): the version in
force and the parties bound that day. Membership dates that are intervals give *unknown* in between; unknown
membership never yields yes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from foedus.dates import parse_day
from foedus.errors import InputError, closest
from foedus.treaties.asked import check_covered, check_state, is_own, naming, unbound
from foedus.treaties.case import Case
from foedus.treaties.edition import note_on
from foedus.treaties.findings import Finding, Obligations
from foedus.treaties.incident import Incident
from foedus.treaties.load import library, load_incident, resolve
from foedus.treaties.logic import Truth
from foedus.treaties.membership import bound_on, protected_on
from foedus.treaties.precedence import conflicts
from foedus.treaties.view import View, claimant_of, look, under

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable
    from pathlib import Path

    from foedus.treaties.model import Treaty


def obligations(
    target: str,
    on: str | dt.date,
    facts: str | Path | Incident | None = None,
    *,
    known_by: str | dt.date | None = None,
    according_to: str | None = None,
    reading: str | None = None,
    treaty: str | None = None,
) -> Obligations:
    """Return who is bound to do what for ``target`` under every treaty that bound it on a day.

    A day after the library was last brought up to date is answered by what it knows, with a note. A state without a
    treaty has no findings, and a note that says so.

    Args:
        target: the state that needs help, by its ISO 3166-1 alpha-3 code or any name of it.
        on: the day whose law applies.
        facts: an incident, the name of one that comes with Foedus, or a YAML file; without one nothing is known, and
            the answer says what could oblige whom, and which facts matter most.
        known_by: leave out what became known later.
        according_to: take this claimant's word (its key or name in the incident file).
        reading: use this reading wherever a provision has it.
        treaty: only this treaty or family.

    >>> found = obligations("KAZ", on="2022-01-05", facts="kazakhstan-2022")
    >>> found["csto"].provision("4").readings
    {'textual': <Truth.UNKNOWN: 'unknown'>, 'broad': <Truth.YES: 'yes'>, 'external_only': <Truth.UNKNOWN: 'unknown'>}

    Raises:
        InputError: unknown state, incident, claimant or reading; a date that is none.

    """
    day = parse_day(on)
    known = None if known_by is None else parse_day(known_by)
    among = None if treaty is None else resolve(treaty)
    state = check_state(target, day, among or ())
    incident = _nothing(state, day) if facts is None else facts if isinstance(facts, Incident) else load_incident(facts)
    treaties = naming(state) if among is None else among
    own = [item for item in treaties if is_own(item)]
    if not own:
        check_covered(day, "name a day from then on; for earlier law, a treaty file of your own (--treaty FILE)")
    _check_reading(reading, treaties if treaty is not None else library().values())
    claimed = None if according_to is None else claimant_of(incident, according_to)
    view = look(incident, known, claimed)
    views: dict[frozenset[str], View] = {}
    named_by = [*(fact.treaty for fact in incident.facts), *(request.to for request in incident.requests)]
    scopes = {name for name in named_by if name is not None} | {one.treaty for one in incident.decisions}
    findings: list[Finding] = []
    binds = Truth.NO
    for item in treaties:
        bound = bound_on(item, state, day) | protected_on(item, state, day)
        binds |= bound
        if bound is Truth.NO and not item.protects(state) and not any(one.parties for one in item.provisions):
            continue
        named = frozenset(scopes & {item.id, item.family})  # treaties with the same scopes see the same facts
        if named not in views:
            views[named] = look(incident, known, claimed, item) if scopes else view
        seen = under(views[named], item, day, incident, known)
        findings += Case(item, state, day, bound, incident, seen, known).findings(reading)
    name = None if claimed is None else incident.claimants[claimed]
    told = dict.fromkeys((*view.conflicts, *(one for f in findings for one in f.view.conflicts), *conflicts(findings)))
    notes = [] if findings and binds is not Truth.NO else [unbound(state, day, None if treaty is None else treaties)]
    if len(own) < len(treaties) and (late := note_on(day)):
        notes.append(late)
    return Obligations(state, day, incident, known, name, tuple(findings), tuple(told), tuple(notes))


def _nothing(state: str, day: dt.date) -> Incident:
    """Return an incident of which nothing is known."""
    return Incident(name="no-facts", title="no facts stated", target=state, date=day, facts=())


def _check_reading(reading: str | None, treaties: Iterable[Treaty]) -> None:
    if reading is None:
        return
    known = {
        name
        for treaty in treaties
        for provision in treaty.provisions
        for version in provision.versions
        for name in version.all_readings
    }
    if reading not in known:
        raise InputError(
            f"no provision has a reading called '{reading}'",
            expected=", ".join(sorted(known)),
            cure=closest(reading, known),
        )
