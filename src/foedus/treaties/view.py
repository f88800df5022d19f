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
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from foedus.errors import InputError, closest
from foedus.shown import brief
from foedus.treaties.incident import Fact, Incident
from foedus.treaties.load import vocabulary
from foedus.treaties.logic import Truth
from foedus.treaties.membership import in_area

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from foedus.treaties.model import Treaty


@dataclass(frozen=True, slots=True)
class View:
    """The facts of an incident as one looks at them: values, the statements used, conflicts, who the claimants are."""

    __repr__ = brief

    values: Mapping[str, Truth]
    used: Mapping[str, tuple[Fact, ...]]
    conflicts: tuple[str, ...]
    claimants: Mapping[str, str] = field(default_factory=dict)


def look(
    incident: Incident,
    known_by: dt.date | None = None,
    according_to: str | None = None,
    treaty: Treaty | None = None,
) -> View:
    """Return the facts as known by a day, according to someone and as they count under a treaty (see above)."""
    claimant = None if according_to is None else claimant_of(incident, according_to)
    values: dict[str, Truth] = {}
    used: dict[str, tuple[Fact, ...]] = {}
    conflicts = []
    statements: dict[str, list[Fact]] = {}
    for fact in incident.facts:
        if treaty is not None and fact.treaty not in (None, treaty.id, treaty.family):
            continue
        if known_by is None or fact.known_from <= known_by:
            statements.setdefault(fact.fact, []).append(fact)
    for name, said in statements.items():
        own = [fact for fact in said if claimant is not None and fact.claimant == claimant]
        if own:
            # the claimant's latest word
            decisive = [fact for fact in own if fact.known_from == max(f.known_from for f in own)]
        else:
            decisive = [fact for fact in said if fact.basis != "claimed"]
        answers = {fact.value for fact in decisive} - {Truth.UNKNOWN}
        values[name] = next(iter(answers)) if len(answers) == 1 else Truth.UNKNOWN
        used[name] = tuple(said)
        heard = decisive if claimant is not None else said
        if len({fact.value for fact in heard}) > 1 and any(_contradict(one, other) for one in heard for other in heard):
            told = "observations contradict each other: " if len(answers) > 1 else ""
            conflicts.append(f"{vocabulary().facts[name]}: {told}" + "; ".join(_said(fact, incident) for fact in heard))
    return View(values, used, tuple(conflicts), incident.claimants)


def _contradict(one: Fact, other: Fact) -> bool:
    """Whether two statements exclude each other; those on decisions of different treaties do not."""
    same = one.treaty is None or other.treaty is None or one.treaty == other.treaty
    return same and {one.value, other.value} == {Truth.YES, Truth.NO}


def located(treaty: Treaty, day: dt.date, incident: Incident, view: View) -> View:
    """Return the view with the treaty's area decided from the incident's place, if nobody stated it."""
    if incident.location is None or "area.treaty" in view.values:
        return view
    inside = in_area(treaty, day, incident.location)
    if inside is Truth.UNKNOWN:
        return view
    place = incident.location.territory or f"{incident.location.lat}, {incident.location.lon}"
    derived = Fact(
        fact="area.treaty",
        value=inside,
        basis="assumed",
        known_from=incident.date,
        source=incident.location.source,
        note=f"from the place of the incident, {place}, and the treaty's area that day",
    )
    values = {**view.values, "area.treaty": inside}
    return replace(view, values=values, used={**view.used, "area.treaty": (derived,)})


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
