"""What must fit together in a scenario: times, places, names, help and priors."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import TYPE_CHECKING

from foedus.crisis.parameters import BY_NAME, NAMES
from foedus.errors import InputError, closest
from foedus.evidence import vocabulary
from foedus.faults import fault
from foedus.places.distance import distance_km
from foedus.states import check_then, known_codes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pydantic_core import InitErrorDetails

    from foedus.crisis.shape import Place, ScenarioShape

    Location = tuple[int | str, ...]

MOST_DAYS = 370
NEIGHBOUR_KM = 1500.0
_ENDS = "correct 'start' or 'end'"
MOST_PEOPLE_IN_ALL = 2_000_000_000


def faults_of(scenario: ScenarioShape) -> list[InitErrorDetails]:
    """Return everything in a scenario that does not fit together, each with its place in the file."""
    return [
        *_time(scenario),
        *_places(scenario.places),
        *_named(scenario),
        *_help(scenario),
        *_priors(scenario),
        *_tuned(scenario),
    ]


def _tuned(scenario: ScenarioShape) -> Iterator[InitErrorDetails]:
    known = vocabulary().quantities
    for number, name in enumerate(scenario.tuned_to):
        if name not in known:
            yield fault(
                ("tuned_to", number), f"there is no claim quantity called '{name}'", name, ", ".join(known),
                closest(name, known) or "name a quantity as the claims file does, or leave it out",
            )  # fmt: skip


def _time(scenario: ScenarioShape) -> Iterator[InitErrorDetails]:
    length = scenario.end - scenario.start
    if length <= dt.timedelta(0):
        yield fault(
            ("end",), "the scenario ends before it starts", scenario.end, f"a time after {scenario.start}", _ENDS
        )
    elif length > dt.timedelta(days=MOST_DAYS):
        yield fault(
            ("end",),
            "a scenario covers at most a year",
            scenario.end,
            f"at most {MOST_DAYS} days after the start",
            _ENDS,
        )
    elif length % dt.timedelta(hours=1):
        yield fault(
            ("end",), "a scenario covers whole hours", scenario.end, "a whole number of hours after the start", _ENDS
        )


def _places(places: Sequence[Place]) -> Iterator[InitErrorDetails]:
    codes, names = [place.code for place in places], [place.name for place in places]
    for number, place in enumerate(places):
        if place.code in codes[:number]:
            yield fault(
                ("places", number, "code"), "two places share one code", place.code, "a code of its own", "rename one"
            )
        if place.name in names[:number]:
            yield fault(
                ("places", number, "name"), "two places share one name, and claims know places by name", place.name,
                "a name of its own", "rename one",
            )  # fmt: skip
        if place.site_kinds.count("airport") > 1:
            yield fault(
                ("places", number, "sites"), f"'{place.name}' has more than one airport", list(place.site_kinds),
                "one airport at most: soldiers land at it, and nobody can land while the crowd holds it",
                "leave one out",
            )  # fmt: skip
        if place.officers is not None and place.officers > place.population:
            yield fault(
                ("places", number, "officers"), f"'{place.name}' has more officers than inhabitants", place.officers,
                f"at most its population, {place.population:,}", "correct 'officers' or 'population'",
            )  # fmt: skip
        others = [distance_km(place.lon, place.lat, o.lon, o.lat) for o in places if o is not place]
        if others and not place.remote and min(others) > NEIGHBOUR_KM:
            yield fault(
                ("places", number),
                f"'{place.name}' has no neighbour: the nearest other place lies {min(others):,.0f} km away",
                f"lon {place.lon:g}, lat {place.lat:g}",
                f"another place within {NEIGHBOUR_KM:,.0f} km",
                "check lon (east positive) and lat (north positive), or write 'remote: true' if it really lies apart",
            )
    people = sum(place.population for place in places)
    if people > MOST_PEOPLE_IN_ALL:
        yield fault(
            ("places",),
            "the places hold more people than any state",
            people,
            f"at most {MOST_PEOPLE_IN_ALL:,}",
            "correct 'population'",
        )


def _named(scenario: ScenarioShape) -> Iterator[InitErrorDetails]:
    """Faults of what names places and moments: events, contingents, rules, other names of places."""
    if scenario.target not in known_codes():
        hint = closest(scenario.target, known_codes()) or "write the code of a state"
        yield fault(
            ("target",),
            f"no state has the code '{scenario.target}'",
            scenario.target,
            "an ISO 3166-1 alpha-3 code",
            hint,
        )
    for i, one in enumerate(scenario.contingents):
        try:
            check_then(one.state, scenario.start.date())
        except InputError as error:
            yield fault(
                ("contingents", i, "state"), error.message, one.state, error.expected or "", error.cure or ""
            )  # fmt: skip
    items: list[tuple[Location, str, str, object, Iterable[str]]] = []
    for i, event in enumerate(scenario.events):
        items.append((("events", i), "start", f"'{event.label}'", event.start, event.places))
    for i, one in enumerate(scenario.contingents):
        items.append((("contingents", i), "arrival", f"the contingent of {one.state}", one.arrival, one.places))
    for i, rule in enumerate(scenario.rules):
        items.append((("rules", i), "when", f"the rule '{rule.label}'", rule.when, rule.places))
    known = [place.code for place in scenario.places]
    for location, moment, what, begins, codes in items:
        if isinstance(begins, dt.datetime) and not scenario.start <= begins < scenario.end:
            when = "before it starts" if begins < scenario.start else "when it has ended"
            yield fault(
                (*location, moment), f"{what} begins outside the scenario's time, {when}", begins,
                f"from {scenario.start} to before {scenario.end}",
                "move it, or widen the scenario's 'start' and 'end'",
            )  # fmt: skip
        yield from (_unknown_place((*location, "places"), what, code, known) for code in codes if code not in known)
    taken = {scenario.claims_place, *known, *(place.name for place in scenario.places)}
    for name, code in scenario.also_named.items():
        if name in taken:
            yield fault(
                ("also_named", name), f"'{name}' is a place of this scenario already", name,
                "a name that only claims use", "leave it out",
            )  # fmt: skip
        if code and code not in known:
            yield _unknown_place(("also_named", name), f"'{name}'", code, known)


def _unknown_place(location: Location, what: str, code: str, known: list[str]) -> InitErrorDetails:
    hint = closest(code, known)
    message = f"{what} names an unknown place '{code}'" + (f"; {hint}" if hint else "")
    return fault(location, message, code, "one of " + ", ".join(known), "use a code of 'places', or add the place")


def _help(scenario: ScenarioShape) -> Iterator[InitErrorDetails]:
    for number, (one, next_one) in enumerate(pairwise(scenario.contingents)):
        if one.hypothetical != next_one.hypothetical:
            yield fault(
                ("contingents", number + 1, "hypothetical"),
                "a scenario has contingents that came, or hypothetical ones, not both",
                next_one.hypothetical,
                "the same for every contingent",
                "leave out those of one kind",
            )
    for number, one in enumerate(scenario.contingents):
        if one.state == scenario.target:
            yield fault(
                ("contingents", number, "state"), "a contingent comes from another state", one.state,
                f"any state but {scenario.target}, the target", "record own forces as an event of kind 'reinforcement'",
            )  # fmt: skip
    appeals = [(event.start, number) for number, event in enumerate(scenario.events) if event.kind == "appeal"]
    came = [one.arrival for one in scenario.contingents]
    if appeals and came and min(appeals)[0] > min(came):
        start, number = min(appeals)
        yield fault(
            ("events", number, "start"), "the state appeals after the first troops have arrived", start,
            f"not after {min(came)}, the first arrival",
            "correct the appeal or the arrival; if troops came unasked, make it a 'note'",
        )  # fmt: skip


def _priors(scenario: ScenarioShape) -> Iterator[InitErrorDetails]:
    for name, prior in scenario.parameters.items():
        if name not in BY_NAME:
            hint = closest(name, NAMES)
            yield fault(
                ("parameters", name), f"unknown parameter '{name}'" + (f"; {hint}" if hint else ""), name,
                "a parameter of docs/parameters.md", "foedus scenario parameters lists them all",
            )  # fmt: skip
            continue
        low, high = BY_NAME[name].bounds
        if prior.quantile(0.0) < low or prior.quantile(1.0) > high:
            yield fault(
                ("parameters", name), f"the prior of '{name}' leaves its range", str(prior),
                f"within {low:g} to {high:g} ({BY_NAME[name].unit})", "narrow it, or correct its unit",
            )  # fmt: skip
