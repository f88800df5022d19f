"""The facts of an incident as one looks at them.

How facts count
---------------
An incident file holds statements: someone saw, claimed or assumed that a fact is so, known from a day on.

* **Default view.** What was *observed* (or is stated as *assumed*) decides. What is only *claimed* stays unknown:
  a claim is not a proof, in either direction. Two observations that contradict each other are a conflict, which
  is reported and leaves the fact unknown.
* **According to X.** X's own claims are taken as X makes them, also against observations; everything that X did
  not speak of counts as in the default view. So the same clause can be answered as the president saw it and as
  observers saw it.
* **Known by a day.** Statements that became known later are left out. Without it, all of them count.
* **Derived.** What follows from the attackers, the place, requests and decisions (``derived``) counts where nobody
  observed or assumed the contrary. If somebody did, that counts, and the contradiction is told.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from foedus.errors import InputError, closest
from foedus.shown import brief
from foedus.treaties.derived import derived, derived_for, derived_under
from foedus.treaties.logic import Truth
from foedus.treaties.terms import vocabulary

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from foedus.treaties.incident import Fact, Incident
    from foedus.treaties.model import Treaty, Version


@dataclass(frozen=True, slots=True)
class View:
    """The facts of an incident as one looks at them: values, the statements used, conflicts, who the claimants are."""

    __repr__ = brief

    values: Mapping[str, Truth]
    used: Mapping[str, tuple[Fact, ...]]
    conflicts: tuple[str, ...]
    claimants: Mapping[str, str] = field(default_factory=dict)
    claimant: str | None = None
    """Whose word is taken, by key."""


def look(
    incident: Incident,
    known_by: dt.date | None = None,
    according_to: str | None = None,
    treaty: Treaty | None = None,
) -> View:
    """Return the facts as known by a day, according to someone and as they count under a treaty (see above)."""
    claimant = None if according_to is None else claimant_of(incident, according_to)
    statements: dict[str, list[Fact]] = {}
    for fact in (*incident.facts, *derived(incident)):
        if treaty is not None and fact.treaty not in (None, treaty.id, treaty.family):
            continue
        if known_by is None or fact.known_from <= known_by:
            statements.setdefault(fact.fact, []).append(fact)
    values: dict[str, Truth] = {}
    conflicts = []
    for name, said in statements.items():
        values[name], heard = _weigh(said, claimant)
        if told := _conflict(name, heard if claimant is not None else said, incident):
            conflicts.append(told)
    used = {name: tuple(said) for name, said in statements.items()}
    return View(values, used, tuple(conflicts), incident.claimants, claimant)


def under(view: View, treaty: Treaty, day: dt.date, incident: Incident, known_by: dt.date | None) -> View:
    """Return the view with what follows under a treaty on a day."""
    return _with(view, derived_under(treaty, day, incident), incident, known_by)


def inside(
    view: View, treaty: Treaty, version: Version, day: dt.date, incident: Incident, known_by: dt.date | None
) -> View:
    """Return the view with what follows for one provision."""
    if incident.location is None or "area.treaty" not in version.facts:
        return view
    on_forces = view.values.get("act.attack_on_forces", Truth.UNKNOWN)
    return _with(view, derived_for(treaty, version, day, incident, on_forces), incident, known_by)


def _with(view: View, found: Iterable[Fact], incident: Incident, known_by: dt.date | None) -> View:
    values, used, conflicts = dict(view.values), dict(view.used), list(view.conflicts)
    for fact in found:
        if known_by is not None and fact.known_from > known_by:
            continue
        said = [*used.get(fact.fact, ()), fact]
        stated = any(one.basis != "claimed" for one in said[:-1])
        if not stated and not any(one.claimant == view.claimant for one in said[:-1] if view.claimant):
            values[fact.fact] = fact.value
        used[fact.fact] = tuple(said)
        if stated and (told := _conflict(fact.fact, said, incident)):
            conflicts.append(told)
    return View(values, used, tuple(dict.fromkeys(conflicts)), view.claimants, view.claimant)


def _weigh(said: list[Fact], claimant: str | None) -> tuple[Truth, list[Fact]]:
    """Return what statements on one fact come to, and which of them decide."""
    decisive = [fact for fact in said if claimant is not None and fact.claimant == claimant]
    if decisive:  # the claimant's latest word
        latest = max(fact.known_from for fact in decisive)
        decisive = [fact for fact in decisive if fact.known_from == latest]
    else:
        decisive = [fact for fact in said if fact.basis in ("observed", "assumed")]
        decisive = decisive or [fact for fact in said if fact.basis == "derived"]
    answers = {fact.value for fact in decisive} - {Truth.UNKNOWN}
    return (next(iter(answers)) if len(answers) == 1 else Truth.UNKNOWN), decisive


def _conflict(name: str, heard: list[Fact], incident: Incident) -> str | None:
    """Return how statements on a fact contradict each other, None if they do not."""
    if len({fact.value for fact in heard}) < 2 or not any(_contradict(one, other) for one in heard for other in heard):
        return None
    firm = {fact.value for fact in heard if fact.basis in ("observed", "assumed")} - {Truth.UNKNOWN}
    inferred = {fact.value for fact in heard if fact.basis == "derived"} - {Truth.UNKNOWN}
    told = "observations contradict each other: " if len(firm) > 1 else ""
    if len(firm) == 1 and inferred - firm:
        told = "what is stated counts, against what follows from the rest of the file: "
    return f"{vocabulary().facts[name]}: {told}" + "; ".join(_said(fact, incident) for fact in heard)


def _contradict(one: Fact, other: Fact) -> bool:
    """Whether two statements exclude each other; those on decisions of different treaties do not."""
    same = one.treaty is None or other.treaty is None or one.treaty == other.treaty
    return same and {one.value, other.value} == {Truth.YES, Truth.NO}


def claimant_of(incident: Incident, name: str) -> str:
    """Return the key of a claimant named by key or title; raise InputError if there is none."""
    wanted = name.strip().lower()
    for key, title in incident.claimants.items():
        if wanted in (key.lower(), title.lower()):
            return key
    known = [*incident.claimants, *incident.claimants.values()]
    raise InputError(
        f"nobody called '{name}' claims anything in '{incident.name}'",
        expected="one of " + ", ".join(f"{key} ({title})" for key, title in incident.claimants.items()),
        cure=closest(name, known),
    )


def _said(fact: Fact, incident: Incident) -> str:
    who = incident.claimants[fact.claimant] if fact.claimant else fact.basis
    return f"{fact.value} ({who}, {fact.known_from})"
