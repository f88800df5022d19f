"""What must fit together in a scenario: times, places, priors, and the claims beside it."""

from __future__ import annotations

import csv
import datetime as dt
from itertools import pairwise
from typing import TYPE_CHECKING

from foedus.crisis.distance import distance_km
from foedus.crisis.parameters import BY_NAME, NAMES
from foedus.errors import InputError, closest
from foedus.states import known_codes
from foedus.yamlfile import fault, line_of, load_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pydantic_core import InitErrorDetails

    from foedus.crisis.scenario import Place, Scenario
    from foedus.evidence import Claim

    Location = tuple[int | str, ...]

MOST_DAYS = 370
NEIGHBOUR_KM = 1500.0
MOST_PEOPLE_IN_ALL = 2_000_000_000


def faults_of(scenario: Scenario) -> list[InitErrorDetails]:
    """Return everything in a scenario that does not fit together, each with its place in the file."""
    return [
        *_time(scenario),
        *_places(scenario.places),
        *_named(scenario),
        *_help(scenario),
        *_priors(scenario),
    ]


def _time(scenario: Scenario) -> Iterator[InitErrorDetails]:
    length = scenario.end - scenario.start
    if length <= dt.timedelta(0):
        yield fault(("end",), "the scenario ends before it starts", scenario.end, f"a time after {scenario.start}")
    elif length > dt.timedelta(days=MOST_DAYS):
        yield fault(
            ("end",), "a scenario covers at most a year", scenario.end, f"at most {MOST_DAYS} days after the start"
        )
    elif length % dt.timedelta(hours=1):
        yield fault(("end",), "a scenario covers whole hours", scenario.end, "a whole number of hours after the start")


def _places(places: Sequence[Place]) -> Iterator[InitErrorDetails]:
    codes, names = [place.code for place in places], [place.name for place in places]
    for number, place in enumerate(places):
        if place.code in codes[:number]:
            yield fault(("places", number, "code"), "two places share one code", place.code, "a code of its own")
        if place.name in names[:number]:
            yield fault(
                ("places", number, "name"), "two places share one name, and claims know places by name", place.name,
                "a name of its own",
            )  # fmt: skip
        if place.site_kinds.count("airport") > 1:
            yield fault(
                ("places", number, "sites"), f"'{place.name}' has more than one airport", list(place.site_kinds),
                "one airport at most: soldiers land at it, and nobody can land while the crowd holds it",
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
            ("places",), "the places hold more people than any state", people, f"at most {MOST_PEOPLE_IN_ALL:,}"
        )


def _named(scenario: Scenario) -> Iterator[InitErrorDetails]:
    """Faults of what names places and moments: events, contingents, rules, other names of places."""
    if scenario.target not in known_codes():
        hint = closest(scenario.target, known_codes()) or ""
        yield fault(
            ("target",),
            f"no state has the code '{scenario.target}'",
            scenario.target,
            "an ISO 3166-1 alpha-3 code",
            hint,
        )
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
    for name, code in scenario.also_named.items():
        if code and code not in known:
            yield _unknown_place(("also_named", name), f"'{name}'", code, known)


def _unknown_place(location: Location, what: str, code: str, known: list[str]) -> InitErrorDetails:
    hint = closest(code, known)
    message = f"{what} names an unknown place '{code}'" + (f"; {hint}" if hint else "")
    return fault(location, message, code, "one of " + ", ".join(known), "use a code of 'places', or add the place")


def _help(scenario: Scenario) -> Iterator[InitErrorDetails]:
    for number, (one, next_one) in enumerate(pairwise(scenario.contingents)):
        if one.hypothetical != next_one.hypothetical:
            yield fault(
                ("contingents", number + 1, "hypothetical"),
                "a scenario has contingents that came, or hypothetical ones, not both",
                next_one.hypothetical,
                "the same for every contingent",
            )


def _priors(scenario: Scenario) -> Iterator[InitErrorDetails]:
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
                f"within {low:g} to {high:g} ({BY_NAME[name].unit})",
            )  # fmt: skip


def claim_faults(scenario: Scenario, claims: Sequence[Claim]) -> list[InputError]:
    """Return the claims about this crisis that name places the scenario does not know, and unknown held-back ids."""
    file = scenario.claims_path
    known = [scenario.claims_place, *(place.name for place in scenario.places), *scenario.also_named]
    lines = _lines(scenario)
    lost = [
        InputError(
            f"claim '{claim.claim_id}' names a place that the scenario does not know",
            file=file,
            line=lines.get(claim.claim_id),
            key="place",
            found=claim.place,
            expected="one of " + ", ".join(known),
            cure=closest(claim.place, known) or "correct it, or list it under 'also_named' in the scenario",
        )
        for claim in claims
        if claim.event == scenario.name and claim.place and claim.place not in known
    ]
    used = scenario.prediction.used if scenario.prediction else ()
    return lost + [
        InputError(
            f"'prediction' names a claim that is not there: '{name}'",
            file=scenario.directory / "scenario.yaml",
            line=_line_in_scenario(scenario, ["prediction", "used"]),
            key="prediction.used",
            found=name,
            expected="the claim_id of a row of the claims file",
            cure=closest(name, lines),
        )
        for name in used
        if name not in lines
    ]


def _line_in_scenario(scenario: Scenario, location: Sequence[int | str]) -> int | None:
    file = scenario.directory / "scenario.yaml"  # a scenario file of another name has its line unsaid
    return line_of(load_yaml(file), location) if file.is_file() else None


def _lines(scenario: Scenario) -> dict[str, int]:
    """Return the line of each claim in its file."""
    reader = csv.DictReader(scenario.claims_path.read_text(encoding="utf-8-sig").splitlines(keepends=True))
    return {row["claim_id"]: reader.line_num for row in reader}
