"""The decision for the report: the held-out forecast, and what each member sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from foedus.states import name_of

if TYPE_CHECKING:
    from foedus.crisis import Scenario
    from foedus.forecast import CaseForecast


def section(scenario: Scenario, forecast: CaseForecast) -> dict[str, Any]:
    """Return the forecast as plain data with the scenario's contingents."""
    return forecast.to_dict() | {
        "contingents": [
            {
                "state": item.state,
                "state_name": name_of(item.state),
                "low": item.soldiers[0],
                "high": item.soldiers[1],
                "consent": item.consent,
                "arrival": str(item.arrival.date()),
                "source": item.source,
            }
            for item in scenario.contingents
        ]
    }
