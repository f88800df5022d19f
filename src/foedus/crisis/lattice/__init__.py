"""Epstein's model of civil violence on a torus, with every choice that the paper leaves open under a name.

>>> from foedus.crisis import lattice
>>> found = lattice.run("outbursts", steps=300, seed=1)
>>> found.outbursts.count > 0
True
"""

from __future__ import annotations

from foedus.crisis.lattice.presets import PRESETS, Change, Preset
from foedus.crisis.lattice.simulate import Result, run, run_many
from foedus.crisis.lattice.switches import BUNDLES, Parameters, Rules
from foedus.crisis.lattice.theory import active_share, fixed_points

__all__ = [
    "BUNDLES",
    "PRESETS",
    "Change",
    "Parameters",
    "Preset",
    "Result",
    "Rules",
    "active_share",
    "fixed_points",
    "run",
    "run_many",
]
