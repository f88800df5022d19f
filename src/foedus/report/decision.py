"""The decision for the report: the held-out forecast, and what each member sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from foedus.forecast import council
from foedus.forecast.organisations import in_words
from foedus.forecast.precedent import precedent
from foedus.forecast.svg import precedent_plot
from foedus.report import answers
from foedus.states import name_of

if TYPE_CHECKING:
    from foedus.crisis import Scenario
    from foedus.forecast import CaseForecast


_COUNCIL_DRAWS = 300


def section(scenario: Scenario, forecast: CaseForecast | None) -> dict[str, Any]:
    """Return the forecast as plain data with the scenario's contingents.

    Without a case in the record there is no forecast: ``p_act`` is None and the rest of it is missing.
    """
    data = forecast.to_dict() if forecast is not None else {"p_act": None, "analogues": []}
    known = None if forecast is None else _precedent(forecast)
    if forecast is not None:
        data |= {"organisation_name": in_words(forecast.case.organisation)}
        data |= answers.section(forecast, known)
        for key in ("contributors", "contributors_excluded"):
            data[key] = [{"state_name": name_of(row["state"])} | row for row in data[key]]
    return data | {
        "council": _council(scenario),
        "precedent": known,
        "contingents": [
            {
                "state": item.state,
                "state_name": name_of(item.state),
                "hypothetical": item.hypothetical,
                "low": item.soldiers[0],
                "high": item.soldiers[1],
                "consent": item.consent,
                "arrival": str(item.arrival.date()),
                "source": item.source,
            }
            for item in scenario.contingents
        ],
    }


def _precedent(forecast: CaseForecast) -> dict[str, Any] | None:
    """Return how the answer to this call changed what the organisation's members could expect.

    None for a record of one's own (its history would take minutes), a comparator, or a call among the first.
    """
    if forecast.skill is None or not forecast.case.is_organisation:
        return None
    found = precedent(forecast.case.organisation)
    mark = next(mark for mark in found.calls if mark.case_id == forecast.case.case_id)
    if mark.p_before is None or mark.p_after is None:
        return None
    earlier = [call for call in found.calls if call.on < mark.on]
    return {
        "organisation": found.organisation,
        "before": mark.p_before,
        "after": mark.p_after,
        "earlier_calls": len(earlier),
        "earlier_acted": sum(call.acted for call in earlier),
        "earlier_refused": sum(call.request and not call.acted for call in earlier),
        "plot": precedent_plot(found),
    }


def _council(scenario: Scenario) -> dict[str, Any] | None:
    """Return what five models of the bargain make of the members' positions, if a file gives them."""
    if scenario.name not in council.names():
        return None
    data = council.deliberate(scenario.name, draws=_COUNCIL_DRAWS).to_dict()
    for verdict in data["models"]:
        verdict["pivotal"] = [
            {"state": state, "state_name": name_of(state), "share": share}
            for state, share in verdict["pivotal"].items()
        ]
    data["members"] = [{"state": state, "state_name": name_of(state)} | row for state, row in data["members"].items()]
    return data
