"""States: their names, their codes by date, and the base frames of a study."""

from __future__ import annotations

from foedus.states.codes import convert
from foedus.states.frames import data_folder, dyad_years, members, state_years
from foedus.states.names import name_of

__all__ = ["convert", "data_folder", "dyad_years", "members", "name_of", "state_years"]
