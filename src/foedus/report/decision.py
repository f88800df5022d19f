"""The decision for the report: the held-out forecast, and what each member sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from foedus.forecast import council
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
    return data | {
        "council": _council(scenario),
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
