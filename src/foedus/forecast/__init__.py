"""Will they act? A forecast for a case, with its reasons and its track record."""

from __future__ import annotations

from foedus.forecast.case import CaseForecast, case
from foedus.forecast.heldout import HeldOut, held_out, ship
from foedus.forecast.score import Skill, skill

__all__ = ["CaseForecast", "HeldOut", "Skill", "case", "held_out", "ship", "skill"]
