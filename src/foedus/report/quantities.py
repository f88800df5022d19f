"""Which simulated variable answers which reported quantity, and how both are named for readers.

Human cost comes first; the order here is the order of every table and chart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["cumulative", "peak", "level"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """One thing that runs simulate and reports speak of.

    ``kind`` says how a run's daily series becomes one number: ``cumulative`` (the last day of a series that
    only grows) or ``peak`` (the highest day). ``level`` series are charted but not summarised.
    """

    variable: str
    claim: str | None
    label: str
    unit: str
    kind: Kind


QUANTITIES = (
    Quantity("dead", "dead", "Dead, everyone", "people, cumulative", "cumulative"),
    Quantity("dead_security", "dead_security", "Dead among security forces", "people, cumulative", "cumulative"),
    Quantity("wounded", "injured", "Injured, everyone", "people, cumulative", "cumulative"),
    Quantity(
        "wounded_security",
        "injured_security",
        "Injured among security forces",
        "people, cumulative",
        "cumulative",
    ),
    Quantity("detained", "detained", "Detained", "people, cumulative", "cumulative"),
    Quantity("participants", "participants", "In the streets", "people, a day", "peak"),
    Quantity("sites_held_by_crowd", None, "Sites held by crowds", "sites, highest of the day", "level"),
    Quantity("forces", None, "Own security forces able to act", "people", "level"),
    Quantity("alliance_troops", "troops", "Alliance troops in the country", "soldiers", "level"),
)

# Human cost that reports tell of and no engine simulates: shown beside the simulated figures, never left out.
REPORTED_ONLY = ("dead_custody", "displaced", "refugees", "mistreatment_cases", "in_custody", "convicted", "buildings")
