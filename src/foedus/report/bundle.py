"""Everything a report shows, as plain JSON data; its shape is written down in frontend/src/types.ts."""

from __future__ import annotations

import datetime as dt
import hashlib
import shlex
from typing import TYPE_CHECKING, Any

from foedus import record
from foedus.crisis import load_scenario, scenario_names
from foedus.crisis.contingents import draw_sizes
from foedus.ensemble import spread
from foedus.ensemble.figures import FEWEST_DRAWS, inside
from foedus.ensemble.versions import versions
from foedus.evidence import load_claims, reconcile
from foedus.report import arms, course, decision, law, prediction, verdict
from foedus.report import claims as claims_section
from foedus.report.quantities import QUANTITIES
from foedus.yamlfile import is_file

if TYPE_CHECKING:
    from pathlib import Path

    from foedus.crisis import Scenario
    from foedus.ensemble import Ensemble
    from foedus.forecast import CaseForecast


def assemble(ensemble: Ensemble, forecast: CaseForecast | None, record_path: Path | None = None) -> dict[str, Any]:
    """Return the report's data for a stored or fresh ensemble.

    Raises:
        InputError: the scenario's incident, provision or claims are not in order.

    """
    scenario = ensemble.scenario
    claims = load_claims(scenario.claims_path)
    said = claims_section.final(claims, scenario.claims_place)
    bundle: dict[str, Any] = {
        "meta": _meta(ensemble, record_path),
        "arms": arms.section(scenario),
        "law": law.section(scenario),
        "decision": decision.section(scenario, forecast),
        "summary": course.summary(ensemble, said),
        "beside_the_model": claims_section.beside_the_model(claims, scenario.claims_place),
        "spread": _spread(ensemble),
        "course": course.section(
            ensemble,
            places=[
                place.model_dump(include={"code", "name", "population", "lon", "lat"}) for place in scenario.places
            ],
            events=_events(scenario),
            reported=claims_section.marks(claims, scenario.claims_place),
        ),
        "geometry": scenario.outlines(),
        "evidence": claims_section.section(claims, reconcile(claims), scenario.directory),
        "prediction": prediction.for_report(ensemble),
        "parameters": _parameters(scenario),
        "limits": [limit.model_dump() for limit in scenario.limits],
    }
    bundle["verdict"] = verdict.write(bundle, _kept_out(ensemble))
    return bundle


def _meta(ensemble: Ensemble, record_path: Path | None) -> dict[str, Any]:
    scenario, writer = ensemble.scenario, versions()
    computed = dict(writer if ensemble.versions is None else ensemble.versions or {"foedus": "not recorded"})
    return {
        "title": scenario.title,
        "scenario": scenario.name,
        "version": computed.get("foedus", "not recorded"),
        "seed": ensemble.seed,
        "runs": ensemble.runs,
        "draws": ensemble.draws,
        "inside": inside(ensemble.draws, ensemble.runs),
        "calibration": scenario.calibration,
        "caveat": scenario.caveat,
        "command": _command(ensemble, record_path),
        "hashes": {
            "scenario": scenario.sha256(),
            "claims": hashlib.sha256(scenario.claims_path.read_bytes()).hexdigest(),
            "record": record.sha256(record_path),
        },
        "versions": computed,
        "written_by": writer,
    }


def _command(ensemble: Ensemble, record_path: Path | None) -> str:
    """Return what gives the same numbers again, from the folder of what is the user's own."""
    scenario, method = ensemble.scenario, ensemble.method
    given = {"runs": ensemble.runs, "seed": ensemble.seed, "engine": method.engine, "mode": method.mode}
    given |= {"step_hours": method.step_hours, "record_path": record_path.name if record_path else None}
    usual = {"engine": "cohort", "mode": "hindcast", "step_hours": 1.0, "record_path": None}
    given = {name: value for name, value in given.items() if name not in usual or value != usual[name]}
    if _comes_with_foedus(scenario):
        name = scenario.name
    elif scenario.is_kept:
        options = ", ".join(f"{name}={value!r}" for name, value in given.items())
        return f"foedus.run(foedus.ensemble.load(RUN).scenario, {options}) in Python, RUN being this run's directory"
    elif file := scenario.file:
        name = f"{file.parent.resolve().name}/{file.name}"
    else:  # no command line gets what somebody has changed in memory
        options = ", ".join(f"{name}={value!r}" for name, value in given.items())
        return f"foedus.run(scenario, {options}) in Python, the scenario being {scenario.name} as it was changed there"
    words = ["foedus", "run", name]
    for name, value in given.items():
        words += ["--" + name.removesuffix("_hours").removesuffix("_path"), str(value)]
    return shlex.join(words)


def _comes_with_foedus(scenario: Scenario) -> bool:
    """Say whether the packaged scenario of this name says the same in all its files, wherever they lie."""
    if scenario.name not in scenario_names():
        return False
    ours = load_scenario(scenario.name)
    return ours.sha256() == scenario.sha256() and all(
        is_file(scenario.files[role]) and path.read_bytes() == scenario.files[role].read_bytes()
        for role, path in ours.files.items()
    )


def _kept_out(ensemble: Ensemble) -> float:
    """Return the share of runs in which soldiers were due, a crowd held sites, and none landed.

    In the free course it is not known from the stored days whether they were due, so the answer is 0.
    """
    scenario = ensemble.scenario
    step = dt.timedelta(hours=ensemble.method.step_hours)
    in_time = [
        c.arrival < scenario.end - step and c.departure - max(c.arrival, scenario.start) >= step
        for c in scenario.contingents
    ]
    if not any(in_time) or ensemble.method.mode != "hindcast":
        return 0.0
    due = draw_sizes(scenario.contingents, ensemble.seed, ensemble.drawn["draw"].tolist())[:, in_time].any(axis=1)
    landed = ensemble.daily("help", "alliance_troops").max(axis=1)
    held = ensemble.daily("help", "sites_held_by_crowd").max(axis=1)
    return float((due & (landed <= 0.0) & (held > 0.0)).mean())


def _spread(ensemble: Ensemble) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    if ensemble.draws < FEWEST_DRAWS:
        return rows
    for quantity in QUANTITIES:
        parts = spread(ensemble, quantity.variable, ensemble.actual_arm) if quantity.kind == "cumulative" else None
        if parts is not None:
            rows.append(
                {
                    "key": quantity.variable,
                    "label": quantity.label,
                    "chance": parts.chance,
                    "assumption": parts.assumption,
                }
            )
    return rows


def _events(scenario: Scenario) -> list[dict[str, str]]:
    return [{"date": str(event.start.date()), "label": event.label} for event in scenario.events]


def _parameters(scenario: Scenario) -> list[dict[str, str]]:
    from foedus.crisis.parameters import PARAMETERS

    priors = scenario.priors
    return [
        {
            "name": p.name,
            "meaning": p.meaning,
            "unit": p.unit,
            "prior": str(priors[p.name]),
            "origin": priors[p.name].origin,
        }
        for p in PARAMETERS
    ]
