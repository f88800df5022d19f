"""What a scenario names and does not hold: incident, treaty, provision, claimants, case of the record, outlines."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from foedus import record
from foedus.crisis.loaded import open_scenario
from foedus.errors import InputError
from foedus.treaties import obligations
from foedus.treaties.asked import check_covered, check_state
from foedus.treaties.load import resolve
from foedus.treaties.view import claimant_of
from foedus.yamlfile import is_file, line_in

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from foedus.crisis.loaded import AnyScenario, Loaded
    from foedus.crisis.scenario import Scenario
    from foedus.crisis.shape import LawQuestion
    from foedus.treaties import Incident, Obligations

    Look = tuple[tuple[int | str, ...], object, Callable[[], object]]  # key, what stands there, what may raise


def named_faults(scenario: AnyScenario, known: record.AnyRecord = None) -> list[InputError]:
    """Return the faults of what a scenario names, each at the key that names it.

    Args:
        scenario: a name, a path, a loaded scenario, or one that is open.
        known: the record that its case is looked up in.

    """
    loaded = open_scenario(scenario)
    said = loaded.scenario
    law = _first_fault(_law(loaded), loaded.file)
    others: list[list[Look]] = [
        *([] if law else [_view(loaded, number) for number in range(len(said.law.perspectives))]),
        [(("record_case",), said.record_case, lambda: _same_target(said, known))],
        [(("geometry",), said.geometry, lambda: loaded.outlines)],
    ]
    return law + [fault for looks in others for fault in _first_fault(looks, loaded.file)]


def _first_fault(looks: Iterable[Look], file: Path | None) -> list[InputError]:
    """Return the first fault of looks that build on each other, with its place in the scenario."""
    for key, found, look in looks:
        try:
            look()
        except InputError as error:
            if error.file is not None and is_file(error.file):  # a fault within that file
                return [error]
            return [
                InputError(
                    error.message if file else f"in a scenario changed in Python: {error.message}",
                    file=file,
                    line=line_in(file, key),
                    key=".".join(map(str, key)),
                    found=error.found or found,
                    expected=error.expected,
                    cure=error.cure or f"correct this {'line' if file else 'key'}",
                )
            ]
    return []


def _law(loaded: Loaded) -> list[Look]:
    scenario = loaded.scenario
    asked = scenario.law

    @cache
    def found() -> Obligations:
        check_covered(asked.on)
        return obligations(scenario.target, asked.on, loaded.incident)

    return [
        (("law", "incident"), asked.incident, lambda: _of_target(loaded.incident, scenario)),
        (("law", "treaty"), asked.treaty, lambda: resolve(asked.treaty)),
        (("law", "on"), asked.on, lambda: _signed(asked, scenario.end.date())),
        (("target",), scenario.target, lambda: check_state(scenario.target, asked.on)),
        (("law", "on"), asked.on, found),
        (("law", "provision"), asked.provision, lambda: _provision(found(), asked)),
    ]


def _of_target(incident: Incident, scenario: Scenario) -> None:
    if incident.target != scenario.target:
        raise InputError(
            f"the incident '{incident.name}' is about {incident.target}, the scenario about {scenario.target}",
            found=scenario.law.incident, expected=f"an incident of {scenario.target}",
            cure="name the incident of this crisis; `foedus treaties incidents` shows them",
        )  # fmt: skip


def _signed(asked: LawQuestion, end: dt.date) -> None:
    if asked.on > end:
        raise InputError(
            "this date is later than the end of the scenario", expected=f"{end} or earlier",
            cure="write the day on which the request relied on it",
        )  # fmt: skip
    first = min(treaty.signed.earliest for treaty in resolve(asked.treaty))
    if asked.on < first:
        raise InputError(
            f"the treaty '{asked.treaty}' was not yet signed that day", expected=f"{first} or later",
            cure="write the day on which the request relied on it",
        )  # fmt: skip


def _provision(found: Obligations, asked: LawQuestion) -> None:
    """Look for the provision, unless the treaty did not bind the target that day, which is an answer too."""
    findings = found[asked.treaty]
    if len(findings):
        findings.provision(asked.provision)


def _view(loaded: Loaded, number: int) -> list[Look]:
    scenario = loaded.scenario
    asked, view = scenario.law, scenario.law.perspectives[number]
    here = ("law", "perspectives", number)
    looks: list[Look] = []
    if view.according_to is not None:
        name = view.according_to
        looks.append(((*here, "according_to"), name, lambda: claimant_of(loaded.incident, name)))
    if view.on is not None:
        day = view.on

        def look() -> None:
            check_covered(day)
            _provision(obligations(scenario.target, day, loaded.incident), asked)

        looks.append(((*here, "on"), day, look))
    return looks


def _same_target(scenario: Scenario, known: record.AnyRecord) -> None:
    if scenario.record_case is None:
        return
    case = record.find(scenario.record_case, record.cases(known))
    if case.target_iso3 != scenario.target:
        raise InputError(
            f"the call '{case.case_id}' came from {case.target_iso3}, the scenario is about {scenario.target}",
            expected=f"a call of {scenario.target}", cure="`foedus record list` names them all",
        )  # fmt: skip
