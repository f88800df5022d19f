"""The crisis itself: scenario files and the engines that play them out, hour by hour and place by place."""

from __future__ import annotations

from foedus.crisis.consistency import claim_faults
from foedus.crisis.loaded import AnyScenario, Loaded, comes_with_foedus, open_scenario
from foedus.crisis.named import named_faults
from foedus.crisis.scenario import Scenario, load_scenario, packaged_file, scenario_file, scenario_names

__all__ = [
    "AnyScenario",
    "Loaded",
    "Scenario",
    "claim_faults",
    "comes_with_foedus",
    "load_scenario",
    "named_faults",
    "open_scenario",
    "packaged_file",
    "scenario_file",
    "scenario_names",
]
