"""Which treaty a starter scenario asks about, and why: told in words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from foedus.places import atlas
from foedus.treaties import Fact, Incident, Truth, obligations
from foedus.treaties.asked import check_covered, check_state
from foedus.treaties.edition import note_on
from foedus.treaties.membership import bound_on
from foedus.treaties.naming import state_name
from foedus.treaties.words import clause

if TYPE_CHECKING:
    import datetime as dt

    from foedus.treaties import Finding

_HELP = ("defence", "assistance", "peacekeeping", "intervention")
_LAST = ("un-charter-1945", "un.51")  # the right of self-defence, alone or with others
_BAN = ("un-charter-1945", "un.2-4")  # the ban on force, which protects those who are no members too
_MOST_NAMED = 4


class Law(NamedTuple):
    """A treaty, one of its provisions, a state that would help (None: nobody is named), and the reason."""

    treaty: str
    provision: str
    helper: str | None
    why: str


def choose(state: str, day: dt.date) -> Law:
    """Return the provision that obliges most other states to help a state on a day, the nearest thing to it, or none.

    For a day after the library was last brought up to date the reason says so.

    Raises:
        InputError: no state had this code that day, or the day is outside what the library covers.

    """
    check_state(state, day)
    check_covered(day)  # before obligations, whose cure is not for a starter
    law = _chosen(state, day)
    return law._replace(why=" ".join(filter(None, (law.why, note_on(day)))))


def _chosen(state: str, day: dt.date) -> Law:
    fact = Fact(fact="act.internal_unrest", value=Truth.YES, basis="observed", known_from=day, source="invented")
    incident = Incident(name="starter", title="starter", target=state, date=day, facts=(fact,))
    found = [f for f in obligations(state, day, incident).findings if f.bound is Truth.YES]
    who = state_name(state)
    helping = sorted((f for f in found if f.provision.kind in _HELP), key=lambda f: _rank(f, state))
    if helping:
        return _helping(helping, state, day)
    consulting = sorted((f for f in found if f.provision.kind == "consultation"), key=lambda f: f.treaty.id)
    nothing = f"No treaty of the library that bound {who} on {day} promises help to it"
    if consulting:
        first = consulting[0]
        why = f"{nothing}; {clause(first)} provides for consultation, which comes nearest."
        return Law(first.treaty.id, first.provision.id, None, why)
    if not any(bound_on(f.treaty, state, day) is Truth.YES for f in found):
        nothing = f"No treaty of the library bound {who} on {day}"
    named = {(f.treaty.id, f.provision.id) for f in found}
    if _LAST not in named and _BAN in named:
        why = f"{nothing}; UN Charter art. 2(4), the ban on force, which protects every state, is asked about instead."
        return Law(*_BAN, None, why)
    if _LAST in named:
        why = f"{nothing}; UN Charter art. 51, the right of self-defence alone or with others, is asked about instead."
    else:
        why = f"{nothing}; UN Charter art. 51 is asked about, and the answer is that it did not bind {who}."
    return Law(*_LAST, None, why)


def _helping(helping: list[Finding], state: str, day: dt.date) -> Law:
    first = helping[0]
    obliged = _bearers(first, state, musts=True)
    able = obliged or _bearers(first, state)
    promised = f"{clause(first)} ({first.provision.kind})"
    if obliged:
        what = f"obliges {len(obliged)} other state{'' if len(obliged) == 1 else 's'}, once its conditions are met"
    elif able:
        what = f"allows {len(able)} other state{'' if len(able) == 1 else 's'} to help and obliges none"
    else:
        what = "leaves help to an organ and names no state that owes it"
    others = [f"{clause(f)} [{f.treaty.id}, {f.provision.id}]" for f in helping[1:]]  # ids: what the file would name
    rest = f"; the other{' is' if len(others) == 1 else 's are'} {', '.join(others[:_MOST_NAMED])}" if others else ""
    if len(others) > _MOST_NAMED:
        rest += f" and {len(others) - _MOST_NAMED} more (foedus obligations {state} --on {day} --facts incident.yaml)"
    number = f"{len(helping)} provisions" if others else "one provision"
    why = f"{number[0].upper()}{number[1:]} on help bound {state_name(state)} on {day}. {promised} {what}{rest}."
    return Law(first.treaty.id, first.provision.id, max(able, key=_people) if able else None, why)


def _rank(finding: Finding, state: str) -> tuple[object, ...]:
    """Order by whether states are obliged or free to help, by the kind of help, by how many, and by age."""
    obliged, able = _bearers(finding, state, musts=True), _bearers(finding, state)
    kind = _HELP.index(finding.provision.kind)
    return (not obliged, not able, kind, -len(obliged or able), finding.treaty.signed.earliest, finding.provision.id)


def _bearers(finding: Finding, state: str, *, musts: bool = False) -> set[str]:
    """Return the other states that the provision obliges (or, without ``musts``, obliges or allows) to act."""
    modalities = {"must"} if musts else {"must", "may"}
    named = {duty.bearer for duty in finding.duties if duty.modality in modalities}
    return {bearer for bearer in named if re.fullmatch("[A-Z]{3}", bearer)} - {state}


def _people(state: str) -> tuple[int, str]:
    known = atlas().get(state)
    return (dict(known.populations)[2020] if known else 0, state)
