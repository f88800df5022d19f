"""Will they act? A forecast for a case, with its reasons and its track record."""

from __future__ import annotations

from foedus.forecast.call import Call
from foedus.forecast.explained import CallForecast, CaseForecast, case, forecast_call, forecast_calls
from foedus.forecast.folds import Fits, fits, ship
from foedus.forecast.new import new_call
from foedus.forecast.standings import Skill, Standing, skill, standing

__all__ = [
    "Call",
    "CallForecast",
    "CaseForecast",
    "Fits",
    "Skill",
    "Standing",
    "case",
    "fits",
    "forecast_call",
    "forecast_calls",
    "new_call",
    "ship",
    "skill",
    "standing",
]
