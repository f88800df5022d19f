"""The crisis itself: scenario files and the engines that play them out, hour by hour and place by place."""

from __future__ import annotations

from foedus.crisis.consistency import claim_faults
from foedus.crisis.named import named_faults
from foedus.crisis.scenario import Scenario, load_scenario, scenario_file, scenario_names

__all__ = ["Scenario", "claim_faults", "load_scenario", "named_faults", "scenario_file", "scenario_names"]
