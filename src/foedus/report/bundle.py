"""Everything a report shows, as plain JSON data; its shape is written down in frontend/src/types.ts."""

from __future__ import annotations

import datetime as dt
import hashlib
import shlex
from typing import TYPE_CHECKING, Any

from foedus import record
from foedus.crisis import comes_with_foedus, open_scenario
from foedus.crisis.contingents import draw_sizes
from foedus.ensemble import spread
from foedus.ensemble.figures import FEWEST_DRAWS, inside
from foedus.ensemble.versions import versions
from foedus.evidence import reconcile
from foedus.report import arms, course, decision, law, prediction, verdict
from foedus.report import claims as claims_section
from foedus.report.quantities import QUANTITIES

if TYPE_CHECKING:
    from foedus.crisis import Loaded, Scenario
    from foedus.ensemble import Ensemble
    from foedus.forecast import CaseForecast


def assemble(
    ensemble: Ensemble,
    forecast: CaseForecast | None,
    record_path: record.AnyRecord = None,
    loaded: Loaded | None = None,
) -> dict[str, Any]:
    """Return the report's data for a stored or fresh ensemble.

    Args:
        ensemble: the runs.
        forecast: of the scenario's case.
        record_path: a record of the user's own that the forecast was made from.
        loaded: the ensemble's scenario, if it is open already.

    Raises:
        InputError: the scenario's incident, provision or claims are not in order.

    """
    loaded = open_scenario(ensemble.scenario) if loaded is None else loaded
    scenario, claims = ensemble.scenario, loaded.claims
    known = None if record_path is None else record.open_record(record_path)
    said = claims_section.final(claims, scenario.claims_place)
    bundle: dict[str, Any] = {
        "meta": _meta(ensemble, loaded, known),
        "arms": arms.section(scenario),
        "law": law.section(loaded),
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
        "geometry": loaded.outlines,
        "evidence": claims_section.section(claims, reconcile(claims), scenario.directory),
        "prediction": prediction.for_report(ensemble, claims),
        "parameters": _parameters(scenario),
        "limits": [limit.model_dump() for limit in scenario.limits],
    }
    bundle["verdict"] = verdict.write(bundle, _kept_out(ensemble))
    return bundle


def _meta(ensemble: Ensemble, loaded: Loaded, known: record.Record | None) -> dict[str, Any]:
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
        "command": _command(ensemble, loaded, known),
        "hashes": {
            "scenario": scenario.sha256(),
            "claims": hashlib.sha256(loaded.content("claims")).hexdigest(),
            "record": record.open_record(known).digest,
        },
        "versions": computed,
        "written_by": writer,
    }


def _command(ensemble: Ensemble, loaded: Loaded, known: record.Record | None) -> str:
    """Return what gives the same numbers again, from the folder of what is the user's own."""
    scenario, method = ensemble.scenario, ensemble.method
    given = {"runs": ensemble.runs, "seed": ensemble.seed, "engine": method.engine, "mode": method.mode}
    given |= {"step_hours": method.step_hours, "record_path": known.path.name if known else None}
    usual = {"engine": "cohort", "mode": "hindcast", "step_hours": 1.0, "record_path": None}
    given = {name: value for name, value in given.items() if name not in usual or value != usual[name]}
    if comes_with_foedus(loaded):
        name = scenario.name
    elif scenario.is_kept:
        options = ", ".join(f"{name}={value!r}" for name, value in given.items())
        return f"foedus.run(foedus.ensemble.load(RUN).scenario, {options}) in Python, RUN being this run's directory"
    elif file := loaded.file:
        name = f"{file.parent.resolve().name}/{file.name}"
    else:  # no command line gets what somebody has changed in memory
        options = ", ".join(f"{name}={value!r}" for name, value in given.items())
        return f"foedus.run(scenario, {options}) in Python, the scenario being {scenario.name} as it was changed there"
    words = ["foedus", "run", name]
    for name, value in given.items():
        words += ["--" + name.removesuffix("_hours").removesuffix("_path"), str(value)]
    return shlex.join(words)


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
