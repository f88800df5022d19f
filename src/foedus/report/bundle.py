"""Everything a report shows, as plain JSON data; its shape is written down in frontend/src/types.ts."""

from __future__ import annotations

import datetime as dt
import hashlib
import shlex
from typing import TYPE_CHECKING, Any

from foedus import __version__, record
from foedus.crisis import scenario_file, scenario_names
from foedus.ensemble import spread, store
from foedus.evidence import load_claims, reconcile
from foedus.report import arms, course, decision, law, prediction, verdict
from foedus.report import claims as claims_section
from foedus.report.quantities import QUANTITIES

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
        "evidence": claims_section.section(claims, reconcile(claims)),
        "prediction": prediction.for_report(ensemble),
        "parameters": _parameters(scenario),
        "limits": [limit.model_dump() for limit in scenario.limits],
    }
    bundle["verdict"] = verdict.write(bundle, _kept_out(ensemble))
    return bundle


def _meta(ensemble: Ensemble, record_path: Path | None) -> dict[str, Any]:
    scenario = ensemble.scenario
    return {
        "title": scenario.title,
        "scenario": scenario.name,
        "version": __version__,
        "seed": ensemble.seed,
        "runs": ensemble.runs,
        "draws": ensemble.draws,
        "calibration": scenario.calibration,
        "caveat": scenario.caveat,
        "command": _command(ensemble, record_path),
        "hashes": {
            "scenario": scenario.sha256(),
            "claims": hashlib.sha256(scenario.claims_path.read_bytes()).hexdigest(),
            "record": record.sha256(record_path),
        },
        "versions": store.versions(),
    }


def _command(ensemble: Ensemble, record_path: Path | None) -> str:
    """Return the command line that gives the same numbers again, from the folder of what is the user's own."""
    scenario, method = ensemble.scenario, ensemble.method
    file = store.file_of(scenario)
    theirs = scenario.name in scenario_names() and file == scenario_file(scenario.name)
    name = scenario.name if theirs or file is None else f"{file.parent.resolve().name}/{file.name}"
    words = ["foedus", "run", name, "--runs", str(ensemble.runs), "--seed", str(ensemble.seed)]
    for option, value, default in (
        ("--engine", method.engine, "cohort"),
        ("--mode", method.mode, "hindcast"),
        ("--step", str(method.step_hours), "1.0"),
        ("--record", record_path.name if record_path else "", ""),
    ):
        words += [option, value] if value != default else []
    return shlex.join(words)


def _kept_out(ensemble: Ensemble) -> float:
    """Return the share of runs in which soldiers were due, a crowd held sites, and none landed.

    In the free course it is not known from the stored days whether they were due, so the answer is 0.
    """
    scenario = ensemble.scenario
    step = dt.timedelta(hours=ensemble.method.step_hours)
    due = any(
        c.arrival < scenario.end - step and c.departure - max(c.arrival, scenario.start) >= step and c.soldiers[1] > 0
        for c in scenario.contingents
    )
    if not due or ensemble.method.mode != "hindcast":
        return 0.0
    landed = ensemble.daily("help", "alliance_troops").max(axis=1)
    held = ensemble.daily("help", "sites_held_by_crowd").max(axis=1)
    return float(((landed <= 0.0) & (held > 0.0)).mean())


def _spread(ensemble: Ensemble) -> list[dict[str, Any]]:
    rows = []
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
